// The resolver and the connector against a name server of the test's own, on loopback.

#include "proxy/net/resolver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <map>
#include <thread>

#include "tests/proxy_net/harness.h"

namespace proxy::net::testing {
namespace {

using ::testing::HasSubstr;

// Answers A and SRV questions from a table; other names do not exist.
class NameServer {
 public:
  struct Srv {
    uint16_t priority, weight, port;
    std::string target;
  };
  std::map<std::string, std::vector<Srv>> srv;
  std::map<std::string, uint32_t> a;  // host byte order

  void start() {
    socket_ = Socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    const sockaddr_in at = Socket::loopback(0);
    ASSERT_EQ(::bind(socket_.fd(), reinterpret_cast<const sockaddr*>(&at), sizeof at), 0);
    thread_ = std::thread([this] { run(); });
  }
  ~NameServer() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
  }
  std::string address() const {
    sockaddr_in at{};
    socklen_t size = sizeof at;
    ::getsockname(socket_.fd(), reinterpret_cast<sockaddr*>(&at), &size);
    return "127.0.0.1:" + std::to_string(ntohs(at.sin_port));
  }

 private:
  static void put16(std::string& out, unsigned value) {
    out.push_back(static_cast<char>(value >> 8 & 0xFF));
    out.push_back(static_cast<char>(value & 0xFF));
  }
  static std::string encoded(const std::string& name) {
    std::string out;
    size_t at = 0;
    while (at < name.size() && name != ".") {
      const size_t dot = std::min(name.find('.', at), name.size());
      out.push_back(static_cast<char>(dot - at));
      out += name.substr(at, dot - at);
      at = dot + 1;
    }
    return out + '\0';
  }
  void run() {
    while (!stop_) {
      pollfd p{socket_.fd(), POLLIN, 0};
      if (::poll(&p, 1, 20) <= 0) continue;
      std::string q(512, '\0');
      sockaddr_in from{};
      socklen_t size = sizeof from;
      const ssize_t n =
          ::recvfrom(socket_.fd(), q.data(), q.size(), 0, reinterpret_cast<sockaddr*>(&from), &size);
      if (n < 17) continue;
      q.resize(static_cast<size_t>(n));
      const std::string reply = answer(q);
      ::sendto(socket_.fd(), reply.data(), reply.size(), 0, reinterpret_cast<const sockaddr*>(&from), size);
    }
  }
  std::string answer(const std::string& q) {
    std::string name;
    size_t at = 12;
    while (at < q.size() && q[at] != 0) {
      if (!name.empty()) name += '.';
      const size_t length = static_cast<unsigned char>(q[at]);
      name += q.substr(at + 1, length);
      at += length + 1;
    }
    const std::string question = q.substr(12, at + 5 - 12);
    const unsigned type = static_cast<unsigned char>(q[at + 1]) << 8 | static_cast<unsigned char>(q[at + 2]);
    std::vector<std::string> rows;
    if (type == 33 && srv.contains(name)) {
      for (const Srv& s : srv[name]) {
        std::string data;
        put16(data, s.priority);
        put16(data, s.weight);
        put16(data, s.port);
        rows.push_back(data + encoded(s.target));
      }
    } else if (type == 1 && a.contains(name)) {
      std::string data;
      put16(data, a[name] >> 16);
      put16(data, a[name] & 0xFFFF);
      rows.push_back(data);
    }
    const bool known = srv.contains(name) || a.contains(name);
    std::string out = q.substr(0, 2);
    put16(out, known ? 0x8580 : 0x8583);  // NOERROR or NXDOMAIN
    put16(out, 1);
    put16(out, static_cast<unsigned>(rows.size()));
    put16(out, 0);
    put16(out, 0);
    out += question;
    for (const std::string& row : rows) {
      put16(out, 0xC00C);
      put16(out, type);
      put16(out, 1);
      put16(out, 0);
      put16(out, 60);
      put16(out, static_cast<unsigned>(row.size()));
      out += row;
    }
    return out;
  }

  Socket socket_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

constexpr uint32_t kLoopback = 0x7F000001;

TEST(Resolver, SrvRecordsAndAddressesComeBack) {
  NameServer dns;
  dns.srv["_xmpp-client._tcp.example.test"] = {{5, 10, 5299, "xmpp.example.test"}, {9, 0, 1, "."}};
  dns.a["xmpp.example.test"] = kLoopback;
  dns.start();
  boost::asio::io_context io;
  Resolver resolver(io, {dns.address()});
  SrvAnswer answer, missing;
  Resolver::Addresses addresses;
  std::string error = "not called", no_such = "not called";
  resolver.srv("_xmpp-client._tcp.example.test", [&](SrvAnswer a) { answer = std::move(a); });
  resolver.srv("_xmpp-client._tcp.nowhere.test", [&](SrvAnswer a) { missing = std::move(a); });
  resolver.addresses("xmpp.example.test", [&](Resolver::Addresses a, std::string e) {
    addresses = std::move(a);
    error = std::move(e);
  });
  resolver.addresses("nowhere.test",
                     [&](const Resolver::Addresses&, std::string e) { no_such = std::move(e); });
  io.run();
  ASSERT_EQ(answer.outcome, SrvAnswer::Outcome::kRecords);
  ASSERT_EQ(answer.records.size(), 2U);
  EXPECT_EQ(answer.records[0].port == 5299 ? answer.records[0].target : answer.records[1].target,
            "xmpp.example.test");
  EXPECT_EQ(missing.outcome, SrvAnswer::Outcome::kNone);
  ASSERT_EQ(addresses.size(), 1U);
  EXPECT_EQ(addresses[0].to_string(), "127.0.0.1");
  EXPECT_EQ(error, "");
  EXPECT_THAT(no_such, HasSubstr("not found"));
}

TEST(Resolver, ASilentNameServerIsReportedInTime) {
  const Socket silent(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const sockaddr_in any = Socket::loopback(0);
  ASSERT_EQ(::bind(silent.fd(), reinterpret_cast<const sockaddr*>(&any), sizeof any), 0);
  sockaddr_in at{};
  socklen_t size = sizeof at;
  ::getsockname(silent.fd(), reinterpret_cast<sockaddr*>(&at), &size);
  boost::asio::io_context io;
  Resolver resolver(io,
                    {"127.0.0.1:" + std::to_string(ntohs(at.sin_port)), std::chrono::milliseconds(100), 2});
  SrvAnswer answer;
  resolver.srv("_xmpp-client._tcp.example.test", [&](SrvAnswer a) { answer = std::move(a); });
  const auto begun = std::chrono::steady_clock::now();
  io.run();
  EXPECT_EQ(answer.outcome, SrvAnswer::Outcome::kFailed);
  EXPECT_THAT(answer.error, HasSubstr("imeout"));
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(5));
}

// Client header with another domain.
std::string header_to(const std::string& domain) {
  std::string header = kClientHeader;
  return header.replace(header.find("example.com"), 11, domain);
}

TEST(Resolver, TheProxyFindsTheServerOfTheStreamsDomain) {
  Listener upstream;
  NameServer dns;
  // The first target cannot be resolved: the second is taken.
  dns.srv["_xmpp-client._tcp.xn--bcher-kva.test"] = {{1, 0, 5222, "gone.test"},
                                                     {2, 0, upstream.port(), "xmpp.example.test"}};
  dns.a["xmpp.example.test"] = kLoopback;
  dns.start();
  TestProxy proxy(0, [&](ServerOptions& o) { o.resolver.dns_server = dns.address(); });
  Socket client = Socket::connect(proxy.port());
  const std::string header = header_to("bücher.test");
  ASSERT_TRUE(client.send(header));
  Socket server = upstream.accept();
  ASSERT_TRUE(server.ok());
  EXPECT_EQ(server.read_exactly(header.size()), header);
}

TEST(Resolver, ADomainWithoutServiceIsExplainedToTheClient) {
  NameServer dns;
  dns.srv["_xmpp-client._tcp.example.test"] = {{0, 0, 0, "."}};
  dns.start();
  TestProxy proxy(0, [&](ServerOptions& o) { o.resolver.dns_server = dns.address(); });
  Socket client = Socket::connect(proxy.port());
  ASSERT_TRUE(client.send(header_to("example.test")));
  EXPECT_THAT(client.read_to_end(), HasSubstr("<remote-connection-failed"));
  EXPECT_THAT(proxy.log(), HasSubstr("the DNS says that example.test has no XMPP service"));
}

}  // namespace
}  // namespace proxy::net::testing
