// What real clients and servers do rightly, and a rule once said something about: each case is cut out of a
// recording in captures/samples/. Here notes count, too.
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <string_view>

#include "parser/rules/rule.h"
#include "tests/support/transcript_run.h"

namespace parser {
namespace {

using rules::Profile;
using test_support::run_transcript;
using test_support::TranscriptRun;

#define STREAM "xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>"
#define SASL "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'"

struct Recorded {
  std::string_view rule;  // in danger
  std::string_view name;
  std::string_view transcript;
};

constexpr Recorded kRecorded[] = {
    {"xml-declaration-not-first", "GoSendxmppEndsAuthWithANewline",
     "[tls]\nC: <?xml version='1.0'?><stream:stream to='example.com' version='1.0' xml:lang='en' " STREAM
     "\nS: <?xml version='1.0'?><stream:stream from='example.com' id='a1' version='1.0' xml:lang='en' " STREAM
     "<stream:features><mechanisms " SASL "><mechanism>PLAIN</mechanism></mechanisms></stream:features>\n"
     "C: <auth " SASL " mechanism='PLAIN'>AGEAYg==</auth>${byte:0A}\nS: <success " SASL "/>\n"
     "C: <?xml version='1.0'?><stream:stream to='example.com' version='1.0' xml:lang='en' " STREAM},
};

void PrintTo(const Recorded& recorded, std::ostream* out) {
  *out << recorded.name;
}

class RecordedHazards : public ::testing::TestWithParam<Recorded> {};
INSTANTIATE_TEST_SUITE_P(Rulebook, RecordedHazards, ::testing::ValuesIn(kRecorded),
                         [](const auto& of) { return std::string(of.param.name); });

TEST_P(RecordedHazards, StaySilent) {
  ASSERT_NE(rules::find_rule(GetParam().rule), nullptr);
  for (const Profile profile : {Profile::kRfc3920, Profile::kRfc6120}) {
    const TranscriptRun run = run_transcript(GetParam().transcript, profile);
    ASSERT_EQ(run.error, "");
    ASSERT_GT(run.events.size(), 2U);
    EXPECT_TRUE(run.of(GetParam().rule).empty()) << run.describe();
  }
}

}  // namespace
}  // namespace parser
