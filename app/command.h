// The commands of `stanzascope`. To add one: write app/<name>_command.{h,cc} with a `int run_<name>(int argc,
// char** argv)`, and add its row to the table in app/main.cc.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "parser/filter/filter.h"

namespace CLI {
class App;
}

namespace app {

struct Command {
  std::string_view name;
  std::string_view group;    // heading in --help
  std::string_view summary;  // one line
  std::string_view example;  // what to type, with what it does behind a '#'; empty: none
  // argv[0] is the command's own name. Returns an exit code (app/exit_code.h).
  int (*run)(int argc, char** argv);
};

// The filter of an option; nothing, with a line and a mark beneath it in `error`, where it cannot be
// understood.
std::optional<parser::filter::Filter> read_filter(std::string_view text, std::string& error);

// Parses a command's arguments. Nothing: go on. A value: leave with that exit code; help went to stdout, or a
// complaint to stderr.
std::optional<int> parse_arguments(CLI::App& options, int argc, char** argv);

}  // namespace app
