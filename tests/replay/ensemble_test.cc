// Two users of one recording, played in each other's order.
#include "replay/ensemble.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "replay/client_session.h"
#include "tests/replay/recorded.h"

namespace replay {
namespace {

using testing::HasSubstr;

constexpr std::string_view kTwo = R"([bound juliet@example.com/balcony]
[connection 2]
[bound romeo@example.com/orchard]
[connection 1]
C: <presence/>
S: <presence from='juliet@example.com/balcony' to='juliet@example.com/balcony'/>
[connection 2]
C: <presence/>
C: <message to='juliet@example.com/balcony' id='m1'><body>It is my lady</body></message>
[connection 1]
S: <message from='romeo@example.com/orchard' to='juliet@example.com/balcony' id='m1'><body>It is my lady</body></message>
C: <message to='romeo@example.com/orchard' id='m2'><body>Ay me!</body></message>
[connection 2]
S: <message from='juliet@example.com/balcony' to='romeo@example.com/orchard' id='m2'><body>Ay me!</body></message>
)";

struct Play {
  Play(const RecordedSession& session, Ensemble& ensemble, size_t member, std::string played_as)
      : account(std::move(played_as)) {
    options.login = {account.substr(0, account.find('@')), "secret", false};
    options.domain = "localhost";
    options.ensemble = &ensemble;
    options.member = member;
    client = std::make_unique<ClientSession>(session, options);
  }
  std::string hear(std::string_view bytes) {
    Output output;
    while (!bytes.empty()) {
      client->received(bytes, now, output);
      bytes.remove_prefix(client->consumed());
    }
    return output.bytes;
  }
  std::string wake(parser::Duration later = {}) {
    now += later;
    Output output;
    client->timer(now, output);
    return output.bytes;
  }
  std::string log_in(std::string_view resource) {
    constexpr std::string_view kHeader =
        "<stream:stream from='localhost' id='s' version='1.0' xmlns='jabber:client' "
        "xmlns:stream='http://etherx.jabber.org/streams'>";
    Output output;
    client->start(true, now, output);
    hear(kHeader);
    hear(
        "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism>"
        "</mechanisms></stream:features>");
    hear("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
    hear(kHeader);
    hear("<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>");
    return hear("<iq type='result' id='replay-bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>" +
                account + "/" + std::string(resource) + "</jid></bind></iq>");
  }
  std::string account;
  ClientOptions options;
  std::unique_ptr<ClientSession> client;
  parser::Time now{std::chrono::seconds(5000)};
};

struct Two {
  Two()
      : recording(recorded(kTwo)),
        one(ensemble.add(recording[0], "nurse@localhost")),
        other(ensemble.add(recording[1], "friar@localhost")),
        juliet(recording[0], ensemble, one, "nurse@localhost"),
        romeo(recording[1], ensemble, other, "friar@localhost") {}
  Ensemble ensemble;
  std::vector<RecordedSession> recording;
  size_t one;
  size_t other;
  Play juliet;
  Play romeo;
};

constexpr std::string_view kJulietsPresence = "<presence from='nurse@localhost/b' to='nurse@localhost/b'/>";

TEST(Ensemble, EachSaysItsPartInItsTurnAndToTheOthersNewAddress) {
  Two two;
  EXPECT_TRUE(two.ensemble.may_begin(two.one));
  EXPECT_FALSE(two.ensemble.may_begin(two.other)) << "the first has not spoken yet";
  EXPECT_THAT(two.juliet.log_in("b"), HasSubstr("<presence/>"));
  EXPECT_FALSE(two.ensemble.may_begin(two.other)) << "the answer is not there yet";
  EXPECT_EQ(two.juliet.hear(kJulietsPresence), "");
  EXPECT_TRUE(two.ensemble.may_begin(two.other));
  EXPECT_THAT(two.romeo.log_in("o"), HasSubstr("<message to='nurse@localhost/b' id='m1'>"));
  // Her answer waits for what he made the server send, and not for its time alone.
  EXPECT_EQ(two.juliet.wake(), "");
  EXPECT_THAT(
      two.juliet.hear("<message from='friar@localhost/o' to='nurse@localhost/b' id='x'><body>It is my lady"
                      "</body></message>"),
      HasSubstr("<message to='friar@localhost/o' id='m2'><body>Ay me!</body></message>"));
  for (const ClientStep& step : two.juliet.client->steps())
    EXPECT_EQ(step.verdict, ClientStep::Verdict::kSame) << step.what;
}

TEST(Ensemble, WhatDoesNotComeIsGivenUpAndTold) {
  Two two;
  two.juliet.log_in("b");
  two.juliet.hear(kJulietsPresence);
  two.romeo.log_in("o");
  EXPECT_EQ(two.juliet.wake(), "");
  EXPECT_EQ(two.juliet.wake(std::chrono::seconds(2)), "");
  EXPECT_THAT(two.juliet.wake(std::chrono::seconds(2)), HasSubstr("Ay me!"));
  ASSERT_EQ(two.juliet.client->steps().size(), 2U);
  EXPECT_EQ(two.juliet.client->steps().back().verdict, ClientStep::Verdict::kNoAnswer);
}

TEST(Ensemble, WhoCannotComeIsNotWaitedFor) {
  Two two;
  two.juliet.log_in("b");
  two.juliet.hear(kJulietsPresence);
  EXPECT_EQ(two.juliet.wake(std::chrono::seconds(60)), "") << "he is still expected";
  two.ensemble.stands_at(two.other, Ensemble::kOver);
  EXPECT_EQ(two.juliet.wake(), "");
  EXPECT_THAT(two.juliet.wake(std::chrono::seconds(4)), HasSubstr("Ay me!"));
}

TEST(Ensemble, KnowsWhatOthersCause) {
  const auto sessions = recorded(R"([bound juliet@example.com/balcony]
[connection 2]
[bound romeo@example.com/orchard]
C: <presence to='room@muc.example.com/romeo'/>
[connection 1]
S: <presence from='room@muc.example.com/romeo' to='juliet@example.com/balcony'/>
S: <message from='nurse@example.com/x' to='juliet@example.com'><body>Madam!</body></message>
S: <message from='juliet@example.com/other' to='juliet@example.com'><body>to myself</body></message>
)");
  Ensemble ensemble;
  const size_t juliet = ensemble.add(sessions[0], "juliet@localhost");
  ensemble.add(sessions[1], "romeo@localhost");
  const auto& elements = sessions[0].elements;
  ASSERT_EQ(elements.size(), 3U);
  EXPECT_TRUE(ensemble.caused_by_others(juliet, elements[0]));
  EXPECT_FALSE(ensemble.caused_by_others(juliet, elements[1]));
  EXPECT_FALSE(ensemble.caused_by_others(juliet, elements[2]));
}

}  // namespace
}  // namespace replay
