// The folder of the CA: --confdir, or the XDG data folder.
#pragma once

#include <filesystem>
#include <string>

namespace app {

// `given` if it is not empty; else $XDG_DATA_HOME/stanzascope, else ~/.local/share/stanzascope.
std::filesystem::path configuration_folder(const std::string& given);

}  // namespace app
