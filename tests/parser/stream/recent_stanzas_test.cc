#include "parser/stream/recent_stanzas.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parser {
namespace {

using ::testing::ElementsAre;

constexpr auto kProfile = JidProfile::kRfc7622;
constexpr std::string_view kOwn = "juliet@example.com/balcony";

StreamEvent message(Direction direction, std::string_view peer, std::string_view id,
                    std::string_view type = {}) {
  StreamEvent event;
  event.kind = EventKind::kMessage;
  event.direction = direction;
  (direction == Direction::kC2S ? event.to : event.from) = peer;
  event.id = id;
  event.stanza_type = type;
  return event;
}

std::vector<std::string> ids(const RecentStanzas& recent, Direction direction) {
  std::vector<std::string> all;
  recent.each(direction, [&all](const RecentStanza& stanza) { all.push_back(stanza.id); });
  return all;
}

TEST(RecentStanzas, KeepsTheLastEightOfEachDirection) {
  RecentStanzas recent;
  for (int i = 1; i <= 8; ++i) {
    recent.add(message(Direction::kC2S, "a@example.com", std::to_string(i)), kOwn, kProfile);
  }
  recent.add(message(Direction::kS2C, "a@example.com", "x", "error"), kOwn, kProfile);
  EXPECT_TRUE(recent.complete(Direction::kC2S));
  EXPECT_THAT(ids(recent, Direction::kC2S), ElementsAre("1", "2", "3", "4", "5", "6", "7", "8"));
  recent.add(message(Direction::kC2S, "a@example.com", "9"), kOwn, kProfile);
  recent.add(message(Direction::kC2S, "a@example.com", "10"), kOwn, kProfile);
  EXPECT_FALSE(recent.complete(Direction::kC2S));
  EXPECT_THAT(ids(recent, Direction::kC2S), ElementsAre("3", "4", "5", "6", "7", "8", "9", "10"));
  EXPECT_THAT(ids(recent, Direction::kS2C), ElementsAre("x"));
  recent.each(Direction::kS2C, [](const RecentStanza& stanza) {
    EXPECT_TRUE(stanza.error);
    EXPECT_EQ(stanza.peer, "a@example.com");
  });
}

TEST(RecentStanzas, TellsWhatComesBackToItsSender) {
  RecentStanzas recent;
  recent.add(message(Direction::kC2S, kOwn, "1"), kOwn, kProfile);
  recent.add(message(Direction::kC2S, kOwn, "2"), kOwn, kProfile);
  EXPECT_EQ(recent.echoed(), nullptr);
  recent.add(message(Direction::kS2C, kOwn, "1"), kOwn, kProfile);
  ASSERT_NE(recent.echoed(), nullptr);
  EXPECT_EQ(recent.echoed()->id, "1");
  EXPECT_FALSE(recent.overtaken());
  recent.add(message(Direction::kS2C, "a@example.com", "2"), kOwn, kProfile);
  EXPECT_EQ(recent.echoed(), nullptr);
  recent.add(message(Direction::kS2C, kOwn, "2"), kOwn, kProfile);
  ASSERT_NE(recent.echoed(), nullptr);
  EXPECT_FALSE(recent.overtaken());
}

TEST(RecentStanzas, SeesThatALaterOneOvertook) {
  RecentStanzas recent;
  recent.add(message(Direction::kC2S, kOwn, "1"), kOwn, kProfile);
  recent.add(message(Direction::kC2S, kOwn, "2"), kOwn, kProfile);
  recent.add(message(Direction::kS2C, kOwn, "2"), kOwn, kProfile);
  EXPECT_FALSE(recent.overtaken());
  recent.add(message(Direction::kS2C, kOwn, "1"), kOwn, kProfile);
  EXPECT_TRUE(recent.overtaken());
  // Once more, as a resumption would: what has come back is not looked for again.
  recent.add(message(Direction::kS2C, kOwn, "1"), kOwn, kProfile);
  EXPECT_EQ(recent.echoed(), nullptr);
}

TEST(RecentStanzas, ForgetsTextsThatAreTooLong) {
  RecentStanzas recent;
  recent.add(message(Direction::kC2S, std::string(5000, 'a'), std::string(2000, 'i')), kOwn, kProfile);
  recent.each(Direction::kC2S, [](const RecentStanza& stanza) {
    EXPECT_EQ(stanza.peer, "");
    EXPECT_EQ(stanza.id, "");
  });
}

}  // namespace
}  // namespace parser
