#include "replay/scripted_peer.h"

#include <gtest/gtest.h>

#include "tests/replay/scripts.h"

namespace replay {
namespace {

using parser::Direction;
using parser::Time;

constexpr Time kStart{std::chrono::seconds(1000)};
constexpr Pace kNoPauses{.speed = 0};

std::string sent(const std::vector<Command>& commands) {
  std::string all;
  for (const Command& command : commands) {
    if (command.kind == Command::Kind::kSend) all += command.bytes;
    if (command.kind == Command::Kind::kStartTls) all += "[tls]";
    if (command.kind == Command::Kind::kFinish) all += "[finish]";
  }
  return all;
}

// Two peers joined back to back; TLS is a formality. Gives what each said, in order.
struct Pair {
  explicit Pair(const Script& script, size_t piece = 1 << 20)
      : client(script, Direction::kC2S, kNoPauses),
        server(script, Direction::kS2C, kNoPauses),
        piece_(piece) {}

  void play() {
    to(server_, client_, client.start(kStart), "C:");
    to(client_, server_, server.start(kStart), "S:");
    for (int rounds = 0; rounds < 1000 && !(client_.inbox.empty() && server_.inbox.empty()); ++rounds) {
      deliver(client, client_, server_, "C:");
      deliver(server, server_, client_, "S:");
    }
  }

  ScriptedPeer client;
  ScriptedPeer server;
  std::string log;

 private:
  struct End {
    std::string inbox;
  };
  void to(End& other, End&, const std::vector<Command>& commands, const char* who) {
    for (const Command& command : commands) {
      log += std::string(who) + sent({command}) + "\n";
      if (command.kind == Command::Kind::kSend) other.inbox += command.bytes;
    }
  }
  void deliver(ScriptedPeer& peer, End& own, End& other, const char* who) {
    if (own.inbox.empty()) return;
    const std::string bytes = own.inbox.substr(0, piece_);
    const auto commands = peer.received(bytes, kStart);
    own.inbox.erase(0, peer.consumed());
    to(other, own, commands, who);
    if (sent(commands).find("[tls]") != std::string::npos) to(other, own, peer.tls_established(kStart), who);
  }
  size_t piece_;
  End client_;
  End server_;
};

TEST(ScriptedPeer, TwoPeersPlayTheWholeScriptInItsOrder) {
  const Script script = starttls_script();
  Pair pair(script);
  pair.play();
  EXPECT_EQ(pair.client.failure(), "");
  EXPECT_EQ(pair.server.failure(), "");
  EXPECT_TRUE(pair.client.finished()) << pair.log;
  EXPECT_TRUE(pair.server.finished()) << pair.log;
  EXPECT_LT(pair.log.find("C:<starttls"), pair.log.find("S:<proceed"));
  EXPECT_LT(pair.log.find("S:<message"), pair.log.find("C:</stream:stream>"));
}

TEST(ScriptedPeer, PiecesOfAnySizePlayTheSame) {
  const Script script = starttls_script();
  Pair whole(script);
  whole.play();
  for (const size_t piece : {1, 2, 3, 7, 64}) {
    Pair pair(script, piece);
    pair.play();
    EXPECT_TRUE(pair.client.finished() && pair.client.failure().empty()) << piece << pair.client.failure();
    EXPECT_TRUE(pair.server.finished() && pair.server.failure().empty()) << piece << pair.server.failure();
  }
}

TEST(ScriptedPeer, AnElementThatTheRecordingDoesNotHaveEndsThePlayWithItsName) {
  const Script script = starttls_script();
  ScriptedPeer server(script, Direction::kS2C, kNoPauses);
  server.start(kStart);
  server.received(script.steps[0].bytes, kStart);
  server.received("<presence/>", kStart);
  EXPECT_EQ(server.failure(),
            "expected <{urn:ietf:params:xml:ns:xmpp-tls}starttls>, and <{jabber:client}presence> came");
  EXPECT_TRUE(server.finished());
}

TEST(ScriptedPeer, EditedElementsOfTheSameNameAreAccepted) {
  const Script script = starttls_script();
  ScriptedPeer client(script, Direction::kC2S, kNoPauses);
  client.start(kStart);
  client.received(script.steps[1].bytes, kStart);
  const auto commands = client.received(
      "<stream:features><starttls "
      "xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls></stream:features>",
      kStart);
  EXPECT_EQ(sent(commands), "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
}

TEST(ScriptedPeer, BytesBehindProceedAreLeftForTheTlsLayer) {
  const Script script = starttls_script();
  ScriptedPeer client(script, Direction::kC2S, kNoPauses);
  client.start(kStart);
  client.received(script.steps[1].bytes + script.steps[2].bytes, kStart);
  const std::string proceed = script.steps[4].bytes;
  const auto commands = client.received(proceed + "\x16\x03\x01", kStart);
  EXPECT_EQ(client.consumed(), proceed.size());
  EXPECT_EQ(sent(commands), "[tls]");
}

TEST(ScriptedPeer, PausesAreKeptScaledAndBounded) {
  Script script = starttls_script();
  script.steps[3].pause = std::chrono::seconds(4);
  ScriptedPeer client(script, Direction::kC2S,
                      Pace{.speed = 2.0, .shortest = {}, .longest = std::chrono::seconds(1)});
  EXPECT_EQ(client.start(kStart).size(), 0u) << "the first header has its pause of 5 ms";
  EXPECT_EQ(client.wake_at(), kStart + std::chrono::milliseconds(5));
  client.timer(kStart + std::chrono::milliseconds(5));
  client.received(script.steps[1].bytes + script.steps[2].bytes, kStart + std::chrono::milliseconds(6));
  EXPECT_EQ(client.wake_at(), kStart + std::chrono::milliseconds(1006)) << "4 s at double speed, at most 1 s";
  EXPECT_EQ(sent(client.timer(kStart + std::chrono::milliseconds(1006))), script.steps[3].bytes);
}

TEST(ScriptedPeer, AnEarlyCloseIsAFailureWithItsPlace) {
  const Script script = starttls_script();
  ScriptedPeer client(script, Direction::kC2S, kNoPauses);
  client.start(kStart);
  client.ended(kStart);
  EXPECT_EQ(client.failure(), "the other side closed before step 2 of 13");
}

TEST(ScriptedPeer, DirectTlsComesBeforeTheFirstByte) {
  Script script = starttls_script();
  script.client_direct_tls = true;
  ScriptedPeer client(script, Direction::kC2S, kNoPauses);
  EXPECT_EQ(sent(client.start(kStart)), "[tls]");
  EXPECT_EQ(sent(client.tls_established(kStart)), script.steps[0].bytes);
}

}  // namespace
}  // namespace replay
