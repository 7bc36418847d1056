// One way for every command to treat --help and wrong arguments: CLI11 reports both by exception, which ends
// here as text and an exit code.
#include "app/command.h"

#include <CLI/CLI.hpp>
#include <iostream>

#include "app/exit_code.h"

namespace app {

std::optional<int> parse_arguments(CLI::App& options, int argc, char** argv) {
  try {
    options.parse(argc, argv);
    return std::nullopt;
  } catch (const CLI::CallForHelp&) {
    std::cout << options.help();
    return kExitFine;
  } catch (const CLI::ParseError& error) {
    std::cerr << "stanzascope " << argv[0] << ": " << error.what() << "\nTry: stanzascope " << argv[0]
              << " --help\n";
    return kExitUsage;
  }
}

}  // namespace app
