// SASL2, Bind 2, FAST and inline resumption in the machine (XEP-0388, XEP-0386, XEP-0484, XEP-0198 §9).
#include <gtest/gtest.h>

#include <string>

#include "tests/parser/stream/session_driver.h"

namespace parser {
namespace {

using testing::SessionDriver;

constexpr std::string_view kSasl2Features =
    "<features xmlns='http://etherx.jabber.org/streams'><authentication "
    "xmlns='urn:xmpp:sasl:2'><mechanism>PLAIN</mechanism><inline><bind xmlns='urn:xmpp:bind:0'/></inline>"
    "</authentication></features>";
constexpr std::string_view kBindFeatures =
    "<features xmlns='http://etherx.jabber.org/streams'><bind "
    "xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></features>";

// Headers and features of a client on TLS.
SessionDriver offered() {
  SessionDriver driver;
  driver.state.on_opened(ConnectionInfo{.client = {}, .server = {}, .listener = {}, .direct_tls = true});
  driver.client(
      "<stream:stream to='example.com' from='juliet@example.com' version='1.0' xmlns='jabber:client' "
      "xmlns:stream='http://etherx.jabber.org/streams'>");
  driver.server(
      "<stream:stream from='example.com' id='1' version='1.0' xmlns='jabber:client' "
      "xmlns:stream='http://etherx.jabber.org/streams'>");
  driver.server(kSasl2Features);
  return driver;
}

std::string authenticate(std::string_view inside) {
  return "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'><initial-response>AGp1bGlldABzZWNyZXQ=</"
         "initial-response>" +
         std::string(inside) + "</authenticate>";
}
std::string success(std::string_view jid, std::string_view inside) {
  return "<success xmlns='urn:xmpp:sasl:2'><authorization-identifier>" + std::string(jid) +
         "</authorization-identifier>" + std::string(inside) + "</success>";
}

TEST(Sasl2Session, LogsInWithoutARestartAndBindsTheOldWay) {
  SessionDriver driver = offered();
  EXPECT_EQ(driver.state.phase(), Phase::kSasl2Offered);
  driver.client(authenticate(""));
  EXPECT_EQ(driver.state.phase(), Phase::kSasl2Server);
  ASSERT_NE(driver.state.login(), nullptr);
  EXPECT_EQ(driver.state.login()->message(), sasl::Message::kPlain);
  driver.server(success("juliet@example.com", ""));
  EXPECT_EQ(driver.state.phase(), Phase::kLoggedIn);
  EXPECT_FALSE(driver.state.restarts(Direction::kC2S));
  EXPECT_TRUE(driver.state.inline_login()->features_due());
  driver.server(kBindFeatures);
  EXPECT_EQ(driver.state.phase(), Phase::kFeaturesAuth);
  EXPECT_FALSE(driver.state.inline_login()->features_due());
}

TEST(Sasl2Session, BindsInline) {
  SessionDriver driver = offered();
  driver.client(authenticate("<bind xmlns='urn:xmpp:bind:0'/>"));
  driver.server(success("juliet@example.com/App/x1", "<bound xmlns='urn:xmpp:bind:0'/>"));
  EXPECT_EQ(driver.state.phase(), Phase::kBoundInline);
  EXPECT_EQ(driver.state.bound_jid(), "juliet@example.com/App/x1");
  driver.client("<presence xmlns='jabber:client'/>");
  EXPECT_EQ(driver.state.phase(), Phase::kBoundInline) << "the features are still due";
  driver.server(kBindFeatures);
  EXPECT_EQ(driver.state.phase(), Phase::kEstablished);
}

TEST(Sasl2Session, ResumesInline) {
  SessionDriver driver = offered();
  driver.client(
      authenticate("<bind xmlns='urn:xmpp:bind:0'/><resume xmlns='urn:xmpp:sm:3' previd='x' h='1'/>"));
  EXPECT_TRUE(driver.state.inline_login()->asks_resume());
  driver.server(success("juliet@example.com", "<resumed xmlns='urn:xmpp:sm:3' previd='x' h='1'/>"));
  EXPECT_EQ(driver.state.phase(), Phase::kResumedInline);
  EXPECT_TRUE(driver.state.resumed());
  EXPECT_FALSE(driver.state.inline_login()->features_due());
  driver.client("<message xmlns='jabber:client' to='romeo@example.net'/>");
  EXPECT_EQ(driver.state.phase(), Phase::kEstablished);
}

TEST(Sasl2Session, ChallengesAndTasksTakeTurns) {
  SessionDriver driver = offered();
  driver.client("<authenticate xmlns='urn:xmpp:sasl:2' mechanism='SCRAM-SHA-1'/>");
  driver.server("<challenge xmlns='urn:xmpp:sasl:2'/>");
  EXPECT_EQ(driver.state.phase(), Phase::kSasl2Client);
  driver.client("<response xmlns='urn:xmpp:sasl:2'>biwsbj1hLHI9Yg==</response>");
  EXPECT_EQ(driver.state.phase(), Phase::kSasl2Server);
  driver.server("<continue xmlns='urn:xmpp:sasl:2'><tasks><task>TOTP</task></tasks></continue>");
  EXPECT_EQ(driver.state.phase(), Phase::kTasks);
  driver.client("<next xmlns='urn:xmpp:sasl:2' task='TOTP'/>");
  EXPECT_EQ(driver.state.phase(), Phase::kTasks);
  driver.server("<task-data xmlns='urn:xmpp:sasl:2'/>");
  EXPECT_EQ(driver.state.phase(), Phase::kTasks);
  driver.server(
      "<failure xmlns='urn:xmpp:sasl:2'><not-authorized "
      "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/></failure>");
  EXPECT_EQ(driver.state.phase(), Phase::kSasl2Offered);
  EXPECT_EQ(driver.state.login()->condition(), "not-authorized");
}

TEST(Sasl2Session, KnowsATokenLogin) {
  SessionDriver driver = offered();
  driver.client(
      "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='HT-SHA-256-NONE'><initial-response>anVsaWV0AEhBU0g=</"
      "initial-response><user-agent id='d4565fa7-4d72-4749-b3d3-740edbf87770'/><fast "
      "xmlns='urn:xmpp:fast:0'/></authenticate>");
  EXPECT_TRUE(driver.state.inline_login()->uses_token());
  EXPECT_TRUE(driver.state.inline_login()->names_user_agent());
  EXPECT_EQ(driver.state.login()->message(), sasl::Message::kHashedToken);
  EXPECT_EQ(driver.state.login()->username(), "juliet");
}

TEST(Sasl2Session, ClientMayStillUseTheOlderSasl) {
  SessionDriver driver = offered();
  driver.client("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGEAYg==</auth>");
  EXPECT_EQ(driver.state.phase(), Phase::kSaslServer);
  driver.server("<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>");
  EXPECT_EQ(driver.state.phase(), Phase::kSasl2Offered);
}

TEST(Sasl2Session, LoginAheadOfTheFeaturesWaitsForThem) {
  SessionDriver driver;
  driver.state.on_opened(ConnectionInfo{.client = {}, .server = {}, .listener = {}, .direct_tls = true});
  driver.client(
      "<stream:stream to='example.com' version='1.0' xmlns='jabber:client' "
      "xmlns:stream='http://etherx.jabber.org/streams'>");
  driver.client(authenticate("<bind xmlns='urn:xmpp:bind:0'/>"));
  driver.server(
      "<stream:stream from='example.com' id='1' version='1.0' xmlns='jabber:client' "
      "xmlns:stream='http://etherx.jabber.org/streams'>");
  driver.server(kSasl2Features);
  EXPECT_EQ(driver.state.phase(), Phase::kSasl2Server);
  driver.server(success("juliet@example.com/x", "<bound xmlns='urn:xmpp:bind:0'/>"));
  EXPECT_EQ(driver.state.phase(), Phase::kBoundInline);
}

TEST(ABinding, RemembersWhatWasAskedFor) {
  SessionDriver driver = offered();
  EXPECT_EQ(driver.state.binding(), nullptr);
  driver.client(
      "<iq xmlns='jabber:client' id='b' type='set'><bind "
      "xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>balcony</resource></bind></iq>");
  ASSERT_NE(driver.state.binding(), nullptr);
  EXPECT_EQ(driver.state.binding()->requested(), "balcony");
  EXPECT_FALSE(driver.state.binding()->left_to_server());
  EXPECT_EQ(driver.state.binding()->requests(), 1U);
  EXPECT_FALSE(driver.state.binding()->session_requested());
  driver.client(
      "<iq xmlns='jabber:client' id='s' type='set'><session "
      "xmlns='urn:ietf:params:xml:ns:xmpp-session'/></iq>");
  EXPECT_TRUE(driver.state.binding()->session_requested());
}

TEST(TheSession, KnowsHowLongNothingWasSaid) {
  SessionDriver driver = offered();
  EXPECT_EQ(driver.state.silence(), std::chrono::milliseconds(10));
}

}  // namespace
}  // namespace parser
