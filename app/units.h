// Options that take a size or a time with its unit.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "parser/stream/connection.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace app {

// "4096", "64K", "100M", "1.5G" (powers of 1024; "KB", "KiB" mean the same). Nothing where it is none, or
// more than 2^62.
std::optional<uint64_t> parse_size(std::string_view text);
// "90" (seconds), "250ms", "90s", "15m", "1h", "7d". Nothing where it is none, or more than 100 years.
std::optional<parser::Duration> parse_duration(std::string_view text);

// `target` must outlive the parsing.
CLI::Option* add_size(CLI::App& options, const std::string& name, uint64_t& target, const std::string& help);
CLI::Option* add_duration(CLI::App& options, const std::string& name, parser::Duration& target,
                          const std::string& help);

}  // namespace app
