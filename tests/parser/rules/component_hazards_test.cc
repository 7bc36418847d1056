// What must stay silent about components.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/parser/rules/support/hazard.h"
#include "tests/support/transcript_run.h"

namespace parser {
namespace {

using test_support::Hazard;
using test_support::run_transcript;
using test_support::TranscriptRun;

#define STREAMS " xmlns:stream='http://etherx.jabber.org/streams'>\n"
#define ACCEPT                                                                    \
  "C: <stream:stream to='gw.example.com' xmlns='jabber:component:accept'" STREAMS \
  "S: <stream:stream from='gw.example.com' id='x1' xmlns='jabber:component:accept'" STREAMS
#define CONNECT                                                                                       \
  "C: <stream:stream to='gw.example.com' from='example.com' xmlns='jabber:component:connect'" STREAMS \
  "S: <stream:stream from='gw.example.com' id='x1' xmlns='jabber:component:connect'" STREAMS
#define HANDSHAKE "C: <handshake>aaee83c26aeeafcbabeabfcbcd50df997e0a2a1e</handshake>\nS: <handshake/>\n"

constexpr Hazard kHazards[] = {
    {"component-from-foreign-domain", "InTheConnectVariantTheServerProvesItself",
     CONNECT HANDSHAKE "C: <message from='a@example.com' to='bot@gw.example.com'/>\n"
                       "S: <message from='bot@gw.example.com' to='a@example.com'/>"},
    {"component-handshake-format", "WhiteSpaceAroundTheHandshakeIsNoPartOfIt",
     ACCEPT
     "C: <handshake>\n  aaee83c26aeeafcbabeabfcbcd50df997e0a2a1e\n</handshake>\nS: <handshake></handshake>\n"
     "C: <message from='bot@GW.example.com' to='a@example.com'/>"},
    {"component-to-not-component", "ServerMaySendFromAnybody",
     ACCEPT HANDSHAKE "S: <message from='romeo@example.net/o' to='bot@gw.example.com'/>"},
};

HAZARDS_STAY_SILENT(ComponentHazards, kHazards)

TEST(ComponentRules, SubdomainsAreToldOnceAndNotAsForeign) {
  const TranscriptRun run =
      run_transcript(ACCEPT HANDSHAKE
                     "C: <message from='bot@rooms.gw.example.com' to='a@example.com'/>\n"
                     "C: <message from='bot@rooms.gw.example.com' to='a@example.com'/>");
  EXPECT_THAT(run.fired(Severity::kWarning), ::testing::ElementsAre("component-to-not-component warning"))
      << run.describe();
}

}  // namespace
}  // namespace parser
