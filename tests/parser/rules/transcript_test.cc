// The notation of transcripts.
#include "parser/transcript.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/support/transcript_run.h"

namespace parser {
namespace {

using test_support::run_transcript;
using test_support::TranscriptRun;
using ::testing::ElementsAre;
using Kind = TranscriptStep::Kind;

Transcript parsed(std::string_view text) {
  auto result = parse_transcript(text);
  if (const auto* error = std::get_if<TranscriptError>(&result)) {
    ADD_FAILURE() << error->line << ": " << error->message;
    return {};
  }
  return std::get<Transcript>(std::move(result));
}

std::string error_of(std::string_view text) {
  const auto result = parse_transcript(text);
  const auto* error = std::get_if<TranscriptError>(&result);
  return error == nullptr ? "" : std::to_string(error->line) + ": " + error->message;
}

TEST(Transcript, SpeakersAreDirectionsAndOneBlankIsNotSent) {
  const Transcript transcript = parsed("C: <a/>\nS:<b/>\nC:  <c/>");
  ASSERT_EQ(transcript.steps.size(), 3U);
  EXPECT_EQ(transcript.steps[0].direction, Direction::kC2S);
  EXPECT_EQ(transcript.steps[0].bytes, "<a/>");
  EXPECT_EQ(transcript.steps[1].direction, Direction::kS2C);
  EXPECT_EQ(transcript.steps[1].bytes, "<b/>");
  EXPECT_EQ(transcript.steps[2].bytes, " <c/>");
}

TEST(Transcript, SpeechGoesOnUntilSomethingElseBegins) {
  const Transcript transcript = parsed("C: <a>\n\n  <b/></a>\n\n# a comment\nC: <c/>\n[wait 1s]\n");
  ASSERT_EQ(transcript.steps.size(), 3U);
  EXPECT_EQ(transcript.steps[0].bytes, "<a>\n\n  <b/></a>");
  EXPECT_EQ(transcript.steps[1].bytes, "<c/>");
  EXPECT_EQ(transcript.steps[1].line, 6U);
  EXPECT_EQ(transcript.steps[2].kind, Kind::kWait);
}

TEST(Transcript, RepeatsAndBytesAreExpanded) {
  EXPECT_EQ(parsed("C: x${repeat:ab:3}y").steps[0].bytes, "xabababy");
  EXPECT_EQ(parsed("C: ${repeat:<a xmlns='urn:x:y'>:2}").steps[0].bytes,
            "<a xmlns='urn:x:y'><a xmlns='urn:x:y'>");
  EXPECT_EQ(parsed("C: ${byte:ED A0 BD}${byte:ff}").steps[0].bytes, "\xED\xA0\xBD\xFF");
}

TEST(Transcript, WaitsTakeTheirTime) {
  const Transcript transcript = parsed("[wait 5ms]\n[wait 60s] [wait 2m]");
  ASSERT_EQ(transcript.steps.size(), 3U);
  EXPECT_EQ(transcript.steps[0].wait, std::chrono::milliseconds(5));
  EXPECT_EQ(transcript.steps[1].wait, std::chrono::seconds(60));
  EXPECT_EQ(transcript.steps[2].wait, std::chrono::minutes(2));
}

TEST(Transcript, WithoutAHeaderItBeginsInAnEstablishedSession) {
  const ConnectionInfo info = parsed("C: <presence/>").start;
  EXPECT_FALSE(info.from_start);
  ASSERT_TRUE(info.assumed);
  EXPECT_TRUE(info.assumed->encrypted);
  EXPECT_TRUE(info.assumed->authenticated);
  EXPECT_EQ(info.assumed->bound_jid, "juliet@example.com/balcony");
}

TEST(Transcript, EventsInFrontSayWhereItBegins) {
  EXPECT_EQ(parsed("[bound a@b/c] C: <presence/>").start.assumed->bound_jid, "a@b/c");

  const ConnectionInfo authenticated = parsed("[authenticated]\nC: <presence/>").start;
  EXPECT_TRUE(authenticated.assumed->authenticated);
  EXPECT_TRUE(authenticated.assumed->encrypted);
  EXPECT_EQ(authenticated.assumed->bound_jid, "");
  EXPECT_EQ(authenticated.assumed->domain, "example.com");

  const ConnectionInfo encrypted = parsed("[tls]\nC: <presence/>").start;
  EXPECT_TRUE(encrypted.assumed->encrypted);
  EXPECT_FALSE(encrypted.assumed->authenticated);

  const ConnectionInfo plain = parsed("[plaintext]\nC: <presence/>").start;
  EXPECT_FALSE(plain.assumed->encrypted);
  EXPECT_FALSE(plain.assumed->authenticated);
}

TEST(Transcript, HeaderOrStartBeginsAtTheFirstByte) {
  for (const std::string_view text :
       {"C: <?xml version='1.0'?>", "S: <stream:stream>", "C: <!DOCTYPE x>", "[start]\nC: x"}) {
    EXPECT_TRUE(parsed(text).start.from_start) << text;
    EXPECT_FALSE(parsed(text).start.assumed) << text;
  }
}

TEST(Transcript, TlsInFrontOfAHeaderIsDirectTls) {
  const Transcript transcript = parsed("[tls]\nC: <stream:stream>");
  EXPECT_TRUE(transcript.start.direct_tls);
  ASSERT_EQ(transcript.steps.size(), 2U);
  EXPECT_EQ(transcript.steps[0].kind, Kind::kTls);
}

TEST(Transcript, ConnectionsTakeTurns) {
  const Transcript transcript = parsed(
      "C: <presence/>\n[connection 2]\n[tls]\nC: <stream:stream/>\n[connection 1]\nS: <presence/>\n[close]\n"
      "[connection 3]\n[authenticated]\nC: <presence/>");
  ASSERT_EQ(transcript.more.size(), 2U);
  EXPECT_TRUE(transcript.start.assumed);
  EXPECT_TRUE(transcript.more[0].from_start);
  EXPECT_TRUE(transcript.more[0].direct_tls);
  EXPECT_EQ(transcript.start_of(3).assumed->bound_jid, "");
  std::vector<unsigned> order;
  for (const TranscriptStep& step : transcript.steps) order.push_back(step.connection);
  EXPECT_THAT(order, ElementsAre(1, 2, 2, 1, 1, 3));
  EXPECT_EQ(transcript.steps[1].kind, Kind::kTls);
}

TEST(Transcript, EachConnectionOpensWhereItIsFirstSpokenOn) {
  const TranscriptRun run = run_transcript(
      "C: <presence/>\n[connection 2]\nC: <message to='a@example.com'/>\n[close]\n"
      "C: <message/>\n[connection 1]\nS: <message/>");
  std::string seen;
  for (const StreamEvent& event : run.events) {
    seen += std::to_string(event.connection) + " " + std::string(name(event.kind)) + "\n";
  }
  EXPECT_EQ(seen, "1 opened\n1 presence\n2 opened\n2 message\n2 closed\n1 message\n1 closed\n");
}

TEST(Transcript, ConnectionsAreNumberedWithoutGaps) {
  EXPECT_EQ(error_of("C: <a/>\n[connection 3]").substr(0, 27), "2: Connections are numbered");
  EXPECT_EQ(error_of("[connection 0]").substr(0, 27), "1: Connections are numbered");
  EXPECT_EQ(error_of("[connection x]").substr(0, 27), "1: Connections are numbered");
}

TEST(Transcript, MistakesAreNamedWithTheirLine) {
  EXPECT_EQ(error_of("C: <a/>\n[dance]"),
            "2: This event is not known, or belongs in front of everything that is said: [dance].");
  EXPECT_EQ(error_of("[dance]"), "1: This event is not known: [dance].");
  EXPECT_EQ(error_of("C: <a/>\n[bound a@b/c]"),
            "2: This event is not known, or belongs in front of everything that is said: [bound a@b/c].");
  EXPECT_EQ(error_of("[wait soon]"), "1: A wait is a number and ms, s or m, as in [wait 60s].");
  EXPECT_EQ(error_of("\nhello"), "2: A line outside of what C: or S: say is an [event] or a # comment.");
  EXPECT_EQ(error_of("C: ${repeat:a:5000000}"),
            "1: Only ${repeat:text:n} (up to 4 MiB) and ${byte:…} are known.");
  EXPECT_EQ(error_of("C: ${what}"), "1: Only ${repeat:text:n} (up to 4 MiB) and ${byte:…} are known.");
  EXPECT_EQ(error_of("C: ${byte:zz}"), "1: Only ${repeat:text:n} (up to 4 MiB) and ${byte:…} are known.");
  EXPECT_EQ(error_of("C: ${repeat:a:2"), "1: ${ has no closing }.");
  EXPECT_EQ(error_of("[tls"), "1: An event is written as [event].");
}

TEST(Transcript, PlaysThroughTheAnalyzer) {
  const TranscriptRun run = run_transcript(
      "C: <iq id='1' type='get'><ping xmlns='urn:xmpp:ping'/></iq>\n[wait 2s]\nS: <iq id='1' "
      "type='result'/>\n[close]");
  std::vector<EventKind> kinds;
  for (const StreamEvent& event : run.events) kinds.push_back(event.kind);
  EXPECT_THAT(kinds, ElementsAre(EventKind::kOpened, EventKind::kIq, EventKind::kIq, EventKind::kClosed));
  ASSERT_TRUE(run.events[2].answers);
  EXPECT_EQ(run.events[2].answers->frame, run.events[1].frame);
  EXPECT_EQ(run.events[2].answers->rtt, std::chrono::milliseconds(2002));
  EXPECT_EQ(run.events[1].phase, Phase::kEstablished);
}

TEST(Transcript, StartTlsIsPlayedInOrder) {
  const TranscriptRun run = run_transcript(
      "C: <stream:stream to='example.com' version='1.0' xmlns='jabber:client' "
      "xmlns:stream='http://etherx.jabber.org/streams'>\n"
      "S: <stream:stream from='example.com' id='a' version='1.0' xml:lang='en' xmlns='jabber:client' "
      "xmlns:stream='http://etherx.jabber.org/streams'><stream:features>"
      "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>\n"
      "C: <starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>\n"
      "S: <proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>\n"
      "[tls]\n"
      "C: <stream:stream to='example.com' version='1.0' xmlns='jabber:client' "
      "xmlns:stream='http://etherx.jabber.org/streams'>\n");
  EXPECT_THAT(run.fired(Severity::kWarning), ElementsAre());
  bool restarted = false;
  for (const StreamEvent& event : run.events) restarted |= event.kind == EventKind::kHeader && event.restart;
  EXPECT_TRUE(restarted);
  EXPECT_EQ(run.events[run.events.size() - 2].phase, Phase::kHeaderSent);
}

}  // namespace
}  // namespace parser
