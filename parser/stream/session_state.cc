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
#include "parser/stream/kept_text.h"
#include "parser/stream/phase_sets.h"
#include "parser/stream/stanza.h"

namespace parser {
namespace {

constexpr size_t kMaxOffers = 128;  // features of all documents; a real server has some 20
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

bool offers_login(const xml::Element& features) {
  return features.child("mechanisms", ns::kSasl) != nullptr ||
         features.child("authentication", ns::kSasl2) != nullptr ||
         features.child("starttls", ns::kTls) != nullptr ||
         features.child("auth", ns::kIqAuthFeature) != nullptr;
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
