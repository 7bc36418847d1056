// No secret reaches a recording; all else stays, byte for byte.
#include "captures/masking.h"

#include <gtest/gtest.h>

#include "parser/sasl/base64.h"
#include "tests/captures/recording.h"

namespace captures {
namespace {

using parser::Direction;
using testing::at;
using testing::Recording;
using testing::Reread;
using testing::some_connection;

constexpr Direction kC2S = Direction::kC2S;
constexpr Direction kS2C = Direction::kS2C;
const std::string kHeader =
    "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>";

struct Said {
  Direction direction;
  std::string bytes;
};

// The bytes of all elements behind the headers, as they are in the recording. `chunk`: see Recording.
std::string recorded(const std::vector<Said>& said, bool record_secrets = false, size_t chunk = 1 << 20,
                     std::string* file = nullptr) {
  Recording recording(record_secrets);
  recording.analyzer.opened(at(0), 1, some_connection());
  recording.analyzer.bytes(at(1), 1, kC2S, kHeader);
  recording.analyzer.bytes(at(1), 1, kS2C, kHeader);
  for (const Said& what : said) {
    for (size_t begin = 0; begin < what.bytes.size(); begin += chunk) {
      recording.analyzer.bytes(at(2), 1, what.direction, what.bytes.substr(begin, chunk));
      recording.writer.on_partial(at(2), 1, what.direction, recording.analyzer.partial(1, what.direction));
    }
  }
  recording.analyzer.closed(at(3), 1, {});
  recording.finish(at(4));
  if (file != nullptr) *file = recording.output.file;
  class Bytes : public parser::EventSink {
   public:
    void on_event(const parser::StreamEvent& event) override {
      if (event.kind != parser::EventKind::kHeader) all += event.bytes;
    }
    std::string all;
  } bytes;
  Reader reader({}, bytes);
  reader.feed(recording.output.file);
  reader.finish();
  EXPECT_TRUE(reader.damage().empty());
  return bytes.all;
}

std::string auth(const std::string& mechanism, const std::string& message) {
  return "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='" + mechanism + "'>" + message +
         "</auth>";
}
std::string sasl(const std::string& name, const std::string& message) {
  return "<" + name + " xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>" + parser::sasl::encode_base64(message) +
         "</" + name + ">";
}
std::string bytes(const char* text, size_t size) {
  return {text, size};
}

TEST(Masking, PlainKeepsTheUserAndLosesThePassword) {
  const std::string before = auth("PLAIN", parser::sasl::encode_base64(bytes("\0juliet\0r0m30myr0m30", 20)));
  const std::string after = auth("PLAIN", parser::sasl::encode_base64(bytes("\0juliet\0************", 20)));
  EXPECT_EQ(recorded({{kC2S, before}}), after);
  EXPECT_EQ(recorded({{kC2S, before}}, true), before);
}

TEST(Masking, ScramKeepsItsShapeAndLosesWhatAPasswordCouldBeGuessedFrom) {
  const std::vector<Said> said = {
      {kC2S, auth("SCRAM-SHA-1-PLUS", parser::sasl::encode_base64("p=tls-unique,,n=user,r=fyko"))},
      {kS2C, sasl("challenge", "r=fykoXYZ,s=QSXCR+Q6sek8bf92==,i=4096")},
      {kC2S, sasl("response", "c=cD10bHMtdW5pcXVlLCw=,r=fykoXYZ,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=")},
      {kS2C, sasl("success", "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=")}};
  EXPECT_EQ(recorded(said),
            auth("SCRAM-SHA-1-PLUS", parser::sasl::encode_base64("p=tls-unique,,n=user,r=fyko")) +
                sasl("challenge", "r=fykoXYZ,s=AAAAAAAAAAAAAAAA==,i=4096") +
                sasl("response", "c=cD10bHMtdW5pcXVlLCw=,r=fykoXYZ,p=AAAAAAAAAAAAAAAAAAAAAAAAAAA=") +
                sasl("success", "v=AAAAAAAAAAAAAAAAAAAAAAAAAAA="));
}

TEST(Masking, OtherMechanismsLoseAllOfTheirPayload) {
  EXPECT_EQ(recorded({{kC2S, auth("X-OAUTH2", parser::sasl::encode_base64("token!"))}}),
            auth("X-OAUTH2", parser::sasl::encode_base64("******")));
  EXPECT_EQ(recorded({{kC2S, auth("DIGEST-MD5", "=")}, {kS2C, sasl("challenge", "nonce=1")}}),
            auth("DIGEST-MD5", "=") + sasl("challenge", "*******"));
  EXPECT_EQ(recorded({{kC2S, auth("SCRAM-SHA-1", parser::sasl::encode_base64("not scram"))}}),
            auth("SCRAM-SHA-1", parser::sasl::encode_base64("*********")));
}

TEST(Masking, ExternalAndEmptyResponsesStay) {
  for (const std::string& said :
       {auth("EXTERNAL", "anVsaWV0QGV4YW1wbGUuY29t"), auth("EXTERNAL", "="), auth("PLAIN", "="),
        auth("PLAIN", ""), std::string("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'/>"),
        std::string("<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/>"
                    "<text>who are you?</text></failure>")}) {
    EXPECT_EQ(recorded({{kC2S, said}}), said);
  }
}

TEST(Masking, BrokenBase64IsMaskedAndStaysBroken) {
  EXPECT_EQ(recorded({{kC2S, auth("PLAIN", "hunter2!=x")}}), auth("PLAIN", "AAAAAAA*=A"));
  EXPECT_EQ(recorded({{kC2S, auth("PLAIN", "aHVu\ndGVy")}}), auth("PLAIN", "Kioq\nKioq"));
  EXPECT_EQ(recorded({{kC2S, auth("PLAIN", "aHVudB==")}}), auth("PLAIN", "KioqKh=="));  // pad bits stay
  EXPECT_EQ(recorded({{kC2S, auth("PLAIN", "<![CDATA[aHVu]]>&#65;&lt;")}}),
            auth("PLAIN", "<![CDATA[****]]>*********"));
  EXPECT_EQ(recorded({{kC2S, auth("PLAIN", "<x>aHVu</x>")}}), auth("PLAIN", "<x>****</x>"));
}

TEST(Masking, Sasl2AndFast) {
  const std::string before =
      "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'><initial-response>" +
      parser::sasl::encode_base64(bytes("\0a\0secret", 9)) +
      "</initial-response><user-agent id='d4565fa7'><software>S</software></user-agent></authenticate>";
  const std::string after =
      "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'><initial-response>" +
      parser::sasl::encode_base64(bytes("\0a\0******", 9)) +
      "</initial-response><user-agent id='d4565fa7'><software>S</software></user-agent></authenticate>";
  EXPECT_EQ(recorded({{kC2S, before}}), after);
  EXPECT_EQ(
      recorded(
          {{kS2C,
            "<success xmlns='urn:xmpp:sasl:2'><authorization-identifier>a@b</authorization-identifier>"
            "<token xmlns='urn:xmpp:fast:0' expiry='2030-01-01T00:00:00Z' token = \"s3cr3t\"/></success>"}}),
      "<success xmlns='urn:xmpp:sasl:2'><authorization-identifier>a@b</authorization-identifier>"
      "<token xmlns='urn:xmpp:fast:0' expiry='2030-01-01T00:00:00Z' token = \"******\"/></success>");
}

TEST(Masking, PasswordsInIqs) {
  EXPECT_EQ(recorded({{kC2S,
                       "<iq id='1' type='set'><query xmlns='jabber:iq:auth'><username>u</username>"
                       "<password>p\xC3\xA4ss &amp;</password><resource>r</resource></query></iq>"}}),
            "<iq id='1' type='set'><query xmlns='jabber:iq:auth'><username>u</username>"
            "<password>***** *****</password><resource>r</resource></query></iq>");
  EXPECT_EQ(
      recorded(
          {{kC2S, "<iq id='1' type='set'><query xmlns='jabber:iq:auth'><digest>48fc</digest></query></iq>"}}),
      "<iq id='1' type='set'><query xmlns='jabber:iq:auth'><digest>****</digest></query></iq>");
  for (const Direction direction : {kC2S, kS2C}) {
    EXPECT_EQ(recorded({{direction,
                         "<iq id='1' type='set'><query xmlns='jabber:iq:register'><username>u</username>"
                         "<password>pass</password></query></iq>"}}),
              "<iq id='1' type='set'><query xmlns='jabber:iq:register'><username>u</username>"
              "<password>****</password></query></iq>");
  }
  EXPECT_EQ(recorded({{kC2S,
                       "<iq id='1' type='set'><query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' "
                       "type='submit'><field var='Password'><value>pass</value></field><field var='k' "
                       "type='text-private'><value>key</value></field><field var='n'><value>name</value>"
                       "</field></x></query></iq>"}}),
            "<iq id='1' type='set'><query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' "
            "type='submit'><field var='Password'><value>****</value></field><field var='k' "
            "type='text-private'><value>***</value></field><field var='n'><value>name</value>"
            "</field></x></query></iq>");
}

TEST(Masking, SecretsOfRooms) {
  const std::string secret = "s3cr3tly";
  const std::string muc = "http://jabber.org/protocol/muc";
  const std::pair<Direction, std::string> cases[] = {
      {kC2S, "<presence to='r@m/j'><x xmlns='" + muc + "'><history maxstanzas='0'/><password>" + secret +
                 "</password></x></presence>"},
      {kS2C, "<message from='r@m'><x xmlns='" + muc + "#user'><invite from='a@b'/><password>" + secret +
                 "</password></x></message>"},
      {kC2S, "<message to='a@b'><x xmlns='jabber:x:conference' jid='r@m' password = \"" + secret +
                 "\" reason='x'/></message>"},
      {kS2C,
       "<message from='a@b'><received xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>"
       "<message xmlns='jabber:client'><x xmlns='jabber:x:conference' jid='r@m' password='" +
           secret + "'/></message></forwarded></received></message>"},
      {kS2C,
       "<message from='a@b'><event xmlns='http://jabber.org/protocol/pubsub#event'><items><item>"
       "<conference xmlns='urn:xmpp:bookmarks:1'><password>" +
           secret + "</password></conference></item></items></event></message>"},
      {kC2S,
       "<iq id='1' type='set'><query xmlns='" + muc +
           "#owner'><x xmlns='jabber:x:data' type='submit'><field var='muc#roomconfig_roomsecret'><value>" +
           secret + "</value></field></x></query></iq>"},
  };
  for (const auto& [direction, said] : cases) {
    std::string masked = said;
    masked.replace(said.find(secret), secret.size(), secret.size(), '*');
    for (const size_t chunk : {size_t{1}, size_t{7}, size_t{1000}}) {
      std::string file;
      EXPECT_EQ(recorded({{direction, said}}, false, chunk, &file), masked);
      EXPECT_EQ(file.find(secret.substr(0, 4)), std::string::npos) << said << " in chunks of " << chunk;
      recorded({{direction, said.substr(0, said.find(secret) + 5)}}, false, chunk, &file);
      EXPECT_EQ(file.find(secret.substr(0, 4)), std::string::npos) << "cut: " << said;
    }
    EXPECT_EQ(recorded({{direction, said}}, true), said);
    EXPECT_EQ(recorded({{direction, masked}}), masked) << "masked once is masked for good";
  }
}

TEST(Masking, ThatARoomHasAPasswordIsNone) {
  for (const char* type : {"", " type='boolean'"}) {
    const std::string said =
        "<iq id='1' type='set'><query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' "
        "type='submit'><field var='muc#roomconfig_passwordprotectedroom'" +
        std::string(type) + "><value>1</value></field></x></query></iq>";
    EXPECT_EQ(recorded({{kC2S, said}}), said);
  }
}

TEST(Masking, ComponentHandshakes) {
  EXPECT_EQ(recorded({{kC2S, "<handshake xmlns='jabber:component:accept'>aaee83</handshake>"}}),
            "<handshake xmlns='jabber:component:accept'>000000</handshake>");
}

TEST(Masking, WhatIsNoSecretStays) {
  const std::string said =
      "<iq id='1' type='get'><query xmlns='jabber:iq:roster'/></iq><message><body>password: "
      "x</body></message>"
      "<iq id='2' type='get'><query xmlns='jabber:iq:version'><name>password</name></query></iq>";
  EXPECT_EQ(recorded({{kC2S, said}}), said);
}

// Cut anywhere, in any chunks, no secret is in the file, not even a part of one.
TEST(Masking, NoUnfinishedElementGivesASecretAway) {
  const std::string whole = auth("PLAIN", parser::sasl::encode_base64(bytes("\0juliet\0r0m30myr0m30", 20)));
  const std::string secret = parser::sasl::encode_base64(bytes("\0juliet\0r0m30myr0m30", 20)).substr(12, 8);
  for (size_t size = 1; size <= whole.size(); ++size) {
    for (const size_t chunk : {size_t{1}, size_t{7}, whole.size()}) {
      std::string file;
      recorded({{kC2S, whole.substr(0, size)}}, false, chunk, &file);
      ASSERT_EQ(file.find(secret), std::string::npos) << size << " in chunks of " << chunk;
      ASSERT_EQ(file.find("r0m3"), std::string::npos);
    }
  }
  std::string file;
  recorded({{kC2S, whole}}, true, 1 << 20, &file);
  EXPECT_NE(file.find(secret), std::string::npos) << "the test looks for the wrong thing";
}

TEST(Masking, BrokenXmlBeforeTheLoginIsMasked) {
  std::string file;
  EXPECT_EQ(recorded({{kC2S, "<auth mechanism='PLAIN'>c2VjcmV0</auth2>tail\xFF"}}, false, 1 << 20, &file),
            "<auth mechanism='PLAIN'>********</auth2>****\xFF");
  EXPECT_EQ(recorded({{kC2S, "c2VjcmV0 word<presence/>"}}, false, 1 << 20, &file),
            "******** ****<presence/>");
  EXPECT_EQ(file.find("c2Vj"), std::string::npos) << "a finding quotes the text";
}

TEST(Masking, AnEditThatTouchesASecretIsMaskedToo) {
  Recording recording(false);
  recording.analyzer.opened(at(0), 1, some_connection());
  recording.analyzer.bytes(at(1), 1, kC2S, kHeader);
  const std::string said = auth("PLAIN", "AGEAc2VjcmV0");
  const uint64_t begin = kHeader.size();
  recording.analyzer.edited(at(2), 1,
                            {kC2S, {begin, begin + said.size()}, auth("PLAIN", "AGEAb3RoZXIx"), "e", "r"});
  recording.analyzer.bytes(at(2), 1, kC2S, said);
  const std::string& file = recording.finish(at(3));
  EXPECT_EQ(file.find("c2Vj"), std::string::npos);
  EXPECT_EQ(file.find("b3Ro"), std::string::npos);
}

TEST(Masking, IsMarkedAndChangesNothingElse) {
  for (const bool record_secrets : {true, false}) {
    Recording recording(record_secrets);
    recording.analyzer.opened(at(0), 1, some_connection());
    recording.analyzer.bytes(at(1), 1, kC2S, kHeader);
    recording.analyzer.bytes(at(2), 1, kC2S, auth("PLAIN", "AGEAc2VjcmV0"));
    recording.analyzer.bytes(at(3), 1, kC2S, "<iq/>");
    const Reread again(recording.finish(at(4)));
    std::vector<std::string> live = recording.events.texts;
    if (!record_secrets) {
      for (std::string& text : live) {
        const size_t found = text.find("AGEAc2VjcmV0");
        if (found != std::string::npos) text.replace(found, 12, "AGEAKioqKioq");
      }
    }
    testing::expect_same(live, again.events.texts);
    const bool marked = std::any_of(
        again.reader.comments().begin(), again.reader.comments().end(),
        [](const Comment& comment) { return comment.text.find("SASL PLAIN password") != std::string::npos; });
    EXPECT_EQ(marked, !record_secrets);
  }
}

TEST(MaskText, LeavesMarkupAndWhatAParserObjectsTo) {
  const std::pair<std::string, std::string> cases[] = {
      {"abc", "***"},
      {"a b\tc\n", "* *\t*\n"},
      {"<a b='c>d'>secret</a>", "<a b='c>d'>******</a>"},
      {"b='c'>secret</a>", "b='c'>******</a>"},
      {"<a>x&#65;&lt;&foo;&", "<a>**********&****&"},
      {"\xC3\xA4\xFF\xC3", "**\xFF\xC3"},
      {"<a><![CDATA[<&x]]>y", "<a><![CDATA[***]]>*"},
      {"<!-- a -- b -->c", "<!-- a -- b -->*"},
      {"<a", "<a"},
      {"<a token='s3c", "<a token='***"},
      {"<a x='token=\"b\"' password = \"c'd\" y='e'>", "<a x='token=\"b\"' password = \"***\" y='e'>"},
      {"", ""},
  };
  for (const auto& [before, after] : cases) {
    std::string masked = before;
    EXPECT_EQ(mask_text(masked), before != after) << before;
    EXPECT_EQ(masked, after);
  }
}

}  // namespace
}  // namespace captures
