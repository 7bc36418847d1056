// What the elements of the negotiation mean to a session. An item is forwarded when it is complete, so that
// an edit is known before the first byte of what it changes has left. Three things are done besides
// forwarding: both legs turn to TLS behind <proceed/>; features lose what cannot work through a proxy; and
// where one side begins with TLS and the other with STARTTLS the proxy speaks for the one that is missing.
// All that it says or leaves out is an edit of the flow it belongs to, so the bytes as sent and the bytes as
// forwarded both stay known.
#include <fmt/format.h>

#include <utility>

#include "proxy/edits.h"
#include "proxy/namespaces.h"
#include "proxy/session_impl.h"
#include "proxy/stream_text.h"

namespace proxy {
namespace {

using parser::Closed;
using parser::Edit;
using parser::StreamItem;
using parser::xml::Element;

constexpr std::string_view kBridge = "bridge-starttls";
constexpr std::string_view kForServer =
    "the client came with TLS and the server begins with plaintext: the proxy asks for STARTTLS by itself";
constexpr std::string_view kForClient =
    "the server takes TLS only and the client began with plaintext: the proxy offers STARTTLS by itself";

// From here on nothing can be edited any more: elements that are sent only to somebody who is logged in.
bool ends_negotiation(const Element& element) {
  return element.local == "message" || element.local == "presence" ||
         element.local == "handshake" ||  // XEP-0114 §3
         (element.is("result", ns::kDialback) && element.attribute("type") == "valid") ||
         element.is("compressed", ns::kCompress);
}

// How many bytes of XML white space a text begins with. No TLS record does (RFC 8446 §5.1).
size_t leading_space(std::string_view text) {
  return std::min(text.find_first_not_of(" \t\r\n"), text.size());
}

}  // namespace

void Session::Impl::on_item(Flow& flow, const StreamItem& item) {
  if (finished_) return;
  if (failing_) {
    const bool broken = item.kind == StreamItem::Kind::kViolation && item.error.fatal;
    if (flow.from == Side::kClient && (item.kind == StreamItem::Kind::kHeader || broken)) {
      client_header_seen_ = true;
    }
    if (broken) {
      flow.to_raw = true;
      flow.reader->pause();
    } else if (item.kind != StreamItem::Kind::kViolation || !item.bytes.empty()) {
      swallow(flow, item.range.end, "not-forwarded", failure_text_);
    }
    return;
  }
  if (item.kind == StreamItem::Kind::kViolation) {
    on_violation(flow, item);
  } else if (flow.from == Side::kClient) {
    on_client_item(item);
  } else if (bridge_ == Bridge::kServer) {
    on_server_item_bridged(item);
  } else {
    on_server_item(item);
  }
}

void Session::Impl::on_client_item(const StreamItem& item) {
  Flow& flow = c2s();
  const uint64_t end = item.range.end;
  if (item.kind == StreamItem::Kind::kHeader) {
    on_client_header(*item.element, end);
    return;
  }
  if (item.kind == StreamItem::Kind::kElement && !client_header_seen_) {  // an element and no stream
    client_header_seen_ = true;
    if (!connecting_) {
      fail_client(
          Closed::How::kRefused, "bad-format",
          "the client began with something other than a stream header, so there is no telling where to "
          "connect; give the server with --upstream HOST:PORT");
      swallow(flow, end, "not-forwarded", failure_text_);
      return;
    }
    start_server_layer();
  }
  const bool asks = item.kind == StreamItem::Kind::kElement && item.element->is("starttls", ns::kTls) &&
                    client().tls == nullptr;
  if (asks) {
    // Here and not behind <proceed/>: now the client can still be told in the clear.
    std::string error;
    if (tls_.leaf(verified_name(), now_, error) == nullptr) {
      fail_client(Closed::How::kTlsFailed, "host-unknown", error);
      swallow(flow, end, "not-forwarded", error);
      return;
    }
  }
  if (bridge_ == Bridge::kClient) {
    swallow(flow, end, kBridge, kForClient);
    if (asks) {
      insert(s2c(), proceed(), kBridge, kForClient);
      upgrade_ = true;
      flow.reader->pause();
    } else if (item.kind == StreamItem::Kind::kElement) {
      fail_client(
          Closed::How::kTlsFailed, "policy-violation",
          fmt::format("the server for {} takes TLS only, and the client went on without STARTTLS; let the "
                      "client use TLS, or choose --upstream-security starttls or none",
                      verified_name()));
    }
    return;
  }
  release(flow, end);
  if (asks) {
    // What comes now is TLS, unless the server refuses.
    starttls_asked_ = true;
    flow.paused = true;
    flow.reader->pause();
  }
}

void Session::Impl::on_client_header(const Element& header, uint64_t end) {
  client_header_seen_ = true;
  if (deadline_kind_ == Deadline::kHeader) set_deadline(Deadline::kNone, {});
  content_namespace_ = content_namespace(header);
  const std::string to = ascii_domain(header.attribute("to"));
  if (domain_.empty()) {
    set_domain(to);
  } else if (!to.empty() && to != domain_) {
    notice("domain-changed",
           fmt::format("the stream is for {}, while {} was named before (by {}); the server's "
                       "certificate is verified for {}",
                       to, domain_, info_.direct_tls ? "SNI" : "the first stream header", domain_));
  }
  if (!connecting_ && domain_.empty()) {
    fail_client(
        Closed::How::kRefused, "host-unknown",
        "the client's stream header names no domain (it has no `to`, or one that is none), so there is no "
        "telling where to connect; give the server with --upstream HOST:PORT");
    swallow(c2s(), end, "not-forwarded", failure_text_);
    return;
  }
  if (!connecting_) connect();
  header_pending_ = end;
  start_server_layer();
  resolve_client_header();
  if (header_pending_ != 0) {
    c2s().paused = true;
    c2s().reader->pause();
  }
}

// Answers the client's header as soon as it is known that the proxy has to, or forwards it once it can be
// sent: not before, so that what is reported as forwarded was.
void Session::Impl::resolve_client_header() {
  const bool bridged = connected_ && server_direct_ && client().tls == nullptr;
  if (header_pending_ == 0 || (!bridged && !ready(Side::kServer))) return;
  const uint64_t end = std::exchange(header_pending_, 0);
  c2s().paused = false;
  if (bridged) {
    bridge_ = Bridge::kClient;
    swallow(c2s(), end, kBridge, kForClient);
    insert(s2c(),
           stream_header({content_namespace_, {}, domain_, fmt::format("proxy-{}", id_)}) +
               features_with_starttls(),
           kBridge, kForClient);
    s2c().header = true;
    return;
  }
  release(c2s(), end);
  c2s().header = true;
}

void Session::Impl::on_server_item(const StreamItem& item) {
  Flow& flow = s2c();
  const uint64_t end = item.range.end;
  if (item.kind == StreamItem::Kind::kHeader) flow.header = true;
  if (item.kind != StreamItem::Kind::kElement) {
    release(flow, end);
    return;
  }
  const Element& element = *item.element;
  if (is_features(element)) {
    on_features(element, end);
    return;
  }
  release(flow, end);
  if (starttls_asked_ && element.is("proceed", ns::kTls)) {
    upgrade_ = true;
    flow.reader->pause();
  } else if (starttls_asked_ && element.is("failure", ns::kTls)) {
    starttls_asked_ = false;
    c2s().paused = false;
  } else if (element.is("success", ns::kSasl) || element.is("success", ns::kSasl2)) {
    authenticated_ = true;
  } else if (element.is("error", ns::kStreams)) {
    if (const Element* where = element.child("see-other-host", ns::kStreamErrors); where != nullptr) {
      const std::string text = fmt::format(
          "the server sends the client to {} (see-other-host): a client that goes there leaves this proxy; "
          "start "
          "another one with --upstream for that host, or let its name lead here",
          where->text());
      notice("see-other-host", text);
      commands_.log("warning", text);
    }
  } else if (ends_negotiation(element)) {
    flow.to_raw = true;
    flow.reader->pause();
    if (c2s().reader != nullptr && !c2s().paused) stop_framing(c2s());
  }
}

void Session::Impl::on_features(const Element& features, uint64_t end) {
  std::vector<Edit> edits;
  const bool tls = client().tls != nullptr || server().tls != nullptr;
  if (tls && !config_.keep_channel_binding) edits = hide_channel_binding(features);
  if (config_.upstream_security == UpstreamSecurity::kNone) {
    // A client that is on TLS already must not be offered it again either.
    std::vector<Edit> more = hide_starttls(features);
    for (Edit& edit : more) {
      auto at = edits.begin();
      while (at != edits.end() && at->range.begin < edit.range.begin) ++at;
      edits.insert(at, std::move(edit));
    }
  }
  release(s2c(), end, edits);
  // Binding without a login on offer (RFC 6120 §7.3.1 puts it behind SASL): nothing is left to be edited, as
  // after a success.
  const bool login_offered = features.child("mechanisms", ns::kSasl) != nullptr ||
                             features.child("authentication", ns::kSasl2) != nullptr ||
                             features.child("starttls", ns::kTls) != nullptr;
  const bool behind_login = !login_offered && features.child("bind", ns::kBind) != nullptr;
  if (!authenticated_ && !behind_login) return;
  s2c().to_raw = true;
  s2c().reader->pause();
  if (c2s().reader != nullptr) stop_framing(c2s());
}

// The proxy's own STARTTLS with the server, for a client that came with TLS.
void Session::Impl::on_server_item_bridged(const StreamItem& item) {
  Flow& flow = s2c();
  swallow(flow, item.range.end, kBridge, kForServer);
  const auto refuse = [this](std::string_view what) {
    fail_client(
        Closed::How::kUpstreamFailed, "remote-connection-failed",
        fmt::format("the server for {} {}; choose --upstream-security tls for a TLS port, or none to go "
                    "without encryption",
                    verified_name(), what));
  };
  if (item.kind == StreamItem::Kind::kFooter) {
    refuse("closed its stream before TLS began");
  } else if (item.kind == StreamItem::Kind::kElement) {
    const Element& element = *item.element;
    if (is_features(element)) {
      if (element.child("starttls", ns::kTls) == nullptr) {
        refuse("does not offer STARTTLS");
      } else {
        insert(c2s(), starttls(), kBridge, kForServer);
      }
    } else if (element.is("proceed", ns::kTls)) {
      server_tls_due_ = true;
      flow.reader->pause();
    } else if (element.is("failure", ns::kTls)) {
      refuse("refused STARTTLS");
    } else if (element.is("error", ns::kStreams)) {
      const Element* const condition = element.child_in(ns::kStreamErrors);
      refuse(fmt::format("ended the stream before TLS began ({})",
                         condition != nullptr ? condition->local : "no condition given"));
    }
  }
}

// XML that cannot be followed any more is forwarded as it is: the bytes are the truth, and what is wrong with
// them is the analyser's to say. Only where the proxy has to understand them to go on does it give up.
void Session::Impl::on_violation(Flow& flow, const StreamItem& item) {
  const bool bridged = bridge_ == (flow.from == Side::kClient ? Bridge::kClient : Bridge::kServer);
  if (!item.error.fatal) {
    if (item.bytes.empty()) return;  // inside an element: its bytes come with the element
    if (bridged) {
      swallow(flow, item.range.end, kBridge, flow.from == Side::kClient ? kForClient : kForServer);
    } else {
      release(flow, item.range.end);
    }
    return;
  }
  const std::string what = parser::xml::describe(item.error);
  flow.to_raw = true;
  flow.reader->pause();
  if (flow.from == Side::kServer) {
    if (bridged) {
      fail_client(Closed::How::kUpstreamFailed, "remote-connection-failed",
                  fmt::format("the server for {} does not speak XMPP there: {}; check the address and "
                              "--upstream-security",
                              verified_name(), what));
    } else {
      commands_.log("warning",
                    fmt::format("the server's stream can no longer be followed, its bytes are forwarded "
                                "as they are: {}",
                                what));
    }
    return;
  }
  const bool began_with_tls = !client_header_seen_ && client().tls == nullptr && flow.passed == 0 &&
                              flow.held.view().front() == '\x16';  // RFC 8446 §5.1: a handshake record
  const bool can_pass = config_.upstream_given && config_.upstream_security != UpstreamSecurity::kTls &&
                        client().tls == nullptr && !began_with_tls;
  if (bridged || (!client_header_seen_ && !can_pass)) {
    client_header_seen_ = true;  // none will come: the error need not wait for it
    fail_client(Closed::How::kRefused, parser::xml::condition(item.error.code),
                began_with_tls ? "the client began with TLS on a listener for plaintext and STARTTLS; let it "
                                 "connect to the one of --listen-tls"
                               : fmt::format("the client's stream cannot be read: {}", what));
    return;
  }
  if (deadline_kind_ == Deadline::kHeader) set_deadline(Deadline::kNone, {});
  commands_.log("warning",
                fmt::format("the client's stream can no longer be followed, its bytes are forwarded as "
                            "they are: {}",
                            what));
}

// Reports and forwards what is held up to `end`, with the edits (in order, inside that range).
void Session::Impl::release(Flow& flow, uint64_t end, const std::vector<Edit>& edits) {
  if (end <= flow.passed) return;
  const uint64_t begin = flow.passed;
  const std::string_view bytes = flow.held.take(end - begin);
  for (const Edit& edit : edits) tap_.edited(now_, id_, edit);
  if (edits.empty()) {
    pass(flow, bytes);
    return;
  }
  tap_.bytes(now_, id_, flow.direction, bytes);
  flow.passed = end;
  flow.note_tail(bytes);
  std::string forwarded;
  uint64_t at = begin;
  for (const Edit& edit : edits) {
    forwarded.append(bytes.substr(at - begin, edit.range.begin - at));
    forwarded.append(edit.replacement);
    at = edit.range.end;
  }
  forwarded.append(bytes.substr(at - begin));
  send(flow.to, forwarded);
}

// Reports what is held up to `end` as sent and not forwarded.
void Session::Impl::swallow(Flow& flow, uint64_t end, std::string_view name, std::string_view reason) {
  if (end <= flow.passed) return;
  const std::string_view bytes = flow.held.take(end - flow.passed);
  tap_.edited(now_, id_,
              {flow.direction,
               {flow.passed, flow.passed + bytes.size()},
               {},
               std::string(name),
               std::string(reason)});
  tap_.bytes(now_, id_, flow.direction, bytes);
  flow.passed += bytes.size();
  flow.note_tail(bytes);
}

// Sends something of the proxy's own in that direction, and reports it as inserted.
void Session::Impl::insert(Flow& flow, std::string_view text, std::string_view name,
                           std::string_view reason) {
  tap_.edited(now_, id_,
              {flow.direction,
               {flow.passed, flow.passed},
               std::string(text),
               std::string(name),
               std::string(reason)});
  if (bridge_ == Bridge::kServer && flow.to == Side::kServer) {
    commands_.send(Side::kServer, text);  // send() keeps the client's bytes back until TLS is up
  } else {
    send(flow.to, text);
  }
}

void Session::Impl::set_domain(std::string_view name) {
  domain_ = ascii_domain(name);
}

void Session::Impl::connect() {
  connecting_ = true;
  commands_.connect(domain_);
}

std::string Session::Impl::verified_name() const {
  if (!domain_.empty()) return domain_;
  return upstream_.server.name.empty() ? upstream_.server.address : upstream_.server.name;
}

// Brings the server's leg to where the client's stream can be sent: at once, behind TLS, or behind a STARTTLS
// of our own. The last two need the domain, which may become known only with the client's header.
void Session::Impl::start_server_layer() {
  if (!connected_ || server_layer_started_ || failing_) return;
  const bool own_starttls =
      !server_direct_ && client().tls != nullptr && config_.upstream_security == UpstreamSecurity::kStartTls;
  if ((server_direct_ || own_starttls) && domain_.empty() && !client_header_seen_) return;
  server_layer_started_ = true;
  if (server_direct_) {
    start_server_tls(true);
  } else if (own_starttls) {
    bridge_ = Bridge::kServer;
    insert(c2s(), stream_header({content_namespace_, verified_name(), {}, {}}), kBridge, kForServer);
    set_deadline(Deadline::kHandshake, config_.handshake_timeout);
  } else {
    drain_outbox(Side::kServer);
  }
}

void Session::Impl::start_client_tls() {
  std::string error;
  const std::string domain = info_.direct_tls ? std::string() : verified_name();
  client().tls = tls_.accept(domain, "localhost", now_, error);
  if (client().tls == nullptr) {
    commands_.log("error", error);
    finish(Closed::How::kTlsFailed, error);
    return;
  }
  tls_offset_c2s_[0] = c2s().passed;
  tls_offset_s2c_[0] = s2c().passed;
}

void Session::Impl::start_server_tls(bool direct) {
  const bool s2s = content_namespace_ == ns::kServer;
  const std::string name = verified_name();
  const std::string endpoint = fmt::format("{}:{}", upstream_.server.address, upstream_.server.port);
  const std::string_view service = s2s ? "xmpp-server" : "xmpp-client";
  std::string error;
  server().tls = tls_.connect(
      {name, endpoint, direct ? service : std::string_view{}, service, config_.insecure_upstream}, now_,
      error);
  if (server().tls == nullptr) {
    fail_client(Closed::How::kTlsFailed, "remote-connection-failed", error);
    return;
  }
  tls_offset_c2s_[1] = c2s().passed;
  tls_offset_s2c_[1] = s2c().passed;
  if (s2c().reader != nullptr) s2c().reader->restart();
  server().tls->start();
  set_deadline(Deadline::kHandshake, config_.handshake_timeout);
  std::string early;
  early.swap(server().waiting);
  if (!early.empty()) tls_received(Side::kServer, early);
}

// Behind <proceed/>: both legs turn to TLS (only the client's where the server's has it already). What either
// side sent behind its last plaintext element belongs to its TLS.
// Clients that end each element with a newline (go-sendxmpp) do so behind <starttls/> too. It is no part of
// the TLS that follows, and belongs to the server as the client sent it.
void Session::Impl::forward_space_behind_starttls() {
  std::string& waiting = client().waiting;
  const size_t size = leading_space(waiting);
  if (size == 0) return;
  const std::string space = waiting.substr(0, size);
  waiting.erase(0, size);
  if (c2s().reader != nullptr) c2s().reader->skip(size);
  pass(c2s(), space);
}

void Session::Impl::upgrade() {
  upgrade_ = false;
  starttls_asked_ = false;
  client_header_seen_ = false;
  for (Flow& flow : flows_) {
    flow.paused = false;
    flow.header = false;
    if (flow.reader == nullptr) {  // it had lost the thread; TLS begins a new document
      flow.reader = std::make_unique<parser::StreamReader>();
      flow.reader->skip(flow.passed);
    }
    flow.reader->restart();
  }
  std::string early;
  early.swap(client().waiting);
  if (const size_t size = leading_space(early); size > 0) {  // there is no one to forward it to
    c2s().reader->skip(size);
    c2s().held.append(std::string_view(early).substr(0, size));
    swallow(c2s(), c2s().passed + size, kBridge, kForClient);
    early.erase(0, size);
  }
  start_client_tls();
  if (finished_) return;
  if (bridge_ == Bridge::kClient) {
    bridge_ = Bridge::kNone;
    set_deadline(Deadline::kHandshake, config_.handshake_timeout);
  } else {
    start_server_tls(false);
  }
  if (!early.empty() && !finished_) tls_received(Side::kClient, early);
}

void Session::Impl::tls_up(Side side) {
  const auto at = static_cast<size_t>(side);
  TlsLeg& leg = *peer(side).tls;
  parser::TlsEstablished fact = leg.facts();
  fact.c2s_offset = tls_offset_c2s_[at];
  fact.s2c_offset = tls_offset_s2c_[at];
  tap_.tls_established(now_, id_, fact);
  if (side == Side::kClient && info_.direct_tls) {
    if (fact.alpn == "xmpp-server") content_namespace_ = ns::kServer;
    if (fact.sni.empty()) {
      notice("no-sni",
             "the client named no server in its TLS handshake (no SNI), so it got a certificate for "
             "localhost; the stream's `to` decides where to connect");
    }
  }
  if (!failing_) {
    const bool others_pending = bridge_ == Bridge::kServer ||
                                (peer(other(side)).tls != nullptr && !peer(other(side)).tls->established());
    if (!others_pending) {
      set_deadline(client_header_seen_ ? Deadline::kNone : Deadline::kHeader, config_.handshake_timeout);
    }
  }
  drain_outbox(side);
  if (side == Side::kServer) resolve_client_header();
}

}  // namespace proxy
