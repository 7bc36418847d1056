// Sockets for scripted peers: the only place of replay/ that has any. One peer, one socket, one thread (the
// caller's).
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "proxy/tls/tls_contexts.h"
#include "replay/scripted_peer.h"

namespace replay {

struct PeerResult {
  bool ok = false;
  std::string failure;  // one sentence; empty when ok
  size_t steps_done = 0;
};

// A listening socket on loopback, for peers that play the server.
class PeerListener {
 public:
  PeerListener();  // binds a free port of 127.0.0.1
  ~PeerListener();
  PeerListener(const PeerListener&) = delete;
  PeerListener& operator=(const PeerListener&) = delete;

  bool ok() const { return fd_ >= 0; }
  uint16_t port() const { return port_; }
  // The next connection's descriptor, which the caller owns; -1 when none came within that time.
  int accept(parser::Duration timeout);

 private:
  int fd_ = -1;
  uint16_t port_ = 0;
};

// Connects to a numeric address. -1 and `error` where it cannot.
int connect_to(const std::string& address, uint16_t port, std::string& error);

// Plays the script's part over the connected socket `fd` (taken over, closed at the end) until it is over,
// `stop` becomes true, or nothing has moved for `patience`. TLS comes from `tls`: as a client it verifies the
// script's domain; as a server it shows a certificate minted for it.
PeerResult play(const Script& script, parser::Direction own, const Pace& pace, int fd,
                proxy::TlsContexts& tls, const std::atomic<bool>& stop,
                parser::Duration patience = std::chrono::seconds(20));

}  // namespace replay
