// One way for every command to treat --help and wrong arguments: CLI11 reports both by exception, which ends
// here as text and an exit code.
#include "app/command.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <utility>

#include "app/exit_code.h"
#include "app/help.h"
#include "app/terminal.h"

namespace app {

std::optional<parser::filter::Filter> read_filter(std::string_view text, std::string& error) {
  auto parsed = parser::filter::Filter::parse(text);
  if (const auto* fault = std::get_if<parser::filter::Error>(&parsed)) {
    error = "the filter cannot be understood.\n" + render(text, *fault);
    return std::nullopt;
  }
  return std::move(std::get<parser::filter::Filter>(parsed));
}

std::optional<int> parse_arguments(CLI::App& options, int argc, char** argv) {
  shape_help(options);
  try {
    options.parse(argc, argv);
    return std::nullopt;
  } catch (const CLI::CallForHelp&) {
    std::cout << tidy_help(options.help(), terminal_width(stdout));
    return kExitFine;
  } catch (const CLI::ParseError& error) {
    std::cerr << "stanzascope " << argv[0] << ": " << error.what() << "\nTry: stanzascope " << argv[0]
              << " --help\n";
    return kExitUsage;
  }
}

}  // namespace app
