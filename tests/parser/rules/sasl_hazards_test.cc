// Logins that a careless check would blame, and the channel-binding doctor with the proxy's own edits.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "parser/rules/example_text.h"
#include "tests/parser/rules/support/hazard.h"
#include "tests/parser/rules/support/joined_session.h"
#include "tests/support/transcript_run.h"

namespace parser {
namespace {

using test_support::Hazard;
using test_support::JoinedSession;
using test_support::run_transcript;
using test_support::TranscriptRun;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr Hazard kHazards[] = {
    {"sasl-mechanisms-empty", "ServerSaysUseDialback",
     "[start]\n[tls]\nC: <stream:stream to='example.net' from='example.com' version='1.0' "
     "xmlns='jabber:server' "
     "xmlns:db='jabber:server:dialback' xmlns:stream='http://etherx.jabber.org/streams'>\n"
     "S: <stream:stream from='example.net' to='example.com' id='s1' version='1.0' xml:lang='en' "
     "xmlns='jabber:server' xmlns:db='jabber:server:dialback' "
     "xmlns:stream='http://etherx.jabber.org/streams'>" FEATURES(
         MECHANISMS("") "<dialback xmlns='urn:xmpp:features:dialback'/>")},
    {"sasl-weaker-mechanism-chosen", "ExternalAndAnonymousAreNotRanked",
     "[tls]\nS: " FEATURES(MECHANISMS(MECHANISM("EXTERNAL") MECHANISM("SCRAM-SHA-1"))) "\nC: " AUTH(
         "EXTERNAL", "=")},
    {"sasl-whitespace-during", "KeepaliveBeforeTheLogin",
     "[tls]\nS: " FEATURES(MECHANISMS(MECHANISM("SCRAM-SHA-1"))) "\nC: ${byte:20}" AUTH("SCRAM-SHA-1",
                                                                                        SCRAM_FIRST)},
    {"sasl-zero-length-initial-response", "DigestIsBegunByTheServer",
     "[tls]\nC: <auth " NS_SASL " mechanism='GSSAPI'/>\nS: <challenge " NS_SASL "/>"},
    {"sasl-response-without-challenge", "EmptyChallengeFirst",
     "[tls]\nC: <auth " NS_SASL " mechanism='SCRAM-SHA-1'/>\nS: <challenge " NS_SASL
     "/>\nC: " RESPONSE(SCRAM_FIRST) "\nS: " CHALLENGE(SCRAM_SERVER_FIRST) "\nC: " RESPONSE(
         SCRAM_FINAL) "\nS: " SUCCESS(SCRAM_SERVER_FINAL)},
    {"sasl-unexpected-element-during", "ClientPipelinesItsNewHeader",
     "[tls]\nC: " CLIENT_HEADER "\nS: " SERVER_HEADER("a1")
         FEATURES(MECHANISMS(MECHANISM("PLAIN"))) "\nC: " AUTH("PLAIN", PLAIN_DATA) CLIENT_HEADER
     "<r xmlns='urn:example:probe'/>\nS: <success " NS_SASL "/>" SERVER_HEADER("a2") FEATURES(BIND_FEATURE)},
    {"sasl-unexpected-element-during", "ServerEndsTheStream",
     "[tls]\nC: " AUTH("SCRAM-SHA-1",
                       SCRAM_FIRST) "\nS: <stream:error><policy-violation "
                                    "xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>"
                                    "</stream:stream>\nC: </stream:stream>"},
    {"sasl-abort-not-acknowledged", "FailureWasOnItsWay",
     "[tls]\nC: " AUTH("PLAIN", PLAIN_DATA) "<abort " NS_SASL "/>\nS: " FAILURE("<not-authorized/>")},
    {"sasl-failure-condition-unknown", "Sasl2KeepsTheOldNamespaceAndAddsItsOwn",
     "[tls]\nC: " AUTHENTICATE("PLAIN", PLAIN_DATA,
                               "") "\nS: <failure " NS_SASL2 "><not-authorized " NS_SASL
                                   "/><optional xmlns='urn:example:x'/><text>no</text></failure>"},
    {"sasl-authzid-not-bare-jid", "ServersNameDomains",
     "[start]\n[tls]\nC: <stream:stream to='example.net' from='example.com' version='1.0' "
     "xmlns='jabber:server' "
     "xmlns:db='jabber:server:dialback' xmlns:stream='http://etherx.jabber.org/streams'>\n"
     "S: <stream:stream from='example.net' to='example.com' id='s1' version='1.0' xml:lang='en' "
     "xmlns='jabber:server' xmlns:db='jabber:server:dialback' "
     "xmlns:stream='http://etherx.jabber.org/streams'>" FEATURES(
         MECHANISMS(MECHANISM("EXTERNAL"))) "\nC: " AUTH("EXTERNAL", "ZXhhbXBsZS5jb20=")},
    {"sasl-from-auth-mismatch", "NamesAreComparedPrepared",
     "[tls]\nC: " CLIENT_HEADER_FROM("Juliet@Example.com") "\nS: " SERVER_HEADER_TO("a1",
                                                                                    "Juliet@Example.com")
         FEATURES(MECHANISMS(MECHANISM("PLAIN"))) "\nC: " AUTH("PLAIN", PLAIN_DATA)},
    {"scram-server-signature-missing", "SignatureInALastChallenge",
     "[tls]\nC: " AUTH("SCRAM-SHA-1", SCRAM_FIRST) "\nS: " CHALLENGE(SCRAM_SERVER_FIRST) "\nC: " RESPONSE(
         SCRAM_FINAL) "\nS: " CHALLENGE(SCRAM_SERVER_FINAL) "\nC: <response " NS_SASL
                                                            "/>\nS: <success " NS_SASL "/>"},
    {"sasl2-authenticate-after-success", "RetryAfterFailure",
     "[tls]\nC: " AUTHENTICATE("PLAIN", PLAIN_DATA, "") "\nS: <failure " NS_SASL2 "><not-authorized " NS_SASL
                                                        "/></failure>\nC: " AUTHENTICATE("PLAIN", PLAIN_DATA,
                                                                                         "")},
    {"sasl2-features-missing-after-success", "ClientSpeaksFirst",
     "[tls]\nC: " AUTHENTICATE("PLAIN", PLAIN_DATA, "<bind " NS_BIND2 "/>") "\nS: " SUCCESS2(
         "juliet@example.com/x1",
         "<bound " NS_BIND2 "/>") "\nC: <presence/>\nS: " FEATURES("<sm xmlns='urn:xmpp:sm:3'/>")},
    {"bind2-success-without-bound", "ResumptionTakesItsPlace",
     "[tls]\nC: " AUTHENTICATE(
         "PLAIN", PLAIN_DATA,
         "<bind " NS_BIND2
         "/><resume xmlns='urn:xmpp:sm:3' previd='x' h='1'/>") "\nS: " SUCCESS2("juliet@example.com",
                                                                                "<resumed "
                                                                                "xmlns='urn:xmpp:sm:3' "
                                                                                "previd='x' h='1'/>")},
    {"bind-not-offered-after-auth", "NothingIsMissingBehindBind2",
     "[tls]\nC: " AUTHENTICATE("PLAIN", PLAIN_DATA, "<bind " NS_BIND2 "/>") "\nS: " SUCCESS2(
         "juliet@example.com/x1", "<bound " NS_BIND2 "/>") "\nS: " FEATURES("<sm xmlns='urn:xmpp:sm:3'/>")},
    {"bind-result-jid-not-full", "WhiteSpaceAroundTheAddress",
     "[authenticated]\nC: <iq id='b' type='set'><bind " NS_BIND
     "/></iq>\nS: <iq id='b' type='result'><bind " NS_BIND
     "><jid>\n juliet@example.com/4db06f06-1ea4\n</jid></bind></iq>"},
    {"tls-starttls-unanswered", "StreamErrorInstead",
     "C: " CLIENT_HEADER "\nS: " SERVER_HEADER("a1")
         FEATURES("<starttls " NS_TLS "/>") "\nC: <starttls " NS_TLS "/>\nS: <stream:error><policy-violation "
                                            "xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>"
                                            "</stream:stream>\nC: </stream:stream>"},
    {"tls-whitespace-during-starttls", "WhiteSpaceBeforeIsAKeepalive",
     "C: " CLIENT_HEADER "\nS: " SERVER_HEADER("a1") FEATURES(
         "<starttls " NS_TLS "/>") "\nC: ${byte:20}<starttls " NS_TLS "/>\nS: <proceed " NS_TLS "/>"},
    {"tls-plaintext-credentials", "AnonymousHasNone",
     "[plaintext]\nS: " FEATURES("<starttls " NS_TLS "/>" MECHANISMS(
         MECHANISM("ANONYMOUS"))) "\nC: <auth " NS_SASL " mechanism='ANONYMOUS'/>"},
    {"tls-sni-not-jid-domain", "CaseDoesNotMatterAndStartTlsNeedsNone",
     "[start]\n[tls sni=EXAMPLE.com]\nC: " CLIENT_HEADER},
    {"negotiation-starttls-not-offered", "EmptyFeaturesOfferNoLoginEither",
     "C: " CLIENT_HEADER "\nS: " SERVER_HEADER("a1") "<stream:features/>"},
    {"negotiation-features-beside-required-tls", "RegistrationAndCapabilitiesInform",
     "[plaintext]\nS: " FEATURES("<starttls " NS_TLS "><required/></starttls>"
                                 "<register xmlns='http://jabber.org/features/iq-register'/>")},
    {"negotiation-feature-not-offered", "AnswerOfTheRuleThatKnowsMore",
     "[authenticated]\nS: " FEATURES(BIND_FEATURE) "\nC: <iq id='b' type='set'><bind " NS_BIND "/></iq>"},
};

HAZARDS_STAY_SILENT(SaslHazards, kHazards)

// --- the doctor, through the whole analyzer ----------------------------------------------------------------

constexpr std::string_view kPlus = MECHANISM("SCRAM-SHA-1-PLUS");
constexpr std::string_view kOffer =
    FEATURES(MECHANISMS(MECHANISM("SCRAM-SHA-1-PLUS") MECHANISM("SCRAM-SHA-1")));
constexpr std::string_view kOfferNoPlus = FEATURES(MECHANISMS(MECHANISM("SCRAM-SHA-1")));
constexpr std::string_view kFlagN = AUTH("SCRAM-SHA-1", SCRAM_FIRST);
constexpr std::string_view kFlagY =
    AUTH("SCRAM-SHA-1", "eSwsbj1qdWxpZXQscj1meWtvK2QybGJiRmdPTlJ2OXFreGRhd0w=");
constexpr std::string_view kFlagP =
    AUTH("SCRAM-SHA-1-PLUS", "cD10bHMtZXhwb3J0ZXIsLG49anVsaWV0LHI9ZnlrbytkMmxiYkZnT05Sdjlxa3hkYXdM");

// A login on two TLS legs whose server offers `features`; the proxy hides -PLUS there, or not.
TranscriptRun log_in(std::string_view features, bool hide, std::string_view login,
                     std::string_view answer = "", bool tls = true) {
  JoinedSession session(
      AssumedSession{.encrypted = tls, .authenticated = false, .bound_jid = {}, .domain = "example.com"});
  if (hide) session.edit(Direction::kS2C, features.find(kPlus), kPlus.size(), "", "hide-channel-binding");
  session.server(features);
  session.client(login);
  if (!answer.empty()) session.server(answer);
  return session.end();
}

constexpr std::string_view kDoctor = "channel-binding-through-proxy";

TEST(ChannelBindingDoctor, IsSilentWhereNothingIsBound) {
  for (const bool hide : {false, true}) {
    EXPECT_THAT(log_in(kOffer, hide, kFlagN).of(kDoctor), IsEmpty());
  }
  EXPECT_THAT(log_in(kOfferNoPlus, false, kFlagY).of(kDoctor), IsEmpty());
}

TEST(ChannelBindingDoctor, FlagPThatWasShownTheOfferIsBoundToTheWrongChannel) {
  const auto found = log_in(kOffer, false, kFlagP).of(kDoctor);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].severity, Severity::kNote);
  EXPECT_THAT(found[0].message, AllOf(HasSubstr("(tls-exporter)"), HasSubstr("--keep-channel-binding")));
}

TEST(ChannelBindingDoctor, FlagPFromMemoryIsNamed) {
  const TranscriptRun run = log_in(kOffer, true, kFlagP);
  ASSERT_THAT(run.of(kDoctor), SizeIs(1));
  EXPECT_THAT(run.of(kDoctor)[0].message, AllOf(HasSubstr("remembers"), HasSubstr("forget")));
  EXPECT_THAT(run.fired(Severity::kWarning), IsEmpty()) << run.describe();
}

TEST(ChannelBindingDoctor, FlagYBecauseTheProxyHidPlusIsTheProxysDoingAndNobodysFault) {
  const TranscriptRun run = log_in(kOffer, true, kFlagY);
  ASSERT_THAT(run.of(kDoctor), SizeIs(1));
  EXPECT_EQ(run.of(kDoctor)[0].severity, Severity::kNote);
  EXPECT_THAT(run.of(kDoctor)[0].message, AllOf(HasSubstr("the proxy's doing"), HasSubstr("says n")));
  EXPECT_THAT(run.of("scram-flag-y-with-plus-offered"), IsEmpty());
  EXPECT_THAT(run.fired(Severity::kWarning), IsEmpty()) << run.describe();
}

TEST(ChannelBindingDoctor, FlagYThoughPlusWasShownIsTheClientsFault) {
  const TranscriptRun run = log_in(kOffer, false, kFlagY);
  EXPECT_THAT(run.of(kDoctor), IsEmpty());
  ASSERT_THAT(run.of("scram-flag-y-with-plus-offered"), SizeIs(1));
  EXPECT_EQ(run.of("scram-flag-y-with-plus-offered")[0].severity, Severity::kError);
}

TEST(ChannelBindingDoctor, FlagPThatTheServerNeverOfferedFailsWithoutTheProxyToo) {
  const TranscriptRun run = log_in(kOfferNoPlus, false, kFlagP);
  ASSERT_THAT(run.of(kDoctor), SizeIs(1));
  EXPECT_THAT(run.of(kDoctor)[0].message, HasSubstr("without the proxy, too"));
  EXPECT_THAT(run.of("sasl-mechanism-not-offered"), SizeIs(1));
}

TEST(ChannelBindingDoctor, ExplainsTheRefusal) {
  const auto found = log_in(kOffer, true, kFlagY, FAILURE("<not-authorized/>")).of(kDoctor);
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_THAT(found[1].message,
              AllOf(HasSubstr("right password or wrong"), HasSubstr("Without the proxy in between")));
  EXPECT_EQ(found[1].severity, Severity::kNote);
  EXPECT_THAT(log_in(kOffer, true, kFlagN, FAILURE("<not-authorized/>")).of(kDoctor), IsEmpty());
}

TEST(ChannelBindingDoctor, TokenBoundToTheChannelIsNamed) {
  const auto found =
      log_in(FEATURES(AUTHENTICATION(MECHANISM("PLAIN"))), false,
             AUTHENTICATE("HT-SHA-256-EXPR", "anVsaWV0AEhBU0g=", "<fast xmlns='urn:xmpp:fast:0'/>"))
          .of(kDoctor);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_THAT(found[0].message, AllOf(HasSubstr("token"), HasSubstr("tls-exporter")));
}

TEST(ChannelBindingDoctor, HasNothingToSayWithoutTls) {
  EXPECT_THAT(log_in(kOffer, false, kFlagP, "", false).of(kDoctor), IsEmpty());
}

TEST(DowngradeProtection, RightHashOfAHiddenListIsTheProxysDoing) {
  // h= over SCRAM-SHA-1 and SCRAM-SHA-1-PLUS, XEP-0474 §6.1.
  const std::string hash = CHALLENGE(
      "cj1meWtvK2QybGJiRmdPTlJ2OXFreGRhd0wzcmZjTkhZSlkxWlZ2V1ZzN2oscz1RU1hDUitRNnNlazhiZjkyLGk9NDA5NixoPWcwMG"
      "d0NFFkMGdKM0V2bmNsVG5ZMEtFWWZSZz0=");
  const TranscriptRun hidden = log_in(kOffer, true, kFlagN, hash);
  ASSERT_THAT(hidden.of("ssdp-hash-mismatch"), SizeIs(1)) << hidden.describe();
  EXPECT_EQ(hidden.of("ssdp-hash-mismatch")[0].severity, Severity::kNote);
  EXPECT_THAT(log_in(kOffer, false, kFlagN, hash).of("ssdp-hash-mismatch"), IsEmpty());
}

TEST(Secrets, NoFindingQuotesThem) {
  for (const std::string_view transcript :
       {std::string_view("[tls]\nC: " AUTH("PLAIN", "anVsaWV0OnNlY3JldA==")),
        std::string_view("[plaintext]\nC: " AUTH("PLAIN", PLAIN_DATA)),
        std::string_view(
            "[tls]\nC: <iq id='a' type='set'><query xmlns='jabber:iq:auth'><username>juliet</username>"
            "<password>secret</password><resource>r</resource></query></iq>"),
        std::string_view("[tls]\nC: " AUTHENTICATE("PLAIN", PLAIN_DATA, "<user-agent id='secret'/>"))}) {
    const TranscriptRun run = run_transcript(transcript);
    EXPECT_FALSE(run.findings.empty());
    EXPECT_EQ(run.describe().find("secret"), std::string::npos) << run.describe();
  }
}

}  // namespace
}  // namespace parser
