// How often a side sends white space on a connection on which nothing else is said (RFC 6120 §4.6.1, §4.6.4).
#pragma once

#include <cstdint>

#include "parser/stream/connection.h"

namespace parser {

class KeepaliveRhythm {
 public:
  // Two runs of white space that are closer than kOneKeepalive are one that was cut; farther apart than
  // kUnhurried is what RFC 6120 §4.6.4 recommends.
  static constexpr Duration kOneKeepalive = std::chrono::seconds(1);
  static constexpr Duration kUnhurried = std::chrono::minutes(5);

  void on_keepalive(Time time) {
    const Duration gap = time - last_;
    if (gaps_ != 0 && gap < kOneKeepalive) return;
    gaps_ = gaps_ == 0 || gap >= kUnhurried ? 1 : gaps_ < kMost ? static_cast<uint8_t>(gaps_ + 1) : kMost;
    last_ = time;
  }
  // Somebody said something: the connection was not idle.
  void on_element() { gaps_ = 0; }

  // How many keepalives came in a row, each sooner behind the one before than it had to; counts to 255.
  unsigned hurried() const { return gaps_; }

 private:
  static constexpr uint8_t kMost = 255;
  Time last_{};
  uint8_t gaps_ = 0;
};

}  // namespace parser
