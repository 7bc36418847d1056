// Which bytes are UTF-8 as RFC 3629 defines it.
#pragma once

#include <cstddef>
#include <string_view>

namespace parser::xml {

struct Utf8Fault {
  size_t begin = 0;         // of the offending bytes; the size of the text where it has no fault
  size_t end = 0;           // behind them: the longest run that no valid character begins with, at least 1
  bool incomplete = false;  // nothing wrong but that the text ends in mid-character
};

// The first fault at or behind `from`. Overlong forms, surrogates and what lies above U+10FFFF are faults.
Utf8Fault find_utf8_fault(std::string_view text, size_t from = 0);

// Whether a byte goes on with a character that an earlier one has begun.
constexpr bool is_utf8_continuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

struct Utf8Character {
  size_t size = 1;          // bytes
  char32_t value = 0xFFFD;  // U+FFFD, of one byte, where they are no character
};
// What `text` begins with; it must not be empty. Overlong forms are not looked for: find_utf8_fault() does.
Utf8Character first_character(std::string_view text);

// The longest prefix of `text` that has at most `size` bytes and does not end in mid-character.
std::string_view utf8_prefix(std::string_view text, size_t size);

}  // namespace parser::xml
