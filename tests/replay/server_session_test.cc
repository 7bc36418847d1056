#include "replay/server_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "parser/sasl/base64.h"
#include "tests/replay/recorded.h"

namespace replay {
namespace {

using parser::Time;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

constexpr Time kStart{std::chrono::seconds(5000)};
constexpr std::string_view kHeader =
    "<stream:stream to='example.com' version='1.0' xmlns='jabber:client' "
    "xmlns:stream='http://etherx.jabber.org/streams'>";

constexpr std::string_view kSession = R"(# juliet's session, as bound in the transcript's default
C: <iq id='r1' type='get'><query xmlns='jabber:iq:roster'/></iq>
S: <iq id='r1' type='result' to='juliet@example.com/balcony'><query xmlns='jabber:iq:roster'><item jid='romeo@example.com'/></query></iq>
C: <presence/>
S: <presence from='juliet@example.com/balcony' to='juliet@example.com/balcony'/>
S: <presence from='romeo@example.com/orchard' to='juliet@example.com/balcony'/>
C: <iq id='p1' type='get' to='example.com'><ping xmlns='urn:xmpp:ping'/></iq>
S: <iq id='p1' type='result' from='example.com' to='juliet@example.com/balcony'/>
C: <iq id='r2' type='get'><query xmlns='jabber:iq:roster'/></iq>
S: <iq id='r2' type='result'><query xmlns='jabber:iq:roster'/></iq>
C: <message id='m1' to='room@rooms.example.com' type='groupchat'><body>Ay me</body></message>
S: <message id='m1' from='room@rooms.example.com/j' type='groupchat'><body>Ay me</body></message>
[wait 3s]
S: <message from='romeo@example.com/orchard' to='juliet@example.com'><body>Call me but love</body></message>
)";

// A client that types what it likes.
struct Conversation {
  explicit Conversation(std::string_view transcript = kSession, ServerOptions given = {})
      : book(recorded(transcript)),
        options(std::move(given)),
        server(book, options, 1, [this](const ServerNote& n) {
          notes.push_back(std::string(name(n.kind)) + " " + n.what +
                          (n.frame ? " " + std::to_string(n.frame) : ""));
        }) {}

  std::string say(std::string_view bytes, size_t piece = SIZE_MAX) {
    last = {};
    while (!bytes.empty()) {
      server.received(bytes.substr(0, piece), now, last);
      bytes.remove_prefix(std::min(server.consumed(), bytes.size()));
      if (last.start_tls || last.close) break;
    }
    return last.bytes;
  }
  void log_in(std::string_view user = "juliet", std::string_view resource = "balcony") {
    options.plain = true;
    say(kHeader);
    const std::string plain = std::string(1, '\0') + std::string(user) + std::string(1, '\0') + "any";
    say("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>" +
        parser::sasl::encode_base64(plain) + "</auth>");
    say(kHeader);
    say("<iq id='b' type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>" +
        std::string(resource) + "</resource></bind></iq>");
  }

  ServerBook book;
  ServerOptions options;
  std::vector<std::string> notes;
  ServerSession server;
  Output last;
  Time now = kStart;
};

TEST(ServerSession, TlsComesFirstAndWhatIsBehindItIsLeftForTls) {
  Conversation c;
  EXPECT_THAT(c.say(kHeader), HasSubstr("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/>"));
  EXPECT_THAT(c.last.bytes, Not(HasSubstr("mechanisms")));
  Output output;
  c.server.received("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>\x16\x03", kStart, output);
  EXPECT_TRUE(output.start_tls);
  EXPECT_EQ(c.server.consumed(), 51u);
  c.server.tls_established(false, kStart);
  EXPECT_THAT(c.say(kHeader), HasSubstr("<mechanism>PLAIN</mechanism></mechanisms>"));
  EXPECT_EQ(c.server.domain(), "example.com");
}

TEST(ServerSession, WithoutTlsNobodyLogsIn) {
  Conversation c;
  c.say(kHeader);
  EXPECT_THAT(c.say("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGEAYg==</auth>"),
              HasSubstr("<encryption-required/>"));
}

TEST(ServerSession, RequestsAreAnsweredByMeaningWithTheirOwnIds) {
  for (const size_t piece : {SIZE_MAX, size_t{1}}) {
    Conversation c;
    c.log_in();
    EXPECT_EQ(c.say("<iq type='get' id='live'><query ver='' xmlns='jabber:iq:roster'/></iq>", piece),
              "<iq id='live' type='result' to='juliet@example.com/balcony'><query xmlns='jabber:iq:roster'>"
              "<item jid='romeo@example.com'/></query></iq>");
    EXPECT_EQ(c.say("<iq type='get' id='2' to='example.com'><ping xmlns='urn:xmpp:ping'/></iq>", piece),
              "<iq id='2' type='result' from='example.com' to='juliet@example.com/balcony'/>");
  }
}

TEST(ServerSession, TheSameRequestGetsOneRecordedAnswerAfterTheOther) {
  Conversation c;
  c.log_in();
  const std::string roster = "<iq type='get' id='x'><query xmlns='jabber:iq:roster'/></iq>";
  EXPECT_THAT(c.say(roster), HasSubstr("romeo"));
  EXPECT_THAT(c.say(roster), Not(HasSubstr("romeo")));
  EXPECT_THAT(c.say(roster), EndsWith("<query xmlns='jabber:iq:roster'/></iq>")) << "the last one again";
}

TEST(ServerSession, AddressesAreThoseOfWhoeverLoggedIn) {
  Conversation c;
  c.log_in("nurse", "window");
  EXPECT_THAT(c.say("<presence/>"),
              testing::AllOf(HasSubstr("from='nurse@example.com/window'"),
                             HasSubstr("from='romeo@example.com/orchard'"), Not(HasSubstr("juliet"))));
}

TEST(ServerSession, WhatWasSaidUnaskedFollowsItsPlaceOnce) {
  Conversation c;
  c.log_in();
  EXPECT_THAT(c.say("<presence/>"), HasSubstr("orchard"));
  EXPECT_EQ(c.say("<presence/>"), "");
  const std::string message =
      "<message id='L' to='room@rooms.example.com' type='groupchat'><body>Ay me</body></message>";
  EXPECT_THAT(c.say(message), testing::AllOf(HasSubstr("id='L' from='room@rooms.example.com/j'"),
                                             HasSubstr("Call me but love")));
  EXPECT_THAT(c.say(message), testing::AllOf(HasSubstr("id='L' from='room@rooms.example.com/j'"),
                                             Not(HasSubstr("Call me but love"))))
      << "an echo comes every time";
}

TEST(ServerSession, RecordedPausesAreKeptWhereAskedFor) {
  ServerOptions options;
  options.speed = 1;
  options.patience = {};
  Conversation c(kSession, options);
  c.log_in();
  c.say("<message id='L' to='room@rooms.example.com' type='groupchat'><body>Ay me</body></message>");
  ASSERT_TRUE(c.server.wake_at());
  Output output;
  c.now += std::chrono::seconds(1);
  c.server.timer(c.now, output);
  EXPECT_THAT(output.bytes, testing::AllOf(HasSubstr("rooms"), Not(HasSubstr("love"))));
  c.now += std::chrono::seconds(3);
  c.server.timer(c.now, output);
  EXPECT_THAT(output.bytes, HasSubstr("love"));
  EXPECT_FALSE(c.server.wake_at());
}

TEST(ServerSession, BehindASilenceItGoesOnButNeverAnswersWhatWasNotSaid) {
  Conversation c;
  c.log_in();
  ASSERT_EQ(c.server.wake_at(), kStart + std::chrono::seconds(2));
  Output output;
  for (int round = 0; round < 10; ++round) {
    c.now += std::chrono::seconds(2);
    c.server.timer(c.now, output);
  }
  EXPECT_THAT(output.bytes, testing::AllOf(HasSubstr("orchard"), HasSubstr("love"), Not(HasSubstr("Ay me")),
                                           Not(HasSubstr("balcony' to"))));
}

TEST(ServerSession, StampsMoveToTheRunWhereAskedFor) {
  const char* const delayed = R"(C: <presence/>
S: <message from='romeo@example.com/o'><delay xmlns='urn:xmpp:delay' stamp='1970-01-01T00:16:40Z'/></message>
)";
  ServerOptions options;
  Conversation stays(delayed, options);
  stays.log_in();
  EXPECT_THAT(stays.say("<presence/>"), HasSubstr("stamp='1970-01-01T00:16:40Z'"));
  options.shift_times = true;
  Conversation moves(delayed, options);
  moves.log_in();
  // Recorded at 1000 s since the epoch, played at 5000 s.
  EXPECT_THAT(moves.say("<presence/>"), HasSubstr("stamp='1970-01-01T01:23:"));
}

TEST(ServerSession, RequestsNeverSeenAreTreatedAsAskedFor) {
  const std::string request = "<iq type='get' id='u' to='example.com'><x xmlns='urn:unknown'/></iq>";
  ServerOptions options;
  {
    Conversation c(kSession, options);
    c.log_in();
    EXPECT_THAT(c.say(request), testing::AllOf(HasSubstr("type='error' id='u' from='example.com'"),
                                               HasSubstr("<service-unavailable")));
    EXPECT_EQ(c.notes.back(), "unknown iq get {urn:unknown}x → example.com");
    EXPECT_EQ(c.server.counts().unknown, 1u);
  }
  options.unknown = ServerOptions::Unknown::kEmpty;
  {
    Conversation c(kSession, options);
    c.log_in();
    EXPECT_THAT(c.say(request), EndsWith("to='juliet@example.com/balcony'/>"));
  }
  options.unknown = ServerOptions::Unknown::kIgnore;
  Conversation c(kSession, options);
  c.log_in();
  EXPECT_EQ(c.say(request), "");
}

TEST(ServerSession, StreamManagementIsCountedAfreshAndResumesNothing) {
  Conversation c;
  c.log_in();
  EXPECT_EQ(c.say("<enable xmlns='urn:xmpp:sm:3' resume='true'/>"), "<enabled xmlns='urn:xmpp:sm:3'/>");
  c.say("<presence/><presence/>");
  EXPECT_EQ(c.say("<r xmlns='urn:xmpp:sm:3'/>"), "<a xmlns='urn:xmpp:sm:3' h='2'/>");
  EXPECT_THAT(c.say("<resume xmlns='urn:xmpp:sm:3' h='0' previd='x'/>"), HasSubstr("<unexpected-request"));
}

// A client that comes back as often as it likes.
struct Returning {
  Returning() : book(recorded(kSession)) { options.plain = true; }
  // A new connection, up to the login.
  void connect(std::string_view user = "juliet") {
    server = std::make_unique<ServerSession>(book, options, ++number, ServerSession::Log(), &suspended);
    say(kHeader);
    say("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>" +
        parser::sasl::encode_base64(std::string(1, '\0') + std::string(user) + std::string(1, '\0') + "any") +
        "</auth>");
    say(kHeader);
  }
  void bind_and_enable() {
    say("<iq type='set' id='b'><bind "
        "xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>balcony</resource></bind></iq>");
    EXPECT_EQ(say("<enable xmlns='urn:xmpp:sm:3' resume='true'/>"),
              "<enabled xmlns='urn:xmpp:sm:3' id='replay-sm-1' resume='true' max='300'/>");
  }
  std::string say(std::string_view bytes) {
    Output output;
    server->received(bytes, now, output);
    closed = output.close;
    return output.bytes;
  }
  std::string resume(std::string_view h, std::string_view id = "replay-sm-1") {
    return say("<resume xmlns='urn:xmpp:sm:3' h='" + std::string(h) + "' previd='" + std::string(id) + "'/>");
  }
  ServerBook book;
  ServerOptions options;
  SuspendedSessions suspended;
  std::unique_ptr<ServerSession> server;
  uint64_t number = 0;
  bool closed = false;
  Time now = kStart;
};

constexpr std::string_view kPing =
    "<iq id='1' type='get' to='example.com'><ping xmlns='urn:xmpp:ping'/></iq>";

TEST(ServerResumption, ASessionGoesOnWhereTheConnectionBroke) {
  Returning c;
  c.connect();
  c.bind_and_enable();
  const std::string lost = c.say("<presence/>");  // comes back twice: hers and romeo's
  c.say("<a xmlns='urn:xmpp:sm:3' h='0'/>");
  const std::string answer = c.say(kPing);
  c.server->ended(c.now);
  EXPECT_EQ(c.suspended.size(), 1U);
  c.connect();
  EXPECT_EQ(c.resume("2"), "<resumed xmlns='urn:xmpp:sm:3' previd='replay-sm-1' h='2'/>" + answer) << lost;
  EXPECT_EQ(c.suspended.size(), 0U);
  EXPECT_EQ(c.say("<r xmlns='urn:xmpp:sm:3'/>"), "<a xmlns='urn:xmpp:sm:3' h='2'/>");
  // It is bound, and what was played is not played again.
  EXPECT_THAT(c.say("<iq id='2' type='get'><query xmlns='jabber:iq:roster'/></iq>"),
              HasSubstr("romeo@example.com"));
  EXPECT_THAT(c.say("<presence/>"), Not(HasSubstr("romeo@example.com/orchard")));
  // … and may break once more.
  c.server->ended(c.now);
  c.connect();
  EXPECT_THAT(c.resume("4"), HasSubstr("<resumed"));
}

TEST(ServerResumption, NobodyElseCanResumeItAndNotAfterItsTime) {
  Returning c;
  c.connect();
  EXPECT_THAT(c.resume("0"), HasSubstr("<item-not-found")) << "the client may bind now";
  c.bind_and_enable();
  c.server->ended(c.now);
  c.connect("romeo");
  EXPECT_THAT(c.resume("0"), HasSubstr("<item-not-found"));
  c.now += SuspendedSessions::kKept;
  c.connect();
  EXPECT_THAT(c.resume("0"), HasSubstr("<item-not-found"));
  EXPECT_EQ(c.suspended.size(), 0U);
}

TEST(ServerResumption, AStreamThatWasClosedIsOver) {
  Returning c;
  c.connect();
  c.bind_and_enable();
  c.say("</stream:stream>");
  c.server->ended(c.now);
  EXPECT_EQ(c.suspended.size(), 0U);
}

TEST(ServerResumption, AnAcknowledgementOfWhatWasNotSentEndsTheStream) {
  for (const bool resumed : {false, true}) {
    Returning c;
    c.connect();
    c.bind_and_enable();
    if (resumed) {
      c.server->ended(c.now);
      c.connect();
      EXPECT_THAT(c.resume("7"), HasSubstr("<undefined-condition"));
    } else {
      EXPECT_THAT(c.say("<a xmlns='urn:xmpp:sm:3' h='7'/>"), HasSubstr("<undefined-condition"));
    }
    EXPECT_TRUE(c.closed);
  }
}

TEST(SuspendedSessions, TheOldestGoesWhereThereAreTooMany) {
  SuspendedSessions suspended;
  for (size_t i = 0; i <= SuspendedSessions::kMost; ++i) {
    SuspendedSession session;
    session.user = "juliet";
    suspended.put(std::to_string(i), std::move(session), kStart);
  }
  EXPECT_EQ(suspended.size(), SuspendedSessions::kMost);
  EXPECT_FALSE(suspended.take("0", "juliet", kStart));
  EXPECT_TRUE(suspended.take("1", "juliet", kStart));
}

TEST(ServerSession, TheRecordedFeaturesAreOfferedWithoutWhatCannotBeKept) {
  Conversation c(
      R"(C: <stream:stream to='example.com' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>
S: <stream:stream from='example.com' id='1' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>
S: <stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>SCRAM-SHA-1-PLUS</mechanism><mechanism>PLAIN</mechanism></mechanisms><sasl-channel-binding xmlns='urn:xmpp:sasl-cb:0'><channel-binding type='tls-exporter'/></sasl-channel-binding><own xmlns='urn:example:own'/></stream:features>
C: <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGp1bGlldABwYXNz</auth>
S: <success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>
C: <stream:stream to='example.com' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>
S: <stream:stream from='example.com' id='2' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>
S: <stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm xmlns='urn:xmpp:sm:3'/><compression xmlns='http://jabber.org/features/compress'><method>zlib</method></compression></stream:features>
C: <iq id='b' type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>
S: <iq id='b' type='result'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>juliet@example.com/1</jid></bind></iq>
)");
  c.options.plain = true;
  EXPECT_THAT(c.say(kHeader),
              EndsWith("<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
                       "<mechanism>PLAIN</mechanism></mechanisms><own xmlns='urn:example:own'/>"
                       "</stream:features>"));
  c.say("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGp1bGlldABwYXNz</auth>");
  EXPECT_THAT(c.say(kHeader), EndsWith("<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>"
                                       "<sm xmlns='urn:xmpp:sm:3'/></stream:features>"));
}

TEST(ServerSession, TooManyRefusedLoginsEndTheStream) {
  ServerOptions options;
  options.login.password = "right";
  options.plain = true;
  Conversation c(kSession, options);
  EXPECT_THAT(c.say(kHeader), HasSubstr("SCRAM-SHA-256"));
  const std::string wrong =
      "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGp1bGlldAB4</auth>";
  for (int attempt = 0; attempt < 4; ++attempt) {
    EXPECT_THAT(c.say(wrong), HasSubstr("<not-authorized/>"));
    EXPECT_FALSE(c.last.close);
  }
  EXPECT_THAT(c.say(wrong), HasSubstr("<policy-violation"));
  EXPECT_TRUE(c.last.close);
}

TEST(ServerSession, WhatIsNoStreamEndsInAStreamError) {
  for (const char* bytes : {"GET / HTTP/1.1\r\n\r\n", "<a>", "<stream:stream><b></c>", "\x80\x80<"}) {
    Conversation c;
    c.say(bytes);
    c.server.ended(kStart);
    EXPECT_TRUE(c.last.close || c.last.bytes.empty()) << bytes << ": " << c.last.bytes;
  }
  Conversation c;
  c.log_in();
  c.say("<message></iq>");
  EXPECT_TRUE(c.last.close);
  EXPECT_THAT(c.last.bytes, HasSubstr("<not-well-formed"));
  Output nothing;
  c.server.received("<presence/>", kStart, nothing);
  EXPECT_EQ(nothing.bytes, "");
}

// Whatever is said, in whatever pieces: an end or an answer, and never more than a stream's worth of either.
TEST(ServerSession, WhatItQuotesOfAFaultIsFitForXmlAndTerminals) {
  Conversation c;
  c.options.plain = true;
  c.say(kHeader);
  c.say(std::string("</resp\0\x1b[2J>", 12));
  EXPECT_THAT(c.last.bytes, HasSubstr("<not-well-formed"));
  for (const char byte : c.last.bytes) EXPECT_GE(static_cast<unsigned char>(byte), 0x20U);
}

TEST(ServerSession, DamagedInputNeitherBreaksItNorMakesItTalk) {
  const std::string good =
      std::string(kHeader) +
      "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGp1bGlldABwYXNz</auth>" +
      std::string(kHeader) +
      "<iq id='b' type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>"
      "<enable xmlns='urn:xmpp:sm:3'/><presence/>"
      "<iq type='get' id='x'><query xmlns='jabber:iq:roster'/></iq><r xmlns='urn:xmpp:sm:3'/>"
      "<iq type='result' id='q'/><message><body>x</body></message></stream:stream>";
  ServerOptions options;
  options.plain = true;
  uint32_t random = 1;
  const auto next = [&random] { return random = random * 1664525 + 1013904223; };
  size_t talked = 0;
  for (int round = 0; round < 3000; ++round) {
    std::string bytes = good;
    for (uint32_t edits = next() >> 30; edits != 0; --edits) {
      const size_t at = (next() >> 8) % bytes.size();
      switch (next() >> 30) {
        case 0:
          bytes[at] = static_cast<char>(next() >> 24);
          break;
        case 1:
          bytes.erase(at, (next() >> 8) % 40);
          break;
        case 2:
          bytes.insert(at, bytes.substr((next() >> 8) % bytes.size(), (next() >> 8) % 60));
          break;
        default:
          bytes.resize(std::max<size_t>(at, 1));
      }
    }
    Conversation c(kSession, options);
    const std::string answer = c.say(bytes, 1 + (next() >> 8) % 50);
    EXPECT_LT(answer.size(), 20'000u);
    talked += answer.size();
    c.server.timer(kStart + std::chrono::hours(1), c.last);
    c.server.ended(kStart);
  }
  EXPECT_GT(talked, 3000u * 100);
}

TEST(ServerSession, TheEndOfTheStreamIsAnswered) {
  Conversation c;
  c.log_in();
  EXPECT_EQ(c.say("</stream:stream>"), "</stream:stream>");
  EXPECT_TRUE(c.last.close);
}

}  // namespace
}  // namespace replay
