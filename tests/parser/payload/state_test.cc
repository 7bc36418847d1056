// The types that remember, where the transcripts of rules do not reach: their bounds, and what they forget.
#include <gtest/gtest.h>

#include <string>

#include "parser/payload/archive_queries.h"
#include "parser/payload/caps_book.h"
#include "parser/payload/copies.h"
#include "parser/payload/extensions.h"
#include "parser/payload/rooms.h"
#include "parser/payload/typing.h"
#include "tests/parser/stream/session_driver.h"

namespace parser::payload {
namespace {

// A bound session whose stanzas are also fed to the extensions.
class Driver {
 public:
  Extensions extensions;
  testing::SessionDriver session = testing::SessionDriver::bound();

  void client(const std::string& bytes) { feed(session.client(bytes)); }
  void server(const std::string& bytes) { feed(session.server(bytes)); }

 private:
  void feed(const StreamEvent& event) {
    ASSERT_NE(event.element, nullptr);
    extensions.on_event(event, parts_of(*event.element), session.state);
  }
};

std::string presence(const std::string& from, const std::string& ver) {
  return "<presence from='" + from +
         "'><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='n' ver='" + ver + "'/></presence>";
}

TEST(CapsBook, KnowsWhatEachPeerAdvertisedLast) {
  Driver driver;
  driver.server(presence("romeo@example.net/o", "one"));
  driver.server(presence("romeo@example.net/p", "two"));
  driver.server(presence("romeo@example.net/o", "three"));
  driver.client(
      "<presence><c xmlns='http://jabber.org/protocol/caps' hash='sha-256' node='m' ver='own'/></presence>");
  const CapsBook& book = driver.extensions.caps();
  EXPECT_TRUE(names(*book.find("romeo@example.net/o"), "n#three"));
  EXPECT_FALSE(names(*book.find("romeo@example.net/o"), "n#one"));
  EXPECT_FALSE(names(*book.find("romeo@example.net/o"), ""));
  EXPECT_TRUE(names(*book.find("romeo@example.net/p"), "n#two"));
  EXPECT_TRUE(names(*book.find(""), "m#own"));
  EXPECT_EQ(book.find("")->hash_name(), "sha-256");
  EXPECT_EQ(book.find("tybalt@example.org/x"), nullptr);
  driver.server("<presence type='unavailable' from='romeo@example.net/o'/>");
  EXPECT_EQ(driver.extensions.caps().find("romeo@example.net/o"), nullptr);
}

TEST(CapsBook, ForgetsWhoWasHeardOfLongestAgo) {
  Driver driver;
  for (size_t i = 0; i <= CapsBook::kMost; ++i)
    driver.server(presence("a@example.net/" + std::to_string(i), "v"));
  EXPECT_EQ(driver.extensions.caps().find("a@example.net/0"), nullptr);
  EXPECT_NE(driver.extensions.caps().find("a@example.net/1"), nullptr);
  EXPECT_NE(driver.extensions.caps().find("a@example.net/" + std::to_string(CapsBook::kMost)), nullptr);
}

TEST(DiscoFlood, CountsOnlyWhatCapabilitiesWouldHaveSpared) {
  DiscoFlood distinct;
  for (int i = 0; i < 60; ++i) EXPECT_FALSE(distinct.asked(Time(), "n#" + std::to_string(i)));
  DiscoFlood slow;
  for (int i = 0; i < 60; ++i) EXPECT_FALSE(slow.asked(Time(std::chrono::seconds(10 * i)), ""));
  DiscoFlood flood;
  size_t told = 0;
  for (int i = 0; i < 60; ++i) told += flood.asked(Time(), "") ? 1 : 0;
  EXPECT_EQ(told, 1U);
}

constexpr std::string_view kOwn =
    "<presence from='room@chat.example.com/Juliet'><x xmlns='http://jabber.org/protocol/muc#user'>"
    "<item affiliation='member' role='participant'/><status code='110'/></x></presence>";

std::string join(const std::string& room) {
  return "<presence to='" + room + "/Juliet'><x xmlns='http://jabber.org/protocol/muc'/></presence>";
}

TEST(Rooms, FollowAJoinToItsEnd) {
  Driver driver;
  driver.client(join("room@chat.example.com"));
  EXPECT_EQ(driver.extensions.rooms().last(), RoomEvent::kJoinRequest);
  driver.server(std::string(kOwn));
  EXPECT_EQ(driver.extensions.rooms().last(), RoomEvent::kOwnPresence);
  driver.client(join("room@chat.example.com"));
  EXPECT_EQ(driver.extensions.rooms().last(), RoomEvent::kUpdate);
  driver.server("<message type='groupchat' from='room@chat.example.com'><subject/></message>");
  EXPECT_EQ(driver.extensions.rooms().last(), RoomEvent::kSubject);
  driver.client("<presence to='room@chat.example.com/Juliet' type='unavailable'/>");
  driver.client("<presence to='room@chat.example.com/Juliet'/>");
  EXPECT_EQ(driver.extensions.rooms().last(), RoomEvent::kPlainPresence);
}

TEST(Rooms, AreLeftWhereTheRoomRefusesOrRemoves) {
  Driver driver;
  driver.client(join("room@chat.example.com"));
  driver.server("<presence type='error' from='room@chat.example.com/Juliet'/>");
  driver.client("<presence to='room@chat.example.com/Juliet'/>");
  EXPECT_EQ(driver.extensions.rooms().last(), RoomEvent::kPlainPresence);
  driver.client(join("room@chat.example.com"));
  driver.server(std::string(kOwn));
  driver.server(
      "<presence type='unavailable' from='room@chat.example.com/Juliet'>"
      "<x xmlns='http://jabber.org/protocol/muc#user'><item/><status code='307'/>"
      "<status code='110'/></x></presence>");
  driver.client("<presence to='room@chat.example.com/Juliet'/>");
  EXPECT_EQ(driver.extensions.rooms().last(), RoomEvent::kPlainPresence);
}

TEST(Rooms, BeyondTheMostAreNotJudged) {
  Driver driver;
  for (size_t i = 0; i < Rooms::kMost; ++i)
    driver.client(join("room" + std::to_string(i) + "@chat.example.com"));
  driver.client(join("room@chat.example.com"));
  EXPECT_EQ(driver.extensions.rooms().last(), RoomEvent::kNone);
  driver.client("<presence type='unavailable'/>");
  driver.client(join("room@chat.example.com"));
  EXPECT_EQ(driver.extensions.rooms().last(), RoomEvent::kJoinRequest);
}

std::string query(const std::string& id) {
  return "<iq id='" + id + "' type='set'><query xmlns='urn:xmpp:mam:2' queryid='" + id + "'/></iq>";
}
std::string result(const std::string& id, const std::string& stamp = "2010-07-10T23:08:25Z") {
  return "<message from='juliet@capulet.example'><result xmlns='urn:xmpp:mam:2' queryid='" + id +
         "' id='a'><forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='" + stamp +
         "'/><message xmlns='jabber:client'/></forwarded></result></message>";
}

TEST(ArchiveQueries, TwoUnderWayAreToldApartByTheirIds) {
  Driver driver;
  driver.client(query("one"));
  driver.client(query("two"));
  driver.server(result("two"));
  EXPECT_EQ(driver.extensions.archives().last(), ResultMatch::kExpected);
  driver.server("<iq id='two' type='result'/>");
  driver.server(result("one"));
  EXPECT_EQ(driver.extensions.archives().last(), ResultMatch::kExpected);
  driver.server(result("two"));
  EXPECT_EQ(driver.extensions.archives().last(), ResultMatch::kAfterEnd);
  driver.server(result("three"));
  EXPECT_EQ(driver.extensions.archives().last(), ResultMatch::kWrongId);
  driver.server("<message from='juliet@capulet.example'><body>Hi</body></message>");
  EXPECT_EQ(driver.extensions.archives().last(), ResultMatch::kNone);
}

TEST(ArchiveQueries, ForgetTheOldestAndSayThatTheyDid) {
  Driver driver;
  for (size_t i = 0; i < ArchiveQueries::kMost; ++i) driver.client(query("q" + std::to_string(i)));
  EXPECT_TRUE(driver.extensions.archives().complete());
  driver.client(query("last"));
  EXPECT_FALSE(driver.extensions.archives().complete());
  driver.server(result("last"));
  EXPECT_EQ(driver.extensions.archives().last(), ResultMatch::kExpected);
}

TEST(ArchiveQueries, AFlippedPageGoesBackwards) {
  Driver driver;
  driver.client("<iq id='q' type='set'><query xmlns='urn:xmpp:mam:2'><flip-page/></query></iq>");
  driver.server(result("", "2010-07-10T23:09:25Z"));
  driver.server(result("", "2010-07-10T23:08:25Z"));
  EXPECT_EQ(driver.extensions.archives().last(), ResultMatch::kExpected);
}

TEST(Typing, IsRememberedForEachPartner) {
  Driver driver;
  const auto state = [&](const std::string& to, const std::string& name) {
    driver.client("<message to='" + to + "'><" + name +
                  " xmlns='http://jabber.org/protocol/chatstates'/></message>");
    return driver.extensions.typing().last_repeats();
  };
  EXPECT_FALSE(state("a@example.net", "composing"));
  EXPECT_FALSE(state("b@example.net", "composing"));
  EXPECT_TRUE(state("a@example.net", "composing"));
  EXPECT_FALSE(state("a@example.net", "paused"));
  driver.client("<message to='a@example.net'><body>Hi</body></message>");
  EXPECT_FALSE(driver.extensions.typing().last_repeats());
  EXPECT_FALSE(state("a@example.net", "paused"));
  for (size_t i = 0; i < 3 * Typing::kMost; ++i) EXPECT_FALSE(state("c" + std::to_string(i), "composing"));
}

TEST(Copies, BindTwoTurnsThemOn) {
  Driver driver;
  EXPECT_FALSE(driver.extensions.copies().wanted());
  driver.client(
      "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'><bind xmlns='urn:xmpp:bind:0'>"
      "<enable xmlns='urn:xmpp:carbons:2'/></bind></authenticate>");
  EXPECT_TRUE(driver.extensions.copies().wanted());
}

}  // namespace
}  // namespace parser::payload
