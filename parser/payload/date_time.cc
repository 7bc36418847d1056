// Reads digits at fixed places, then an optional fraction, then the zone.
#include "parser/payload/date_time.h"

namespace parser::payload {
namespace {

// Takes `count` digits off the front; false where there are not so many.
bool take_number(std::string_view& text, size_t count, int& value) {
  if (text.size() < count) return false;
  value = 0;
  for (size_t i = 0; i < count; ++i) {
    if (text[i] < '0' || text[i] > '9') return false;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return true;
}

bool take(std::string_view& text, char expected) {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(1);
  return true;
}

std::chrono::microseconds take_fraction(std::string_view& text) {
  std::chrono::microseconds value{0};
  std::chrono::microseconds unit{100'000};
  while (!text.empty() && text[0] >= '0' && text[0] <= '9') {
    value += unit * (text[0] - '0');
    unit /= 10;
    text.remove_prefix(1);
  }
  return value;
}

}  // namespace

std::optional<DateTime> parse_date_time(std::string_view text) {
  using namespace std::chrono;
  const bool before_christ = take(text, '-');
  int y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0;
  if (!take_number(text, 4, y) || !take(text, '-') || !take_number(text, 2, mo) || !take(text, '-') ||
      !take_number(text, 2, d) || !take(text, 'T') || !take_number(text, 2, h) || !take(text, ':') ||
      !take_number(text, 2, mi) || !take(text, ':') || !take_number(text, 2, s)) {
    return std::nullopt;
  }
  const year_month_day day{year{before_christ ? -y : y}, month{static_cast<unsigned>(mo)},
                           std::chrono::day{static_cast<unsigned>(d)}};
  if (!day.ok() || h > 24 || mi > 59 || s > 60) return std::nullopt;
  microseconds fraction{0};
  if (take(text, '.')) {
    if (text.empty() || text[0] < '0' || text[0] > '9') return std::nullopt;
    fraction = take_fraction(text);
  }
  DateTime result;
  minutes offset{0};
  if (take(text, 'Z')) {
    result.utc = true;
  } else {
    const bool minus = take(text, '-');
    int zh = 0, zm = 0;
    if ((!minus && !take(text, '+')) || !take_number(text, 2, zh) || !take(text, ':') ||
        !take_number(text, 2, zm) || zh > 14 || zm > 59) {
      return std::nullopt;
    }
    offset = hours(zh) + minutes(zm);
    if (minus) offset = -offset;
    result.utc = offset == minutes(0);
  }
  if (!text.empty()) return std::nullopt;
  result.time = sys_days(day) + hours(h) + minutes(mi) + seconds(s) + fraction - offset;
  return result;
}

}  // namespace parser::payload
