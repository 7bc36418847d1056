#include "proxy/net/tap_ring.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "proxy/net/ring_tap.h"

namespace proxy::net {
namespace {

parser::Time at(int64_t us) {
  return parser::Time(parser::Duration(us));
}

std::string text(size_t size, size_t seed) {
  std::string result(size, ' ');
  for (size_t i = 0; i < size; ++i) result[i] = static_cast<char>('a' + (i * 7 + seed) % 26);
  return result;
}

TEST(TapRing, RecordsComeOutInOrderWithAllTheyCarry) {
  TapRing ring(65'536);
  auto fact = std::make_unique<parser::ConnectionFact>(parser::Notice{"see-other-host", "elsewhere"});
  ASSERT_TRUE(ring.push_bytes(at(5), 7, parser::Direction::kS2C, "<a/>"));
  ASSERT_TRUE(ring.push_fact(at(6), 8, fact));
  TapRecord record;
  EXPECT_EQ(ring.next_time(), at(5));
  ASSERT_TRUE(ring.pop(record));
  EXPECT_EQ(record.kind, TapKind::kBytes);
  EXPECT_EQ(record.time, at(5));
  EXPECT_EQ(record.connection, 7U);
  EXPECT_EQ(record.direction, parser::Direction::kS2C);
  EXPECT_EQ(record.bytes, "<a/>");
  ASSERT_TRUE(ring.pop(record));
  EXPECT_EQ(record.kind, TapKind::kFact);
  EXPECT_EQ(std::get<parser::Notice>(*record.fact).text, "elsewhere");
  EXPECT_FALSE(ring.pop(record));
  EXPECT_EQ(ring.used_bytes(), 0U);
}

TEST(TapRing, AFullRingRefusesAndTakesAgainWhenEmptied) {
  TapRing ring(65'536);
  const std::string piece = text(10'000, 1);
  int taken = 0;
  while (ring.push_bytes(at(1), 1, parser::Direction::kC2S, piece)) ++taken;
  EXPECT_EQ(taken, 6);
  auto fact = std::make_unique<parser::ConnectionFact>(parser::Notice{});
  for (int i = 0; i < 200; ++i) {
    if (!ring.push_fact(at(1), 1, fact)) break;
    fact = std::make_unique<parser::ConnectionFact>(parser::Notice{});
  }
  ASSERT_NE(fact, nullptr) << "a refused fact stays with the caller";
  EXPECT_FALSE(ring.push_fact(at(1), 1, fact));
  TapRecord record;
  while (ring.pop(record)) {
  }
  EXPECT_TRUE(ring.push_bytes(at(1), 1, parser::Direction::kC2S, piece));
}

TEST(TapRing, NothingIsLostOrMixedBetweenTwoThreads) {
  TapRing ring(65'536);
  constexpr size_t kRecords = 60'000;
  std::thread producer([&] {
    for (size_t i = 0; i < kRecords;) {
      const std::string bytes = text(i * 31 % 5000, i);
      if (ring.push_bytes(at(static_cast<int64_t>(i)), i, parser::Direction::kC2S, bytes)) {
        ++i;
      } else {
        std::this_thread::yield();
      }
    }
  });
  size_t wrong = 0;
  TapRecord record;
  for (size_t i = 0; i < kRecords;) {
    if (!ring.pop(record)) {
      std::this_thread::yield();
      continue;
    }
    wrong += record.connection != i || record.bytes != text(i * 31 % 5000, i) ? 1 : 0;
    ++i;
  }
  producer.join();
  EXPECT_EQ(wrong, 0U);
}

// Everything that is in the ring, as a readable list.
std::vector<std::string> contents(TapRing& ring) {
  std::vector<std::string> list;
  TapRecord record;
  while (ring.pop(record)) {
    if (record.kind == TapKind::kBytes) {
      list.push_back("bytes " + std::to_string(record.bytes.size()));
    } else if (const auto* dropped = std::get_if<parser::Dropped>(record.fact.get())) {
      list.push_back("dropped " + std::to_string(dropped->bytes));
    } else if (std::holds_alternative<parser::Closed>(*record.fact)) {
      list.push_back("closed");
    } else {
      list.push_back("fact");
    }
  }
  return list;
}

TEST(RingTap, BlockLosesNothingAndSaysWhenThereIsNoRoom) {
  TapRing ring(65'536);
  int attention = 0;
  RingTap tap(ring, Overflow::kBlock, [&] { ++attention; });
  EXPECT_TRUE(tap.has_room());
  size_t pushed = 0;
  for (; pushed < 200; ++pushed) tap.bytes(at(1), 1, parser::Direction::kC2S, text(1000, pushed));
  tap.closed(at(2), 1, {});
  EXPECT_EQ(attention, 1) << "asked for once, not per record";
  EXPECT_FALSE(tap.has_room());
  std::vector<std::string> all;
  while (all.size() < pushed + 1) {
    const auto some = contents(ring);
    ASSERT_FALSE(some.empty());
    all.insert(all.end(), some.begin(), some.end());
    tap.has_room();  // as the driver asks again
  }
  EXPECT_EQ(all.back(), "closed");
  EXPECT_TRUE(tap.has_room());
  EXPECT_EQ(tap.dropped_bytes(), 0U);
}

TEST(RingTap, DropCountsWhatItLosesAndSaysItInPlace) {
  TapRing ring(65'536);
  RingTap tap(ring, Overflow::kDrop, {});
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(tap.has_room());
    tap.bytes(at(1), 1, parser::Direction::kC2S, text(1000, 0));
  }
  const auto before = contents(ring);
  const size_t kept = before.size();
  EXPECT_LT(kept, 100U);
  tap.bytes(at(2), 1, parser::Direction::kC2S, text(10, 0));
  tap.closed(at(3), 1, {});
  const auto after = contents(ring);
  EXPECT_EQ(after, (std::vector<std::string>{"dropped " + std::to_string((100 - kept) * 1000), "bytes 10",
                                             "closed"}));
  EXPECT_EQ(tap.dropped_bytes(), (100 - kept) * 1000);
}

TEST(RingTap, AGapIsToldBeforeTheEndOfItsConnection) {
  TapRing ring(65'536);
  RingTap tap(ring, Overflow::kDrop, {});
  for (int i = 0; i < 100; ++i) tap.bytes(at(1), 1, parser::Direction::kS2C, text(1000, 0));
  tap.closed(at(2), 1, {});  // the ring is still full: both wait beside it
  contents(ring);
  EXPECT_TRUE(tap.catch_up());
  const auto rest = contents(ring);
  ASSERT_EQ(rest.size(), 2U);
  EXPECT_TRUE(rest[0].starts_with("dropped "));
  EXPECT_EQ(rest[1], "closed");
}

}  // namespace
}  // namespace proxy::net
