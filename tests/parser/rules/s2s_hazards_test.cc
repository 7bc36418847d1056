// What must stay silent between servers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "parser/rules/server_example_text.h"
#include "tests/parser/rules/support/hazard.h"
#include "tests/parser/rules/support/joined_session.h"
#include "tests/support/transcript_run.h"

namespace parser {
namespace {

using test_support::Hazard;
using test_support::JoinedSession;
using test_support::run_transcript;
using test_support::TranscriptRun;

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

HAZARDS_STAY_SILENT(ServerHazards, kHazards)

TEST(ServerFindings, NothingIsJudgedWhereTheBeginningWasNotSeen) {
  JoinedSession session(std::nullopt);
  session.client("<message xmlns='jabber:server' from='a@example.com' to='b@example.net'/>");
  for (const Finding& finding : session.end().findings) {
    EXPECT_FALSE(finding.rule.starts_with("s2s-")) << finding.rule;
  }
}

}  // namespace
}  // namespace parser
