// The proxy between real sockets: what arrives, how it ends, and what it costs when somebody is slow.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <csignal>
#include <fstream>
#include <thread>

#include "tests/proxy_net/harness.h"

namespace proxy::net::testing {
namespace {

using ::testing::HasSubstr;

std::string stanzas(size_t bytes) {
  std::string all;
  for (size_t i = 0; all.size() < bytes; ++i) {
    all += "<message id='m" + std::to_string(i) + "' to='juliet@example.com'><body>" +
           std::string(i * 37 % 900, 'b') + " 愛 😀</body></message>";
  }
  return all;
}

long resident_kib() {
  std::ifstream file("/proc/self/status");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("VmRSS:")) return std::atol(line.c_str() + 6);
  }
  return 0;
}

TEST(Relay, BytesOfBothDirectionsArriveUnchanged) {
  Listener upstream;
  TestProxy proxy(upstream.port());
  Pair pair = open_stream(proxy, upstream);
  const std::string up = stanzas(3'000'000);
  const std::string down = stanzas(2'000'000);
  std::thread sends_up([&] { EXPECT_TRUE(pair.client.send(up)); });
  std::thread sends_down([&] { EXPECT_TRUE(pair.server.send(down)); });
  std::string got_up;
  std::thread reads_up([&] { got_up = pair.server.read_exactly(up.size()); });
  const std::string got_down = pair.client.read_exactly(down.size());
  for (std::thread* t : {&sends_up, &sends_down, &reads_up}) t->join();
  EXPECT_TRUE(got_up == up);
  EXPECT_TRUE(got_down == down);
  pair.client.close();
  pair.server.close();
  EXPECT_TRUE(TestProxy::eventually([&] { return proxy.events.closed().size() == 1; }));
  EXPECT_TRUE(proxy.events.bytes(parser::Direction::kC2S) == kClientHeader + up)
      << "and all of it was recorded";
  EXPECT_TRUE(proxy.events.bytes(parser::Direction::kS2C) == kServerHeader + down);
}

TEST(Relay, ManySmallWritesOneWayArriveThoughTheyArePaced) {
  Listener upstream;
  TestProxy proxy(upstream.port());
  Pair pair = open_stream(proxy, upstream);
  const std::string all = stanzas(400'000);
  std::thread sends([&] {
    for (size_t at = 0; at < all.size(); at += 200) {
      ASSERT_TRUE(pair.client.send(std::string_view(all).substr(at, 200)));
    }
  });
  EXPECT_TRUE(pair.server.read_exactly(all.size()) == all);
  sends.join();
  // The end of a paced stream is seen at once as well, and so is an answer.
  EXPECT_TRUE(pair.server.send("<iq type='result' id='1'/>"));
  EXPECT_EQ(pair.client.read_exactly(26), "<iq type='result' id='1'/>");
}

TEST(Relay, ASlowReaderSlowsTheSenderAndCostsNoMemory) {
  Listener upstream;
  TestProxy proxy(upstream.port());
  Pair pair = open_stream(proxy, upstream);
  constexpr size_t kAll = 64 << 20;
  ASSERT_TRUE(pair.server.send("<message><body>"));
  const long before = resident_kib();
  const size_t taken = pair.server.send_until_stuck(kAll, 700);
  EXPECT_LT(taken, size_t{32} << 20) << "kernel buffers only";
  EXPECT_LT(resident_kib() - before, 24 * 1024);
  std::thread rest([&] { EXPECT_TRUE(pair.server.send(std::string(kAll - taken, 'x'))); });
  size_t got = 0;
  while (got < kAll + 15) {
    const std::string some = pair.client.read_some();
    if (some.empty()) break;
    got += some.size();
  }
  rest.join();
  EXPECT_EQ(got, kAll + 15);
}

TEST(Relay, AHalfClosedConnectionStillCarriesTheOtherHalf) {
  Listener upstream;
  TestProxy proxy(upstream.port());
  Pair pair = open_stream(proxy, upstream);
  EXPECT_TRUE(pair.client.send("</stream:stream>"));
  pair.client.end_sending();
  EXPECT_EQ(pair.server.read_to_end(), "</stream:stream>");
  EXPECT_FALSE(pair.server.timed_out());
  const std::string late = stanzas(300'000) + "</stream:stream>";
  EXPECT_TRUE(pair.server.send(late));
  pair.server.end_sending();
  EXPECT_TRUE(pair.client.read_to_end() == late);
  EXPECT_FALSE(pair.client.timed_out());
  EXPECT_TRUE(TestProxy::eventually([&] { return proxy.server().connections() == 0; }));
}

TEST(Relay, AResetEndsBothSides) {
  Listener upstream;
  TestProxy proxy(upstream.port());
  Pair pair = open_stream(proxy, upstream);
  pair.client.reset();
  pair.server.read_to_end();
  EXPECT_FALSE(pair.server.timed_out());
  EXPECT_TRUE(TestProxy::eventually([&] { return proxy.server().connections() == 0; }));
  ASSERT_TRUE(TestProxy::eventually([&] { return proxy.events.closed().size() == 1; }));
  EXPECT_EQ(proxy.events.closed()[0].how, parser::Closed::How::kReset);
}

TEST(Relay, LastWordsBeforeAnAbruptEndStillArrive) {
  Listener upstream;
  TestProxy proxy(upstream.port());
  Pair pair = open_stream(proxy, upstream);
  const std::string last = stanzas(200'000) + "</stream:stream>";
  std::thread sends([&] {
    EXPECT_TRUE(pair.server.send(last));
    pair.server.close();
  });
  EXPECT_TRUE(pair.client.read_exactly(last.size()) == last);
  sends.join();
}

TEST(Relay, ConnectionsBeyondTheLimitAreRefusedWithALine) {
  Listener upstream;
  TestProxy proxy(upstream.port(), [](ServerOptions& o) { o.max_connections = 2; });
  Pair one = open_stream(proxy, upstream);
  Pair two = open_stream(proxy, upstream);
  Socket third = Socket::connect(proxy.port());
  EXPECT_EQ(third.read_to_end(), "");
  EXPECT_FALSE(third.timed_out());
  EXPECT_THAT(proxy.log(),
              HasSubstr("refused a connection: 2 are open, the most that --max-connections allows"));
  one.client.close();
  one.server.close();
  EXPECT_TRUE(TestProxy::eventually([&] { return proxy.server().connections() == 1; }));
  Pair again = open_stream(proxy, upstream);
  EXPECT_TRUE(again.server.ok());
}

TEST(Relay, AnIdleConnectionIsEndedAndToldWhy) {
  Listener upstream;
  TestProxy proxy(upstream.port(), [](ServerOptions& o) { o.idle_timeout = std::chrono::seconds(1); });
  Pair pair = open_stream(proxy, upstream);
  const std::string told = pair.client.read_to_end();
  EXPECT_FALSE(pair.client.timed_out());
  EXPECT_THAT(told, HasSubstr("<connection-timeout"));
  pair.client.close();
  pair.server.close();
  ASSERT_TRUE(TestProxy::eventually([&] { return proxy.events.closed().size() == 1; }));
  EXPECT_EQ(proxy.events.closed()[0].how, parser::Closed::How::kTimeout);
}

TEST(Relay, AnIdleConnectionGoesOnAfterItsMemoryWasGivenBack) {
  Listener upstream;
  TestProxy proxy(upstream.port(), [](ServerOptions& o) { o.release_after = std::chrono::milliseconds(50); });
  Pair pair = open_stream(proxy, upstream);
  for (int i = 0; i < 2; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    const std::string stanza = "<message id='m" + std::to_string(i) + "'/>";
    EXPECT_TRUE(pair.client.send(stanza));
    EXPECT_EQ(pair.server.read_exactly(stanza.size()), stanza);
  }
}

TEST(Relay, StoppingTellsTheSessionsAndRecordsTheirEnd) {
  Listener upstream;
  TestProxy proxy(upstream.port());
  std::vector<Pair> pairs;
  for (int i = 0; i < 5; ++i) pairs.push_back(open_stream(proxy, upstream));
  const auto begun = std::chrono::steady_clock::now();
  proxy.server().stop();
  for (Pair& pair : pairs) {
    EXPECT_THAT(pair.client.read_to_end(), HasSubstr("<system-shutdown"));
    EXPECT_FALSE(pair.client.timed_out());
    pair.client.close();
    pair.server.close();
  }
  proxy.server().wait();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(5));
  const auto closed = proxy.events.closed();
  ASSERT_EQ(closed.size(), 5U);
  for (const auto& c : closed) EXPECT_EQ(c.how, parser::Closed::How::kShutdown);
}

TEST(Relay, StoppingDoesNotWaitForPeersThatHang) {
  Listener upstream;
  TestProxy proxy(upstream.port(),
                  [](ServerOptions& o) { o.shutdown_grace = std::chrono::milliseconds(300); });
  Pair pair = open_stream(proxy, upstream);
  pair.server.send_until_stuck(64 << 20, 300);
  const auto begun = std::chrono::steady_clock::now();
  proxy.stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(3));
}

TEST(Relay, SigtermEndsTheProcessWithZero) {
  Listener upstream;
  int ports[2];
  ASSERT_EQ(::pipe(ports), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    std::string error;
    auto ca = CertificateAuthority::generate(now(), error);
    const auto tls = TlsContexts::create({}, std::move(*ca), error);
    const Log log = [](LogLevel, std::string_view) {};
    Recorder recorder({}, nullptr, {}, {}, log);
    ServerOptions options;
    options.threads = 1;
    options.listeners.push_back({{"127.0.0.1", 0}, false});
    options.upstream = HostPort{"127.0.0.1", upstream.port()};
    Server server(options, *tls, recorder, log);
    server.handle_signals();
    if (!server.start().empty()) std::_Exit(9);
    const uint16_t port = server.endpoints()[0].port();
    if (::write(ports[1], &port, sizeof port) != sizeof port) std::_Exit(9);
    server.wait();
    std::_Exit(0);
  }
  uint16_t port = 0;
  ASSERT_EQ(::read(ports[0], &port, sizeof port), static_cast<ssize_t>(sizeof port));
  Socket client = Socket::connect(port);
  ASSERT_TRUE(client.send(kClientHeader));
  Socket server = upstream.accept();
  ASSERT_EQ(server.read_exactly(kClientHeader.size()), kClientHeader);
  ::kill(child, SIGHUP);  // ignored
  ::kill(child, SIGTERM);
  client.read_to_end();
  client.close();
  server.close();
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
  ::close(ports[0]);
  ::close(ports[1]);
}

TEST(Relay, AnUnreachableUpstreamIsExplainedToTheClient) {
  uint16_t closed_port = 0;
  {
    Listener gone;
    closed_port = gone.port();
  }
  TestProxy proxy(closed_port);
  Socket client = Socket::connect(proxy.port());
  EXPECT_TRUE(client.send(kClientHeader));
  const std::string told = client.read_to_end();
  EXPECT_THAT(told, HasSubstr("<remote-connection-failed"));
  EXPECT_THAT(told, HasSubstr("Connection refused"));
  EXPECT_THAT(proxy.log(), HasSubstr("check that it runs and that --upstream is right"));
}

TEST(Relay, AnUpstreamThatIsTheProxyItselfIsRefused) {
  Listener probe;
  uint16_t port = 0;
  {
    Listener free;
    port = free.port();
  }
  TestProxy proxy(port, [port](ServerOptions& o) { o.listeners[0].at.port = port; });
  Socket client = Socket::connect(port);
  EXPECT_TRUE(client.send(kClientHeader));
  EXPECT_THAT(client.read_to_end(), HasSubstr("leads back to this proxy itself"));
  EXPECT_THAT(proxy.log(), HasSubstr("give the real server with --upstream HOST:PORT"));
}

TEST(Relay, TheProxyIsItselfByItsMappedAddressToo) {
  uint16_t port = 0;
  {
    Listener free;
    port = free.port();
  }
  // What a hostile AAAA record can say.
  TestProxy proxy(port, [port](ServerOptions& o) {
    o.listeners[0].at.port = port;
    o.upstream = HostPort{"::ffff:127.0.0.1", port};
  });
  Socket client = Socket::connect(port);
  EXPECT_TRUE(client.send(kClientHeader));
  EXPECT_THAT(client.read_to_end(), HasSubstr("leads back to this proxy itself"));
}

TEST(Relay, WhatIsQueuedAtTheEndReachesASlowReader) {
  const std::string piece = "<message><body>" + std::string(65'000, 'x') + "</body></message>";
  Listener upstream;
  TestProxy proxy(upstream.port(), [](ServerOptions& o) { o.ending_time = std::chrono::milliseconds(200); });
  // How much fits on the way to a client that reads nothing, until the proxy stops reading.
  size_t fits = 0;
  {
    Pair pair = open_stream(proxy, upstream);
    const auto taken = [&] {
      return proxy.events.bytes(parser::Direction::kS2C).size() == kServerHeader.size() + fits;
    };
    do {
      EXPECT_TRUE(pair.server.send(piece));
      fits += piece.size();
    } while (TestProxy::eventually(taken, 300));
    fits -= piece.size();
    pair.client.reset();
  }
  Pair pair = open_stream(proxy, upstream);
  const std::string down(fits - piece.size() / 2, 'y');  // so the end comes while some is queued in the proxy
  pair.client.end_sending();
  EXPECT_EQ(pair.server.read_to_end(), "");
  EXPECT_TRUE(pair.server.send(down));
  pair.server.close();
  std::string got;
  while (got.size() < down.size()) {  // slowly, but without a stop
    const std::string some = pair.client.read_some();
    if (some.empty()) break;
    got += some;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_FALSE(pair.client.was_reset());
  EXPECT_EQ(got.size(), down.size());
}

TEST(Relay, APortThatIsTakenIsExplained) {
  Listener taken;
  std::string error;
  auto ca = CertificateAuthority::generate(now(), error);
  const auto tls = TlsContexts::create({}, std::move(*ca), error);
  const Log log = [](LogLevel, std::string_view) {};
  Recorder recorder({}, nullptr, {}, {}, log);
  ServerOptions options;
  options.listeners.push_back({{"127.0.0.1", taken.port()}, false});
  Server server(options, *tls, recorder, log);
  EXPECT_THAT(server.start(), HasSubstr("Address already in use; another program listens there"));
}

}  // namespace
}  // namespace proxy::net::testing
