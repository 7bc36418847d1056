#include "parser/stream/server_pairs.h"

#include <gtest/gtest.h>

#include "tests/parser/stream/session_driver.h"

namespace parser {
namespace {

using testing::SessionDriver;
using State = ServerPairs::State;
using Answer = ServerPairs::Answer;

std::string db(std::string_view local, std::string_view from, std::string_view to, std::string_view more) {
  return "<db:" + std::string(local) + " xmlns:db='jabber:server:dialback' from='" + std::string(from) +
         "' to='" + std::string(to) + "' " + std::string(more) + "/>";
}

struct Servers : SessionDriver {
  Servers() {
    client(
        "<stream:stream from='example.com' to='example.net' version='1.0' xmlns='jabber:server' "
        "xmlns:stream='http://etherx.jabber.org/streams'>");
    server(
        "<stream:stream from='example.net' to='example.com' id='s1' version='1.0' xmlns='jabber:server' "
        "xmlns:stream='http://etherx.jabber.org/streams'>");
  }
  const ServerPairs& pairs() const { return *state.pairs(); }
  State pair(std::string_view from, std::string_view to, Direction sender = Direction::kC2S) const {
    return pairs().state(sender, from, to);
  }
};

TEST(ServerPairs, KeyGoesFromAskedToProven) {
  Servers session;
  EXPECT_EQ(session.pair("example.com", "example.net"), State::kNone);
  session.client(db("result", "example.com", "example.net", ""));
  EXPECT_EQ(session.pair("a@example.com/x", "b@EXAMPLE.net"), State::kPending);
  EXPECT_FALSE(session.pairs().any_valid(Direction::kC2S));
  session.server(db("result", "example.net", "example.com", "type='valid'"));
  EXPECT_EQ(session.pairs().last_answer(), Answer::kMatched);
  EXPECT_EQ(session.pair("a@example.com/x", "b@example.net"), State::kValid);
  EXPECT_EQ(session.pair("b@example.net", "a@example.com", Direction::kS2C), State::kNone) << "one way only";
}

TEST(ServerPairs, OnePairSaysNothingOfAnother) {
  Servers session;
  session.client(db("result", "example.com", "example.net", ""));
  session.client(db("result", "rooms.example.com", "example.net", ""));
  session.server(db("result", "example.net", "rooms.example.com", "type='valid'"));
  EXPECT_EQ(session.pair("example.com", "example.net"), State::kPending);
  EXPECT_EQ(session.pair("rooms.example.com", "example.net"), State::kValid);
  EXPECT_TRUE(session.pairs().speaks_for(Direction::kC2S, "x@rooms.example.com"));
  EXPECT_FALSE(session.pairs().speaks_for(Direction::kC2S, "x@example.com"));
  session.server(db("result", "example.net", "example.com", "type='invalid'"));
  EXPECT_EQ(session.pair("example.com", "example.net"), State::kInvalid);
  EXPECT_EQ(session.pairs().refusal().frame, 0u) << "another pair is left";
}

TEST(ServerPairs, ErrorLeavesThePairOpenForAnotherTry) {
  Servers session;
  session.client(db("result", "example.com", "example.net", ""));
  session.server(db("result", "example.net", "example.com", "type='error'"));
  EXPECT_EQ(session.pair("example.com", "example.net"), State::kNone);
  session.client(db("result", "example.com", "example.net", ""));
  EXPECT_EQ(session.pair("example.com", "example.net"), State::kPending);
}

TEST(ServerPairs, RefusalOfTheOnlyPairIsRemembered) {
  Servers session;
  session.client(db("result", "example.com", "example.net", ""));
  const uint64_t frame = session.server(db("result", "example.net", "example.com", "type='invalid'")).frame;
  EXPECT_EQ(session.pairs().refusal().frame, frame);
}

TEST(ServerPairs, AnswersAreHeldAgainstWhatWasAsked) {
  Servers session;
  session.server(db("result", "example.net", "evil.example", "type='valid'"));
  EXPECT_EQ(session.pairs().last_answer(), Answer::kUnsolicited);
  EXPECT_EQ(session.pair("evil.example", "example.net"), State::kNone);
  session.client(db("result", "example.com", "example.net", ""));
  session.server(db("result", "example.com", "example.net", "type='valid'"));
  EXPECT_EQ(session.pairs().last_answer(), Answer::kNotSwapped);
  EXPECT_EQ(session.pair("example.com", "example.net"), State::kPending);
}

TEST(ServerPairs, VerificationsAreKnownByDomainsAndId) {
  Servers session;
  session.client(db("verify", "example.com", "example.net", "id='x'"));
  session.server(db("verify", "example.net", "example.com", "id='y' type='valid'"));
  EXPECT_EQ(session.pairs().last_answer(), Answer::kWrongId);
  EXPECT_EQ(session.pairs().verifications(Direction::kC2S).size(), 1u);
  session.server(db("verify", "example.net", "example.com", "id='x' type='valid'"));
  EXPECT_EQ(session.pairs().last_answer(), Answer::kMatched);
  EXPECT_TRUE(session.pairs().verifications(Direction::kC2S).empty());
  EXPECT_EQ(session.pair("example.com", "example.net"), State::kNone) << "it proves nothing on this stream";
}

TEST(ServerPairs, SaslProvesThePairOfTheHeaders) {
  Servers session;
  session.client("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>=</auth>");
  session.server("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
  EXPECT_EQ(session.pair("example.com", "example.net"), State::kValid);
  EXPECT_TRUE(session.pairs().complete());
  session.client(db("result", "example.com", "example.net", ""));
  EXPECT_EQ(session.pair("example.com", "example.net"), State::kValid) << "a needless key takes nothing away";
}

TEST(ServerPairs, BothDirectionsShareThePairsWhereThatWasAgreed) {
  Servers session;
  session.client("<bidi xmlns='urn:xmpp:bidi'/>");
  session.client(db("result", "example.com", "example.net", ""));
  session.server(db("result", "example.net", "example.com", "type='valid'"));
  EXPECT_EQ(session.pair("b@example.net", "a@example.com", Direction::kS2C), State::kValid);
  EXPECT_FALSE(session.pairs().speaks_for(Direction::kS2C, "third.example"));
  session.server(db("result", "third.example", "example.com", ""));
  session.client(db("result", "example.com", "third.example", "type='valid'"));
  EXPECT_TRUE(session.pairs().speaks_for(Direction::kS2C, "third.example"));
}

TEST(ServerPairs, MoreThanAreFollowedIsSaid) {
  Servers session;
  for (size_t i = 0; i <= ServerPairs::kMost; ++i) {
    session.client(db("result", "d" + std::to_string(i) + ".example", "example.net", ""));
  }
  EXPECT_FALSE(session.pairs().complete());
  EXPECT_EQ(session.pairs().pairs(Direction::kC2S).size(), ServerPairs::kMost);
}

TEST(ServerPairs, DomainsAreComparedAsPrepared) {
  EXPECT_TRUE(same_domain("Example.COM", "a@example.com/x"));
  EXPECT_TRUE(same_domain("bücher.example", "xn--bcher-kva.example"));
  EXPECT_FALSE(same_domain("example.com", "sub.example.com"));
}

}  // namespace
}  // namespace parser
