// One logical session over several connections (XEP-0198 §5): who it is and where its numbers stand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "tests/support/transcript_run.h"

namespace parser {
namespace {

using test_support::run_transcript;
using test_support::TranscriptRun;

#define FEATURES                                                                                    \
  "S: <stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm xmlns='urn:xmpp:sm:3'/>" \
  "</stream:features>\n"
#define FIRST_CONNECTION                                                \
  "[bound juliet@example.com/balcony]\n"                                \
  "C: <enable xmlns='urn:xmpp:sm:3' resume='true'/>\n"                  \
  "S: <enabled xmlns='urn:xmpp:sm:3' id='s1' resume='true'/>\n"         \
  "S: <message id='m1' from='a@example.net'><body>1</body></message>\n" \
  "S: <message id='m2' from='a@example.net'><body>2</body></message>\n" \
  "C: <message id='c1' to='a@example.net'><body>1</body></message>\n"

std::vector<ConnectionId> sessions(const TranscriptRun& run, ConnectionId connection) {
  std::vector<ConnectionId> ids;
  for (const StreamEvent& event : run.events) {
    if (event.connection == connection) ids.push_back(event.session);
  }
  return ids;
}

TEST(Resumption, LaterConnectionKnowsItsFirstOne) {
  const TranscriptRun run =
      run_transcript(FIRST_CONNECTION
                     "[reset]\n"
                     "[connection 2]\n[authenticated]\n" FEATURES
                     "C: <resume xmlns='urn:xmpp:sm:3' previd='s1' h='1'/>\n"
                     "S: <resumed xmlns='urn:xmpp:sm:3' previd='s1' h='1'/>\n"
                     "S: <message id='m2' from='a@example.net'><body>2</body></message>\n"
                     "C: <a xmlns='urn:xmpp:sm:3' h='2'/>\n[reset]\n"
                     "[connection 3]\n[authenticated]\n" FEATURES
                     "C: <resume xmlns='urn:xmpp:sm:3' previd='s1' h='2'/>\n"
                     "S: <resumed xmlns='urn:xmpp:sm:3' previd='s1' h='1'/>\n");
  ASSERT_EQ(run.error, "");
  EXPECT_THAT(run.fired(Severity::kWarning), ::testing::IsEmpty()) << run.describe();
  EXPECT_THAT(sessions(run, 1), ::testing::Each(1u));
  // opened, features, resume: it is its own until the server says so.
  EXPECT_THAT(sessions(run, 2), ::testing::ElementsAre(2, 2, 2, 1, 1, 1, 1));
  EXPECT_THAT(sessions(run, 3), ::testing::ElementsAre(3, 3, 3, 1, 1));
}

TEST(Resumption, RefusedOneIsANewSession) {
  const TranscriptRun run = run_transcript(
      FIRST_CONNECTION "[reset]\n[connection 2]\n[authenticated]\n" FEATURES
                       "C: <resume xmlns='urn:xmpp:sm:3' previd='s1' h='2'/>\n"
                       "S: <failed xmlns='urn:xmpp:sm:3'><item-not-found "
                       "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>\n"
                       "C: <iq id='b' type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>\n"
                       "S: <iq id='b' type='result'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
                       "<jid>juliet@example.com/x</jid></bind></iq>\n");
  EXPECT_THAT(run.fired(Severity::kWarning), ::testing::IsEmpty()) << run.describe();
  EXPECT_THAT(sessions(run, 2), ::testing::Each(2u));
}

TEST(Resumption, ConnectionThatLostItsSessionNoLongerCounts) {
  const TranscriptRun run = run_transcript(
      FIRST_CONNECTION "[connection 2]\n[authenticated]\n" FEATURES
                       "C: <resume xmlns='urn:xmpp:sm:3' previd='s1' h='2'/>\n"
                       "S: <resumed xmlns='urn:xmpp:sm:3' previd='s1' h='1'/>\n"
                       "[connection 1]\nS: <message from='a@example.net'><body>late</body></message>\n"
                       "[connection 2]\nS: <message from='a@example.net'><body>3</body></message>\n"
                       "C: <a xmlns='urn:xmpp:sm:3' h='4'/>\n");
  EXPECT_THAT(run.fired(Severity::kWarning), ::testing::ElementsAre("sm-ack-h-too-high error"))
      << run.describe();
}

TEST(Resumption, NumbersGoOnAndTheStanzaOfTheDriftIsNamed) {
  const TranscriptRun run =
      run_transcript(FIRST_CONNECTION "[reset]\n[connection 2]\n[authenticated]\n" FEATURES
                                      "C: <resume xmlns='urn:xmpp:sm:3' previd='s1' h='2'/>\n"
                                      "S: <resumed xmlns='urn:xmpp:sm:3' previd='s1' h='1'/>\n"
                                      "S: <message id='m3' from='a@example.net'><body>3</body></message>\n"
                                      "C: <a xmlns='urn:xmpp:sm:3' h='3'/>\n"
                                      "S: <message id='m4' from='a@example.net'><body>4</body></message>\n"
                                      "S: <presence id='p5' from='a@example.net/x'/>\n"
                                      "C: <a xmlns='urn:xmpp:sm:3' h='6'/>\n");
  const std::vector<Finding> found = run.of("sm-ack-h-too-high");
  ASSERT_EQ(found.size(), 1u) << run.describe();
  EXPECT_THAT(found[0].message, ::testing::HasSubstr("number 4 on, the <message/> with id 'm4'"));
  bool named = false;
  for (const StreamEvent& event : run.events) named |= event.frame == found[0].frame && event.id == "m4";
  EXPECT_TRUE(named) << found[0].frame;
}

TEST(Resumption, WhatTheSessionDidBeforeIsRemembered) {
  const std::string before = FIRST_CONNECTION
      "C: <iq type='get' id='r'><query xmlns='jabber:iq:roster'/></iq>\n"
      "S: <iq type='result' id='r'><query xmlns='jabber:iq:roster'/></iq>\n"
      "C: <presence/>\n"
      "S: <presence from='romeo@example.net/o' to='juliet@example.com/balcony'>"
      "<c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='https://example.org/client' "
      "ver='QgayPKawpkPSDYmwT/WM94uAlu0='/></presence>\n";
  const std::string after = "[connection 2]\n[authenticated]\n" FEATURES
                            "C: <resume xmlns='urn:xmpp:sm:3' previd='s1' h='3'/>\n"
                            "S: <resumed xmlns='urn:xmpp:sm:3' previd='s1' h='3'/>\n"
                            "C: <iq type='get' id='d' to='romeo@example.net/o'><query "
                            "xmlns='http://jabber.org/protocol/disco#info'/></iq>\n";
  for (const std::string_view how :
       {"[reset]\n", ""}) {  // the server may hear of the break later than the client
    const TranscriptRun run = run_transcript(before + std::string(how) + after);
    ASSERT_EQ(run.error, "");
    EXPECT_THAT(run.fired(Severity::kWarning), ::testing::ElementsAre("caps-query-wrong-node warning"))
        << run.describe();
    const auto resumed = std::find_if(run.events.begin(), run.events.end(), [](const StreamEvent& event) {
      return event.kind == EventKind::kSm && event.local == "resumed";
    });
    ASSERT_NE(resumed, run.events.end());
    EXPECT_TRUE(resumed->standing.resumed);
    EXPECT_TRUE(resumed->standing.interested);
    EXPECT_TRUE(resumed->standing.available);
  }
}

TEST(Resumption, SessionOfAnEarlierCaptureCountsFromWhatBothSay) {
  const TranscriptRun run = run_transcript("[authenticated]\n" FEATURES
                                           "C: <resume xmlns='urn:xmpp:sm:3' previd='unseen' h='7'/>\n"
                                           "S: <resumed xmlns='urn:xmpp:sm:3' previd='unseen' h='9'/>\n"
                                           "S: <message from='a@example.net'><body>x</body></message>\n"
                                           "C: <a xmlns='urn:xmpp:sm:3' h='8'/>\n"
                                           "C: <a xmlns='urn:xmpp:sm:3' h='9'/>\n");
  EXPECT_THAT(run.fired(Severity::kWarning), ::testing::ElementsAre("sm-ack-h-too-high error"))
      << run.describe();
  EXPECT_THAT(sessions(run, 1), ::testing::Each(1u));
}

}  // namespace
}  // namespace parser
