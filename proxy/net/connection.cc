// The session says what it wants through SessionCommands while one of its functions runs; nothing of that is
// acted upon before the function has returned (dispatch, settle). Output is gathered in the thread's buffer
// meanwhile, so that one read leads to one write.
//
// A side is read only while: the session wants it, the other side's queue is below its high-water mark, and
// the ring to the recorder has room. Whatever changes one of these ends in settle(), which arms what may be
// read again; a full ring is asked again a moment later.

#include "proxy/net/connection.h"

#include <fmt/format.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <boost/asio/post.hpp>
#include <cerrno>
#include <cstring>

#include "proxy/net/address.h"
#include "proxy/net/upstream.h"
#include "proxy/net/worker.h"

namespace proxy::net {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr int kBatchesPerTurn = 4;                     // then others get their turn
constexpr auto kEndingTime = std::chrono::seconds(1);  // for a peer to answer our FIN
constexpr int kMostEndings = 60;                       // for one that takes its time over what is queued

constexpr size_t kWorthSending = 4096;

constexpr Side kBoth[] = {Side::kClient, Side::kServer};

void set_option(int fd, int level, int name, int value) {
  // Failing (the peer is gone already) shows at the next read.
  ::setsockopt(fd, level, name, &value, sizeof value);
}

parser::Endpoint endpoint_of(const tcp::endpoint& endpoint) {
  return {unmapped(endpoint.address()).to_string(), endpoint.port(), {}};
}

}  // namespace

Connection::Connection(Worker& worker, tcp::socket client, parser::ConnectionId id)
    : worker_(worker), id_(id), legs_{Leg(std::move(client)), Leg(tcp::socket(worker.io))} {}

Connection::~Connection() = default;

void Connection::start(bool direct_tls) {
  const ConnectionPtr keep(this);
  boost::system::error_code code;
  Leg& client = leg(Side::kClient);
  const tcp::endpoint remote = client.socket.remote_endpoint(code);
  const tcp::endpoint local = code ? tcp::endpoint() : client.socket.local_endpoint(code);
  if (code) return close_now(false);  // gone before it was looked at
  prepare_socket(client);
  parser::ConnectionInfo info;
  info.client = endpoint_of(remote);
  info.listener = endpoint_of(local);
  info.direct_tls = direct_tls;
  Shared& shared = worker_.shared();
  in_session_ = true;
  session_ = std::make_unique<Session>(shared.options.session, id_, info, Worker::now(), shared.tls,
                                       worker_.tap(), *this);
  in_session_ = false;
  flush_gathered(Side::kClient);
  settle();
}

void Connection::prepare_socket(Leg& leg) {
  leg.open = true;
  boost::system::error_code code;
  leg.socket.non_blocking(true, code);
  const int fd = leg.socket.native_handle();
  set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  // A peer that vanished without a word is noticed after some ten minutes.
  set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, 300);
  set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, 60);
  set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, 5);
}

// ---- calls into the session -------------------------------------------------------------------------------

template <typename Call>
void Connection::dispatch(Call&& call) {
  if (state_ != State::kRelaying || !session_) return;
  in_session_ = true;
  call(*session_);
  in_session_ = false;
  flush_gathered(Side::kClient);
  flush_gathered(Side::kServer);
}

void Connection::settle() {
  if (state_ == State::kEnding) return check_ended();
  if (state_ != State::kRelaying || !session_) return;
  if (reset_wanted_) return close_now(true);
  if (close_wanted_ || session_->finished()) return begin_ending();
  for (const Side side : kBoth) {
    Leg& l = leg(side);
    if (l.open && l.want_shutdown && queued(side) == 0) do_shutdown(side);
    if (l.open && l.send_failed && l.ended) {
      lost(side, l.why_failed);
      return settle();
    }
  }
  for (const Side side : kBoth) {
    if (!leg(side).waiting_read && may_read(side)) arm_read(side);
  }
}

bool Connection::may_read(Side side) {
  const Leg& l = leg(side);
  if (state_ != State::kRelaying || !l.open || l.ended || close_wanted_) return false;
  // The second bound is for a peer that makes us answer it (TLS key updates) and does not read the answers.
  if (leg(other(side)).blocked || queued(side) > 4 * kHighWater) return false;
  if (!session_->wants(side)) return false;
  if (!worker_.tap().has_room()) {
    waits_for_ring_ = true;
    worker_.in_a_moment(*this);
    return false;
  }
  return true;
}

// ---- reading ----------------------------------------------------------------------------------------------

void Connection::arm_read(Side side) {
  Leg& l = leg(side);
  l.waiting_read = true;
  l.socket.async_wait(tcp::socket::wait_read,
                      [self = ConnectionPtr(this), side](boost::system::error_code code) {
                        self->leg(side).waiting_read = false;
                        if (!code) self->on_readable(side);
                      });
}

void Connection::on_readable(Side side) {
  if (state_ == State::kEnding) return discard_input(side);
  if (may_read(side)) read_batches(side);
  settle();
}

// Reads what is there, in batches of the scratch's size. Returns how many bytes there were.
size_t Connection::read_batches(Side side) {
  size_t total = 0;
  for (int batch = 0; batch < kBatchesPerTurn; ++batch) {
    Leg& l = leg(side);
    const ssize_t n = ::recv(l.socket.native_handle(), worker_.scratch(), Worker::kScratch, MSG_DONTWAIT);
    if (n < 0) {
      if (errno == EINTR) continue;
      if (errno != EAGAIN && errno != EWOULDBLOCK) lost(side, std::strerror(errno));
      break;
    }
    const parser::Time now = Worker::now();
    if (n == 0) {
      l.ended = true;
      if (l.send_failed) {
        lost(side, l.why_failed);
      } else {
        dispatch([&](Session& s) { s.end_of_stream(side, now); });
      }
      break;
    }
    const size_t size = static_cast<size_t>(n);
    total += size;
    dispatch([&](Session& s) { s.received(side, {worker_.scratch(), size}, now); });
    if (size < Worker::kScratch || !may_read(side)) break;
  }
  if (total == 0) return 0;
  const auto now = std::chrono::steady_clock::now();
  worker_.touch(*this, now);
  if (leg(other(side)).pacing.interrupt()) set_paced(other(side), false);
  if (leg(side).pacing.read(total, now)) set_paced(side, true);
  return total;
}

// While paced, the socket tells of new bytes only when there are many (SO_RCVLOWAT: the kernel does not even
// wake the thread), and moment() looks in between.
void Connection::set_paced(Side side, bool on) {
  Leg& l = leg(side);
  if (!l.open) return;
  set_option(l.socket.native_handle(), SOL_SOCKET, SO_RCVLOWAT, on ? static_cast<int>(Pacing::kSmall) : 1);
  if (on) worker_.in_a_moment(*this);
}

void Connection::moment() {
  if (state_ != State::kRelaying) return;
  waits_for_ring_ = false;
  for (const Side side : kBoth) {
    Leg& l = leg(side);
    if (!l.pacing.paced()) continue;
    // Read a short while ago, because there was much: the next moment is the right one.
    if (std::chrono::steady_clock::now() - l.pacing.last() < Worker::kMoment / 2) {
      worker_.in_a_moment(*this);
      continue;
    }
    const bool any = may_read(side) && read_batches(side) > 0;
    if (any && l.pacing.paced()) {
      worker_.in_a_moment(*this);
    } else if (l.pacing.interrupt()) {
      set_paced(side, false);
    }
  }
  settle();
}

void Connection::lost(Side side, std::string why) {
  Leg& l = leg(side);
  if (!l.open) return;
  l.open = false;
  l.ended = true;
  l.out.clear();
  l.out_at = 0;
  l.blocked = false;
  boost::system::error_code ignored;
  l.socket.close(ignored);
  dispatch([&](Session& s) { s.connection_lost(side, why, Worker::now()); });
}

// ---- writing ----------------------------------------------------------------------------------------------

void Connection::send(Side side, std::string_view bytes) {
  Leg& l = leg(side);
  if (!l.open || l.send_failed || l.did_shutdown) return;
  if (l.gathered + bytes.size() > Worker::kScratch) flush_gathered(side);
  // What is large enough need not be copied to be worth a system call of its own.
  if (l.gathered == 0 && bytes.size() >= kWorthSending) return transmit(side, bytes.data(), bytes.size());
  if (bytes.size() > Worker::kScratch) {
    flush_gathered(side);
    return transmit(side, bytes.data(), bytes.size());
  }
  std::memcpy(worker_.gather(side) + l.gathered, bytes.data(), bytes.size());
  l.gathered += bytes.size();
}

void Connection::flush_gathered(Side side) {
  Leg& l = leg(side);
  const size_t size = std::exchange(l.gathered, 0);
  if (size > 0) transmit(side, worker_.gather(side), size);
}

void Connection::transmit(Side side, const char* data, size_t size) {
  Leg& l = leg(side);
  if (!l.open || l.send_failed) return;
  while (queued(side) == 0 && size > 0) {
    const ssize_t n = ::send(l.socket.native_handle(), data, size, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n >= 0) {
      data += n;
      size -= static_cast<size_t>(n);
      continue;
    }
    if (errno == EINTR) continue;
    if (errno == EAGAIN || errno == EWOULDBLOCK) break;
    // What the peer sent before it left is still to be read; its end is reported behind that.
    l.send_failed = true;
    l.why_failed = std::strerror(errno);
    return;
  }
  if (size == 0) return;
  l.out.append(data, size);
  if (queued(side) >= kHighWater) l.blocked = true;
  arm_write(side);
}

void Connection::arm_write(Side side) {
  Leg& l = leg(side);
  if (l.waiting_write) return;
  l.waiting_write = true;
  l.socket.async_wait(tcp::socket::wait_write,
                      [self = ConnectionPtr(this), side](boost::system::error_code code) {
                        self->leg(side).waiting_write = false;
                        if (!code) self->on_writable(side);
                      });
}

void Connection::on_writable(Side side) {
  if (state_ == State::kClosed || !leg(side).open) return;
  drain_queue(side);
  dispatch([](Session& s) { s.output_taken(Worker::now()); });
  worker_.touch(*this, std::chrono::steady_clock::now());
  if (queued(side) > 0) arm_write(side);
  settle();
}

void Connection::drain_queue(Side side) {
  Leg& l = leg(side);
  while (queued(side) > 0) {
    const ssize_t n =
        ::send(l.socket.native_handle(), l.out.data() + l.out_at, queued(side), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n >= 0) {
      l.out_at += static_cast<size_t>(n);
      continue;
    }
    if (errno == EINTR) continue;
    if (errno == EAGAIN || errno == EWOULDBLOCK) break;
    l.send_failed = true;
    l.why_failed = std::strerror(errno);
    l.out_at = l.out.size();
    break;
  }
  if (queued(side) == 0) {
    std::string().swap(l.out);
    l.out_at = 0;
  } else if (l.out_at > kHighWater) {
    l.out.erase(0, l.out_at);
    l.out_at = 0;
  }
  if (queued(side) <= kLowWater) l.blocked = false;
}

void Connection::do_shutdown(Side side) {
  Leg& l = leg(side);
  if (!l.open || l.did_shutdown) return;
  l.did_shutdown = true;
  ::shutdown(l.socket.native_handle(), SHUT_WR);
}

// ---- the upstream -----------------------------------------------------------------------------------------

void Connection::connect(std::string_view domain) {
  asio::post(worker_.io, [self = ConnectionPtr(this), domain = std::string(domain)]() mutable {
    self->connect_now(std::move(domain));
  });
}

void Connection::connect_now(std::string domain) {
  // Asked again (with --upstream the domain may become known later) there is nothing more to do.
  if (state_ != State::kRelaying || !session_ || connector_ || leg(Side::kServer).open) return;
  const ServerOptions& options = worker_.shared().options;
  UpstreamOptions upstream;
  upstream.given = options.upstream;
  upstream.security = options.session.upstream_security;
  upstream.attempt_timeout = options.connect_timeout;
  connector_ =
      std::make_shared<UpstreamConnector>(worker_.io, worker_.resolver(), upstream, worker_.shared().is_own);
  connector_->start(domain, [self = ConnectionPtr(this)](UpstreamResult result) {
    self->upstream_ready(std::move(result));
  });
}

void Connection::upstream_ready(UpstreamResult result) {
  const auto keep_connector = std::exchange(connector_, nullptr);
  if (state_ != State::kRelaying) return;
  if (result.socket) {
    leg(Side::kServer).socket = std::move(*result.socket);
    prepare_socket(leg(Side::kServer));
    dispatch([&](Session& s) { s.upstream_connected(Worker::now(), result.fact); });
  } else {
    dispatch([&](Session& s) { s.upstream_failed(Worker::now(), result.error); });
  }
  settle();
}

// ---- time, memory, end ------------------------------------------------------------------------------------

void Connection::wake_at(parser::Time time) {
  worker_.at(*this, time);
}

void Connection::on_time(parser::Time now) {
  if (state_ == State::kEnding) {
    if (taken_meanwhile() && endings_++ < kMostEndings) {
      return worker_.at(*this, now + worker_.shared().options.ending_time);
    }
    return close_now(queued(Side::kClient) + queued(Side::kServer) > 0);
  }
  dispatch([&](Session& s) { s.timer(now); });
  settle();
}

void Connection::release_memory() {
  if (session_) session_->release_memory();
}

void Connection::idle_timeout() {
  dispatch([&](Session& s) { s.idle_timeout(Worker::now()); });
  settle();
}

void Connection::shut_down() {
  dispatch([&](Session& s) { s.shutdown(Worker::now()); });
  settle();
}

void Connection::abort() {
  if (state_ != State::kClosed) close_now(true);
}

void Connection::shutdown(Side side) {
  leg(side).want_shutdown = true;
}

void Connection::close(bool reset) {
  close_wanted_ = true;
  reset_wanted_ = reset_wanted_ || reset;
}

void Connection::log(std::string_view level, std::string_view line) {
  const LogLevel as = level == "error"     ? LogLevel::kError
                      : level == "warning" ? LogLevel::kWarning
                                           : LogLevel::kInfo;
  worker_.shared().log(as, fmt::format("connection {}: {}", id_, line));
}

// Closing a socket with unread input makes the kernel send a reset, which can overtake our last words (a
// stream error) on their way. So: send, FIN, read until the peer's FIN, and only then close.
void Connection::begin_ending() {
  state_ = State::kEnding;
  session_.reset();
  if (connector_) std::exchange(connector_, nullptr)->cancel();
  taken_meanwhile();
  bool any_queued = false;
  for (const Side side : kBoth) {
    if (leg(side).pacing.interrupt()) set_paced(side, false);
    any_queued = any_queued || queued(side) > 0;
  }
  worker_.at(*this, Worker::now() + (any_queued ? worker_.shared().options.ending_time : kEndingTime));
  for (const Side side : kBoth) {
    if (leg(side).open && !leg(side).ended && !leg(side).waiting_read) arm_read(side);
  }
  check_ended();
}

// Whether a peer for whom output is queued took some of it since this was last asked: the kernel's queue
// counts, because it tells of new room only when there is much.
bool Connection::taken_meanwhile() {
  bool taken = false;
  for (const Side side : kBoth) {
    Leg& l = leg(side);
    if (!l.open || l.send_failed || queued(side) == 0) continue;
    int in_kernel = 0;
    if (::ioctl(l.socket.native_handle(), SIOCOUTQ, &in_kernel) != 0) continue;
    const size_t to_go = queued(side) + static_cast<size_t>(in_kernel);
    taken = taken || to_go < l.to_go;
    l.to_go = to_go;
  }
  return taken;
}

void Connection::discard_input(Side side) {
  Leg& l = leg(side);
  for (int batch = 0; l.open && !l.ended && batch < kBatchesPerTurn; ++batch) {
    const ssize_t n = ::recv(l.socket.native_handle(), worker_.scratch(), Worker::kScratch, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) break;
    if (n <= 0) l.ended = true;
  }
  if (l.open && !l.ended && !l.waiting_read) arm_read(side);
  check_ended();
}

void Connection::check_ended() {
  if (state_ != State::kEnding) return;
  bool all = true;
  for (const Side side : kBoth) {
    Leg& l = leg(side);
    if (!l.open || l.send_failed) continue;
    if (queued(side) == 0) do_shutdown(side);
    all = all && l.did_shutdown && l.ended;
  }
  if (all) close_now(false);
}

void Connection::close_now(bool reset) {
  if (state_ == State::kClosed) return;
  const ConnectionPtr keep(this);
  state_ = State::kClosed;
  if (connector_) std::exchange(connector_, nullptr)->cancel();
  for (Leg& l : legs_) {
    if (l.open && reset) {
      const linger at_once{1, 0};
      ::setsockopt(l.socket.native_handle(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    }
    l.open = false;
    std::string().swap(l.out);
    l.out_at = 0;
    boost::system::error_code ignored;
    l.socket.close(ignored);
  }
  session_.reset();
  worker_.remove(*this);
}

}  // namespace proxy::net
