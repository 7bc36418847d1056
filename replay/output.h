// What a session wants its driver to do.
#pragma once

#include <string>

namespace replay {

// What is to be done now, in this order.
struct Output {
  std::string bytes;       // to send, under TLS once it is up
  bool start_tls = false;  // TLS begins behind them
  bool close = false;      // half-close behind them
};

}  // namespace replay
