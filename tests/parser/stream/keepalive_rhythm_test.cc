// When white space counts as too frequent: on an idle connection, in a row, and not merely because it was
// cut.
#include "parser/stream/keepalive_rhythm.h"

#include <gtest/gtest.h>

namespace parser {
namespace {

constexpr Time at(std::chrono::seconds time) {
  return Time{std::chrono::seconds(1'000'000) + time};
}

TEST(KeepaliveRhythm, CountsWhiteSpaceThatComesSoon) {
  KeepaliveRhythm rhythm;
  EXPECT_EQ(rhythm.hurried(), 0U);
  for (int i = 1; i <= 4; ++i) {
    rhythm.on_keepalive(at(std::chrono::seconds(10 * i)));
    EXPECT_EQ(rhythm.hurried(), static_cast<unsigned>(i));
  }
}

TEST(KeepaliveRhythm, APauseOfFiveMinutesBeginsAnew) {
  KeepaliveRhythm rhythm;
  rhythm.on_keepalive(at(std::chrono::seconds(0)));
  rhythm.on_keepalive(at(std::chrono::seconds(299)));
  EXPECT_EQ(rhythm.hurried(), 2U);
  rhythm.on_keepalive(at(std::chrono::seconds(599)));
  EXPECT_EQ(rhythm.hurried(), 1U);
}

TEST(KeepaliveRhythm, WhatWasCutIsOne) {
  KeepaliveRhythm rhythm;
  rhythm.on_keepalive(at(std::chrono::seconds(0)));
  rhythm.on_keepalive(at(std::chrono::seconds(0)) + std::chrono::milliseconds(3));
  EXPECT_EQ(rhythm.hurried(), 1U);
}

TEST(KeepaliveRhythm, AnElementEndsTheIdleness) {
  KeepaliveRhythm rhythm;
  rhythm.on_keepalive(at(std::chrono::seconds(0)));
  rhythm.on_keepalive(at(std::chrono::seconds(10)));
  rhythm.on_element();
  EXPECT_EQ(rhythm.hurried(), 0U);
}

TEST(KeepaliveRhythm, StopsCountingBeforeItOverflows) {
  KeepaliveRhythm rhythm;
  for (int i = 0; i < 1000; ++i) rhythm.on_keepalive(at(std::chrono::seconds(2 * i)));
  EXPECT_EQ(rhythm.hurried(), 255U);
}

}  // namespace
}  // namespace parser
