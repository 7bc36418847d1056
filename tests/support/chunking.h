// Chunking must not matter: runs the same input whole, byte by byte and in other cuts, and compares.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/sanitized.h"

namespace test {

// The input in pieces, in order; together they are the input.
using Chunks = std::vector<std::string_view>;

// `input` cut at the given places, which must ascend.
inline Chunks cut(std::string_view input, const std::vector<size_t>& places) {
  Chunks chunks;
  size_t from = 0;
  for (size_t place : places) {
    chunks.push_back(input.substr(from, place - from));
    from = place;
  }
  chunks.push_back(input.substr(from));
  return chunks;
}

inline Chunks cut_every(std::string_view input, size_t size) {
  std::vector<size_t> places;
  for (size_t place = size; place < input.size(); place += size) places.push_back(place);
  return cut(input, places);
}

// What `run` says of the input, having checked that it says the same of every chunking: whole, byte by byte,
// in pieces of 2, 3, 7 and 16, and in two at every place. Two pieces are tried at no more than
// `most_splits` places, evenly spread, so that long inputs stay quick.
inline std::string every_chunking(std::string_view input,
                                  const std::function<std::string(const Chunks&)>& run,
                                  size_t most_splits = kSanitized ? 200 : 2000) {
  const std::string whole = run(cut(input, {}));
  for (size_t size : {1, 2, 3, 7, 16}) {
    const std::string pieces = run(cut_every(input, size));
    EXPECT_EQ(pieces, whole) << "in pieces of " << size << " bytes";
    if (pieces != whole) return whole;
  }
  const size_t step = std::max<size_t>(1, input.size() / most_splits);
  for (size_t place = 1; place < input.size(); place += step) {
    const std::string split = run(cut(input, {place}));
    EXPECT_EQ(split, whole) << "split at byte " << place;
    if (split != whole) return whole;
  }
  return whole;
}

}  // namespace test
