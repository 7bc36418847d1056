// The classic layout of hexdump -C.
#include "viewer/model/hex_lines.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace viewer {

size_t hex_line_count(std::string_view bytes) {
  return (bytes.size() + kHexColumns - 1) / kHexColumns;
}

size_t hex_column_position(size_t column) {
  return column * 3 + (column >= kHexColumns / 2 ? 1 : 0);
}

HexLine hex_line(std::string_view bytes, size_t line) {
  constexpr std::string_view digits = "0123456789abcdef";
  HexLine out;
  std::array<char, 24> offset{};
  std::snprintf(offset.data(), offset.size(), "%08zx", line * kHexColumns);
  out.offset = offset.data();
  const size_t begin = std::min(line * kHexColumns, bytes.size());
  const std::string_view part = bytes.substr(begin, kHexColumns);
  out.hex.assign(hex_column_position(kHexColumns - 1) + 2, ' ');
  for (size_t i = 0; i < part.size(); ++i) {
    const auto byte = static_cast<unsigned char>(part[i]);
    const size_t at = hex_column_position(i);
    out.hex[at] = digits[byte >> 4];
    out.hex[at + 1] = digits[byte & 15];
    if (byte >= 0x20 && byte < 0x7f) {
      out.ascii += part[i];
    } else {
      out.ascii += "\u00b7";
    }
  }
  return out;
}

}  // namespace viewer
