#include "replay/client_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/replay/recorded.h"

namespace replay {
namespace {

using parser::Time;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using Verdict = ClientStep::Verdict;

constexpr Time kStart{std::chrono::seconds(5000)};
constexpr std::string_view kHeader =
    "<stream:stream from='localhost' id='s' version='1.0' xmlns='jabber:client' "
    "xmlns:stream='http://etherx.jabber.org/streams'>";
constexpr std::string_view kBindFeatures =
    "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm "
    "xmlns='urn:xmpp:sm:3'/></stream:features>";

constexpr std::string_view kSession = R"(# juliet's session, as bound in the transcript's default
C: <iq id='r1' type='get'><query xmlns='jabber:iq:roster'/></iq>
S: <iq id='r1' type='result' to='juliet@example.com/balcony'><query xmlns='jabber:iq:roster'/></iq>
C: <presence/>
C: <iq id='p1' type='get' to='example.com'><ping xmlns='urn:xmpp:ping'/></iq>
S: <presence from='juliet@example.com/balcony' to='juliet@example.com/balcony'/>
S: <iq id='p1' type='result' from='example.com' to='juliet@example.com/balcony'/>
S: <message from='romeo@example.com/orchard' id='r1' to='juliet@example.com'><body>Call me but love</body></message>
[wait 4s]
C: <iq id='u1' type='get' to='example.com'><unknown xmlns='urn:unknown'/></iq>
S: <iq id='u1' type='error' from='example.com'><error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>
)";

std::string roster(std::string_view id) {
  return "<iq id='" + std::string(id) + "' type='result'><query xmlns='jabber:iq:roster'/></iq>";
}

// A server that says what it is told to.
struct Conversation {
  explicit Conversation(std::string_view transcript = kSession, double speed = 0)
      : recording(recorded(transcript)), options(options_of(speed)), client(recording.front(), options) {}

  std::string hear(std::string_view bytes, size_t piece = SIZE_MAX) {
    Output output;
    while (!bytes.empty()) {
      client.received(bytes.substr(0, piece), now, output);
      bytes.remove_prefix(client.consumed());
      if (output.start_tls || output.close) break;
    }
    last = output;
    return output.bytes;
  }
  std::string wait(parser::Duration time) {
    now += time;
    Output output;
    client.timer(now, output);
    last = output;
    return output.bytes;
  }
  // Up to the bound resource; what is said then.
  std::string log_in() {
    Output output;
    client.start(true, now, output);
    hear(kHeader);
    hear(
        "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism>"
        "</mechanisms></stream:features>");
    hear("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
    hear(kHeader);
    hear(kBindFeatures);
    return hear(
        "<iq type='result' id='replay-bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
        "<jid>nurse@localhost/window</jid></bind></iq>");
  }
  std::vector<Verdict> verdicts() const {
    std::vector<Verdict> all;
    for (const ClientStep& step : client.steps()) all.push_back(step.verdict);
    return all;
  }

  static ClientOptions options_of(double speed) {
    ClientOptions options;
    options.login = {"nurse", "secret", false};
    options.domain = "localhost";
    options.id_suffix = ".2";
    options.speed = speed;
    return options;
  }

  std::vector<RecordedSession> recording;
  ClientOptions options;
  ClientSession client;
  Output last;
  Time now = kStart;
};

TEST(ClientSession, StartTlsComesFirst) {
  Conversation c;
  Output output;
  c.client.start(false, kStart, output);
  EXPECT_THAT(output.bytes, HasSubstr("to='localhost'"));
  c.hear(kHeader);
  EXPECT_EQ(c.hear("<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>"),
            "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
  c.hear("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
  EXPECT_TRUE(c.last.start_tls);
}

TEST(ClientSession, WithoutAnOfferOfTlsNothingIsSaid) {
  Conversation c;
  Output output;
  c.client.start(false, kStart, output);
  c.hear(kHeader);
  c.hear(
      "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism>"
      "</mechanisms></stream:features>");
  EXPECT_THAT(c.last.bytes, Not(HasSubstr("<auth")));
  EXPECT_THAT(c.client.failure(), HasSubstr("offers no STARTTLS"));
}

TEST(ClientSession, TheStrongestMechanismThatServesIsTaken) {
  Conversation c;
  Output output;
  c.client.start(true, kStart, output);
  c.hear(kHeader);
  EXPECT_THAT(
      c.hear("<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
             "<mechanism>PLAIN</mechanism><mechanism>SCRAM-SHA-1</mechanism><mechanism>EXTERNAL</mechanism>"
             "<mechanism>SCRAM-SHA-256-PLUS</mechanism></mechanisms></stream:features>"),
      HasSubstr("mechanism='SCRAM-SHA-1'>"));
  c.hear("<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>");
  EXPECT_EQ(c.client.failure(), "the login was refused: not-authorized");
  EXPECT_FALSE(c.client.established());
}

TEST(ClientSession, EachElementWaitsForWhatTheRecordedClientHad) {
  Conversation c;
  EXPECT_EQ(c.log_in(), "<iq id='r1.2' type='get'><query xmlns='jabber:iq:roster'/></iq>");
  EXPECT_EQ(c.wait(std::chrono::seconds(9)), "") << "a slow server is waited for";
  EXPECT_EQ(c.hear(roster("r1.2")),
            "<presence/><iq id='p1.2' type='get' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>");
  EXPECT_EQ(c.hear("<iq id='p1.2' type='result' from='localhost'/>"), "") << "its presence is not back yet";
  EXPECT_EQ(c.hear("<presence from='nurse@localhost/window'/>"),
            "<iq id='u1.2' type='get' to='localhost'><unknown xmlns='urn:unknown'/></iq>");
  EXPECT_EQ(c.hear("<iq id='u1.2' type='error'><error type='cancel'><service-unavailable "
                   "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"),
            "</stream:stream>");
  c.hear("</stream:stream>");
  EXPECT_TRUE(c.client.finished());
  EXPECT_EQ(c.client.failure(), "");
  EXPECT_THAT(c.verdicts(), ElementsAre(Verdict::kSame, Verdict::kSame, Verdict::kSame, Verdict::kSame));
}

TEST(ClientSession, AnswersOfAnotherKindAreTold) {
  Conversation c;
  c.log_in();
  c.hear("<iq id='r1.2' type='result'/>");
  c.hear("<iq id='p1.2' type='error'><error type='cancel'><not-allowed xmlns='x'/></error></iq>");
  c.wait(std::chrono::seconds(4));  // the presence is given up
  c.hear("<iq id='u1.2' type='error'><error type='cancel'><item-not-found xmlns='x'/></error></iq>");
  const auto steps = c.client.steps();
  EXPECT_THAT(c.verdicts(),
              ElementsAre(Verdict::kDiffers, Verdict::kNoAnswer, Verdict::kDiffers, Verdict::kDiffers));
  EXPECT_EQ(in_words(steps[0].recorded), "result {jabber:iq:roster}query");
  EXPECT_EQ(in_words(*steps[0].came), "result");
  EXPECT_EQ(in_words(*steps[2].came), "error not-allowed");
  EXPECT_EQ(in_words(*steps[3].came), "error item-not-found");
}

TEST(ClientSession, AnAnswerThatNeverComesIsGivenUpAndTheRestIsPlayed) {
  Conversation c;
  c.log_in();
  EXPECT_THAT(c.wait(std::chrono::seconds(10)), HasSubstr("<presence/>"));
  EXPECT_EQ(c.verdicts().front(), Verdict::kNoAnswer);
}

TEST(ClientSession, APieceAtATimeIsTheSame) {
  Conversation c;
  c.log_in();
  EXPECT_EQ(c.hear(roster("r1.2"), 1),
            "<presence/><iq id='p1.2' type='get' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>");
}

TEST(ClientSession, RecordedPausesAreKeptAtASpeed) {
  Conversation c(kSession, 2);
  EXPECT_THAT(c.log_in(), HasSubstr("roster"));
  for (int step = 0; step < 5; ++step) c.wait(std::chrono::milliseconds(2));
  c.hear(roster("r1.2"));
  for (int step = 0; step < 5; ++step) c.wait(std::chrono::milliseconds(2));
  c.hear("<presence from='nurse@localhost/window'/><iq id='p1.2' type='result'/>");
  EXPECT_EQ(c.wait(std::chrono::milliseconds(1900)), "");
  EXPECT_THAT(c.wait(std::chrono::milliseconds(200)), HasSubstr("urn:unknown"));
}

TEST(ClientSession, AServerThatEndsTheStreamIsTold) {
  Conversation c;
  c.log_in();
  c.hear("<stream:error><policy-violation xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>");
  EXPECT_EQ(c.client.failure(), "the server ended the stream: policy-violation");
  EXPECT_EQ(c.verdicts().back(), Verdict::kNotSent);
}

TEST(ClientSession, AStreamErrorThatWasRecordedIsNoSurpriseAndBrokenXmlIsSentAsItWas) {
  const char* const broken = R"(C: <presence/>
C: <message></iq>
S: <stream:error><not-well-formed xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>
)";
  const std::string error =
      "<stream:error><not-well-formed xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>";
  Conversation c(broken);
  EXPECT_THAT(c.log_in(), HasSubstr("<presence/><message></iq>"));
  c.hear(error);
  EXPECT_TRUE(c.client.finished());
  EXPECT_EQ(c.client.failure(), "");
  Conversation early(kSession);
  early.log_in();
  early.hear(error);
  EXPECT_EQ(early.client.failure(), "the server ended the stream: not-well-formed");
}

TEST(ClientSession, WhatTheRecordedClientLeftUnansweredIsLeftSo) {
  Conversation c(
      R"(S: <iq id='q1' type='set' from='juliet@example.com'><block xmlns='urn:xmpp:blocking'/></iq>
C: <presence/>
)");
  c.log_in();
  EXPECT_EQ(c.hear("<iq id='9' type='set' from='nurse@localhost'><block xmlns='urn:xmpp:blocking'/></iq>"),
            "");
}

TEST(ClientSession, TheServersQuestionsAreAnsweredAsTheyWere) {
  Conversation c(R"(S: <iq id='q1' type='get' from='example.com'><query xmlns='jabber:iq:version'/></iq>
C: <iq id='q1' type='result' to='example.com'><query xmlns='jabber:iq:version'><name>Nurse</name></query></iq>
C: <presence/>
)");
  EXPECT_THAT(c.log_in(), Not(HasSubstr("Nurse")));
  EXPECT_EQ(c.hear("<iq id='9' type='get' from='localhost'><query xmlns='jabber:iq:version'/></iq>"),
            "<iq id='9' type='result' to='localhost'><query "
            "xmlns='jabber:iq:version'><name>Nurse</name></query></iq>");
  EXPECT_THAT(c.hear("<iq id='8' type='get' from='localhost'><query xmlns='urn:other'/></iq>"),
              HasSubstr("<service-unavailable"));
  EXPECT_EQ(c.hear("<iq id='7' type='get'><ping xmlns='urn:xmpp:ping'/></iq>"), "<iq type='result' id='7'/>");
}

TEST(ClientSession, StreamManagementCountsForItself) {
  Conversation c(R"([start]
C: <stream:stream to='example.com' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>
S: <stream:stream from='example.com' id='2' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>
S: <stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm xmlns='urn:xmpp:sm:3'/></stream:features>
C: <iq id='b' type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>
S: <iq id='b' type='result'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>juliet@example.com/1</jid></bind></iq>
C: <enable xmlns='urn:xmpp:sm:3' resume='true'/>
S: <enabled xmlns='urn:xmpp:sm:3' id='x' resume='true'/>
S: <r xmlns='urn:xmpp:sm:3'/>
C: <a xmlns='urn:xmpp:sm:3' h='0'/>
C: <presence/>
C: <r xmlns='urn:xmpp:sm:3'/>
S: <a xmlns='urn:xmpp:sm:3' h='1'/>
C: <iq id='p1' type='get'><ping xmlns='urn:xmpp:ping'/></iq>
S: <iq id='p1' type='result'/>
)");
  EXPECT_EQ(c.log_in(), "<enable xmlns='urn:xmpp:sm:3'/>");
  EXPECT_EQ(
      c.hear("<enabled xmlns='urn:xmpp:sm:3'/>"),
      "<presence/><r xmlns='urn:xmpp:sm:3'/><iq id='p1.2' type='get'><ping xmlns='urn:xmpp:ping'/></iq>");
  EXPECT_EQ(c.hear("<message/><message/><r xmlns='urn:xmpp:sm:3'/>"), "<a xmlns='urn:xmpp:sm:3' h='2'/>");
}

TEST(ClientSession, OnlyWhatIsSelectedIsSent) {
  const auto recording = recorded(kSession, [](const parser::StreamEvent& event) {
    return event.payload != nullptr && event.payload->local == "ping";
  });
  ClientOptions options;
  ClientSession client(recording.front(), options);
  ASSERT_EQ(client.steps().size(), 1u);
  EXPECT_EQ(client.steps()[0].what, "iq get {urn:xmpp:ping}ping → example.com");
}

TEST(ClientSession, ASilentServerIsLeft) {
  Conversation c;
  Output output;
  c.client.start(true, c.now, output);
  EXPECT_EQ(c.client.wake_at(), kStart + std::chrono::seconds(10));
  c.wait(std::chrono::seconds(10));
  EXPECT_TRUE(c.client.finished());
  EXPECT_THAT(c.client.failure(), HasSubstr("said nothing for 10 s"));
}

TEST(ClientSession, AHandshakeThatNeverEndsIsLeftToo) {
  Conversation c;
  c.client.await_tls(c.now);
  EXPECT_EQ(c.wait(std::chrono::seconds(10)), "");
  EXPECT_TRUE(c.client.finished());
  EXPECT_THAT(c.client.failure(), HasSubstr("said nothing for 10 s"));
}

}  // namespace
}  // namespace replay
