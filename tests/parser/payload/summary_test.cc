#include "parser/payload/summary.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "parser/stream/plain_text.h"
#include "tests/support/recorded_session.h"

namespace {

// The summaries of a session that begins in mid-stream, one per line.
std::vector<std::string> summaries(std::string_view text) {
  test_support::EventRecorder recorder;
  const std::string header =
      "C: <stream:stream to='example.com' version='1.0' xmlns='jabber:client' "
      "xmlns:stream='http://etherx.jabber.org/streams'>\n"
      "S: <stream:stream from='example.com' id='1' version='1.0' xmlns='jabber:client' "
      "xmlns:stream='http://etherx.jabber.org/streams'>\n";
  test_support::analyze_session(header + std::string(text), recorder);
  std::vector<std::string> out;
  size_t headers = 2;
  for (const parser::StreamEvent& event : recorder.events()) {
    if (!is_element(event.kind)) continue;
    if (headers > 0) {
      --headers;
      continue;
    }
    out.push_back(summary(event));
  }
  return out;
}

struct Case {
  std::string_view xml;
  std::string_view words;
};

TEST(Summary, SaysInPlainWordsWhatAnElementIs) {
  const std::vector<Case> cases{
      {"S: <stream:features><starttls "
       "xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls></stream:features>",
       "offers STARTTLS (required)"},
      {"S: <stream:features><mechanisms "
       "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>SCRAM-SHA-1</mechanism>"
       "<mechanism>PLAIN</mechanism></mechanisms><bind "
       "xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>",
       "offers SCRAM-SHA-1, PLAIN; bind"},
      {"S: <stream:features/>", "offers nothing"},
      {"C: <starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", "asks for TLS"},
      {"C: <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGp1bGlldABzZWNyZXQ=</auth>",
       "logs in with PLAIN as juliet"},
      {"C: <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>not base64</auth>",
       "logs in with PLAIN"},
      {"C: <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' "
       "mechanism='SCRAM-SHA-1-PLUS'>cD10bHMtZXhwb3J0ZXIsLG49anVsaWV0LHI9ZnlrbytkMmxiYkZnT05Sdjlxa3hkYXdM</"
       "auth>",
       "logs in with SCRAM-SHA-1-PLUS as juliet, channel binding tls-exporter"},
      {"C: <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' "
       "mechanism='PLAIN'>cm9tZW9AZXhhbXBsZS5jb20AanVsaWV0AHNlY3JldA==</auth>",
       "logs in with PLAIN as juliet, to act as romeo@example.com"},
      {"S: <challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
       "cj1meWtvK2QybGJiRmdPTlJ2OXFreGRhd0wzcmZjTkhZSlkxWlZ2V1ZzN2oscz1RU1hDUitRNnNlazhiZjkyLGk9NDA5Ng=="
       "</challenge>",
       "login challenge: SCRAM, 4096 iterations, salt of 12 bytes"},
      {"C: <response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
       "Yz1iaXdzLHI9ZnlrbytkMmxiYkZnT05Sdjlxa3hkYXdMM3JmY05IWUpZMVpWdldWczdqLHA9djBYOHYzQnoyVDBDSkdiSlF5RjBYK"
       "0hJNFRz"
       "PQ==</response>",
       "login response: SCRAM proof, no channel binding"},
      {"S: <success xmlns='urn:xmpp:sasl:2'><additional-data>dj1ybUY5cHFWOFM3c3VBb1pXamE0ZEpSa0ZzS1E9</"
       "additional-data><authorization-identifier>juliet@example.com/x</authorization-identifier><bound "
       "xmlns='urn:xmpp:bind:0'/></success>",
       "login accepted as juliet@example.com/x, bound: SCRAM, the server proves itself"},
      {"C: <authenticate xmlns='urn:xmpp:sasl:2' "
       "mechanism='HT-SHA-256-EXPR'><initial-response>anVsaWV0AEhBU0g=</"
       "initial-response><bind xmlns='urn:xmpp:bind:0'/><fast xmlns='urn:xmpp:fast:0'/></authenticate>",
       "logs in with HT-SHA-256-EXPR and a token as juliet, channel binding tls-exporter, binds"},
      {"S: <continue xmlns='urn:xmpp:sasl:2'><tasks><task>TOTP</task></tasks></continue>",
       "login wants another step: TOTP"},
      {"S: <failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/><text>no</text></failure>",
       "login refused: not-authorized “no”"},
      {"C: <iq type='set' id='1'><bind "
       "xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>r</resource></bind></iq>",
       "asks for resource “r”"},
      {"S: <iq type='result' id='1'><bind "
       "xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>a@b/c</jid></bind></iq>",
       "bound to a@b/c"},
      {"C: <iq type='get' id='2'><query xmlns='jabber:iq:roster'/></iq>", "roster request"},
      {"C: <iq type='result' id='2'><query xmlns='jabber:iq:roster'/></iq>", "confirms the roster change"},
      {"S: <iq type='result' id='2'><query xmlns='jabber:iq:roster'><item jid='a@b'/></query></iq>",
       "roster: 1 item"},
      {"S: <iq type='set' id='3'><query xmlns='jabber:iq:roster'><item jid='a@b'/></query></iq>",
       "roster change: a@b"},
      {"C: <iq type='result' id='3'/>", "done"},
      {"C: <iq type='get' id='4' to='b'><ping xmlns='urn:xmpp:ping'/></iq>", "ping to b"},
      {"S: <iq type='error' id='4'><error type='cancel'><item-not-found "
       "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
       "</error></iq>",
       "error: item-not-found"},
      {"C: <iq type='get' id='5'><query xmlns='urn:example:new'/></iq>", "query {urn:example:new} request"},
      {"C: <message to='a@b' type='chat'><body>hello</body></message>", "chat: “hello”"},
      {"C: <message to='a@b'><body>two\tlines</body></message>", "message: “two\\tlines”"},
      {"C: <message to='a@b' type='chat'><composing "
       "xmlns='http://jabber.org/protocol/chatstates'/></message>",
       "chat state: composing"},
      {"S: <message><received xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>"
       "<message xmlns='jabber:client' "
       "type='chat'><body>hi</body></message></forwarded></received></message>",
       "copy of a received message: chat: “hi”"},
      {"S: <message type='error'><error type='cancel'><gone "
       "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"
       "</message>",
       "message error: gone"},
      {"C: <presence/>", "available"},
      {"C: <presence><show>xa</show><status>back soon</status></presence>", "away for long, “back soon”"},
      {"C: <presence type='unavailable'/>", "unavailable"},
      {"C: <presence type='subscribe' to='a@b'/>", "asks for a subscription"},
      {"C: <presence to='room@muc/nick'><x xmlns='http://jabber.org/protocol/muc'/></presence>",
       "MUC join as nick in room@muc"},
      {"C: <enable xmlns='urn:xmpp:sm:3' resume='true'/>", "enables stream management with resumption"},
      {"C: <r xmlns='urn:xmpp:sm:3'/>", "asks what was received"},
      {"S: <a xmlns='urn:xmpp:sm:3' h='12'/>", "has handled h=12"},
      {"C: <inactive xmlns='urn:xmpp:csi:0'/>", "client is inactive"},
      {"S: <stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>",
       "stream error: conflict"},
      {"S: </stream:stream>", "ends the stream"},
  };
  std::string session;
  std::vector<std::string> expected;
  for (const Case& c : cases) {
    session += std::string(c.xml) + "\n";
    expected.emplace_back(c.words);
  }
  EXPECT_EQ(summaries(session), expected);
}

TEST(Summary, NeverShowsSaslPayloads) {
  for (const std::string& words : summaries(
           "C: <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGp1bGlldABzZWNyZXQ=</auth>\n"
           "S: <challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>c2VjcmV0</challenge>\n"
           "C: <response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>c2VjcmV0</response>\n")) {
    EXPECT_EQ(words.find("c2V"), std::string::npos) << words;
    EXPECT_EQ(words.find("AGp"), std::string::npos) << words;
  }
}

TEST(Summary, IsBoundedWhateverAPeerSends) {
  const std::string longest(5000, 'x');
  for (const std::string& words :
       summaries("C: <message><body>" + longest + "</body></message>\nC: <iq type='get' id='1'><" + longest +
                 " xmlns='" + longest + "'/></iq>\nC: <presence><status>" + longest +
                 "</status></presence>\nC: <" + longest + " xmlns='u'/>\n")) {
    EXPECT_LE(parser::columns(words), parser::kMaxSummaryColumns) << words;
    EXPECT_NE(words.find("…"), std::string::npos);
  }
}

}  // namespace
