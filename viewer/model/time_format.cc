// Fixed widths where columns must align, three significant digits where people compare amounts.
#include "viewer/model/time_format.h"

#include <array>
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>

namespace viewer {

namespace {

template <typename... Args>
std::string print(const char* format, Args... args) {
  std::array<char, 96> buffer{};
  std::snprintf(buffer.data(), buffer.size(), format, args...);
  return buffer.data();
}

}  // namespace

std::string clock_time(int64_t us) {
  const int64_t day = 86'400'000'000;
  const int64_t in_day = ((us % day) + day) % day;
  const int64_t seconds = in_day / 1'000'000;
  return print("%02" PRId64 ":%02" PRId64 ":%02" PRId64 ".%06" PRId64, seconds / 3600, seconds / 60 % 60,
               seconds % 60, in_day % 1'000'000);
}

std::string absolute_time(int64_t us) {
  const auto days = std::chrono::floor<std::chrono::days>(
      std::chrono::sys_time<std::chrono::microseconds>(std::chrono::microseconds(us)));
  const std::chrono::year_month_day date(days);
  return print("%04d-%02u-%02u ", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
               static_cast<unsigned>(date.day())) +
         clock_time(us);
}

std::string since_start(int64_t us, int64_t start_us) {
  const int64_t passed = us - start_us;
  const int64_t size = std::llabs(passed);
  return print("%s%" PRId64 ".%06" PRId64, passed < 0 ? "-" : "", size / 1'000'000, size % 1'000'000);
}

std::string span(int64_t us) {
  if (us < 0) return "-" + span(-us);
  const auto value = static_cast<double>(us);
  if (us < 1'000) return print("%" PRId64 " \u00b5s", us);
  if (us < 9'950) return print("%.1f ms", value / 1e3);
  if (us < 999'500) return print("%.0f ms", value / 1e3);
  if (us < 9'995'000) return print("%.2f s", value / 1e6);
  if (us < 59'950'000) return print("%.1f s", value / 1e6);
  const int64_t seconds = (us + 500'000) / 1'000'000;
  if (seconds < 3600) return print("%" PRId64 " min %02" PRId64 " s", seconds / 60, seconds % 60);
  return print("%" PRId64 " h %02" PRId64 " min", seconds / 3600, seconds / 60 % 60);
}

std::string count(uint64_t n) {
  std::string digits = std::to_string(n);
  for (size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

std::string counted(uint64_t n, std::string_view noun) {
  return count(n) + ' ' + std::string(noun) + (n == 1 ? "" : "s");
}

std::string bytes_amount(uint64_t n) {
  const auto value = static_cast<double>(n);
  if (n < 1024) return print("%" PRIu64 " B", n);
  if (n < uint64_t{1} << 20) return print("%.1f KiB", value / 1024);
  if (n < uint64_t{1} << 30) return print("%.1f MiB", value / (1 << 20));
  return print("%.2f GiB", value / (1 << 30));
}

}  // namespace viewer
