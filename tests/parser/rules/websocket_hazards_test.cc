// What must stay silent on WebSocket, and where a rule of streams yields to one of RFC 7395: one finding for
// one fault.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/parser/rules/support/hazard.h"
#include "tests/support/transcript_run.h"

namespace parser {
namespace {

using rules::Profile;
using test_support::Hazard;
using test_support::run_transcript;
using test_support::TranscriptRun;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

#define FRAMING "xmlns='urn:ietf:params:xml:ns:xmpp-framing'"
#define STREAMS "xmlns:stream='http://etherx.jabber.org/streams'"
#define SASL "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'"
#define OPEN "C: <open " FRAMING " to='example.com' version='1.0'/>\n"
#define ANSWER "S: <open " FRAMING " from='example.com' id='a1' version='1.0' xml:lang='en'/>\n"
#define FEATURES                                      \
  "S: <stream:features " STREAMS "><mechanisms " SASL \
  "><mechanism>PLAIN</mechanism>"                     \
  "</mechanisms></stream:features>\n"

constexpr Hazard kHazards[] = {
    {"", "XmppAmongOtherSubprotocols", "[websocket] [offered foo, xmpp]\n" OPEN ANSWER},
    {"", "FeaturesWithoutPrefix",
     "[websocket]\n" OPEN ANSWER "S: <features xmlns='http://etherx.jabber.org/streams'><mechanisms " SASL
     "><mechanism>PLAIN</mechanism></mechanisms></features>",
     false, Profile::kRfc6120},
    {"", "ServerSendsTheClientElsewhereAtOnce",
     "[websocket]\n" OPEN "S: <close " FRAMING " see-other-uri='wss://other.example/xmpp'/>"},
    {"", "CloseBehindALoginEndsTheSession",
     "[websocket]\n" OPEN ANSWER FEATURES "C: <auth " SASL
     " mechanism='PLAIN'>AGEAYg==</auth>\nS: <success " SASL "/>\nC: <close " FRAMING "/>\nS: <close " FRAMING
     "/>\n[close C]"},
    {"", "ClientAheadOfTheServersWord",
     "[websocket]\n" OPEN ANSWER FEATURES "C: <auth " SASL " mechanism='PLAIN'>AGEAYg==</auth>\n" OPEN
     "S: <success " SASL "/>\nS: <open " FRAMING " from='example.com' id='b2' version='1.0' xml:lang='en'/>\n"
     "S: <stream:features " STREAMS "><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>"},
    {"", "ErrorInItsOwnMessage",
     "[websocket]\nC: <presence xmlns='jabber:client'/>\nS: <stream:error " STREAMS
     "><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>\nS: <close " FRAMING "/>"},
    {"", "WhiteSpaceBehindAnElement", "[websocket]\nC: <presence xmlns='jabber:client'/>${byte:0A}"},
    {"", "NetworkThatBroke", "[websocket]\nC: <presence xmlns='jabber:client'/>\n[reset C]"},
    {"", "LongMessageOfSeveralLines",
     "[websocket]\nC: <message xmlns='jabber:client'\n to='a@example.com'>\n<body>Hi</body>\n"
     "</message>"},
};

HAZARDS_STAY_SILENT(WebSocketHazards, kHazards)

// --- one finding for one fault ----------------------------------------------------------------------------

TEST(WebSocketRules, TextInFrontOfAnElementIsToldAsWhatItIsOnWebSocket) {
  const TranscriptRun run = run_transcript("[websocket]\nC: hello");
  EXPECT_THAT(run.fired(Severity::kWarning), ElementsAre("ws-frame-not-starting-with-lt error"));
}

TEST(WebSocketRules, AMissingNamespaceIsOneFault) {
  const TranscriptRun run = run_transcript(
      "[websocket]\nC: <message to='a@example.com'><body>Hi</body></message>\nC: <iq type='get' "
      "id='1'><query "
      "xmlns='jabber:iq:version'/></iq>\nS: <iq xmlns='jabber:client' type='result' id='1'><query "
      "xmlns='jabber:iq:version'><name>x</name><version>1</version></query></iq>");
  EXPECT_THAT(run.fired(Severity::kWarning), ElementsAre("ws-missing-namespace-declaration error",
                                                         "ws-missing-namespace-declaration error"));
}

TEST(WebSocketRules, ASecondOpenInFrontOfTheLoginIsASecondStream) {
  const TranscriptRun run = run_transcript("[websocket]\n" OPEN ANSWER FEATURES OPEN);
  EXPECT_THAT(run.fired(Severity::kWarning), ElementsAre("ws-multiplexed-streams error"));
}

TEST(WebSocketRules, ANewStreamBehindTheCloseOfTheFirstIsOneToo) {
  const TranscriptRun run =
      run_transcript("[websocket]\n" OPEN ANSWER "C: <close " FRAMING "/>\nS: <close " FRAMING "/>\n" OPEN);
  EXPECT_THAT(run.fired(Severity::kWarning), ElementsAre("ws-multiplexed-streams error"));
}

TEST(WebSocketRules, AStreamWithTheTagsOfTcpIsToldByThem) {
  const TranscriptRun run = run_transcript(
      "[websocket]\nC: <stream:stream to='example.com' version='1.0' xmlns='jabber:client' " STREAMS
      ">\n"
      "C: </stream:stream>");
  EXPECT_THAT(run.fired(Severity::kWarning),
              ElementsAre("ws-stream-tag-used error", "ws-stream-tag-used error"));
}

TEST(WebSocketRules, AResumableSessionMayLeaveWithoutAWord) {
  const TranscriptRun run = run_transcript(
      "[websocket]\nC: <enable xmlns='urn:xmpp:sm:3' resume='true'/>\nS: <enabled xmlns='urn:xmpp:sm:3' "
      "id='x' "
      "resume='true'/>\nC: <presence xmlns='jabber:client'/>\n[close C]");
  EXPECT_THAT(run.fired(Severity::kWarning), IsEmpty()) << run.describe();
  EXPECT_EQ(run.of("ws-no-close-before-ws-close").size(), 1U);
}

}  // namespace
}  // namespace parser
