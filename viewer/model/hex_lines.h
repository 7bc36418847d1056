// Bytes as a hex dump, one line at a time, so that only the visible lines are ever made.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace viewer {

inline constexpr size_t kHexColumns = 16;

size_t hex_line_count(std::string_view bytes);

struct HexLine {
  std::string offset;  // "00000010", in the row's bytes
  std::string hex;     // "3c 69 71 20  74 …": two groups of eight, padded
  std::string ascii;   // printable ASCII, else a middle dot; not padded
};
HexLine hex_line(std::string_view bytes, size_t line);
// Where the hex digits of a column stand in HexLine::hex.
size_t hex_column_position(size_t column);

}  // namespace viewer
