// Writes pictures.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace viewer {

// 8-bit RGB, rows from the top.
struct Picture {
  int width = 0;
  int height = 0;
  std::vector<uint8_t> rgb;
};

// Empty on success, else what went wrong, in words.
std::string write_png(const std::string& path, const Picture& picture);

}  // namespace viewer
