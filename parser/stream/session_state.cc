// The machine of docs/STATES.md: reads the elements of both directions in the order of their time and knows
// where in its life the session is.
//
// Two principles keep it on its feet with real traffic. The responder's elements always count: whatever was
// expected, a <proceed/> means that TLS follows. The initiator's elements count when it is the initiator's
// turn; one that comes earlier, as from clients that remember the server's features, waits in a short queue
// until the responder has caught up.
#include "parser/stream/session_state.h"

#include <algorithm>

#include "parser/jid/jid.h"
#include "parser/stream/cross_stream.h"
#include "parser/stream/stanza.h"

namespace parser {
namespace {

constexpr size_t kMaxOffers = 128;         // features of all documents; a real server has some 20
constexpr size_t kMaxMechanismName = 64;   // RFC 4422 §3.1 has 20
constexpr size_t kMaxConditionName = 128;  // the longest of RFC 6120 has 24
constexpr size_t kMaxJid = 3071;           // RFC 7622 §3.1
constexpr size_t kMaxNamespace = 256;

// FNV-1a over {ns}local.
uint64_t hash_of(std::string_view local, std::string_view ns) {
  uint64_t value = 0xcbf29ce484222325u;
  const auto add = [&value](std::string_view text) {
    for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    value = (value ^ 0xFFu) * 0x100000001b3u;
  };
  add(ns);
  add(local);
  return value;
}

// Keeps a name from the wire without letting it grow; what is longer is no such name.
void assign(std::string& target, std::string_view text, size_t most) {
  if (text.size() > most) text = {};
  if (target != text) target = text;
}

bool offers_login(const xml::Element& features) {
  return features.child("mechanisms", ns::kSasl) != nullptr ||
         features.child("authentication", ns::kSasl2) != nullptr ||
         features.child("starttls", ns::kTls) != nullptr ||
         features.child("auth", ns::kIqAuthFeature) != nullptr;
}

bool is_bound(Phase phase) {
  return phase == Phase::kBound || phase == Phase::kBoundInline || phase == Phase::kResumedInline;
}

bool is_bind_request(const StreamEvent& event) {
  return event.stanza_type == "set" && event.payload != nullptr && event.payload->is("bind", ns::kBind);
}

}  // namespace

// --- facts ------------------------------------------------------------------------------------------------

void SessionState::on_opened(const ConnectionInfo& info) {
  if (info.direct_tls) tls_[static_cast<size_t>(Leg::kClient)] = true;
  direct_tls_ = info.direct_tls;
  server_port_ = info.server.port;
  if (info.websocket) {
    websocket_ = std::make_unique<WebSocketInfo>(*info.websocket);
    content_ns_ = ns::kClient;  // the subprotocol is for clients (RFC 7395 §1)
  }
  if (info.from_start) return;
  if (!info.assumed) {
    from_start_ = false;
    phase_ = Phase::kMidSession;
    return;
  }
  const AssumedSession& assumed = *info.assumed;
  assumed_ = true;
  from_start_ = assumed.complete;
  tls_ = {assumed.encrypted, assumed.encrypted};
  for (StreamSide& side : sides_) {
    side.header_seen = true;
    side.headers = 1;
  }
  content_ns_ = ns::kClient;
  domain_ = assumed.domain.empty() ? std::string(split_jid(assumed.bound_jid).domain) : assumed.domain;
  if (!assumed.bound_jid.empty() || (assumed.authenticated && !assumed.complete)) {
    establish(assumed.bound_jid, Phase::kEstablished);
  } else if (assumed.authenticated) {
    authenticated_ = true;
    phase_ = Phase::kFeaturesAuth;
  } else {
    phase_ = assumed.encrypted ? Phase::kFeaturesTls : Phase::kFeaturesPlain;
  }
}

void SessionState::on_upstream(const UpstreamConnected& fact) {
  if (fact.direct_tls) tls_[static_cast<size_t>(Leg::kServer)] = true;
  server_port_ = fact.server.port;
}

void SessionState::on_tls(const TlsEstablished& fact) {
  tls_[static_cast<size_t>(fact.leg)] = true;
  tls_facts_[static_cast<size_t>(fact.leg)] = std::make_unique<TlsEstablished>(fact);
  if (fact.leg != Leg::kClient) return;
  if (phase_ == Phase::kHeaderSent || phase_ == Phase::kStartTls) {
    // Without a <proceed/> of the server's, even without its header: it was the proxy that offered STARTTLS,
    // for a server that takes TLS only.
    early_count_ = 0;
    restart_streams();
    phase_ = Phase::kConnected;
  }
  if (phase_ == Phase::kTlsHandshake) phase_ = Phase::kConnected;
}

void SessionState::on_dropped(const Dropped&) {
  from_start_ = false;
  if (sm_ == nullptr) return;
  for (const Direction direction : {Direction::kC2S, Direction::kS2C}) sm_->blur(direction);
}

void SessionState::on_edit(const Edit& edit) {
  if (sm_ != nullptr) sm_->blur(edit.direction);
}

void SessionState::on_closed(const Closed&, Time time) {
  // A connection that broke can be taken up again, unless the session was closed on it (XEP-0198 §7).
  if (cross_ != nullptr && sm_ != nullptr && sm_->resumable() && !sides_[index(Direction::kC2S)].closed) {
    cross_->sessions.broke(domain_, *sm_, time);
  }
  end_in(Phase::kClosed);
}

// --- elements ---------------------------------------------------------------------------------------------

void SessionState::on_element(StreamEvent& event) {
  const bool was_bound = bound_;
  const bool was_established = phase_ == Phase::kEstablished;
  restarts_ = {};
  last_match_ = IqMatch::kNone;
  last_twin_ = {};
  last_request_.reset();
  silence_ = last_time_ == Time{} ? Duration{} : event.time - last_time_;
  if (event.kind != EventKind::kKeepalive) last_time_ = event.time;
  remember(event);
  switch (event.kind) {
    case EventKind::kMessage:
    case EventKind::kPresence:
      if (sm_ != nullptr) count(event);
      remember_stanza(event);
      if (!from_start_) learn_address(event);
      on_traffic(event.direction);
      break;
    case EventKind::kIq:
      if (sm_ != nullptr) count(event);
      on_iq(event);
      break;
    case EventKind::kHeader:
      on_header(event);
      break;
    case EventKind::kFooter:
      on_footer(event);
      if (sm_ != nullptr) end_sm(event);
      break;
    case EventKind::kFeatures:
      on_features(event);
      break;
    case EventKind::kStreamError:
      on_stream_error(event);
      break;
    case EventKind::kStartTls:
      on_starttls(event);
      break;
    case EventKind::kSasl:
      on_sasl(event);
      break;
    case EventKind::kCompress:
      if (event.direction == Direction::kS2C && event.local == "compressed") {
        restart_streams();
        advance(authenticated_ ? Phase::kRestart : Phase::kConnected);
      }
      break;
    case EventKind::kSm:
      on_sm(event);
      break;
    case EventKind::kNonza:
      if (sm_ != nullptr) sm_->on_other(event);
      on_nonza(event);
      break;
    default:
      break;  // keepalives, refused and unframed bytes do not move a session
  }
  if (!was_bound && bound_ && !resumed_ && from_start_ && !between_servers()) bound_since_ = event.time;
  follow_account(event);
  // Most of what passes is messages in the middle of a session, which change nothing of how far it has come.
  if (event.kind != EventKind::kMessage || !was_established) progress_ = parser::progress(*this);
  event.phase = phase_;
  event.standing = standing();
  event.progress = progress_;
}

void SessionState::describe(StreamEvent& event) const {
  event.phase = phase_;
  event.standing = standing();
  event.progress = parser::progress(*this);
}

void SessionState::follow_account(const StreamEvent& event) {
  if (!content_ns_.empty() && content_ns_ != ns::kClient) return;
  switch (event.kind) {
    case EventKind::kMessage:
    case EventKind::kPresence:
    case EventKind::kIq:
    case EventKind::kSasl:
    case EventKind::kNonza:
      break;
    default:
      return;
  }
  if (account_ == nullptr) account_ = std::make_shared<AccountState>();
  account_->on_element(event, last_request_, self().jid);
}

// What each side has said last, and how.
void SessionState::remember(const StreamEvent& event) {
  StreamSide& side = sides_[index(event.direction)];
  if (event.kind == EventKind::kKeepalive) {
    side.blank = event.range;
    side.keepalives.on_keepalive(event.time);
    return;
  }
  for (StreamSide& either : sides_) either.keepalives.on_element();
  if (event.kind == EventKind::kViolation || event.kind == EventKind::kUnparsed) return;
  ++side.elements;
  side.last = event.range;
  side.last_frame = event.frame;
}

void SessionState::on_header(const StreamEvent& event) {
  StreamSide& side = sides_[index(event.direction)];
  side.elements = 0;
  side.reopened = side.closed && !side.header_seen && side.headers > 0;
  if (side.reopened && phase_ == Phase::kClosing) {
    // The sender took the restart for a second stream and closed the first one; it goes on all the same.
    side.closed = false;
    phase_ = authenticated_ ? Phase::kRestart : Phase::kConnected;
  }
  side.header_seen = true;
  side.header = event.element;
  ++side.headers;
  side.header_time = event.time;
  side.header_frame = event.frame;
  side.header_range = event.range;
  if (event.element != nullptr && websocket_ == nullptr) {
    const std::string_view content = content_namespace_of(*event.element);
    if (!content.empty()) assign(content_ns_, content, kMaxNamespace);
    if (pairs_ == nullptr && content == ns::kServer) pairs_ = std::make_unique<ServerPairs>();
  }
  if (event.direction == Direction::kC2S) {
    if (!event.to.empty()) assign(domain_, event.to, kMaxJid);
    trigger(Trigger::kHeader);
    return;
  }
  if (domain_.empty()) assign(domain_, event.from, kMaxJid);
  stream_ids_.add(event.id);
  feature_lists_ = 0;
  features_.reset();
  if (phase_ == Phase::kError || phase_ == Phase::kClosing || phase_ == Phase::kClosed) return;
  const bool legacy = std::any_of(sides_.begin(), sides_.end(), [](const StreamSide& either) {
    return either.header != nullptr && !is_version_1(*either.header);
  });
  if (legacy) {
    advance(Phase::kLegacy);
  } else {
    advance(authenticated_ ? Phase::kRestartAwait : Phase::kAwaitFeatures);
  }
}

void SessionState::on_footer(const StreamEvent& event) {
  StreamSide& side = sides_[index(event.direction)];
  side.closed = true;
  side.footer = event.range;
  side.footer_frame = event.frame;
  side.footer_time = event.time;
  if (sides_[0].closed && sides_[1].closed) {
    end_in(Phase::kClosed);
  } else if (phase_ != Phase::kError && phase_ != Phase::kClosed) {
    end_in(Phase::kClosing);
  }
}

void SessionState::on_features(const StreamEvent& event) {
  if (event.direction != Direction::kS2C || event.element == nullptr) return;
  features_ = event.element;
  if (feature_lists_ < 255) ++feature_lists_;
  features_after_login_ = authenticated_;
  for (const xml::Element& offer : features_->children()) {
    const uint64_t hash = hash_of(offer.local, offer.ns);
    if (offers_.size() < kMaxOffers && std::find(offers_.begin(), offers_.end(), hash) == offers_.end()) {
      offers_.push_back(hash);
    }
  }
  if (inline_ != nullptr) inline_->on_features();
  if (binding_ == nullptr && features_->child("session", ns::kSession) != nullptr) {
    binding_ = std::make_unique<Binding>();
  }
  if (binding_ != nullptr) binding_->on_features(*features_);
  if (phase_ == Phase::kError || phase_ == Phase::kClosing || phase_ == Phase::kClosed) return;
  // What was not seen can be told from what is offered: a resource to who is logged in, a login to others.
  if (!from_start_ && !authenticated_) {
    authenticated_ = features_->child("bind", ns::kBind) != nullptr || !offers_login(*features_);
  }
  if (bound_ || (authenticated_ && between_servers())) {
    advance(Phase::kEstablished);
  } else if (authenticated_) {
    advance(Phase::kFeaturesAuth);
  } else {
    advance(login_phase());
  }
}

// Where a session stands whose server waits for a login.
Phase SessionState::login_phase() const {
  if (!tls(Leg::kClient)) return Phase::kFeaturesPlain;
  const bool sasl2 = features_ != nullptr && features_->child("authentication", ns::kSasl2) != nullptr;
  return sasl2 ? Phase::kSasl2Offered : Phase::kFeaturesTls;
}

void SessionState::on_stream_error(const StreamEvent& event) {
  sides_[index(event.direction)].error_sent = true;
  if (phase_ == Phase::kClosed || phase_ == Phase::kError) return;
  phase_at_error_ = phase_;
  if (event.element != nullptr) {
    if (const auto error = stream_error(*event.element)) {
      assign(error_condition_, error->condition, kMaxConditionName);
      if (cross_ != nullptr && error->condition == "conflict" && event.direction == Direction::kS2C) {
        cross_->servers.thrown_out(bound_jid_, event.frame, event.time);
      }
    }
  }
  end_in(Phase::kError);
}

void SessionState::on_starttls(const StreamEvent& event) {
  if (event.direction == Direction::kC2S) {
    if (event.local == "starttls") trigger(Trigger::kStartTls);
  } else if (event.local == "proceed") {
    restart_streams();
    advance(Phase::kTlsHandshake);
  } else if (event.local == "failure") {
    starttls_refused_ = true;
    refuse(Phase::kStartTls, {});
    end_in(Phase::kClosing);  // the server closes stream and connection now (RFC 6120 §5.4.2.2)
  }
}

void SessionState::on_sasl(const StreamEvent& event) {
  last_known_.reset();
  if (sm_ != nullptr) sm_->begin_event();
  follow_login(event);
  const bool sasl2 = event.ns == ns::kSasl2;
  if (sasl2) on_inline_sm(event);
  if (event.direction == Direction::kC2S) {
    if (event.local == "auth" || event.local == "authenticate") {
      if (event.element != nullptr) {
        assign(sasl_mechanism_, event.element->attribute("mechanism"), kMaxMechanismName);
      }
      trigger(event.local == "auth" ? Trigger::kAuth : Trigger::kAuthenticate);
    } else if (event.local == "abort") {
      trigger(Trigger::kAbort);
    } else {
      trigger(Trigger::kResponse);  // response; SASL2: next, task-data
    }
    return;
  }
  if (event.local == "success") {
    authenticated_ = true;
    if (pairs_ != nullptr) {
      const xml::ElementPtr& header = sides_[index(Direction::kC2S)].header;
      const bool seen = header != nullptr;
      const std::string_view named = login_ != nullptr ? login_->authzid() : std::string_view();
      const std::string_view from = seen ? header->attribute("from") : std::string_view();
      pairs_->on_sasl(named.empty() ? from : named, seen ? header->attribute("to") : std::string_view());
    }
    if (sasl2) {
      if (event.element != nullptr) on_sasl2_success(*event.element);
    } else {
      login_restarted_ = true;
      restart_streams();
      advance(Phase::kRestart);
    }
  } else if (event.local == "failure") {
    const xml::Element* condition = event.element == nullptr ? nullptr : event.element->first_child();
    refuse(Phase::kSaslServer, condition == nullptr ? std::string_view() : condition->local);
    if (cross_ != nullptr && login_ != nullptr) {
      cross_->servers.refused(domain_, login_->username(), login_->mechanism_name(), login_->condition(),
                              event.frame);
    }
    advance(login_phase());
  } else if (sasl2 && event.local != "challenge") {
    advance(Phase::kTasks);  // continue, task-data
  } else {
    advance(sasl2 ? Phase::kSasl2Client : Phase::kSaslClient);
  }
}

// Tells the login what the element holds; where data and condition stand differs between SASL and SASL2.
void SessionState::follow_login(const StreamEvent& event) {
  if (event.element == nullptr) return;
  const xml::Element& element = *event.element;
  if (login_ == nullptr) login_ = std::make_unique<sasl::Login>();
  sasl::LoginElement what;
  const bool sasl2 = event.ns == ns::kSasl2;
  what.from_client = event.direction == Direction::kC2S;
  what.generation = sasl2 ? sasl::Generation::kSasl2 : sasl::Generation::kSasl1;
  what.step = event.local;
  what.mechanism = element.attribute("mechanism");
  what.data = sasl_data(element);
  if (event.local == "failure") {
    // SASL2 keeps the conditions in SASL's namespace (XEP-0388 §2.6.2).
    for (const xml::Element& child : element.children()) {
      if (child.ns != ns::kSasl || child.local == "text") continue;
      what.condition = child.local;
      break;
    }
  }
  login_->feed(what);
  if (!sasl2) return;
  if (inline_ == nullptr) inline_ = std::make_unique<InlineLogin>();
  if (event.local == "authenticate" && what.from_client) inline_->on_authenticate(element);
  if (event.local == "success" && !what.from_client) inline_->on_success(element);
  if (event.local == "failure" && !what.from_client) inline_->on_failure();
}

// SASL2 restarts nothing (XEP-0388); what <success/> holds says how far the session has come already.
void SessionState::on_sasl2_success(const xml::Element& success) {
  feature_lists_ = 0;
  const xml::Element* identifier = success.child("authorization-identifier", ns::kSasl2);
  const std::string identity = identifier == nullptr ? std::string() : identifier->text();
  const xml::Element* resumed = success.child("resumed", ns::kSm3);
  const xml::Element* bound = success.child("bound", ns::kBind2);
  if (resumed != nullptr) {
    resumed_ = true;
    sm_enabled_ = true;
    establish(split_jid(identity).has_resource || sm_ == nullptr ? identity : std::string(sm_->jid()),
              Phase::kResumedInline);
  } else if (bound != nullptr) {
    if (bound->child("enabled", ns::kSm3) != nullptr) sm_enabled_ = true;
    establish(split_jid(identity).has_resource ? identity : std::string(), Phase::kBoundInline);
  } else {
    advance(Phase::kLoggedIn);
  }
}

void SessionState::on_sm(const StreamEvent& event) {
  last_known_.reset();
  StreamManagement& sm = begun_sm(event);
  if (event.element == nullptr) return;
  if (event.local == "r" || event.local == "a") {
    event.local == "r" ? sm.on_request(event) : sm.on_ack(event);
    on_traffic(event.direction);
    return;
  }
  if (event.direction == Direction::kC2S) {
    if (event.local == "enable") {
      sm_requested_ = true;
      sm.on_enable(event, *event.element);
    } else if (event.local == "resume") {
      on_sm_resume(event, *event.element);
      trigger(Trigger::kResume);
    } else {
      on_traffic(event.direction);
    }
    return;
  }
  if (event.local == "resumed") {
    on_sm_resumed(event, *event.element);
    resumed_ = true;
    sm_enabled_ = true;
    establish(sm_->jid(), Phase::kEstablished);
  } else if (event.local == "enabled") {
    on_sm_enabled(event, *event.element);
    sm_enabled_ = true;
    on_traffic(event.direction);
  } else if (event.local == "failed") {
    on_sm_failed(event);
    if (phase_ == Phase::kResuming) {
      const xml::Element* condition = event.element == nullptr ? nullptr : event.element->first_child();
      refuse(Phase::kResuming, condition == nullptr ? std::string_view() : condition->local);
      advance(Phase::kFeaturesAuth);
    } else {
      on_traffic(event.direction);
    }
  } else {
    on_traffic(event.direction);
  }
}

// --- stream management ------------------------------------------------------------------------------------

void SessionState::count(const StreamEvent& event) {
  if (sm_->connection() != event.connection) return;  // the session has moved to another connection
  sm_->on_stanza(event);
  for (const Edit& edit : event.edits) {
    // Inside of a stanza, only what ends it could change how many there are.
    const bool whole = edit.range.begin <= event.range.begin && edit.range.end >= event.range.end;
    const bool inside = !whole && edit.range.begin > event.range.begin && edit.range.end < event.range.end;
    if (!inside || edit.replacement.find("</" + std::string(event.local)) != std::string::npos) {
      sm_->blur(edit.direction);
    }
  }
}

StreamManagement& SessionState::begun_sm(const StreamEvent& event) {
  if (sm_ == nullptr || sm_->connection() != event.connection) {
    sm_ = std::make_shared<StreamManagement>(event.connection);
  }
  sm_->begin_event();
  return *sm_;
}

void SessionState::on_sm_resume(const StreamEvent& event, const xml::Element& resume) {
  StreamManagement& sm = begun_sm(event);
  sm.on_resume(event, resume);
  if (cross_ == nullptr) return;
  if (const auto* known = cross_->sessions.find(domain_, sm.previd())) last_known_ = *known;
}

void SessionState::on_sm_enabled(const StreamEvent& event, const xml::Element& enabled) {
  StreamManagement& sm = begun_sm(event);
  sm.on_enabled(event, enabled);
  sm.set_jid(bound_jid_);
  if (account_ == nullptr) account_ = std::make_shared<AccountState>();
  sm.set_account(account_);
  if (cross_ == nullptr || !sm.resumable() || sm.id().empty()) return;
  if (const auto* known = cross_->sessions.granted(domain_, sm_, event.frame, event.time)) {
    last_known_ = *known;
  }
}

void SessionState::on_sm_resumed(const StreamEvent& event, const xml::Element& resumed) {
  const StreamManagement asked = begun_sm(event);
  // The server names the session; where it names none, it is the one that was asked for.
  const std::string_view previd = as_sm(resumed).value_or(SmElement{}).previd;
  const std::string_view id = previd.empty() ? asked.previd() : previd;
  if (cross_ != nullptr) {
    if (const auto* known = cross_->sessions.find(domain_, id)) last_known_ = *known;
    if (auto earlier = cross_->sessions.resumed(domain_, id, event.connection, event.time)) {
      sm_ = std::move(earlier);
      sm_->begin_event();
      account_ = sm_->account();
    }
  }
  sm_->on_resumed(event, resumed, asked);
}

void SessionState::on_sm_failed(const StreamEvent& event) {
  StreamManagement& sm = begun_sm(event);
  if (cross_ != nullptr && sm.resume().pending()) {
    if (const auto* known = cross_->sessions.find(domain_, sm.previd())) last_known_ = *known;
    cross_->sessions.ended(domain_, sm.previd(), SessionRegistry::End::kRefused, event.frame, event.time);
  }
  sm.on_failed(event);
}

// What SASL2 carries of it: in <authenticate/> and <success/>, directly or in what Bind 2 asks and answers
// (XEP-0198 §9, XEP-0386).
void SessionState::on_inline_sm(const StreamEvent& event) {
  if (event.element == nullptr) return;
  const bool client = event.direction == Direction::kC2S;
  if (event.local != (client ? "authenticate" : "success")) {
    // The login failed, so nothing that it carried was done.
    if (event.local == "failure" && sm_ != nullptr && !sm_->enabled()) sm_.reset();
    return;
  }
  const auto each = [&](const xml::Element& parent, bool nested) {
    for (const xml::Element& child : parent.children()) {
      if (child.ns != ns::kSm3 && child.ns != ns::kSm2) continue;
      if (client && child.local == "enable") {
        sm_requested_ = true;
        begun_sm(event).on_enable(event, child);
      } else if (client && child.local == "resume" && !nested) {
        on_sm_resume(event, child);
      } else if (!client && child.local == "enabled") {
        on_sm_enabled(event, child);
      } else if (!client && child.local == "resumed" && !nested) {
        on_sm_resumed(event, child);
      } else if (!client && child.local == "failed") {
        on_sm_failed(event);
      }
    }
  };
  each(*event.element, false);
  for (const xml::Element& child : event.element->children()) {
    if (child.is("bind", ns::kBind2) || child.is("bound", ns::kBind2)) each(child, true);
  }
  // A login that says nothing about <enable/> did not do it.
  if (!client && sm_ != nullptr && sm_->enable().pending()) sm_->on_failed(event);
}

// The client closed its stream: the session is over, whatever could have been resumed (XEP-0198 §7).
void SessionState::end_sm(const StreamEvent& event) {
  if (cross_ == nullptr || event.direction != Direction::kC2S || !sm_->resumable()) return;
  if (sm_->connection() != event.connection) return;
  cross_->sessions.ended(domain_, sm_->id(), SessionRegistry::End::kClosedByClient, event.frame, event.time);
}

// The elements that log in servers (XEP-0220) and components (XEP-0114).
void SessionState::on_nonza(const StreamEvent& event) {
  const bool server = event.direction == Direction::kS2C;
  if (event.ns == ns::kDialback) {
    if (pairs_ != nullptr) pairs_->on_dialback(event);
    if (event.local == "result" && server && event.stanza_type == "valid") {
      if (validated_domain_.empty()) assign(validated_domain_, event.to, kMaxJid);
      establish({}, Phase::kEstablished);
    }
  } else if (event.local == "handshake" &&
             (event.ns == ns::kComponentAccept || event.ns == ns::kComponentConnect)) {
    if (server) {
      establish({}, Phase::kEstablished);
    } else {
      trigger(Trigger::kHandshake);
    }
  } else if (!server && event.ns == ns::kBidi) {
    bidi_ = true;
    if (pairs_ != nullptr) pairs_->on_bidi();
  }
}

// Anything that only an established session sends.
void SessionState::on_traffic(Direction direction) {
  if (phase_ == Phase::kEstablished) return;
  // The features that SASL2 promises are the server's next word, whatever the client says before them.
  const bool went_on = phase_ == Phase::kBoundInline && direction == Direction::kS2C;
  if (phase_ == Phase::kBound || phase_ == Phase::kResumedInline || went_on) {
    advance(Phase::kEstablished);
  } else if (phase_ == Phase::kMidSession) {
    establish({}, Phase::kEstablished);
  }
}

// In mid-session nobody says which address the client was given, but everybody writes to it.
void SessionState::learn_address(const StreamEvent& event) {
  if (bound_jid_.empty() && seen_jid_.empty() && event.direction == Direction::kS2C && !between_servers() &&
      event.to.size() <= kMaxJid && split_jid(event.to).has_resource) {
    seen_jid_ = event.to;
  }
}

// --- iq ---------------------------------------------------------------------------------------------------

void SessionState::remember_stanza(const StreamEvent& event) {
  if (between_servers()) return;
  if (recent_ == nullptr) recent_ = std::make_unique<RecentStanzas>();
  recent_->add(event, bound_jid_, jid_profile_);
}

void SessionState::on_iq(StreamEvent& event) {
  if (event.stanza_type == "error") remember_stanza(event);
  if (!from_start_) learn_address(event);
  if (event.stanza_type == "get" || event.stanza_type == "set") {
    on_iq_request(event);
  } else if (event.stanza_type == "result" || event.stanza_type == "error") {
    on_iq_response(event);
  }
}

void SessionState::on_iq_request(const StreamEvent& event) {
  // Between servers an answer takes the connection of its own direction (RFC 6120 §4.5), so a request
  // here says nothing about what comes back here.
  if (!between_servers() || bidi_) last_twin_ = iqs_.request(event);
  if (event.direction == Direction::kC2S) {
    if (is_bind_request(event)) {
      if (binding_ == nullptr) binding_ = std::make_unique<Binding>();
      binding_->on_request(*event.payload);
      trigger(Trigger::kBind);
      return;
    }
    if (event.payload != nullptr && event.payload->ns == ns::kIqAuth) {
      if (event.stanza_type == "set") {
        const xml::Element* user = event.payload->child("username");
        const xml::Element* resource = event.payload->child("resource");
        if (user != nullptr && resource != nullptr) {
          assign(legacy_jid_, user->text() + "@" + domain_ + "/" + resource->text(), kMaxJid);
        }
      }
      return;
    }
  }
  const bool session = event.payload != nullptr && event.payload->ns == ns::kSession;
  if (session && event.direction == Direction::kC2S) {
    if (binding_ == nullptr) binding_ = std::make_unique<Binding>();
    binding_->on_session_request();
  }
  if (!session && is_bound(phase_)) on_traffic(event.direction);
}

void SessionState::on_iq_response(StreamEvent& event) {
  IqPairing::Match match = iqs_.response(event, self());
  last_match_ = match.match;
  last_request_ = std::move(match.request);
  // Nothing is unsolicited where the request may have been asked out of sight: before the capture began, on
  // the connection that this one resumes, or before more requests than are remembered.
  const bool blind = !from_start_ || resumed_ || between_servers() || event.id.empty() ||
                     iqs_.forgotten(opposite(event.direction)) > 0;
  const bool unasked = last_match_ == IqMatch::kUnsolicited || last_match_ == IqMatch::kToResponse;
  if (unasked && blind) last_match_ = IqMatch::kNone;

  const bool answered = last_match_ == IqMatch::kAnswered;
  if (answered) event.answers = Answer{last_request_->frame, event.time - last_request_->time};

  if (event.direction == Direction::kS2C) {
    const bool result = event.stanza_type == "result";
    const xml::Element* bind =
        event.payload != nullptr && event.payload->is("bind", ns::kBind) ? event.payload : nullptr;
    const xml::Element* jid = bind != nullptr ? bind->child("jid", ns::kBind) : nullptr;
    if (result && jid != nullptr && phase_ != Phase::kEstablished && phase_ != Phase::kResumedInline) {
      establish(jid->text(), Phase::kBound);
      if (cross_ != nullptr && binding_ != nullptr && binding_->left_to_server()) {
        cross_->servers.chose_resource(domain_, split_jid(bound_jid_).resource, event.frame);
      }
      return;
    }
    if (answered && result && last_request_->payload_ns == ns::kSession) session_started_ = true;
    if (answered && !result && phase_ == Phase::kBinding && last_request_->payload_ns == ns::kBind) {
      const auto error = event.element == nullptr ? std::nullopt : stanza_error(*event.element);
      refuse(Phase::kBinding, error ? error->condition : std::string_view());
      advance(Phase::kFeaturesAuth);
      return;
    }
    if (answered && result && last_request_->payload_ns == ns::kIqAuth && last_request_->type == "set") {
      establish(legacy_jid_, phase_ == Phase::kLegacy ? Phase::kEstablished : Phase::kBound);
      return;
    }
  }
  const bool session = last_request_ && last_request_->payload_ns == ns::kSession;
  if (!session && is_bound(phase_)) on_traffic(event.direction);
}

// --- ends and refusals ------------------------------------------------------------------------------------

void SessionState::end_in(Phase phase) {
  if (phase_ != Phase::kClosing && phase_ != Phase::kError && phase_ != Phase::kClosed) {
    phase_before_end_ = phase_;
  }
  phase_ = phase;
}

void SessionState::refuse(Phase where, std::string_view condition) {
  refused_phase_ = where;
  assign(refusal_, condition, kMaxConditionName);
}

// --- the machine ------------------------------------------------------------------------------------------

void SessionState::trigger(Trigger what) {
  if (apply(what, false) == Outcome::kEarly && early_count_ < early_.size()) early_[early_count_++] = what;
}

SessionState::Outcome SessionState::apply(Trigger what, bool early) {
  const auto go = [this](Phase phase) {
    phase_ = phase;
    return Outcome::kTaken;
  };
  // What was refused before does not matter any more.
  const auto attempt = [this, &go](Phase phase) {
    refuse(Phase::kConnected, {});
    return go(phase);
  };
  switch (phase_) {
    case Phase::kHeaderSent:
    case Phase::kAwaitFeatures:
    case Phase::kStartTls:
    case Phase::kRestartSent:
    case Phase::kRestartAwait:
    case Phase::kLoggedIn:
    case Phase::kBinding:
    case Phase::kResuming:
      return Outcome::kEarly;

    case Phase::kConnected:
      if (what == Trigger::kHeader) return go(Phase::kHeaderSent);
      return Outcome::kIgnored;

    case Phase::kTlsHandshake:
      // A readable header behind <proceed/> was sent inside TLS, also where nobody noted the handshake. One
      // that was sent ahead of <proceed/> was not, and belongs to no stream.
      if (what != Trigger::kHeader || early) return Outcome::kIgnored;
      tls_ = {true, true};
      return go(Phase::kHeaderSent);

    case Phase::kFeaturesPlain:
    case Phase::kFeaturesTls:
    case Phase::kSasl2Offered:
    case Phase::kLegacy:
      if (what == Trigger::kStartTls) return go(Phase::kStartTls);
      if (what == Trigger::kAuthenticate) return attempt(Phase::kSasl2Server);
      if (what == Trigger::kAuth || what == Trigger::kHandshake) return attempt(Phase::kSaslServer);
      return Outcome::kIgnored;

    case Phase::kSaslServer:
      // A second <auth/> discards the first one (RFC 6120 §6.4.2).
      if (what == Trigger::kAuth || what == Trigger::kAbort) return Outcome::kTaken;
      return Outcome::kEarly;

    case Phase::kSaslClient:
      if (what == Trigger::kResponse || what == Trigger::kAbort || what == Trigger::kAuth) {
        return go(Phase::kSaslServer);
      }
      return Outcome::kIgnored;

    case Phase::kSasl2Server:
      if (what == Trigger::kAuthenticate || what == Trigger::kAbort) return Outcome::kTaken;
      return Outcome::kEarly;

    case Phase::kSasl2Client:
      if (what == Trigger::kResponse || what == Trigger::kAbort || what == Trigger::kAuthenticate) {
        return go(Phase::kSasl2Server);
      }
      return Outcome::kIgnored;

    case Phase::kTasks:
      return what == Trigger::kResponse || what == Trigger::kAbort ? Outcome::kTaken : Outcome::kIgnored;

    case Phase::kRestart:
      return what == Trigger::kHeader ? go(Phase::kRestartSent) : Outcome::kIgnored;

    case Phase::kFeaturesAuth:
      if (what == Trigger::kBind) return attempt(Phase::kBinding);
      if (what == Trigger::kResume) return attempt(Phase::kResuming);
      return Outcome::kIgnored;

    case Phase::kMidSession:
      switch (what) {
        case Trigger::kHeader:
          return go(authenticated_ ? Phase::kRestartSent : Phase::kHeaderSent);
        case Trigger::kStartTls:
          return go(Phase::kStartTls);
        case Trigger::kAuth:
        case Trigger::kResponse:
        case Trigger::kHandshake:
          return go(Phase::kSaslServer);
        case Trigger::kAuthenticate:
          return go(Phase::kSasl2Server);
        case Trigger::kBind:
        case Trigger::kResume:
          authenticated_ = true;
          return go(what == Trigger::kBind ? Phase::kBinding : Phase::kResuming);
        case Trigger::kAbort:
          return Outcome::kIgnored;
      }
      return Outcome::kIgnored;

    case Phase::kBound:
    case Phase::kBoundInline:
    case Phase::kResumedInline:
    case Phase::kEstablished:
    case Phase::kClosing:
    case Phase::kError:
    case Phase::kClosed:
      return Outcome::kIgnored;
  }
  return Outcome::kIgnored;
}

void SessionState::advance(Phase phase) {
  phase_ = phase;
  // What came early is looked at in its order; what makes no sense any more falls away.
  uint8_t done = 0;
  while (done < early_count_ && apply(early_[done], true) != Outcome::kEarly) ++done;
  std::copy(early_.begin() + done, early_.begin() + early_count_, early_.begin());
  early_count_ = static_cast<uint8_t>(early_count_ - done);
}

void SessionState::restart_streams() {
  const auto end = early_.begin() + early_count_;
  const bool client_went_ahead = std::find(early_.begin(), end, Trigger::kHeader) != end;
  features_.reset();
  for (const Direction direction : {Direction::kC2S, Direction::kS2C}) {
    if (direction == Direction::kC2S && client_went_ahead) continue;
    restarts_[index(direction)] = true;
    sides_[index(direction)].header_seen = false;
    sides_[index(direction)].header.reset();
  }
}

// Sets the phase of a session that has an address; "" where it is not told which.
void SessionState::establish(std::string_view jid, Phase phase) {
  authenticated_ = true;
  bound_ = true;
  if (!jid.empty()) {
    assign(bound_jid_, jid, kMaxJid);
    if (sm_ != nullptr) sm_->set_jid(bound_jid_);
  }
  advance(phase);
}

// --- questions --------------------------------------------------------------------------------------------

Standing SessionState::standing() const {
  Standing standing;
  if (!bound_ || (!is_bound(phase_) && phase_ != Phase::kEstablished)) return standing;
  if (!content_ns_.empty() && content_ns_ != ns::kClient) return standing;
  standing.managed = sm_enabled_;
  if (account_ != nullptr) {
    standing.interested = account_->roster().requested();
    standing.available = account_->presence().available();
    standing.unavailable = account_->presence().ever_available() && !standing.available;
    standing.inactive = account_->inactive();
  }
  standing.resumed = resumed_;
  // In mid-session nobody knows what was before, unless it is said again.
  standing.client = from_start_ || standing.available || standing.unavailable;
  return standing;
}

bool SessionState::encrypted(Direction sender) const {
  return tls(sender == Direction::kC2S ? Leg::kClient : Leg::kServer);
}

bool SessionState::version_1() const {
  const bool unseen_is_fine = !from_start_ || assumed_;
  return std::all_of(sides_.begin(), sides_.end(), [unseen_is_fine](const StreamSide& side) {
    return side.header != nullptr ? is_version_1(*side.header) : unseen_is_fine;
  });
}

bool SessionState::offered(std::string_view local, std::string_view ns) const {
  return std::find(offers_.begin(), offers_.end(), hash_of(local, ns)) != offers_.end();
}

StreamKind SessionState::kind() const {
  if (content_ns_ == ns::kComponentAccept) return StreamKind::kComponentAccept;
  if (content_ns_ == ns::kComponentConnect) return StreamKind::kComponentConnect;
  if (pairs_ == nullptr) return StreamKind::kClient;
  for (const Direction direction : {Direction::kC2S, Direction::kS2C}) {
    for (const ServerPairs::Pair& pair : pairs_->pairs(direction)) {
      if (pair.state == ServerPairs::State::kPending) return StreamKind::kServerWaiting;
    }
  }
  return pairs_->bidi() ? StreamKind::kServerBoth : StreamKind::kServer;
}

bool SessionState::between_servers() const {
  return content_ns_ == ns::kServer;
}

DeterminedJid SessionState::determined() const {
  if (between_servers()) {
    ServerLogin server;
    if (login_ != nullptr && login_->succeeded()) server.authorization_identity = login_->authzid();
    server.validated_domain = validated_domain_;
    return determine_server(server, jid_profile_);
  }
  ClientLogin client;
  client.bound_jid = bound_jid_;
  if (login_ != nullptr && login_->succeeded()) {
    const bool told = inline_ != nullptr && !inline_->authorization_identifier().empty();
    client.authorization_identity = told ? inline_->authorization_identifier() : login_->authzid();
    client.user_name = login_->username();
    client.domain = domain_;
  }
  return determine_client(client, jid_profile_);
}

Self SessionState::self() const {
  return Self{bound_jid_.empty() ? std::string_view(seen_jid_) : std::string_view(bound_jid_), domain_,
              jid_profile_};
}

}  // namespace parser
