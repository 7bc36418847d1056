// The Tap of an I/O thread: everything that its sessions report goes into the thread's ring, in order.
//
// Overflow. kBlock: sessions stop reading before the ring is full (the driver asks has_room() before each
// read), so nothing is lost; the few facts that may come from timers meanwhile wait in a list beside the
// ring. kDrop: bytes that find no room are counted, and a Dropped fact says how many as soon as there is
// room.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <utility>

#include "proxy/net/tap_ring.h"
#include "proxy/tap.h"

namespace proxy::net {

enum class Overflow : uint8_t { kBlock, kDrop };

class RingTap : public Tap {
 public:
  // `ring` is not owned. `attention` is called at most once per emptying, when the ring is half full.
  RingTap(TapRing& ring, Overflow overflow, std::function<void()> attention);

  void opened(parser::Time, parser::ConnectionId, const parser::ConnectionInfo&) override;
  void upstream(parser::Time, parser::ConnectionId, const parser::UpstreamConnected&) override;
  void tls_established(parser::Time, parser::ConnectionId, const parser::TlsEstablished&) override;
  void bytes(parser::Time, parser::ConnectionId, parser::Direction, std::string_view) override;
  void edited(parser::Time, parser::ConnectionId, const parser::Edit&) override;
  void notice(parser::Time, parser::ConnectionId, const parser::Notice&) override;
  void closed(parser::Time, parser::ConnectionId, const parser::Closed&) override;

  // Whether a session may read one more batch. Always true with kDrop. Also tries to bring what waits beside
  // the ring into it.
  bool has_room();
  // Moves what waits into the ring; true when nothing waits any more.
  bool catch_up();
  uint64_t dropped_bytes() const { return dropped_total_; }

  // Free space asked for before each read: a batch with its TLS leftovers, buffered headers and facts.
  static constexpr size_t kReserve = 512 * 1024;

 private:
  struct Waiting {
    parser::Time time;
    parser::ConnectionId connection;
    parser::Direction direction;
    std::string bytes;  // when there is no fact
    std::unique_ptr<parser::ConnectionFact> fact;
  };
  void fact(parser::Time time, parser::ConnectionId connection, parser::ConnectionFact value);
  void check_fill();

  TapRing& ring_;
  Overflow overflow_;
  std::function<void()> attention_;
  bool asked_ = false;
  parser::Time latest_{};
  std::deque<Waiting> waiting_;  // in order; while it is not empty everything goes behind it
  std::map<std::pair<parser::ConnectionId, parser::Direction>, uint64_t> dropped_;
  uint64_t dropped_total_ = 0;
};

}  // namespace proxy::net
