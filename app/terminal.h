// What is known of the terminal that lines are printed to.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

namespace app {

enum class ColorMode : uint8_t { kAuto, kAlways, kNever };

// kAuto: only on a terminal that is not "dumb", and not where NO_COLOR is set (https://no-color.org).
bool wants_color(ColorMode mode, std::FILE* stream);
bool is_terminal(std::FILE* stream);
// Columns; 0 where the stream is not a terminal.
unsigned terminal_width(std::FILE* stream);

// The escape sequences in use; with color off all of them are empty.
enum class Hue : uint8_t { kClient, kServer, kEdit, kError, kWarning, kNote, kDim, kBold };
// `text` in that hue, or as it is.
std::string tint(bool color, Hue hue, std::string_view text);

// Breaks safe text (parser/stream/plain_text.h) at spaces to lines of at most `width` columns (0: one line
// per line given), each beginning with `indent` blanks; newlines in it are kept. Ends with a newline.
std::string wrap(std::string_view text, size_t width, size_t indent);

}  // namespace app
