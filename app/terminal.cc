// Terminal facts and the few escape sequences that are ever printed.
#include "app/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "parser/stream/plain_text.h"

namespace app {

bool is_terminal(std::FILE* stream) {
  return isatty(fileno(stream)) == 1;
}

bool wants_color(ColorMode mode, std::FILE* stream) {
  if (mode != ColorMode::kAuto) return mode == ColorMode::kAlways;
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  if (no_color != nullptr && *no_color != '\0') return false;
  return is_terminal(stream) && term != nullptr && std::string_view(term) != "dumb";
}

unsigned terminal_width(std::FILE* stream) {
  if (!is_terminal(stream)) return 0;
  winsize size{};
  if (ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

std::string tint(bool color, Hue hue, std::string_view text) {
  if (!color || text.empty()) return std::string(text);
  std::string_view code;
  switch (hue) {
    case Hue::kClient:
      code = "36";
      break;
    case Hue::kServer:
      code = "35";
      break;
    case Hue::kEdit:
      code = "32";
      break;
    case Hue::kError:
      code = "1;31";
      break;
    case Hue::kWarning:
      code = "33";
      break;
    case Hue::kNote:
      code = "34";
      break;
    case Hue::kDim:
      code = "2";
      break;
    case Hue::kBold:
      code = "1";
      break;
  }
  return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}

std::string wrap(std::string_view text, size_t width, size_t indent) {
  const std::string blanks(indent, ' ');
  const size_t room = width == 0 ? std::string_view::npos : std::max<size_t>(width, indent + 20) - indent;
  std::string out;
  while (true) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    std::string current;
    size_t used = 0;
    while (!line.empty()) {
      const size_t space = std::min(line.find(' '), line.size());
      const std::string_view word = line.substr(0, space);
      line.remove_prefix(std::min(space + 1, line.size()));
      const size_t takes = parser::columns(word);
      if (!current.empty() && used + 1 + takes > room) {
        out += blanks + current + "\n";
        current.clear();
        used = 0;
      }
      if (!current.empty()) {
        current += ' ';
        ++used;
      }
      current += word;
      used += takes;
    }
    out += current.empty() ? "\n" : blanks + current + "\n";
    if (end == text.size()) return out;
    text.remove_prefix(end + 1);
  }
}

}  // namespace app
