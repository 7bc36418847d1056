#include "parser/filter/nearest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>

namespace {

using parser::filter::edit_distance;
using parser::filter::nearest;

TEST(Nearest, CountsInsertionsRemovalsReplacementsAndSwaps) {
  EXPECT_EQ(edit_distance("inspect", "inspect"), 0u);
  EXPECT_EQ(edit_distance("inspct", "inspect"), 1u);
  EXPECT_EQ(edit_distance("inspeect", "inspect"), 1u);
  EXPECT_EQ(edit_distance("inspexct", "inspect"), 1u);
  EXPECT_EQ(edit_distance("isnpect", "inspect"), 1u);
  EXPECT_EQ(edit_distance("INSPECT", "inspect"), 0u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
  EXPECT_EQ(edit_distance(std::string(100, 'a'), std::string(100, 'b')), 64u);
}

TEST(Nearest, OffersTheNearestFirstAndNothingFarAway) {
  constexpr std::array<std::string_view, 4> kWords{"proxy", "inspect", "rules", "rule"};
  EXPECT_THAT(nearest("rle", kWords), testing::ElementsAre("rule"));
  EXPECT_THAT(nearest("rulez", kWords), testing::ElementsAre("rules", "rule"));
  EXPECT_THAT(nearest("capture", kWords), testing::IsEmpty());
}

}  // namespace
