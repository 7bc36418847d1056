// One I/O thread: its io_context, its ring to the recorder, its resolver, and the connections that live on
// it.
//
// What connections share here costs them nothing each: buffers to read into and to gather output in, one
// timer for everything that is to happen "in a moment", one for session timers, one for the idle sweep.
#pragma once

#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/intrusive/list.hpp>
#include <functional>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "proxy/net/connection.h"
#include "proxy/net/log.h"
#include "proxy/net/options.h"
#include "proxy/net/resolver.h"
#include "proxy/net/ring_tap.h"

namespace proxy::net {

// What all threads share.
struct Shared {
  ServerOptions options;
  TlsContexts& tls;
  Log log;
  std::function<void()> attention;                                    // wakes the recorder
  std::function<bool(const boost::asio::ip::tcp::endpoint&)> is_own;  // one of our listeners
  std::atomic<size_t> connections{0};
  std::atomic<uint64_t> next_id{1};
};

class Worker {
 public:
  explicit Worker(Shared& shared);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // Runs the thread's loop until stop(), or until the last connection has ended behind shut_down().
  void run();

  // From any thread.
  void adopt(boost::asio::ip::tcp::socket socket, bool direct_tls);
  void shut_down();
  void stop() { io.stop(); }

  // Shared with the recorder, its consumer.
  TapRing& ring() { return ring_; }

  boost::asio::io_context io{1};

  // For connections on this thread.
  static constexpr size_t kScratch = 64 * 1024;
  static constexpr std::chrono::microseconds kMoment{750};
  char* scratch() { return scratch_.get(); }
  char* gather(Side side) { return gather_[static_cast<size_t>(side)].get(); }
  RingTap& tap() { return tap_; }
  Resolver& resolver() { return resolver_; }
  Shared& shared() { return shared_; }
  // Calls connection.moment() in about kMoment.
  void in_a_moment(Connection& connection);
  // Calls connection.on_time() at that time (a later call moves it).
  void at(Connection& connection, parser::Time time);
  // The connection had traffic now.
  void touch(Connection& connection, std::chrono::steady_clock::time_point now);
  // The connection is over; it is destroyed when its last pending operation has ended.
  void remove(Connection& connection);
  static parser::Time now();

 private:
  using Connections = boost::intrusive::list<Connection>;
  void add(boost::asio::ip::tcp::socket socket, bool direct_tls);
  void on_moment();
  void arm_wake();
  void on_wake();
  void arm_sweep();
  void sweep();
  void maybe_finish();

  Shared& shared_;
  TapRing ring_;
  RingTap tap_;
  Resolver resolver_;
  std::unique_ptr<char[]> scratch_;
  std::array<std::unique_ptr<char[]>, 2> gather_;
  // Both ordered by the time of the last traffic. In `resting_` memory has been given back.
  Connections active_, resting_;
  std::vector<ConnectionPtr> moment_list_;
  bool moment_armed_ = false;
  boost::asio::steady_timer moment_timer_;
  std::set<std::pair<parser::Time, Connection*>> wakes_;
  parser::Time armed_wake_ = parser::Time::max();
  boost::asio::steady_timer wake_timer_;
  boost::asio::steady_timer sweep_timer_;
  boost::asio::steady_timer grace_timer_;
  size_t released_ = 0;  // sessions whose memory was given back since the last trim
  bool shutting_down_ = false;
};

}  // namespace proxy::net
