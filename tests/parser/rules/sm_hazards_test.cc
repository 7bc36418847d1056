// What must stay silent about stream management: correct traffic that a careless check would blame.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/parser/rules/support/hazard.h"
#include "tests/parser/rules/support/joined_session.h"
#include "tests/support/transcript_run.h"

namespace parser {
namespace {

using test_support::Hazard;
using test_support::JoinedSession;
using test_support::run_transcript;
using test_support::TranscriptRun;

#define FEATURES                                                                                    \
  "S: <stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm xmlns='urn:xmpp:sm:3'/>" \
  "</stream:features>\n"
#define MANAGED                                        \
  "[bound juliet@example.com/balcony]\n"               \
  "C: <enable xmlns='urn:xmpp:sm:3' resume='true'/>\n" \
  "S: <enabled xmlns='urn:xmpp:sm:3' id='s1' resume='true' max='600'/>\n"
#define AGAIN "[connection 2]\n[authenticated]\n" FEATURES

constexpr Hazard kHazards[] = {
    {"sm-ack-before-enabled", "ClientGoesOnRightBehindItsRequest",
     "C: <enable xmlns='urn:xmpp:sm:3'/><presence/><r xmlns='urn:xmpp:sm:3'/>\n"
     "S: <enabled xmlns='urn:xmpp:sm:3'/><a xmlns='urn:xmpp:sm:3' h='1'/>"},
    {"sm-ack-h-too-high", "NonzasKeepalivesAndClientStatesHaveNoNumber",
     MANAGED "C: <message to='a@example.com'><body>1</body></message>${byte:20}<r xmlns='urn:xmpp:sm:3'/>\n"
             "S: <a xmlns='urn:xmpp:sm:3' h='1'/>\n"
             "S: <message from='a@example.com'><body>2</body></message><r xmlns='urn:xmpp:sm:3'/>\n"
             "C: <a xmlns='urn:xmpp:sm:3' h='1'/>"},
    {"sm-ack-h-decreased", "WrapBehindTheLargestNumber",
     "[authenticated]\n" FEATURES "C: <resume xmlns='urn:xmpp:sm:3' previd='x' h='4294967295'/>\n"
     "S: <resumed xmlns='urn:xmpp:sm:3' previd='x' h='4294967295'/>\n"
     "S: <message from='a@example.net'><body>x</body></message>\nC: <a xmlns='urn:xmpp:sm:3' h='0'/>\n"
     "C: <message to='a@example.net'><body>x</body></message>\n"
     "C: <message to='a@example.net'><body>x</body></message>\nS: <a xmlns='urn:xmpp:sm:3' h='1'/>"},
    {"sm-ack-h-decreased", "NewSessionOnANewConnectionBeginsAtZero",
     MANAGED
     "S: <message from='a@example.com'><body>1</body></message>\nC: <a xmlns='urn:xmpp:sm:3' "
     "h='1'/>\n[reset]\n"
     "[connection 2]\n[bound juliet@example.com/other]\nC: <enable xmlns='urn:xmpp:sm:3' resume='true'/>\n"
     "S: <enabled xmlns='urn:xmpp:sm:3' id='s2' resume='true'/>\nS: <r xmlns='urn:xmpp:sm:3'/>\n"
     "C: <a xmlns='urn:xmpp:sm:3' h='0'/>"},
    {"sm-h-mismatch-on-resume", "StanzasOnTheirWayWhenTheConnectionBroke",
     MANAGED
     "S: <message id='m1' from='a@example.com'><body>1</body></message>\n"
     "S: <message id='m2' from='a@example.com'><body>2</body></message>\n"
     "C: <message id='c1' to='a@example.com'><body>1</body></message>\n[reset]\n" AGAIN
     "C: <resume xmlns='urn:xmpp:sm:3' previd='s1' h='0'/>\nS: <resumed xmlns='urn:xmpp:sm:3' previd='s1' "
     "h='0'/>\n"
     "S: <message id='m1' from='a@example.com'><body>1</body></message>\n"
     "S: <message id='m2' from='a@example.com'><body>2</body></message>\nS: <r xmlns='urn:xmpp:sm:3'/>\n"
     "C: <message id='c1' to='a@example.com'><body>1</body></message>\nC: <a xmlns='urn:xmpp:sm:3' h='2'/>"},
    {"sm-resume-not-retransmitted", "ChatStatesAndPresencesAreNotMissed",
     MANAGED "C: <message id='c1' to='a@example.com'><composing "
             "xmlns='http://jabber.org/protocol/chatstates'/></message>\n"
             "C: <presence id='c2'><show>away</show></presence>\n[reset]\n" AGAIN
             "C: <resume xmlns='urn:xmpp:sm:3' previd='s1' h='0'/>\nS: <resumed xmlns='urn:xmpp:sm:3' "
             "previd='s1' h='0'/>\n"
             "[wait 40s]\nC: <message id='c3' to='a@example.com'><body>1</body></message>"},
    {"sm-roster-or-presence-after-resume", "RosterRequestThatIsSentAgain",
     MANAGED
     "C: <iq id='r' type='get'><query xmlns='jabber:iq:roster'/></iq>\nC: <presence/>\n[reset]\n" AGAIN
     "C: <resume xmlns='urn:xmpp:sm:3' previd='s1' h='0'/>\nS: <resumed xmlns='urn:xmpp:sm:3' previd='s1' "
     "h='0'/>\n"
     "C: <iq id='r' type='get'><query xmlns='jabber:iq:roster'/></iq>\nC: <presence/>\n"
     "S: <iq id='r' type='result'><query xmlns='jabber:iq:roster'/></iq>"},
    {"sm-roster-or-presence-after-resume", "SessionWhoseBeginningWasNotSeen",
     "[authenticated]\n" FEATURES "C: <resume xmlns='urn:xmpp:sm:3' previd='x' h='1'/>\nS: <resumed "
     "xmlns='urn:xmpp:sm:3' previd='x' h='1'/>\n"
     "C: <iq id='r' type='get'><query xmlns='jabber:iq:roster'/></iq>\nC: <presence/>\n"
     "S: <iq id='r' type='result'><query xmlns='jabber:iq:roster'/></iq>"},
    {"sm-id-reused", "SameIdBehindAResumptionIsTheSameSession",
     MANAGED "[reset]\n" AGAIN "C: <resume xmlns='urn:xmpp:sm:3' previd='s1' h='0'/>\n"
             "S: <resumed xmlns='urn:xmpp:sm:3' previd='s1' h='0'/>\nC: <message "
             "to='a@example.com'><body>1</body></message>"},
    {"sm-ack-request-unanswered", "SleepingDevice",
     MANAGED
     "S: <r xmlns='urn:xmpp:sm:3'/>\n[wait 10m]\nC: <presence><show>away</show></presence>\n"
     "C: <message to='a@example.com'><body>back</body></message>\nC: <a xmlns='urn:xmpp:sm:3' h='0'/>"},
    {"sm-ack-request-unanswered", "ConnectionThatIsDead",
     MANAGED
     "S: <r xmlns='urn:xmpp:sm:3'/>\n[wait 10m]\nS: <message from='a@example.com'><body>1</body></message>\n"
     "[reset]"},
    {"sm-enable-not-offered", "OfferedWithinSasl2",
     "[tls]\nS: <stream:features><authentication xmlns='urn:xmpp:sasl:2'><mechanism>PLAIN</mechanism><inline>"
     "<bind xmlns='urn:xmpp:bind:0'/><sm "
     "xmlns='urn:xmpp:sm:3'/></inline></authentication></stream:features>\n"
     "C: <authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'>"
     "<initial-response>AGp1bGlldABzZWNyZXQ=</initial-response>"
     "<user-agent id='d4565fa7-4d72-4749-b3d3-740edbf87770'/><bind xmlns='urn:xmpp:bind:0'/></authenticate>\n"
     "S: <success "
     "xmlns='urn:xmpp:sasl:2'><authorization-identifier>juliet@example.com/x</authorization-identifier>"
     "<bound xmlns='urn:xmpp:bind:0'/></success><stream:features/>\n"
     "C: <enable xmlns='urn:xmpp:sm:3'/>\nS: <enabled xmlns='urn:xmpp:sm:3'/>"},
};

HAZARDS_STAY_SILENT(SmHazards, kHazards)

TEST(SmFindings, SecondAttemptBehindARefusalIsAWarningOnly) {
  const TranscriptRun run = run_transcript(
      "C: <enable xmlns='urn:xmpp:sm:3'/>\nS: <failed xmlns='urn:xmpp:sm:3'/>\n"
      "C: <enable xmlns='urn:xmpp:sm:3'/>\nS: <failed xmlns='urn:xmpp:sm:3'/>");
  EXPECT_THAT(run.fired(), ::testing::ElementsAre("sm-enable-twice warning"));
}

TEST(SmFindings, DriftIsExplainedByWhatDoesNotCount) {
  const TranscriptRun run = run_transcript(
      "C: <enable xmlns='urn:xmpp:sm:3'/>\nS: <message type='chat' "
      "from='a@example.com'><body>early</body></message>\n"
      "S: <enabled xmlns='urn:xmpp:sm:3'/>\nS: <message id='m1' type='chat' "
      "from='a@example.com'><body>1</body></message>\n"
      "C: <a xmlns='urn:xmpp:sm:3' h='2'/>");
  ASSERT_EQ(run.findings.size(), 1u) << run.describe();
  EXPECT_THAT(run.findings[0].message, ::testing::HasSubstr("between <enable/> and <enabled/>"));
  EXPECT_THAT(run.findings[0].message, ::testing::HasSubstr("with id 'm1'"));
}

TEST(SmFindings, MissingAnswersAreReportedOnce) {
  const TranscriptRun run = run_transcript(
      "C: <enable xmlns='urn:xmpp:sm:3'/>\n[wait 40s]\nS: <message type='chat' "
      "from='a@example.com'><body>1</body></message>\n"
      "S: <message type='chat' from='a@example.com'><body>2</body></message>");
  EXPECT_THAT(run.fired(), ::testing::ElementsAre("sm-unanswered-enable error"));
}

TEST(SmFindings, RequestThatTheProxyKeptNeedsNoAnswer) {
  JoinedSession session;
  const std::string enable = "<enable xmlns='urn:xmpp:sm:3'/>";
  session.edit(Direction::kC2S, 0, enable.size(), "");
  session.client(enable);
  session.wait(std::chrono::seconds(90));
  session.server("<message type='chat' from='a@example.net'><body>Hi</body></message>");
  EXPECT_THAT(session.end().fired(), ::testing::IsEmpty());
}

TEST(SmFindings, BlindIncreaseInTheMiddleOfASessionIsNotJudged) {
  JoinedSession session(std::nullopt);
  session.server("<r xmlns='urn:xmpp:sm:3'/>");
  session.client("<a xmlns='urn:xmpp:sm:3' h='17'/><a xmlns='urn:xmpp:sm:3' h='99'/>");
  EXPECT_THAT(session.end().fired(), ::testing::IsEmpty());
}

}  // namespace
}  // namespace parser
