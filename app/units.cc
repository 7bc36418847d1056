#include "app/units.h"

#include <CLI/CLI.hpp>
#include <array>
#include <charconv>
#include <utility>

namespace app {
namespace {

using Unit = std::pair<std::string_view, double>;

constexpr std::array<Unit, 13> kSizes = {{{"", 1.0},
                                          {"B", 1.0},
                                          {"K", 1024.0},
                                          {"KB", 1024.0},
                                          {"KiB", 1024.0},
                                          {"k", 1024.0},
                                          {"M", 1048576.0},
                                          {"MB", 1048576.0},
                                          {"MiB", 1048576.0},
                                          {"G", 1073741824.0},
                                          {"GB", 1073741824.0},
                                          {"GiB", 1073741824.0},
                                          {"T", 1099511627776.0}}};
constexpr std::array<Unit, 7> kTimes = {
    {{"", 1.0}, {"ms", 0.001}, {"s", 1.0}, {"m", 60.0}, {"min", 60.0}, {"h", 3600.0}, {"d", 86400.0}}};

template <size_t N>
std::optional<double> parse(std::string_view text, const std::array<Unit, N>& units) {
  double number = 0;
  const auto [end, problem] =
      std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (problem != std::errc() || !(number >= 0)) return std::nullopt;
  const std::string_view unit = text.substr(static_cast<size_t>(end - text.data()));
  for (const auto& [name, factor] : units) {
    if (name == unit) return number * factor;
  }
  return std::nullopt;
}

template <typename T, typename Parse>
CLI::Option* add(CLI::App& options, const std::string& name, T& target, const std::string& help,
                 const char* example, Parse parse_text) {
  return options.add_option_function<std::string>(
      name,
      [&target, name, example, parse_text](const std::string& given) {
        const auto value = parse_text(given);
        if (!value) throw CLI::ValidationError(name, "“" + given + "” is none; say it like " + example);
        target = *value;
      },
      help);
}

}  // namespace

std::optional<uint64_t> parse_size(std::string_view text) {
  const auto size = parse(text, kSizes);
  if (!size || *size > 4.6e18) return std::nullopt;
  return static_cast<uint64_t>(*size);
}

std::optional<parser::Duration> parse_duration(std::string_view text) {
  const auto seconds = parse(text, kTimes);
  if (!seconds || *seconds > 3.2e9) return std::nullopt;
  return parser::Duration(static_cast<int64_t>(*seconds * 1e6));
}

CLI::Option* add_size(CLI::App& options, const std::string& name, uint64_t& target, const std::string& help) {
  return add(options, name, target, help, "100M", parse_size)->type_name("SIZE");
}

CLI::Option* add_duration(CLI::App& options, const std::string& name, parser::Duration& target,
                          const std::string& help) {
  return add(options, name, target, help, "90s, 15m or 1h", parse_duration)->type_name("TIME");
}

}  // namespace app
