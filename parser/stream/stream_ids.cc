// Ids are kept as hashes: whatever their length, one costs eight bytes.
#include "parser/stream/stream_ids.h"

#include <algorithm>
#include <charconv>
#include <functional>

namespace parser {
namespace {

constexpr uint64_t kStep = 64;  // two ids that are farther apart do not look counted

std::optional<uint64_t> number_of(std::string_view id) {
  uint64_t value = 0;
  const char* end = id.data() + id.size();
  const auto [behind, problem] = std::from_chars(id.data(), end, value);
  if (problem != std::errc() || behind != end) return std::nullopt;
  return value;
}

}  // namespace

void StreamIds::add(std::string_view id) {
  repeated_ = counted_up_ = false;
  if (id.empty()) return;
  const uint64_t hash = std::hash<std::string_view>()(id);
  repeated_ = std::find(hashes_.begin(), hashes_.end(), hash) != hashes_.end();
  const std::optional<uint64_t> number = number_of(id);
  counted_up_ = number && number_ && *number > *number_ && *number - *number_ <= kStep;
  number_ = number;
  if (!repeated_ && hashes_.size() < kMost) hashes_.push_back(hash);
}

}  // namespace parser
