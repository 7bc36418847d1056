// Gives equal strings one number, so that a row holds four bytes for an address instead of a string.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>

#include "viewer/model/append_log.h"
#include "viewer/model/byte_store.h"

namespace viewer {

using StringId = uint32_t;  // 0: the empty string

class Interner {
 public:
  // `max_distinct` bounds the index; strings beyond it are kept but no longer recognised as equal.
  explicit Interner(ByteStore& bytes, size_t max_distinct = 1 << 20);

  // Writer's thread only.
  StringId intern(std::string_view text);
  void publish() { strings_.publish(); }

  // Any thread, for ids that were published.
  std::string_view operator[](StringId id) const { return strings_[id]; }
  size_t size() const { return strings_.size(); }

 private:
  ByteStore& bytes_;
  size_t max_distinct_;
  AppendLog<std::string_view> strings_;
  std::unordered_map<std::string_view, StringId> index_;
};

}  // namespace viewer
