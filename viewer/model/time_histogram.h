// What happened when: a fixed number of slices of time, whose width doubles when the time outgrows them. A
// day and a second take the same memory, and adding costs the same.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace viewer {

// `Cell` has operator+= and is empty where value-initialised.
template <typename Cell, size_t kSlices = 256>
class TimeHistogram {
 public:
  static constexpr int64_t kFinest = 1000;  // microseconds of a slice, to begin with

  // The cell of that time. What is earlier than the first time counts for it: rows are nearly in order.
  Cell& at(int64_t us) {
    if (empty_) start_ = us;
    empty_ = false;
    last_ = std::max(last_, us);
    int64_t slice = std::max<int64_t>(0, us - start_) / width_;
    while (slice >= static_cast<int64_t>(kSlices)) {
      halve();
      slice /= 2;
    }
    used_ = std::max(used_, static_cast<size_t>(slice) + 1);
    return cells_[static_cast<size_t>(slice)];
  }
  void clear() { *this = TimeHistogram(); }

  bool empty() const { return empty_; }
  int64_t start_us() const { return start_; }
  int64_t last_us() const { return last_; }
  int64_t width_us() const { return width_; }  // of a slice
  size_t size() const { return used_; }        // slices up to the last one with something in it
  const Cell& operator[](size_t slice) const { return cells_[slice]; }
  int64_t slice_start_us(size_t slice) const { return start_ + static_cast<int64_t>(slice) * width_; }

 private:
  void halve() {
    for (size_t i = 0; i < kSlices / 2; ++i) {
      Cell both = cells_[i * 2];
      both += cells_[i * 2 + 1];
      cells_[i] = both;
    }
    std::fill(cells_.begin() + kSlices / 2, cells_.end(), Cell{});
    width_ *= 2;
    used_ = (used_ + 1) / 2;
  }

  std::array<Cell, kSlices> cells_{};
  bool empty_ = true;
  int64_t start_ = 0;
  int64_t last_ = INT64_MIN;
  int64_t width_ = kFinest;
  size_t used_ = 0;
};

}  // namespace viewer
