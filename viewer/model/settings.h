// What the viewer remembers between runs: layout, theme, size, files and filters. Nothing of it is needed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace viewer {

struct Settings {
  std::string theme;  // "dark", "light"; empty: not chosen
  double zoom = 1;    // 0.6 to 3
  double sessions_width = 0;
  double table_share = 0;  // 0: as usual, here and below
  double element_share = 0;
  std::vector<std::string> recent;  // files, the last one first; at most kMostRemembered
  std::vector<std::string> filter_history;
  std::vector<std::string> saved_filters;
  std::string tables;  // the columns of tables, in ImGui's own format
};

inline constexpr size_t kMostRemembered = 30;

// Whatever is not understood is left at its usual value: a damaged file costs the settings, not the viewer.
Settings parse_settings(std::string_view json);
std::string settings_json(const Settings& settings);

// Where they are kept: $XDG_CONFIG_HOME/stanzascope/viewer.json, or below ~/.config; "" where there is no
// home.
std::string settings_path();
Settings load_settings(const std::string& path);  // the usual ones where there is no such file
// Best effort: "" or why it could not be written.
std::string save_settings(const std::string& path, const Settings& settings);

// Puts an entry to the front of a list that has each of them once.
void remember(std::vector<std::string>& list, std::string entry);

}  // namespace viewer
