// What sessions share: caches with bounds, the key log, and errors of the trust store.
#include "proxy/tls/tls_contexts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <thread>

#include "proxy/tls/tls_contexts_impl.h"
#include "proxy/tls/tls_leg.h"
#include "tests/proxy/tls_peer.h"

namespace test {
namespace {

using testing::HasSubstr;

std::unique_ptr<proxy::TlsContexts> make(proxy::TlsOptions options) {
  std::string error;
  auto ca = proxy::CertificateAuthority::generate(kNow, error);
  if (options.upstream_ca_file.empty()) options.upstream_ca_file = server_ca_file();
  auto contexts = proxy::TlsContexts::create(options, std::move(*ca), error);
  EXPECT_NE(contexts, nullptr) << error;
  return contexts;
}

TEST(TlsContexts, LeavesAreCachedUntilTheyAreAboutToExpire) {
  const auto contexts = make({});
  std::string error;
  const auto first = contexts->leaf("example.org", kNow, error);
  EXPECT_EQ(contexts->leaf("example.org", kNow, error), first);
  EXPECT_NE(contexts->leaf("example.net", kNow, error), first);
  EXPECT_EQ(contexts->leaf("example.org", kNow + std::chrono::days(195), error), first);
  const auto later = contexts->leaf("example.org", kNow + std::chrono::days(197), error);
  EXPECT_NE(later, first);
  EXPECT_GT(later->not_after, first->not_after);
}

TEST(TlsContexts, FewerLeavesAreKeptThanDomainsAreAsked) {
  proxy::TlsOptions options;
  options.cached_leaves = 2;
  const auto contexts = make(options);
  std::string error;
  const auto a = contexts->leaf("a.example", kNow, error);
  const auto b = contexts->leaf("b.example", kNow, error);
  EXPECT_EQ(contexts->leaf("a.example", kNow, error), a);
  contexts->leaf("c.example", kNow, error);
  EXPECT_EQ(contexts->leaf("a.example", kNow, error), a) << "used last, so it stays";
  EXPECT_NE(contexts->leaf("b.example", kNow, error), b);
}

TEST(TlsContexts, TrustFileThatIsNoneIsExplained) {
  std::string error;
  auto ca = proxy::CertificateAuthority::generate(kNow, error);
  proxy::TlsOptions options;
  options.upstream_ca_file = testing::TempDir() + "no-such-file.pem";
  EXPECT_EQ(proxy::TlsContexts::create(options, std::move(*ca), error), nullptr);
  EXPECT_THAT(error, HasSubstr("no CA certificate can be loaded from " + options.upstream_ca_file));
  EXPECT_THAT(error, HasSubstr("--upstream-ca takes a PEM file"));
}

TEST(TlsContexts, ImpossibleDomainsAreErrorsAndNoAlerts) {
  const auto contexts = make({});
  std::string error;
  EXPECT_EQ(contexts->accept("a b", "localhost", kNow, error), nullptr);
  EXPECT_THAT(error, HasSubstr("no certificate can be made for the domain 'a b'"));
}

struct Collect final : proxy::TlsLeg::Events {
  int established = 0;
  std::vector<std::string> pieces;
  void tls_established() override { ++established; }
  void tls_plaintext(std::string_view bytes) override { pieces.emplace_back(bytes); }
};

TEST(TlsLeg, JoinsRecordsAndLogsKeys) {
  std::vector<std::string> keys;
  proxy::TlsOptions options;
  options.keylog = [&keys](std::string_view line) { keys.emplace_back(line); };
  const auto contexts = make(options);
  std::string error;
  const auto leg = contexts->accept("example.org", "localhost", kNow, error);
  ASSERT_NE(leg, nullptr) << error;
  const auto context = client_context(contexts->ca().certificate());
  TlsPeer peer = TlsPeer::client(context.get(), {}, "example.org", {});
  Collect events;
  for (int round = 0; round < 5 && !leg->established(); ++round) {
    leg->receive(peer.take_output(), kNow, events);
    peer.receive(leg->output());
  }
  ASSERT_TRUE(leg->established());
  EXPECT_EQ(events.established, 1);
  EXPECT_THAT(keys, testing::Contains(HasSubstr("CLIENT_TRAFFIC_SECRET_0 ")));

  for (int i = 0; i < 20; ++i) peer.write(std::string(1000, static_cast<char>('a' + i)));
  leg->receive(peer.take_output(), kNow, events);
  ASSERT_EQ(events.pieces.size(), 2U) << "20 records, of 16 KiB at most each piece";
  EXPECT_EQ(events.pieces[0].size(), 16'384U);
  EXPECT_EQ(events.pieces[0].size() + events.pieces[1].size(), 20'000U);

  leg->close();
  EXPECT_FALSE(leg->can_write());
  peer.receive(leg->output());
  EXPECT_TRUE(peer.got_close_notify());
  peer.close_notify();
  leg->receive(peer.take_output(), kNow, events);
  EXPECT_EQ(leg->state(), proxy::TlsLeg::State::kEnded);
}

TEST(TlsLeg, DamagedRecordsEndItWithWords) {
  const auto contexts = make({});
  std::string error;
  const auto leg = contexts->accept("example.org", "localhost", kNow, error);
  const auto context = client_context(nullptr);
  TlsPeer peer = TlsPeer::client(context.get(), {}, {}, {});
  Collect events;
  for (int round = 0; round < 5 && !leg->established(); ++round) {
    leg->receive(peer.take_output(), kNow, events);
    peer.receive(leg->output());
  }
  peer.write("hello");
  std::string record = peer.take_output();
  record.back() = static_cast<char>(record.back() ^ 1);
  leg->receive(record, kNow, events);
  EXPECT_EQ(leg->state(), proxy::TlsLeg::State::kFailed);
  EXPECT_THAT(leg->failure(), HasSubstr("TLS with the client failed: "));
  EXPECT_TRUE(events.pieces.empty());
  EXPECT_FALSE(leg->can_write());
}

// A whole client leg against a server of the test; true when both sides are up.
bool shakes_hands(proxy::TlsContexts& contexts, SSL_CTX* server, std::string_view endpoint) {
  std::string error;
  const auto leg = contexts.connect(
      {.domain = "example.org", .endpoint = endpoint, .alpn = {}, .service = "xmpp-client"}, kNow, error);
  if (leg == nullptr) return false;
  TlsPeer peer = TlsPeer::server(server);
  Collect events;
  leg->start();
  peer.receive(leg->output());
  for (int round = 0; round < 5 && !(leg->established() && peer.established()); ++round) {
    leg->receive(peer.take_output(), kNow, events);
    peer.receive(leg->output());
  }
  peer.write("hello");  // carries the tickets along
  leg->receive(peer.take_output(), kNow, events);
  return leg->established() && leg->verification() == "ok" &&
         events.pieces == std::vector<std::string>{"hello"};
}

TEST(TlsContexts, OneObjectServesAllThreads) {
  constexpr int kThreads = 4;
  constexpr int kRounds = 6;
  std::atomic<size_t> keys = 0;
  proxy::TlsOptions options;
  options.cached_leaves = 2;  // fewer than the domains: threads evict each other's
  options.cached_upstream_sessions = 2;
  options.keylog = [&keys](std::string_view) { ++keys; };
  const auto contexts = make(options);
  std::string error;
  const proxy::LeafPtr leaf = server_ca().mint("example.org", kNow, error);
  ASSERT_NE(leaf, nullptr) << error;
  const auto server = server_context(*leaf);
  constexpr std::array<std::string_view, 3> kDomains{"a.example", "b.example", "c.example"};
  std::atomic<int> good = 0;
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int round = 0; round < kRounds; ++round) {
        std::string problem;
        const std::string_view domain = kDomains[static_cast<size_t>(thread + round) % kDomains.size()];
        const auto leg = contexts->accept(domain, "localhost", kNow, problem);
        if (leg == nullptr) continue;
        const auto context = client_context(contexts->ca().certificate());
        TlsPeer peer = TlsPeer::client(context.get(), {}, std::string(domain), {});
        Collect events;
        for (int turn = 0; turn < 5 && !leg->established(); ++turn) {
          leg->receive(peer.take_output(), kNow, events);
          peer.receive(leg->output());
        }
        // All threads resume from the same endpoints.
        if (leg->established() &&
            shakes_hands(*contexts, server.get(), kDomains[static_cast<size_t>(round) % 3]))
          ++good;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, kThreads * kRounds);
  EXPECT_GE(keys, 2U * kThreads * kRounds);
}

TEST(RecentMap, ForgetsTheLeastRecentlyUsed) {
  proxy::RecentMap<int> map(2);
  map.put("a", 1);
  map.put("b", 2);
  EXPECT_NE(map.find("a"), nullptr);
  map.put("c", 3);
  EXPECT_EQ(map.find("b"), nullptr);
  EXPECT_EQ(*map.find("a"), 1);
  map.put("a", 4);
  EXPECT_EQ(*map.find("a"), 4);
  EXPECT_EQ(map.size(), 2U);
  proxy::RecentMap<int> none(0);
  none.put("a", 1);
  EXPECT_EQ(none.find("a"), nullptr);
}

}  // namespace
}  // namespace test
