// What must stay silent between servers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "parser/rules/rule.h"
#include "tests/support/transcript_run.h"

namespace parser {
namespace {

using rules::Profile;
using test_support::run_transcript;
using test_support::TranscriptRun;

#define NAMESPACES                                            \
  " xmlns='jabber:server' xmlns:db='jabber:server:dialback' " \
  "xmlns:stream='http://etherx.jabber.org/streams'>"
#define ASKS "C: <stream:stream from='example.com' to='example.net' version='1.0'" NAMESPACES "\n"
#define ANSWERS(features)                                                                                \
  "S: <stream:stream from='example.net' to='example.com' id='s1' version='1.0' xml:lang='en'" NAMESPACES \
  "<stream:features>" features "</stream:features>\n"
#define DIALBACK "<dialback xmlns='urn:xmpp:features:dialback'><errors/></dialback>"
#define EXTERNAL                                          \
  "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>" \
  "<mechanism>EXTERNAL</mechanism></mechanisms>"

#define DIALBACK_OFFERED ANSWERS(DIALBACK)
#define BIDI_OFFERED ANSWERS(DIALBACK "<bidi xmlns='urn:xmpp:features:bidi'/>")
#define BOTH_OFFERED ANSWERS(EXTERNAL DIALBACK)

#define OFFERED_AGAIN                                                                                    \
  "S: <stream:stream from='example.net' to='example.com' id='q7' version='1.0' xml:lang='en'" NAMESPACES \
  "<stream:features>" DIALBACK "</stream:features>\n"

struct Hazard {
  std::string_view rule;  // in danger
  std::string_view name;
  std::string_view transcript;
};

constexpr Hazard kHazards[] = {
    {"s2s-stanza-before-verified", "ConnectionThatOnlyVerifies",
     ASKS DIALBACK_OFFERED "C: <db:verify from='example.com' to='example.net' id='x7'>k</db:verify>\n"
                           "S: <db:verify from='example.net' to='example.com' id='x7' type='invalid'/>\n"
                           "C: </stream:stream>\nS: </stream:stream>"},
    {"s2s-from-not-validated", "CertificateAndThenAKeyForAnotherDomain",
     "[tls]\n" ASKS BOTH_OFFERED
     "C: <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>=</auth>\n"
     "S: <success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>\n" ASKS OFFERED_AGAIN
     "C: <message from='a@example.com/x' to='b@example.net'/>\n"
     "C: <db:result from='rooms.example.com' to='example.net'>k</db:result>\n"
     "C: <message from='a@example.com' to='b@example.net'/>\n"
     "S: <db:result from='example.net' to='rooms.example.com' type='valid'/>\n"
     "C: <message from='r@rooms.example.com/n' to='b@example.net/y' type='groupchat'/>"},
    {"s2s-from-not-validated", "OtherSpellingOfTheDomain",
     "[tls]\n" ASKS DIALBACK_OFFERED "C: <db:result from='example.com' to='example.net'>k</db:result>\n"
     "S: <db:result from='Example.net' to='example.com' type='valid'/>\n"
     "C: <message from='a@EXAMPLE.com' to='b@example.NET'/>"},
    {"s2s-dialback-invalid-stream-kept", "OtherPairsKeepTheStream",
     "[tls]\n" ASKS DIALBACK_OFFERED "C: <db:result from='example.com' to='example.net'>k</db:result>\n"
     "C: <db:result from='bad.example' to='example.net'>k</db:result>\n"
     "S: <db:result from='example.net' to='example.com' type='valid'/>\n"
     "S: <db:result from='example.net' to='bad.example' type='invalid'/>\n"
     "[wait 60s]\nC: <message from='a@example.com' to='b@example.net'/>"},
    {"s2s-dialback-unanswered", "TheStreamWasClosedInstead",
     "[tls]\n" ASKS DIALBACK_OFFERED "C: <db:result from='example.com' to='example.net'>k</db:result>\n"
     "[wait 60s]\nS: </stream:stream>\nC: </stream:stream>"},
    {"s2s-dialback-unsolicited", "BothSidesAsk",
     "[tls]\n" ASKS BIDI_OFFERED "C: <bidi xmlns='urn:xmpp:bidi'/>\n"
     "C: <db:result from='example.com' to='example.net'>k</db:result>\n"
     "S: <db:result from='third.example' to='example.com'>k</db:result>\n"
     "C: <db:result from='example.com' to='third.example' type='valid'/>\n"
     "S: <db:result from='example.net' to='example.com' type='valid'/>"},
};

void PrintTo(const Hazard& value, std::ostream* out) {
  *out << value.rule;
}

class ServerHazards : public ::testing::TestWithParam<Hazard> {};
INSTANTIATE_TEST_SUITE_P(Rulebook, ServerHazards, ::testing::ValuesIn(kHazards),
                         [](const auto& hazard) { return std::string(hazard.param.name); });

TEST_P(ServerHazards, StaySilent) {
  ASSERT_NE(rules::find_rule(GetParam().rule), nullptr);
  for (const Profile profile : {Profile::kRfc3920, Profile::kRfc6120}) {
    const TranscriptRun run = run_transcript(GetParam().transcript, profile);
    ASSERT_EQ(run.error, "");
    ASSERT_GT(run.events.size(), 2U);
    EXPECT_THAT(run.fired(Severity::kWarning), ::testing::IsEmpty()) << run.describe();
  }
}

TEST(ServerFindings, NothingIsJudgedWhereTheBeginningWasNotSeen) {
  test_support::EventCollector collector;
  Analyzer analyzer(AnalyzerOptions(), collector);
  const Time now{std::chrono::seconds(1'000'000'000)};
  ConnectionInfo info;
  info.from_start = false;
  analyzer.opened(now, 1, info);
  analyzer.bytes(now, 1, Direction::kC2S,
                 "<message xmlns='jabber:server' from='a@example.com' to='b@example.net'/>");
  analyzer.finish(now);
  for (const Finding& finding : collector.run.findings)
    EXPECT_FALSE(finding.rule.starts_with("s2s-")) << finding.rule;
}

}  // namespace
}  // namespace parser
