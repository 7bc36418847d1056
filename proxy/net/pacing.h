// When to read a one-way stream less often. A sender of many small writes wakes the relay for nearly each of
// them; reading a moment later takes many at once, at a third of the cost. A conversation (bytes in both
// directions) is never paced, so round trips keep their latency. Sans-I/O: the driver asks, and sleeps
// nobody.
#pragma once

#include <chrono>
#include <cstddef>

namespace proxy::net {

class Pacing {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr int kStreak = 16;                     // small reads in a row until it starts
  static constexpr std::chrono::microseconds kGap{500};  // at most, between two of them
  static constexpr size_t kSmall = 48 * 1024;            // a read below this is small

  // A read of that many bytes took place. Returns true when pacing begins with it.
  bool read(size_t bytes, Time now) {
    const bool close = now - last_ < kGap;
    last_ = now;
    if (paced_) return false;
    streak_ = close && bytes < kSmall ? streak_ + 1 : 0;
    if (streak_ < kStreak) return false;
    paced_ = true;
    return true;
  }
  // Traffic in the other direction, or a moment without a byte. Returns true when pacing ends with it.
  bool interrupt() {
    streak_ = 0;
    const bool was = paced_;
    paced_ = false;
    return was;
  }
  bool paced() const { return paced_; }
  Time last() const { return last_; }

 private:
  Time last_{};
  int streak_ = 0;
  bool paced_ = false;
};

}  // namespace proxy::net
