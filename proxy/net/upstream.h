// Finds and reaches the server of a domain: SRV, addresses, one TCP attempt after the other.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "proxy/net/host_port.h"
#include "proxy/net/resolver.h"
#include "proxy/session.h"

namespace proxy::net {

struct UpstreamOptions {
  std::optional<HostPort> given;  // --upstream: no SRV, and the domain does not matter
  UpstreamSecurity security = UpstreamSecurity::kStartTls;
  std::chrono::milliseconds attempt_timeout{5'000};  // of one address
  std::chrono::milliseconds total_timeout{20'000};   // of everything, DNS included
};

struct UpstreamResult {
  std::optional<boost::asio::ip::tcp::socket> socket;  // empty: `error` says why and what to do
  parser::UpstreamConnected fact;
  std::string error;
};

class UpstreamConnector : public std::enable_shared_from_this<UpstreamConnector> {
 public:
  using Done = std::function<void(UpstreamResult)>;
  // Whether connecting there would reach this very proxy.
  using IsOwn = std::function<bool(const boost::asio::ip::tcp::endpoint&)>;

  UpstreamConnector(boost::asio::io_context& io, Resolver& resolver, const UpstreamOptions& options,
                    IsOwn is_own);
  // `done` is called once, later, on the io_context's thread; not after cancel().
  void start(std::string_view domain, Done done);
  void cancel();

 private:
  void ask_srv();
  void srv_answered(bool direct_tls, SrvAnswer answer);
  void next_target();
  void next_address();
  void attempt_ended(boost::system::error_code code);
  void fail(std::string error);
  void finish(UpstreamResult result);
  std::string tried() const;

  boost::asio::io_context& io_;
  Resolver& resolver_;
  UpstreamOptions options_;
  IsOwn is_own_;
  Done done_;
  std::string domain_;  // a DNS name with A-labels, or an address in digits
  SrvAnswer starttls_, direct_tls_;
  int open_srv_ = 0;
  std::vector<Target> targets_;
  size_t target_ = 0;
  Resolver::Addresses addresses_;
  size_t address_ = 0;
  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer attempt_timer_;
  boost::asio::steady_timer total_timer_;
  bool attempt_timed_out_ = false;
  bool saw_own_ = false;
  std::vector<std::string> failures_;
};

}  // namespace proxy::net
