// What the proxy's network side can be told.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "proxy/net/host_port.h"
#include "proxy/net/resolver.h"
#include "proxy/net/ring_tap.h"
#include "proxy/session.h"

namespace proxy::net {

struct Listen {
  HostPort at;  // port 0: any free one
  bool direct_tls = false;
};

struct ServerOptions {
  std::vector<Listen> listeners;
  std::optional<HostPort> upstream;                 // else found by the stream's `to`
  SessionConfig session;                            // upstream_given is set by the server
  size_t threads = 0;                               // 0: one per core
  size_t max_connections = 10'000;                  // more are closed at once, with a line in the log
  std::chrono::seconds idle_timeout{0};             // 0: never; TCP keep-alive finds vanished peers
  std::chrono::milliseconds release_after{1'000};   // idle time after which memory is given back
  std::chrono::milliseconds shutdown_grace{3'000};  // for sessions to say goodbye
  std::chrono::milliseconds ending_time{
      5'000};  // a peer may pause while it takes what is still queued for it
  std::chrono::milliseconds connect_timeout{5'000};  // of one upstream address
  Overflow overflow = Overflow::kBlock;
  size_t ring_bytes = 4 << 20;  // per thread
  ResolverOptions resolver;
};

}  // namespace proxy::net
