#include "replay/client_driver.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <map>
#include <memory>

#include "proxy/stream_text.h"
#include "replay/sockets.h"
#include "replay/transport.h"

namespace replay {

using parser::Duration;
using parser::Time;

namespace {

constexpr auto kLookAround = std::chrono::milliseconds(100);
constexpr auto kConnectWithin = std::chrono::seconds(10);

Time wall_clock() {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

}  // namespace

class ClientDriver::Player : private Transport::User {
 public:
  Player(ClientDriver& driver, ClientJob job, Socket socket, Time now)
      : job_(std::move(job)),
        began_(now),
        session_(*job_.session, job_.options),
        transport_(
            std::move(socket), *this,
            [this, &driver](std::string& error) {
              const std::string endpoint = driver.target_.host + ":" + std::to_string(driver.target_.port);
              const std::string domain = proxy::ascii_domain(job_.options.domain);
              return driver.tls_.connect({.domain = domain,
                                          .endpoint = endpoint,
                                          .alpn = driver.target_.direct_tls ? "xmpp-client" : "",
                                          .service = "xmpp-client"},
                                         wall_clock(), error);
            },
            false) {
    if (driver.target_.direct_tls) {
      session_.await_tls(now);
      transport_.begin_tls(true);
    } else {
      Output output;
      session_.start(false, now, output);
      obey(output);
    }
  }

  void timer(Time now) {
    Output output;
    session_.timer(now, output);
    obey(output);
  }
  bool over() const { return session_.finished() ? !transport_.wants_write() : transport_.done(); }
  ClientEnd end(Time now) {
    if (!session_.finished()) session_.ended(now);
    std::string failure = transport_.failed() ? transport_.failure() : session_.failure();
    if (transport_.failed() && session_.failure().empty() && session_.established() && session_.finished())
      failure.clear();
    return {job_, &session_, failure, session_.established(),
            std::chrono::duration_cast<Duration>(now - began_)};
  }
  Transport& transport() { return transport_; }
  const ClientSession& session() const { return session_; }

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
    Output output;
    session_.tls_established(wall_clock(), output);
    obey(output);
  }
  void peer_ended() override { session_.ended(wall_clock()); }
  void obey(const Output& output) {
    transport_.send(output.bytes);
    if (output.start_tls) transport_.begin_tls(true);
    if (output.close) transport_.half_close();
  }

  ClientJob job_;
  Time began_;
  ClientSession session_;
  Transport transport_;
};

void ClientDriver::run(unsigned places, const Next& next, const Ended& ended,
                       const std::function<void(size_t)>& tick, const std::atomic<bool>& stop,
                       const std::function<bool(unsigned)>& may_begin) {
  Poller poller;
  std::map<unsigned, std::unique_ptr<Player>> players;
  const auto begin = [&](unsigned place) {
    while (!stop) {
      std::optional<ClientJob> job = next(place);
      if (!job) return;
      std::string error;
      Socket socket = dial(target_.host, target_.port, kConnectWithin, error);
      if (!socket) {
        ended({*job, nullptr, error, false, {}});
        continue;
      }
      auto player = std::make_unique<Player>(*this, std::move(*job), std::move(socket), wall_clock());
      poller.add(player->transport().socket(), place);
      players.emplace(place, std::move(player));
      return;
    }
  };
  // Sends what waits; true when the player is done and gone.
  const auto settle = [&](unsigned place, Player& player) {
    player.transport().flush();
    if (player.over()) {
      poller.remove(player.transport().socket());
      ended(player.end(wall_clock()));
      players.erase(place);
      return true;
    }
    const bool read = player.transport().wants_read();
    const bool write = player.transport().wants_write();
    if (read != player.reading || write != player.writing) {
      player.reading = read;
      player.writing = write;
      poller.watch(player.transport().socket(), place, read, write);
    }
    return false;
  };
  std::vector<unsigned> free;
  for (unsigned place = places; place > 0; --place) free.push_back(place - 1);
  while (!stop) {
    // One place a time begins, so that those that run are served between two handshakes.
    const auto ready = std::find_if(free.rbegin(), free.rend(),
                                    [&](unsigned place) { return !may_begin || may_begin(place); });
    if (ready != free.rend()) {
      const unsigned place = *ready;
      free.erase(std::next(ready).base());
      begin(place);
      if (const auto found = players.find(place); found != players.end() && settle(place, *found->second))
        free.push_back(place);
    }
    if (players.empty() && free.empty()) break;
    const bool more =
        std::any_of(free.begin(), free.end(), [&](unsigned place) { return !may_begin || may_begin(place); });
    Duration timeout = more ? Duration(0) : Duration(kLookAround);
    Time now = wall_clock();
    for (const auto& [place, player] : players) {
      if (const auto at = player->session().wake_at())
        timeout = std::min(timeout, std::max(Duration(0), Duration(*at - now)));
    }
    for (const Poller::Ready& event : poller.wait(timeout)) {
      const auto place = static_cast<unsigned>(event.key);
      const auto found = players.find(place);
      if (found == players.end()) continue;
      if (event.readable) found->second->transport().readable();
      if (settle(place, *found->second)) free.push_back(place);
    }
    now = wall_clock();
    std::vector<unsigned> due;
    for (const auto& [place, player] : players) {
      if (const auto at = player->session().wake_at(); at && *at <= now) due.push_back(place);
    }
    for (const unsigned place : due) {
      Player& player = *players.at(place);
      player.timer(now);
      if (settle(place, player)) free.push_back(place);
    }
    tick(players.size());
  }
  for (auto& [place, player] : players) {
    player->transport().send("</stream:stream>");
    player->transport().half_close();
    player->transport().flush();
    ended(player->end(wall_clock()));
  }
}

}  // namespace replay
