// The time of the day, which the cores are told and never ask for.
#pragma once

#include <chrono>

#include "parser/stream/connection.h"

namespace app {

inline parser::Time wall_clock() {
  return std::chrono::time_point_cast<parser::Duration>(std::chrono::system_clock::now());
}

}  // namespace app
