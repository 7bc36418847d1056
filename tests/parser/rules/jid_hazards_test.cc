// What rules about addresses, stanzas and errors must not blame: correct traffic, and faults that another
// rule tells.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "parser/rules/rule.h"
#include "tests/parser/rules/support/hazard.h"
#include "tests/support/transcript_run.h"

namespace parser {
namespace {

using rules::Profile;
using test_support::Hazard;
using test_support::run_transcript;
using test_support::TranscriptRun;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

#define STANZAS "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'"
#define BIND "xmlns='urn:ietf:params:xml:ns:xmpp-bind'"
#define UNAVAILABLE "<error type='cancel'><service-unavailable " STANZAS "/></error>"

// Nothing at warning or above, in either profile.
constexpr Hazard kHazards[] = {
    {"", "EmojiAndJoinersInANickname",
     "C: <presence id='p' to='room@muc.example.com/\U0001F468\u200D\U0001F469'/>"},
    {"", "HeartWithVariationSelector", "C: <presence id='p' to='room@muc.example.com/\u2764\uFE0F'/>"},
    {"", "SlashesAndAtSignsInAResource", "C: <message id='m' to='a.example.com/b@c/d@'/>"},
    {"", "OtherAsciiInALocalPart", "C: <message id='m' to='o+tag$!#%*=?^_`{|}~.-@example.com'/>"},
    {"", "EscapesInsideALocalPart", "C: <message id='m' to='space\\20cadet@example.com'/>"},
    {"", "BackslashesThatAreNoEscapes", "C: <message id='m' to='c\\3a\\5cfiles\\5cx@example.com'/>"},
    {"", "WideLetters", "C: <message id='m' to='\uFF4A\uFF55\uFF4C\uFF49\uFF45\uFF54@example.com'/>"},
    {"", "AllOfTheRoom", "C: <message id='m' to='${repeat:a:1023}@example.com/${repeat:b:1023}'/>"},
    {"", "HebrewNameAndDomain", "C: <message id='m' to='\u05D0\u05D1@\u05D0\u05D1.example'/>"},
    {"", "PrintedDataForm",
     "C: <iq id='1' type='set' to='room@muc.example.com'><query xmlns='http://jabber.org/protocol/muc#owner'>"
     "<x xmlns='jabber:x:data' type='submit'><field var='a' type='jid-multi'><value>\n  romeo@example.net\n"
     "</value></field></x></query></iq>\nS: <iq id='1' type='result' from='room@muc.example.com'/>"},
    {"", "ContactOfAGateway",
     "C: <iq id='1' type='set'><query xmlns='jabber:iq:roster'><item jid='icq.example.com/registered'/>"
     "</query></iq>\nS: <iq id='1' type='result'/>"},
    {"", "WhatServersRelay",
     "C: <iq id='1' type='get' to='search.example.com'><query "
     "xmlns='http://jabber.org/protocol/disco#items'/></iq>\n"
     "S: <iq id='1' type='result' from='search.example.com'><query "
     "xmlns='http://jabber.org/protocol/disco#items'><item jid='not an address'/></query></iq>\n"
     "S: <message id='m' from='a@example.com'><body>Hi</body></message>"},
    {"", "BindResultPrintedOverSeveralLines",
     "[authenticated]\nC: <iq id='b' type='set'><bind " BIND "/></iq>\n"
     "S: <iq id='b' type='result'><bind " BIND "><jid>\n  juliet@example.com/x\n</jid></bind></iq>"},
    {"", "BareAddressOnASubscription",
     "[authenticated]\nC: <iq id='b' type='set'><bind " BIND "><resource>a</resource></bind></iq>\n"
     "S: <iq id='b' type='result'><bind " BIND "><jid>juliet@example.com/b</jid></bind></iq>\n"
     "C: <presence id='p' type='subscribe' from='juliet@example.com' to='romeo@example.net'/>"},
    {"", "UnknownAttributeOfXmlsOwnNamespace",
     "C: <message id='m' to='a@example.com' xml:space='preserve'/>"},
    {"", "NoLanguageAtAll", "C: <message id='m' to='a@example.com' xml:lang=''/>"},
    {"", "LongLanguageTag", "C: <message id='m' to='a@example.com' xml:lang='de-Latn-CH-1996-x-a'/>"},
    {"", "EmptyIdAnsweredWithAnEmptyId",
     "S: <iq id='x' type='get' from='a@example.com'><ping xmlns='urn:xmpp:ping'/></iq>\n"
     "C: <iq id='x' type='result' to='a@example.com'/>"},
    {"", "ErrorsThatCrossWithEqualIds",
     "C: <message id='1' to='x@example.net'/>\nS: <message id='1' "
     "from='x@example.net'><body>Hi</body></message>\n"
     "S: <message id='1' type='error' from='x@example.net'>" UNAVAILABLE
     "</message>\nC: <message id='1' type='error' to='x@example.net'>" UNAVAILABLE "</message>"},
    {"", "ErrorForAStanzaWithoutId",
     "C: <message to='x@example.net'/>\nS: <message type='error' from='x@example.net'>" UNAVAILABLE
     "</message>"},
    {"", "ErrorForSomethingOfAnEarlierSession",
     "C: <message id='m1' to='y@example.net'/>\nS: <message id='old' type='error' "
     "from='x@example.net'>" UNAVAILABLE "</message>"},
    {"", "IdsUsedAgainForAnotherKind",
     "C: <presence id='1' to='x@example.net'/>\nC: <message id='1' to='x@example.net'/>\n"
     "S: <message id='1' type='error' from='x@example.net'>" UNAVAILABLE "</message>"},
    {"", "ServerAnswersForAMalformedAddress",
     "C: <message id='1' to='x@example.net'/>\nS: <message id='1' type='error' from='example.com'><error "
     "type='modify'><jid-malformed " STANZAS "/></error></message>"},
    {"", "RoomAnswersForItsOccupant",
     "C: <presence id='1' to='room@muc.example.com/nick'/>\n"
     "S: <presence id='1' type='error' from='room@muc.example.com'><error type='cancel'><conflict " STANZAS
     "/></error></presence>"},
    {"", "ConditionWithTextAndApplicationElement",
     "S: <message id='1' type='error' from='a@example.net'><error type='wait' by='example.net'>"
     "<policy-violation-x xmlns='urn:example:x'/><resource-constraint " STANZAS
     "/><text xml:lang='en' " STANZAS ">later</text></error></message>"},
    {"", "DialbacksOwnError",
     "C: <message id='1' to='x@example.net'><error xmlns='urn:example:x'>not of the "
     "stanza</error></message>"},
    {"", "SubscriptionWithoutFrom", "S: <presence id='p' type='subscribed'/>"},
    {"", "PushOfTheOwnAccount",
     "S: <message id='1'><event xmlns='http://jabber.org/protocol/pubsub#event'/></message>"},
    {"", "TwoResourcesThatDifferInCaseAndAreBothHere",
     "S: <presence id='1' from='romeo@example.net/Orchard'/>\nS: <presence id='2' "
     "from='romeo@example.net/orchard'/>\nC: <message id='m' to='romeo@example.net/orchard'/>"},
    {"", "MalformedErrorNeedsNoRefusal",
     "S: <message id='m0' type='chat' from='romeo@example.net/x'><body>Hi</body></message>\n"
     "C: <message id='m1' type='error' to='romeo@example.net'>" UNAVAILABLE
     "</message>\n[wait 70s]\nS: <message id='m2' from='a@example.com'><body>Hi</body></message>"},
    {"", "LargeStanzaWithoutALimit",
     "C: <message id='m1' to='a@example.com'><body>${repeat:0123456789abcdef:16200}</body></message>"},
    {"", "CodeOnlyErrorBesidesACondition",
     "S: <message id='1' type='error' from='a@example.net'><error code='503' "
     "type='cancel'><service-unavailable " STANZAS "/></error></message>"},
};

HAZARDS_STAY_SILENT(SilentAddresses, kHazards)

std::vector<std::string> fired(std::string_view transcript, Profile profile = Profile::kRfc6120,
                               Severity least = Severity::kWarning) {
  const TranscriptRun run = run_transcript(transcript, profile);
  EXPECT_EQ(run.error, "");
  return run.fired(least);
}

TEST(AddressRules, TellAFaultOnce) {
  EXPECT_THAT(fired("C: <message id='m' to='xmpp:romeo@example.net'/>"),
              ElementsAre("jid-uri-instead-of-jid error"));
  EXPECT_THAT(fired("C: <message id='m' to='xmpp:romeo@example.net'/>", Profile::kRfc3920),
              ElementsAre("jid-localpart-forbidden-character error"));
  EXPECT_THAT(fired("C: <message id='m' to=' juliet@example.com'/>"),
              ElementsAre("jid-whitespace-padding error"));
  EXPECT_THAT(fired("C: <message id='m' to='a@b@c.example'/>"),
              ElementsAre("jid-domain-bad-character error"));
  EXPECT_THAT(fired("C: <message id='m' to='\u00AD@example.com'/>"),
              ElementsAre("jid-mapped-to-nothing error"));
  EXPECT_THAT(fired("C: <message id='m' to='\u00AD@example.com'/>", Profile::kRfc3920),
              ElementsAre("jid-localpart-empty-rfc3920 warning"));
  EXPECT_THAT(fired("C: <message id='m' to='juliet@xn--a-0ga.example'/>"),
              Contains(StartsWith("jid-domain")));
}

TEST(AddressRules, FollowTheProfile) {
  const std::string_view ogham = "C: <message id='m' to='a@example.com/x\u1680y'/>";
  EXPECT_THAT(fired(ogham, Profile::kRfc3920, Severity::kNote),
              Contains("jid-resourcepart-nonascii-space note"));
  EXPECT_THAT(fired(ogham, Profile::kRfc6120, Severity::kNote),
              Contains("jid-resourcepart-nonascii-space note"));
  const std::string_view local = "C: <message id='m' to='juliet@localhost'/>";
  EXPECT_THAT(fired(local, Profile::kRfc3920), ElementsAre("jid-domain-single-label warning"));
  EXPECT_THAT(fired(local, Profile::kRfc6120), IsEmpty());
  const std::string_view emoji = "C: <message id='m' to='\U0001F600@example.com'/>";
  EXPECT_THAT(fired(emoji, Profile::kRfc3920, Severity::kNote), Contains("jid-localpart-unassigned note"));
  EXPECT_THAT(fired(emoji, Profile::kRfc6120), ElementsAre("jid-localpart-symbol error"));
  const std::string_view question = "C: <message id='m' to='question@example.com/\uFFFD'/>";
  EXPECT_THAT(fired(question, Profile::kRfc3920), ElementsAre("jid-resourcepart-prep-failed error"));
  EXPECT_THAT(fired(question, Profile::kRfc6120), IsEmpty());
}

TEST(AddressRules, PointAtTheAttribute) {
  const std::string_view stanza = "<message id='m' to='juliet@' type='chat'/>";
  const TranscriptRun run = run_transcript("C: " + std::string(stanza));
  const std::vector<Finding> found = run.of("jid-missing-domain");
  ASSERT_THAT(found, SizeIs(1));
  const StreamEvent& event = run.events[run.events.size() - 2].element != nullptr
                                 ? run.events[run.events.size() - 2]
                                 : run.events.back();
  const size_t at = stanza.find("to=");
  EXPECT_EQ(found[0].range.size(), std::string_view("to='juliet@'").size());
  EXPECT_EQ(found[0].range.begin - event.range.begin, at);
  EXPECT_THAT(found[0].message, HasSubstr("'juliet@' in 'to'"));
}

TEST(AddressRules, ComparisonFollowsTheProfileToo) {
  // ß and ss are one letter by Nodeprep, two by PRECIS.
  const std::string_view other =
      "[bound fußball@example.com/x]\nC: <message id='m' from='fussball@example.com/x' to='a@example.com'/>";
  EXPECT_THAT(fired(other, Profile::kRfc3920), Not(Contains(StartsWith("stanza-from-spoofed"))));
  EXPECT_THAT(fired(other, Profile::kRfc6120), Contains(StartsWith("stanza-from-spoofed")));
}

TEST(AddressRules, SeeContactsThatLookAlike) {
  const std::string_view list =
      "C: <iq id='1' type='get'><query xmlns='jabber:iq:roster'/></iq>\n"
      "S: <iq id='1' type='result'><query xmlns='jabber:iq:roster'><item jid='juliet@example.com'/>"
      "<item jid='romeo@example.net'/><item jid='ju1iet@example.com'/></query></iq>";
  EXPECT_THAT(fired(list, Profile::kRfc6120, Severity::kNote), Contains("jid-confusable note"));
}

TEST(StanzaRules, AddressThatWasAskedForIsToldOnce) {
  const std::string_view asked = "[authenticated]\nC: <iq id='b' type='set'><bind " BIND
                                 "><resource>a</resource></bind></iq>\n"
                                 "S: <iq id='b' type='result'><bind " BIND
                                 "><jid>juliet@example.com/b</jid></bind></iq>\n"
                                 "C: <message id='m' from='juliet@example.com/a' to='romeo@example.net'/>";
  EXPECT_THAT(fired(asked), ElementsAre("jid-address-changed-after-bind error"));
}

TEST(StanzaRules, SpoofingIsKnownBeforeTheBindWhereTheServerSaidWho) {
  const std::string_view inline_login =
      "[tls]\nC: <authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'><initial-response>"
      "AGp1bGlldABzZWNyZXQ=</initial-response></authenticate>\n"
      "S: <success xmlns='urn:xmpp:sasl:2'><authorization-identifier>juliet@example.com"
      "</authorization-identifier></success><stream:features><bind " BIND
      "/></stream:features>\n"
      "C: <iq id='b' type='set' from='romeo@example.net'><bind " BIND "/></iq>";
  EXPECT_THAT(fired(inline_login), Contains(StartsWith("stanza-from-spoofed")));
}

TEST(StanzaRules, RefusalInTimeIsEnough) {
  EXPECT_THAT(
      fired("C: <message id='m1' to='@example.com'/>\n[wait 2s]\n"
            "S: <message id='m1' type='error' from='example.com'><error type='modify'><jid-malformed " STANZAS
            "/></error></message>\n[wait 70s]\nS: <message id='m2' from='a@example.com'/>"),
      ElementsAre("jid-localpart-empty error"));
}

TEST(StanzaRules, SizeWithoutALimitIsARemark) {
  EXPECT_THAT(
      fired("C: <message id='m' to='a@example.com'><body>${repeat:0123456789abcdef:16390}</body></message>",
            Profile::kRfc6120, Severity::kNote),
      Contains("stanza-too-large note"));
}

TEST(StanzaRules, RefusalForItsSizeShowsALimitThatIsTooLow) {
  EXPECT_THAT(fired("C: <message id='m' to='a@example.com'><body>${repeat:x:8000}</body></message>\n"
                    "S: <message id='m' type='error' from='a@example.com'><error "
                    "type='modify'><policy-violation " STANZAS "/><text " STANZAS
                    ">stanza is too large</text></error></message>"),
              ElementsAre("server-max-stanza-too-small error"));
}

TEST(StanzaRules, MissingIdIsSaidOnceAndOfTextsOnly) {
  const std::string text = "C: <message to='a@example.com'><body>Hi</body></message>\n";
  const TranscriptRun run =
      run_transcript("C: <presence/>\nC: <message to='a@example.com'/>\n" + text + text +
                     "S: <message from='a@example.com'><body>Hi</body></message>");
  EXPECT_EQ(run.of("stanza-id-missing").size(), 1U) << run.describe();
}

TEST(StanzaRules, UnknownConditionIsNamedAsUnknownAndNotAsMissing) {
  EXPECT_THAT(
      fired("S: <message id='1' type='error' from='a@example.net'><error type='cancel'><brand-new " STANZAS
            "/></error></message>"),
      ElementsAre("stanza-error-unknown-condition error"));
}

}  // namespace
}  // namespace parser
