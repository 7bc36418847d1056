// A poll loop around one ScriptedPeer and, once TLS has begun, one TlsLeg. Time is read here and handed in.
#include "replay/peer_driver.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>

#include "proxy/tls/tls_leg.h"

namespace replay {

using parser::Direction;
using parser::Duration;
using parser::Time;

namespace {

Time wall_clock() {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

sockaddr_in loopback(uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

std::string in_words(int error) {
  return std::strerror(error);
}

class Play : private proxy::TlsLeg::Events {
 public:
  Play(const Script& script, Direction own, const Pace& pace, int fd, proxy::TlsContexts& tls)
      : script_(script), own_(own), peer_(script, own, pace), fd_(fd), contexts_(tls) {
    fcntl(fd_, F_SETFL, fcntl(fd_, F_GETFL) | O_NONBLOCK);
    const int on = 1;
    setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  ~Play() override { close(fd_); }
  Play(const Play&) = delete;
  Play& operator=(const Play&) = delete;

  PeerResult run(const std::atomic<bool>& stop, Duration patience) {
    Time moved = wall_clock();
    obey(peer_.start(moved));
    while (failure_.empty() && peer_.failure().empty()) {
      if (stop) break;
      flush();
      if (peer_.finished() && out_.empty() && (half_closed_ || !in_open_)) {
        if (!in_open_) break;  // both sides have said their last
      }
      const Time now = wall_clock();
      if (now - moved > patience) {
        if (!peer_.finished())
          failure_ = "nothing came for " +
                     std::to_string(std::chrono::duration_cast<std::chrono::seconds>(patience).count()) +
                     " s";
        break;
      }
      if (!in_open_ && out_.empty() && !peer_.wake_at()) break;
      wait(now);
      if (read_some()) moved = wall_clock();
      if (peer_.wake_at() && wall_clock() >= *peer_.wake_at()) {
        moved = wall_clock();
        obey(peer_.timer(moved));
      }
    }
    PeerResult result;
    result.failure = !failure_.empty() ? failure_ : peer_.failure();
    result.ok = result.failure.empty() && peer_.finished();
    if (!result.ok && result.failure.empty()) result.failure = "stopped before the end of the script";
    result.steps_done = peer_.position();
    return result;
  }

 private:
  void obey(const std::vector<Command>& commands) {
    for (const Command& command : commands) {
      switch (command.kind) {
        case Command::Kind::kSend:
          send(command.bytes);
          break;
        case Command::Kind::kStartTls:
          begin_tls();
          break;
        case Command::Kind::kFinish:
          finish_when_sent_ = true;
          break;
      }
    }
  }

  void send(std::string_view bytes) {
    if (tls_ == nullptr) {
      out_ += bytes;
      return;
    }
    if (!tls_->can_write()) return;
    tls_->write(bytes);
    out_ += tls_->output();
  }

  void begin_tls() {
    std::string error;
    if (own_ == Direction::kC2S) {
      const bool direct = script_.client_direct_tls;
      tls_ = contexts_.connect({.domain = script_.domain,
                                .endpoint = {},
                                .alpn = direct ? "xmpp-client" : "",
                                .service = "xmpp-client"},
                               wall_clock(), error);
    } else {
      tls_ = contexts_.accept(script_.domain, script_.domain, wall_clock(), error);
    }
    if (tls_ == nullptr) {
      failure_ = error;
      return;
    }
    if (own_ == Direction::kC2S) {
      tls_->start();
      out_ += tls_->output();
    }
  }

  void tls_established() override { obey(peer_.tls_established(wall_clock())); }
  void tls_plaintext(std::string_view bytes) override { obey(peer_.received(bytes, wall_clock())); }

  void take(std::string_view bytes) {
    if (tls_ == nullptr) {
      const auto commands = peer_.received(bytes, wall_clock());
      const size_t consumed = peer_.consumed();
      obey(commands);
      if (consumed >= bytes.size() || tls_ == nullptr) return;
      bytes.remove_prefix(consumed);  // behind <proceed/>
    }
    tls_->receive(bytes, wall_clock(), *this);
    out_ += tls_->output();
    if (tls_->state() == proxy::TlsLeg::State::kFailed) failure_ = tls_->failure();
    if (tls_->state() == proxy::TlsLeg::State::kEnded && in_open_) end_of_input();
  }

  void end_of_input() {
    in_open_ = false;
    obey(peer_.ended(wall_clock()));
  }

  bool read_some() {
    std::array<char, 65536> buffer;  // NOLINT: filled by recv
    const ssize_t n = recv(fd_, buffer.data(), buffer.size(), 0);
    if (n > 0) {
      take({buffer.data(), static_cast<size_t>(n)});
      return true;
    }
    if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
      if (in_open_) end_of_input();
      in_open_ = false;
    }
    return false;
  }

  void flush() {
    while (!out_.empty()) {
      const ssize_t n = ::send(fd_, out_.data(), out_.size(), MSG_NOSIGNAL);
      if (n <= 0) {
        if (errno != EAGAIN && errno != EINTR) out_.clear();  // the other side is gone; reading says so
        return;
      }
      out_.erase(0, static_cast<size_t>(n));
    }
    if (finish_when_sent_ && !half_closed_) {
      half_closed_ = true;
      if (tls_ != nullptr && tls_->can_write()) {
        tls_->close();
        out_ += tls_->output();
        const ssize_t n = ::send(fd_, out_.data(), out_.size(), MSG_NOSIGNAL);
        if (n > 0) out_.erase(0, static_cast<size_t>(n));
      }
      shutdown(fd_, SHUT_WR);
    }
  }

  void wait(Time now) {
    auto timeout = std::chrono::milliseconds(100);  // also how soon `stop` is seen
    if (peer_.wake_at()) {
      timeout =
          std::min(timeout, std::max(std::chrono::milliseconds(0),
                                     std::chrono::ceil<std::chrono::milliseconds>(*peer_.wake_at() - now)));
    }
    pollfd entry{fd_, static_cast<int16_t>((in_open_ ? POLLIN : 0) | (out_.empty() ? 0 : POLLOUT)), 0};
    poll(&entry, 1, static_cast<int>(timeout.count()));
  }

  const Script& script_;
  Direction own_;
  ScriptedPeer peer_;
  int fd_;
  proxy::TlsContexts& contexts_;
  std::unique_ptr<proxy::TlsLeg> tls_;
  std::string out_;  // bounded by the script: what the socket does not take yet
  bool finish_when_sent_ = false;
  bool half_closed_ = false;
  bool in_open_ = true;
  std::string failure_;
};

}  // namespace

PeerListener::PeerListener() {
  fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t length = sizeof address;
  if (fd_ < 0 || bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      listen(fd_, 16) != 0 || getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
    if (fd_ >= 0) close(fd_);
    fd_ = -1;
    return;
  }
  port_ = ntohs(address.sin_port);
}

PeerListener::~PeerListener() {
  if (fd_ >= 0) close(fd_);
}

int PeerListener::accept(Duration timeout) {
  pollfd entry{fd_, POLLIN, 0};
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(timeout).count();
  if (poll(&entry, 1, static_cast<int>(milliseconds)) <= 0) return -1;
  return accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
}

int connect_to(const std::string& address, uint16_t port, std::string& error) {
  sockaddr_in target = loopback(port);
  if (inet_pton(AF_INET, address.c_str(), &target.sin_addr) != 1) {
    error = "not a numeric IPv4 address: " + address;
    return -1;
  }
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd >= 0 && connect(fd, reinterpret_cast<sockaddr*>(&target), sizeof target) == 0) return fd;
  error = "cannot connect to " + address + ":" + std::to_string(port) + ": " + in_words(errno);
  if (fd >= 0) close(fd);
  return -1;
}

PeerResult play(const Script& script, Direction own, const Pace& pace, int fd, proxy::TlsContexts& tls,
                const std::atomic<bool>& stop, Duration patience) {
  return Play(script, own, pace, fd, tls).run(stop, patience);
}

}  // namespace replay
