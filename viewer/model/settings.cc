#include "viewer/model/settings.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

namespace viewer {

namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMostBytes = 1 << 20;
constexpr size_t kMostText = 64 * 1024;

double number(const Json& json, const char* key, double low, double high, double usual) {
  const auto found = json.find(key);
  if (found == json.end() || !found->is_number()) return usual;
  const double value = found->get<double>();
  return value >= low && value <= high ? value : usual;
}

std::string text(const Json& json, const char* key) {
  const auto found = json.find(key);
  if (found == json.end() || !found->is_string()) return {};
  std::string value = found->get<std::string>();
  return value.size() > kMostText ? std::string() : value;
}

std::vector<std::string> list(const Json& json, const char* key) {
  std::vector<std::string> entries;
  const auto found = json.find(key);
  if (found == json.end() || !found->is_array()) return entries;
  for (const Json& entry : *found) {
    if (entries.size() < kMostRemembered && entry.is_string() &&
        !entry.get_ref<const std::string&>().empty()) {
      entries.push_back(entry.get<std::string>());
    }
  }
  return entries;
}

}  // namespace

Settings parse_settings(std::string_view bytes) {
  Settings settings;
  if (bytes.size() > kMostBytes) return settings;
  const Json json = Json::parse(bytes, nullptr, false);
  if (!json.is_object()) return settings;
  const std::string theme = text(json, "theme");
  if (theme == "dark" || theme == "light") settings.theme = theme;
  settings.zoom = number(json, "zoom", 0.6, 3, 1);
  settings.sessions_width = number(json, "sessions_width", 120, 4000, 0);
  settings.table_share = number(json, "table_share", 0.1, 0.9, 0);
  settings.element_share = number(json, "element_share", 0.15, 0.85, 0);
  settings.recent = list(json, "recent");
  settings.filter_history = list(json, "filter_history");
  settings.saved_filters = list(json, "saved_filters");
  settings.tables = text(json, "tables");
  return settings;
}

std::string settings_json(const Settings& settings) {
  const Json json = {{"theme", settings.theme},
                     {"zoom", settings.zoom},
                     {"sessions_width", settings.sessions_width},
                     {"table_share", settings.table_share},
                     {"element_share", settings.element_share},
                     {"recent", settings.recent},
                     {"filter_history", settings.filter_history},
                     {"saved_filters", settings.saved_filters},
                     {"tables", settings.tables}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string settings_path() {
  // Only absolute paths count (XDG base directory specification).
  const char* config = std::getenv("XDG_CONFIG_HOME");
  if (config != nullptr && *config == '/') return std::string(config) + "/stanzascope/viewer.json";
  const char* home = std::getenv("HOME");
  return home != nullptr && *home == '/' ? std::string(home) + "/.config/stanzascope/viewer.json"
                                         : std::string();
}

Settings load_settings(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (path.empty() || !file) return {};
  return parse_settings(std::string(std::istreambuf_iterator<char>(file), {}));
}

std::string save_settings(const std::string& path, const Settings& settings) {
  if (path.empty()) return {};
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), error);
  // Beside it first: a full disk must not cost the old ones.
  const std::string fresh = path + ".new";
  {
    std::ofstream file(fresh, std::ios::binary | std::ios::trunc);
    file << settings_json(settings);
    file.flush();
    if (!file) return "The settings could not be written to " + path + ".";
  }
  std::filesystem::rename(fresh, path, error);
  return error ? "The settings could not be written to " + path + ": " + error.message() + "."
               : std::string();
}

void remember(std::vector<std::string>& entries, std::string entry) {
  if (entry.empty()) return;
  entries.erase(std::remove(entries.begin(), entries.end(), entry), entries.end());
  entries.insert(entries.begin(), std::move(entry));
  if (entries.size() > kMostRemembered) entries.resize(kMostRemembered);
}

}  // namespace viewer
