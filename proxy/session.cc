// Relaying and life of a session. Each entry point notes the time, lets the bytes run through TLS, framing
// and TLS again, then settle() does what could not be done from inside a callback, and flush() hands the
// collected ciphertext to the driver: one send per side and call. Once the negotiation is over a flow has no
// reader, and a chunk goes from the thread's scratch buffer through the tap into the other leg without a copy
// of ours.
#include "proxy/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "proxy/session_impl.h"
#include "proxy/stream_text.h"

namespace proxy {
namespace {

using parser::Closed;
using parser::Direction;
using parser::Edit;

// How long the client may take to read an error before its connection is closed, and how long it is given to
// send the header that comes before an error.
constexpr parser::Duration kLingerTime = std::chrono::seconds(2);
constexpr parser::Duration kErrorWait = std::chrono::seconds(5);

constexpr std::string_view who(Side side) {
  return side == Side::kClient ? "the client" : "the server";
}

}  // namespace

void Session::Impl::Flow::note_tail(std::string_view bytes) {
  const size_t n = std::min(bytes.size(), tail.size());
  if (n < tail.size()) std::memmove(tail.data(), tail.data() + n, tail.size() - n);
  std::memcpy(tail.data() + tail.size() - n, bytes.data() + bytes.size() - n, n);
}

bool Session::Impl::Flow::tail_is(std::string_view text) const {
  return std::string_view(tail.data(), tail.size()).ends_with(text);
}

void Session::Impl::Items::on_item(const parser::StreamItem& item) {
  session->on_item(session->flows_[index(direction)], item);
}

Session::Impl::Impl(const SessionConfig& config, parser::ConnectionId id, const parser::ConnectionInfo& info,
                    parser::Time now, TlsContexts& tls, Tap& tap, SessionCommands& commands)
    : config_(config),
      id_(id),
      info_(info),
      tls_(tls),
      tap_(tap),
      commands_(commands),
      now_(now),
      content_namespace_("jabber:client") {
  for (const Side side : {Side::kClient, Side::kServer}) {
    Flow& flow = flow_from(side);
    flow.direction = side == Side::kClient ? Direction::kC2S : Direction::kS2C;
    flow.from = side;
    flow.to = other(side);
    flow.items.session = this;
    flow.items.direction = flow.direction;
    flow.reader = std::make_unique<parser::StreamReader>();
    peer(side).events.session = this;
    peer(side).events.side = side;
  }
  tap_.opened(now_, id_, info_);
  set_deadline(Deadline::kHeader, config_.handshake_timeout);
  if (info_.direct_tls) start_client_tls();
  if (config_.upstream_given) connect();
}

Session::Impl::~Impl() {
  if (!finished_) {
    finished_ = true;
    tap_.closed(now_, id_, {Closed::How::kShutdown, "the proxy stopped"});
  }
}

void Session::Impl::upstream_connected(const parser::UpstreamConnected& fact) {
  if (finished_ || failing_) return;
  connected_ = true;
  upstream_ = fact;
  server_direct_ = config_.upstream_security == UpstreamSecurity::kTls ||
                   (fact.direct_tls && config_.upstream_security != UpstreamSecurity::kNone);
  upstream_.direct_tls = server_direct_;
  tap_.upstream(now_, id_, upstream_);
  start_server_layer();
  resolve_client_header();
  settle();
  flush();
}

void Session::Impl::upstream_failed(std::string_view why) {
  if (finished_ || failing_) return;
  fail_client(Closed::How::kUpstreamFailed, "remote-connection-failed", std::string(why));
  settle();
  flush();
}

void Session::Impl::received(Side side, std::string_view bytes) {
  if (finished_) return;
  put_off_half_closed();
  if (peer(side).tls != nullptr) {
    tls_received(side, bytes);
  } else {
    plaintext(side, bytes);
  }
  settle();
  flush();
}

void Session::Impl::tls_received(Side side, std::string_view bytes) {
  TlsLeg& leg = *peer(side).tls;
  leg.receive(bytes, now_, peer(side).events);
  if (finished_) return;
  if (side == Side::kClient && domain_.empty() && info_.direct_tls) {
    set_domain(leg.sni());
    if (!domain_.empty()) {
      connect();
      start_server_layer();
    }
  }
  settle();  // what came before the end comes first
  if (finished_) return;
  if (leg.state() == TlsLeg::State::kFailed) {
    tls_failed(side);
  } else if (leg.state() == TlsLeg::State::kEnded) {
    direction_ended(side, true);
  }
}

void Session::Impl::tls_failed(Side side) {
  const TlsLeg& leg = *peer(side).tls;
  const std::string why = leg.failure();
  if (side == Side::kServer && !leg.established()) {
    fail_client(Closed::How::kTlsFailed, "remote-connection-failed", why);
    return;
  }
  if (leg.established() && peer(side).shut) {
    // We said our last to this peer, perhaps without a close_notify because the other one gave none. Peers
    // answer that with an alert (OpenSSL: decode_error), which is the end of what they have to say and no
    // fault.
    direction_ended(side, true);
    return;
  }
  if (side == Side::kServer && !client().shut && (!ready(Side::kClient) || interruptible(s2c()))) {
    // With TLS 1.3 a server refuses its client (a certificate that it misses) behind the end of the
    // handshake.
    fail_client(Closed::How::kTlsFailed, "remote-connection-failed", why);
    return;
  }
  commands_.log("error", why);
  finish(Closed::How::kTlsFailed, why);
}

void Session::Impl::plaintext(Side side, std::string_view bytes) {
  Flow& flow = flow_from(side);
  if (finished_ || bytes.empty()) return;
  // What waits came first: one read can hold several TLS records, and framing may have paused in an earlier
  // one.
  if (flow.paused || !peer(side).waiting.empty()) {
    peer(side).waiting.append(bytes);
    return;
  }
  if (flow.reader == nullptr && !failing_) [[likely]] {
    pass(flow, bytes);
    return;
  }
  if (flow.reader == nullptr) {  // failing: seen, and not passed on
    flow.held.append(bytes);
    swallow(flow, flow.passed + flow.held.size(), "not-forwarded", failure_text_);
    return;
  }
  feed(flow, bytes);
}

void Session::Impl::feed(Flow& flow, std::string_view bytes) {
  flow.held.append(bytes);
  const size_t used = flow.reader->feed(bytes, flow.items);
  if (used < bytes.size()) {
    flow.held.remove_suffix(bytes.size() - used);
    peer(flow.from).waiting.insert(0, bytes.substr(used));
  }
  if (flow.to_raw) stop_framing(flow);
}

// The established path.
void Session::Impl::pass(Flow& flow, std::string_view bytes) {
  tap_.bytes(now_, id_, flow.direction, bytes);
  flow.passed += bytes.size();
  flow.note_tail(bytes);
  send(flow.to, bytes);
}

bool Session::Impl::ready(Side side) const {
  const Peer& p = peer(side);
  if (p.tls != nullptr) return p.tls->established();
  if (side == Side::kClient) return true;
  return connected_ && !server_direct_ && bridge_ != Bridge::kServer;
}

void Session::Impl::send(Side side, std::string_view bytes) {
  Peer& p = peer(side);
  if (p.shut || bytes.empty()) return;
  if (!ready(side)) {
    p.outbox.append(bytes);
  } else if (p.tls != nullptr) {
    p.tls->write(bytes);
  } else {
    commands_.send(side, bytes);
  }
}

void Session::Impl::drain_outbox(Side side) {
  if (peer(side).outbox.empty() || !ready(side)) return;
  std::string bytes;
  bytes.swap(peer(side).outbox);
  send(side, bytes);
}

void Session::Impl::stop_framing(Flow& flow) {
  flow.to_raw = false;
  flow.reader.reset();
  if (failing_) return;
  if (!flow.held.empty()) pass(flow, flow.held.take(flow.held.size()));
  flow.held.release_memory();
}

// The sender is gone: what it sent last is reported and forwarded although it is no complete item.
void Session::Impl::give_up_held(Flow& flow) {
  Peer& from = peer(flow.from);
  // Behind <starttls/> the waiting bytes are TLS that no handshake will take.
  if (!starttls_asked_ || from.tls != nullptr) flow.held.append(from.waiting);
  from.waiting.clear();
  if (flow.held.empty()) return;
  if (failing_ || (bridge_ == Bridge::kClient && flow.from == Side::kClient) ||
      (bridge_ == Bridge::kServer && flow.from == Side::kServer)) {
    swallow(flow, flow.passed + flow.held.size(), "not-forwarded", "the connection ended first");
    return;
  }
  pass(flow, flow.held.take(flow.held.size()));
}

// What the callbacks left to be done, until nothing more follows from anything.
void Session::Impl::settle() {
  while (!finished_) {
    if (server_tls_due_) {
      server_tls_due_ = false;
      bridge_ = Bridge::kNone;
      start_server_tls(false);
      continue;
    }
    if (starttls_asked_ && client().tls == nullptr) forward_space_behind_starttls();
    if (upgrade_) {
      upgrade();
      continue;
    }
    if (starttls_asked_ && s2c().reader == nullptr && c2s().paused && !client().waiting.empty()) {
      // The server's words can no longer be followed. A client that begins TLS now was told to proceed.
      if (client().waiting.front() == '\x16') {
        upgrade_ = true;
      } else {
        c2s().paused = false;
        starttls_asked_ = false;
      }
      continue;
    }
    if (s2c().end_waits && !failing_ && ready(Side::kClient)) {
      pass_end_on(s2c());
      continue;
    }
    if (failing_ && !error_sent_ && can_send_error()) {
      send_error();
      continue;
    }
    bool moved = false;
    for (const Side side : {Side::kClient, Side::kServer}) {
      Peer& p = peer(side);
      if (flow_from(side).paused || p.waiting.empty()) continue;
      std::string bytes;
      bytes.swap(p.waiting);
      plaintext(side, bytes);
      moved = true;
    }
    if (!moved) return;
  }
}

void Session::Impl::flush() {
  for (const Side side : {Side::kClient, Side::kServer}) {
    Peer& p = peer(side);
    if (p.tls == nullptr) continue;
    const std::string_view bytes = p.tls->output();
    if (!bytes.empty() && !p.shut) commands_.send(side, bytes);
  }
}

void Session::Impl::end_of_stream(Side side) {
  if (finished_ || flow_from(side).ended) return;
  const Peer& p = peer(side);
  if (p.tls != nullptr && p.tls->state() == TlsLeg::State::kHandshake) {
    const std::string why = p.tls->abandoned();
    if (side == Side::kServer) {
      fail_client(Closed::How::kTlsFailed, "remote-connection-failed", why);
      settle();
      flush();
    } else {
      commands_.log("warning", why);
      finish(Closed::How::kTlsFailed, why);
    }
    return;
  }
  // Without close_notify the end may have been forged (RFC 8446 §6.1), unless the stream was closed before.
  const bool clean = p.tls == nullptr || flow_from(side).tail_is("</stream:stream>");
  if (!clean) {
    notice("tls-truncated",
           fmt::format("{} ended the connection without a TLS close_notify and without closing its stream; "
                       "what it sent last may be missing",
                       who(side)));
  }
  direction_ended(side, clean);
  settle();
  flush();
}

void Session::Impl::direction_ended(Side side, bool clean) {
  Flow& flow = flow_from(side);
  if (flow.ended) return;
  flow.ended = true;
  if (!ended_by_) ended_by_ = side;
  flow.end_clean = clean;
  give_up_held(flow);
  if (failing_) {
    if (side == Side::kClient) finish(failure_how_, failure_text_);
    return;
  }
  if (side == Side::kClient && !ready(Side::kServer)) {
    finish(Closed::How::kFinished, "the client left before the server was reached");
    return;
  }
  if (side == Side::kServer && bridge_ == Bridge::kServer) {
    fail_client(Closed::How::kUpstreamFailed, "remote-connection-failed",
                fmt::format("the server for {} closed the connection before TLS began", verified_name()));
    return;
  }
  if (flow_from(flow.to).ended) {
    flush();
    if (clean && peer(flow.to).tls != nullptr) peer(flow.to).tls->close();
    finish(Closed::How::kFinished, {});
    return;
  }
  if (ready(flow.to)) {
    pass_end_on(flow);
  } else {
    flow.end_waits = true;  // for the client's handshake: what the server said last lies in the outbox
  }
}

// Tells the receiver that nothing more comes from there.
void Session::Impl::pass_end_on(Flow& flow) {
  flow.end_waits = false;
  Peer& to = peer(flow.to);
  if (flow.end_clean && to.tls != nullptr) to.tls->close();
  flush();
  to.shut = true;
  commands_.shutdown(flow.to);
  set_deadline(Deadline::kHalfClosed, config_.handshake_timeout);
}

void Session::Impl::connection_lost(Side side, std::string_view why) {
  if (finished_) return;
  const Peer& p = peer(side);
  std::string text = fmt::format("{}'s connection broke: {}", who(side), why);
  if (p.tls != nullptr && p.tls->state() == TlsLeg::State::kHandshake) text = p.tls->abandoned();
  if (side == Side::kServer && !failing_ && !ready(Side::kServer)) {
    fail_client(Closed::How::kUpstreamFailed, "remote-connection-failed", text);
    settle();
    flush();
    return;
  }
  if (side == Side::kServer && failing_) return;  // the client is still to be told
  give_up_held(flow_from(side));
  if (!ended_by_) ended_by_ = side;
  if (failing_) {
    finish(failure_how_, failure_text_);
    return;
  }
  // What was received before the break still reaches the other side; the missing close_notify (or the missing
  // end of the stream) tells it that this is no orderly end.
  flush();
  finish(Closed::How::kReset, std::move(text));
}

void Session::Impl::set_deadline(Deadline what, parser::Duration from_now) {
  deadline_kind_ = what;
  if (what == Deadline::kNone) return;
  deadline_ = now_ + from_now;
  commands_.wake_at(deadline_);
}

// Something moved. timer() looks at the deadline when it fires.
void Session::Impl::put_off_half_closed() {
  if (deadline_kind_ == Deadline::kHalfClosed) deadline_ = now_ + config_.handshake_timeout;
}

void Session::Impl::timer() {
  if (finished_ || deadline_kind_ == Deadline::kNone) return;
  if (now_ < deadline_) {
    commands_.wake_at(deadline_);
    return;
  }
  const auto kind = std::exchange(deadline_kind_, Deadline::kNone);
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(config_.handshake_timeout).count();
  switch (kind) {
    case Deadline::kHeader: {
      const bool in_tls = client().tls != nullptr && !client().tls->established();
      end_with_error(Closed::How::kTimeout, "connection-timeout",
                     in_tls ? fmt::format("the client did not finish the TLS handshake within {} s", seconds)
                            : fmt::format("the client sent no stream header within {} s", seconds));
      return;
    }
    case Deadline::kHandshake:
      if (server().tls != nullptr && !server().tls->established() && !failing_) {
        fail_client(Closed::How::kTlsFailed, "remote-connection-failed",
                    fmt::format("the server for {} did not finish the TLS handshake within {} s",
                                verified_name(), seconds));
      } else if (bridge_ == Bridge::kServer && !failing_) {
        fail_client(
            Closed::How::kTlsFailed, "remote-connection-failed",
            fmt::format("the server for {} did not answer STARTTLS within {} s", verified_name(), seconds));
      } else {
        end_with_error(Closed::How::kTimeout, "connection-timeout",
                       fmt::format("the client did not finish the TLS handshake within {} s", seconds));
      }
      break;
    case Deadline::kFailure:
      if (client().tls == nullptr || client().tls->established()) {
        client_header_seen_ = true;  // it does not come: tell it anyway
      } else {
        finish(failure_how_, failure_text_);
      }
      break;
    case Deadline::kLinger:
      finish(failure_how_, failure_text_);
      break;
    case Deadline::kHalfClosed:
      finish(Closed::How::kTimeout,
             fmt::format("one side closed its half of the connection, and then nothing moved for {} s",
                         seconds));
      break;
    case Deadline::kNone:
      break;
  }
  settle();
  flush();
}

// Whether an own element may be put into this flow now. While elements are framed that is known; later a '>'
// at the end is taken for the end of an element: the session ends here, so little is lost if it was not.
bool Session::Impl::interruptible(const Flow& flow) const {
  if (!ready(flow.to) || peer(flow.to).shut || flow.ended) return false;
  if (flow.reader != nullptr) return flow.held.empty() && bridge_ == Bridge::kNone;
  return flow.tail_is(">") || flow.tail_is(" ") || flow.tail_is("\n");
}

void Session::Impl::end_with_error(Closed::How how, std::string_view condition, std::string_view text) {
  if (finished_) return;
  commands_.log("warning", text);
  if (!error_sent_) {
    const std::string error = stream_error(condition, text);
    for (Flow* flow : {&s2c(), &c2s()}) {
      if (!interruptible(*flow)) continue;
      const bool header_due = !flow->header && flow->reader != nullptr;
      if (header_due && flow->to == Side::kServer) continue;  // no stream with the server yet: just close
      const std::string header =
          header_due ? stream_header({content_namespace_, {}, domain_, fmt::format("proxy-{}", id_)}) : "";
      insert(*flow, header + error, "proxy-stream-error", text);
      if (Peer& to = peer(flow->to); to.tls != nullptr) to.tls->close();
    }
  }
  finish(how, std::string(text));
}

// The upstream cannot be used. The client is told on its own leg, as soon as it can hear it.
void Session::Impl::fail_client(Closed::How how, std::string_view condition, std::string text) {
  if (finished_ || failing_) return;
  commands_.log("error", text);
  failing_ = true;
  failure_how_ = how;
  failure_condition_ = condition;
  failure_text_ = std::move(text);
  upgrade_ = false;
  server_tls_due_ = false;
  if (connected_ && !server().shut) {
    flush();  // the alert that says why
    server().shut = true;
    commands_.shutdown(Side::kServer);
  }
  if (c2s().paused) {
    c2s().paused = false;  // what waits is looked at for the header, and goes nowhere
    if (starttls_asked_ && client().tls == nullptr) client().waiting.clear();
  }
  if (header_pending_ != 0) {
    swallow(c2s(), header_pending_, "not-forwarded", failure_text_);
    header_pending_ = 0;
  }
  set_deadline(Deadline::kFailure, kErrorWait);
}

bool Session::Impl::can_send_error() const {
  return ready(Side::kClient) && client_header_seen_;
}

void Session::Impl::send_error() {
  error_sent_ = true;
  std::string text;
  if (!s2c().header) {
    text = stream_header({content_namespace_, {}, domain_, fmt::format("proxy-{}", id_)});
  }
  text += stream_error(failure_condition_, failure_text_);
  give_up_held(s2c());
  insert(s2c(), text, "proxy-stream-error", failure_text_);
  if (client().tls != nullptr) client().tls->close();
  flush();
  client().shut = true;
  commands_.shutdown(Side::kClient);
  // Closing at once could destroy the error on its way, where the client has more for us to read.
  set_deadline(Deadline::kLinger, kLingerTime);
}

void Session::Impl::finish(Closed::How how, std::string reason, bool reset) {
  if (finished_) return;
  for (Flow& flow : flows_) give_up_held(flow);
  flush();
  finished_ = true;
  deadline_kind_ = Deadline::kNone;
  std::optional<parser::Direction> by;  // where it was a peer, not the proxy, that ended it
  if (ended_by_ && (how == Closed::How::kFinished || how == Closed::How::kReset)) {
    by = *ended_by_ == Side::kClient ? parser::Direction::kC2S : parser::Direction::kS2C;
  }
  tap_.closed(now_, id_, {how, std::move(reason), by});
  commands_.close(reset);
}

void Session::Impl::notice(std::string_view name, std::string_view text) {
  tap_.notice(now_, id_, {std::string(name), std::string(text)});
}

bool Session::Impl::wants(Side side) const {
  if (finished_ || flow_from(side).ended) return false;
  if (failing_) return side == Side::kClient;
  const size_t pending = peer(side).waiting.size() + peer(other(side)).outbox.size() +
                         (side == Side::kClient && header_pending_ != 0 ? flow_from(side).held.size() : 0);
  return pending < config_.max_header_bytes;
}

void Session::Impl::release_memory() {
  for (Peer& p : peers_) {
    if (p.tls != nullptr) p.tls->release_memory();
    if (p.waiting.empty()) std::string().swap(p.waiting);
    if (p.outbox.empty()) std::string().swap(p.outbox);
  }
  for (Flow& flow : flows_) {
    if (flow.reader != nullptr) flow.reader->release_memory();
    flow.held.release_memory();
  }
}

Session::Session(const SessionConfig& config, parser::ConnectionId id, const parser::ConnectionInfo& info,
                 parser::Time now, TlsContexts& tls, Tap& tap, SessionCommands& commands)
    : impl_(std::make_unique<Impl>(config, id, info, now, tls, tap, commands)) {}
Session::~Session() = default;

void Session::upstream_connected(parser::Time now, const parser::UpstreamConnected& fact) {
  impl_->set_now(now);
  impl_->upstream_connected(fact);
}

void Session::upstream_failed(parser::Time now, std::string_view why) {
  impl_->set_now(now);
  impl_->upstream_failed(why);
}

void Session::received(Side side, std::string_view bytes, parser::Time now) {
  impl_->set_now(now);
  impl_->received(side, bytes);
}

void Session::end_of_stream(Side side, parser::Time now) {
  impl_->set_now(now);
  impl_->end_of_stream(side);
}

void Session::connection_lost(Side side, std::string_view why, parser::Time now) {
  impl_->set_now(now);
  impl_->connection_lost(side, why);
}

void Session::timer(parser::Time now) {
  impl_->set_now(now);
  impl_->timer();
}

void Session::output_taken(parser::Time now) {
  impl_->set_now(now);
  impl_->output_taken();
}

void Session::idle_timeout(parser::Time now) {
  impl_->set_now(now);
  impl_->end_with_error(parser::Closed::How::kTimeout, "connection-timeout",
                        "nothing moved on this connection for too long");
}

void Session::shutdown(parser::Time now) {
  impl_->set_now(now);
  impl_->end_with_error(parser::Closed::How::kShutdown, "system-shutdown", "the proxy is shutting down");
}

bool Session::wants(Side side) const {
  return impl_->wants(side);
}

bool Session::finished() const {
  return impl_->finished();
}

void Session::release_memory() {
  impl_->release_memory();
}

}  // namespace proxy
