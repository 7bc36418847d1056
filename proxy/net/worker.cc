// Connections are kept in two lists ordered by their last traffic, so that the sweep looks only at those that
// are due: idle for a while → memory given back and moved to the second list; idle for too long → ended.

#include "proxy/net/worker.h"

#include <malloc.h>

#include <boost/asio/dispatch.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

namespace proxy::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using Steady = std::chrono::steady_clock;

namespace {

constexpr auto kSweep = std::chrono::milliseconds(250);
// Freed buffers go back to the system only when asked for; asking is worth it for this many sessions.
constexpr size_t kTrimAfter = 16;

}  // namespace

Worker::Worker(Shared& shared)
    : shared_(shared),
      ring_(shared.options.ring_bytes),
      tap_(ring_, shared.options.overflow, shared.attention),
      resolver_(io, shared.options.resolver),
      scratch_(std::make_unique<char[]>(kScratch)),
      gather_{std::make_unique<char[]>(kScratch), std::make_unique<char[]>(kScratch)},
      moment_timer_(io),
      wake_timer_(io),
      sweep_timer_(io),
      grace_timer_(io) {}

Worker::~Worker() {
  // The thread has ended. What is left is closed here, and its handlers go with the io_context.
  moment_list_.clear();
  while (!active_.empty()) active_.front().abort();
  while (!resting_.empty()) resting_.front().abort();
}

parser::Time Worker::now() {
  return std::chrono::time_point_cast<parser::Duration>(std::chrono::system_clock::now());
}

void Worker::run() {
  const auto work = asio::make_work_guard(io);
  arm_sweep();
  io.run();
}

void Worker::adopt(tcp::socket socket, bool direct_tls) {
  asio::dispatch(
      io, [this, socket = std::move(socket), direct_tls]() mutable { add(std::move(socket), direct_tls); });
}

void Worker::add(tcp::socket socket, bool direct_tls) {
  if (shutting_down_) {
    shared_.connections.fetch_sub(1, std::memory_order_relaxed);
    return;
  }
  auto* connection = new Connection(*this, std::move(socket), shared_.next_id.fetch_add(1));
  intrusive_ptr_add_ref(connection);  // the lists' share, given up in remove()
  connection->last_traffic = Steady::now();
  connection->listed = true;
  active_.push_back(*connection);
  connection->start(direct_tls);
}

void Worker::remove(Connection& connection) {
  if (!connection.listed) return;
  connection.listed = false;
  wakes_.erase({connection.wake_time, &connection});
  connection.wake_time = parser::Time::max();
  Connections& list = connection.resting ? resting_ : active_;
  list.erase(list.iterator_to(connection));
  shared_.connections.fetch_sub(1, std::memory_order_relaxed);
  intrusive_ptr_release(&connection);
  maybe_finish();
}

void Worker::touch(Connection& connection, Steady::time_point now) {
  if (!connection.listed) return;
  connection.last_traffic = now;
  active_.splice(active_.end(), connection.resting ? resting_ : active_,
                 Connections::s_iterator_to(connection));
  connection.resting = false;
}

// ---- "in a moment" ----------------------------------------------------------------------------------------

void Worker::in_a_moment(Connection& connection) {
  if (connection.in_moment_list) return;
  connection.in_moment_list = true;
  moment_list_.emplace_back(&connection);
  if (moment_armed_) return;
  moment_armed_ = true;
  moment_timer_.expires_after(kMoment);
  moment_timer_.async_wait([this](boost::system::error_code code) {
    moment_armed_ = false;
    if (!code) on_moment();
  });
}

void Worker::on_moment() {
  std::vector<ConnectionPtr> due;
  due.swap(moment_list_);
  for (const ConnectionPtr& connection : due) {
    connection->in_moment_list = false;
    connection->moment();
  }
}

// ---- session timers ---------------------------------------------------------------------------------------

void Worker::at(Connection& connection, parser::Time time) {
  if (!connection.listed) return;
  if (connection.wake_time != parser::Time::max()) wakes_.erase({connection.wake_time, &connection});
  connection.wake_time = time;
  if (time == parser::Time::max()) return;
  wakes_.insert({time, &connection});
  arm_wake();
}

void Worker::arm_wake() {
  if (wakes_.empty() || wakes_.begin()->first >= armed_wake_) return;
  armed_wake_ = wakes_.begin()->first;
  wake_timer_.expires_after(std::max(armed_wake_ - now(), parser::Duration(0)));
  wake_timer_.async_wait([this](boost::system::error_code code) {
    if (!code) on_wake();
  });
}

void Worker::on_wake() {
  armed_wake_ = parser::Time::max();
  const parser::Time time = now();
  while (!wakes_.empty() && wakes_.begin()->first <= time) {
    const ConnectionPtr connection(wakes_.begin()->second);
    wakes_.erase(wakes_.begin());
    connection->wake_time = parser::Time::max();
    connection->on_time(time);
  }
  arm_wake();
}

// ---- idle sweep -------------------------------------------------------------------------------------------

void Worker::arm_sweep() {
  sweep_timer_.expires_after(kSweep);
  sweep_timer_.async_wait([this](boost::system::error_code code) {
    if (code) return;
    sweep();
    arm_sweep();
  });
}

void Worker::sweep() {
  // What waits beside a full ring gets in even when no traffic brings it along (the end of the last session).
  tap_.catch_up();
  const auto now_steady = Steady::now();
  while (!active_.empty() && now_steady - active_.front().last_traffic >= shared_.options.release_after) {
    Connection& connection = active_.front();
    connection.release_memory();
    connection.resting = true;
    resting_.splice(resting_.end(), active_, active_.begin());
    ++released_;
  }
  if (released_ >= kTrimAfter) {
    released_ = 0;
    ::malloc_trim(0);
  }
  if (shared_.options.idle_timeout.count() == 0) return;
  for (Connections* list : {&resting_, &active_}) {
    while (!list->empty() && now_steady - list->front().last_traffic >= shared_.options.idle_timeout) {
      const ConnectionPtr connection(&list->front());
      touch(*connection, now_steady);  // it gets this call once per idle time
      connection->idle_timeout();
    }
  }
}

// ---- end --------------------------------------------------------------------------------------------------

void Worker::shut_down() {
  asio::post(io, [this] {
    if (shutting_down_) return;
    shutting_down_ = true;
    std::vector<ConnectionPtr> all;
    for (Connections* list : {&active_, &resting_}) {
      for (Connection& connection : *list) all.emplace_back(&connection);
    }
    for (const ConnectionPtr& connection : all) connection->shut_down();
    grace_timer_.expires_after(shared_.options.shutdown_grace);
    grace_timer_.async_wait([this](boost::system::error_code code) {
      if (!code) io.stop();
    });
    maybe_finish();
  });
}

void Worker::maybe_finish() {
  // With a full ring facts may still wait beside it; the recorder is at work, so they find room soon.
  if (!shutting_down_ || !active_.empty() || !resting_.empty()) return;
  if (tap_.catch_up()) return io.stop();
  moment_timer_.expires_after(std::chrono::milliseconds(5));
  moment_timer_.async_wait([this](boost::system::error_code code) {
    if (!code) maybe_finish();
  });
}

}  // namespace proxy::net
