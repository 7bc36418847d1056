// What the programs' exit codes mean; the same for every command.
#pragma once

namespace app {

enum ExitCode : int {
  kExitFine = 0,
  kExitFindings = 1,    // findings at or above --fail-on
  kExitUsage = 2,       // an unknown option, command, rule or field; a filter that does not parse
  kExitUnreadable = 3,  // a file or capture could not be read, or only in part
  kExitNetwork = 4,     // network or TLS
};

}  // namespace app
