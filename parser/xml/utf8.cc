// Skips ASCII sixteen bytes at a time and takes the rest apart by the table of RFC 3629 §4. libxml2 lets
// some overlong forms pass, so the check cannot be left to it.
#include "parser/xml/utf8.h"

#include <cstdint>
#include <cstring>

namespace parser::xml {

Utf8Fault find_utf8_fault(std::string_view text, size_t from) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  const size_t size = text.size();
  size_t at = from;
  while (at < size) {
    if (bytes[at] < 0x80) {
      while (at + 16 <= size) {
        uint64_t words[2];
        std::memcpy(words, bytes + at, sizeof words);
        if (((words[0] | words[1]) & 0x8080808080808080u) != 0) break;
        at += 16;
      }
      while (at < size && bytes[at] < 0x80) ++at;
      continue;
    }
    const unsigned char lead = bytes[at];
    size_t length = 0;
    unsigned char low = 0x80;
    unsigned char high = 0xBF;  // of the second byte
    if (lead >= 0xC2 && lead <= 0xDF) {
      length = 2;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
      length = 3;
      if (lead == 0xE0) low = 0xA0;   // overlong
      if (lead == 0xED) high = 0x9F;  // surrogates
    } else if (lead >= 0xF0 && lead <= 0xF4) {
      length = 4;
      if (lead == 0xF0) low = 0x90;   // overlong
      if (lead == 0xF4) high = 0x8F;  // above U+10FFFF
    } else {
      return {at, at + 1, false};
    }
    for (size_t i = 1; i < length; ++i) {
      if (at + i == size) return {at, size, true};
      if (bytes[at + i] < low || bytes[at + i] > high) return {at, at + i, false};
      low = 0x80;
      high = 0xBF;
    }
    at += length;
  }
  return {size, size, false};
}

Utf8Character first_character(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return {1, lead};
  const size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 1;
  if (size == 1 || size > text.size()) return {};
  char32_t value = lead & (0x7FU >> size);
  for (size_t i = 1; i < size; ++i) {
    if (!is_utf8_continuation(text[i])) return {};
    value = (value << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  return {size, value};
}

std::string_view utf8_prefix(std::string_view text, size_t size) {
  if (text.size() <= size) return text;
  while (size > 0 && is_utf8_continuation(text[size])) --size;
  return text.substr(0, size);
}

}  // namespace parser::xml
