// Times and amounts as the viewer writes them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace viewer {

std::string absolute_time(int64_t us);                  // "2026-11-22 10:26:01.204511" UTC
std::string clock_time(int64_t us);                     // "10:26:01.204511" UTC
std::string since_start(int64_t us, int64_t start_us);  // "1.204511", seconds
std::string span(int64_t us);          // "310 µs", "8.1 ms", "12 ms", "1.20 s", "2 min 05 s"
std::string count(uint64_t n);         // "12,431"
std::string bytes_amount(uint64_t n);  // "580 B", "1.2 KiB"
std::string counted(uint64_t n, std::string_view noun);  // "1 finding", "12,431 findings"

}  // namespace viewer
