// What real clients and servers do rightly, and a rule once said something about: each case is cut out of a
// recording in captures/samples/. Here notes count, too.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/parser/rules/support/hazard.h"
#include "tests/support/transcript_run.h"

namespace parser {
namespace {

using test_support::Hazard;
using test_support::run_transcript;
using test_support::TranscriptRun;

#define STREAM "xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>"
#define SASL "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'"

constexpr Hazard kHazards[] = {
    {"xml-declaration-not-first",
     "GoSendxmppEndsAuthWithANewline",
     "[tls]\nC: <?xml version='1.0'?><stream:stream to='example.com' version='1.0' xml:lang='en' " STREAM
     "\nS: <?xml version='1.0'?><stream:stream from='example.com' id='a1' version='1.0' xml:lang='en' " STREAM
     "<stream:features><mechanisms " SASL "><mechanism>PLAIN</mechanism></mechanisms></stream:features>\n"
     "C: <auth " SASL " mechanism='PLAIN'>AGEAYg==</auth>${byte:0A}\nS: <success " SASL "/>\n"
     "C: <?xml version='1.0'?><stream:stream to='example.com' version='1.0' xml:lang='en' " STREAM,
     false,
     {},
     "sasl-whitespace-during"},
};

HAZARDS_STAY_SILENT(RecordedHazards, kHazards)

}  // namespace
}  // namespace parser
