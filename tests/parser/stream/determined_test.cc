// Whose address the initiating entity speaks under, while the session comes to be (RFC 3920 §3.5, RFC 6120
// §4.3.6).
#include <gtest/gtest.h>

#include "tests/parser/stream/session_driver.h"

namespace parser {
namespace {

using testing::SessionDriver;

#define SASL "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'"
#define STREAMS "xmlns:stream='http://etherx.jabber.org/streams'"

std::string told(const SessionDriver& session) {
  const DeterminedJid found = session.state.determined();
  return found.jid.empty() ? "nothing" : found.jid + " by " + std::string(found.from);
}

SessionDriver client(std::string_view auth) {
  SessionDriver session;
  session.client("<stream:stream to='example.com' version='1.0' xmlns='jabber:client' " STREAMS ">");
  session.server("<stream:stream from='example.com' id='1' version='1.0' xmlns='jabber:client' " STREAMS ">");
  session.client(auth);
  return session;
}

TEST(Determined, ComesInTwoSteps) {
  SessionDriver session = client("<auth " SASL " mechanism='PLAIN'>AGp1bGlldABzZWNyZXQ=</auth>");
  EXPECT_EQ(told(session), "nothing") << "wanting to be somebody is not enough";
  session.server("<success " SASL "/>");
  EXPECT_EQ(told(session), "juliet@example.com by login name");
  session.client("<stream:stream to='example.com' version='1.0' xmlns='jabber:client' " STREAMS ">");
  session.client(
      "<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>x</resource></bind>"
      "</iq>");
  EXPECT_EQ(told(session), "juliet@example.com by login name") << "asking for a resource is not having it";
  session.server(
      "<iq type='result' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
      "<jid>juliet@example.com/x-7</jid></bind></iq>");
  EXPECT_EQ(told(session), "juliet@example.com/x-7 by bind result");
}

TEST(Determined, GoesByTheIdentityThatIsAskedForBeforeTheNameThatLogsIn) {
  SessionDriver session =  // nurse, acting as juliet@example.com
      client("<auth " SASL " mechanism='PLAIN'>anVsaWV0QGV4YW1wbGUuY29tAG51cnNlAHNlY3JldA==</auth>");
  session.server("<success " SASL "/>");
  EXPECT_EQ(told(session), "juliet@example.com by authorization identity");
}

TEST(Determined, IsNobodyAfterAFailure) {
  SessionDriver session = client("<auth " SASL " mechanism='PLAIN'>AGp1bGlldABzZWNyZXQ=</auth>");
  session.server("<failure " SASL "><not-authorized/></failure>");
  EXPECT_EQ(told(session), "nothing");
}

TEST(Determined, IsWhatSasl2SaysItIs) {
  SessionDriver session = client(
      "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'>"
      "<initial-response>AGp1bGlldABzZWNyZXQ=</initial-response></authenticate>");
  session.server(
      "<success xmlns='urn:xmpp:sasl:2'><authorization-identifier>j.capulet@example.com"
      "</authorization-identifier></success>");
  EXPECT_EQ(told(session), "j.capulet@example.com by authorization identity");
}

TEST(Determined, OfAServerIsTheDomainThatDialbackFoundValid) {
  SessionDriver session;
  session.client(
      "<stream:stream from='example.com' to='example.net' xmlns='jabber:server' "
      "xmlns:db='jabber:server:dialback' " STREAMS ">");
  session.server(
      "<stream:stream id='1' from='example.net' xmlns='jabber:server' "
      "xmlns:db='jabber:server:dialback' " STREAMS ">");
  session.client(
      "<db:result xmlns:db='jabber:server:dialback' from='example.com' to='example.net'>k</db:result>");
  EXPECT_EQ(told(session), "nothing");
  session.server(
      "<db:result xmlns:db='jabber:server:dialback' from='example.net' to='example.com' type='valid'/>");
  EXPECT_EQ(told(session), "example.com by certificate or dialback");
}

}  // namespace
}  // namespace parser
