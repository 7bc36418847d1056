#include "replay/peer_driver.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/replay/scripts.h"

namespace replay {
namespace {

using parser::Direction;

parser::Time now() {
  return std::chrono::time_point_cast<parser::Duration>(std::chrono::system_clock::now());
}

// A CA in a file that clients trust, and TLS for both sides made of it.
class PeerDriver : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) / ("peer_driver." + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
    std::string error;
    auto ca = proxy::CertificateAuthority::generate(now(), error);
    ASSERT_TRUE(ca) << error;
    std::ofstream(folder_ / "ca.pem") << ca->certificate_pem();
    proxy::TlsOptions options;
    options.upstream_ca_file = (folder_ / "ca.pem").string();
    tls_ = proxy::TlsContexts::create(options, std::move(*ca), error);
    ASSERT_TRUE(tls_) << error;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  // Client and server over a real socket.
  void play_both(const Script& client_script, const Script& server_script) {
    PeerListener listener;
    ASSERT_TRUE(listener.ok());
    std::thread server([&] {
      const int fd = listener.accept(std::chrono::seconds(5));
      ASSERT_GE(fd, 0);
      server_ = play(server_script, Direction::kS2C, {.speed = 0}, fd, *tls_, stop_, std::chrono::seconds(5));
    });
    std::string error;
    const int fd = connect_to("127.0.0.1", listener.port(), error);
    ASSERT_GE(fd, 0) << error;
    client_ = play(client_script, Direction::kC2S, {.speed = 0}, fd, *tls_, stop_, std::chrono::seconds(5));
    server.join();
  }

  std::filesystem::path folder_;
  std::unique_ptr<proxy::TlsContexts> tls_;
  std::atomic<bool> stop_{false};
  PeerResult client_;
  PeerResult server_;
};

TEST_F(PeerDriver, AStartTlsSessionIsPlayedToItsEndOverASocket) {
  const Script script = starttls_script();
  play_both(script, script);
  EXPECT_TRUE(client_.ok) << client_.failure;
  EXPECT_TRUE(server_.ok) << server_.failure;
  EXPECT_EQ(client_.steps_done, script.steps.size());
}

TEST_F(PeerDriver, DirectTlsIsPlayedToItsEnd) {
  Script script = starttls_script();
  script.steps.erase(script.steps.begin(), script.steps.begin() + 5);
  script.client_direct_tls = script.server_direct_tls = true;
  play_both(script, script);
  EXPECT_TRUE(client_.ok) << client_.failure;
  EXPECT_TRUE(server_.ok) << server_.failure;
}

TEST_F(PeerDriver, APeerThatDeviatesIsNamedOnTheOtherSide) {
  const Script script = starttls_script();
  Script other = script;
  other.steps[8] =
      say(Direction::kC2S, parser::EventKind::kIq, "{jabber:client}iq", "<iq type='get' id='1'/>");
  play_both(other, script);
  EXPECT_FALSE(server_.ok);
  EXPECT_EQ(server_.failure, "expected <{jabber:client}presence>, and <{jabber:client}iq> came");
  EXPECT_FALSE(client_.ok);
}

TEST_F(PeerDriver, StopEndsAPlayThatWaits) {
  PeerListener listener;
  std::string error;
  const int fd = connect_to("127.0.0.1", listener.port(), error);
  ASSERT_GE(fd, 0) << error;
  stop_ = true;
  const Script script = starttls_script();
  const PeerResult result = play(script, Direction::kC2S, {.speed = 0}, fd, *tls_, stop_);
  EXPECT_FALSE(result.ok);
}

TEST_F(PeerDriver, NobodyListeningIsSaidWithTheAddress) {
  uint16_t port = 0;
  {
    PeerListener listener;
    port = listener.port();
  }
  std::string error;
  EXPECT_EQ(connect_to("127.0.0.1", port, error), -1);
  EXPECT_EQ(error, "cannot connect to 127.0.0.1:" + std::to_string(port) + ": Connection refused");
}

}  // namespace
}  // namespace replay
