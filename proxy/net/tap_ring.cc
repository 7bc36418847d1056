// Records lie one behind the other, each aligned to 8 bytes and never across the end of the memory: what is
// left there is filled with a padding record. A record's space is given back when the next one is popped, so
// the consumer works on the bytes in place.

#include "proxy/net/tap_ring.h"

#include <bit>
#include <cstring>
#include <new>
#include <utility>

namespace proxy::net {

// What stands before each record's payload.
struct TapRing::Head {
  uint32_t size;  // of the whole record, a multiple of 8
  uint32_t payload;
  int64_t time;
  uint64_t connection;
  TapKind kind;
  parser::Direction direction;
};

namespace {

constexpr size_t kAlign = 8;
constexpr uint32_t kPointerSize = sizeof(parser::ConnectionFact*);  // what a fact's record holds
constexpr size_t round_up(size_t n) {
  return (n + kAlign - 1) & ~(kAlign - 1);
}

}  // namespace

TapRing::TapRing(size_t capacity_bytes)
    : capacity_(std::bit_ceil(capacity_bytes < 65'536 ? size_t{65'536} : capacity_bytes)),
      mask_(capacity_ - 1),
      memory_(static_cast<char*>(::operator new (capacity_, std::align_val_t{64}))) {
  std::memset(memory_, 0, capacity_);
}

TapRing::~TapRing() {
  TapRecord record;
  while (pop(record)) {
  }
  ::operator delete (memory_, std::align_val_t{64});
}

// Room for a record of `size` bytes, in one piece; null when there is none.
char* TapRing::reserve(size_t size) {
  const size_t at = static_cast<size_t>(write_at_) & mask_;
  const size_t to_end = capacity_ - at;
  const size_t needed = size <= to_end ? size : size + to_end;
  if (capacity_ - (write_at_ - seen_read_) < needed) {
    seen_read_ = read_.load(std::memory_order_acquire);
    if (capacity_ - (write_at_ - seen_read_) < needed) return nullptr;
  }
  if (size > to_end) {
    // A head need not fit into the rest: a padding's size and kind are told by its first word alone.
    const uint32_t size_word = static_cast<uint32_t>(to_end);
    std::memcpy(memory_ + at, &size_word, sizeof size_word);
    const uint32_t no_payload = UINT32_MAX;
    std::memcpy(memory_ + at + sizeof size_word, &no_payload, sizeof no_payload);
    write_at_ += to_end;
    return memory_;
  }
  return memory_ + at;
}

bool TapRing::push_bytes(parser::Time time, parser::ConnectionId connection, parser::Direction direction,
                         std::string_view bytes) {
  const size_t size = round_up(sizeof(Head) + bytes.size());
  if (size > capacity_ / 2) return false;
  char* place = reserve(size);
  if (place == nullptr) return false;
  Head head{static_cast<uint32_t>(size),
            static_cast<uint32_t>(bytes.size()),
            time.time_since_epoch().count(),
            connection,
            TapKind::kBytes,
            direction};
  std::memcpy(place, &head, sizeof head);
  std::memcpy(place + sizeof head, bytes.data(), bytes.size());
  write_at_ += size;
  written_.store(write_at_, std::memory_order_release);
  return true;
}

bool TapRing::push_fact(parser::Time time, parser::ConnectionId connection,
                        std::unique_ptr<parser::ConnectionFact>& fact) {
  const size_t size = round_up(sizeof(Head) + kPointerSize);
  char* place = reserve(size);
  if (place == nullptr) return false;
  parser::ConnectionFact* pointer = fact.release();
  Head head{static_cast<uint32_t>(size),
            kPointerSize,
            time.time_since_epoch().count(),
            connection,
            TapKind::kFact,
            {}};
  std::memcpy(place, &head, sizeof head);
  std::memcpy(place + sizeof head, &pointer, kPointerSize);
  write_at_ += size;
  written_.store(write_at_, std::memory_order_release);
  return true;
}

size_t TapRing::free_bytes() const {
  // The stale copy is a lower bound; it is renewed only when that bound looks tight.
  if (capacity_ - (write_at_ - seen_read_) < capacity_ / 2) {
    seen_read_ = read_.load(std::memory_order_acquire);
  }
  return capacity_ - (write_at_ - seen_read_);
}

size_t TapRing::used_bytes() const {
  const uint64_t read = read_.load(std::memory_order_acquire);
  return static_cast<size_t>(written_.load(std::memory_order_acquire) - read);
}

// Steps over padding; true when a record is there.
bool TapRing::front() {
  for (;;) {
    if (read_at_ == seen_written_) {
      seen_written_ = written_.load(std::memory_order_acquire);
      if (read_at_ == seen_written_) return false;
    }
    const char* place = memory_ + (read_at_ & mask_);
    uint32_t words[2];
    std::memcpy(words, place, sizeof words);
    if (words[1] != UINT32_MAX) return true;
    read_at_ += words[0];
  }
}

std::optional<parser::Time> TapRing::next_time() {
  if (!front()) return std::nullopt;
  Head head;
  std::memcpy(&head, memory_ + (read_at_ & mask_), sizeof head);
  return parser::Time(parser::Duration(head.time));
}

bool TapRing::pop(TapRecord& record) {
  release();
  if (!front()) {
    release();
    return false;
  }
  const char* place = memory_ + (read_at_ & mask_);
  Head head;
  std::memcpy(&head, place, sizeof head);
  record.kind = head.kind;
  record.direction = head.direction;
  record.time = parser::Time(parser::Duration(head.time));
  record.connection = head.connection;
  if (head.kind == TapKind::kFact) {
    parser::ConnectionFact* pointer = nullptr;
    std::memcpy(&pointer, place + sizeof head, kPointerSize);
    record.fact.reset(pointer);
    record.bytes = {};
  } else {
    record.fact.reset();
    record.bytes = std::string_view(place + sizeof head, head.payload);
  }
  read_at_ += head.size;
  return true;
}

void TapRing::release() {
  if (read_.load(std::memory_order_relaxed) != read_at_) read_.store(read_at_, std::memory_order_release);
}

}  // namespace proxy::net
