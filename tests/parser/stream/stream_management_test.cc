// The true numbers of each direction, and the stanza at which a peer's number stops fitting.
#include "parser/stream/stream_management.h"

#include <gtest/gtest.h>

#include "tests/parser/stream/session_driver.h"

namespace parser {
namespace {

using testing::SessionDriver;
using Fault = StreamManagement::Fault;

constexpr std::string_view kEnable = "<enable xmlns='urn:xmpp:sm:3' resume='true'/>";
constexpr std::string_view kEnabled = "<enabled xmlns='urn:xmpp:sm:3' id='s1' resume='true' max='60'/>";

std::string ack(uint32_t h) {
  return "<a xmlns='urn:xmpp:sm:3' h='" + std::to_string(h) + "'/>";
}

struct Managed : SessionDriver {
  Managed() : SessionDriver(SessionDriver::bound()) {
    client(kEnable);
    server(kEnabled);
  }
  const StreamManagement& sm() const { return *state.sm(); }
  uint32_t sent(Direction direction) const { return sm().side(direction).sent; }
  StreamManagement::Claim claim() const { return sm().last_claim().value_or(StreamManagement::Claim{}); }
  void message(Direction direction, std::string_view id) {
    feed(direction, "<message id='" + std::string(id) + "'><body>x</body></message>");
  }
};

TEST(StreamManagement, EachDirectionCountsFromItsOwnMoment) {
  SessionDriver session = SessionDriver::bound();
  session.client("<presence/>");
  session.client(kEnable);
  session.client("<presence/>");
  session.server("<message><body>ahead of the counter</body></message>");
  session.server(kEnabled);
  session.server("<message><body>the first</body></message>");
  session.client("<r xmlns='urn:xmpp:sm:3'/>");
  session.client("<active xmlns='urn:xmpp:csi:0'/>");
  ASSERT_NE(session.state.sm(), nullptr);
  EXPECT_EQ(session.state.sm()->side(Direction::kC2S).sent, 1u);
  EXPECT_EQ(session.state.sm()->side(Direction::kS2C).sent, 1u);
}

TEST(StreamManagement, GrantIsRemembered) {
  Managed session;
  EXPECT_EQ(session.sm().id(), "s1");
  EXPECT_TRUE(session.sm().resumable());
  EXPECT_EQ(session.sm().max(), std::chrono::seconds(60));
  EXPECT_EQ(session.sm().jid(), "juliet@capulet.example/balcony");
}

TEST(StreamManagement, AckMayLagBehindButNotBeAhead) {
  Managed session;
  session.message(Direction::kS2C, "m1");
  session.message(Direction::kS2C, "m2");
  session.client(ack(1));
  EXPECT_EQ(session.claim().fault, Fault::kNone);
  EXPECT_EQ(session.sm().side(Direction::kS2C).pending(), 1u);
  session.client(ack(3));
  EXPECT_EQ(session.claim().fault, Fault::kTooHigh);
  EXPECT_EQ(session.claim().first, 2u);
  EXPECT_EQ(session.claim().stanza.id(), "m2");
}

TEST(StreamManagement, FaultIsToldOnceAndLaterClaimsWithTheSameErrorFitAgain) {
  Managed session;
  session.message(Direction::kS2C, "m1");
  session.client(ack(2));
  EXPECT_EQ(session.claim().fault, Fault::kTooHigh);
  session.message(Direction::kS2C, "m2");
  session.client(ack(3));
  EXPECT_EQ(session.claim().fault, Fault::kNone);
  session.message(Direction::kS2C, "m3");
  session.client(ack(5));
  EXPECT_EQ(session.claim().fault, Fault::kTooHigh);
  EXPECT_EQ(session.claim().stanza.id(), "m3");
}

TEST(StreamManagement, AckThatFallsBackNamesTheStanzaThatWasAcknowledgedBefore) {
  Managed session;
  for (const std::string_view id : {"m1", "m2", "m3"}) session.message(Direction::kS2C, id);
  session.client(ack(3));
  session.client(ack(1));
  EXPECT_EQ(session.claim().fault, Fault::kDecreased);
  EXPECT_EQ(session.claim().first, 2u);
  EXPECT_EQ(session.claim().stanza.id(), "m2");
  EXPECT_EQ(session.claim().stanza.kind(), EventKind::kMessage);
}

TEST(StreamManagement, NumbersWrapAtTwoToTheThirtySecond) {
  SessionDriver session = SessionDriver::bound();
  session.client("<resume xmlns='urn:xmpp:sm:3' previd='x' h='4294967294'/>");
  session.server("<resumed xmlns='urn:xmpp:sm:3' previd='x' h='0'/>");
  for (int i = 0; i < 3; ++i) session.server("<message><body>x</body></message>");
  EXPECT_EQ(session.state.sm()->side(Direction::kS2C).sent, 1u);
  session.client(ack(4294967295u));
  EXPECT_EQ(session.state.sm()->last_claim()->fault, Fault::kNone);
  session.client(ack(1));
  EXPECT_EQ(session.state.sm()->last_claim()->fault, Fault::kNone);
  session.client(ack(2));
  EXPECT_EQ(session.state.sm()->last_claim()->fault, Fault::kTooHigh);
}

TEST(StreamManagement, PlacesAreKeptForTheLatestStanzasOnly) {
  Managed session;
  for (size_t i = 0; i < StreamManagement::kRecent + 10; ++i) {
    session.message(Direction::kS2C, "m" + std::to_string(i + 1));
  }
  session.client(ack(5));
  session.client(ack(4));
  EXPECT_EQ(session.claim().fault, Fault::kDecreased);
  EXPECT_EQ(session.claim().first, 5u);
  EXPECT_EQ(session.claim().stanza.frame(), 0u) << "forgotten";
  session.client(ack(70));
  session.client(ack(60));
  EXPECT_EQ(session.claim().stanza.id(), "m61");
}

TEST(StreamManagement, RefusalStopsTheCounters) {
  SessionDriver session = SessionDriver::bound();
  session.client(kEnable);
  session.server("<failed xmlns='urn:xmpp:sm:3'/>");
  session.client("<presence/>");
  EXPECT_FALSE(session.state.sm()->side(Direction::kC2S).counting);
  EXPECT_FALSE(session.state.sm()->enable().pending());
}

TEST(StreamManagement, LoginThatCarriesItCountsFromItsOwnBytes) {
  SessionDriver session;
  session.client(
      "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'><bind xmlns='urn:xmpp:bind:0'>"
      "<enable xmlns='urn:xmpp:sm:3' resume='1'/></bind></authenticate>");
  session.client("<presence/>");
  session.server(
      "<success xmlns='urn:xmpp:sasl:2'><authorization-identifier>a@example.com/x</authorization-identifier>"
      "<bound xmlns='urn:xmpp:bind:0'><enabled xmlns='urn:xmpp:sm:3' id='i' resume='1'/></bound></success>");
  session.server("<message><body>x</body></message>");
  ASSERT_NE(session.state.sm(), nullptr);
  EXPECT_EQ(session.state.sm()->side(Direction::kC2S).sent, 1u);
  EXPECT_EQ(session.state.sm()->side(Direction::kS2C).sent, 1u);
  EXPECT_EQ(session.state.sm()->id(), "i");
  EXPECT_EQ(session.state.sm()->jid(), "a@example.com/x");
}

TEST(StreamManagement, LoginThatIsSilentAboutItDidNotEnableIt) {
  SessionDriver session;
  session.client(
      "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'><bind xmlns='urn:xmpp:bind:0'>"
      "<enable xmlns='urn:xmpp:sm:3'/></bind></authenticate>");
  session.server("<success xmlns='urn:xmpp:sasl:2'><bound xmlns='urn:xmpp:bind:0'/></success>");
  session.client("<presence/>");
  EXPECT_FALSE(session.state.sm()->side(Direction::kC2S).counting);
}

TEST(StreamManagement, ChangedNumberOfStanzasProvesNothing) {
  Managed session;
  session.state.on_edit(Edit{Direction::kS2C, {0, 0}, "<message/>", "insert", ""});
  session.client(ack(1));
  EXPECT_EQ(session.claim().fault, Fault::kNone);
}

TEST(StreamManagement, UnansweredRequestIsTheOldestOne) {
  Managed session;
  const uint64_t first = session.server("<r xmlns='urn:xmpp:sm:3'/>").frame;
  session.server("<r xmlns='urn:xmpp:sm:3'/>");
  EXPECT_EQ(session.sm().side(Direction::kS2C).asked.frame, first);
  session.client(ack(0));
  EXPECT_FALSE(session.sm().side(Direction::kS2C).asked.pending()) << "one <a/> answers them all";
}

}  // namespace
}  // namespace parser
