#include "replay/server_driver.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <optional>

#include "proxy/stream_text.h"
#include "replay/transport.h"

namespace replay {

using parser::Duration;
using parser::Time;

namespace {

constexpr auto kLookAtStop = std::chrono::milliseconds(100);
constexpr auto kLinger = std::chrono::seconds(5);  // for the client's own end, behind ours
constexpr uint64_t kFirstClient = 1u << 16;        // keys below are listeners'

Time wall_clock() {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

}  // namespace

class ServerDriver::Client : private Transport::User {
 public:
  Client(ServerDriver& driver, Socket socket, uint64_t number)
      : number_(number),
        session_(driver.book_, driver.options_, number, driver.log_, &driver.suspended_),
        transport_(
            std::move(socket), *this,
            [this, &driver](std::string& error) {
              const std::string domain = proxy::ascii_domain(session_.domain());
              const std::string fallback = proxy::ascii_domain(driver.book_.session(0).identity.domain);
              return driver.tls_.accept(domain, domain.empty() ? fallback : domain, wall_clock(), error);
            },
            true) {}

  void readable() { transport_.readable(); }
  void timer(Time now) {
    Output output;
    session_.timer(now, output);
    obey(output);
  }
  uint64_t number() const { return number_; }
  std::optional<Time> wake_at() const {
    const auto at = session_.wake_at();
    return leave_at_ && (!at || *leave_at_ < *at) ? leave_at_ : at;
  }
  // Whether it may be forgotten: both sides are done, or the client has been given its time to be.
  bool over(Time now) {
    if (transport_.done()) return true;
    if (!transport_.half_closed()) return false;
    if (!leave_at_) leave_at_ = now + kLinger;
    return now >= *leave_at_;
  }
  Transport& transport() { return transport_; }
  ServerSession& session() { return session_; }
  void finish(Time now) { session_.ended(now); }

  bool reading = true;  // as the poller knows it
  bool writing = false;

 private:
  size_t plaintext(std::string_view bytes) override {
    Output output;
    session_.received(bytes, wall_clock(), output);
    const size_t taken = session_.consumed();
    obey(output);
    return taken;
  }
  void tls_up() override {
    const bool direct = !starttls_;
    session_.tls_established(direct, wall_clock());
  }
  void peer_ended() override { transport_.half_close(); }

  void obey(const Output& output) {
    transport_.send(output.bytes);
    if (output.start_tls) {
      starttls_ = true;
      transport_.begin_tls(false);
    }
    if (output.close) transport_.half_close();
  }

  uint64_t number_;
  std::optional<Time> leave_at_;
  bool starttls_ = false;
  ServerSession session_;
  Transport transport_;
};

ServerDriver::ServerDriver(ServerBook& book, const ServerOptions& options, proxy::TlsContexts& tls,
                           ServerSession::Log log, std::function<void(const std::string&)> tell,
                           size_t max_clients)
    : book_(book),
      options_(options),
      tls_(tls),
      log_(std::move(log)),
      tell_(std::move(tell)),
      max_clients_(max_clients) {}

std::string ServerDriver::listen(const std::string& host, uint16_t port) {
  std::string error;
  Socket socket = listen_on(host, port, error);
  if (!socket) return error;
  listeners_.push_back(std::move(socket));
  return {};
}

std::vector<std::string> ServerDriver::addresses() const {
  std::vector<std::string> addresses;
  addresses.reserve(listeners_.size());
  for (const Socket& listener : listeners_) addresses.push_back(local_address(listener));
  return addresses;
}

void ServerDriver::run(const std::atomic<bool>& stop) {
  Poller poller;
  for (size_t at = 0; at < listeners_.size(); ++at) poller.add(listeners_[at], at);
  std::map<uint64_t, std::unique_ptr<Client>> clients;
  std::optional<Time> wake;  // of the client that wants it first
  const auto settle = [&](Client& client) {
    client.transport().flush();
    const uint64_t key = kFirstClient + client.number();
    if (client.over(wall_clock())) {
      if (client.transport().failed() && tell_)
        tell_("client " + std::to_string(client.number()) + ": " + client.transport().failure());
      client.finish(wall_clock());
      const ServerCounts& counts = client.session().counts();
      totals_.counts.answered += counts.answered;
      totals_.counts.taken += counts.taken;
      totals_.counts.unknown += counts.unknown;
      totals_.counts.sent += counts.sent;
      poller.remove(client.transport().socket());
      clients.erase(client.number());
      return;
    }
    if (client.transport().wants_read() != client.reading ||
        client.transport().wants_write() != client.writing) {
      client.reading = client.transport().wants_read();
      client.writing = client.transport().wants_write();
      poller.watch(client.transport().socket(), key, client.reading, client.writing);
    }
    const auto at = client.wake_at();
    if (at && (!wake || *at < *wake)) wake = at;
  };
  while (!stop) {
    Duration timeout = kLookAtStop;
    if (wake) timeout = std::clamp<Duration>(*wake - wall_clock(), Duration(0), kLookAtStop);
    for (const Poller::Ready& ready : poller.wait(timeout)) {
      if (ready.key < kFirstClient) {
        bool full = false;
        for (Socket socket = accept_from(listeners_[ready.key], full); socket;
             socket = accept_from(listeners_[ready.key], full)) {
          if (clients.size() >= max_clients_) {
            if (totals_.refused++ == 0 && tell_)
              tell_("more than " + std::to_string(max_clients_) + " clients at once: the others are refused");
            continue;
          }
          const uint64_t number = ++totals_.clients;
          auto client = std::make_unique<Client>(*this, std::move(socket), number);
          poller.add(client->transport().socket(), kFirstClient + number);
          clients.emplace(number, std::move(client));
        }
        continue;
      }
      const auto found = clients.find(ready.key - kFirstClient);
      if (found == clients.end()) continue;
      if (ready.readable) found->second->readable();
      settle(*found->second);
    }
    if (const Time now = wall_clock(); wake && *wake <= now) {
      wake.reset();
      std::vector<Client*> due;
      due.reserve(clients.size());
      for (const auto& [number, client] : clients) due.push_back(client.get());
      for (Client* client : due) {
        if (const auto at = client->wake_at(); at && *at <= now) client->timer(now);
        settle(*client);
      }
    }
  }
  while (!clients.empty()) {
    Client& client = *clients.begin()->second;
    client.transport().send("</stream:stream>");
    client.transport().half_close();
    client.transport().flush();
    client.finish(wall_clock());
    totals_.counts.answered += client.session().counts().answered;
    totals_.counts.unknown += client.session().counts().unknown;
    totals_.counts.taken += client.session().counts().taken;
    totals_.counts.sent += client.session().counts().sent;
    clients.erase(clients.begin());
  }
}

}  // namespace replay
