// Whether bytes stand somewhere in others.
#pragma once

#include <cstring>
#include <string_view>

namespace parser {

// memmem() looks for `wanted` as a whole; string_view::find() stops at each of its first letters. What is
// empty may have no address at all (a default string_view), which memmem() must not be given.
inline bool has_bytes(std::string_view bytes, std::string_view wanted) {
  if (wanted.empty()) return true;
  return wanted.size() <= bytes.size() &&
         ::memmem(bytes.data(), bytes.size(), wanted.data(), wanted.size()) != nullptr;
}

}  // namespace parser
