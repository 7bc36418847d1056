// Which font files this system has for the viewer, and which characters each can draw.
#pragma once

#include <bitset>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace viewer {

using CharacterSet = std::bitset<65536>;

struct FontFace {
  std::string path;  // empty: none was found
  int index = 0;     // of the face in a collection
  std::shared_ptr<const CharacterSet> has;
};

struct FontFiles {
  FontFace sans;
  FontFace semibold;
  FontFace mono;
  std::vector<FontFace> fallbacks;  // for symbols, then for Chinese, Japanese and Korean

  // Whether any of them draws it.
  bool draws(uint16_t character) const;
};

// Asks fontconfig: Inter and JetBrains Mono where they are installed, else DejaVu, else what the system
// calls its sans and monospace fonts.
FontFiles find_font_files();

}  // namespace viewer
