// The proxy as a whole: listeners, I/O threads, signals. Bind it to a Recorder, start it, wait for its end.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <string>
#include <vector>

#include "proxy/net/log.h"
#include "proxy/net/options.h"
#include "proxy/net/recorder.h"

namespace proxy::net {

class Server {
 public:
  // `tls` and `recorder` are not owned and must outlive the server. The recorder must not be started yet.
  Server(ServerOptions options, TlsContexts& tls, Recorder& recorder, Log log);
  ~Server();  // stops at once where it still runs
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Opens the listeners, starts the recorder and the threads. Returns "" or what is wrong and what to do.
  std::string start();
  // Where it listens, in the order of options.listeners, with the actual ports. After start().
  const std::vector<boost::asio::ip::tcp::endpoint>& endpoints() const;

  // SIGTERM and SIGINT end the server as stop() does, a second one ends the process at once with 128 +
  // signal; SIGHUP is noted and ignored. Before start().
  void handle_signals();

  // From any thread: no more connections, sessions say goodbye within the grace time, then wait() returns.
  void stop();
  // Until the threads have ended; then the recorder takes the rest and stops.
  void wait();

  size_t connections() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// Lets the process have as many open files as it may (two per connection). Returns the limit.
size_t raise_file_limit();

}  // namespace proxy::net
