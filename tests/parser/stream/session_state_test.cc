#include "parser/stream/session_state.h"

#include <gtest/gtest.h>

#include "tests/parser/stream/session_driver.h"

namespace parser {
namespace {

using testing::SessionDriver;

const char* const kClientHeader =
    "<stream:stream to='Capulet.example' version='1.0' xmlns='jabber:client' "
    "xmlns:stream='http://etherx.jabber.org/streams'>";
const char* const kServerHeader =
    "<stream:stream from='capulet.example' id='1' version='1.0' xmlns='jabber:client' "
    "xmlns:stream='http://etherx.jabber.org/streams'>";
const char* const kFeatures =
    "<stream:features xmlns:stream='http://etherx.jabber.org/streams'>"
    "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>";

TEST(SessionState, KnowsTheBoundAddressAsTheServerAssignedIt) {
  SessionDriver session;
  session.client(kClientHeader);
  session.server(kServerHeader);
  session.server("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
  EXPECT_TRUE(session.state.authenticated());
  EXPECT_FALSE(session.state.bound());
  session.client(kClientHeader);
  session.server(kServerHeader);
  session.server(kFeatures);
  session.client(
      "<iq type='set' id='b'><bind "
      "xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>x</resource></bind></iq>");
  const StreamEvent& answer = session.server(
      "<iq type='result' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
      "<jid>Juliet@capulet.example/x-17</jid></bind></iq>");
  EXPECT_TRUE(answer.answers.has_value());
  EXPECT_EQ(session.state.bound_jid(), "Juliet@capulet.example/x-17");
  EXPECT_EQ(session.state.domain(), "Capulet.example");
}

TEST(SessionState, RemembersWhatWasEverOffered) {
  SessionDriver session;
  session.client(kClientHeader);
  session.server(kServerHeader);
  EXPECT_EQ(session.state.features(), nullptr);
  session.server(kFeatures);
  ASSERT_NE(session.state.features(), nullptr);
  EXPECT_TRUE(session.state.offered("bind", "urn:ietf:params:xml:ns:xmpp-bind"));
  EXPECT_FALSE(session.state.offered("bind", "urn:xmpp:bind:0"));
  session.server("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
  EXPECT_EQ(session.state.features(), nullptr) << "TLS makes everything new (RFC 6120 §5.4.3.3)";
  EXPECT_TRUE(session.state.offered("bind", "urn:ietf:params:xml:ns:xmpp-bind"));
}

TEST(SessionState, RestartsBothDirectionsAtTheServersWord) {
  SessionDriver session;
  session.client(kClientHeader);
  session.server(kServerHeader);
  session.server("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
  EXPECT_TRUE(session.state.restarts(Direction::kC2S));
  EXPECT_TRUE(session.state.restarts(Direction::kS2C));
  EXPECT_FALSE(session.state.side(Direction::kC2S).header_seen);
  session.client(kClientHeader);
  EXPECT_FALSE(session.state.restarts(Direction::kC2S));
  EXPECT_EQ(session.state.side(Direction::kC2S).headers, 2u);
}

TEST(SessionState, DoesNotRestartAClientThatWentAhead) {
  SessionDriver session;
  session.client(kClientHeader);
  session.server(kServerHeader);
  session.server(
      "<stream:features xmlns:stream='http://etherx.jabber.org/streams'>"
      "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/></stream:features>");
  session.client("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'/>");
  session.client(kClientHeader);
  session.server("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
  EXPECT_FALSE(session.state.restarts(Direction::kC2S));
  EXPECT_TRUE(session.state.restarts(Direction::kS2C));
  EXPECT_TRUE(session.state.side(Direction::kC2S).header_seen);
  EXPECT_EQ(session.state.phase(), Phase::kRestartSent);
}

TEST(SessionState, Sasl2RestartsNothing) {
  SessionDriver session;
  session.client(kClientHeader);
  session.server(kServerHeader);
  session.server(
      "<success xmlns='urn:xmpp:sasl:2'><authorization-identifier>juliet@capulet.example/a"
      "</authorization-identifier><bound xmlns='urn:xmpp:bind:0'/></success>");
  EXPECT_FALSE(session.state.restarts(Direction::kS2C));
  EXPECT_EQ(session.state.bound_jid(), "juliet@capulet.example/a");
}

TEST(SessionState, TlsBelongsToALeg) {
  SessionDriver session;
  TlsEstablished fact;
  fact.leg = Leg::kServer;
  session.state.on_tls(fact);
  EXPECT_TRUE(session.state.encrypted(Direction::kS2C));
  EXPECT_FALSE(session.state.encrypted(Direction::kC2S));
}

TEST(SessionState, KeepsWhereTheFirstErrorStruck) {
  SessionDriver session;
  session.client(kClientHeader);
  session.server(kServerHeader);
  session.server(
      "<stream:error xmlns:stream='http://etherx.jabber.org/streams'>"
      "<host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>");
  EXPECT_EQ(session.state.phase(), Phase::kError);
  EXPECT_EQ(session.state.phase_at_error(), Phase::kAwaitFeatures);
  EXPECT_EQ(session.state.error_condition(), "host-unknown");
}

TEST(SessionState, KnowsTheAddressOfALegacyLogin) {
  SessionDriver session;
  session.client(
      "<stream:stream to='capulet.example' xmlns='jabber:client' "
      "xmlns:stream='http://etherx.jabber.org/streams'>");
  session.server(
      "<stream:stream from='capulet.example' id='1' xmlns='jabber:client' "
      "xmlns:stream='http://etherx.jabber.org/streams'>");
  EXPECT_FALSE(session.state.version_1());
  session.client(
      "<iq type='set' id='a'><query xmlns='jabber:iq:auth'><username>juliet</username>"
      "<digest>00</digest><resource>globe</resource></query></iq>");
  EXPECT_FALSE(session.state.bound());
  session.server("<iq type='result' id='a'/>");
  EXPECT_EQ(session.state.bound_jid(), "juliet@capulet.example/globe");
  EXPECT_EQ(session.state.phase(), Phase::kEstablished);
}

TEST(SessionState, AResumedSessionIsBoundToAnAddressThatIsNotKnownHere) {
  SessionDriver session;
  session.client(kClientHeader);
  session.server(kServerHeader);
  session.server("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
  session.client(kClientHeader);
  session.server(kServerHeader);
  session.server(kFeatures);
  session.client("<resume xmlns='urn:xmpp:sm:3' h='4' previd='p'/>");
  session.server("<resumed xmlns='urn:xmpp:sm:3' h='2' previd='p'/>");
  EXPECT_TRUE(session.state.bound());
  EXPECT_TRUE(session.state.resumed());
  EXPECT_EQ(session.state.bound_jid(), "");
}

TEST(SessionState, AssumedSessionsStandWhereTheySay) {
  EXPECT_EQ(SessionDriver::bound().state.phase(), Phase::kEstablished);
  EXPECT_TRUE(SessionDriver::bound().state.from_start());
  EXPECT_EQ(SessionDriver::bound().state.domain(), "capulet.example");
  const auto phase_of = [](const AssumedSession& assumed) {
    SessionDriver session;
    ConnectionInfo info;
    info.from_start = false;
    info.assumed = assumed;
    session.state.on_opened(info);
    return session.state.phase();
  };
  EXPECT_EQ(phase_of({.encrypted = true, .authenticated = true, .bound_jid = {}, .domain = {}}),
            Phase::kFeaturesAuth);
  EXPECT_EQ(phase_of({.encrypted = true, .authenticated = false, .bound_jid = {}, .domain = {}}),
            Phase::kFeaturesTls);
  EXPECT_EQ(phase_of({.encrypted = false, .authenticated = false, .bound_jid = {}, .domain = {}}),
            Phase::kFeaturesPlain);
}

TEST(SessionState, AnEarlyFloodIsBounded) {
  SessionDriver session;
  session.client(kClientHeader);
  for (int i = 0; i < 10'000; ++i) session.client("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
  session.server(kServerHeader);
  EXPECT_EQ(session.state.phase(), Phase::kAwaitFeatures);
  session.server(kFeatures);
  EXPECT_EQ(session.state.phase(), Phase::kSaslServer);
}

TEST(SessionState, EveryPhaseHasItsWords) {
  for (int i = 0; i <= static_cast<int>(Phase::kMidSession); ++i) {
    const auto phase = static_cast<Phase>(i);
    EXPECT_FALSE(name(phase).empty());
    EXPECT_GT(caption(phase).size(), 20u) << name(phase);
    EXPECT_FALSE(turn(phase).empty());
  }
  EXPECT_EQ(name(Phase::kFeaturesTls), "features-tls");
  EXPECT_EQ(turn(Phase::kHeaderSent), "server");
}

}  // namespace
}  // namespace parser
