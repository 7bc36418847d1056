// Half-open ranges of bytes in one direction of a connection.
#pragma once

#include <cstdint>

namespace parser {

// [begin, end), counted from the first application byte (what is left after TLS and compression are
// removed) of one direction of a connection. The count goes on over restarts, TLS and SASL.
struct ByteRange {
  uint64_t begin = 0;
  uint64_t end = 0;

  uint64_t size() const { return end - begin; }
  bool empty() const { return begin == end; }
  bool contains(ByteRange other) const { return begin <= other.begin && other.end <= end; }
  bool operator==(const ByteRange&) const = default;
};

}  // namespace parser
