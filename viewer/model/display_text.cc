// A small strict UTF-8 decoder and the list of characters that mislead the eye. A reader of a stanza table
// must be able to trust that two rows that look the same are the same.
#include "viewer/model/display_text.h"

#include <array>
#include <cstdio>

namespace viewer {

Decoded decode_utf8(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<unsigned char>(text[i])); };
  const uint32_t first = byte(0);
  if (first < 0x80) return {first, 1, true};
  size_t size = 0;
  uint32_t smallest = 0;
  uint32_t point = 0;
  if ((first & 0xe0) == 0xc0) {
    size = 2, smallest = 0x80, point = first & 0x1f;
  } else if ((first & 0xf0) == 0xe0) {
    size = 3, smallest = 0x800, point = first & 0x0f;
  } else if ((first & 0xf8) == 0xf0) {
    size = 4, smallest = 0x10000, point = first & 0x07;
  } else {
    return {first, 1, false};
  }
  if (text.size() < size) return {first, 1, false};
  for (size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {first, 1, false};
    point = point << 6 | (byte(i) & 0x3f);
  }
  const bool surrogate = point >= 0xd800 && point <= 0xdfff;
  if (point < smallest || point > 0x10ffff || surrogate) return {first, 1, false};
  return {point, size, true};
}

bool always_escaped(uint32_t c) {
  if (c < 0x20 || (c >= 0x7f && c < 0xa0)) return true;
  if (c == 0xad || c == 0x61c || c == 0x180e || c == 0xfeff) return true;  // soft hyphen, marks, BOM
  if (c >= 0x200b && c <= 0x200f) return true;                             // zero width, direction marks
  if (c >= 0x2028 && c <= 0x202e) return true;  // separators, embeddings, overrides
  if (c >= 0x2060 && c <= 0x206f) return true;  // invisible operators, isolates
  if (c >= 0xe000 && c <= 0xf8ff) return true;  // private use
  if (c >= 0xfe00 && c <= 0xfe0f) return true;  // variation selectors
  if (c >= 0xfff0 && c <= 0xffff) return c != 0xfffd;
  return c > 0xffff;
}

std::string display_text(std::string_view text, Lines lines, const Drawable& drawable) {
  std::string shown;
  shown.reserve(text.size());
  std::array<char, 24> escape{};
  for (size_t at = 0; at < text.size();) {
    const Decoded c = decode_utf8(text.substr(at));
    if (!c.valid) {
      std::snprintf(escape.data(), escape.size(), "\\x%02X", c.code_point);
      shown += escape.data();
    } else if (c.code_point == '\n' || c.code_point == '\t' || c.code_point == '\r') {
      if (lines == Lines::kKeep && c.code_point != '\r') {
        shown += static_cast<char>(c.code_point);
      } else {
        shown += c.code_point == '\n' ? "\\n" : c.code_point == '\t' ? "\\t" : "\\r";
      }
    } else if (c.code_point < 0x20 || c.code_point == 0x7f) {
      std::snprintf(escape.data(), escape.size(), "\\x%02X", c.code_point);
      shown += escape.data();
    } else if (always_escaped(c.code_point) ||
               (c.code_point >= 0x80 && drawable && !drawable(static_cast<uint16_t>(c.code_point)))) {
      std::snprintf(escape.data(), escape.size(), "\u27e8U+%04X\u27e9", c.code_point);
      shown += escape.data();
    } else {
      shown += text.substr(at, c.size);
    }
    at += c.size;
  }
  return shown;
}

std::string shorten(std::string_view text, size_t bytes) {
  if (text.size() <= bytes) return std::string(text);
  size_t cut = bytes;
  while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xc0) == 0x80) --cut;
  return std::string(text.substr(0, cut)) + "\u2026";
}

}  // namespace viewer
