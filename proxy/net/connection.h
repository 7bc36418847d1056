// Drives one Session: its two sockets, their backpressure, pacing and end. Lives on one I/O thread.
//
// Reading is async_wait plus a non-blocking recv into the thread's scratch, so a waiting connection owns no
// buffer. Output goes to the socket at once; only what it does not take is kept.
#pragma once

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/intrusive/list_hook.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <chrono>
#include <memory>
#include <string>

#include "proxy/net/pacing.h"
#include "proxy/session.h"

namespace proxy::net {

class Worker;
class UpstreamConnector;
struct UpstreamResult;

class Connection : public boost::intrusive::list_base_hook<>, public SessionCommands {
 public:
  Connection(Worker& worker, boost::asio::ip::tcp::socket client, parser::ConnectionId id);
  ~Connection() override;

  void start(bool direct_tls);

  // From the worker.
  void moment();                   // see Worker::in_a_moment
  void on_time(parser::Time now);  // see Worker::at
  void release_memory();
  void idle_timeout();
  void shut_down();
  void abort();  // now, without goodbye

  // SessionCommands
  void connect(std::string_view domain) override;
  void send(Side side, std::string_view bytes) override;
  void shutdown(Side side) override;
  void close(bool reset) override;
  void wake_at(parser::Time time) override;
  void log(std::string_view level, std::string_view line) override;

  // The worker's bookkeeping.
  bool resting = false;
  bool in_moment_list = false;
  bool listed = false;
  parser::Time wake_time = parser::Time::max();
  std::chrono::steady_clock::time_point last_traffic;

  // Bytes kept for a side that does not take them now; bounded by kHighWater plus one batch.
  size_t queued(Side side) const { return leg(side).out.size() - leg(side).out_at; }
  static constexpr size_t kHighWater = 64 * 1024;
  static constexpr size_t kLowWater = 16 * 1024;

 private:
  enum class State : uint8_t {
    kRelaying,
    kEnding,  // what is queued goes out, then each side gets a FIN and is read until it ends too
    kClosed,
  };
  struct Leg {
    explicit Leg(boost::asio::ip::tcp::socket s) : socket(std::move(s)) {}
    boost::asio::ip::tcp::socket socket;
    std::string out;  // from out_at on: not yet taken by the socket
    size_t out_at = 0;
    size_t to_go = 0;     // while ending: queued here and in the kernel when last looked at
    size_t gathered = 0;  // in the worker's gather buffer; only while a Session function runs
    Pacing pacing;
    bool open = false;
    bool waiting_read = false;
    bool waiting_write = false;
    bool blocked = false;  // the other side is not read because of this queue
    bool ended = false;    // its peer sends no more
    bool send_failed = false;
    bool want_shutdown = false;
    bool did_shutdown = false;
    std::string why_failed;
  };
  // Runs one call into the session, and then does what that call asked for.
  template <typename Call>
  void dispatch(Call&& call);
  void settle();

  Leg& leg(Side side) { return legs_[static_cast<size_t>(side)]; }
  const Leg& leg(Side side) const { return legs_[static_cast<size_t>(side)]; }
  bool may_read(Side side);
  void arm_read(Side side);
  void arm_write(Side side);
  void on_readable(Side side);
  size_t read_batches(Side side);
  void discard_input(Side side);
  void on_writable(Side side);
  void transmit(Side side, const char* data, size_t size);
  void flush_gathered(Side side);
  void drain_queue(Side side);
  void do_shutdown(Side side);
  void note_blocked(Side side);
  void set_paced(Side side, bool on);
  void lost(Side side, std::string why);
  void connect_now(std::string domain);
  void upstream_ready(UpstreamResult result);
  void prepare_socket(Leg& leg);
  void begin_ending();
  bool taken_meanwhile();
  void check_ended();
  void close_now(bool reset);

  friend void intrusive_ptr_add_ref(Connection* c) { ++c->references_; }
  friend void intrusive_ptr_release(Connection* c) {
    if (--c->references_ == 0) delete c;
  }

  Worker& worker_;
  const parser::ConnectionId id_;
  unsigned references_ = 0;  // one thread only, so a plain number
  State state_ = State::kRelaying;
  bool in_session_ = false;
  bool close_wanted_ = false;
  bool reset_wanted_ = false;
  bool waits_for_ring_ = false;
  int endings_ = 0;  // how often the end was put off for a peer that was still reading
  std::array<Leg, 2> legs_;
  std::shared_ptr<UpstreamConnector> connector_;
  std::unique_ptr<Session> session_;
};
using ConnectionPtr = boost::intrusive_ptr<Connection>;

}  // namespace proxy::net
