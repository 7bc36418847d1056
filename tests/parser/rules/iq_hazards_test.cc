// What the rules of the layers iq, message and presence must stay silent about: correct traffic that a
// careless check would blame. Each case names the rule in danger. Below them: what is only said in part.
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

#define ROSTER "xmlns='jabber:iq:roster'"
#define LOGIN(features)                                                                                  \
  "[authenticated]\nS: <stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>" features       \
  "</stream:features>\nC: <iq id='b' type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>\n" \
  "S: <iq id='b' type='result'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"                          \
  "<jid>juliet@example.com/balcony</jid></bind></iq>\n"
#define GET_ROSTER(items)                   \
  "C: <iq id='r' type='get'><query " ROSTER \
  "/></iq>\n"                               \
  "S: <iq id='r' type='result'><query " ROSTER ">" items "</query></iq>\n"
#define ROMEO "<item jid='romeo@example.net' subscription='both'/>"
#define AVAILABLE    \
  "C: <presence/>\n" \
  "S: <presence from='juliet@example.com/balcony' to='juliet@example.com/balcony'/>\n"
#define JOIN                                                                                                \
  "C: <presence to='room@chat.example.com/Juliet'><x xmlns='http://jabber.org/protocol/muc'/></presence>\n" \
  "S: <presence from='room@chat.example.com/Juliet' to='juliet@example.com/balcony'>"                       \
  "<x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='member' role='participant'/>"          \
  "<status code='110'/></x></presence>\n"
#define SOMETHING                                       \
  "S: <message type='chat' from='romeo@example.net/o' " \
  "to='juliet@example.com/balcony'><body>Hi</body></message>\n"

constexpr Hazard kHazards[] = {
    // --- pairing
    {"iq-duplicate-response", "IdUsedAgainAfterItsAnswer",
     "C: <iq id='1' type='get'><ping xmlns='urn:xmpp:ping'/></iq>\nS: <iq id='1' type='result'/>\n"
     "C: <iq id='1' type='get'><ping xmlns='urn:xmpp:ping'/></iq>\nS: <iq id='1' type='result'/>"},
    {"iq-duplicate-response", "ReplayBehindAResumption",
     "[authenticated]\nS: <stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>"
     "<sm xmlns='urn:xmpp:sm:3'/></stream:features>\nC: <resume xmlns='urn:xmpp:sm:3' previd='a' h='0'/>\n"
     "S: <resumed xmlns='urn:xmpp:sm:3' previd='a' h='0'/>\n"
     "C: <iq id='1' type='get'><ping xmlns='urn:xmpp:ping'/></iq>\nS: <iq id='1' type='result'/>\n"
     "S: <iq id='1' type='result'/>"},
    {"iq-response-to-response", "EqualIdsInOppositeDirections",
     "C: <iq id='1' type='get' to='a@example.net/x'><ping xmlns='urn:xmpp:ping'/></iq>\n"
     "S: <iq id='1' type='get' from='a@example.net/x'><ping xmlns='urn:xmpp:ping'/></iq>\n"
     "S: <iq id='1' type='result' from='a@example.net/x'/>\nC: <iq id='1' type='result' "
     "to='a@example.net/x'/>"},
    {"iq-id-reused-while-pending", "SameIdToDifferentPeers",
     "C: <iq id='1' type='get' to='a@example.net/x'><ping xmlns='urn:xmpp:ping'/></iq>\n"
     "C: <iq id='1' type='get' to='a@example.net/y'><ping xmlns='urn:xmpp:ping'/></iq>\n"
     "C: <iq id='1' type='get'><ping xmlns='urn:xmpp:ping'/></iq>"},
    {"iq-id-reused-while-pending", "SameIdInOppositeDirections",
     "C: <iq id='1' type='get' to='a@example.net/x'><ping xmlns='urn:xmpp:ping'/></iq>\n"
     "S: <iq id='1' type='get' from='a@example.net/x'><ping xmlns='urn:xmpp:ping'/></iq>"},
    {"iq-to-bare-other-user-get", "WhatAccountsAndRoomsAnswerThemselves",
     JOIN
     "C: <iq id='1' type='get' to='romeo@example.net'><query xmlns='http://jabber.org/protocol/disco#info'/>"
     "</iq>\nC: <iq id='2' type='get' to='room@chat.example.com'><query xmlns='jabber:iq:version'/></iq>\n"
     "C: <iq id='3' type='get' to='juliet@example.com'><query xmlns='jabber:iq:version'/></iq>\n"
     "C: <iq id='4' type='get' to='example.net'><query xmlns='jabber:iq:version'/></iq>"},
    {"iq-text-content", "WhitespaceOfPrettyPrinting",
     "C: <iq id='1' type='get'>\n\t<ping xmlns='urn:xmpp:ping'/>\n</iq>"},

    // --- roster
    {"roster-push-not-one-item", "StrangersPushIsForeignAndNothingElse",
     "S: <iq id='x' type='set' from='icq.example.com'><query " ROSTER "/></iq>"},
    {"roster-result-subscription-invalid", "AbsentMeansNone", GET_ROSTER("<item jid='a@example.com'/>")},
    {"roster-result-without-query", "ResultOfASetIsEmpty",
     "C: <iq id='s' type='set'><query " ROSTER "><item jid='a@example.com'/></query></iq>\n"
     "S: <iq id='s' type='result'/>"},
    {"roster-item-missing-jid", "EchoOfARefusedItem",
     "C: <iq id='s' type='set'><query " ROSTER "><item jid='a@example.com'/></query></iq>\n"
     "S: <iq id='s' type='error'><query " ROSTER "><item/></query><error type='modify'><bad-request "
     "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"},
    {"roster-set-no-push", "ResultBeforeThePush",
     GET_ROSTER("") "C: <iq id='s' type='set'><query " ROSTER "><item jid='a@example.com'/></query></iq>\n"
                    "S: <iq id='s' type='result'/>\n"
                    "S: <iq id='p' type='set'><query " ROSTER "><item jid='A@example.com'/></query></iq>\n"
                    "C: <iq id='p' type='result'/>\n[wait 61s]\n" SOMETHING},
    {"roster-set-no-push", "NothingChanged",
     GET_ROSTER("<item jid='a@example.com'/>") "C: <iq id='s' type='set'><query " ROSTER
                                               "><item jid='a@example.com'/></query></iq>\n"
                                               "S: <iq id='s' type='result'/>\n[wait 61s]\n" SOMETHING},
    {"roster-set-no-push", "ClientNeverAskedForTheRoster",
     "C: <iq id='s' type='set'><query " ROSTER "><item jid='a@example.com'/></query></iq>\n"
     "S: <iq id='s' type='result'/>\n[wait 61s]\n" SOMETHING},
    {"roster-set-no-push", "ChangeWasRefused",
     GET_ROSTER("") "C: <iq id='s' type='set'><query " ROSTER "><item jid='a@example.com'/></query></iq>\n"
                    "S: <iq id='s' type='error'><error type='wait'><resource-constraint "
                    "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>\n[wait 61s]\n" SOMETHING},
    {"roster-not-requested", "PresenceChangesLater",
     LOGIN("") GET_ROSTER("") AVAILABLE "C: <presence><show>away</show></presence>"},
    {"roster-ver-not-advertised", "FeaturesOfTheLoginWereNotSeen",
     "C: <iq id='r' type='get'><query " ROSTER " ver=''/></iq>"},

    // --- message
    {"message-duplicate-body-lang", "LanguagesDifferInCaseOnlyWhereTheyAreTwo",
     "C: <message type='chat' to='a@example.com'><body xml:lang='en'>Hi</body><body "
     "xml:lang='en-GB'>Hullo</body>"
     "</message>"},
    {"message-mixed-content", "MarkupOutsideOfTheBody",
     "C: <message type='chat' to='a@example.com'><body>Hi</body><html "
     "xmlns='http://jabber.org/protocol/xhtml-im'><body xmlns='http://www.w3.org/1999/xhtml'><p>Hi</p></body>"
     "</html></message>"},
    {"message-groupchat-to-occupant", "FullJidOfWhoIsNoKnownRoom",
     "C: <message type='groupchat' to='romeo@example.net/orchard'><body>Hi</body></message>"},
    {"message-groupchat-not-occupant", "SpeaksWhileItsJoinIsUnderWay",
     "C: <presence to='room@chat.example.com/Juliet'><x xmlns='http://jabber.org/protocol/muc'/></presence>\n"
     "C: <message type='groupchat' to='Room@chat.example.com'><body>Hi</body></message>"},
    {"message-groupchat-not-occupant", "JoinedBeforeAResumption",
     "[authenticated]\nS: <stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>"
     "<sm xmlns='urn:xmpp:sm:3'/></stream:features>\nC: <resume xmlns='urn:xmpp:sm:3' previd='a' h='0'/>\n"
     "S: <resumed xmlns='urn:xmpp:sm:3' previd='a' h='0'/>\n"
     "C: <message type='groupchat' to='room@chat.example.com'><body>Hi</body></message>"},
    {"message-groupchat-not-occupant", "NicknameChanged",
     JOIN
     "C: <presence to='room@chat.example.com/Jules'/>\n"
     "S: <presence type='unavailable' from='room@chat.example.com/Juliet' to='juliet@example.com/balcony'>"
     "<x xmlns='http://jabber.org/protocol/muc#user'><item nick='Jules' affiliation='member' "
     "role='participant'/><status code='303'/><status code='110'/></x></presence>\n"
     "C: <message type='groupchat' to='room@chat.example.com'><body>Hi</body></message>"},
    {"message-groupchat-not-occupant", "ChannelOfXep0369IsNoRoom",
     GET_ROSTER("<item jid='coven@mix.example.com' subscription='both'/>") "C: <message type='groupchat' "
                                                                           "to='coven@mix.example.com'><body>"
                                                                           "Hi</body></message>"},
    {"message-error-self-generated", "AnswersWhatCameOffline",
     "S: <message type='chat' from='A@example.com/x' to='juliet@example.com' "
     "id='m1'><body>Hi</body></message>\n"
     "C: <message type='error' to='a@example.com/x' id='m1'><error type='cancel'><service-unavailable "
     "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>"},
    {"message-error-self-generated", "AnswersACarbonCopy",
     "C: <iq id='c' type='set'><enable xmlns='urn:xmpp:carbons:2'/></iq>\nS: <iq id='c' type='result'/>\n"
     "C: <message type='error' to='a@example.com/x' id='m1'><error type='cancel'><service-unavailable "
     "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>"},

    // --- presence
    {"presence-show-in-unavailable", "RoomPassesOnWhatAnOccupantSent",
     JOIN
     "S: <presence type='unavailable' from='room@chat.example.com/Romeo' to='juliet@example.com/balcony'>"
     "<show>away</show><x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='none' role='none'/>"
     "</x></presence>"},
    {"presence-subscription-not-stamped-bare", "OccupantAsks",
     JOIN "S: <presence type='subscribe' from='room@chat.example.com/Romeo' to='juliet@example.com'/>"},
    {"presence-probe-from-client", "ComponentMayProbe",
     "C: <stream:stream xmlns='jabber:component:accept' to='bot.example.com' "
     "xmlns:stream='http://etherx.jabber.org/streams'>\n"
     "S: <stream:stream xmlns='jabber:component:accept' from='bot.example.com' id='s1' "
     "xmlns:stream='http://etherx.jabber.org/streams'>\nC: "
     "<handshake>aaee83c26aeeafcbabeabfcbcd50df997e0a2a1e"
     "</handshake>\nS: <handshake/>\n"
     "C: <presence type='probe' from='a@bot.example.com' to='romeo@example.net'/>"},
    {"presence-initial-missing", "ResumedSessionsKeepTheirs",
     "[authenticated]\nS: <stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>"
     "<sm xmlns='urn:xmpp:sm:3'/></stream:features>\nC: <resume xmlns='urn:xmpp:sm:3' previd='a' h='0'/>\n"
     "S: <resumed xmlns='urn:xmpp:sm:3' previd='a' h='0'/>\n"
     "C: <message type='chat' to='romeo@example.net'><body>Hi</body></message>\nC: </stream:stream>"},
    {"presence-initial-missing", "MessageAheadOfIt",
     LOGIN("") "C: <message type='chat' to='romeo@example.net'><body>Hi</body></message>\n" GET_ROSTER("")
         AVAILABLE "C: <presence type='unavailable'/>\nC: </stream:stream>"},
    {"presence-not-unavailable-before-close", "ServerClosedFirst",
     AVAILABLE "S: </stream:stream>\nC: </stream:stream>"},
    {"presence-directed-never-ended", "UnavailableToAllEndsItToo",
     JOIN "C: <presence type='unavailable'/>\nC: </stream:stream>"},
    {"presence-directed-never-ended", "ContactsAreToldAnyway",
     GET_ROSTER(ROMEO) AVAILABLE "C: <presence to='romeo@example.net'/>\nC: </stream:stream>"},
    {"presence-unavailable-echo-missing", "HeldBackWhileNobodyLooks",
     "C: <presence/>\nC: <inactive xmlns='urn:xmpp:csi:0'/>\n[wait 61s]\n" SOMETHING},
    {"presence-unavailable-echo-missing", "PresenceWasRefused",
     "C: <presence/>\nS: <presence type='error' from='juliet@example.com'><error type='cancel'><not-allowed "
     "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>\n[wait 61s]\n" SOMETHING},
    {"presence-from-uncontacted", "RoomsOwnDevicesServicesAndDirectedPresence",
     GET_ROSTER(ROMEO) JOIN "S: <presence from='room@chat.example.com/Romeo' to='juliet@example.com/balcony'>"
                            "<x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='none' "
                            "role='participant'/></x></presence>\n"
                            "S: <presence from='juliet@example.com/phone' to='juliet@example.com/balcony'/>\n"
                            "S: <presence from='icq.example.com' to='juliet@example.com/balcony'/>\n"
                            "C: <presence to='x@example.net'/>\n"
                            "S: <presence from='x@example.net/y' to='juliet@example.com/balcony'/>"},
    {"presence-from-uncontacted", "ContactThatWasPushed",
     GET_ROSTER("") "S: <iq id='p' type='set'><query " ROSTER ">" ROMEO "</query></iq>\n"
                    "C: <iq id='p' type='result'/>\n"
                    "S: <presence from='Romeo@example.net/orchard' to='juliet@example.com/balcony'/>"},
    {"presence-preapproval-not-advertised", "RequestMayStillBeOnItsWay",
     LOGIN("") GET_ROSTER("") AVAILABLE "C: <presence type='subscribed' to='a@example.com'/>"},
    {"presence-preapproval-not-advertised", "ApprovedAlready",
     LOGIN("") GET_ROSTER(ROMEO) AVAILABLE
     "[wait 10s]\nC: <presence type='subscribed' to='romeo@example.net'/>"},
    {"presence-preapproval-not-advertised", "RequestIsThere",
     LOGIN("") GET_ROSTER("") AVAILABLE
     "S: <presence type='subscribe' from='A@example.com' to='juliet@example.com'/>\n[wait 10s]\n"
     "C: <presence type='subscribed' to='a@example.com'/>"},
    {"presence-approval-mirrors-id", "TwoCountersAtTheSameNumber",
     "S: <presence type='subscribe' id='7' from='romeo@example.net' to='juliet@example.com'/>\n[wait 5s]\n"
     "C: <presence type='subscribed' id='7' to='romeo@example.net'/>"},
    {"presence-auto-approved", "UserHadAskedFirst",
     "C: <presence type='subscribe' to='romeo@example.net'/>\n"
     "S: <presence type='subscribe' from='romeo@example.net' to='juliet@example.com'/>\n"
     "C: <presence type='subscribed' to='romeo@example.net'/>"},
};

HAZARDS_STAY_SILENT(IqHazards, kHazards)

TEST(OneFindingPerFault, SecondAnswerIsADuplicateAndNotUnsolicited) {
  const TranscriptRun run = run_transcript(
      "C: <iq id='1' type='get'><ping xmlns='urn:xmpp:ping'/></iq>\nS: <iq id='1' type='result'/>\n"
      "S: <iq id='1' type='result'/>");
  EXPECT_THAT(run.fired(), ::testing::ElementsAre("iq-duplicate-response warning"));
}

TEST(OneFindingPerFault, UnansweredPushIsNotAnUnansweredRequestAsWell) {
  const TranscriptRun run =
      run_transcript("S: <iq id='x' type='set'><query " ROSTER
                     "><item jid='a@example.com'/></query></iq>\n[wait 61s]\n"
                     "C: <message id='m' type='chat' to='a@example.com'><body>Hi</body></message>");
  EXPECT_THAT(run.fired(), ::testing::ElementsAre("roster-push-not-acknowledged warning"));
}

TEST(OneFindingPerFault, OpenDirectedPresenceIsToldInsteadOfTheMissingGoodbye) {
  const TranscriptRun run =
      run_transcript(AVAILABLE "C: <presence to='x@example.net'/>\nC: </stream:stream>");
  EXPECT_THAT(run.fired(), ::testing::ElementsAre("presence-directed-never-ended note"));
}

TEST(MessageRules, InheritedLanguageCounts) {
  const TranscriptRun run = run_transcript(
      "C: <message id='m' type='chat' to='a@example.com' xml:lang='EN'><body>Hi</body><body "
      "xml:lang='en'>Hello</body>"
      "</message>");
  EXPECT_THAT(run.fired(), ::testing::ElementsAre("message-duplicate-body-lang error"));
}

TEST(MessageRules, Rfc3921WantsTheLanguageOnEachBody) {
  constexpr std::string_view kText =
      "C: <message id='m' type='chat' to='a@example.com' xml:lang='en'><body>Hi</body><body "
      "xml:lang='de'>Hallo</body>"
      "</message>";
  EXPECT_THAT(run_transcript(kText, Profile::kRfc6120).fired(), ::testing::IsEmpty());
  EXPECT_THAT(run_transcript(kText, Profile::kRfc3920).fired(),
              ::testing::ElementsAre("message-duplicate-body-lang error"));
}

TEST(MessageRules, WhoWasPutOutOfARoomIsNotInIt) {
  const TranscriptRun run = run_transcript(
      JOIN
      "S: <presence type='unavailable' from='room@chat.example.com/Juliet' to='juliet@example.com/balcony'>"
      "<x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='none' role='none'/>"
      "<status code='307'/><status code='110'/></x></presence>\n"
      "C: <message id='m' type='groupchat' to='room@chat.example.com'><body>Hi</body></message>");
  EXPECT_THAT(run.fired(), ::testing::ElementsAre("message-groupchat-not-occupant warning"));
}

TEST(MessageRules, MissingTypeIsSaidOncePerDirection) {
  const TranscriptRun run = run_transcript(
      "C: <message to='a@example.com'><body>1</body></message>\n"
      "C: <message to='a@example.com'><body>2</body></message>\n"
      "S: <message from='a@example.com/x' to='juliet@example.com'><body>3</body></message>\n"
      "S: <message from='a@example.com/x' to='juliet@example.com'><body>4</body></message>");
  EXPECT_EQ(run.of("message-type-missing").size(), 2U) << run.describe();
}

TEST(MessageRules, ReplyIsToldOncePerPartnerAndNotWhereThatDeviceHasGone) {
  EXPECT_TRUE(run_transcript(SOMETHING
                             "S: <presence type='unavailable' from='romeo@example.net/o' "
                             "to='juliet@example.com/balcony'/>\n"
                             "C: <message type='chat' to='romeo@example.net'><body>Hi</body></message>")
                  .of("message-reply-not-locked")
                  .empty());
  EXPECT_EQ(
      run_transcript(SOMETHING "C: <message type='chat' to='romeo@example.net'><body>1</body></message>\n"
                               "C: <message type='chat' to='romeo@example.net'><body>2</body></message>")
          .of("message-reply-not-locked")
          .size(),
      1U);
}

TEST(PresenceRules, ClientWithoutPresenceIsToldAfterAWhileAndOnce) {
  const TranscriptRun run = run_transcript(LOGIN(
      "") "[wait 61s]\nC: <message type='chat' to='romeo@example.net'><body>1</body></message>\n"
          "C: <message type='chat' to='romeo@example.net'><body>2</body></message>\nC: </stream:stream>");
  EXPECT_EQ(run.of("presence-initial-missing").size(), 1U) << run.describe();
}

TEST(PresenceRules, MissingPushIsSaidOnce) {
  const TranscriptRun run =
      run_transcript(GET_ROSTER("") "C: <iq id='s' type='set'><query " ROSTER
                                    "><item jid='a@example.com'/></query></iq>\n"
                                    "S: <iq id='s' type='result'/>\n[wait 61s]\n" SOMETHING SOMETHING);
  EXPECT_THAT(run.fired(), ::testing::ElementsAre("roster-set-no-push error"));
}

}  // namespace
}  // namespace parser
