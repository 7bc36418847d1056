// Text from the wire that is kept: bounded, and copied only where it changed.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace parser {

inline constexpr size_t kMaxJid = 3071;           // bytes of a whole address; RFC 7622 §3.1
inline constexpr size_t kMaxConditionName = 128;  // the longest of RFC 6120 has 24

// Keeps a name without letting it grow: one that is longer than `most` bytes is no such name, and "" is kept.
inline void assign(std::string& target, std::string_view text, size_t most) {
  if (text.size() > most) text = {};
  if (target != text) target = text;
}

}  // namespace parser
