// What must stay silent about components.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/transcript_run.h"

namespace parser {
namespace {

using test_support::run_transcript;
using test_support::TranscriptRun;

#define NAMESPACES(ns) " xmlns='" ns "' xmlns:stream='http://etherx.jabber.org/streams'>\n"

void expect_silent(std::string_view transcript) {
  const TranscriptRun run = run_transcript(transcript);
  ASSERT_EQ(run.error, "");
  ASSERT_GT(run.events.size(), 4u);
  EXPECT_THAT(run.fired(Severity::kWarning), ::testing::IsEmpty()) << run.describe();
}

TEST(ComponentHazards, InTheConnectVariantTheServerProvesItself) {
  expect_silent("C: <stream:stream to='gw.example.com' from='example.com'" NAMESPACES("jabber:component:connect")
                "S: <stream:stream from='gw.example.com' id='x1'" NAMESPACES("jabber:component:connect")
                "C: <handshake>aaee83c26aeeafcbabeabfcbcd50df997e0a2a1e</handshake>\nS: <handshake/>\n"
                "C: <message from='a@example.com' to='bot@gw.example.com'/>\n"
                "S: <message from='bot@gw.example.com' to='a@example.com'/>");
}

TEST(ComponentHazards, WhiteSpaceAroundTheHandshakeIsNoPartOfIt) {
  expect_silent("C: <stream:stream to='gw.example.com'" NAMESPACES("jabber:component:accept")
                "S: <stream:stream from='gw.example.com' id='x1'" NAMESPACES("jabber:component:accept")
                "C: <handshake>\n  aaee83c26aeeafcbabeabfcbcd50df997e0a2a1e\n</handshake>\nS: <handshake></handshake>\n"
                "C: <message from='bot@GW.example.com' to='a@example.com'/>");
}

TEST(ComponentHazards, ServerMaySendFromAnybody) {
  expect_silent("C: <stream:stream to='gw.example.com'" NAMESPACES("jabber:component:accept")
                "S: <stream:stream from='gw.example.com' id='x1'" NAMESPACES("jabber:component:accept")
                "C: <handshake>aaee83c26aeeafcbabeabfcbcd50df997e0a2a1e</handshake>\nS: <handshake/>\n"
                "S: <message from='romeo@example.net/o' to='bot@gw.example.com'/>");
}

TEST(ComponentHazards, SubdomainsAreToldOnceAndNotAsForeign) {
  const TranscriptRun run =
      run_transcript("C: <stream:stream to='gw.example.com'" NAMESPACES("jabber:component:accept")
                     "S: <stream:stream from='gw.example.com' id='x1'" NAMESPACES("jabber:component:accept")
                     "C: <handshake>aaee83c26aeeafcbabeabfcbcd50df997e0a2a1e</handshake>\nS: <handshake/>\n"
                     "C: <message from='bot@rooms.gw.example.com' to='a@example.com'/>\n"
                     "C: <message from='bot@rooms.gw.example.com' to='a@example.com'/>");
  EXPECT_THAT(run.fired(Severity::kWarning), ::testing::ElementsAre("component-to-not-component warning"))
      << run.describe();
}

}  // namespace
}  // namespace parser
