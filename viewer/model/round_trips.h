// How long answers took, in classes of a sixteenth of a decade: quantiles are right to 8 %, and ten million
// answers take what ten take.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace viewer {

class RoundTrips {
 public:
  static constexpr size_t kPerDecade = 16;
  static constexpr size_t kDecades = 7;  // from 10 µs to 100 s; what is beyond is in the outer classes
  static constexpr size_t kClasses = kPerDecade * kDecades;
  static constexpr int64_t kLeastUs = 10;

  void add(int64_t us);
  uint64_t count() const { return count_; }
  int64_t longest_us() const { return longest_; }
  // The time that this share (0 to 1) of the answers came within; 0 where there are none.
  int64_t quantile_us(double share) const;
  // Answers in each of `bars` classes of equal width on a logarithmic scale, kClasses / bars of ours each.
  template <size_t bars>
  std::array<uint64_t, bars> histogram() const {
    static_assert(kClasses % bars == 0);
    std::array<uint64_t, bars> out{};
    for (size_t i = 0; i < kClasses; ++i) out[i / (kClasses / bars)] += classes_[i];
    return out;
  }

 private:
  std::array<uint32_t, kClasses> classes_{};
  uint64_t count_ = 0;
  int64_t longest_ = 0;
};

}  // namespace viewer
