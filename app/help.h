// The --help of every command, in one shape: what it is, usage, options with what they take, words, examples,
// exit codes. docs/CLI.md is made of it (tools/cli_reference.py).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace app {

// Gives `options` that shape.
void shape_help(CLI::App& options);

// The help text: no two blank lines in a row, none at its end, and lines of at most `width` columns (0: as
// long as they are), broken so that what an option does stays in its column.
std::string tidy_help(std::string_view text, size_t width);

}  // namespace app
