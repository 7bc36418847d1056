#include "proxy/net/srv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace proxy::net {
namespace {

using Outcome = SrvAnswer::Outcome;
using testing::ElementsAre;
using testing::HasSubstr;

SrvAnswer records(std::vector<SrvRecord> list) {
  return {Outcome::kRecords, std::move(list), {}};
}
SrvAnswer none() {
  return {Outcome::kNone, {}, {}};
}
uint32_t zero(uint32_t) {
  return 0;
}
uint32_t most(uint32_t bound) {
  return bound;
}

TEST(Srv, NoRecordsFallBackToTheDomainOn5222) {
  const auto plan = plan_connection("example.com", none(), none(), zero);
  EXPECT_THAT(plan.targets, ElementsAre(Target{"example.com", 5222, false}));
}

TEST(Srv, NoRecordsWithDirectTlsOnlyFallBackTo5223) {
  const auto plan = plan_connection("example.com", {}, none(), zero);
  EXPECT_THAT(plan.targets, ElementsAre(Target{"example.com", 5223, true}));
}

TEST(Srv, FailedDnsFallsBackToo) {
  const SrvAnswer failed{Outcome::kFailed, {}, "timeout"};
  const auto plan = plan_connection("example.com", failed, failed, zero);
  EXPECT_THAT(plan.targets, ElementsAre(Target{"example.com", 5222, false}));
}

TEST(Srv, PrioritiesOfBothServicesAreMerged) {
  const auto plan = plan_connection("example.com", records({{10, 0, 5222, "b."}, {30, 0, 5222, "d."}}),
                                    records({{5, 0, 443, "a."}, {20, 0, 5223, "c"}}), zero);
  EXPECT_THAT(plan.targets, ElementsAre(Target{"a", 443, true}, Target{"b", 5222, false},
                                        Target{"c", 5223, true}, Target{"d", 5222, false}));
}

TEST(Srv, WeightDecidesWithinAPriority) {
  const std::vector<SrvRecord> list{{1, 10, 1, "light"}, {1, 90, 2, "heavy"}};
  EXPECT_EQ(plan_connection("x", records(list), {}, zero).targets.front().host, "light");
  EXPECT_EQ(plan_connection("x", records(list), {}, most).targets.front().host, "heavy");
}

TEST(Srv, WeightsAreChancesOverManyDraws) {
  const std::vector<SrvRecord> list{{1, 10, 1, "light"}, {1, 30, 2, "heavy"}, {1, 0, 3, "none"}};
  std::map<std::string, int> first;
  uint32_t state = 1;
  const auto random = [&](uint32_t bound) {
    state = state * 1'664'525 + 1'013'904'223;
    return static_cast<uint32_t>((uint64_t{state >> 8} * (bound + 1)) >> 24);
  };
  for (int i = 0; i < 4000; ++i)
    ++first[plan_connection("x", records(list), {}, random).targets.front().host];
  EXPECT_NEAR(first["heavy"], 3000, 250);
  EXPECT_NEAR(first["light"], 1000, 250);
  EXPECT_GT(first["none"], 10);  // a small chance, not none (RFC 2782)
  EXPECT_LT(first["none"], 300);
}

TEST(Srv, EveryRecordIsTriedOnce) {
  const auto plan = plan_connection(
      "x", records({{1, 1, 1, "a"}, {1, 1, 2, "b"}, {1, 0, 3, "c"}, {1, 7, 4, "d"}}), {}, most);
  ASSERT_EQ(plan.targets.size(), 4U);
  std::map<std::string, int> seen;
  for (const Target& target : plan.targets) ++seen[target.host];
  EXPECT_EQ(seen.size(), 4U);
}

TEST(Srv, DotMeansThatThereIsNoService) {
  for (const char* dot : {".", ""}) {
    const auto plan = plan_connection("example.com", records({{0, 0, 0, dot}}), none(), zero);
    EXPECT_TRUE(plan.targets.empty());
    EXPECT_THAT(plan.error, HasSubstr("the DNS says that example.com has no XMPP service"));
    EXPECT_THAT(plan.error, HasSubstr("--upstream"));
  }
}

TEST(Srv, DotForOneServiceLeavesTheOther) {
  const auto direct_refused =
      plan_connection("x", records({{1, 1, 5222, "a"}}), records({{0, 0, 0, "."}}), zero);
  EXPECT_THAT(direct_refused.targets, ElementsAre(Target{"a", 5222, false}));
  const auto plain_refused =
      plan_connection("x", records({{0, 0, 0, "."}}), records({{1, 1, 443, "a"}}), zero);
  EXPECT_THAT(plain_refused.targets, ElementsAre(Target{"a", 443, true}));
}

TEST(Srv, DotForDirectTlsAloneLeavesTheFallback) {
  const auto plan = plan_connection("x", none(), records({{0, 0, 0, "."}}), zero);
  EXPECT_THAT(plan.targets, ElementsAre(Target{"x", 5222, false}));
}

TEST(Srv, ManyRecordsAreCut) {
  std::vector<SrvRecord> many;
  for (uint16_t i = 0; i < 200; ++i) many.push_back({i, 1, 5222, "h" + std::to_string(i)});
  EXPECT_EQ(plan_connection("x", records(many), {}, zero).targets.size(), 16U);
}

}  // namespace
}  // namespace proxy::net
