// A real proxy on loopback for tests, with sockets that time out instead of hanging.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "proxy/net/server.h"
#include "proxy/tls/certificate_authority.h"
#include "proxy/tls/tls_contexts.h"

namespace proxy::net::testing {

constexpr int kPatienceMs = 10'000;

class Socket {
 public:
  Socket() = default;
  explicit Socket(int fd) : fd_(fd) {}
  Socket(Socket&& o) noexcept : fd_(std::exchange(o.fd_, -1)) {}
  Socket& operator=(Socket&& o) noexcept {
    close();
    fd_ = std::exchange(o.fd_, -1);
    return *this;
  }
  ~Socket() { close(); }

  static Socket connect(uint16_t port) {
    Socket s(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_in to = loopback(port);
    if (::connect(s.fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) s.close();
    return s;
  }
  static sockaddr_in loopback(uint16_t port) {
    sockaddr_in a{};
    a.sin_family = AF_INET;
    a.sin_port = htons(port);
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return a;
  }

  int fd() const { return fd_; }
  bool ok() const { return fd_ >= 0; }
  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }
  void reset() {
    const linger now{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close();
  }
  void end_sending() { ::shutdown(fd_, SHUT_WR); }

  // False when the peer is gone or does not take it in time.
  bool send(std::string_view bytes, int patience_ms = kPatienceMs) {
    while (!bytes.empty()) {
      pollfd p{fd_, POLLOUT, 0};
      if (::poll(&p, 1, patience_ms) <= 0) return false;
      const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (n < 0 && errno != EAGAIN) return false;
      if (n > 0) bytes.remove_prefix(static_cast<size_t>(n));
    }
    return true;
  }
  // How many bytes it takes until it takes no more for that long.
  size_t send_until_stuck(size_t most, int patience_ms) {
    const std::string piece(65'536, 'x');
    size_t sent = 0;
    while (sent < most) {
      pollfd p{fd_, POLLOUT, 0};
      if (::poll(&p, 1, patience_ms) <= 0) break;
      const ssize_t n =
          ::send(fd_, piece.data(), std::min(piece.size(), most - sent), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (n < 0 && errno != EAGAIN) break;
      if (n > 0) sent += static_cast<size_t>(n);
    }
    return sent;
  }
  // Some bytes; empty at the end, after an error, or when nothing came in time (timed_out() tells).
  std::string read_some(int patience_ms = kPatienceMs) {
    pollfd p{fd_, POLLIN, 0};
    timed_out_ = ::poll(&p, 1, patience_ms) == 0;
    if (timed_out_) return {};
    std::string bytes(65'536, '\0');
    const ssize_t n = ::recv(fd_, bytes.data(), bytes.size(), 0);
    was_reset_ = n < 0;
    bytes.resize(n > 0 ? static_cast<size_t>(n) : 0);
    return bytes;
  }
  std::string read_exactly(size_t size) {
    std::string all;
    while (all.size() < size) {
      const std::string some = read_some();
      if (some.empty()) break;
      all += some;
    }
    return all;
  }
  std::string read_until(std::string_view mark) {
    std::string all;
    while (all.find(mark) == std::string::npos) {
      const std::string some = read_some();
      if (some.empty()) break;
      all += some;
    }
    return all;
  }
  std::string read_to_end(int patience_ms = kPatienceMs) {
    std::string all;
    for (;;) {
      const std::string some = read_some(patience_ms);
      if (some.empty()) return all;
      all += some;
    }
  }
  bool timed_out() const { return timed_out_; }
  bool was_reset() const { return was_reset_; }

 private:
  int fd_ = -1;
  bool timed_out_ = false;
  bool was_reset_ = false;
};

class Listener {
 public:
  Listener() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const sockaddr_in at = Socket::loopback(0);
    EXPECT_EQ(::bind(socket_.fd(), reinterpret_cast<const sockaddr*>(&at), sizeof at), 0);
    EXPECT_EQ(::listen(socket_.fd(), 4096), 0);
  }
  uint16_t port() const {
    sockaddr_in at{};
    socklen_t size = sizeof at;
    ::getsockname(socket_.fd(), reinterpret_cast<sockaddr*>(&at), &size);
    return ntohs(at.sin_port);
  }
  Socket accept(int patience_ms = kPatienceMs) {
    pollfd p{socket_.fd(), POLLIN, 0};
    if (::poll(&p, 1, patience_ms) <= 0) return {};
    return Socket(::accept4(socket_.fd(), nullptr, nullptr, SOCK_CLOEXEC));
  }
  int fd() const { return socket_.fd(); }

 private:
  Socket socket_;
};

// What the recorder's sinks saw, as short words.
class Events : public parser::EventSink {
 public:
  void on_event(const parser::StreamEvent& event) override {
    if (hold.load()) {
      held.store(true);
      while (hold.load()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    const std::lock_guard lock(mutex_);
    bytes_[static_cast<size_t>(event.direction)] += event.bytes;
    if (const auto* dropped = std::get_if<parser::Dropped>(&event.fact)) dropped_ += dropped->bytes;
    if (const auto* closed = std::get_if<parser::Closed>(&event.fact)) closed_.push_back(*closed);
    ++count_;
  }
  std::string bytes(parser::Direction direction) {
    const std::lock_guard lock(mutex_);
    return bytes_[static_cast<size_t>(direction)];
  }
  uint64_t dropped() {
    const std::lock_guard lock(mutex_);
    return dropped_;
  }
  std::vector<parser::Closed> closed() {
    const std::lock_guard lock(mutex_);
    return closed_;
  }
  std::atomic<bool> hold{false};  // the sink blocks while this is set, as a stuck terminal does
  std::atomic<bool> held{false};

 private:
  std::mutex mutex_;
  std::string bytes_[2];
  uint64_t dropped_ = 0;
  size_t count_ = 0;
  std::vector<parser::Closed> closed_;
};

inline parser::Time now() {
  return std::chrono::time_point_cast<parser::Duration>(std::chrono::system_clock::now());
}

// Order of members: what a later one uses comes first.
class TestProxy {
 public:
  using Change = std::function<void(ServerOptions&)>;
  explicit TestProxy(uint16_t upstream_port, const Change& change = {}) {
    std::string error;
    auto ca = CertificateAuthority::generate(now(), error);
    EXPECT_TRUE(ca) << error;
    TlsOptions tls_options;
    tls_options.insecure_upstream = true;
    tls_ = TlsContexts::create(tls_options, std::move(*ca), error);
    EXPECT_TRUE(tls_) << error;
    const Log log = [this](LogLevel, std::string_view line) {
      const std::lock_guard lock(mutex_);
      log_.append(line).append("\n");
    };
    RecorderOptions recorder_options;
    recorder_options.analyzer.rules = false;
    recorder_ = std::make_unique<Recorder>(
        recorder_options, nullptr, std::vector<parser::EventSink*>{&events}, std::function<void()>{}, log);
    ServerOptions options;
    options.threads = 2;
    options.listeners.push_back({{"127.0.0.1", 0}, false});
    if (upstream_port != 0) options.upstream = HostPort{"127.0.0.1", upstream_port};
    options.session.insecure_upstream = true;
    if (change) change(options);
    server_ = std::make_unique<Server>(options, *tls_, *recorder_, log);
    error = server_->start();
    EXPECT_EQ(error, "");
  }
  ~TestProxy() { stop(); }

  void stop() {
    events.hold = false;
    server_->stop();
    server_->wait();
  }
  uint16_t port(size_t listener = 0) const { return server_->endpoints().at(listener).port(); }
  Server& server() { return *server_; }
  Recorder& recorder() { return *recorder_; }
  TlsContexts& tls() { return *tls_; }
  std::string log() {
    const std::lock_guard lock(mutex_);
    return log_;
  }
  // Waits until the condition holds.
  static bool eventually(const std::function<bool()>& condition, int patience_ms = kPatienceMs) {
    for (int waited = 0; waited < patience_ms; waited += 5) {
      if (condition()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return condition();
  }

  Events events;

 private:
  std::mutex mutex_;
  std::string log_;
  std::unique_ptr<TlsContexts> tls_;
  std::unique_ptr<Recorder> recorder_;
  std::unique_ptr<Server> server_;
};

inline const std::string kClientHeader =
    "<?xml version='1.0'?><stream:stream xmlns='jabber:client' "
    "xmlns:stream='http://etherx.jabber.org/streams' "
    "to='example.com' version='1.0'>";
inline const std::string kServerHeader =
    "<?xml version='1.0'?><stream:stream xmlns='jabber:client' "
    "xmlns:stream='http://etherx.jabber.org/streams' "
    "from='example.com' id='s1' version='1.0'><stream:features><bind "
    "xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>";

// A client and a server with a session through the proxy between them.
struct Pair {
  Socket client, server;
};
inline Pair open_stream(TestProxy& proxy, Listener& upstream) {
  Pair pair;
  pair.client = Socket::connect(proxy.port());
  EXPECT_TRUE(pair.client.send(kClientHeader));
  pair.server = upstream.accept();
  EXPECT_TRUE(pair.server.ok());
  EXPECT_EQ(pair.server.read_exactly(kClientHeader.size()), kClientHeader);
  EXPECT_TRUE(pair.server.send(kServerHeader));
  EXPECT_EQ(pair.client.read_exactly(kServerHeader.size()), kServerHeader);
  return pair;
}

}  // namespace proxy::net::testing
