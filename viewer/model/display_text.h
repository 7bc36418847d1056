// Text as it can be shown without lying: what cannot be drawn, or would change how its neighbours look, is
// written as an escape.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace viewer {

struct Decoded {
  uint32_t code_point = 0;
  size_t size = 1;     // bytes taken, at least 1
  bool valid = false;  // false: the first byte does not begin a UTF-8 character (RFC 3629)
};
// The first character of `text`, which must not be empty.
Decoded decode_utf8(std::string_view text);

// Says whether a character of the Basic Multilingual Plane has a glyph. Empty: all of them have.
using Drawable = std::function<bool(uint16_t)>;

enum class Lines : uint8_t {
  kKeep,    // tabs and newlines are layout
  kEscape,  // … are shown: one row stays one row
};

// Escapes: `\x07` for controls and bytes that are not UTF-8, `U+1F600` in ⟨⟩ for what has no glyph and for
// characters that are invisible or turn the direction of text. ASCII that is already plain comes back as it
// is.
std::string display_text(std::string_view text, Lines lines, const Drawable& drawable = {});

// At most `bytes` of it, cut between characters, with … where something is missing.
std::string shorten(std::string_view text, size_t bytes);

// Whether a character is never shown as itself: controls, bidi marks, zero-width characters, noncharacters,
// private use.
bool always_escaped(uint32_t code_point);

}  // namespace viewer
