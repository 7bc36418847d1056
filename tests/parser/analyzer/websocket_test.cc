// XMPP over WebSocket through the whole analyzer: a session from its first message to its last, what captions
// say on the way, and what a notation in text makes of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "parser/analyzer.h"
#include "parser/explanation.h"
#include "parser/lint.h"
#include "parser/stream/phase.h"
#include "parser/transcript.h"
#include "tests/support/transcript_run.h"

namespace parser {
namespace {

using test_support::EventCollector;
using test_support::run_transcript;
using test_support::TranscriptRun;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

#define FRAMING "xmlns='urn:ietf:params:xml:ns:xmpp-framing'"
#define STREAMS "xmlns:stream='http://etherx.jabber.org/streams'"
#define SASL "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'"
#define BIND "xmlns='urn:ietf:params:xml:ns:xmpp-bind'"

constexpr std::string_view kSession =
    "[websocket]\n"
    "C: <open " FRAMING
    " to='example.com' version='1.0'/>\n"
    "S: <open " FRAMING
    " from='example.com' id='a1' version='1.0' xml:lang='en'/>\n"
    "S: <stream:features " STREAMS "><mechanisms " SASL
    "><mechanism>PLAIN</mechanism></mechanisms></stream:features>\n"
    "C: <auth " SASL
    " mechanism='PLAIN'>AGp1bGlldABzZWNyZXQ=</auth>\n"
    "S: <success " SASL
    "/>\n"
    "C: <open " FRAMING
    " to='example.com' version='1.0'/>\n"
    "S: <open " FRAMING
    " from='example.com' id='b2' version='1.0' xml:lang='en'/>\n"
    "S: <stream:features " STREAMS "><bind " BIND
    "/></stream:features>\n"
    "C: <iq xmlns='jabber:client' type='set' id='b'><bind " BIND
    "/></iq>\n"
    "S: <iq xmlns='jabber:client' type='result' id='b'><bind " BIND
    "><jid>juliet@example.com/balcony</jid></bind></iq>\n"
    "C: <presence xmlns='jabber:client'/>\n"
    "S: <message xmlns='jabber:client' from='romeo@example.net' "
    "to='juliet@example.com/balcony'><body>Hi</body>"
    "</message>\n"
    "C: <close " FRAMING
    "/>\n"
    "S: <close " FRAMING
    "/>\n"
    "[close C]";

TEST(WebSocket, AWholeSessionRunsThroughTheSameMachineAndIsSilent) {
  const TranscriptRun run = run_transcript(kSession);
  ASSERT_EQ(run.error, "");
  EXPECT_THAT(run.fired(Severity::kWarning), IsEmpty()) << run.describe();
  std::vector<std::string_view> phases;
  for (const StreamEvent& event : run.events) {
    EXPECT_TRUE(event.websocket);
    if (is_element(event.kind)) phases.push_back(name(event.phase));
  }
  EXPECT_THAT(phases, ElementsAre("header-sent", "await-features", "features-tls", "sasl-server", "restart",
                                  "restart-sent", "restart-await", "features-auth", "binding", "bound",
                                  "established", "established", "closing", "closed"));
}

TEST(WebSocket, KindsAndRestartsAreThoseOfAStream) {
  const TranscriptRun run = run_transcript(kSession);
  std::vector<std::string> kinds;
  for (const StreamEvent& event : run.events) {
    if (is_element(event.kind))
      kinds.push_back(std::string(name(event.kind)) + (event.restart ? " again" : ""));
  }
  EXPECT_THAT(kinds,
              ElementsAre("header", "header", "features", "sasl", "sasl", "header again", "header again",
                          "features", "iq", "iq", "presence", "message", "footer", "footer"));
}

TEST(WebSocket, TheOlderGenerationIsSilentToo) {
  EXPECT_THAT(run_transcript(kSession, rules::Profile::kRfc3920).fired(Severity::kWarning), IsEmpty());
}

TEST(WebSocket, CaptionsKnowNeitherStreamTagsNorStartTls) {
  for (size_t i = 0; i <= static_cast<size_t>(Phase::kMidSession); ++i) {
    const auto phase = static_cast<Phase>(i);
    if (phase == Phase::kStartTls || phase == Phase::kTlsHandshake) continue;  // not on WebSocket
    for (const std::string_view text : {caption(phase, true), may_send(phase, Direction::kC2S, true),
                                        may_send(phase, Direction::kS2C, true)}) {
      EXPECT_EQ(text.find("stream:stream"), std::string_view::npos) << text;
      EXPECT_EQ(text.find("<starttls"), std::string_view::npos) << text;
      EXPECT_EQ(text.find("stream header"), std::string_view::npos) << text;
    }
    // Whose turn it is, and who waits, does not depend on the framing.
    for (const Direction direction : {Direction::kC2S, Direction::kS2C}) {
      EXPECT_EQ(may_send(phase, direction, true).empty(), may_send(phase, direction).empty()) << name(phase);
    }
  }
  const TranscriptRun run =
      run_transcript("[websocket]\nC: <open " FRAMING " to='example.com' version='1.0'/>");
  EXPECT_THAT(std::string(explain(run.events[run.events.size() - 2]).caption), HasSubstr("<open/>"));
}

TEST(WebSocket, RangesCountTheBytesOfAllMessages) {
  const TranscriptRun run = run_transcript(
      "[websocket] [bound juliet@example.com/balcony]\nC: <presence xmlns='jabber:client'/>\nC: <message "
      "to='a@example.com'/>");
  const std::vector<Finding> found = run.of("ws-missing-namespace-declaration");
  ASSERT_EQ(found.size(), 1U) << run.describe();
  EXPECT_EQ(found[0].range, (ByteRange{33, 62}));
}

TEST(WebSocket, BytesWithoutAFrameAreTakenForOneMessage) {
  EventCollector collector;
  Analyzer analyzer(AnalyzerOptions(), collector);
  ConnectionInfo info;
  info.websocket.emplace();
  info.direct_tls = true;
  analyzer.opened(Time{}, 1, info);
  analyzer.bytes(Time{}, 1, Direction::kC2S, "<open " FRAMING " to='example.com' version='1.0'/>");
  analyzer.frame(Time{}, 1, Direction::kS2C, "");
  ASSERT_EQ(collector.run.events.size(), 2U);
  EXPECT_EQ(collector.run.events[1].kind, EventKind::kHeader);
  EXPECT_FALSE(collector.run.events[1].message.binary);
}

TEST(WebSocket, FramesOfAStreamOfBytesAreBytes) {
  EventCollector collector;
  Analyzer analyzer(AnalyzerOptions(), collector);
  ConnectionInfo info;
  info.from_start = false;
  analyzer.opened(Time{}, 1, info);
  analyzer.frame(Time{}, 1, Direction::kC2S, "<presen", Opcode::kBinary);
  analyzer.frame(Time{}, 1, Direction::kC2S, "ce/>");
  ASSERT_EQ(collector.run.events.size(), 2U);
  EXPECT_EQ(collector.run.events[1].kind, EventKind::kPresence);
  EXPECT_FALSE(collector.run.events[1].websocket);
}

TEST(WebSocket, ARefusedMessageDoesNotEndTheOthers) {
  const TranscriptRun run = run_transcript(
      "[websocket] [bound juliet@example.com/balcony]\nC: <message xmlns='jabber:client'><body>\n"
      "C: <presence xmlns='jabber:client' type='wrong'/>");
  EXPECT_THAT(run.fired(Severity::kWarning),
              ElementsAre("xml-not-well-formed error", "presence-invalid-type warning"));
}

TEST(WebSocket, EditsAndGapsFindTheirPlace) {
  EventCollector collector;
  Analyzer analyzer(AnalyzerOptions(), collector);
  ConnectionInfo info;
  info.from_start = false;
  info.websocket.emplace();
  info.assumed = AssumedSession{true, true, "juliet@example.com/balcony", ""};
  analyzer.opened(Time{}, 1, info);
  analyzer.edited(Time{}, 1, Edit{Direction::kS2C, {0, 5}, "x", "test", ""});
  analyzer.frame(Time{}, 1, Direction::kS2C, "<presence xmlns='jabber:client'/>");
  analyzer.dropped(Time{}, 1, Dropped{Direction::kS2C, 7});
  analyzer.frame(Time{}, 1, Direction::kS2C, "<presence xmlns='jabber:client'/>");
  analyzer.edited(Time{}, 1, Edit{Direction::kS2C, {40, 45}, "x", "test", ""});
  analyzer.release_idle(Time{} + std::chrono::seconds(1));
  analyzer.finish(Time{});
  ASSERT_EQ(collector.run.events.size(), 6U);
  EXPECT_EQ(collector.run.events[1].edits.size(), 1U);
  EXPECT_EQ(collector.run.events[3].range, (ByteRange{40, 73}));
  EXPECT_EQ(collector.run.events[4].kind, EventKind::kEdit);
}

// --- the notation -----------------------------------------------------------------------------------------

TEST(WebSocketTranscript, SaysWhatTheHandshakeSaid) {
  const auto parsed = parse_transcript("[websocket] [offered chat, xmpp] [chosen]\nC: <open/>");
  const auto* transcript = std::get_if<Transcript>(&parsed);
  ASSERT_NE(transcript, nullptr);
  ASSERT_TRUE(transcript->start.websocket);
  EXPECT_THAT(transcript->start.websocket->offered, ElementsAre("chat", "xmpp"));
  EXPECT_EQ(transcript->start.websocket->chosen, "");
  EXPECT_TRUE(transcript->start.from_start);
  EXPECT_TRUE(transcript->start.direct_tls);
}

TEST(WebSocketTranscript, WithoutTlsItIsWs) {
  const auto parsed = parse_transcript("[websocket] [plaintext]\nC: <open/>");
  const auto& transcript = std::get<Transcript>(parsed);
  EXPECT_TRUE(transcript.start.from_start);
  EXPECT_FALSE(transcript.start.direct_tls);
}

TEST(WebSocketTranscript, ALineAndWhatGoesOnWithItIsOneMessage) {
  const TranscriptRun run =
      run_transcript("[websocket]\nC: <message xmlns='jabber:client'\n to='a@example.com'/>");
  EXPECT_THAT(run.fired(Severity::kWarning), IsEmpty()) << run.describe();
}

TEST(WebSocketTranscript, LintPointsIntoTheText) {
  const std::string text = "[websocket]\nC: <presence xmlns='jabber:client'/>\nC: <presence/>\n";
  const LintReport report = lint(text, {});
  ASSERT_EQ(report.error, "");
  EXPECT_EQ(report.form, TextForm::kTranscript);
  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_EQ(report.findings[0].finding.rule, "ws-missing-namespace-declaration");
  EXPECT_EQ(text.substr(report.findings[0].place.begin, report.findings[0].place.size()), "<presence/>");
}

}  // namespace
}  // namespace parser
