// A span of time that somebody picked, for example by dragging in the overview.
#pragma once

#include <cstdint>

namespace viewer {

// Microseconds since 1970, both ends included; begin <= end.
struct TimeRange {
  int64_t begin_us = 0;
  int64_t end_us = 0;

  bool contains(int64_t us) const { return us >= begin_us && us <= end_us; }
  bool operator==(const TimeRange&) const = default;
};

}  // namespace viewer
