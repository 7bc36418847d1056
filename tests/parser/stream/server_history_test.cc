#include "parser/stream/server_history.h"

#include <gtest/gtest.h>

namespace parser {
namespace {

using Pattern = ServerHistory::Pattern;

Time at(int64_t seconds) {
  return Time(std::chrono::seconds(seconds));
}

TEST(ServerHistory, ConflictIsFoundByAccountAndResource) {
  ServerHistory history;
  history.thrown_out("Juliet@example.com/balcony", 7, at(1));
  history.thrown_out("juliet@example.com/balcony", 9, at(2));
  ASSERT_NE(history.conflict_of("juliet@example.com", "balcony"), nullptr);
  EXPECT_EQ(history.conflict_of("juliet@example.com", "balcony")->frame, 9u);
  EXPECT_EQ(history.conflict_of("juliet@example.com", "phone"), nullptr);
  EXPECT_EQ(history.conflict_of("romeo@example.com", "balcony"), nullptr);
}

TEST(ServerHistory, ThreeResourcesInARowShowAPattern) {
  ServerHistory history;
  history.chose_resource("example.com", "s7", 1);
  history.chose_resource("example.com", "s9", 2);
  EXPECT_EQ(history.resource_pattern(2), Pattern::kNone);
  history.chose_resource("example.net", "s10", 3);
  EXPECT_EQ(history.resource_pattern(3), Pattern::kNone) << "another server";
  history.chose_resource("example.com", "s12", 4);
  EXPECT_EQ(history.resource_pattern(4), Pattern::kCounted);
  EXPECT_EQ(history.resource_pattern(3), Pattern::kNone) << "only of the latest";
  for (uint64_t frame = 5; frame < 8; ++frame) history.chose_resource("example.com", "Home", frame);
  EXPECT_EQ(history.resource_pattern(7), Pattern::kSame);
  for (const std::string_view random : {"4db06f06", "4db06f99", "a1c0ffee"}) {
    history.chose_resource("example.com", random, 9);
    EXPECT_EQ(history.resource_pattern(9), Pattern::kNone) << random;
  }
}

TEST(ServerHistory, RefusalsDifferByUserAndNotByMechanism) {
  ServerHistory history;
  history.refused("example.com", "juliet", "PLAIN", "not-authorized", 1);
  history.refused("example.com", "juliet", "PLAIN", "account-disabled", 2);
  EXPECT_FALSE(history.unlike(2)) << "the same user";
  history.refused("example.com", "nobody", "SCRAM-SHA-1", "invalid-authzid", 3);
  EXPECT_FALSE(history.unlike(3)) << "another mechanism";
  history.refused("example.com", "nobody", "PLAIN", "invalid-authzid", 4);
  ASSERT_TRUE(history.unlike(4));
  EXPECT_EQ(history.unlike(4)->frame, 2u);
  history.refused("example.com", "else", "PLAIN", "not-authorized", 5);
  EXPECT_FALSE(history.unlike(5)) << "said once for a server";
}

TEST(ServerHistory, ListsAreBounded) {
  ServerHistory history;
  for (size_t i = 0; i <= ServerHistory::kMostAccounts; ++i) {
    history.thrown_out("u" + std::to_string(i) + "@example.com/x", i, at(0));
  }
  EXPECT_EQ(history.conflict_of("u0@example.com", "x"), nullptr);
  EXPECT_NE(history.conflict_of("u1@example.com", "x"), nullptr);
}

}  // namespace
}  // namespace parser
