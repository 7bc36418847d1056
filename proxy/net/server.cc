// The acceptors live on the first I/O thread and hand sockets out in turn; a connection then stays where it
// is. Listening sockets are opened before any thread starts, so that every mistake in an address is told at
// start-up.

#include "proxy/net/server.h"

#include <fmt/format.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/resource.h>

#include <algorithm>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <cstring>
#include <thread>

#include "proxy/net/address.h"
#include "proxy/net/worker.h"

namespace proxy::net {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr int kBacklog = 4096;

std::vector<asio::ip::address> interface_addresses() {
  std::vector<asio::ip::address> result;
  ifaddrs* all = nullptr;
  if (::getifaddrs(&all) != 0) return result;
  for (const ifaddrs* i = all; i != nullptr; i = i->ifa_next) {
    if (i->ifa_addr == nullptr) continue;
    if (i->ifa_addr->sa_family == AF_INET) {
      sockaddr_in v4;
      std::memcpy(&v4, i->ifa_addr, sizeof v4);
      result.push_back(asio::ip::address_v4(ntohl(v4.sin_addr.s_addr)));
    } else if (i->ifa_addr->sa_family == AF_INET6) {
      sockaddr_in6 v6;
      std::memcpy(&v6, i->ifa_addr, sizeof v6);
      asio::ip::address_v6::bytes_type bytes;
      std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
      result.push_back(asio::ip::address_v6(bytes));
    }
  }
  ::freeifaddrs(all);
  return result;
}

std::string bind_advice(const boost::system::error_code& code, uint16_t port) {
  if (code == asio::error::address_in_use) {
    return fmt::format("; another program listens there (see: ss -ltnp 'sport = :{}'), choose another port",
                       port);
  }
  if (code == asio::error::access_denied) return "; ports below 1024 need privileges, choose another port";
  if (code == boost::system::errc::address_not_available) {
    return "; this machine has no such address, choose one of its own (127.0.0.1 or [::1] for itself only)";
  }
  return "";
}

}  // namespace

class Server::Impl {
 public:
  Impl(ServerOptions options, TlsContexts& tls, Recorder& recorder, Log log)
      : shared_{std::move(options), tls, std::move(log), [&recorder] { recorder.attention(); }, {}},
        recorder_(recorder) {
    ServerOptions& o = shared_.options;
    if (o.threads == 0) o.threads = std::max(1U, std::thread::hardware_concurrency());
    o.session.upstream_given = o.upstream.has_value();
    shared_.is_own = [this](const tcp::endpoint& endpoint) { return is_own(endpoint); };
    for (size_t i = 0; i < o.threads; ++i) workers_.push_back(std::make_unique<Worker>(shared_));
  }

  ~Impl() {
    for (const auto& worker : workers_) worker->stop();
    join();
    listeners_.clear();
    signals_.reset();
    recorder_.stop();  // it reads the workers' rings
  }

  std::string start() {
    for (const Listen& listen : shared_.options.listeners) {
      if (std::string error = open(listen); !error.empty()) {
        listeners_.clear();
        endpoints_.clear();
        return error;
      }
    }
    own_addresses_ = interface_addresses();
    for (const auto& worker : workers_) recorder_.add_ring(worker->ring());
    recorder_.start();
    for (size_t i = 0; i < listeners_.size(); ++i) {
      shared_.log(LogLevel::kInfo, fmt::format("listening on {} ({})", shown(endpoints_[i]),
                                               listeners_[i]->direct_tls ? "direct TLS" : "STARTTLS"));
      accept(*listeners_[i]);
    }
    if (signals_) await_signal();
    for (const auto& worker : workers_) {
      threads_.emplace_back([w = worker.get()] { w->run(); });
      ::pthread_setname_np(threads_.back().native_handle(), "relay");
    }
    return {};
  }

  void handle_signals() {
    signals_ = std::make_unique<asio::signal_set>(workers_.front()->io, SIGINT, SIGTERM, SIGHUP);
  }

  void stop() {
    if (stopping_.exchange(true)) return;
    asio::post(workers_.front()->io, [this] {
      for (const auto& listener : listeners_) {
        boost::system::error_code ignored;
        listener->acceptor.close(ignored);
        listener->retry.cancel();
      }
      for (const auto& worker : workers_) worker->shut_down();
    });
  }

  void wait() {
    join();
    recorder_.stop();
  }

  const std::vector<tcp::endpoint>& endpoints() const { return endpoints_; }
  size_t connections() const { return shared_.connections.load(std::memory_order_relaxed); }

 private:
  struct Listener {
    explicit Listener(asio::io_context& io) : acceptor(io), retry(io) {}
    tcp::acceptor acceptor;
    asio::steady_timer retry;
    bool direct_tls = false;
  };

  static std::string shown(const tcp::endpoint& endpoint) {
    return to_string(endpoint.address().to_string(), endpoint.port());
  }

  std::string open(const Listen& listen) {
    boost::system::error_code code;
    asio::io_context& io = workers_.front()->io;
    tcp::endpoint endpoint;
    if (const auto address = asio::ip::make_address(listen.at.host, code); !code) {
      endpoint = {address, listen.at.port};
    } else {
      tcp::resolver resolver(io);
      const auto found =
          resolver.resolve(listen.at.host, std::to_string(listen.at.port), tcp::resolver::passive, code);
      if (code || found.empty()) {
        return fmt::format("cannot listen on {}: {} is no address of this machine; use 127.0.0.1 or [::1]",
                           to_string(listen.at), listen.at.host);
      }
      endpoint = found.begin()->endpoint();
    }
    auto listener = std::make_unique<Listener>(io);
    listener->direct_tls = listen.direct_tls;
    tcp::acceptor& acceptor = listener->acceptor;
    acceptor.open(endpoint.protocol(), code);
    if (!code) acceptor.set_option(tcp::acceptor::reuse_address(true), code);
    if (!code && endpoint.address().is_v6()) {
      acceptor.set_option(asio::ip::v6_only(!endpoint.address().is_unspecified()), code);
    }
    if (!code) acceptor.bind(endpoint, code);
    if (!code) acceptor.listen(kBacklog, code);
    if (code) {
      return fmt::format("cannot listen on {}: {}{}", to_string(listen.at), code.message(),
                         bind_advice(code, listen.at.port));
    }
    endpoints_.push_back(acceptor.local_endpoint());
    if (!endpoint.address().is_loopback()) {
      shared_.log(LogLevel::kWarning,
                  fmt::format("{} can be reached from other machines: whoever connects there is relayed, and "
                              "recorded in plain text",
                              shown(endpoints_.back())));
    }
    listeners_.push_back(std::move(listener));
    return {};
  }

  void accept(Listener& listener) {
    Worker& worker = *workers_[next_worker_];
    next_worker_ = (next_worker_ + 1) % workers_.size();
    listener.acceptor.async_accept(worker.io, [this, &listener, &worker](boost::system::error_code code,
                                                                         tcp::socket socket) {
      if (code == asio::error::operation_aborted || stopping_.load()) return;
      if (code) {
        // Mostly "too many open files": what is open must end first.
        complain(fmt::format("cannot accept connections now: {}; raise the limit on open files (ulimit -n)",
                             code.message()));
        listener.retry.expires_after(std::chrono::milliseconds(100));
        listener.retry.async_wait([this, &listener](boost::system::error_code retry_code) {
          if (!retry_code) accept(listener);
        });
        return;
      }
      if (shared_.connections.load(std::memory_order_relaxed) >= shared_.options.max_connections) {
        complain(fmt::format("refused a connection: {} are open, the most that --max-connections allows",
                             shared_.options.max_connections));
        boost::system::error_code ignored;
        socket.close(ignored);
      } else {
        shared_.connections.fetch_add(1, std::memory_order_relaxed);
        worker.adopt(std::move(socket), listener.direct_tls);
      }
      accept(listener);
    });
  }

  // At most one such line per second.
  void complain(std::string line) {
    const auto now = std::chrono::steady_clock::now();
    if (now - last_complaint_ < std::chrono::seconds(1)) {
      ++unsaid_;
      return;
    }
    last_complaint_ = now;
    if (unsaid_ > 0) line += fmt::format(" (and {} times before, unsaid)", std::exchange(unsaid_, 0));
    shared_.log(LogLevel::kWarning, line);
  }

  void await_signal() {
    signals_->async_wait([this](boost::system::error_code code, int signal) {
      if (code) return;
      if (signal == SIGHUP) {
        shared_.log(LogLevel::kInfo, "SIGHUP: nothing to reload, going on");
      } else {
        shared_.log(LogLevel::kInfo,
                    fmt::format("{}: ending {} connections; once more to quit at once",
                                signal == SIGINT ? "interrupted" : "terminated", connections()));
        // The default action is what a second one finds: it quits at once.
        boost::system::error_code ignored;
        signals_->remove(SIGINT, ignored);
        signals_->remove(SIGTERM, ignored);
        stop();
      }
      await_signal();
    });
  }

  bool is_own(const tcp::endpoint& given) const {
    const tcp::endpoint endpoint(unmapped(given.address()), given.port());
    return std::any_of(endpoints_.begin(), endpoints_.end(), [&](const tcp::endpoint& own) {
      if (own.port() != endpoint.port()) return false;
      if (own.address() == endpoint.address()) return true;
      // An unspecified address stands for all of this machine's, and connecting to one reaches loopback.
      if (endpoint.address().is_unspecified())
        return own.address().is_loopback() || own.address().is_unspecified();
      return own.address().is_unspecified() &&
             (endpoint.address().is_loopback() || std::find(own_addresses_.begin(), own_addresses_.end(),
                                                            endpoint.address()) != own_addresses_.end());
    });
  }

  void join() {
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

  Shared shared_;
  Recorder& recorder_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<std::thread> threads_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  std::vector<tcp::endpoint> endpoints_;
  std::vector<asio::ip::address> own_addresses_;
  std::unique_ptr<asio::signal_set> signals_;
  size_t next_worker_ = 0;
  std::atomic<bool> stopping_{false};
  std::chrono::steady_clock::time_point last_complaint_{};
  uint64_t unsaid_ = 0;
};

Server::Server(ServerOptions options, TlsContexts& tls, Recorder& recorder, Log log)
    : impl_(std::make_unique<Impl>(std::move(options), tls, recorder, std::move(log))) {}
Server::~Server() = default;
std::string Server::start() {
  return impl_->start();
}
const std::vector<tcp::endpoint>& Server::endpoints() const {
  return impl_->endpoints();
}
void Server::handle_signals() {
  impl_->handle_signals();
}
void Server::stop() {
  impl_->stop();
}
void Server::wait() {
  impl_->wait();
}
size_t Server::connections() const {
  return impl_->connections();
}

size_t raise_file_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<size_t>(limit.rlim_cur);
}

}  // namespace proxy::net
