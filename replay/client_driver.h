// Sockets, TLS and the clock for the client's side: some sessions at a time, one after the other in each
// place. One thread: the caller's.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "proxy/tls/tls_contexts.h"
#include "replay/client_session.h"

namespace replay {

// One session to be played once.
struct ClientJob {
  const RecordedSession* session = nullptr;
  ClientOptions options;
  unsigned place = 0;  // of those at a time, from 0
  uint64_t run = 0;    // of that place, from 0
};

struct ClientTarget {
  std::string host;
  uint16_t port = 0;
  bool direct_tls = false;
};

struct ClientEnd {
  const ClientJob& job;
  const ClientSession* session;  // null: no connection came to be
  std::string failure;           // why it was not played to its end; empty where it was
  bool established = false;      // it came as far as a bound resource
  parser::Duration took{};
};

class ClientDriver {
 public:
  // `next`: the next job for a place; none: that place is done. `ended` is called once for each job.
  using Next = std::function<std::optional<ClientJob>(unsigned place)>;
  using Ended = std::function<void(const ClientEnd&)>;

  ClientDriver(ClientTarget target, proxy::TlsContexts& tls) : target_(std::move(target)), tls_(tls) {}

  // `tick` is called now and then with how many are being played. `may_begin`: whether a place's next job may
  // begin now; empty: always.
  void run(unsigned places, const Next& next, const Ended& ended, const std::function<void(size_t)>& tick,
           const std::atomic<bool>& stop, const std::function<bool(unsigned place)>& may_begin = {});

 private:
  class Player;
  ClientTarget target_;
  proxy::TlsContexts& tls_;
};

}  // namespace replay
