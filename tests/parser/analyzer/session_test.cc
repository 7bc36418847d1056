// Whole sessions as real clients and servers hold them, and what the state machine says at each step.
#include <gtest/gtest.h>

#include "tests/parser/analyzer/session_script.h"

namespace parser {
namespace {

using testing::client;
using testing::closed;
using testing::expect_session;
using testing::server;
using testing::Step;
using testing::tls;

const std::string kClientHeader =
    "<?xml version='1.0'?><stream:stream to='capulet.example' version='1.0' xml:lang='en' "
    "xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>";

std::string server_header(const std::string& id) {
  return "<?xml version='1.0'?><stream:stream xmlns='jabber:client' "
         "xmlns:stream='http://etherx.jabber.org/streams' from='capulet.example' id='" +
         id + "' version='1.0' xml:lang='en'>";
}

const std::string kFeaturesStartTls =
    "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>"
    "</stream:features>";
const std::string kFeaturesLogin =
    "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>SCRAM-SHA-1</mechanism>"
    "<mechanism>PLAIN</mechanism></mechanisms></stream:features>";
const std::string kFeaturesBind =
    "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>"
    "<session xmlns='urn:ietf:params:xml:ns:xmpp-session'><optional/></session>"
    "<sm xmlns='urn:xmpp:sm:3'/></stream:features>";

const std::string kBindRequest =
    "<iq type='set' id='b1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
    "<resource>balcony</resource></bind></iq>";
const std::string kBindResult =
    "<iq type='result' id='b1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
    "<jid>juliet@capulet.example/balcony</jid></bind></iq>";

std::vector<Step> operator+(std::vector<Step> first, const std::vector<Step>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

std::vector<Step> up_to_tls() {
  return {
      client(kClientHeader, "header header-sent server"),
      server(server_header("s1"), "header await-features server"),
      server(kFeaturesStartTls, "features features-plain client"),
      client("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", "starttls starttls server"),
      server("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", "starttls tls-handshake both"),
      tls("tls tls-handshake both\ntls connected client"),
      client(kClientHeader, "header header-sent server"),
      server(server_header("s2"), "header await-features server"),
      server(kFeaturesLogin, "features features-tls client"),
  };
}

std::vector<Step> scram() {
  return {
      client("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' "
             "mechanism='SCRAM-SHA-1'>biwsbj1qdWxpZXQscj1v</auth>",
             "sasl sasl-server server"),
      server("<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>cj1vTXNUQUF3</challenge>",
             "sasl sasl-client client"),
      client("<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>Yz1iaXdzLHI9</response>",
             "sasl sasl-server server"),
      server("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>dj1wTk5ERg==</success>",
             "sasl restart client"),
      client(kClientHeader, "header restart-sent server"),
      server(server_header("s3"), "header restart-await server"),
      server(kFeaturesBind, "features features-auth client"),
  };
}

std::vector<Step> bind() {
  return {
      client(kBindRequest, "iq binding server"),
      server(kBindResult, "iq bound any"),
  };
}

TEST(Session, StartTlsScramBindRosterPresenceMessageAndPing) {
  expect_session(
      up_to_tls() + scram() + bind() +
      std::vector<Step>{
          client("<iq type='set' id='s1'><session xmlns='urn:ietf:params:xml:ns:xmpp-session'/></iq>",
                 "iq bound any"),
          server("<iq type='result' id='s1' to='juliet@capulet.example/balcony'/>", "iq bound any"),
          client("<iq type='get' id='r1'><query xmlns='jabber:iq:roster'/></iq>", "iq established any"),
          server("<iq type='result' id='r1' to='juliet@capulet.example/balcony'>"
                 "<query xmlns='jabber:iq:roster'><item jid='romeo@montague.example'/></query></iq>",
                 "iq established any"),
          client("<presence><show>chat</show></presence>", "presence established any"),
          server("<message from='romeo@montague.example/orchard' to='juliet@capulet.example/balcony' "
                 "type='chat'><body>你好 🌹</body></message>",
                 "message established any"),
          server(" ", "keepalive established any"),
          server("<iq type='get' id='p1' from='capulet.example' to='juliet@capulet.example/balcony'>"
                 "<ping xmlns='urn:xmpp:ping'/></iq>",
                 "iq established any"),
          client("<iq type='result' id='p1' to='capulet.example'/>", "iq established any"),
          client("</stream:stream>", "footer closing other"),
          server("</stream:stream>", "footer closed none"),
          closed("closed closed none"),
      });
}

TEST(Session, AFailedLoginLeadsBackToTheOffers) {
  expect_session(
      up_to_tls() +
      std::vector<Step>{
          client(
              "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGp1bGlldAB3cm9uZw==</auth>",
              "sasl sasl-server server"),
          server("<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>",
                 "sasl features-tls client"),
      } +
      scram() + bind());
}

TEST(Session, AnAbortedLoginWaitsForTheServersWord) {
  expect_session(
      up_to_tls() +
      std::vector<Step>{
          client("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-1'/>",
                 "sasl sasl-server server"),
          server("<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>", "sasl sasl-client client"),
          client("<abort xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>", "sasl sasl-server server"),
          server("<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><aborted/></failure>",
                 "sasl features-tls client"),
      });
}

TEST(Session, DirectTlsGoesStraightToTheLogin) {
  ConnectionInfo info;
  info.direct_tls = true;
  expect_session(
      std::vector<Step>{
          tls("tls connected client\ntls connected client"),
          client(kClientHeader, "header header-sent server"),
          server(server_header("s1"), "header await-features server"),
          server(kFeaturesLogin, "features features-tls client"),
      } + scram() +
          bind(),
      info);
}

TEST(Session, AStreamWithoutVersionLogsInByIqAuth) {
  expect_session({
      client("<stream:stream to='capulet.example' xmlns='jabber:client' "
             "xmlns:stream='http://etherx.jabber.org/streams'>",
             "header header-sent server"),
      server("<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' "
             "from='capulet.example' id='s1'>",
             "header legacy client"),
      client("<iq type='get' id='a1' to='capulet.example'><query xmlns='jabber:iq:auth'>"
             "<username>juliet</username></query></iq>",
             "iq legacy client"),
      server("<iq type='result' id='a1'><query xmlns='jabber:iq:auth'><username/><digest/><password/>"
             "<resource/></query></iq>",
             "iq legacy client"),
      client("<iq type='set' id='a2'><query xmlns='jabber:iq:auth'><username>juliet</username>"
             "<password>wrong</password><resource>balcony</resource></query></iq>",
             "iq legacy client"),
      server("<iq type='error' id='a2'><error code='401'>Unauthorized</error></iq>", "iq legacy client"),
      client("<iq type='set' id='a3'><query xmlns='jabber:iq:auth'><username>juliet</username>"
             "<password>right</password><resource>balcony</resource></query></iq>",
             "iq legacy client"),
      server("<iq type='result' id='a3'/>", "iq established any"),
      client("<presence/>", "presence established any"),
      closed("closed closed none"),
  });
}

TEST(Session, Sasl2WithBind2NeedsNoRestart) {
  expect_session(
      up_to_tls() +
      std::vector<Step>{
          client("<authenticate xmlns='urn:xmpp:sasl:2' mechanism='SCRAM-SHA-1'>"
                 "<initial-response>biwsbj1qdWxpZXQ=</initial-response>"
                 "<bind xmlns='urn:xmpp:bind:0'><tag>stanzascope</tag></bind></authenticate>",
                 "sasl sasl2-server server"),
          server("<challenge xmlns='urn:xmpp:sasl:2'>cj0x</challenge>", "sasl sasl2-client client"),
          client("<response xmlns='urn:xmpp:sasl:2'>Yz1i</response>", "sasl sasl2-server server"),
          server("<success xmlns='urn:xmpp:sasl:2'><additional-data>dj0x</additional-data>"
                 "<authorization-identifier>juliet@capulet.example/stanzascope.1</authorization-identifier>"
                 "<bound xmlns='urn:xmpp:bind:0'><enabled xmlns='urn:xmpp:sm:3' id='x' resume='1'/></bound>"
                 "</success>",
                 "sasl bound-inline server"),
          server(kFeaturesBind, "features established any"),
          client("<presence/>", "presence established any"),
      });
}

TEST(Session, Sasl2WithoutBind2WaitsForFeaturesAndBindsAsEver) {
  expect_session(
      up_to_tls() +
      std::vector<Step>{
          client("<authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'/>", "sasl sasl2-server server"),
          server("<success xmlns='urn:xmpp:sasl:2'><authorization-identifier>juliet@capulet.example"
                 "</authorization-identifier></success>",
                 "sasl logged-in server"),
          server(kFeaturesBind, "features features-auth client"),
      } +
      bind());
}

TEST(Session, AFurtherTaskOfSasl2HasAPhaseOfItsOwn) {
  expect_session(
      up_to_tls() +
      std::vector<Step>{
          client("<authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'/>", "sasl sasl2-server server"),
          server("<continue xmlns='urn:xmpp:sasl:2'><tasks><task>TOTP</task></tasks></continue>",
                 "sasl sasl2-tasks both"),
          client("<next xmlns='urn:xmpp:sasl:2' task='TOTP'/>", "sasl sasl2-tasks both"),
          server("<task-data xmlns='urn:xmpp:sasl:2'/>", "sasl sasl2-tasks both"),
          client("<task-data xmlns='urn:xmpp:sasl:2'>1</task-data>", "sasl sasl2-tasks both"),
          server("<failure xmlns='urn:xmpp:sasl:2'/>", "sasl features-tls client"),
      });
}

TEST(Session, StreamManagementIsEnabledAndResumed) {
  expect_session(up_to_tls() + scram() + bind() +
                 std::vector<Step>{
                     client("<enable xmlns='urn:xmpp:sm:3' resume='true'/>", "sm bound any"),
                     server("<enabled xmlns='urn:xmpp:sm:3' id='sm1' resume='true'/>", "sm established any"),
                     client("<r xmlns='urn:xmpp:sm:3'/>", "sm established any"),
                     server("<a xmlns='urn:xmpp:sm:3' h='0'/>", "sm established any"),
                 });
  expect_session(up_to_tls() + scram() +
                 std::vector<Step>{
                     client("<resume xmlns='urn:xmpp:sm:3' h='0' previd='sm1'/>", "sm resuming server"),
                     server("<resumed xmlns='urn:xmpp:sm:3' h='0' previd='sm1'/>", "sm established any"),
                     client("<message to='romeo@montague.example'/>", "message established any"),
                 });
}

TEST(Session, ARefusedResumptionGoesOnWithBinding) {
  expect_session(up_to_tls() + scram() +
                 std::vector<Step>{
                     client("<resume xmlns='urn:xmpp:sm:3' h='0' previd='sm0'/>", "sm resuming server"),
                     server("<failed xmlns='urn:xmpp:sm:3'>"
                            "<item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>",
                            "sm features-auth client"),
                 } +
                 bind());
}

TEST(Session, ARefusedResourceMayBeAskedForAgain) {
  expect_session(up_to_tls() + scram() +
                 std::vector<Step>{
                     client("<iq type='set' id='b0'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>",
                            "iq binding server"),
                     server("<iq type='error' id='b0'><error type='cancel'>"
                            "<conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
                            "iq features-auth client"),
                 } +
                 bind());
}

TEST(Session, CompressionRestartsTheStream) {
  expect_session(
      up_to_tls() + scram() +
      std::vector<Step>{
          client("<compress xmlns='http://jabber.org/protocol/compress'><method>zlib</method>"
                 "</compress>",
                 "compress features-auth client"),
          server("<compressed xmlns='http://jabber.org/protocol/compress'/>", "compress restart client"),
          client(kClientHeader, "header restart-sent server"),
          server(server_header("s4"), "header restart-await server"),
          server(kFeaturesBind, "features features-auth client"),
      } +
      bind());
}

TEST(Session, ThatIsJoinedInTheMiddleIsUnderstoodFromItsFirstStanza) {
  ConnectionInfo info;
  info.from_start = false;
  expect_session(
      {
          server("<iq type='result' id='x' to='juliet@capulet.example/balcony'/>", "iq mid-session any"),
          server("<message from='romeo@montague.example/o' to='juliet@capulet.example/balcony'/>",
                 "message established any"),
          client("<presence/>", "presence established any"),
          client("</stream:stream>", "footer closing other"),
      },
      info);
}

TEST(Session, ThatIsJoinedBeforeItsRestartIsUnderstoodFromTheFeatures) {
  ConnectionInfo info;
  info.from_start = false;
  // As Prosody does without TLS: what is offered behind the login has STARTTLS in it again.
  const std::string features =
      "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
      "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>";
  expect_session(
      std::vector<Step>{
          client(kClientHeader, "header header-sent server"),
          server(server_header("s3"), "header await-features server"),
          server(features, "features features-auth client"),
      } + bind(),
      info);
}

TEST(Session, ASeeOtherHostErrorEndsIt) {
  expect_session(std::vector<Step>{
      client(kClientHeader, "header header-sent server"),
      server(server_header("s1"), "header await-features server"),
      server("<stream:error><see-other-host xmlns='urn:ietf:params:xml:ns:xmpp-streams'>"
             "other.example</see-other-host></stream:error>",
             "stream-error error both"),
      server("</stream:stream>", "footer error both"),
      client("</stream:stream>", "footer closed none"),
      closed("closed closed none"),
  });
}

TEST(Session, TheServerMayCloseFirst) {
  expect_session(up_to_tls() + scram() + bind() +
                 std::vector<Step>{
                     server("</stream:stream>", "footer closing other"),
                     client("<presence type='unavailable'/>", "presence closing other"),
                     client("</stream:stream>", "footer closed none"),
                     closed("closed closed none"),
                 });
}

TEST(Session, ARefusedStartTlsEndsIt) {
  expect_session({
      client(kClientHeader, "header header-sent server"),
      server(server_header("s1"), "header await-features server"),
      server(kFeaturesStartTls, "features features-plain client"),
      client("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", "starttls starttls server"),
      server("<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", "starttls closing other"),
      server("</stream:stream>", "footer closing other"),
  });
}

TEST(Session, AClientThatRemembersTheFeaturesMaySendAhead) {
  const std::string auth =
      "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGp1bGlldABzZWNyZXQ=</auth>";
  ConnectionInfo info;
  info.direct_tls = true;
  expect_session(
      {
          client(kClientHeader + auth + kClientHeader + kBindRequest + "<presence/>",
                 "header header-sent server\nsasl header-sent server\nheader header-sent server\n"
                 "iq header-sent server\npresence header-sent server"),
          server(server_header("s1"), "header await-features server"),
          server(kFeaturesLogin, "features sasl-server server"),
          server("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>", "sasl restart-sent server"),
          server(server_header("s2") + kFeaturesBind, "header restart-await server\nfeatures binding server"),
          server(kBindResult, "iq bound any"),
          client("<presence/>", "presence established any"),
      },
      info);
}

TEST(Session, TheServersElementsCountWhateverTheClientDid) {
  expect_session({
      server(server_header("s1"), "header await-features server"),
      server(kFeaturesBind, "features features-plain client"),
      server("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>", "sasl restart client"),
      server(server_header("s2"), "header restart-await server"),
      server(kFeaturesBind, "features features-auth client"),
      server(kBindResult, "iq bound any"),
  });
}

TEST(Session, AComponentShakesHands) {
  expect_session({
      client("<stream:stream to='bot.capulet.example' xmlns='jabber:component:accept' "
             "xmlns:stream='http://etherx.jabber.org/streams'>",
             "header header-sent server"),
      server("<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' "
             "from='bot.capulet.example' id='3BF96D32'>",
             "header legacy client"),
      client("<handshake>aaee83c26aeeafcbabeabfcbcd50df997e0a2a1e</handshake>", "nonza sasl-server server"),
      server("<handshake/>", "nonza established any"),
      client("<iq type='get' id='1' from='bot.capulet.example' to='capulet.example'>"
             "<ping xmlns='urn:xmpp:ping'/></iq>",
             "iq established any"),
      server("<iq type='result' id='1' to='bot.capulet.example' from='capulet.example'/>",
             "iq established any"),
  });
}

const std::string kS2sHeader =
    "<stream:stream from='capulet.example' to='montague.example' version='1.0' xmlns='jabber:server' "
    "xmlns:db='jabber:server:dialback' xmlns:stream='http://etherx.jabber.org/streams'";

TEST(Session, ServersMeetByDialback) {
  expect_session({
      client(kS2sHeader + ">", "header header-sent server"),
      server(kS2sHeader + " id='s1'>", "header await-features server"),
      server("<stream:features><dialback xmlns='urn:xmpp:features:dialback'/></stream:features>",
             "features features-plain client"),
      client("<db:result from='capulet.example' to='montague.example'>key</db:result>",
             "nonza features-plain client"),
      server("<db:result from='montague.example' to='capulet.example' type='valid'/>",
             "nonza established any"),
      client("<message from='juliet@capulet.example/b' to='romeo@montague.example'/>",
             "message established any"),
  });
}

TEST(Session, ServersMeetBySaslExternal) {
  expect_session({
      client(kS2sHeader + ">", "header header-sent server"),
      server(kS2sHeader + " id='s1'>", "header await-features server"),
      server("<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
             "<mechanism>EXTERNAL</mechanism></mechanisms></stream:features>",
             "features features-plain client"),
      client("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>=</auth>",
             "sasl sasl-server server"),
      server("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>", "sasl restart client"),
      client(kS2sHeader + ">", "header restart-sent server"),
      server(kS2sHeader + " id='s2'>", "header restart-await server"),
      server("<stream:features/>", "features established any"),
      client("<iq type='get' id='1' from='juliet@capulet.example/b' to='montague.example'>"
             "<ping xmlns='urn:xmpp:ping'/></iq>",
             "iq established any"),
  });
}

// RFC 3920 allowed extra whitespace, and some clients end each element with a newline.
TEST(Session, WhitespaceAroundRestartsDoesNotMatter) {
  expect_session({
      client(kClientHeader + "\n", "header header-sent server\nkeepalive header-sent server"),
      server(server_header("s1"), "header await-features server"),
      server(kFeaturesStartTls, "features features-plain client"),
      client("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>\n",
             "starttls starttls server\nkeepalive starttls server"),
      server("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", "starttls tls-handshake both"),
      tls("tls tls-handshake both\ntls connected client"),
      client(kClientHeader, "header header-sent server"),
      server(server_header("s2"), "header await-features server"),
      server(kFeaturesLogin, "features features-tls client"),
  });
}

}  // namespace
}  // namespace parser
