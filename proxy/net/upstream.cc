// A straight line of steps, each started by the end of the one before: both SRV queries → plan → for each
// target its addresses → for each address one attempt with a timeout. What failed on the way is collected, so
// that the final error names every place that was tried.

#include "proxy/net/upstream.h"

#include <fmt/format.h>

#include <boost/asio/post.hpp>
#include <random>

#include "proxy/tls/dns_name.h"

namespace proxy::net {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr size_t kMaxFailures = 8;

uint32_t random_up_to(uint32_t bound) {
  thread_local std::minstd_rand generator{std::random_device{}()};
  return std::uniform_int_distribution<uint32_t>(0, bound)(generator);
}

std::string shown(const Target& target, const asio::ip::address& address) {
  const std::string numeric = to_string(address.to_string(), target.port);
  return target.host == address.to_string() ? numeric : target.host + " at " + numeric;
}

}  // namespace

UpstreamConnector::UpstreamConnector(asio::io_context& io, Resolver& resolver, const UpstreamOptions& options,
                                     IsOwn is_own)
    : io_(io),
      resolver_(resolver),
      options_(options),
      is_own_(std::move(is_own)),
      socket_(io),
      attempt_timer_(io),
      total_timer_(io) {}

void UpstreamConnector::start(std::string_view domain, Done done) {
  done_ = std::move(done);
  domain_ = domain;
  total_timer_.expires_after(options_.total_timeout);
  total_timer_.async_wait([self = shared_from_this()](boost::system::error_code code) {
    if (!code) self->fail("it took too long" + self->tried());
  });
  if (options_.given) {
    targets_.push_back(
        {options_.given->host, options_.given->port, options_.security == UpstreamSecurity::kTls});
    asio::post(io_, [self = shared_from_this()] { self->next_target(); });
    return;
  }
  asio::post(io_, [self = shared_from_this()] { self->ask_srv(); });
}

void UpstreamConnector::ask_srv() {
  if (!done_) return;
  const bool only_direct = options_.security == UpstreamSecurity::kTls;
  const bool only_plain = options_.security == UpstreamSecurity::kNone;
  if (is_numeric_address(domain_) || domain_ == "localhost") {
    const auto plan = plan_connection(
        domain_, {only_direct ? SrvAnswer::Outcome::kNotAsked : SrvAnswer::Outcome::kNone, {}, {}}, {},
        random_up_to);
    targets_ = plan.targets;
    return next_target();
  }
  if (!is_dns_name(domain_)) {
    return fail("\"" + domain_ +
                "\" cannot be a host name, so there is no server to look for; give --upstream HOST:PORT");
  }
  const auto ask = [&](const char* service, bool direct_tls) {
    ++open_srv_;
    resolver_.srv(std::string(service) + "._tcp." + domain_,
                  [weak = weak_from_this(), direct_tls](SrvAnswer answer) {
                    if (auto self = weak.lock()) self->srv_answered(direct_tls, std::move(answer));
                  });
  };
  if (!only_direct) ask("_xmpp-client", false);
  if (!only_plain) ask("_xmpps-client", true);
}

void UpstreamConnector::srv_answered(bool direct_tls, SrvAnswer answer) {
  (direct_tls ? direct_tls_ : starttls_) = std::move(answer);
  if (--open_srv_ > 0 || !done_) return;
  for (const SrvAnswer* a : {&starttls_, &direct_tls_}) {
    if (a->outcome == SrvAnswer::Outcome::kFailed && failures_.empty()) {
      failures_.push_back("SRV records of " + domain_ + ": " + a->error);
    }
  }
  ConnectPlan plan = plan_connection(domain_, starttls_, direct_tls_, random_up_to);
  if (plan.targets.empty()) return fail(plan.error);
  targets_ = std::move(plan.targets);
  next_target();
}

void UpstreamConnector::next_target() {
  if (!done_) return;
  if (target_ == targets_.size()) {
    if (saw_own_ && failures_.empty()) {
      return fail(
          fmt::format("{} leads back to this proxy itself; give the real server with --upstream HOST:PORT",
                      options_.given ? to_string(*options_.given) : domain_));
    }
    return fail(
        (options_.given ? "could not reach the upstream" : "could not reach the XMPP server of " + domain_) +
        tried() +
        (options_.given ? "; check that it runs and that --upstream is right"
                        : "; check the domain, or give --upstream HOST:PORT"));
  }
  const Target& target = targets_[target_];
  addresses_.clear();
  address_ = 0;
  if (is_numeric_address(target.host)) {
    boost::system::error_code code;
    addresses_.push_back(asio::ip::make_address(target.host, code));
    if (!code) return next_address();
  }
  resolver_.addresses(
      target.host, [weak = weak_from_this()](Resolver::Addresses addresses, std::string error) {
        const auto self = weak.lock();
        if (!self || !self->done_) return;
        if (addresses.empty()) {
          if (self->failures_.size() < kMaxFailures) {
            self->failures_.push_back("address of " + self->targets_[self->target_].host + ": " + error);
          }
          ++self->target_;
          return self->next_target();
        }
        self->addresses_ = std::move(addresses);
        self->next_address();
      });
}

void UpstreamConnector::next_address() {
  if (!done_) return;
  if (address_ == addresses_.size()) {
    ++target_;
    return next_target();
  }
  const tcp::endpoint endpoint(addresses_[address_], targets_[target_].port);
  if (is_own_ && is_own_(endpoint)) {
    saw_own_ = true;
    ++address_;
    return next_address();
  }
  boost::system::error_code code;
  socket_.close(code);
  attempt_timed_out_ = false;
  attempt_timer_.expires_after(options_.attempt_timeout);
  attempt_timer_.async_wait([weak = weak_from_this()](boost::system::error_code timer_code) {
    const auto self = weak.lock();
    if (timer_code || !self || !self->done_) return;
    self->attempt_timed_out_ = true;
    boost::system::error_code ignored;
    self->socket_.close(ignored);  // ends the attempt
  });
  socket_.async_connect(endpoint, [self = shared_from_this()](boost::system::error_code connect_code) {
    if (self->done_) self->attempt_ended(connect_code);
  });
}

void UpstreamConnector::attempt_ended(boost::system::error_code code) {
  attempt_timer_.cancel();
  const Target& target = targets_[target_];
  if (!code && socket_.is_open() && !attempt_timed_out_) {
    UpstreamResult result;
    result.fact.server = {addresses_[address_].to_string(), target.port,
                          is_numeric_address(target.host) ? std::string() : target.host};
    result.fact.direct_tls = target.direct_tls;
    result.socket.emplace(std::move(socket_));
    return finish(std::move(result));
  }
  if (failures_.size() < kMaxFailures) {
    failures_.push_back(shown(target, addresses_[address_]) + ": " +
                        (attempt_timed_out_ ? "no answer" : code.message()));
  }
  ++address_;
  next_address();
}

std::string UpstreamConnector::tried() const {
  if (failures_.empty()) return saw_own_ ? " (it leads back to this proxy itself)" : "";
  std::string text = " (";
  for (size_t i = 0; i < failures_.size(); ++i) text += (i == 0 ? "" : "; ") + failures_[i];
  return text + ")";
}

void UpstreamConnector::fail(std::string error) {
  UpstreamResult result;
  result.error = std::move(error);
  finish(std::move(result));
}

void UpstreamConnector::finish(UpstreamResult result) {
  if (!done_) return;
  total_timer_.cancel();
  attempt_timer_.cancel();
  const Done done = std::exchange(done_, nullptr);
  done(std::move(result));
}

void UpstreamConnector::cancel() {
  done_ = nullptr;
  total_timer_.cancel();
  attempt_timer_.cancel();
  boost::system::error_code ignored;
  socket_.close(ignored);
}

}  // namespace proxy::net
