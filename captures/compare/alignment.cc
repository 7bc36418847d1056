#include "captures/compare/alignment.h"

#include <algorithm>
#include <unordered_map>

namespace captures {
namespace {

constexpr size_t kMostCells = 2048 * 2048;
constexpr size_t kAhead = 256;  // how far the cheap way looks for an equal entry
constexpr size_t kNone = static_cast<size_t>(-1);

using Pairs = std::vector<std::pair<size_t, size_t>>;

struct Stretch {
  size_t a_begin, a_end, b_begin, b_end;
};

class Aligner {
 public:
  Aligner(std::span<const uint64_t> a, std::span<const uint64_t> b) : a_(a), b_(b) {}

  Pairs run() {
    // A stack instead of recursion: anchors split a stretch into many.
    std::vector<Stretch> todo{{0, a_.size(), 0, b_.size()}};
    while (!todo.empty()) {
      Stretch stretch = todo.back();
      todo.pop_back();
      trim(stretch);
      if (stretch.a_begin == stretch.a_end || stretch.b_begin == stretch.b_end) continue;
      const Pairs anchors = unique_in_both(stretch);
      if (anchors.empty()) {
        between_anchors(stretch);
        continue;
      }
      size_t a = stretch.a_begin;
      size_t b = stretch.b_begin;
      for (const auto& [at_a, at_b] : anchors) {
        todo.push_back({a, at_a, b, at_b});
        pairs_.emplace_back(at_a, at_b);
        a = at_a + 1;
        b = at_b + 1;
      }
      todo.push_back({a, stretch.a_end, b, stretch.b_end});
    }
    std::sort(pairs_.begin(), pairs_.end());
    return std::move(pairs_);
  }

 private:
  void trim(Stretch& s) {
    for (; s.a_begin < s.a_end && s.b_begin < s.b_end && a_[s.a_begin] == b_[s.b_begin];
         ++s.a_begin, ++s.b_begin) {
      pairs_.emplace_back(s.a_begin, s.b_begin);
    }
    for (; s.a_begin < s.a_end && s.b_begin < s.b_end && a_[s.a_end - 1] == b_[s.b_end - 1];
         --s.a_end, --s.b_end) {
      pairs_.emplace_back(s.a_end - 1, s.b_end - 1);
    }
  }

  // Entries that are there once in each, of which the longest run that rises in both.
  Pairs unique_in_both(const Stretch& s) const {
    struct Seen {
      size_t times_a = 0, times_b = 0, at_a = 0, at_b = 0;
    };
    std::unordered_map<uint64_t, Seen> seen;
    for (size_t i = s.a_begin; i < s.a_end; ++i) {
      Seen& entry = seen[a_[i]];
      ++entry.times_a;
      entry.at_a = i;
    }
    for (size_t i = s.b_begin; i < s.b_end; ++i) {
      const auto found = seen.find(b_[i]);
      if (found == seen.end()) continue;
      ++found->second.times_b;
      found->second.at_b = i;
    }
    Pairs candidates;
    for (size_t i = s.a_begin; i < s.a_end; ++i) {
      const Seen& entry = seen[a_[i]];
      if (entry.times_a == 1 && entry.times_b == 1) candidates.emplace_back(i, entry.at_b);
    }
    // Patience sorting: the top of each pile, and who lies on whom.
    std::vector<size_t> tops;
    std::vector<size_t> below(candidates.size(), kNone);
    for (size_t i = 0; i < candidates.size(); ++i) {
      const auto pile =
          std::lower_bound(tops.begin(), tops.end(), candidates[i].second,
                           [&candidates](size_t top, size_t at_b) { return candidates[top].second < at_b; });
      if (pile != tops.begin()) below[i] = *(pile - 1);
      if (pile == tops.end()) {
        tops.push_back(i);
      } else {
        *pile = i;
      }
    }
    Pairs run;
    for (size_t i = tops.empty() ? kNone : tops.back(); i != kNone; i = below[i]) {
      run.push_back(candidates[i]);
    }
    std::reverse(run.begin(), run.end());
    return run;
  }

  void between_anchors(const Stretch& s) {
    const size_t rows = s.a_end - s.a_begin;
    const size_t columns = s.b_end - s.b_begin;
    if (rows > kMostCells / columns) {
      as_they_come(s);
      return;
    }
    // longest[i][j]: of what is behind i and j.
    const size_t width = columns + 1;
    std::vector<uint32_t> longest((rows + 1) * width, 0);
    for (size_t i = rows; i-- > 0;) {
      for (size_t j = columns; j-- > 0;) {
        longest[i * width + j] = a_[s.a_begin + i] == b_[s.b_begin + j]
                                     ? longest[(i + 1) * width + j + 1] + 1
                                     : std::max(longest[(i + 1) * width + j], longest[i * width + j + 1]);
      }
    }
    for (size_t i = 0, j = 0; i < rows && j < columns;) {
      if (a_[s.a_begin + i] == b_[s.b_begin + j]) {
        pairs_.emplace_back(s.a_begin + i++, s.b_begin + j++);
      } else if (longest[(i + 1) * width + j] >= longest[i * width + j + 1]) {
        ++i;
      } else {
        ++j;
      }
    }
  }

  void as_they_come(const Stretch& s) {
    size_t b = s.b_begin;
    for (size_t a = s.a_begin; a < s.a_end && b < s.b_end; ++a) {
      const size_t end = std::min(s.b_end, b + kAhead);
      const auto found = std::find(b_.begin() + static_cast<std::ptrdiff_t>(b),
                                   b_.begin() + static_cast<std::ptrdiff_t>(end), a_[a]);
      const auto at = static_cast<size_t>(found - b_.begin());
      if (at == end) continue;
      pairs_.emplace_back(a, at);
      b = at + 1;
    }
  }

  std::span<const uint64_t> a_;
  std::span<const uint64_t> b_;
  Pairs pairs_;
};

}  // namespace

std::vector<std::pair<size_t, size_t>> align(std::span<const uint64_t> a, std::span<const uint64_t> b) {
  return Aligner(a, b).run();
}

}  // namespace captures
