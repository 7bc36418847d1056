// Ids of streams: which was there before, and which was only counted up.
#include "parser/stream/stream_ids.h"

#include <gtest/gtest.h>

#include <string>

namespace parser {
namespace {

TEST(StreamIds, OneThatComesAgainIsRepeated) {
  StreamIds ids;
  ids.add("a1");
  EXPECT_FALSE(ids.repeated());
  ids.add("b2");
  EXPECT_FALSE(ids.repeated());
  ids.add("a1");
  EXPECT_TRUE(ids.repeated());
  ids.add("");
  EXPECT_FALSE(ids.repeated()) << "that an id is missing is another rule's business";
}

TEST(StreamIds, NumbersThatFollowEachOtherAreCounted) {
  StreamIds ids;
  ids.add("1001");
  EXPECT_FALSE(ids.counted_up());
  ids.add("1002");
  EXPECT_TRUE(ids.counted_up());
  ids.add("1000");
  EXPECT_FALSE(ids.counted_up());
  ids.add("99000");
  EXPECT_FALSE(ids.counted_up()) << "far apart, as random ones are";
  ids.add("k9");
  ids.add("99001");
  EXPECT_FALSE(ids.counted_up()) << "not behind a number";
}

TEST(StreamIds, RemembersNoMoreThanItsBound) {
  StreamIds ids;
  for (size_t i = 0; i < 100'000; ++i) ids.add("id-" + std::to_string(i) + "-x");
  ids.add("id-0-x");
  EXPECT_TRUE(ids.repeated());
  ids.add("id-99999-x");
  EXPECT_FALSE(ids.repeated()) << "more than " << StreamIds::kMost << " are not remembered";
}

}  // namespace
}  // namespace parser
