// The stanzas that benchmarks are made of: chat as people have it, after an ordinary login.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "parser/stream/connection.h"

namespace bench {

struct Piece {
  parser::Direction direction{};
  std::string bytes;
};

// Header, features, SASL, restart, bind: what a session begins with.
inline std::vector<Piece> login() {
  using enum parser::Direction;
  const std::string declaration = "<?xml version='1.0'?>";
  const std::string names =
      "xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>";
  const std::string client = declaration + "<stream:stream to='example.com' " + names;
  const std::string server = declaration + "<stream:stream id='s1' from='example.com' " + names;
  return {
      {kC2S, client},
      {kS2C, server + "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
                      "<mechanism>PLAIN</mechanism></mechanisms></stream:features>"},
      {kC2S, "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGp1bGlldABzZWNyZXQ=</auth>"},
      {kS2C, "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"},
      {kC2S, client},
      {kS2C, server + "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>"},
      {kC2S, "<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>"},
      {kS2C,
       "<iq type='result' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
       "<jid>juliet@example.com/balcony</jid></bind></iq>"},
  };
}

// Stanza number `n` of a chat: mostly messages (chat states, receipts), some presence, some iq pairs. About
// 290 bytes on average; ids are distinct.
inline std::vector<Piece> chat(size_t n) {
  using enum parser::Direction;
  const std::string id = std::to_string(n);
  const std::string body =
      "O Romeo, Romeo! wherefore art thou Romeo? Deny thy father and refuse thy name; or, if thou wilt not, "
      "be but sworn my love";
  switch (n % 8) {
    case 0:
      return {{kS2C,
               "<presence from='romeo@example.net/orchard' "
               "to='juliet@example.com/balcony'><show>away</show><status>under the "
               "balcony</status><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' "
               "node='https://example.org/client' "
               "ver='QgayPKawpkPSDYmwT/WM94uAlu0='/></presence>"}};
    case 3:
      return {
          {kC2S, "<iq type='get' id='q" + id +
                     "' to='romeo@example.net/orchard'><query "
                     "xmlns='http://jabber.org/protocol/disco#info'/></iq>"},
          {kS2C,
           "<iq type='result' id='q" + id +
               "' from='romeo@example.net/orchard' to='juliet@example.com/balcony'><query "
               "xmlns='http://jabber.org/protocol/disco#info'><identity category='client' type='pc' "
               "name='Orchard'/><feature "
               "var='http://jabber.org/protocol/disco#info'/><feature var='urn:xmpp:ping'/></query></iq>"}};
    case 5:
      return {{kC2S, "<message type='chat' to='romeo@example.net/orchard' id='m" + id +
                         "'><composing xmlns='http://jabber.org/protocol/chatstates'/></message>"}};
    default:
      return {{n % 2 == 0 ? kC2S : kS2C,
               std::string("<message type='chat' id='m") + id + "' " +
                   (n % 2 == 0 ? "to='romeo@example.net/orchard'"
                               : "from='romeo@example.net/orchard' to='juliet@example.com/balcony'") +
                   "><body>" + body +
                   "</body><active xmlns='http://jabber.org/protocol/chatstates'/><request "
                   "xmlns='urn:xmpp:receipts'/></message>"}};
  }
}

}  // namespace bench
