#include "proxy/net/pacing.h"

#include <gtest/gtest.h>

namespace proxy::net {
namespace {

using std::chrono::microseconds;

Pacing::Time at(int us) {
  return Pacing::Time(std::chrono::seconds(1000)) + microseconds(us);
}

// Feeds reads with that gap and size until pacing begins; how many it took, 0 if it never did.
int reads_until_paced(Pacing& pacing, int gap_us, size_t bytes, int most = 200) {
  for (int i = 1; i <= most; ++i) {
    if (pacing.read(bytes, at(i * gap_us))) return i;
  }
  return 0;
}

TEST(Pacing, ManySmallReadsInARowBeginIt) {
  Pacing pacing;
  const int reads = reads_until_paced(pacing, 50, 600);
  EXPECT_GE(reads, Pacing::kStreak);
  EXPECT_LE(reads, Pacing::kStreak + 1);
  EXPECT_TRUE(pacing.paced());
}

TEST(Pacing, LargeReadsDoNot) {
  Pacing pacing;
  EXPECT_EQ(reads_until_paced(pacing, 50, Pacing::kSmall), 0);
}

TEST(Pacing, ReadsWithPausesDoNot) {
  Pacing pacing;
  EXPECT_EQ(reads_until_paced(pacing, 600, 600), 0);
}

TEST(Pacing, PingPongNeverDoes) {
  Pacing pacing;
  for (int i = 0; i < 1000; ++i) {
    EXPECT_FALSE(pacing.read(600, at(i * 40)));
    EXPECT_FALSE(pacing.interrupt()) << "the answer";
  }
}

TEST(Pacing, TrafficTheOtherWayEndsIt) {
  Pacing pacing;
  ASSERT_NE(reads_until_paced(pacing, 50, 600), 0);
  EXPECT_TRUE(pacing.interrupt());
  EXPECT_FALSE(pacing.paced());
  EXPECT_FALSE(pacing.interrupt()) << "told once";
}

TEST(Pacing, LargeReadsWhilePacedDoNotEndIt) {
  Pacing pacing;
  ASSERT_NE(reads_until_paced(pacing, 50, 600), 0);
  EXPECT_FALSE(pacing.read(100'000, at(100'000)));
  EXPECT_TRUE(pacing.paced());
}

}  // namespace
}  // namespace proxy::net
