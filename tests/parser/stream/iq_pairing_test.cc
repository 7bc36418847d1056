#include "parser/stream/iq_pairing.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/parser/stream/session_driver.h"

namespace parser {
namespace {

using testing::SessionDriver;

std::string get(const std::string& id, const std::string& attributes = {}) {
  return "<iq type='get' id='" + id + "' " + attributes + "><ping xmlns='urn:xmpp:ping'/></iq>";
}
std::string result(const std::string& id, const std::string& attributes = {}) {
  return "<iq type='result' id='" + id + "' " + attributes + "/>";
}
std::string error(const std::string& id, const std::string& attributes = {}) {
  return "<iq type='error' id='" + id + "' " + attributes +
         "><error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>";
}

TEST(IqPairing, AnAnswerKnowsItsRequestAndHowLongItTook) {
  SessionDriver session = SessionDriver::bound();
  session.client(get("1", "to='romeo@montague.example/orchard'"));
  session.client("<presence/>");
  const StreamEvent& answer = session.server(result("1", "from='romeo@montague.example/orchard'"));
  ASSERT_TRUE(answer.answers.has_value());
  EXPECT_EQ(answer.answers->frame, 1u);
  EXPECT_EQ(answer.answers->rtt, std::chrono::milliseconds(20));
  EXPECT_EQ(session.state.last_match(), IqMatch::kAnswered);
  ASSERT_TRUE(session.state.last_request().has_value());
  EXPECT_EQ(session.state.last_request()->payload_ns, "urn:xmpp:ping");
  EXPECT_TRUE(session.state.open_iqs(Direction::kC2S).empty());
}

TEST(IqPairing, AnErrorIsAnAnswerToo) {
  SessionDriver session = SessionDriver::bound();
  session.client(get("1", "to='nobody@montague.example'"));
  EXPECT_TRUE(session.server(error("1", "from='nobody@montague.example'")).answers.has_value());
}

TEST(IqPairing, EqualIdsInOppositeDirectionsAreUnrelated) {
  SessionDriver session = SessionDriver::bound();
  session.client(get("1"));
  session.server(get("1", "from='capulet.example' to='juliet@capulet.example/balcony'"));
  EXPECT_EQ(session.client(result("1", "to='capulet.example'")).answers->frame, 2u);
  EXPECT_EQ(session.server(result("1")).answers->frame, 1u);
}

TEST(IqPairing, WhoeverSendsARequestDoesNotAnswerIt) {
  SessionDriver session = SessionDriver::bound();
  session.client(get("1"));
  EXPECT_FALSE(session.client(result("1")).answers.has_value());
  EXPECT_EQ(session.state.last_match(), IqMatch::kUnsolicited);
  EXPECT_EQ(session.state.open_iqs(Direction::kC2S).size(), 1u);
}

TEST(IqPairing, ARequestToNobodyIsAnsweredByTheServerOrTheOwnAccountUnderAnyName) {
  for (const std::string from : {"", "from='capulet.example'", "from='juliet@capulet.example'",
                                 "from='Juliet@Capulet.Example'", "from='juliet@capulet.example/balcony'"}) {
    SessionDriver session = SessionDriver::bound();
    session.client(get("1"));
    EXPECT_TRUE(session.server(result("1", from)).answers.has_value()) << from;
  }
}

TEST(IqPairing, ARequestToNobodyIsNotAnsweredByAStranger) {
  for (const std::string from : {"from='romeo@capulet.example'", "from='montague.example'"}) {
    SessionDriver session = SessionDriver::bound();
    session.client(get("1"));
    EXPECT_FALSE(session.server(result("1", from)).answers.has_value()) << from;
    EXPECT_EQ(session.state.last_match(), IqMatch::kWrongFrom) << from;
    ASSERT_TRUE(session.state.last_request().has_value());
    EXPECT_EQ(session.state.last_request()->frame, 1u);
    EXPECT_EQ(session.state.open_iqs(Direction::kC2S).size(), 1u) << "the true answer may still come";
  }
}

TEST(IqPairing, AnAnswerOfTheOwnAccountMayNameNobody) {
  SessionDriver session = SessionDriver::bound();
  session.client(get("1", "to='juliet@capulet.example'"));
  session.client(get("2", "to='capulet.example'"));
  session.client(get("3", "to='romeo@montague.example'"));
  EXPECT_TRUE(session.server(result("1")).answers.has_value());
  EXPECT_TRUE(session.server(result("2")).answers.has_value());
  EXPECT_FALSE(session.server(result("3")).answers.has_value());
  EXPECT_EQ(session.state.last_match(), IqMatch::kWrongFrom);
}

TEST(IqPairing, AddressesAreComparedInPreparedForm) {
  SessionDriver session = SessionDriver::bound();
  session.client(get("1", "to='Fußball@MÜNCHEN.example/Ä'"));
  EXPECT_TRUE(session.server(result("1", "from='fussball@xn--mnchen-3ya.example/Ä'")).answers.has_value());
}

TEST(IqPairing, TwoContactsMayUseTheSameId) {
  SessionDriver session = SessionDriver::bound();
  session.server(get("v1", "from='romeo@montague.example/a' to='juliet@capulet.example/balcony'"));
  session.server(get("v1", "from='nurse@capulet.example/b' to='juliet@capulet.example/balcony'"));
  EXPECT_EQ(session.client(result("v1", "to='nurse@capulet.example/b'")).answers->frame, 2u);
  EXPECT_EQ(session.client(result("v1", "to='romeo@montague.example/a'")).answers->frame, 1u);
}

TEST(IqPairing, ARosterPushIsAnsweredToNobody) {
  SessionDriver session = SessionDriver::bound();
  session.server(
      "<iq type='set' id='push' to='juliet@capulet.example'><query xmlns='jabber:iq:roster'/></iq>");
  EXPECT_TRUE(session.client(result("push")).answers.has_value());
}

TEST(IqPairing, ASecondAnswerIsADuplicate) {
  SessionDriver session = SessionDriver::bound();
  session.client(get("1", "to='capulet.example'"));
  session.server(result("1", "from='capulet.example'"));
  EXPECT_FALSE(session.server(result("1", "from='capulet.example'")).answers.has_value());
  EXPECT_EQ(session.state.last_match(), IqMatch::kDuplicate);
}

TEST(IqPairing, AnAnswerToNothingIsUnsolicited) {
  SessionDriver session = SessionDriver::bound();
  session.server(result("9", "from='capulet.example'"));
  EXPECT_EQ(session.state.last_match(), IqMatch::kUnsolicited);
  session.server("<message/>");
  EXPECT_EQ(session.state.last_match(), IqMatch::kNone) << "it is said of the event that was fed last";
}

TEST(IqPairing, TheOlderOfTwoEqualRequestsIsAnsweredFirst) {
  SessionDriver session = SessionDriver::bound();
  session.client(get("1"));
  session.client(get("1"));
  EXPECT_EQ(session.server(result("1")).answers->frame, 1u);
  EXPECT_EQ(session.server(result("1")).answers->frame, 2u);
}

TEST(IqPairing, NothingIsUnsolicitedWhereTheRequestMayHaveBeenMissed) {
  SessionDriver joined;
  ConnectionInfo info;
  info.from_start = false;
  joined.state.on_opened(info);
  joined.server(result("1", "from='capulet.example' to='juliet@capulet.example/balcony'"));
  EXPECT_EQ(joined.state.last_match(), IqMatch::kNone);

  SessionDriver gap = SessionDriver::bound();
  gap.state.on_dropped(Dropped{Direction::kC2S, 100});
  gap.server(result("1", "from='capulet.example'"));
  EXPECT_EQ(gap.state.last_match(), IqMatch::kNone);
}

TEST(IqPairing, InMidSessionTheOwnAddressIsLearnedFromWhatTheServerWritesTo) {
  SessionDriver session;
  ConnectionInfo info;
  info.from_start = false;
  session.state.on_opened(info);
  session.server("<message from='romeo@montague.example/o' to='juliet@capulet.example/balcony'/>");
  session.client(get("1"));
  EXPECT_FALSE(session.server(result("1", "from='tybalt@capulet.example'")).answers.has_value());
  EXPECT_TRUE(session.server(result("1", "from='juliet@capulet.example'")).answers.has_value());
}

TEST(IqPairing, AnswersBetweenServersTakeAnotherConnection) {
  SessionDriver session;
  session.client(
      "<stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams' "
      "from='a.example' to='b.example' version='1.0'>");
  session.client(get("1", "from='x@a.example/r' to='b.example'"));
  EXPECT_TRUE(session.state.open_iqs(Direction::kC2S).empty());
  session.client(result("2", "from='x@a.example/r' to='b.example'"));
  EXPECT_EQ(session.state.last_match(), IqMatch::kNone);
}

TEST(IqPairing, AMillionOpenRequestsAreBounded) {
  SessionDriver session = SessionDriver::bound(SessionLimits{.max_open_iqs = 1000});
  StreamEvent request;
  request.kind = EventKind::kIq;
  request.direction = Direction::kC2S;
  request.stanza_type = "get";
  std::string id;
  for (int i = 0; i < 1'000'000; ++i) {
    // Every other one has the same id, which is the worst case of the index.
    id = i % 2 == 0 ? "same" : "q" + std::to_string(i);
    request.id = id;
    request.frame = static_cast<uint64_t>(i);
    session.state.on_element(request);
  }
  EXPECT_EQ(session.state.open_iqs(Direction::kC2S).size(), 1000u);
  EXPECT_EQ(session.state.forgotten_iqs(), 999'000u);
  EXPECT_EQ(session.state.open_iqs(Direction::kC2S).begin()->second.frame, 999'000u) << "oldest go first";
  EXPECT_TRUE(session.server(result("q999999")).answers.has_value());
  EXPECT_FALSE(session.server(result("q1")).answers.has_value());
  EXPECT_EQ(session.state.last_match(), IqMatch::kNone) << "it was asked for, and forgotten";
}

TEST(IqPairing, AnsweredIdsAreRememberedForAWhileOnly) {
  SessionDriver session = SessionDriver::bound(SessionLimits{.max_answered_ids = 4});
  for (int i = 0; i < 10; ++i) {
    session.client(get(std::to_string(i)));
    session.server(result(std::to_string(i)));
  }
  session.server(result("9"));
  EXPECT_EQ(session.state.last_match(), IqMatch::kDuplicate);
  session.server(result("0"));
  EXPECT_EQ(session.state.last_match(), IqMatch::kUnsolicited);
}

TEST(IqPairing, AnswerToAnAnswerIsToldFromOneToNothing) {
  SessionDriver session = SessionDriver::bound();
  session.client("<iq id='1' type='get' to='a@example.net/x'><ping xmlns='urn:xmpp:ping'/></iq>");
  session.server("<iq id='1' type='result' from='a@example.net/x'/>");
  session.client("<iq id='1' type='error' to='a@example.net/x'/>");
  EXPECT_EQ(session.state.last_match(), IqMatch::kToResponse);
  session.client("<iq id='1' type='error' to='b@example.net/x'/>");
  EXPECT_EQ(session.state.last_match(), IqMatch::kUnsolicited) << "b has not answered anything";
  session.server("<iq id='1' type='get' from='a@example.net/x'><ping xmlns='urn:xmpp:ping'/></iq>");
  session.client("<iq id='1' type='result' to='a@example.net/x'/>");
  EXPECT_EQ(session.state.last_match(), IqMatch::kAnswered) << "a has asked in the meantime";
}

TEST(IqPairing, TwinIsAnOpenRequestBetweenTheSameTwo) {
  SessionDriver session = SessionDriver::bound();
  const auto ask = [&session](std::string_view to) {
    session.client("<iq id='1' type='get'" + std::string(to) + "><ping xmlns='urn:xmpp:ping'/></iq>");
    return session.state.last_twin().frame;
  };
  EXPECT_EQ(ask(" to='a@example.net/x'"), 0U);
  EXPECT_EQ(ask(" to='a@example.net/y'"), 0U);
  EXPECT_EQ(ask(""), 0U);
  EXPECT_EQ(ask(" to='A@example.net/x'"), 1U);
  EXPECT_TRUE(session.state.last_twin().same_question);
  session.client("<iq id='1' type='set' to='a@example.net/x'><ping xmlns='urn:xmpp:ping'/></iq>");
  EXPECT_FALSE(session.state.last_twin().same_question);
  session.client("<presence/>");
  EXPECT_EQ(session.state.last_twin().frame, 0U) << "it is said of the event that was fed last";
}

}  // namespace
}  // namespace parser
