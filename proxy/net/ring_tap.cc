// Order is kept in every case: once something waits beside the ring, later records wait behind it. The list
// stays small because sessions read nothing while the ring is full (kBlock), or because bytes never enter it
// (kDrop): only the handful of facts that a connection has can.

#include "proxy/net/ring_tap.h"

#include <algorithm>

namespace proxy::net {

namespace {

// One record's payload at most, so that a large batch needs no large hole.
constexpr size_t kPiece = 32 * 1024;

}  // namespace

RingTap::RingTap(TapRing& ring, Overflow overflow, std::function<void()> attention)
    : ring_(ring), overflow_(overflow), attention_(std::move(attention)) {}

void RingTap::opened(parser::Time time, parser::ConnectionId connection, const parser::ConnectionInfo& info) {
  fact(time, connection, info);
}
void RingTap::upstream(parser::Time time, parser::ConnectionId connection,
                       const parser::UpstreamConnected& value) {
  fact(time, connection, value);
}
void RingTap::tls_established(parser::Time time, parser::ConnectionId connection,
                              const parser::TlsEstablished& value) {
  fact(time, connection, value);
}
void RingTap::edited(parser::Time time, parser::ConnectionId connection, const parser::Edit& value) {
  fact(time, connection, value);
}
void RingTap::notice(parser::Time time, parser::ConnectionId connection, const parser::Notice& value) {
  fact(time, connection, value);
}
void RingTap::closed(parser::Time time, parser::ConnectionId connection, const parser::Closed& value) {
  fact(time, connection, value);
}

void RingTap::bytes(parser::Time time, parser::ConnectionId connection, parser::Direction direction,
                    std::string_view bytes) {
  latest_ = time;
  if (overflow_ == Overflow::kDrop && (!waiting_.empty() || !dropped_.empty())) catch_up();
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, kPiece);
    bytes.remove_prefix(piece.size());
    if (waiting_.empty() && ring_.push_bytes(time, connection, direction, piece)) continue;
    if (overflow_ == Overflow::kDrop) {
      dropped_[{connection, direction}] += piece.size() + bytes.size();
      dropped_total_ += piece.size() + bytes.size();
      break;
    }
    waiting_.push_back({time, connection, direction, std::string(piece), nullptr});
  }
  check_fill();
}

void RingTap::fact(parser::Time time, parser::ConnectionId connection, parser::ConnectionFact value) {
  latest_ = time;
  if (!waiting_.empty() || !dropped_.empty()) catch_up();
  // What was dropped on this connection comes before its next fact.
  for (const parser::Direction direction : {parser::Direction::kC2S, parser::Direction::kS2C}) {
    const auto found = dropped_.find({connection, direction});
    if (found == dropped_.end()) continue;
    waiting_.push_back({time,
                        connection,
                        direction,
                        {},
                        std::make_unique<parser::ConnectionFact>(parser::Dropped{direction, found->second})});
    dropped_.erase(found);
  }
  auto owned = std::make_unique<parser::ConnectionFact>(std::move(value));
  if (!waiting_.empty() || !ring_.push_fact(time, connection, owned)) {
    waiting_.push_back({time, connection, {}, {}, std::move(owned)});
  }
  check_fill();
}

bool RingTap::catch_up() {
  while (!waiting_.empty()) {
    Waiting& next = waiting_.front();
    const bool pushed = next.fact ? ring_.push_fact(next.time, next.connection, next.fact)
                                  : ring_.push_bytes(next.time, next.connection, next.direction, next.bytes);
    if (!pushed) return false;
    waiting_.pop_front();
  }
  while (!dropped_.empty()) {
    const auto [key, count] = *dropped_.begin();
    auto owned = std::make_unique<parser::ConnectionFact>(parser::Dropped{key.second, count});
    // Not into the last corner: right behind it the next bytes would be dropped again.
    if (ring_.free_bytes() < std::min(kReserve, ring_.capacity()) / 4) return false;
    if (!ring_.push_fact(latest_, key.first, owned)) return false;
    dropped_.erase(dropped_.begin());
  }
  return true;
}

bool RingTap::has_room() {
  if (!waiting_.empty() || !dropped_.empty()) catch_up();
  if (ring_.free_bytes() > ring_.capacity() / 2) asked_ = false;
  if (overflow_ == Overflow::kDrop) return true;
  return waiting_.empty() && ring_.free_bytes() >= std::min(kReserve, ring_.capacity() / 2);
}

void RingTap::check_fill() {
  const size_t half = ring_.capacity() / 2;
  if (ring_.free_bytes() > half) {
    asked_ = false;
  } else if (!asked_) {
    asked_ = true;
    if (attention_) attention_();
  }
}

}  // namespace proxy::net
