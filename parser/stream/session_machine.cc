// The moves of the machine of docs/STATES.md: what each side's word does to the phase, and what waits for its
// turn.
#include "parser/stream/session_state.h"

#include <algorithm>

#include "parser/stream/kept_text.h"

namespace parser {

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

}  // namespace parser
