#include "parser/stream/session_registry.h"

#include <gtest/gtest.h>

#include "tests/parser/stream/session_driver.h"

namespace parser {
namespace {

using State = SessionRegistry::State;
using End = SessionRegistry::End;

Time at(int64_t seconds) {
  return Time(std::chrono::seconds(seconds));
}

std::shared_ptr<StreamManagement> session(ConnectionId connection, const std::string& id,
                                          const std::string& max = "60") {
  auto sm = std::make_shared<StreamManagement>(connection);
  StreamEvent event;
  event.direction = Direction::kS2C;
  event.element = testing::parse_element("<enabled xmlns='urn:xmpp:sm:3' id='" + id +
                                         "' resume='true' max='" + max + "'/>");
  sm->on_enabled(event, *event.element);
  return sm;
}

TEST(SessionRegistry, SessionHibernatesAndGoesOn) {
  SessionRegistry registry;
  const auto sm = session(1, "x");
  EXPECT_EQ(registry.granted("example.com", sm, 7, at(0)), nullptr);
  EXPECT_EQ(registry.find("example.com", "x")->state, State::kLive);
  registry.broke("example.com", *sm, at(10));
  EXPECT_EQ(registry.find("example.com", "x")->state, State::kHibernating);
  EXPECT_EQ(registry.find("example.com", "x")->expires, at(70));
  EXPECT_EQ(registry.resumed("Example.COM", "x", 2, at(20)), sm);
  EXPECT_EQ(registry.find("example.com", "x")->state, State::kLive);
  EXPECT_EQ(registry.find("example.com", "x")->connection, 2u);
  EXPECT_EQ(registry.find("example.com", "x")->first, 1u);
}

TEST(SessionRegistry, SameIdOfAnotherServerIsAnotherSession) {
  SessionRegistry registry;
  registry.granted("example.com", session(1, "x"), 7, at(0));
  EXPECT_EQ(registry.find("example.net", "x"), nullptr);
  EXPECT_EQ(registry.resumed("example.net", "x", 2, at(1)), nullptr);
}

TEST(SessionRegistry, WhatIsOverIsRememberedButDoesNotGoOn) {
  SessionRegistry registry;
  registry.granted("example.com", session(1, "x"), 7, at(0));
  registry.ended("example.com", "x", End::kClosedByClient, 9, at(1));
  EXPECT_EQ(registry.find("example.com", "x")->end, End::kClosedByClient);
  EXPECT_EQ(registry.find("example.com", "x")->end_frame, 9u);
  EXPECT_EQ(registry.resumed("example.com", "x", 2, at(2)), nullptr);
}

TEST(SessionRegistry, IdThatIsGivenAgainTellsOfTheFirstTime) {
  SessionRegistry registry;
  registry.granted("example.com", session(1, "x"), 7, at(0));
  const auto* before = registry.granted("example.com", session(2, "x"), 17, at(1));
  ASSERT_NE(before, nullptr);
  EXPECT_EQ(before->enabled_frame, 7u);
  EXPECT_EQ(registry.find("example.com", "x")->enabled_frame, 17u);
}

TEST(SessionRegistry, HibernationEndsLongBehindItsTime) {
  SessionRegistry registry;
  const auto sm = session(1, "x");
  registry.granted("example.com", sm, 7, at(0));
  registry.broke("example.com", *sm, at(10));
  registry.granted("example.com", session(2, "y"), 8, at(75));
  EXPECT_EQ(registry.find("example.com", "x")->state, State::kHibernating) << "servers may be late";
  registry.granted("example.com", session(3, "z"), 9, at(1000));
  EXPECT_EQ(registry.find("example.com", "x")->end, End::kExpired);
  EXPECT_EQ(sm.use_count(), 1) << "its memory is free";
}

TEST(SessionRegistry, LeastRecentlyTouchedIsForgottenFirst) {
  SessionRegistry registry;
  for (size_t i = 0; i < SessionRegistry::kMost; ++i) {
    registry.granted("example.com", session(i + 1, "s" + std::to_string(i)), i, at(0));
  }
  registry.resumed("example.com", "s0", 9000, at(1));
  registry.granted("example.com", session(9001, "more"), 1, at(2));
  EXPECT_EQ(registry.size(), SessionRegistry::kMost);
  EXPECT_NE(registry.find("example.com", "s0"), nullptr);
  EXPECT_EQ(registry.find("example.com", "s1"), nullptr);
}

}  // namespace
}  // namespace parser
