// The breadcrumb of a session, and where an established one stands, behind each element of real logins.
#include "parser/stream/progress.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "parser/stream/standing.h"
#include "tests/support/transcript_run.h"

namespace parser {
namespace {

using test_support::run_transcript;
using test_support::TranscriptRun;

#define CLIENT_HEADER                              \
  "<stream:stream to='example.com' version='1.0' " \
  "xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>"
#define SERVER_HEADER                                        \
  "<stream:stream from='example.com' id='a1' version='1.0' " \
  "xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>"
#define SASL "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'"
#define BIND "xmlns='urn:ietf:params:xml:ns:xmpp-bind'"

constexpr std::string_view kLogin =
    "[start]\nC: " CLIENT_HEADER "\nS: " SERVER_HEADER
    "<stream:features><starttls "
    "xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls></stream:features>\n"
    "C: <starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>\n"
    "S: <proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>\n[tls]\n"
    "C: " CLIENT_HEADER "\nS: " SERVER_HEADER "<stream:features><mechanisms " SASL
    "><mechanism>PLAIN</mechanism></mechanisms></stream:features>\n";

std::string with(std::string_view more) {
  return std::string(kLogin) + std::string(more);
}

constexpr std::string_view kSuccess = "C: <auth " SASL " mechanism='PLAIN'>AGEAYg==</auth>\nS: <success " SASL
                                      "/>\n"
                                      "C: " CLIENT_HEADER "\nS: " SERVER_HEADER "<stream:features><bind " BIND
                                      "/><sm xmlns='urn:xmpp:sm:3'/></stream:features>\n";
constexpr std::string_view kBind =
    "C: <iq id='b' type='set'><bind " BIND "/></iq>\nS: <iq id='b' type='result'><bind " BIND
    "><jid>juliet@example.com/balcony</jid></bind></iq>\n";

// Of the last element.
std::string way(const std::string& transcript) {
  const TranscriptRun run = run_transcript(transcript);
  EXPECT_EQ(run.error, "");
  for (auto event = run.events.rbegin(); event != run.events.rend(); ++event) {
    if (is_element(event->kind)) return breadcrumb(event->progress);
  }
  return "nothing";
}

std::vector<std::string_view> standing(const std::string& transcript) {
  const TranscriptRun run = run_transcript(transcript);
  EXPECT_EQ(run.error, "");
  for (auto event = run.events.rbegin(); event != run.events.rend(); ++event) {
    if (is_element(event->kind)) return names(event->standing);
  }
  return {"nothing"};
}

using Names = std::vector<std::string_view>;

TEST(Progress, AnswersTheSameAtEveryElementOfALogin) {
  const std::string bound = with(kSuccess) + std::string(kBind);
  EXPECT_EQ(way("[start]\nC: " CLIENT_HEADER),
            "✓ connect › ● header › tls › auth › restart › bind › session › roster › presence");
  EXPECT_EQ(way("[start]\nC: " CLIENT_HEADER "\nS: " SERVER_HEADER
                "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>"),
            "✓ connect › ✓ header › ● tls › auth › restart › bind › session › roster › presence");
  EXPECT_EQ(way(std::string(kLogin.substr(0, kLogin.find("[tls]")))),
            "✓ connect › ✓ header › ● tls › auth › restart › bind › session › roster › presence");
  EXPECT_EQ(way(std::string(kLogin)),
            "✓ connect › ✓ header › ✓ tls › ● auth › restart › bind › session › roster › presence");
  EXPECT_EQ(way(with("C: <auth " SASL " mechanism='PLAIN'>AGEAYg==</auth>\nS: <success " SASL "/>")),
            "✓ connect › ✓ header › ✓ tls › ✓ auth › ● restart › bind › session › roster › presence");
  EXPECT_EQ(way(with(kSuccess)),
            "✓ connect › ✓ header › ✓ tls › ✓ auth › ✓ restart › ● bind › session › roster › presence");
  EXPECT_EQ(way(bound + "C: <iq id='r' type='get'><query xmlns='jabber:iq:roster'/></iq>"),
            "✓ connect › ✓ header › ✓ tls › ✓ auth › ✓ restart › ✓ bind › – session › ● roster › presence");
  EXPECT_EQ(way(bound + "C: <enable xmlns='urn:xmpp:sm:3'/>\nS: <enabled xmlns='urn:xmpp:sm:3'/>\n"
                        "C: <iq id='r' type='get'><query xmlns='jabber:iq:roster'/></iq>\n"
                        "S: <iq id='r' type='result'><query xmlns='jabber:iq:roster'/></iq>\nC: <presence/>"),
            "✓ connect › ✓ header › ✓ tls › ✓ auth › ✓ restart › ✓ bind › ✓ sm › ✓ roster › ✓ presence");
  EXPECT_EQ(way(bound + "C: <presence/>"),
            "✓ connect › ✓ header › ✓ tls › ✓ auth › ✓ restart › ✓ bind › – session › – roster › ✓ presence");
}

TEST(Progress, LoginThatWasRefusedFailsUntilItIsTriedAgain) {
  const std::string refused = with("C: <auth " SASL " mechanism='PLAIN'>AGEAYg==</auth>\nS: <failure " SASL
                                   "><not-authorized/></failure>\n");
  EXPECT_EQ(way(refused),
            "✓ connect › ✓ header › ✓ tls › ✗ auth (not-authorized) › restart › bind › session › "
            "roster › presence");
  EXPECT_EQ(way(refused + "C: <auth " SASL " mechanism='PLAIN'>AGEAYg==</auth>"),
            "✓ connect › ✓ header › ✓ tls › ● auth › restart › bind › session › roster › presence");
  EXPECT_EQ(way(refused + "C: </stream:stream>"),
            "✓ connect › ✓ header › ✓ tls › ✗ auth (not-authorized) › restart › bind › session › roster › "
            "presence");
}

TEST(Progress, StreamErrorNamesTheStepWhereItHappened) {
  EXPECT_EQ(
      way("[start]\nC: " CLIENT_HEADER "\nS: " SERVER_HEADER
          "<stream:error><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>"),
      "✓ connect › ✗ header (host-unknown) › tls › auth › restart › bind › session › roster › presence");
  EXPECT_EQ(way("C: <presence/>\nS: <stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
                "</stream:error>"),
            "✓ connect › ✓ header › ✓ tls › ✓ auth › – restart › ✓ bind › – session › – roster › ✓ presence, "
            "then conflict");
}

TEST(Progress, BindThatWasRefused) {
  EXPECT_EQ(
      way(with(kSuccess) +
          "C: <iq id='b' type='set'><bind " BIND "/></iq>\nS: <iq id='b' type='error'><error "
          "type='cancel'><conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"),
      "✓ connect › ✓ header › ✓ tls › ✓ auth › ✓ restart › ✗ bind (conflict) › session › roster › presence");
}

TEST(Progress, ResumptionTakesTheRestWithIt) {
  const std::string resume = with(kSuccess) + "C: <resume xmlns='urn:xmpp:sm:3' previd='x' h='0'/>\n";
  EXPECT_EQ(way(resume),
            "✓ connect › ✓ header › ✓ tls › ✓ auth › ✓ restart › ● resume › session › roster › presence");
  EXPECT_EQ(way(resume + "S: <resumed xmlns='urn:xmpp:sm:3' previd='x' h='0'/>"),
            "✓ connect › ✓ header › ✓ tls › ✓ auth › ✓ restart › ✓ resume › ✓ sm › – roster › – presence");
  EXPECT_EQ(
      way(resume + "S: <failed xmlns='urn:xmpp:sm:3'><item-not-found "
                   "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>"),
      "✓ connect › ✓ header › ✓ tls › ✓ auth › ✓ restart › ✗ bind (item-not-found) › session › roster › "
      "presence");
}

TEST(Progress, SessionThatEndsInOrderFailsNowhere) {
  EXPECT_EQ(
      way(with(kSuccess) + std::string(kBind) + "C: <presence/>\nC: </stream:stream>\nS: </stream:stream>"),
      "✓ connect › ✓ header › ✓ tls › ✓ auth › ✓ restart › ✓ bind › – session › – roster › ✓ presence");
}

TEST(Progress, ConnectionThatBreaksEarlyFailsWhereItWas) {
  const TranscriptRun run = run_transcript(std::string(kLogin) + "[reset]");
  ASSERT_FALSE(run.events.empty());
  EXPECT_EQ(run.events.back().kind, EventKind::kClosed);
  EXPECT_EQ(breadcrumb(run.events.back().progress),
            "✓ connect › ✓ header › ✓ tls › ✗ auth › restart › bind › session › roster › presence");
}

TEST(Progress, ConditionsOfNobodysMakingAreNamedUnknown) {
  EXPECT_EQ(known_condition("host-unknown"), "host-unknown");
  EXPECT_EQ(known_condition("aborted"), "aborted");
  EXPECT_EQ(known_condition("unsupported-version"), "unsupported-version");
  EXPECT_EQ(known_condition("gremlins"), "unknown-condition");
  EXPECT_EQ(known_condition(""), "");
}

TEST(Standing, FollowsTheClientFromConnectedToUnavailable) {
  const std::string bound = with(kSuccess) + std::string(kBind);
  const std::string roster = bound + "C: <iq id='r' type='get'><query xmlns='jabber:iq:roster'/></iq>\n";
  EXPECT_EQ(standing(with(kSuccess)), Names{});
  EXPECT_EQ(standing(bound), Names{"connected"});
  EXPECT_EQ(standing(roster), Names{"interested"});
  EXPECT_EQ(standing(roster + "C: <presence/>"), Names{"available"});
  EXPECT_EQ(standing(roster + "C: <presence/>\nC: <presence type='unavailable'/>"), Names{"unavailable"});
  EXPECT_EQ(standing(bound + "C: <presence/>"), (Names{"available", "not-interested"}));
  EXPECT_EQ(standing(roster + "C: <enable xmlns='urn:xmpp:sm:3'/>\nS: <enabled xmlns='urn:xmpp:sm:3'/>\n"
                              "C: <presence/>\nC: <inactive xmlns='urn:xmpp:csi:0'/>"),
            (Names{"available", "sm", "csi-inactive"}));
  EXPECT_EQ(standing(roster + "C: <presence/>\nC: </stream:stream>"), Names{});
}

TEST(Standing, EachNameHasASentence) {
  for (unsigned bits = 0; bits < 64; ++bits) {
    Standing standing;
    standing.client = true;
    standing.resumed = (bits & 1U) != 0;
    standing.interested = (bits & 2U) != 0;
    standing.available = (bits & 4U) != 0;
    standing.unavailable = (bits & 8U) != 0;
    standing.managed = (bits & 16U) != 0;
    standing.inactive = (bits & 32U) != 0;
    EXPECT_EQ(names(standing).size(), captions(standing).size());
    for (const std::string_view caption : captions(standing)) EXPECT_GE(caption.size(), 30U);
    standing.client = false;
    EXPECT_TRUE(names(standing).empty());
  }
}

}  // namespace
}  // namespace parser
