// Words that a mistyped one may have meant.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace parser::filter {

// Letters to insert, remove, replace or swap with their neighbour to make one of the other, case ignored.
// Words are looked at up to 64 bytes.
size_t edit_distance(std::string_view a, std::string_view b);

// The candidates close enough to `word` to be worth suggesting, nearest first, at most `most`.
std::vector<std::string_view> nearest(std::string_view word, std::span<const std::string_view> candidates,
                                      size_t most = 3);

}  // namespace parser::filter
