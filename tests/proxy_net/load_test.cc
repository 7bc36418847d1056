// Many sessions at once, and a recorder that cannot keep up.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/epoll.h>

#include <thread>

#include "tests/proxy_net/harness.h"

namespace proxy::net::testing {
namespace {

// Accepts everything, and sends everything back.
class EchoServer {
 public:
  EchoServer() : thread_([this] { run(); }) {}
  ~EchoServer() {
    stop_ = true;
    thread_.join();
  }
  uint16_t port() const { return listener_.port(); }

 private:
  void run() {
    const Socket poll(::epoll_create1(EPOLL_CLOEXEC));
    const auto watch = [&](int fd) {
      epoll_event e{};
      e.events = EPOLLIN;
      e.data.fd = fd;
      ::epoll_ctl(poll.fd(), EPOLL_CTL_ADD, fd, &e);
    };
    watch(listener_.fd());
    std::vector<Socket> sockets;
    std::vector<epoll_event> events(256);
    std::string buffer(65'536, '\0');
    while (!stop_) {
      const int n = ::epoll_wait(poll.fd(), events.data(), static_cast<int>(events.size()), 20);
      for (int i = 0; i < n; ++i) {
        const int fd = events[static_cast<size_t>(i)].data.fd;
        if (fd == listener_.fd()) {
          Socket s = listener_.accept(0);
          if (!s.ok()) continue;
          watch(s.fd());
          sockets.push_back(std::move(s));
          continue;
        }
        const ssize_t got = ::recv(fd, buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (got > 0) {
          ::send(fd, buffer.data(), static_cast<size_t>(got), MSG_NOSIGNAL);
        } else {
          ::epoll_ctl(poll.fd(), EPOLL_CTL_DEL, fd, nullptr);
          ::shutdown(fd, SHUT_WR);
        }
      }
    }
  }
  Listener listener_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

TEST(Load, TwoThousandSessionsAtOnce) {
  constexpr size_t kSessions = 2000;
  ASSERT_GE(raise_file_limit(), kSessions * 4 + 100);
  EchoServer echo;
  TestProxy proxy(echo.port());
  std::vector<Socket> clients;
  for (size_t i = 0; i < kSessions; ++i) {
    clients.push_back(Socket::connect(proxy.port()));
    ASSERT_TRUE(clients.back().send(kClientHeader)) << i;
  }
  for (Socket& client : clients) ASSERT_EQ(client.read_exactly(kClientHeader.size()), kClientHeader);
  EXPECT_EQ(proxy.server().connections(), kSessions);
  for (size_t i = 0; i < kSessions; ++i) {
    ASSERT_TRUE(clients[i].send("<message id='m" + std::to_string(i) + "'/>"));
  }
  for (size_t i = 0; i < kSessions; ++i) {
    const std::string expected = "<message id='m" + std::to_string(i) + "'/>";
    ASSERT_EQ(clients[i].read_exactly(expected.size()), expected);
  }
  clients.clear();
  EXPECT_TRUE(TestProxy::eventually([&] { return proxy.events.closed().size() == kSessions; }, 30'000));
}

// Lets the sink block at the next event, as a stuck terminal would.
void block_recorder(TestProxy& proxy, Pair& pair) {
  proxy.events.hold = true;
  ASSERT_TRUE(pair.client.send("<message/>"));
  ASSERT_EQ(pair.server.read_exactly(10), "<message/>");
  ASSERT_TRUE(TestProxy::eventually([&] { return proxy.events.held.load(); }));
}

std::string stanzas(size_t bytes) {
  std::string all;
  while (all.size() < bytes)
    all += "<message to='juliet@example.com'><body>" + std::string(500, 'b') + "</body></message>";
  return all;
}

TEST(Load, AFullRingBlocksTheRelayAndLosesNothing) {
  Listener upstream;
  TestProxy proxy(upstream.port(), [](ServerOptions& o) { o.ring_bytes = 1 << 20; });
  Pair pair = open_stream(proxy, upstream);
  block_recorder(proxy, pair);
  const std::string all = stanzas(24 << 20);
  std::thread sends([&] { EXPECT_TRUE(pair.client.send(all, 30'000)); });
  std::string got;
  for (;;) {
    const std::string some = pair.server.read_some(700);
    if (some.empty()) break;
    got += some;
  }
  EXPECT_TRUE(pair.server.timed_out());
  EXPECT_LT(got.size(), size_t{3} << 20) << "the relay went on without the recorder";
  proxy.events.hold = false;
  got += pair.server.read_exactly(all.size() - got.size());
  sends.join();
  EXPECT_TRUE(got == all);
  pair.client.close();
  pair.server.close();
  EXPECT_TRUE(TestProxy::eventually([&] { return proxy.events.closed().size() == 1; }, 30'000));
  EXPECT_TRUE(proxy.events.bytes(parser::Direction::kC2S) == kClientHeader + "<message/>" + all);
  EXPECT_EQ(proxy.events.dropped(), 0U);
}

TEST(Load, DroppingKeepsTheRelayGoingAndSaysHowMuchIsMissing) {
  Listener upstream;
  TestProxy proxy(upstream.port(), [](ServerOptions& o) {
    o.ring_bytes = 1 << 20;
    o.overflow = Overflow::kDrop;
  });
  Pair pair = open_stream(proxy, upstream);
  block_recorder(proxy, pair);
  const std::string all = stanzas(24 << 20);
  std::thread sends([&] { EXPECT_TRUE(pair.client.send(all)); });
  EXPECT_TRUE(pair.server.read_exactly(all.size()) == all);
  sends.join();
  proxy.events.hold = false;
  pair.client.close();
  pair.server.close();
  ASSERT_TRUE(TestProxy::eventually([&] { return proxy.events.closed().size() == 1; }, 30'000));
  EXPECT_GT(proxy.events.dropped(), size_t{20} << 20);
  const size_t seen = proxy.events.bytes(parser::Direction::kC2S).size();
  EXPECT_EQ(seen + proxy.events.dropped(), kClientHeader.size() + 10 + all.size());
}

}  // namespace
}  // namespace proxy::net::testing
