#include "app/help.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "app/terminal.h"
#include "parser/stream/plain_text.h"

namespace app {
namespace {

constexpr size_t kColumn = 30;     // where CLI11 begins to say what an option does
constexpr size_t kNarrowest = 60;  // columns; a terminal below that is left to break lines by itself

// CLI11's own words for what an option takes name types and validators; people want a name for the value.
class Formatter final : public CLI::Formatter {
 public:
  std::string make_option_opts(const CLI::Option* option) const override {
    std::string out;
    if (!option->get_positional() && option->get_type_size() != 0) {
      out = " " + option->get_type_name().substr(0, option->get_type_name().find(":{"));
    }
    const bool many = option->get_expected_max() >= CLI::detail::expected_max_vector_size;
    if (many) out += " ...";
    if (option->get_positional()) {
      if (!option->get_required()) out += " (optional)";
    } else if (option->get_required()) {
      out += " (required)";
    }
    return out;
  }
};

// Blanks in front of a line, or what stands in front of an option's words.
size_t hanging(std::string_view line) {
  const size_t blanks = std::min(line.find_first_not_of(' '), line.size());
  const bool option =
      blanks == 2 && line.size() > kColumn && line[kColumn - 1] == ' ' && line[kColumn] != ' ';
  return option ? kColumn : blanks;
}

}  // namespace

void shape_help(CLI::App& options) {
  options.formatter(std::make_shared<Formatter>());
}

std::string tidy_help(std::string_view text, size_t width) {
  std::string out;
  bool blank = true;  // so that it does not begin with one
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.find_first_not_of(' ') == std::string_view::npos) {
      if (!blank) out += '\n';
      blank = true;
      continue;
    }
    blank = false;
    if (width < kNarrowest || parser::columns(line) <= width) {
      out.append(line).append("\n");
      continue;
    }
    const size_t indent = hanging(line);
    const std::string broken = wrap(line.substr(indent), width, indent);
    out.append(line.substr(0, indent)).append(broken.substr(indent));
  }
  while (out.ends_with("\n\n")) out.pop_back();
  return out;
}

}  // namespace app
