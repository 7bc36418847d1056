// What must stay silent on streams, headers and stream errors: correct traffic that a careless check would
// blame. Each case names the rule in danger; no other rule may speak up instead.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "parser/rules/rule.h"
#include "tests/parser/rules/support/hazard.h"
#include "tests/parser/rules/support/joined_session.h"
#include "tests/support/transcript_run.h"

namespace parser {
namespace {

using rules::Profile;
using test_support::Hazard;
using test_support::JoinedSession;
using test_support::run_transcript;
using test_support::TranscriptRun;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

#define NS "xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'"
#define CLIENT "<stream:stream to='example.com' version='1.0' " NS ">"
#define SERVER "<stream:stream from='example.com' id='a1' version='1.0' xml:lang='en' " NS ">"
#define SERVER_AGAIN "<stream:stream from='example.com' id='b2' version='1.0' xml:lang='en' " NS ">"
#define SASL "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'"
#define TLS "xmlns='urn:ietf:params:xml:ns:xmpp-tls'"
#define ERRORS "xmlns='urn:ietf:params:xml:ns:xmpp-streams'"
#define PLAIN \
  "<stream:features><mechanisms " SASL "><mechanism>PLAIN</mechanism></mechanisms></stream:features>"

constexpr Hazard kHazards[] = {
    // --- headers
    {"stream-content-namespace-missing", "StyleWithoutPrefixes",
     "C: <stream xmlns='http://etherx.jabber.org/streams' to='example.com' version='1.0'>"
     "<starttls " TLS "/>",
     false, Profile::kRfc6120},
    {"stream-content-namespace-mismatch", "RefusalInANamespaceOfTheServersOwn",
     "C: <stream:stream to='example.com' version='1.0' xmlns='jabber:server' "
     "xmlns:stream='http://etherx.jabber.org/streams'>\nS: " SERVER "<stream:error><invalid-namespace " ERRORS
     "/></stream:error></stream:stream>"},
    {"stream-content-namespace-unsupported", "ComponentsAndVendors",
     "C: <stream:stream to='gw.example.com' xmlns='jabber:component:connect' "
     "xmlns:stream='http://etherx.jabber.org/streams'>"},
    {"stream-to-not-domain", "LiteralAddress", "C: <stream:stream to='[2001:db8::1]' version='1.0' " NS ">"},
    {"stream-response-missing-from", "HeaderThatOnlyWrapsAnError",
     "C: " CLIENT "\nS: <stream:stream from='' id='a1' version='1.0' " NS
     "><stream:error><improper-addressing " ERRORS "/></stream:error></stream:stream>"},
    {"stream-response-to-unsolicited", "BetweenServersItIsRequired",
     "C: <stream:stream to='example.net' version='1.0' xmlns='jabber:server' "
     "xmlns:stream='http://etherx.jabber.org/streams'>\nS: <stream:stream from='example.net' "
     "to='example.com' "
     "id='a1' version='1.0' xml:lang='en' xmlns='jabber:server' "
     "xmlns:stream='http://etherx.jabber.org/streams'><stream:features/>"},
    {"stream-response-to-unsolicited", "AccountIsKnownAfterTheLogin",
     "[tls]\nC: " CLIENT "\nS: " SERVER PLAIN "\nC: <auth " SASL
     " mechanism='PLAIN'>AGEAYg==</auth>\nS: <success " SASL "/>\nC: " CLIENT
     "\nS: <stream:stream from='example.com' to='a@example.com' id='b2' version='1.0' "
     "xml:lang='en' " NS
     "><stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>",
     true},
    {"stream-response-version-higher", "NumbersAndNotStrings",
     "C: <stream:stream to='example.com' version='2.13' " NS
     ">\nS: <stream:stream from='example.com' id='a1' "
     "version='2.4' xml:lang='en' " NS "><stream:features/>"},
    {"stream-id-predictable", "LongNumbersThatAreFarApart",
     "[start]\nC: " CLIENT
     "\nS: <stream:stream from='example.com' id='3018445221' version='1.0' xml:lang='en' " NS
     "><stream:features><starttls " TLS "/></stream:features>\nC: <starttls " TLS "/>\nS: <proceed " TLS
     "/>\n[tls]\nC: " CLIENT
     "\nS: <stream:stream from='example.com' id='3918445222' version='1.0' xml:lang='en' " NS
     "><stream:features/>"},
    {"stream-lang-invalid", "UndeterminedAndPrivateLanguages",
     "C: <message to='a@example.com' xml:lang=''><body>Hi</body></message>"
     "<message to='a@example.com' xml:lang='x-klingon'><body>Hi</body></message>"
     "<message to='a@example.com' xml:lang='zh-Hant-TW'><body>Hi</body></message>"},
    // --- the life of a stream
    {"stream-header-repeated", "ClientAheadOfTheServersWord",
     "[tls]\nC: " CLIENT "<auth " SASL " mechanism='PLAIN'>AGEAYg==</auth>" CLIENT "\nS: " SERVER PLAIN
     "<success " SASL "/>" SERVER_AGAIN
     "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>"},
    {"stream-header-repeated", "BehindCompression",
     "[authenticated]\nS: <stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><compression "
     "xmlns='http://jabber.org/features/compress'><method>zlib</method></compression></stream:features>\n"
     "C: <compress xmlns='http://jabber.org/protocol/compress'><method>zlib</method></compress>\n"
     "S: <compressed xmlns='http://jabber.org/protocol/compress'/>\nC: " CLIENT "\nS: " SERVER_AGAIN
     "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>"},
    {"stream-features-duplicate", "ListBehindSasl2",
     "[tls]\nC: " CLIENT "\nS: " SERVER "<stream:features><authentication xmlns='urn:xmpp:sasl:2'>"
     "<mechanism>PLAIN</mechanism><inline><bind xmlns='urn:xmpp:bind:0'/></inline></authentication>"
     "</stream:features>\nC: <authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'>"
     "<initial-response>AGEAYg==</initial-response><bind xmlns='urn:xmpp:bind:0'/></authenticate>\n"
     "S: <success "
     "xmlns='urn:xmpp:sasl:2'><authorization-identifier>a@example.com/x</authorization-identifier>"
     "<bound xmlns='urn:xmpp:bind:0'/></success><stream:features><sm "
     "xmlns='urn:xmpp:sm:3'/></stream:features>"},
    {"stream-unknown-first-level-element", "ClientStateAndDialback", "C: <active xmlns='urn:xmpp:csi:0'/>"},
    {"stream-close-not-reciprocated", "NobodyKnowsWhoEndedIt", "C: </stream:stream>\n[close]"},
    {"stream-closer-did-not-wait", "AnswerCameTooLate",
     "C: </stream:stream>\n[wait 5s]\nS: </stream:stream>\n[close C]"},
    {"stream-abrupt-tcp-close", "BothClosed", "C: </stream:stream>\nS: </stream:stream>\n[reset S]"},
    {"stream-idle-keepalive-too-frequent", "WhiteSpaceBetweenStanzas",
     "C: <presence/>${byte:0A}\n[wait 10s]\nC: <presence/>${byte:0A}\n[wait 10s]\nC: <presence/>${byte:0A}\n"
     "[wait 10s]\nC: <presence/>${byte:0A}\n[wait 10s]\nC: ${byte:0A}"},
    // --- errors
    {"stream-error-not-closed", "ClosingTagInALaterSegment",
     "S: <stream:error><conflict " ERRORS "/></stream:error>\n[wait 2s]\nS: </stream:stream>"},
    {"stream-error-unknown-condition", "TextIsNoCondition",
     "S: <stream:error><conflict " ERRORS "/><text " ERRORS ">Bye</text></stream:error></stream:stream>"},
    {"stream-see-other-host-malformed", "PortAndBrackets",
     "S: <stream:error><see-other-host " ERRORS
     ">[2001:db8::1]:5222</see-other-host></stream:error></stream:stream>"},
};

HAZARDS_STAY_SILENT(StreamHazards, kHazards)

TEST(StreamErrors, UnknownConditionIsNamedAsUnknownAndNotAsMissing) {
  const TranscriptRun run =
      run_transcript("S: <stream:error><brand-new-condition " ERRORS "/></stream:error></stream:stream>");
  EXPECT_THAT(run.fired(Severity::kWarning), ElementsAre("stream-error-unknown-condition error"));
}

TEST(StreamErrors, RedirectWithoutBracketsIsFineInTheOlderGeneration) {
  constexpr std::string_view kText = "S: <stream:error><see-other-host " ERRORS
                                     ">2001:db8::1</see-other-host></stream:error></stream:stream>";
  EXPECT_THAT(run_transcript(kText, Profile::kRfc3920).fired(Severity::kWarning), IsEmpty());
  EXPECT_THAT(run_transcript(kText).fired(Severity::kWarning),
              ElementsAre("stream-see-other-host-malformed error"));
}

TEST(StreamErrors, WhatFollowsAnErrorIsToldOnce) {
  const TranscriptRun run = run_transcript("S: <stream:error><conflict " ERRORS
                                           "/></stream:error><presence/><presence/><presence/>");
  EXPECT_THAT(run.fired(Severity::kWarning), ElementsAre("stream-error-not-closed error"));
}

TEST(StreamEnd, SessionGoesOnBehindAStreamThatWasClosedToBeRestarted) {
  const TranscriptRun run =
      run_transcript("[tls]\nC: " CLIENT "\nS: " SERVER PLAIN "\nC: <auth " SASL
                     " mechanism='PLAIN'>AGEAYg==</auth>\nS: <success " SASL "/>\nC: </stream:stream>" CLIENT
                     "\nS: " SERVER_AGAIN
                     "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>\n"
                     "C: <iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>");
  EXPECT_THAT(run.fired(Severity::kWarning), ElementsAre("stream-closed-before-restart error"));
  EXPECT_EQ(run.events[run.events.size() - 2].phase, Phase::kBinding);
}

TEST(StreamEnd, WhoLeavesTheOtherWaitingIsNamedWhenTimeIsUp) {
  const TranscriptRun run =
      run_transcript("S: <presence from='a@example.com'/>\nC: </stream:stream>\n[wait 10s]\n[close]");
  EXPECT_THAT(run.fired(), ElementsAre("stream-close-not-reciprocated warning"));
  EXPECT_EQ(run.findings[0].offender, Direction::kS2C);
}

TEST(StreamEnd, WhatWasNotSeenMayHaveBeenTheClosingTag) {
  JoinedSession session;
  session.server("<presence from='a@example.com'/>");
  session.drop(Direction::kS2C, 16);
  session.client("</stream:stream>");
  session.close({Closed::How::kFinished, "", Direction::kS2C});
  EXPECT_THAT(session.end().fired(), IsEmpty());
}

}  // namespace
}  // namespace parser
