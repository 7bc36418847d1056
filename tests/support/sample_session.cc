// The stanzas are those that Prosody and common clients send, shortened; the SASL messages are RFC 7677's
// example.
#include "tests/support/sample_session.h"

#include <string>
#include <string_view>

namespace test_support {

namespace {

using parser::Direction;
using parser::Duration;

constexpr Direction kC = Direction::kC2S;
constexpr Direction kS = Direction::kS2C;

std::string client_header(std::string_view to) {
  return "<?xml version='1.0'?><stream:stream to='" + std::string(to) +
         "' version='1.0' xml:lang='en' xmlns='jabber:client' "
         "xmlns:stream='http://etherx.jabber.org/streams'>";
}

std::string server_header(std::string_view from, std::string_view id) {
  return "<?xml version='1.0'?><stream:stream id='" + std::string(id) + "' from='" + std::string(from) +
         "' version='1.0' xml:lang='en' xmlns='jabber:client' "
         "xmlns:stream='http://etherx.jabber.org/streams'>";
}

constexpr std::string_view kStartTlsFeatures =
    "<stream:features><starttls "
    "xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls></stream:features>";
constexpr std::string_view kSaslFeatures =
    "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
    "<mechanism>SCRAM-SHA-256-PLUS</mechanism><mechanism>SCRAM-SHA-256</mechanism>"
    "<mechanism>SCRAM-SHA-1</mechanism></mechanisms></stream:features>";
constexpr std::string_view kBindFeatures =
    "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>"
    "<session xmlns='urn:ietf:params:xml:ns:xmpp-session'><optional/></session>"
    "<sm xmlns='urn:xmpp:sm:3'/><ver xmlns='urn:xmpp:features:rosterver'/></stream:features>";

class Player {
 public:
  Player(parser::Analyzer& analyzer, parser::ConnectionId id, parser::Time start)
      : analyzer_(analyzer), id_(id), now_(start) {}

  void open(uint16_t client_port) {
    parser::ConnectionInfo info;
    info.client = {"127.0.0.1", client_port, ""};
    info.listener = {"127.0.0.1", 5222, ""};
    info.server = {"198.51.100.7", 5222, "xmpp.example.com"};
    analyzer_.opened(now_, id_, info);
    now_ += Duration(340);
    analyzer_.upstream(now_, id_, {{"198.51.100.7", 5222, "xmpp.example.com"}, false});
    now_ += Duration(11'970);
  }

  void say(int64_t us, Direction direction, std::string_view bytes) {
    now_ += Duration(us);
    sent_[parser::index(direction)] += bytes.size();
    analyzer_.bytes(now_, id_, direction, bytes);
  }

  void tls(parser::Leg leg, int64_t us) {
    now_ += Duration(us);
    parser::TlsEstablished fact;
    fact.leg = leg;
    fact.version = "TLSv1.3";
    fact.cipher = "TLS_AES_256_GCM_SHA384";
    fact.verification = leg == parser::Leg::kServer ? "ok" : "";
    fact.c2s_offset = sent_[0];
    fact.s2c_offset = sent_[1];
    analyzer_.tls_established(now_, id_, fact);
  }

  // The proxy takes a mechanism out of the features that come next.
  void hide(std::string_view features, std::string_view what) {
    parser::Edit edit;
    edit.direction = kS;
    const uint64_t at = sent_[1] + features.find(what);
    edit.range = {at, at + what.size()};
    edit.name = "hide-channel-binding";
    edit.reason = "Channel binding ties the login to one TLS connection; through a proxy there are two.";
    analyzer_.edited(now_, id_, edit);
  }

  void close(int64_t us) {
    now_ += Duration(us);
    analyzer_.closed(now_, id_, {});
  }

  void login(std::string_view domain, std::string_view resource_jid) {
    say(290, kC, client_header(domain));
    say(11'800, kS, server_header(domain, "a3f1c2d4-77e0-4b1e-9a55-0d6c1f2b9e10"));
    say(210, kS, kStartTlsFeatures);
    say(420, kC, "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
    say(9'700, kS, "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
    tls(parser::Leg::kServer, 8'100);
    tls(parser::Leg::kClient, 2'300);
    say(350, kC, client_header(domain));
    say(9'900, kS, server_header(domain, "5b8e9c0a-1d22-4c56-8f3e-93a7b04e7f21"));
    hide(kSaslFeatures, "<mechanism>SCRAM-SHA-256-PLUS</mechanism>");
    say(160, kS, kSaslFeatures);
    say(1'900, kC,
        "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-256'>"
        "biwsbj1qdWxpZXQscj1yT3ByTkdmd0ViZVJXZ2JORWtxTw==</auth>");
    say(12'400, kS,
        "<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
        "cj1yT3ByTkdmd0ViZVJXZ2JORWtxTyVodllEcFdVYTJSYVRDQWZ1eEZJbGopaE5sRiRrMCxzPVcyMlphSjBTTlk3c29Fc1VFamI2"
        "Z1E9"
        "PSxpPTQwOTY=</challenge>");
    say(14'200, kC,
        "<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
        "Yz1iaXdzLHI9ck9wck5HZndFYmVSV2diTkVrcU8laHZZRHBXVWEyUmFUQ0FmdXhGSWxqKWhObEYkazAscD1kSHpiWmFwV0lrNGpV"
        "aE4r"
        "VXRlOXl0YWc5empmTUhnc3FtbWl6N0FuZFZRPQ==</response>");
    say(13'100, kS,
        "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
        "dj02cnJpVFJCaTIzV3BSUi93dHVwK21NaFVaVW4vZEI1bkxUSlJzamw5NUc0PQ==</success>");
    say(380, kC, client_header(domain));
    say(9'600, kS, server_header(domain, "c61d0a7b-2f94-4e07-b6d1-6c1c7d9a0e33"));
    say(140, kS, kBindFeatures);
    say(520, kC,
        "<iq type='set' id='bind_1'><bind "
        "xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>balcony</resource>"
        "</bind></iq>");
    say(10'300, kS,
        "<iq type='result' id='bind_1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>" +
            std::string(resource_jid) + "</jid></bind></iq>");
  }

 private:
  parser::Analyzer& analyzer_;
  parser::ConnectionId id_;
  parser::Time now_;
  uint64_t sent_[2] = {0, 0};
};

void juliet_talks(Player& juliet) {
  juliet.say(300, kC, "<enable xmlns='urn:xmpp:sm:3' resume='true'/>");
  juliet.say(120, kC, "<iq type='get' id='roster_1'><query xmlns='jabber:iq:roster' ver=''/></iq>");
  juliet.say(9'800, kS, "<enabled xmlns='urn:xmpp:sm:3' id='q2uGcVmNH8' resume='true' max='600'/>");
  juliet.say(
      1'100, kS,
      "<iq type='result' id='roster_1' to='juliet@example.com/balcony'><query xmlns='jabber:iq:roster' "
      "ver='7'><item jid='romeo@example.net' name='Romeo' subscription='both'><group>Friends</group></item>"
      "<item jid='nurse@example.com' name='\u4e73\u5a4c' subscription='both'/>"
      "<item jid='mercutio@example.org' name='Mercutio' subscription='from'/></query></iq>");
  juliet.say(
      700, kC,
      "<presence><show>chat</show><status>on the balcony</status><c xmlns='http://jabber.org/protocol/caps' "
      "hash='sha-1' node='https://example.org/client' ver='QgayPKawpkPSDYmwT/WM94uAlu0='/></presence>");
  juliet.say(10'400, kS,
             "<presence from='romeo@example.net/orchard' to='juliet@example.com/balcony'><status>under your "
             "window</status></presence>");
  juliet.say(2'400'000, kC,
             "<message to='romeo@example.net' type='chat' id='m1'><body>Wherefore art thou Romeo?</body>"
             "<request xmlns='urn:xmpp:receipts'/></message>");
  juliet.say(
      38'000, kS,
      "<message from='romeo@example.net/orchard' to='juliet@example.com/balcony' type='chat' id='m1-receipt'>"
      "<received xmlns='urn:xmpp:receipts' id='m1'/></message>");
  juliet.say(
      3'900'000, kS,
      "<message from='romeo@example.net/orchard' to='juliet@example.com/balcony' type='chat' id='m2'>"
      "<body>\u541b\u306e\u7a93\u304b\u3089\u5149\u304c\u5dee\u3059 \u2014 it is the east! \U0001F319</body>"
      "</message>");
  juliet.say(250'000, kC, "<iq type='get' to='example.com'><ping xmlns='urn:xmpp:ping'/></iq>");
  juliet.say(11'000, kS,
             "<iq type='error' from='example.com' to='juliet@example.com/balcony'><error type='modify'>"
             "<bad-request xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>");
  juliet.say(
      900'000, kC,
      "<message to='nurse@example.com' type='chat' id='m3'><body>\u5988\u5988\u53eb\u6211\uff0c\u6211\u9a6c"
      "\u4e0a\u56de\u6765</body></message>");
  juliet.say(1'000, kC, "<r xmlns='urn:xmpp:sm:3'/>");
  juliet.say(10'600, kS, "<a xmlns='urn:xmpp:sm:3' h='5'/>");
  juliet.say(60'000'000, kC, " ");
  juliet.say(
      4'000'000, kC,
      "<iq type='get' id='disco_1' to='example.com'><query xmlns='http://jabber.org/protocol/disco#info'/>"
      "</iq>");
  juliet.say(10'900, kS,
             "<iq type='result' id='disco_1' from='example.com' to='juliet@example.com/balcony'>"
             "<query xmlns='http://jabber.org/protocol/disco#info'><identity category='server' type='im' "
             "name='Prosody'/><feature var='urn:xmpp:ping'/><feature var='jabber:iq:roster'/></query></iq>");
  juliet.say(500'000, kS,
             "<iq type='result' id='stray_9' from='example.com' to='juliet@example.com/balcony'/>");
  juliet.say(
      300'000, kC,
      "<message to='romeo@example.net' type='chat' id='m4'><body>Good night, good night!<!-- parting is such "
      "sweet sorrow --></body></message>");
}

}  // namespace

void play_sample_sessions(parser::Analyzer& analyzer, parser::ConnectionId first) {
  const parser::Time start = kSampleStart + std::chrono::minutes(first);
  Player juliet(analyzer, first + 1, start);
  juliet.open(54210);
  juliet.login("example.com", "juliet@example.com/balcony");
  juliet_talks(juliet);
  Player romeo(analyzer, first + 2, start + std::chrono::seconds(75));
  romeo.open(54388);
  romeo.login("example.net", "romeo@example.net/orchard");
  romeo.say(2'000, kC, "<presence/>");
  romeo.say(800'000, kC, "</stream:stream>");
  romeo.say(9'000, kS, "</stream:stream>");
  romeo.close(400);
  analyzer.finish(start + std::chrono::seconds(78));
}

}  // namespace test_support
