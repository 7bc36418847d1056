// The ids that a server has given to the streams of one connection (RFC 6120 §4.7.3).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace parser {

class StreamIds {
 public:
  static constexpr size_t kMost = 16;  // remembered; a login has three

  // Of a response header; an empty one counts for nothing.
  void add(std::string_view id);
  // Of the one that was added last: whether an earlier stream had it, and whether it is a number a little
  // above the number that the one before was.
  bool repeated() const { return repeated_; }
  bool counted_up() const { return counted_up_; }

 private:
  std::vector<uint64_t> hashes_;
  std::optional<uint64_t> number_;
  bool repeated_ = false;
  bool counted_up_ = false;
};

}  // namespace parser
