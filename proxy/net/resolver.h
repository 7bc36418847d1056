// DNS without blocking: c-ares inside an io_context. One resolver per I/O thread; all calls on that thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "proxy/net/srv.h"

namespace proxy::net {

struct ResolverOptions {
  std::string dns_server;                          // "HOST:PORT" instead of the system's; for tests
  std::chrono::milliseconds query_timeout{2'500};  // of the first try; c-ares doubles it for the second
  int tries = 2;
};

class Resolver {
 public:
  Resolver(boost::asio::io_context& io, ResolverOptions options);
  ~Resolver();  // callbacks of open queries are not called
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  // SRV records of e.g. "_xmpp-client._tcp.example.com". At most 64 records are looked at.
  void srv(const std::string& name, std::function<void(SrvAnswer)> done);
  // IPv4 and IPv6 addresses in the order of RFC 6724, at most 16; the hosts file counts. Empty with an error
  // in words when there are none.
  using Addresses = std::vector<boost::asio::ip::address>;
  void addresses(const std::string& host, std::function<void(Addresses, std::string error)> done);

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace proxy::net
