// What each payload says in a line, as people see it.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "parser/payload/errors.h"
#include "parser/payload/muc.h"
#include "parser/payload/summary.h"
#include "tests/support/transcript_run.h"

namespace parser::payload {
namespace {

struct Case {
  std::string_view transcript;
  std::string_view words;
};

std::string last_words(std::string_view transcript) {
  const test_support::TranscriptRun run = test_support::run_transcript(transcript);
  std::string words;
  for (const StreamEvent& event : run.events) {
    if (is_element(event.kind)) words = summary(event);
  }
  return words;
}

#define INFO "xmlns='http://jabber.org/protocol/disco#info'"
#define MAM "xmlns='urn:xmpp:mam:2'"
#define RSM "xmlns='http://jabber.org/protocol/rsm'"
#define PUBSUB "<pubsub xmlns='http://jabber.org/protocol/pubsub'>"
#define MUC_USER "<x xmlns='http://jabber.org/protocol/muc#user'>"

constexpr Case kCases[] = {
    {"C: <iq id='1' type='get' to='conference.example.com'><query " INFO "/></iq>",
     "disco#info query to conference.example.com"},
    {"S: <iq id='1' type='result' from='conference.example.com'><query " INFO
     " node='http://code.google.com/p/exodus#QgayPKawpkPSDYmwT/WM94uAlu0='><identity category='client' "
     "name='Exodus 0.9.1' type='pc'/><feature var='http://jabber.org/protocol/caps'/><feature "
     "var='http://jabber.org/protocol/disco#info'/><feature "
     "var='http://jabber.org/protocol/disco#items'/><feature "
     "var='http://jabber.org/protocol/muc'/></query></iq>",
     "disco#info of conference.example.com: client/pc, 4 features, hash verified"},
    {"S: <iq id='1' type='result' from='a@example.net/b'><query " INFO
     " node='x#QgayPKawpkPSDYmwT/WM94uAlu0='><feature var='a'/></query></iq>",
     "disco#info of a@example.net/b: 1 feature, hash does not match"},
    {"S: <iq id='1' type='result' from='a@example.net/b'><query " INFO
     " node='x#QgayPKawpkPSDYmwT/WM94uAlu0='><feature var='a'/><feature var='a'/></query></iq>",
     "disco#info of a@example.net/b: 2 features, cannot be hashed"},
    {"S: <iq id='1' type='result' from='example.com'><query xmlns='http://jabber.org/protocol/disco#items' "
     "node='n'><item jid='a'/><item jid='b'/></query></iq>",
     "disco#items of example.com: 2 items, node n"},
    {"C: <iq id='1' type='set'><query " MAM "><x xmlns='jabber:x:data' type='submit'><field "
     "var='with'><value>juliet@capulet.lit</value></field></x><set " RSM "><max>50</max></set></query></iq>",
     "MAM query for juliet@capulet.lit, page of 50"},
    {"C: <iq id='1' type='set' to='room@chat.example.com'><query " MAM "><set " RSM
     "><max>20</max><before/></set></query></iq>",
     "MAM query in the archive of room@chat.example.com, page of 20, the last ones"},
    {"S: <iq id='1' type='result'><fin " MAM " complete='true'><set " RSM
     "><count>372</count></set></fin></iq>",
     "MAM page ends, 372 in all, complete"},
    {"S: <message><result " MAM
     " id='x'><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' "
     "type='chat'><body>Hail</body></message></forwarded></result></message>",
     "from the archive: chat: “Hail”"},
    {"C: <presence to='coven@chat.shakespeare.lit/thirdwitch'><x "
     "xmlns='http://jabber.org/protocol/muc'/></presence>",
     "MUC join as thirdwitch in coven@chat.shakespeare.lit"},
    {"C: <presence to='coven@chat.shakespeare.lit'><x xmlns='http://jabber.org/protocol/muc'/></presence>",
     "MUC join of coven@chat.shakespeare.lit without a nick"},
    {"S: <presence from='r@c/n'>" MUC_USER "<item affiliation='owner' role='moderator'/><status code='110'/>"
     "<status code='201'/></x></presence>",
     "in the room, available, moderator and owner, own presence, room created"},
    {"S: <presence from='r@c/n' type='unavailable'>" MUC_USER
     "<item role='none'/><status code='307'/></x></presence>",
     "leaves the room, kicked"},
    {"S: <presence from='r@c/n' type='unavailable'>" MUC_USER
     "<item nick='m'/><status code='303'/></x></presence>",
     "changes nick to m"},
    {"S: <message from='r@c'>" MUC_USER "<invite from='a@b'/></x></message>", "invitation to a room by a@b"},
    {"S: <message from='r@c'>" MUC_USER "<status code='104'/></x></message>",
     "room notice, configuration changed"},
    {"C: <iq id='1' type='set' to='r@c'><query xmlns='http://jabber.org/protocol/muc#admin'><item nick='n' "
     "role='none'/></query></iq>",
     "room administration: role none for n"},
    {"C: <iq id='1' type='set' to='r@c'><query xmlns='http://jabber.org/protocol/muc#owner'><x "
     "xmlns='jabber:x:data' type='submit'/></query></iq>",
     "takes the room's configuration as it is"},
    {"C: <message type='groupchat' to='r@c'><subject>Fire</subject></message>", "groupchat, subject: “Fire”"},
    {"C: <message type='groupchat' to='r@c'><subject/></message>", "groupchat, removes the subject"},
    {"S: <message type='groupchat' from='r@c/n'><subject/></message>", "groupchat, removes the subject"},
    {"S: <message type='groupchat' from='r@c'><subject/></message>", "groupchat, no subject is set"},
    {"C: <message type='chat' to='a@b'><subject/></message>", "chat, empty subject"},
    {"C: <message type='talk' to='a@b'><body>Hi</body></message>", "message of type “talk”: “Hi”"},
    {"C: <presence><show>here</show></presence>", "available, unknown show “here”"},
    {"S: <stream:error><see-other-host xmlns='urn:ietf:params:xml:ns:xmpp-streams'>b.example:5222"
     "</see-other-host></stream:error>",
     "stream error: see-other-host, b.example:5222"},
    {"S: <iq id='1' type='set'><query xmlns='jabber:iq:roster'><item jid='a@b' subscription='none' "
     "ask='subscribe'/></query></iq>",
     "roster change: a@b, subscription none, waiting for approval"},
    {"C: <iq id='1' type='set'>" PUBSUB
     "<publish node='urn:xmpp:bookmarks:1'><item/></publish><publish-options/>"
     "</pubsub></iq>",
     "publishes to urn:xmpp:bookmarks:1"},
    {"C: <iq id='1' type='get'>" PUBSUB "<items node='n'/></pubsub></iq>", "pubsub items query for n"},
    {"S: <iq id='1' type='result'>" PUBSUB "<items node='n'><item/><item/></items></pubsub></iq>",
     "pubsub items of n: 2"},
    {"C: <iq id='1' type='set'><pubsub xmlns='http://jabber.org/protocol/pubsub#owner'><delete "
     "node='n'/></pubsub></iq>",
     "deletes node n"},
    {"S: <message><event xmlns='http://jabber.org/protocol/pubsub#event'><items "
     "node='n'><item/></items></event></message>",
     "event of n: 1 item"},
    {"C: <iq id='1' type='set'><query xmlns='jabber:iq:roster'><item jid='a@b' "
     "subscription='remove'/></query></iq>",
     "roster removal: a@b"},
    {"S: <iq id='1' type='result'><query xmlns='jabber:iq:roster'><item jid='a'/><item jid='b'/><item "
     "jid='c'/>"
     "</query></iq>",
     "roster: 3 items"},
    {"C: <iq id='1' type='get' to='a@b'><vCard xmlns='vcard-temp'/></iq>", "vCard request for a@b"},
    {"S: <iq id='1' type='result' from='a@b'><vCard "
     "xmlns='vcard-temp'><FN>Juliet</FN><PHOTO><TYPE>image/png</TYPE>"
     "<BINVAL>AAAA</BINVAL></PHOTO></vCard></iq>",
     "vCard of a@b: “Juliet”, with a photo"},
    {"C: <iq id='1' type='set'><enable xmlns='urn:xmpp:carbons:2'/></iq>", "turns carbons on"},
    {"C: <message to='a@b'><received xmlns='urn:xmpp:receipts' id='m7'/></message>",
     "delivery receipt for “m7”"},
    {"C: <message to='a@b'><displayed xmlns='urn:xmpp:chat-markers:0' id='m7'/></message>",
     "read marker for “m7”"},
    {"C: <message to='a@b'><composing xmlns='http://jabber.org/protocol/chatstates'/></message>",
     "chat state: composing"},
    {"C: <inactive xmlns='urn:xmpp:csi:0'/>", "client is inactive"},
    {"C: <iq id='1' type='get'><time xmlns='urn:xmpp:time'/></iq>", "time request"},
    {"S: <iq id='1' type='result' from='a@b/c'><time xmlns='urn:xmpp:time'><tzo>-06:00</tzo>"
     "<utc>2006-12-19T17:58:35Z</utc></time></iq>",
     "time of a@b/c: 2006-12-19T17:58:35Z, zone -06:00"},
    {"S: <iq id='1' type='result'><query xmlns='jabber:iq:last' seconds='903'/></iq>",
     "last activity: 903 s ago"},
    {"C: <iq id='1' type='get'><request xmlns='urn:xmpp:http:upload:0' filename='a.jpg' size='23456'/></iq>",
     "upload slot request: “a.jpg”, 23456 bytes"},
    {"S: <iq id='1' type='result'><slot xmlns='urn:xmpp:http:upload:0'><put "
     "url='https://up.example.com/secret'>"
     "<header name='Authorization'>secret</header></put><get "
     "url='https://up.example.com/secret'/></slot></iq>",
     "upload slot at up.example.com"},
    {"C: <iq id='1' type='set'><block xmlns='urn:xmpp:blocking'><item jid='a@b'/></block></iq>",
     "blocks a@b"},
    {"C: <iq id='1' type='set'><unblock xmlns='urn:xmpp:blocking'/></iq>", "unblocks everybody"},
    {"C: <iq id='1' type='get'><query xmlns='jabber:iq:private'><storage "
     "xmlns='storage:bookmarks'/></query></iq>",
     "private storage request: storage {storage:bookmarks}"},
    {"C: <message to='a@b'><body>x</body><encrypted xmlns='eu.siacs.conversations.axolotl'><header "
     "sid='1'><key "
     "rid='2'/><key rid='3'/></header><payload/></encrypted></message>",
     "encrypted message (OMEMO), for 2 devices"},
    {"C: <message to='a@b'><openpgp xmlns='urn:xmpp:openpgp:0'>AAAA</openpgp></message>",
     "encrypted message (OpenPGP), 4 bytes of base64"},
    {"C: <iq id='1' type='set'><jingle xmlns='urn:xmpp:jingle:1' action='session-initiate' sid='s'><content "
     "name='v'><description xmlns='urn:xmpp:jingle:apps:rtp:1' media='audio'/></content></jingle></iq>",
     "Jingle session-initiate: audio"},
    {"C: <message to='a@b'><propose xmlns='urn:xmpp:jingle-message:0' id='x'/></message>",
     "call signalling: propose"},
    {"S: <message><x xmlns='jabber:x:data' type='form'><title>Bot</title><field var='a'/></x></message>",
     "form “Bot”, 1 field"},
    {"S: <iq id='1' type='error'><query xmlns='jabber:iq:roster'/><error type='cancel'><item-not-found "
     "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
     "roster error: item-not-found"},
    {"C: <iq id='1' type='set'><query "
     "xmlns='jabber:iq:register'><username>u</username><password>secret</password>"
     "</query></iq>",
     "registration"},
};

TEST(Words, SayWhatAPayloadIsAbout) {
  for (const Case& c : kCases) EXPECT_EQ(last_words(c.transcript), c.words) << c.transcript;
}

TEST(Words, NeverHoldSecrets) {
  for (const Case& c : kCases)
    EXPECT_EQ(last_words(c.transcript).find("secret"), std::string::npos) << c.transcript;
}

TEST(Errors, EveryDefinedConditionHasAMeaning) {
  // RFC 6120 §8.3.3.1 to §8.3.3.22.
  for (const char* condition : {"bad-request",
                                "conflict",
                                "feature-not-implemented",
                                "forbidden",
                                "gone",
                                "internal-server-error",
                                "item-not-found",
                                "jid-malformed",
                                "not-acceptable",
                                "not-allowed",
                                "not-authorized",
                                "policy-violation",
                                "recipient-unavailable",
                                "redirect",
                                "registration-required",
                                "remote-server-not-found",
                                "remote-server-timeout",
                                "resource-constraint",
                                "service-unavailable",
                                "subscription-required",
                                "undefined-condition",
                                "unexpected-request"}) {
    EXPECT_TRUE(stanza_error_meaning(condition).ends_with('.')) << condition;
  }
  // RFC 6120 §4.9.3.1 to §4.9.3.25.
  for (const char* condition : {"bad-format",
                                "bad-namespace-prefix",
                                "conflict",
                                "connection-timeout",
                                "host-gone",
                                "host-unknown",
                                "improper-addressing",
                                "internal-server-error",
                                "invalid-from",
                                "invalid-namespace",
                                "invalid-xml",
                                "not-authorized",
                                "not-well-formed",
                                "policy-violation",
                                "remote-connection-failed",
                                "reset",
                                "resource-constraint",
                                "restricted-xml",
                                "see-other-host",
                                "system-shutdown",
                                "undefined-condition",
                                "unsupported-encoding",
                                "unsupported-feature",
                                "unsupported-stanza-type",
                                "unsupported-version"}) {
    EXPECT_TRUE(stream_error_meaning(condition).ends_with('.')) << condition;
  }
  EXPECT_EQ(stanza_error_meaning("no-such-condition"), "");
  EXPECT_EQ(stream_error_meaning("item-not-found"), "");
  EXPECT_EQ(error_type_meaning("wait"), "try again later");
  EXPECT_EQ(error_type_meaning("never"), "");
}

TEST(Muc, StatusesHaveMeanings) {
  EXPECT_EQ(status_meaning(110), "own presence");
  EXPECT_EQ(status_meaning(999), "");
}

}  // namespace
}  // namespace parser::payload
