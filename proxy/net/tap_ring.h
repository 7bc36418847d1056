// The way from an I/O thread to the recorder: a ring of records, one producer, one consumer, no lock.
//
// A record is {kind, time, connection, direction} and either bytes, copied into the ring, or a fact, which
// travels as an owning pointer (facts are rare, bytes are not). Nobody is woken per record: the consumer
// polls, and the producer asks for attention only when the ring is half full.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "parser/stream/connection.h"
#include "parser/stream/stream_event.h"

namespace proxy::net {

enum class TapKind : uint8_t { kPadding, kBytes, kFact };

// What pop() shows. `bytes` points into the ring until the next pop().
struct TapRecord {
  TapKind kind{};
  parser::Direction direction{};
  parser::Time time{};
  parser::ConnectionId connection = 0;
  std::string_view bytes;                        // kBytes
  std::unique_ptr<parser::ConnectionFact> fact;  // kFact
};

class TapRing {
 public:
  // Rounded up to a power of two, at least 64 KiB. The memory is touched at once, so that it counts from the
  // start and costs no page faults later.
  explicit TapRing(size_t capacity_bytes);
  ~TapRing();  // frees facts that nobody fetched
  TapRing(const TapRing&) = delete;
  TapRing& operator=(const TapRing&) = delete;

  // Producer. False when there is no room; the fact stays with the caller then. One record of bytes takes at
  // most half of the ring.
  bool push_bytes(parser::Time time, parser::ConnectionId connection, parser::Direction direction,
                  std::string_view bytes);
  bool push_fact(parser::Time time, parser::ConnectionId connection,
                 std::unique_ptr<parser::ConnectionFact>& fact);
  size_t free_bytes() const;  // at least this much is free
  size_t capacity() const { return capacity_; }

  // Consumer. The time of the oldest record; nothing when the ring is empty.
  std::optional<parser::Time> next_time();
  // Fetches the oldest record. False when the ring is empty. The record before it is given back.
  bool pop(TapRecord& record);
  // Gives the last popped record back as well; call when the ring was found empty or before a pause.
  void release();

  // What is in the ring now, bytes; for tests and statistics.
  size_t used_bytes() const;

 private:
  struct Head;
  char* reserve(size_t size);
  bool front();

  size_t capacity_;
  size_t mask_;
  char* memory_;
  // Positions only grow; the place is position & mask_. Each side keeps a stale copy of the other's, so that
  // the cache line moves only when that copy no longer suffices.
  alignas(64) std::atomic<uint64_t> written_{0};
  uint64_t write_at_ = 0;           // producer's own
  mutable uint64_t seen_read_ = 0;  // producer's copy of read_
  alignas(64) std::atomic<uint64_t> read_{0};
  uint64_t read_at_ = 0;       // consumer's own: behind the last popped record
  uint64_t seen_written_ = 0;  // consumer's copy of written_
};

}  // namespace proxy::net
