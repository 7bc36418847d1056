// c-ares owns its sockets and says which of them it wants to read or write (the sock-state callback); here
// they are only watched. A socket is taken back from Asio (release) at the moment when c-ares is about to
// close it. The channel is made on first use, and made anew when it is old and idle, so that a changed
// resolv.conf is noticed.

#include "proxy/net/resolver.h"

#include <ares.h>
#include <arpa/inet.h>
#include <netdb.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstring>
#include <map>
#include <mutex>

namespace proxy::net {

namespace asio = boost::asio;

namespace {

constexpr size_t kMaxRecords = 64;
constexpr size_t kMaxAddresses = 16;
constexpr std::chrono::seconds kChannelLife{30};

void init_library() {
  static std::once_flag once;
  std::call_once(once, [] { ares_library_init(ARES_LIB_INIT_ALL); });
}

}  // namespace

class Resolver::Impl : public std::enable_shared_from_this<Resolver::Impl> {
 public:
  Impl(asio::io_context& io, ResolverOptions options) : io_(io), options_(std::move(options)), timer_(io) {}
  ~Impl() { close_channel(); }

  void stop() {
    close_channel();
    timer_.cancel();
  }

  void srv(const std::string& name, std::function<void(SrvAnswer)> done) {
    if (std::string error; !open_channel(error)) {
      return asio::post(io_, [done = std::move(done), error] {
        done({SrvAnswer::Outcome::kFailed, {}, error});
      });
    }
    ++open_queries_;
    // c-ares: class IN is 1, type SRV is 33 (RFC 1035, RFC 2782).
    ares_query(channel_, name.c_str(), 1, 33, &Impl::srv_done, new SrvQuery{this, std::move(done)});
    after_ares();
  }

  void addresses(const std::string& host, std::function<void(Addresses, std::string)> done) {
    if (std::string error; !open_channel(error)) {
      return asio::post(io_, [done = std::move(done), error] { done({}, error); });
    }
    ++open_queries_;
    ares_addrinfo_hints hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = ARES_AI_NUMERICSERV;
    ares_getaddrinfo(channel_, host.c_str(), nullptr, &hints, &Impl::addresses_done,
                     new AddressQuery{this, std::move(done)});
    after_ares();
  }

 private:
  struct SrvQuery {
    Impl* self;
    std::function<void(SrvAnswer)> done;
  };
  struct AddressQuery {
    Impl* self;
    std::function<void(Addresses, std::string)> done;
  };
  struct Socket {
    explicit Socket(asio::io_context& io, int fd) : descriptor(io, fd) {}
    asio::posix::stream_descriptor descriptor;
    bool want_read = false, want_write = false;
    bool reading = false, writing = false;
  };

  bool open_channel(std::string& error) {
    const auto now = std::chrono::steady_clock::now();
    if (channel_ != nullptr && open_queries_ == 0 && now - opened_at_ > kChannelLife) close_channel();
    if (channel_ != nullptr) return true;
    init_library();
    ares_options options{};
    options.timeout = static_cast<int>(options_.query_timeout.count());
    options.tries = options_.tries;
    options.sock_state_cb = &Impl::socket_state;
    options.sock_state_cb_data = this;
    int code =
        ares_init_options(&channel_, &options, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB);
    if (code == ARES_SUCCESS && !options_.dns_server.empty()) {
      code = ares_set_servers_ports_csv(channel_, options_.dns_server.c_str());
    }
    if (code != ARES_SUCCESS) {
      error = std::string("the DNS client could not start: ") + ares_strerror(code);
      close_channel();
      return false;
    }
    opened_at_ = now;
    return true;
  }

  void close_channel() {
    if (channel_ == nullptr) return;
    ares_channel channel = channel_;
    channel_ = nullptr;
    ares_destroy(channel);  // ends every query with ARES_EDESTRUCTION, closes every socket
    sockets_.clear();
    open_queries_ = 0;
  }

  // Queries end inside calls to c-ares; what they cause runs after it, from the io_context.
  static void srv_done(void* argument, int status, int, unsigned char* reply, int length) {
    const std::unique_ptr<SrvQuery> query(static_cast<SrvQuery*>(argument));
    if (status == ARES_EDESTRUCTION) return;
    --query->self->open_queries_;
    SrvAnswer answer;
    ares_srv_reply* records = nullptr;
    if (status == ARES_SUCCESS) status = ares_parse_srv_reply(reply, length, &records);
    if (status == ARES_SUCCESS) {
      for (const ares_srv_reply* r = records; r != nullptr && answer.records.size() < kMaxRecords;
           r = r->next) {
        answer.records.push_back({r->priority, r->weight, r->port, r->host != nullptr ? r->host : ""});
      }
    }
    if (records != nullptr) ares_free_data(records);
    if (status == ARES_ENOTFOUND || status == ARES_ENODATA ||
        (status == ARES_SUCCESS && answer.records.empty())) {
      answer.outcome = SrvAnswer::Outcome::kNone;
    } else if (status != ARES_SUCCESS) {
      answer.outcome = SrvAnswer::Outcome::kFailed;
      answer.error = ares_strerror(status);
    } else {
      answer.outcome = SrvAnswer::Outcome::kRecords;
    }
    asio::post(query->self->io_, [done = std::move(query->done), answer = std::move(answer)]() mutable {
      done(std::move(answer));
    });
  }

  static void addresses_done(void* argument, int status, int, ares_addrinfo* result) {
    const std::unique_ptr<AddressQuery> query(static_cast<AddressQuery*>(argument));
    if (status == ARES_EDESTRUCTION) return;
    --query->self->open_queries_;
    Addresses addresses;
    std::string error;
    if (status == ARES_SUCCESS) {
      for (const ares_addrinfo_node* n = result->nodes; n != nullptr && addresses.size() < kMaxAddresses;
           n = n->ai_next) {
        if (n->ai_family == AF_INET) {
          sockaddr_in v4;
          std::memcpy(&v4, n->ai_addr, sizeof v4);
          addresses.push_back(asio::ip::address_v4(ntohl(v4.sin_addr.s_addr)));
        } else if (n->ai_family == AF_INET6) {
          sockaddr_in6 v6;
          std::memcpy(&v6, n->ai_addr, sizeof v6);
          asio::ip::address_v6::bytes_type bytes;
          std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
          addresses.push_back(asio::ip::address_v6(bytes, v6.sin6_scope_id));
        }
      }
    }
    if (result != nullptr) ares_freeaddrinfo(result);
    if (addresses.empty()) error = status == ARES_SUCCESS ? "it has no addresses" : ares_strerror(status);
    asio::post(query->self->io_,
               [done = std::move(query->done), addresses = std::move(addresses),
                error = std::move(error)]() mutable { done(std::move(addresses), std::move(error)); });
  }

  static void socket_state(void* argument, ares_socket_t fd, int readable, int writable) {
    Impl& self = *static_cast<Impl*>(argument);
    auto found = self.sockets_.find(fd);
    if (readable == 0 && writable == 0) {
      if (found == self.sockets_.end()) return;
      found->second->descriptor.release();  // c-ares closes it
      self.sockets_.erase(found);
      return;
    }
    if (found == self.sockets_.end()) {
      found = self.sockets_.emplace(fd, std::make_shared<Socket>(self.io_, fd)).first;
    }
    found->second->want_read = readable != 0;
    found->second->want_write = writable != 0;
    self.watch(fd, found->second);
  }

  void watch(int fd, const std::shared_ptr<Socket>& socket) {
    if (socket->want_read && !socket->reading) {
      socket->reading = true;
      socket->descriptor.async_wait(asio::posix::stream_descriptor::wait_read,
                                    [weak = weak_from_this(), socket, fd](boost::system::error_code code) {
                                      socket->reading = false;
                                      if (auto self = weak.lock()) self->ready(fd, socket, code, true);
                                    });
    }
    if (socket->want_write && !socket->writing) {
      socket->writing = true;
      socket->descriptor.async_wait(asio::posix::stream_descriptor::wait_write,
                                    [weak = weak_from_this(), socket, fd](boost::system::error_code code) {
                                      socket->writing = false;
                                      if (auto self = weak.lock()) self->ready(fd, socket, code, false);
                                    });
    }
  }

  void ready(int fd, const std::shared_ptr<Socket>& socket, boost::system::error_code code, bool read) {
    const auto current = [&] {
      const auto found = sockets_.find(fd);
      return found != sockets_.end() && found->second == socket;
    };
    if (code || channel_ == nullptr || !current()) return;
    ares_process_fd(channel_, read ? fd : ARES_SOCKET_BAD, read ? ARES_SOCKET_BAD : fd);
    if (current()) watch(fd, socket);
    after_ares();
  }

  void after_ares() {
    if (channel_ == nullptr) return;
    timeval most{60, 0};
    timeval value{};
    const timeval* next = ares_timeout(channel_, &most, &value);
    if (open_queries_ == 0 || next == nullptr) {
      timer_.cancel();
      return;
    }
    timer_.expires_after(std::chrono::seconds(next->tv_sec) + std::chrono::microseconds(next->tv_usec) +
                         std::chrono::milliseconds(1));
    timer_.async_wait([weak = weak_from_this()](boost::system::error_code code) {
      const auto self = weak.lock();
      if (code || !self || self->channel_ == nullptr) return;
      ares_process_fd(self->channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
      self->after_ares();
    });
  }

  asio::io_context& io_;
  ResolverOptions options_;
  asio::steady_timer timer_;
  ares_channel channel_ = nullptr;
  std::chrono::steady_clock::time_point opened_at_;
  size_t open_queries_ = 0;
  std::map<int, std::shared_ptr<Socket>> sockets_;
};

Resolver::Resolver(asio::io_context& io, ResolverOptions options)
    : impl_(std::make_shared<Impl>(io, std::move(options))) {}
Resolver::~Resolver() {
  impl_->stop();
}
void Resolver::srv(const std::string& name, std::function<void(SrvAnswer)> done) {
  impl_->srv(name, std::move(done));
}
void Resolver::addresses(const std::string& host, std::function<void(Addresses, std::string)> done) {
  impl_->addresses(host, std::move(done));
}

}  // namespace proxy::net
