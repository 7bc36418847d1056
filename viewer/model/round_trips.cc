#include "viewer/model/round_trips.h"

#include <algorithm>
#include <cmath>

namespace viewer {

void RoundTrips::add(int64_t us) {
  const double decades = std::log10(static_cast<double>(std::max<int64_t>(us, 1)) / kLeastUs);
  const auto at = static_cast<int64_t>(std::floor(decades * kPerDecade));
  ++classes_[static_cast<size_t>(std::clamp<int64_t>(at, 0, kClasses - 1))];
  ++count_;
  longest_ = std::max(longest_, us);
}

int64_t RoundTrips::quantile_us(double share) const {
  if (count_ == 0) return 0;
  const auto wanted = static_cast<uint64_t>(std::ceil(share * static_cast<double>(count_)));
  uint64_t seen = 0;
  for (size_t i = 0; i < kClasses; ++i) {
    seen += classes_[i];
    if (seen < std::max<uint64_t>(wanted, 1)) continue;
    // The middle of the class, and never more than what was seen.
    const double us = kLeastUs * std::pow(10, (static_cast<double>(i) + 0.5) / kPerDecade);
    return std::min(longest_, static_cast<int64_t>(us));
  }
  return longest_;
}

}  // namespace viewer
