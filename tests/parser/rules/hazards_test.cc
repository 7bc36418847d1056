// What must stay silent: correct traffic that a careless check would blame. Each case names the rule in
// danger.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "parser/rules/rule.h"
#include "tests/parser/rules/support/hazard.h"
#include "tests/parser/rules/support/joined_session.h"
#include "tests/support/transcript_run.h"

namespace parser {
namespace {

using rules::Profile;
using test_support::Hazard;
using test_support::JoinedSession;
using test_support::run_transcript;
using test_support::TranscriptRun;

#define CLIENT_HEADER                              \
  "<stream:stream to='example.com' version='1.0' " \
  "xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>"
#define SERVER_HEADER                                                      \
  "<stream:stream from='example.com' id='a1' version='1.0' xml:lang='en' " \
  "xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>"
#define RESTARTED_SERVER_HEADER                              \
  "<stream:stream from='example.com' id='b2' version='1.0' " \
  "xml:lang='en' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>"
#define LEGACY_CLIENT_HEADER \
  "<stream:stream to='example.com' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>"
#define LEGACY_SERVER_HEADER                                         \
  "<stream:stream from='example.com' id='a1' xmlns='jabber:client' " \
  "xmlns:stream='http://etherx.jabber.org/streams'>"
#define SASL "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'"

constexpr Hazard kHazards[] = {
    // --- xml
    {"xml-comment", "CommentInsideCdataIsText",
     "C: <message to='a@example.com'><body><![CDATA[<!-- x --> <?y?> &nbsp;]]></body></message>"},
    {"xml-processing-instruction", "DeclarationOfARestartIsNone",
     "[tls]\nC: <?xml version='1.0'?>" CLIENT_HEADER "\nS: <?xml version='1.0'?>" SERVER_HEADER
     "<stream:features><mechanisms " SASL "><mechanism>PLAIN</mechanism></mechanisms></stream:features>\n"
     "C: <auth " SASL " mechanism='PLAIN'>AGEAYg==</auth>\nS: <success " SASL "/>\n"
     "C: <?xml version='1.0'?>" CLIENT_HEADER "\nS: <?xml version='1.0'?>" RESTARTED_SERVER_HEADER
     "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>"},
    {"xml-namespace-not-well-formed", "PrefixDeclaredOnTheHeader",
     "[tls]\nC: <stream:stream to='example.net' from='example.com' version='1.0' xmlns='jabber:server' "
     "xmlns:db='jabber:server:dialback' xmlns:stream='http://etherx.jabber.org/streams'>\n"
     "S: <stream:stream from='example.net' to='example.com' id='s1' version='1.0' xml:lang='en' "
     "xmlns='jabber:server' "
     "xmlns:db='jabber:server:dialback' xmlns:stream='http://etherx.jabber.org/streams'>"
     "<stream:features><dialback xmlns='urn:xmpp:features:dialback'/></stream:features>\n"
     "C: <db:result from='example.com' to='example.net'>key</db:result>\n"
     "S: <db:result from='example.net' to='example.com' type='valid'/>"},
    {"xml-entity-reference", "NumericAndPredefinedReferences",
     "C: <message to='a@example.com'><body>&#160;&#x1F600;&lt;&gt;&amp;&apos;&quot;</body></message>"},
    {"xml-encoding-not-utf8", "LowerCaseDeclarationAndEmoji",
     "C: <?xml version='1.0' encoding='utf-8'?>" CLIENT_HEADER},
    {"xml-encoding-not-utf8", "CharacterSplitBetweenReads",
     "C: <message to='a@example.com'><body>${byte:F0 9F}\nC: ${byte:98 80}</body></message>"},
    {"xml-text-between-stanzas", "WhitespaceKeepalives",
     "C: <presence/>${byte:20}\nC: ${byte:0D 0A}${byte:09}\nS: ${byte:20}\nC: <presence/>"},
    {"xml-not-well-formed", "TagCutByTheEndOfARead", "C: <presen\nC: ce/>"},

    // --- stream
    {"stream-missing-to", "ComponentNamesItselfInTo",
     "C: <stream:stream to='gw.example.com' xmlns='jabber:component:accept' "
     "xmlns:stream='http://etherx.jabber.org/streams'>\n"
     "S: <stream:stream from='gw.example.com' id='c1' xmlns='jabber:component:accept' "
     "xmlns:stream='http://etherx.jabber.org/streams'>\n"
     "C: <handshake>aaee83c26aeeafcbabeabfcbcd50df997e0a2a1e</handshake>\n"
     "S: <handshake/>\n"
     "C: <message from='bot@gw.example.com' to='a@example.com'><body>Hi</body></message>\n"
     "[wait 60s]\nS: <message from='a@example.com' to='bot@gw.example.com'><body>Hi</body></message>"},
    {"stream-response-missing-id", "HeaderThatOnlyWrapsAnError",
     "C: " CLIENT_HEADER "\nS: <stream:stream from='example.com' version='1.0' xmlns='jabber:client' "
     "xmlns:stream='http://etherx.jabber.org/streams'><stream:error><host-unknown "
     "xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>"},
    {"stream-missing-version", "LegacyDialbackBetweenServers",
     "[tls]\nC: <stream:stream xmlns='jabber:server' from='example.com' to='example.net' "
     "xmlns:db='jabber:server:dialback' "
     "xmlns:stream='http://etherx.jabber.org/streams'>\n"
     "S: <stream:stream xmlns='jabber:server' id='s1' xmlns:db='jabber:server:dialback' "
     "xmlns:stream='http://etherx.jabber.org/streams'>\n"
     "C: <db:result from='example.com' to='example.net'>key</db:result>\n"
     "S: <db:result from='example.net' to='example.com' type='valid'/>\n"
     "[wait 30s]\nC: <message from='a@example.com' to='b@example.net'><body>Hi</body></message>"},
    {"stream-features-missing", "ErrorInsteadOfFeatures",
     "C: " CLIENT_HEADER "\nS: " SERVER_HEADER "<stream:error><host-unknown "
     "xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>\n"
     "[wait 60s]\nC: </stream:stream>"},
    {"stream-features-missing", "FeaturesInALaterSegment",
     "C: " CLIENT_HEADER "\nS: " SERVER_HEADER
     "\n[wait 3s]\nC: ${byte:20}\nS: <stream:features/>\n[wait 60s]\n"
     "C: </stream:stream>"},
    {"stream-features-missing", "ClientPipelinesItsNextRequest",
     "C: " CLIENT_HEADER "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>\nS: " SERVER_HEADER
     "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>"
     "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"},
    {"stream-features-missing", "InlineResumptionSendsNone",
     "[tls]\nC: " CLIENT_HEADER "\nS: " SERVER_HEADER
     "<stream:features><authentication xmlns='urn:xmpp:sasl:2'><mechanism>PLAIN</mechanism></authentication>"
     "</stream:features>\n"
     "C: <authenticate xmlns='urn:xmpp:sasl:2' "
     "mechanism='PLAIN'><initial-response>AGEAYg==</initial-response>"
     "<resume xmlns='urn:xmpp:sm:3' previd='x' h='1'/></authenticate>\n"
     "S: <success xmlns='urn:xmpp:sasl:2'><authorization-identifier>a@example.com</authorization-identifier>"
     "<resumed xmlns='urn:xmpp:sm:3' previd='x' h='1'/></success>\n"
     "[wait 60s]\nC: <message to='b@example.com'><body>Hi</body></message>\n"
     "S: <iq id='before' type='result' from='b@example.com'/>"},
    {"stream-data-after-close", "PeerGoesOnUntilItClosesToo",
     "S: </stream:stream>\nC: <message to='a@example.com'><body>last</body></message></stream:stream>"},
    {"stream-data-after-close", "NewlineBehindTheFooter",
     "C: </stream:stream>${byte:0A}\nS: </stream:stream>"},

    // --- negotiation
    {"negotiation-feature-not-offered", "StartTlsTriedUnseen",
     "C: " CLIENT_HEADER "\nS: " SERVER_HEADER
     "<stream:features><register xmlns='http://jabber.org/features/iq-register'/></stream:features>\n"
     "C: <starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"},
    {"negotiation-feature-not-offered", "RequestAheadOfTheFeatures",
     "[tls]\nC: " CLIENT_HEADER "<auth " SASL " mechanism='PLAIN'>AGEAYg==</auth>" CLIENT_HEADER
     "<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>\n"
     "S: " SERVER_HEADER "<stream:features><mechanisms " SASL
     "><mechanism>PLAIN</mechanism></mechanisms></stream:features><success " SASL "/>" RESTARTED_SERVER_HEADER
     "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>"
     "<iq type='result' id='b'><bind "
     "xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>a@example.com/x</jid></bind></iq>"},
    {"negotiation-feature-not-offered", "SessionCsiAndPingWithoutLooking",
     "[authenticated]\nS: <stream:features><bind "
     "xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><csi xmlns='urn:xmpp:csi:0'/></stream:features>\n"
     "C: <iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>\n"
     "S: <iq type='result' id='b'><bind "
     "xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>a@example.com/x</jid></bind></iq>\n"
     "C: <iq type='set' id='s'><session xmlns='urn:ietf:params:xml:ns:xmpp-session'/></iq>\n"
     "S: <iq type='result' id='s'/>\n"
     "C: <inactive xmlns='urn:xmpp:csi:0'/>\n"
     "C: <iq type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>\nS: <iq type='result' id='p'/>"},

    // --- stanza
    {"stanza-before-auth",
     "RegistrationAndLegacyLogin",
     "C: " LEGACY_CLIENT_HEADER "\nS: " LEGACY_SERVER_HEADER
     "\nC: <iq type='get' id='r'><query xmlns='jabber:iq:register'/></iq>\n"
     "S: <iq type='result' id='r'><query xmlns='jabber:iq:register'><username/></query></iq>\n"
     "C: <iq type='set' id='a'><query xmlns='jabber:iq:auth'><username>a</username><digest>0</digest>"
     "<resource>x</resource></query></iq>\nS: <iq type='result' id='a'/>\nC: <presence/>",
     false,
     {},
     "stream-missing-version"},
    {"stanza-before-auth", "StanzasAheadOfTheAnswerToALogin",
     "[tls]\nC: " CLIENT_HEADER
     "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'><initial-response>AGEAYg==</initial-response>"
     "<bind xmlns='urn:xmpp:bind:0'/></authenticate><presence/>\n"
     "S: " SERVER_HEADER
     "<stream:features><authentication xmlns='urn:xmpp:sasl:2'><mechanism>PLAIN</mechanism></authentication>"
     "</stream:features>"},
    {"stanza-from-spoofed", "OtherSpellingsOfTheOwnAddress",
     "[bound juliet@example.com/balcony]\nC: <message from='JULIET@Example.COM' to='a@example.com'/>\n"
     "C: <presence type='subscribe' from='juliet@example.com' to='a@example.com'/>"},
    {"stanza-from-spoofed", "InternationalDomainInEitherForm",
     "[bound juliet@bücher.example/balcony]\n"
     "C: <message from='juliet@BU\u0308CHER.example/balcony' to='a@example.com'/>"},
    {"stanza-extension-without-namespace", "ChildrenOfExtensionsAreTheirOwnBusiness",
     "C: <message to='a@example.com'><x xmlns='jabber:x:data'><field var='a'><value>1</value></field></x>"
     "<html xmlns='http://jabber.org/protocol/xhtml-im'><body "
     "xmlns='http://www.w3.org/1999/xhtml'/></html></message>"},
    {"stanza-error-missing-error-child", "IqIsTheOtherRulesBusiness",
     "C: <iq id='1' type='get'><query xmlns='jabber:iq:version'/></iq>\n"
     "S: <iq id='1' type='error'><error code='404' type='cancel'><item-not-found "
     "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text "
     "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>No</text>"
     "<own xmlns='urn:example:own'/></error></iq>"},
    {"stanza-error-child-without-type", "ErrorOfAnotherNamespace",
     "S: <message from='a@example.com'><error xmlns='urn:example:report'/></message>"},
    {"stanza-error-missing-condition",
     "CodeOnlyErrorOnALegacyStream",
     "C: " LEGACY_CLIENT_HEADER "\nS: " LEGACY_SERVER_HEADER
     "\nC: <iq type='get' id='r'><query xmlns='jabber:iq:register'/></iq>\n"
     "S: <iq type='error' id='r'><error code='501'>Not Implemented</error></iq>",
     false,
     {},
     "stream-missing-version"},
    {"stanza-error-type-invalid", "ContinueAndWaitExist",
     "S: <message type='error' from='a@example.com'><error type='continue'><undefined-condition "
     "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>\n"
     "S: <message type='error' from='a@example.com'><error type='wait'><resource-constraint "
     "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>"},

    // --- iq
    {"iq-missing-id",
     "LegacyLoginWithoutId",
     "C: " LEGACY_CLIENT_HEADER "\nS: " LEGACY_SERVER_HEADER
     "\nC: <iq type='get'><query xmlns='jabber:iq:auth'><username>a</username></query></iq>",
     false,
     {},
     "stream-missing-version"},
    {"iq-unsolicited-response", "EmptyIdAnswersAnEmptyId", "S: <iq id='' type='result'/>"},
    {"iq-error-without-error", "PayloadNeedNotBeEchoed",
     "C: <iq id='1' type='get'><query xmlns='jabber:iq:version'/></iq>\n"
     "S: <iq id='1' type='error'><error type='cancel'><service-unavailable "
     "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"},
    {"iq-unanswered", "TheStreamEnded",
     "C: <iq id='1' type='get'><query xmlns='jabber:iq:version'/></iq>\n[wait 61s]\nS: "
     "</stream:stream>\n[close]"},
    {"iq-unanswered", "TheConnectionBroke",
     "C: <iq id='1' type='get'><query xmlns='jabber:iq:version'/></iq>\n[wait 2m]\n[reset]"},
    {"iq-unanswered", "TheOtherSideIsSilentAltogether",
     "C: <iq id='1' type='get'><query xmlns='jabber:iq:version'/></iq>\n[wait 2m]\n"
     "C: <message to='a@example.com'><body>still there?</body></message>"},
    {"iq-unanswered", "RosterPushFromAStrangerMayStayUnanswered",
     "S: <iq id='x' type='set' from='icq.example.com'><query xmlns='jabber:iq:roster'>"
     "<item jid='evil@example.net'/></query></iq>\n[wait 61s]\nC: <presence/>"},
    {"iq-unsolicited-response", "EqualIdsInOppositeDirections",
     "C: <iq id='1' type='get' to='a@example.net/x'><ping xmlns='urn:xmpp:ping'/></iq>\n"
     "S: <iq id='1' type='get' from='b@example.net/y'><ping xmlns='urn:xmpp:ping'/></iq>\n"
     "C: <iq id='1' type='result' to='b@example.net/y'/>\nS: <iq id='1' type='result' "
     "from='a@example.net/x'/>"},
    {"iq-unsolicited-response", "MucSelfPing",
     "C: <iq id='p1' type='get' to='room@muc.example.com/me'><ping xmlns='urn:xmpp:ping'/></iq>\n"
     "S: <iq id='p1' type='get' from='room@muc.example.com/me'><ping xmlns='urn:xmpp:ping'/></iq>\n"
     "C: <iq id='p1' type='result' to='room@muc.example.com/me'/>\n"
     "S: <iq id='p1' type='result' from='room@muc.example.com/me'/>"},
    {"iq-unsolicited-response", "ForAnotherResourceOfTheAccount",
     "S: <iq id='zzz' type='result' from='romeo@example.net/o' to='juliet@example.com/phone'/>"},
    {"iq-response-wrong-from", "NoFromForARequestToTheServer",
     "C: <iq id='1' type='get'><ping xmlns='urn:xmpp:ping'/></iq>\nS: <iq id='1' type='result'/>"},
    {"iq-response-wrong-from", "OwnBareJidForARequestToTheServer",
     "C: <iq id='1' type='get'><ping xmlns='urn:xmpp:ping'/></iq>\n"
     "S: <iq id='1' type='result' from='juliet@example.com'/>"},
    {"iq-response-wrong-from", "OwnFullJidForARequestToTheServer",
     "C: <iq id='1' type='get'><ping xmlns='urn:xmpp:ping'/></iq>\n"
     "S: <iq id='1' type='result' from='juliet@example.com/balcony'/>"},
    {"iq-response-wrong-from", "DomainForARequestToTheServer",
     "C: <iq id='1' type='get'><ping xmlns='urn:xmpp:ping'/></iq>\nS: <iq id='1' type='result' "
     "from='example.com'/>"},
    {"iq-response-wrong-from", "NoFromForARequestToTheOwnAccount",
     "C: <iq id='1' type='get' to='juliet@example.com'><ping xmlns='urn:xmpp:ping'/></iq>\n"
     "S: <iq id='1' type='result'/>"},
    {"iq-response-wrong-from", "OtherSpellingOfTheAddressAsked",
     "C: <iq id='1' type='get' to='Romeo@Example.NET/o'><ping xmlns='urn:xmpp:ping'/></iq>\n"
     "S: <iq id='1' type='result' from='romeo@example.net/o'/>"},
    {"roster-push-foreign-from", "OwnAddressesPush",
     "S: <iq id='1' type='set' from='juliet@example.com'><query xmlns='jabber:iq:roster'><item "
     "jid='a@b'/></query></iq>\n"
     "S: <iq id='2' type='set' from='juliet@example.com/balcony'><query xmlns='jabber:iq:roster'><item "
     "jid='a@b'/>"
     "</query></iq>"},

    // --- transport
    {"tls-starttls-reoffered-after-tls", "OfferBeforeTls",
     "C: " CLIENT_HEADER "\nS: " SERVER_HEADER
     "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>"},
    {"tls-required-but-skipped", "ClientClosesInstead",
     "[plaintext]\nS: <stream:features><starttls "
     "xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>"
     "</stream:features>\nC: </stream:stream>\nS: </stream:stream>"},
    {"tls-data-after-starttls",
     "NewlineBehindStartTls",
     "C: " CLIENT_HEADER "\nS: " SERVER_HEADER
     "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>\n"
     "C: <starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>${byte:0A}\n"
     "S: <proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>\n[tls]\nC: " CLIENT_HEADER,
     false,
     {},
     "tls-whitespace-during-starttls"},
    {"tls-data-after-starttls", "ServerHeaderAndFeaturesBehindAPipelinedStartTls",
     "C: " CLIENT_HEADER "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>\nS: " SERVER_HEADER
     "\nS: <stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>\n"
     "S: <proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>\n[tls]\nC: " CLIENT_HEADER
     "\nS: " RESTARTED_SERVER_HEADER "<stream:features/>"},
    {"tls-no-restart-after-tls", "DirectTlsHasNoEarlierStream",
     "[tls]\nC: " CLIENT_HEADER "\nS: " SERVER_HEADER "<stream:features><mechanisms " SASL
     "><mechanism>PLAIN</mechanism></mechanisms></stream:features>\nC: <auth " SASL
     " mechanism='PLAIN'>AGEAYg==</auth>"},

    // --- sasl
    {"sasl-mechanism-not-offered", "FastMechanismDeeperDown",
     "[tls]\nS: <stream:features><authentication xmlns='urn:xmpp:sasl:2'><mechanism>PLAIN</mechanism><inline>"
     "<fast xmlns='urn:xmpp:fast:0'><mechanism>HT-SHA-256-NONE</mechanism></fast></inline></authentication>"
     "</stream:features>\nC: <authenticate xmlns='urn:xmpp:sasl:2' mechanism='HT-SHA-256-NONE'>"
     "<initial-response>AGEAYg==</initial-response></authenticate>"},
    {"sasl-not-base64", "EmptyDataAndTheMarkForIt",
     "[tls]\nC: <auth " SASL " mechanism='EXTERNAL'>=</auth>\nS: <challenge " SASL "/>\nC: <response " SASL
     ">=</response>\nS: <success " SASL "></success>"},
    {"sasl-failure-without-condition", "ConditionOfSasl2IsInTheOldNamespace",
     "[tls]\nC: <authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'><initial-response>AGEAYg=="
     "</initial-response></authenticate>\nS: <failure xmlns='urn:xmpp:sasl:2'><not-authorized " SASL
     "/></failure>"},
    {"sasl-success-then-no-restart", "Sasl2HasNoRestart",
     "[tls]\nC: " CLIENT_HEADER "\nS: " SERVER_HEADER
     "<stream:features><authentication xmlns='urn:xmpp:sasl:2'><mechanism>PLAIN</mechanism></authentication>"
     "</stream:features>\n"
     "C: <authenticate xmlns='urn:xmpp:sasl:2' "
     "mechanism='PLAIN'><initial-response>AGEAYg==</initial-response>"
     "</authenticate>\nS: <success xmlns='urn:xmpp:sasl:2'><authorization-identifier>a@example.com"
     "</authorization-identifier></success><stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>"
     "</stream:features>\nC: <iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>\n"
     "S: <iq type='result' id='b'><bind "
     "xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>a@example.com/x</jid></bind></iq>"},

    // --- bind and stream management
    {"stanza-before-bind", "StanzasBehindABindRequestThatIsUnderWay",
     "[authenticated]\nC: <iq id='b' type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>"
     "<enable xmlns='urn:xmpp:sm:3'/><presence/><message to='a@example.net'><body>Hi</body></message>\n"
     "S: <iq id='b' type='result'><bind "
     "xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>a@example.com/x</jid></bind></iq>"
     "<enabled xmlns='urn:xmpp:sm:3'/>\nS: <a xmlns='urn:xmpp:sm:3' h='2'/>"},
    {"stanza-before-bind", "ResumptionNeedsNoBind",
     "[authenticated]\nS: <stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>"
     "<sm xmlns='urn:xmpp:sm:3'/></stream:features>\nC: <resume xmlns='urn:xmpp:sm:3' previd='x' h='7'/>\n"
     "S: <resumed xmlns='urn:xmpp:sm:3' previd='x' h='9'/>\n"
     "C: <message to='a@example.net'><body>Hi</body></message>\nS: <a xmlns='urn:xmpp:sm:3' h='10'/>\n"
     "S: <message from='a@example.net'><body>Hi</body></message>\nC: <a xmlns='urn:xmpp:sm:3' h='8'/>"},
    {"sm-ack-h-too-high", "InlineEnableCountsFromTheLogin",
     "[tls]\nC: <authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'><initial-response>AGEAYg=="
     "</initial-response><bind xmlns='urn:xmpp:bind:0'><enable "
     "xmlns='urn:xmpp:sm:3'/></bind></authenticate>\n"
     "S: <success "
     "xmlns='urn:xmpp:sasl:2'><authorization-identifier>a@example.com/x</authorization-identifier>"
     "<bound xmlns='urn:xmpp:bind:0'><enabled xmlns='urn:xmpp:sm:3'/></bound></success><stream:features/>\n"
     "S: <message from='a@example.net'><body>Hi</body></message>\nC: <presence/><a xmlns='urn:xmpp:sm:3' "
     "h='1'/>\n"
     "S: <a xmlns='urn:xmpp:sm:3' h='1'/>"},

    // --- presence, jid, xep
    {"presence-priority-invalid", "SignsAndWhitespace",
     "C: <presence><priority>+5</priority></presence>\nC: <presence><priority>\n  -128 "
     "</priority></presence>"},
    {"presence-show-invalid", "WhitespaceAroundAKnownWord", "C: <presence><show> dnd\n</show></presence>"},
    {"jid-missing-domain", "AtSignsAndSlashesInAResource",
     "C: <message to='a.example.com/b@example.net/x@'/>"},
    {"jid-localpart-forbidden-character", "AnythingGoesInAResource",
     "C: <message to='juliet@example.com/o&apos;hara &lt;x&gt; a:b'/>"},
    {"component-stanza-missing-addresses", "ClientsNeedNone", "C: <message><body>to myself</body></message>"},
};

HAZARDS_STAY_SILENT(Hazards, kHazards)

TEST(HazardLimits, GatewayOfTheOwnDomainPushesWithANoteOnly) {
  const TranscriptRun run = run_transcript(
      "S: <iq id='x' type='set' from='icq.example.com'><query xmlns='jabber:iq:roster'><item "
      "jid='a@b'/></query></iq>");
  EXPECT_THAT(run.fired(), ::testing::ElementsAre("roster-push-foreign-from note"));
}

TEST(HazardLimits, SilenceOfSomebodyRemoteIsAWarningOnly) {
  const TranscriptRun run = run_transcript(
      "C: <iq id='v1' type='get' to='romeo@example.net/o'><query xmlns='jabber:iq:version'/></iq>\n[wait "
      "61s]\n"
      "S: <presence from='romeo@example.net/o'/>");
  EXPECT_THAT(run.fired(), ::testing::ElementsAre("iq-unanswered warning"));
}

TEST(HazardLimits, EachOverdueRequestIsReportedOnce) {
  const TranscriptRun run = run_transcript(
      "C: <iq id='1' type='get'><query xmlns='jabber:iq:version'/></iq>\n"
      "C: <iq id='2' type='get'><query xmlns='jabber:iq:version'/></iq>\n[wait 61s]\n"
      "S: <presence from='a@example.net/x'/>\nS: <presence from='a@example.net/x'/>\nC: <presence/>");
  EXPECT_THAT(run.fired(), ::testing::ElementsAre("iq-unanswered error", "iq-unanswered error"));
  EXPECT_NE(run.findings[0].frame, run.findings[1].frame);
}

TEST(HazardLimits, ForgivingRfc3920LetsAClientNameItsOtherResource) {
  constexpr std::string_view kText =
      "C: <message id='m' from='juliet@example.com/phone' to='a@example.com' "
      "type='chat'><body>Hi</body></message>";
  EXPECT_THAT(run_transcript(kText, Profile::kRfc3920).fired(), ::testing::IsEmpty());
  EXPECT_THAT(run_transcript(kText, Profile::kRfc6120).fired(),
              ::testing::ElementsAre("stanza-from-spoofed warning"));
}

TEST(HazardLimits, ConditionIsNamedAsTheProfileDoes) {
  constexpr std::string_view kText = "C: <message></presence>";
  EXPECT_THAT(run_transcript(kText, Profile::kRfc3920).findings[0].message,
              ::testing::HasSubstr("<xml-not-well-formed/>"));
  EXPECT_THAT(run_transcript(kText, Profile::kRfc6120).findings[0].message,
              ::testing::HasSubstr("<not-well-formed/>"));
}

TEST(HazardLimits, CesuSurrogatesAreNotUtf8) {
  const TranscriptRun run =
      run_transcript("C: <message to='a@example.com'><body>${byte:ED A0 BD ED B8 80}</body></message>");
  EXPECT_THAT(run.fired(), ::testing::ElementsAre("xml-encoding-not-utf8 error"));
}

// --- what a transcript cannot say: edits, gaps, captures that begin in mid-session
// --------------------------

TEST(EditsOfTheProxy, WhatThePeerSentIsJudgedAndNotTheReplacement) {
  JoinedSession session;
  session.edit(Direction::kC2S, 4, 7, "");  // takes the id away on the way to the server
  session.client("<iq id='1' type='get'><ping xmlns='urn:xmpp:ping'/></iq>");
  EXPECT_THAT(session.end().fired(), ::testing::IsEmpty());
}

TEST(EditsOfTheProxy, AnswerToAnInsertedRequestIsNotUnsolicited) {
  JoinedSession session;
  session.edit(Direction::kS2C, 0, 0, "<iq id='zzz' type='get'><ping xmlns='urn:xmpp:ping'/></iq>");
  session.client("<iq id='zzz' type='result'/>");
  EXPECT_THAT(session.end().fired(), ::testing::IsEmpty());
}

TEST(EditsOfTheProxy, DroppedRequestNeedsNoAnswer) {
  JoinedSession session;
  const std::string request = "<iq id='1' type='get'><ping xmlns='urn:xmpp:ping'/></iq>";
  session.edit(Direction::kC2S, 0, request.size(), "");
  session.client(request);
  session.wait(std::chrono::seconds(90));
  session.server("<message type='chat' from='a@example.net'><body>Hi</body></message>");
  EXPECT_THAT(session.end().fired(), ::testing::IsEmpty());
}

TEST(EditsOfTheProxy, FeatureAddedByTheProxyMayBeAskedFor) {
  JoinedSession session;
  session.edit(Direction::kS2C, 17, 0, "<compression xmlns='http://jabber.org/features/compress'/>");
  session.server("<stream:features></stream:features>");
  session.client("<compress xmlns='http://jabber.org/protocol/compress'><method>zlib</method></compress>");
  EXPECT_THAT(session.end().fired(), ::testing::IsEmpty());
}

TEST(EditsOfTheProxy, HiddenMechanismDoesNotExcuseOtherFeatures) {
  JoinedSession session;
  const std::string features =
      "<stream:features><mechanisms " SASL
      "><mechanism>SCRAM-SHA-1-PLUS</mechanism><mechanism>PLAIN</mechanism></mechanisms></stream:features>";
  const std::string hidden = "<mechanism>SCRAM-SHA-1-PLUS</mechanism>";
  session.edit(Direction::kS2C, features.find(hidden), hidden.size(), "");
  session.server(features);
  session.client("<compress xmlns='http://jabber.org/protocol/compress'><method>zlib</method></compress>");
  EXPECT_THAT(session.end().fired(), ::testing::ElementsAre("negotiation-feature-not-offered warning"));
}

TEST(EditsOfTheProxy, HiddenMechanismDoesNotExcuseOneThatWasNeverOffered) {
  JoinedSession session;
  const std::string features =
      "<stream:features><mechanisms " SASL
      "><mechanism>SCRAM-SHA-1-PLUS</mechanism><mechanism>PLAIN</mechanism></mechanisms></stream:features>";
  const std::string hidden = "<mechanism>SCRAM-SHA-1-PLUS</mechanism>";
  session.edit(Direction::kS2C, features.find(hidden), hidden.size(), "");
  session.server(features);
  session.client("<auth " SASL " mechanism='DIGEST-MD5'/>");
  EXPECT_THAT(session.end().fired(), ::testing::ElementsAre("sasl-mechanism-not-offered error"));
}

TEST(EditsOfTheProxy, MechanismAddedByTheProxyMayBeChosen) {
  JoinedSession session;
  const std::string features =
      "<stream:features><mechanisms " SASL "><mechanism>PLAIN</mechanism></mechanisms></stream:features>";
  const std::string mechanism = "<mechanism>PLAIN</mechanism>";
  session.edit(Direction::kS2C, features.find(mechanism), mechanism.size(),
               "<mechanism>DIGEST-MD5</mechanism>");
  session.server(features);
  session.client("<auth " SASL " mechanism='DIGEST-MD5'/>");
  EXPECT_THAT(session.end().fired(), ::testing::IsEmpty());
}

TEST(EditsOfTheProxy, InsertedStanzaMayBeAcknowledged) {
  JoinedSession session;
  session.client("<enable xmlns='urn:xmpp:sm:3'/>");
  const std::string enabled = "<enabled xmlns='urn:xmpp:sm:3'/>";
  session.server(enabled);
  session.edit(Direction::kS2C, 0, 0, "<message from='a@example.net'><body>Hi</body></message>");
  session.client("<a xmlns='urn:xmpp:sm:3' h='1'/>");
  EXPECT_THAT(session.end().fired(), ::testing::IsEmpty());
}

TEST(MidSession, NothingIsUnsolicitedWhereTheRequestMayHaveBeenBefore) {
  JoinedSession session(std::nullopt);
  session.server("<iq id='zzz' type='result' from='romeo@example.net/o' to='juliet@example.com/balcony'/>");
  session.client("<presence/>");
  EXPECT_THAT(session.end().fired(), ::testing::IsEmpty());
}

TEST(Gaps, NothingIsUnsolicitedOrUnansweredBehindBytesThatWereNotSeen) {
  JoinedSession session;
  session.client("<iq id='1' type='get'><ping xmlns='urn:xmpp:ping'/></iq>");
  session.drop(Direction::kS2C, 1000);
  session.drop(Direction::kC2S, 1000);
  session.wait(std::chrono::seconds(90));
  session.server("<iq id='zzz' type='result'/>");
  EXPECT_THAT(session.end().fired(), ::testing::IsEmpty());
}

}  // namespace
}  // namespace parser
