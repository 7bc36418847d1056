#include "captures/utf8.h"

#include <cstdint>

namespace captures {
namespace {

bool in(char c, uint8_t low, uint8_t high) {
  const auto byte = static_cast<uint8_t>(c);
  return byte >= low && byte <= high;
}

}  // namespace

size_t utf8_character(std::string_view text) {
  const auto first = static_cast<uint8_t>(text[0]);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4) return 0;
  if (first < 0xE0) return text.size() >= 2 && in(text[1], 0x80, 0xBF) ? 2 : 0;
  const uint8_t low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  const uint8_t high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  const size_t size = first < 0xF0 ? 3 : 4;
  if (text.size() < size || !in(text[1], low, high)) return 0;
  for (size_t i = 2; i < size; ++i) {
    if (!in(text[i], 0x80, 0xBF)) return 0;
  }
  return size;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const size_t size = utf8_character(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

std::string_view cut_utf8(std::string_view text, size_t limit) {
  if (text.size() <= limit) return text;
  size_t end = limit;
  while (end > 0 && limit - end < 3 && (static_cast<uint8_t>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

std::string readable(std::string_view text, size_t limit) {
  text = cut_utf8(text, limit);
  std::string shown;
  shown.reserve(text.size());
  while (!text.empty()) {
    const size_t size = utf8_character(text);
    if (size == 0) {
      shown += "\xEF\xBF\xBD";
      text.remove_prefix(1);
    } else {
      shown.append(text.substr(0, size));
      text.remove_prefix(size);
    }
  }
  return shown;
}

}  // namespace captures
