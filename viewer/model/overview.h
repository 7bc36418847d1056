// The whole capture on one strip: how much was said when, whatever the filter shows.
#pragma once

#include "viewer/model/capture_store.h"
#include "viewer/model/traffic.h"

namespace viewer {

class Overview {
 public:
  explicit Overview(const CaptureStore& store) : store_(store) {}

  // Takes at most `most` more rows; false when all were taken.
  bool step(size_t most) {
    const size_t all = store_.rows();
    for (; most > 0 && taken_ < all; --most, ++taken_) {
      const Row& row = store_.row(taken_);
      traffic_.at(row.time_us).add(row);
    }
    return taken_ < all;
  }
  const TrafficOverTime& traffic() const { return traffic_; }

 private:
  const CaptureStore& store_;
  size_t taken_ = 0;
  TrafficOverTime traffic_;
};

}  // namespace viewer
