#include "captures/export/time_text.h"

#include <array>
#include <cstdio>
#include <ctime>

namespace captures {

std::string utc_text(parser::Time time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  const auto clock = static_cast<std::time_t>(seconds);
  std::tm parts{};
  gmtime_r(&clock, &parts);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S UTC", &parts)};
}

std::string duration_text(parser::Duration duration) {
  const auto microseconds = duration.count();
  if (microseconds < 1000) return std::to_string(microseconds) + " µs";
  const bool short_one = microseconds < 1'000'000;
  std::array<char, 32> text{};
  const int size = std::snprintf(text.data(), text.size(), short_one ? "%.1f ms" : "%.2f s",
                                 static_cast<double>(microseconds) / (short_one ? 1e3 : 1e6));
  return {text.data(), static_cast<size_t>(size)};
}

}  // namespace captures
