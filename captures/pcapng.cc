// A block is: type, length, body, length again; all of it padded to 4 bytes. Options are code, length,
// value, padded likewise. The second length makes a torn write visible, so it is always compared.
#include "captures/pcapng.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace captures::pcapng {
namespace {

template <typename T>
void put(std::string& out, T value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  out.append(bytes, sizeof value);
}

template <typename T>
T get(const char* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

uint16_t swap(uint16_t v) {
  return __builtin_bswap16(v);
}
uint32_t swap(uint32_t v) {
  return __builtin_bswap32(v);
}
uint64_t swap(uint64_t v) {
  return __builtin_bswap64(v);
}

template <typename T>
T take(std::string_view& rest, bool swapped, bool& ok) {
  if (!ok || rest.size() < sizeof(T)) {
    ok = false;
    rest = {};
    return 0;
  }
  const T value = get<T>(rest.data());
  rest.remove_prefix(sizeof(T));
  return swapped ? swap(value) : value;
}

}  // namespace

BlockWriter::BlockWriter(std::string& out, uint32_t type) : out_(out), begin_(out.size()) {
  put(out_, type);
  put(out_, uint32_t{0});
}

BlockWriter::~BlockWriter() {
  if (options_) put(out_, uint32_t{kEndOfOptions});
  const auto size = static_cast<uint32_t>(out_.size() - begin_ + 4);
  put(out_, size);
  std::memcpy(out_.data() + begin_ + 4, &size, sizeof size);
}

void BlockWriter::u16(uint16_t value) {
  put(out_, value);
}
void BlockWriter::u32(uint32_t value) {
  put(out_, value);
}
void BlockWriter::u64(uint64_t value) {
  put(out_, value);
}

void BlockWriter::bytes(std::string_view value) {
  out_.append(value);
  out_.append(padded(value.size()) - value.size(), '\0');
}

void BlockWriter::option(uint16_t code, std::string_view value) {
  options_ = true;
  append_option(out_, code, value);
}

void BlockWriter::custom(uint16_t code, std::string_view value) {
  options_ = true;
  append_custom(out_, code, value);
}

void append_option(std::string& out, uint16_t code, std::string_view value) {
  value = value.substr(0, kMaxOption);
  put(out, code);
  put(out, static_cast<uint16_t>(value.size()));
  out.append(value);
  out.append(padded(value.size()) - value.size(), '\0');
}

void append_custom(std::string& out, uint16_t code, std::string_view value) {
  value = value.substr(0, kMaxOption);
  put(out, code);
  put(out, static_cast<uint16_t>(value.size() + 4));
  put(out, kEnterprise);
  out.append(value);
  out.append(padded(value.size()) - value.size(), '\0');
}

void append_packet(std::string& out, const Packet& packet) {
  constexpr size_t kHead = 28;
  constexpr size_t kMostHeaders = 128;
  constexpr size_t kMostRecord = 64;
  const std::string_view headers = packet.headers.substr(0, kMostHeaders);
  const std::string_view record = packet.record.substr(0, kMostRecord);
  const size_t captured = headers.size() + packet.payload.size();
  const size_t padding = padded(captured) - captured;
  const size_t tail = padding + 8 + 8 + padded(record.size()) + packet.options.size() + 4 + 4;
  const auto size = static_cast<uint32_t>(kHead + captured + tail);

  std::array<char, kHead + kMostHeaders> front;
  char* at = front.data();
  const auto add = [&at](auto value) {
    std::memcpy(at, &value, sizeof value);
    at += sizeof value;
  };
  const auto add_bytes = [&at](std::string_view bytes, size_t padding_bytes) {
    if (!bytes.empty()) std::memcpy(at, bytes.data(), bytes.size());
    std::memset(at + bytes.size(), 0, padding_bytes);
    at += bytes.size() + padding_bytes;
  };
  add(kEnhancedPacket);
  add(size);
  add(packet.interface);
  add(static_cast<uint32_t>(packet.time >> 32));
  add(static_cast<uint32_t>(packet.time));
  add(static_cast<uint32_t>(captured));
  add(static_cast<uint32_t>(captured));
  add_bytes(headers, 0);
  out.append(front.data(), static_cast<size_t>(at - front.data()));
  out.append(packet.payload);

  std::array<char, 3 + 16 + kMostRecord + 3 + 8> back;
  at = back.data();
  add_bytes({}, padding);
  add(kPacketFlags);
  add(uint16_t{4});
  add(packet.flags);
  add(kCustomBinary);
  add(static_cast<uint16_t>(record.size() + 4));
  add(kEnterprise);
  add_bytes(record, padded(record.size()) - record.size());
  out.append(back.data(), static_cast<size_t>(at - back.data()));
  out.append(packet.options);
  at = back.data();
  add(uint32_t{kEndOfOptions});
  add(size);
  out.append(back.data(), static_cast<size_t>(at - back.data()));
}

uint16_t Fields::u16() {
  return take<uint16_t>(rest_, swapped_, ok_);
}
uint32_t Fields::u32() {
  return take<uint32_t>(rest_, swapped_, ok_);
}
uint64_t Fields::u64() {
  return take<uint64_t>(rest_, swapped_, ok_);
}

std::string_view Fields::bytes(size_t size) {
  if (!ok_ || size > rest_.size()) {
    ok_ = false;
    rest_ = {};
    return {};
  }
  const std::string_view value = rest_.substr(0, size);
  rest_.remove_prefix(std::min(padded(size), rest_.size()));
  return value;
}

bool Options::next(Option& option) {
  option = {};
  if (fields_.rest().empty()) return false;
  option.code = fields_.u16();
  const uint16_t size = fields_.u16();
  if (fields_.ok() && option.code == kEndOfOptions) return false;
  option.value = fields_.bytes(size);
  if (!fields_.ok()) {
    damaged_ = true;
    return false;
  }
  if ((option.code == kCustomText || option.code == kCustomBinary) && size >= 4) {
    Fields custom(option.value, fields_.swapped());
    if (custom.u32() == kEnterprise) {
      option.ours = true;
      option.value.remove_prefix(4);
    }
  }
  return true;
}

Cut cut_block(std::string_view bytes, bool& swapped, Block& block, size_t& needed, std::string& why) {
  needed = 12;
  if (bytes.size() < needed) return Cut::kMore;
  uint32_t type = get<uint32_t>(bytes.data());
  uint32_t size = get<uint32_t>(bytes.data() + 4);
  bool order = swapped;
  if (type == kSectionHeader) {  // reads the same in both byte orders
    const auto magic = get<uint32_t>(bytes.data() + 8);
    if (magic != kByteOrderMagic && swap(magic) != kByteOrderMagic) {
      why = "a section header has no byte order mark";
      return Cut::kDamaged;
    }
    order = magic != kByteOrderMagic;
  }
  if (order) {
    type = swap(type);
    size = swap(size);
  }
  if (size < (type == kSectionHeader ? 28u : 12u) || size % 4 != 0 || size > kMaxBlock) {
    why = type == 0 && size == 0 ? "there are zero bytes where a block should begin"
                                 : "a block says that it is " + std::to_string(size) + " bytes long";
    return Cut::kDamaged;
  }
  needed = size;
  if (bytes.size() < needed) return Cut::kMore;
  auto size_again = get<uint32_t>(bytes.data() + size - 4);
  if (order) size_again = swap(size_again);
  if (size_again != size) {
    why =
        "a block's two lengths differ (" + std::to_string(size) + " and " + std::to_string(size_again) + ")";
    return Cut::kDamaged;
  }
  swapped = order;
  block = {type, bytes.substr(8, size - 12), order, size};
  return Cut::kBlock;
}

}  // namespace captures::pcapng
