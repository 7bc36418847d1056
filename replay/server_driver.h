// Sockets, TLS and the clock for sessions of a server made of a capture. One thread: the caller's.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "proxy/tls/tls_contexts.h"
#include "replay/server_session.h"
#include "replay/sockets.h"

namespace replay {

struct ServerTotals {
  uint64_t clients = 0;
  uint64_t refused = 0;  // beyond the limit
  ServerCounts counts;
};

class ServerDriver {
 public:
  // All must outlive it. `log` may be empty. `tell`: of connections, for people.
  ServerDriver(ServerBook& book, const ServerOptions& options, proxy::TlsContexts& tls,
               ServerSession::Log log, std::function<void(const std::string& line)> tell,
               size_t max_clients = 1000);

  // Empty, or why it cannot listen there.
  std::string listen(const std::string& host, uint16_t port);
  std::vector<std::string> addresses() const;  // with the ports that were free where 0 was asked for

  // Serves until `stop`. What clients were told by then is sent; then they are closed.
  void run(const std::atomic<bool>& stop);
  const ServerTotals& totals() const { return totals_; }

 private:
  class Client;

  ServerBook& book_;
  const ServerOptions& options_;
  proxy::TlsContexts& tls_;
  ServerSession::Log log_;
  std::function<void(const std::string&)> tell_;
  size_t max_clients_;
  std::vector<Socket> listeners_;
  SuspendedSessions suspended_;
  ServerTotals totals_;
};

}  // namespace replay
