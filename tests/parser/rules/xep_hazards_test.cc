// What the rules about extensions must not say: correct or harmless traffic that a careless check would
// blame. Each case names the rule in danger.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/parser/rules/support/hazard.h"
#include "tests/parser/rules/support/joined_session.h"
#include "tests/support/transcript_run.h"

namespace parser {
namespace {

using test_support::Hazard;
using test_support::JoinedSession;
using test_support::run_transcript;
using test_support::TranscriptRun;

#define DISCO "xmlns='http://jabber.org/protocol/disco#info'"
#define CAPS(ver) \
  "<c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='http://x.example' ver='" ver "'/>"
#define OTHER_VER "QgayPKawpkPSDYmwT/WM94uAlu0="
#define MUC_USER(inside) "<x xmlns='http://jabber.org/protocol/muc#user'>" inside "</x>"
#define JOIN \
  "C: <presence to='room@chat.example.com/Juliet'><x xmlns='http://jabber.org/protocol/muc'/></presence>\n"
#define OWN                                                                                     \
  "S: <presence from='room@chat.example.com/Juliet' to='juliet@example.com/balcony'>" MUC_USER( \
      "<item affiliation='member' role='participant'/><status code='110'/>") "</presence>\n"
#define SUBJECT "S: <message type='groupchat' id='s' from='room@chat.example.com'><subject/></message>\n"
#define ENABLE \
  "C: <iq id='c' type='set'><enable xmlns='urn:xmpp:carbons:2'/></iq>\nS: <iq id='c' type='result'/>\n"
#define FORWARDED(inside) "<forwarded xmlns='urn:xmpp:forward:0'>" inside "</forwarded>"
#define STAMP "<delay xmlns='urn:xmpp:delay' stamp='2010-07-10T23:08:25Z'/>"
#define QUERY(id, more) \
  "C: <iq id='" id "' type='set'" more "><query xmlns='urn:xmpp:mam:2' queryid='" id "'/></iq>\n"
#define FIN(id, more)                     \
  "S: <iq id='" id "' type='result'" more \
  "><fin xmlns='urn:xmpp:mam:2'>"         \
  "<set xmlns='http://jabber.org/protocol/rsm'/></fin></iq>\n"
#define RESULT(from, id)                                            \
  "S: <message" from "><result xmlns='urn:xmpp:mam:2' queryid='" id \
  "' id='a'>" FORWARDED(STAMP                                       \
                        "<message xmlns='jabber:client' "           \
                        "from='a@example.net'><body>Hi</body></message>") "</result></message>\n"

constexpr Hazard kHazards[] = {
    {"disco-info-no-identity", "ANodeMayHaveNone",
     "C: <iq id='d' type='get' to='example.com'><query " DISCO " node='x'/></iq>\n"
     "S: <iq id='d' type='result' from='example.com'><query " DISCO " node='x'/></iq>"},
    {"disco-info-no-self-feature", "ANodeIsNotAnEntity",
     "C: <iq id='d' type='get' to='example.com'><query " DISCO " node='x'/></iq>\n"
     "S: <iq id='d' type='result' from='example.com'><query " DISCO
     " node='x'><identity category='automation' "
     "type='command-node'/><feature var='http://jabber.org/protocol/commands'/></query></iq>"},
    {"disco-node-not-mirrored", "OnlyInfoHasToRepeatTheNode",
     "C: <iq id='d' type='get' to='example.com'><query "
     "xmlns='http://jabber.org/protocol/disco#items' "
     "node='x'/></iq>\n"
     "S: <iq id='d' type='result' from='example.com'><query "
     "xmlns='http://jabber.org/protocol/disco#items'/></iq>"},
    {"disco-identity-conflict", "OneNameInSeveralLanguages",
     "C: <iq id='d' type='get' to='example.com'><query " DISCO "/></iq>\n"
     "S: <iq id='d' type='result' from='example.com'><query " DISCO "><identity category='server' type='im' "
     "name='a'/><identity category='server' type='im' name='b' xml:lang='de'/><identity "
     "category='pubsub' "
     "type='pep' name='c'/><feature var='http://jabber.org/protocol/disco#info'/></query></iq>"},
    {"caps-missing-attributes", "FormatFromBeforeHashes",
     "S: <presence from='romeo@example.net/o'><c xmlns='http://jabber.org/protocol/caps' "
     "node='http://x.example' ver='1.2' ext='a b'/></presence>",
     true},
    {"caps-hash-mismatch", "UnknownHashFunction",
     "S: <presence from='romeo@example.net/o'><c xmlns='http://jabber.org/protocol/caps' hash='md5' "
     "node='http://x.example' ver='x'/></presence>\n"
     "C: <iq id='d' type='get' to='romeo@example.net/o'><query " DISCO " node='http://x.example#x'/></iq>\n"
     "S: <iq id='d' type='result' from='romeo@example.net/o'><query " DISCO
     " node='http://x.example#x'><identity category='client' type='pc'/><feature "
     "var='http://jabber.org/protocol/disco#info'/></query></iq>"},
    {"caps-hash-mismatch", "FeaturesChangedBeforeTheAnswer",
     "S: <presence from='romeo@example.net/o'>" CAPS(
         OTHER_VER) "</presence>\n"
                    "C: <iq id='d' type='get' to='romeo@example.net/o'><query " DISCO
                    " node='http://x.example#" OTHER_VER "'/></iq>\n"
                    "S: <presence from='romeo@example.net/o'>" CAPS(
                        "bmV3") "</presence>\n"
                                "S: <iq id='d' type='result' from='romeo@example.net/o'><query " DISCO
                                " node='http://x.example#" OTHER_VER
                                "'><identity category='client' type='pc'/><feature "
                                "var='http://jabber.org/protocol/disco#info'/></query></iq>"},
    {"caps-hash-mismatch", "AnswerThatIsIllFormedHasARuleOfItsOwn",
     "S: <presence from='romeo@example.net/o'>" CAPS(
         OTHER_VER) "</presence>\n"
                    "C: <iq id='d' type='get' to='romeo@example.net/o'><query " DISCO
                    " node='http://x.example#" OTHER_VER "'/></iq>\n"
                    "S: <iq id='d' type='error' from='romeo@example.net/o'><error "
                    "type='cancel'><item-not-found "
                    "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"},
    {"caps-query-wrong-node", "TheAccountIsNotTheDevice",
     "S: <presence from='romeo@example.net/o'>" CAPS(
         OTHER_VER) "</presence>\n"
                    "C: <iq id='d' type='get' to='romeo@example.net'><query " DISCO "/></iq>\n"
                    "C: <iq id='e' type='get' to='romeo@example.net/o'><query " DISCO
                    " node='http://jabber.org/protocol/commands'/></iq>"},
    {"muc-join-with-type", "LeavingAndErrorsMayKeepTheElement",
     JOIN OWN SUBJECT "C: <presence type='unavailable' to='room@chat.example.com/Juliet'><x "
                      "xmlns='http://jabber.org/protocol/muc'/></presence>"},
    {"muc-self-presence-missing-110", "TheNickIsTakenBySomebodyElse",
     JOIN "S: <presence type='error' from='room@chat.example.com/Juliet' to='juliet@example.com/balcony'>"
          "<error type='cancel'><conflict "
          "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>\n"
          "S: <presence from='room@chat.example.com/Juliet' to='juliet@example.com/balcony'>" MUC_USER(
              "<item affiliation='none' role='participant'/>") "</presence>"},
    {"muc-self-presence-missing-110", "TheRoomGivesAnotherNick",
     JOIN "S: <presence from='room@chat.example.com/Capulet' "
          "to='juliet@example.com/balcony'>" MUC_USER(
              "<item affiliation='member' role='participant'/><status code='110'/><status "
              "code='210'/>") "</presence>\n" SUBJECT},
    {"muc-self-presence-missing-110", "UpdatesBehindTheJoinNeedNoMarkToBeJudged",
     JOIN OWN SUBJECT
     "S: <presence from='room@chat.example.com/Juliet' to='juliet@example.com/balcony'>"
     "<show>away</show>" MUC_USER("<item affiliation='member' role='participant'/>") "</presence>"},
    {"muc-join-order", "AMessageOfThisMomentMayOvertake",
     JOIN "S: <message type='groupchat' id='l' "
          "from='room@chat.example.com/Romeo'><body>live</body></message>\n" OWN SUBJECT},
    {"muc-join-order", "AJoinRepeatedInsideARoomBeginsNothing",
     JOIN OWN SUBJECT JOIN
     "S: <message type='groupchat' id='h' from='room@chat.example.com/Romeo'><body>late</body>" STAMP
     "</message>"},
    {"muc-history-without-delay", "OneThatOthersSaidWhileTheOwnWordsCameBack",
     JOIN OWN "S: <message type='groupchat' id='n' "
              "from='room@chat.example.com'><body>Welcome!</body></message>\n" SUBJECT},
    {"muc-legacy-join", "AContactIsNoRoom", "C: <presence to='romeo@example.net/orchard'/>"},
    {"pubsub-owner-namespace", "CreateAndConfigureGoTogether",
     "C: <iq id='p' type='set'><pubsub xmlns='http://jabber.org/protocol/pubsub'><create "
     "node='n'/><configure/>"
     "</pubsub></iq>\n"
     "C: <iq id='q' type='get'><pubsub "
     "xmlns='http://jabber.org/protocol/pubsub'><affiliations/></pubsub></iq>"},
    {"pubsub-item-multiple-payloads", "ANotificationHasNone",
     "C: <iq id='p' type='set'><pubsub xmlns='http://jabber.org/protocol/pubsub'><publish "
     "node='n'><item/></publish>"
     "</pubsub></iq>"},
    {"pep-event-from-wrong", "AServiceIsADomain",
     "S: <message from='pubsub.example.com' to='juliet@example.com/balcony'><event "
     "xmlns='http://jabber.org/protocol/pubsub#event'><items node='n'/></event></message>"},
    {"pep-event-from-wrong", "AnErrorBringsTheEventBack",
     "S: <message type='error' from='romeo@example.net/o' to='juliet@example.com/balcony'><event "
     "xmlns='http://jabber.org/protocol/pubsub#event'/><error type='cancel'><service-unavailable "
     "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>"},
    {"ping-unanswered", "AnErrorIsASignOfLife",
     "S: <iq id='p' type='get' from='example.com'><ping xmlns='urn:xmpp:ping'/></iq>\n"
     "C: <iq id='p' type='error' to='example.com'><error type='cancel'><service-unavailable "
     "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>\n[wait 2m]\nC: <presence/>"},
    {"delay-not-utc", "FractionsAndZeroOffsets",
     "S: <message from='a@example.net' to='juliet@example.com/balcony'><body>Hi</body><delay "
     "xmlns='urn:xmpp:delay' stamp='2002-09-10T23:08:25.000-00:00'/></message>"},
    {"legacy-delay", "BothGenerationsAtOnce",
     "S: <message from='a@example.net' to='juliet@example.com/balcony'><body>Hi</body>" STAMP
     "<x xmlns='jabber:x:delay' stamp='20100710T23:08:25'/></message>"},
    {"delay-spoofed", "AClientMayStampWhatItSendsAgain",
     "C: <message id='m' to='a@example.net'><body>Hi</body><delay xmlns='urn:xmpp:delay' "
     "from='juliet@example.com/balcony' stamp='2010-07-10T23:08:25Z'/></message>"},
    {"carbons-from-foreign", "OtherSpellingOfTheOwnAddress",
     ENABLE "S: <message from='JULIET@example.com' to='juliet@example.com/balcony'><sent "
            "xmlns='urn:xmpp:carbons:2'/></message>"},
    {"carbons-from-foreign", "AMarkAgainstCopiesIsNoCopy",
     "S: <message from='a@example.net' to='juliet@example.com/balcony'><body>Hi</body><private "
     "xmlns='urn:xmpp:carbons:2'/></message>"},
    {"carbons-not-enabled", "TheAnswerIsStillUnderWay",
     "C: <iq id='c' type='set'><enable xmlns='urn:xmpp:carbons:2'/></iq>\n"
     "S: <message from='juliet@example.com' to='juliet@example.com/balcony'><sent "
     "xmlns='urn:xmpp:carbons:2'/></message>\nS: <iq id='c' type='result'/>"},
    {"carbons-to-addressee", "FanOutOfTheServer",
     ENABLE "S: <message id='m' from='a@example.net/x' to='juliet@example.com' "
            "type='chat'><body>Hi</body></message>\n"
            "S: <message from='juliet@example.com' to='juliet@example.com/balcony' type='chat'><received "
            "xmlns='urn:xmpp:carbons:2'>" FORWARDED(
                "<message xmlns='jabber:client' id='m' from='a@example.net/x' to='juliet@example.com' "
                "type='chat'><body>Hi</body></message>") "</received></message>",
     true},
    {"mam-result-unsolicited", "TheOwnArchiveMayHaveNoAddress",
     QUERY("q", "") RESULT("", "q") RESULT(" from='juliet@example.com'", "q") FIN("q", "")},
    {"mam-result-unsolicited", "ARoomsArchive",
     QUERY("q", " to='room@chat.example.com'") RESULT(" from='room@chat.example.com'", "q")
         FIN("q", " from='room@chat.example.com'")},
    {"mam-result-after-fin", "TwoQueriesUnderWay",
     QUERY("q", "") QUERY("r", "") RESULT("", "q") FIN("q", "") RESULT("", "r") FIN("r", "")},
    {"stanza-id-spoofed", "AnErrorBringsTheIdBack",
     "S: <message id='m' from='a@example.net/x' "
     "to='juliet@example.com/balcony'><body>Hi</body><stanza-id "
     "xmlns='urn:xmpp:sid:0' id='x' by='juliet@example.com'/></message>\n"
     "C: <message id='m' type='error' to='a@example.net/x'><body>Hi</body><stanza-id "
     "xmlns='urn:xmpp:sid:0' id='x' "
     "by='juliet@example.com'/><error type='cancel'><service-unavailable "
     "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>"},
    {"upload-url-not-https", "ALaboratoryOnTheSameMachine",
     "C: <iq id='u' type='get' to='up.example.com'><request xmlns='urn:xmpp:http:upload:0' "
     "filename='a' "
     "size='1'/></iq>\n"
     "S: <iq id='u' type='result' from='up.example.com'><slot xmlns='urn:xmpp:http:upload:0'><put "
     "url='http://localhost:5280/a'/><get url='http://[::1]/a'/></slot></iq>",
     true},
    {"omemo-missing-header", "TheOldVersionHasItsKeysInTheHeader",
     "C: <message id='m' to='a@example.net'><encrypted "
     "xmlns='eu.siacs.conversations.axolotl'><header sid='1'><key "
     "rid='2'>AA==</key><iv>AA==</iv></header><payload>AA==</payload></encrypted><encryption "
     "xmlns='urn:xmpp:eme:0' namespace='eu.siacs.conversations.axolotl'/></message>"},
    {"eme-missing", "MessagesThatOnlyMoveKeys",
     "C: <message id='m' to='a@example.net'><encrypted xmlns='urn:xmpp:omemo:2'><header "
     "sid='1'/></encrypted>"
     "</message>"},
    {"eme-name-for-known", "AMethodThatIsNotOnTheList",
     "C: <message id='m' to='a@example.net'><body>x</body><encryption xmlns='urn:xmpp:eme:0' "
     "namespace='urn:example:cipher' name='Cipher'/></message>"},
    {"chatstate-repeated", "SomebodyElseIsToldTheSame",
     "C: <message id='a' to='a@example.net'><composing "
     "xmlns='http://jabber.org/protocol/chatstates'/></message>\n"
     "C: <message id='b' to='b@example.net'><composing "
     "xmlns='http://jabber.org/protocol/chatstates'/></message>"},
    {"chatstate-repeated", "AMessageInBetween",
     "C: <message id='a' to='a@example.net' type='chat'><active "
     "xmlns='http://jabber.org/protocol/chatstates'/></message>\n"
     "C: <message id='b' to='a@example.net' type='chat'><body>Hi</body></message>\n"
     "C: <message id='c' to='a@example.net' type='chat'><active "
     "xmlns='http://jabber.org/protocol/chatstates'/></message>"},
    {"receipt-in-groupchat", "APrivateMessageInARoom",
     JOIN OWN SUBJECT
     "C: <message id='p' type='chat' to='room@chat.example.com/Romeo'><body>Hi</body><x "
     "xmlns='http://jabber.org/protocol/muc#user'/><request xmlns='urn:xmpp:receipts'/></message>"},
    {"forwarded-without-namespace", "APrefixIsADeclaration",
     "S: <message from='a@example.net' to='juliet@example.com/balcony'><forwarded "
     "xmlns='urn:xmpp:forward:0' "
     "xmlns:c='jabber:client'><c:message from='b@example.net'/></forwarded></message>"},
    {"blocking-empty-block", "EmptyUnblockMeansEverybody",
     "C: <iq id='b' type='set'><unblock xmlns='urn:xmpp:blocking'/></iq>"},
};

HAZARDS_STAY_SILENT(XepHazards, kHazards)

TEST(XepHazardLimits, TheOwnRoomFindingsAreSaidOnce) {
  std::string text = JOIN OWN;
  for (int i = 0; i < 5; ++i) {
    const std::string id = std::to_string(i);
    text +=
        "C: <message type='groupchat' id='" + id + "' to='room@chat.example.com'><body>x</body></message>\n";
    text += "S: <message type='groupchat' id='" + id +
            "' from='room@chat.example.com/Juliet'><body>x</body></message>\n";
  }
  EXPECT_EQ(run_transcript(text).of("muc-subject-missing").size(), 1U);
}

TEST(XepHazardLimits, NothingIsUnaskedForWhereTheBeginningWasNotSeen) {
  JoinedSession session(std::nullopt);
  session.server(
      "<message from='juliet@example.com' to='juliet@example.com/balcony'><received "
      "xmlns='urn:xmpp:carbons:2'/></message>"
      "<message><result xmlns='urn:xmpp:mam:2' id='a' queryid='x'/></message>"
      "<message type='groupchat' from='room@chat.example.com/Romeo'><body>x</body></message>");
  EXPECT_THAT(session.end().fired(), ::testing::IsEmpty());
}

}  // namespace
}  // namespace parser
