#include "app/confdir.h"

#include <pwd.h>
#include <unistd.h>

#include <cstdlib>

namespace app {

std::filesystem::path configuration_folder(const std::string& given) {
  if (!given.empty()) return given;
  // Only absolute paths count (XDG base directory specification).
  if (const char* data = std::getenv("XDG_DATA_HOME"); data != nullptr && *data == '/') {
    return std::filesystem::path(data) / "stanzascope";
  }
  const char* home = std::getenv("HOME");
  if (home == nullptr || *home == '\0') {
    const passwd* user = ::getpwuid(::getuid());
    home = user != nullptr ? user->pw_dir : "/";
  }
  return std::filesystem::path(home) / ".local/share/stanzascope";
}

}  // namespace app
