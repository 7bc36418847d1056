// Times and durations in words for pages and reports.
#pragma once

#include <string>

#include "parser/stream/connection.h"

namespace captures {

std::string utc_text(parser::Time time);               // "2026-11-22 14:03:07 UTC"
std::string duration_text(parser::Duration duration);  // "870 µs", "12.5 ms", "3.02 s"

}  // namespace captures
