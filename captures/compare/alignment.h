// Aligns two sequences: which entries of the one are which of the other, in order. The core of a diff.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace captures {

// Pairs (index in a, index in b) of equal entries, both rising. Entries that occur once on either side are
// the anchors (a patience diff), what lies between two anchors is aligned by its longest common subsequence.
// Where such a stretch is longer than 2048 by 2048 entries and has no anchor, equal ones are paired in order
// as they come, so time stays near n log n and memory is linear.
std::vector<std::pair<size_t, size_t>> align(std::span<const uint64_t> a, std::span<const uint64_t> b);

}  // namespace captures
