// Every step's state follows from what the session knows of itself, so there is nothing to keep in step with
// it: first what is done and what fell away, then the one step where the session stands, and, where it ended,
// that step as the one that failed.
#include "parser/stream/progress.h"

#include <algorithm>
#include <iterator>

#include "parser/stream/session_state.h"
#include "parser/stream/stanza.h"

namespace parser {
namespace {

// RFC 6120 §4.9.3, §6.5, §8.3.3; sorted.
constexpr std::string_view kConditions[] = {"aborted",
                                            "account-disabled",
                                            "bad-format",
                                            "bad-namespace-prefix",
                                            "bad-request",
                                            "conflict",
                                            "connection-timeout",
                                            "credentials-expired",
                                            "encryption-required",
                                            "feature-not-implemented",
                                            "forbidden",
                                            "gone",
                                            "host-gone",
                                            "host-unknown",
                                            "improper-addressing",
                                            "incorrect-encoding",
                                            "internal-server-error",
                                            "invalid-authzid",
                                            "invalid-from",
                                            "invalid-id",
                                            "invalid-mechanism",
                                            "invalid-namespace",
                                            "invalid-xml",
                                            "item-not-found",
                                            "jid-malformed",
                                            "malformed-request",
                                            "mechanism-too-weak",
                                            "not-acceptable",
                                            "not-allowed",
                                            "not-authorized",
                                            "not-well-formed",
                                            "payment-required",
                                            "policy-violation",
                                            "recipient-unavailable",
                                            "redirect",
                                            "registration-required",
                                            "remote-connection-failed",
                                            "remote-server-not-found",
                                            "remote-server-timeout",
                                            "reset",
                                            "resource-constraint",
                                            "restricted-xml",
                                            "see-other-host",
                                            "service-unavailable",
                                            "subscription-required",
                                            "system-shutdown",
                                            "temporary-auth-failure",
                                            "undefined-condition",
                                            "unexpected-request",
                                            "unsupported-encoding",
                                            "unsupported-feature",
                                            "unsupported-stanza-type",
                                            "unsupported-version"};

bool has_ended(Phase phase) {
  return phase == Phase::kClosing || phase == Phase::kError || phase == Phase::kClosed;
}

class Way {
 public:
  explicit Way(const SessionState& session) : session_(session) {}

  Progress walk() {
    mark_done();
    const Step here = where(phase());
    // What lies behind the current step and was never done has been passed by.
    for (size_t i = 0; i < static_cast<size_t>(here); ++i) {
      if (out_.steps[i] == StepState::kOpen) out_.steps[i] = StepState::kSkipped;
    }
    StepState& current = at(here);
    const bool open = current == StepState::kOpen;
    if (has_ended(session_.phase())) {
      end(open ? &current : nullptr);
    } else if (open) {
      const bool refused =
          session_.refused_phase() != Phase::kConnected && here == where(session_.refused_phase());
      current = refused ? StepState::kFailed : StepState::kCurrent;
      if (refused) out_.condition = known_condition(session_.refusal());
    }
    return out_;
  }

 private:
  StepState& at(Step step) { return out_.steps[static_cast<size_t>(step)]; }
  void set(Step step, bool done, bool skipped = false) {
    if (done) {
      at(step) = StepState::kDone;
    } else if (skipped) {
      at(step) = StepState::kSkipped;
    }
  }

  void mark_done() {
    const AccountState* account = session_.account();
    const bool bound = session_.bound();
    const bool established = phase() == Phase::kEstablished || has_ended(session_.phase());
    const bool unseen = session_.resumed() || !session_.from_start();
    out_.resumes = session_.resumed() || session_.phase() == Phase::kResuming;
    out_.managed = session_.sm_requested() || session_.sm_enabled();
    set(Step::kConnect, true);
    const bool speaks = session_.side(Direction::kS2C).header_seen || phase() == Phase::kTlsHandshake ||
                        session_.authenticated();
    set(Step::kHeader, speaks && phase() != Phase::kAwaitFeatures);
    set(Step::kTls, session_.tls(Leg::kClient));
    set(Step::kAuth, session_.authenticated());
    set(Step::kRestart, session_.login_restarted() && !restarting(),
        session_.authenticated() && !session_.login_restarted());
    set(Step::kBind, bound, false);
    if (!bound) return;
    const bool account_less = !is_client();
    if (account_less) at(Step::kBind) = StepState::kSkipped;
    set(Step::kSession, session_.sm_enabled() || session_.session_started(),
        account_less || (established && !session_.sm_requested()));
    const bool available = account != nullptr && account->presence().ever_available();
    const bool roster = account != nullptr && account->roster().received();
    const bool asked = account != nullptr && account->roster().requested();
    set(Step::kRoster, roster, account_less || unseen || (available && !asked));
    set(Step::kPresence, available, account_less || unseen);
  }

  bool is_client() const {
    return session_.content_namespace().empty() || session_.content_namespace() == ns::kClient;
  }

  // Where the session stands, or stood before it ended.
  Phase phase() const { return has_ended(session_.phase()) ? session_.phase_before_end() : session_.phase(); }

  bool restarting() const {
    return phase() == Phase::kRestart || phase() == Phase::kRestartSent || phase() == Phase::kRestartAwait;
  }

  Step first_open(Step from) const {
    for (size_t i = static_cast<size_t>(from); i < kSteps; ++i) {
      if (out_.steps[i] == StepState::kOpen) return static_cast<Step>(i);
    }
    return Step::kPresence;
  }

  Step where(Phase phase) const {
    switch (phase) {
      case Phase::kConnected:
      case Phase::kHeaderSent:
      case Phase::kAwaitFeatures:
        return Step::kHeader;
      case Phase::kFeaturesPlain:
        return session_.offered("starttls", ns::kTls) ? Step::kTls : Step::kAuth;
      case Phase::kStartTls:
      case Phase::kTlsHandshake:
        return Step::kTls;
      case Phase::kFeaturesTls:
      case Phase::kSasl2Offered:
      case Phase::kSaslServer:
      case Phase::kSaslClient:
      case Phase::kSasl2Server:
      case Phase::kSasl2Client:
      case Phase::kTasks:
      case Phase::kLegacy:
        return Step::kAuth;
      case Phase::kRestart:
      case Phase::kRestartSent:
      case Phase::kRestartAwait:
        return Step::kRestart;
      case Phase::kLoggedIn:
      case Phase::kFeaturesAuth:
      case Phase::kBinding:
      case Phase::kResuming:
        return Step::kBind;
      case Phase::kBound:
      case Phase::kBoundInline:
      case Phase::kResumedInline:
      case Phase::kEstablished:
      case Phase::kMidSession:
      case Phase::kClosing:
      case Phase::kError:
      case Phase::kClosed:
        break;
    }
    return first_open(Step::kSession);
  }

  // `open`: the step that was under way.
  void end(StepState* open) {
    const bool refused = session_.refused_phase() != Phase::kConnected;
    out_.condition = known_condition(!session_.error_condition().empty() ? session_.error_condition()
                                     : refused                           ? session_.refusal()
                                                                         : std::string_view());
    // A session that was up ends as it likes; what it had not done by then it did without.
    const bool was_up = session_.bound() && session_.error_condition().empty();
    if (open != nullptr) *open = was_up ? StepState::kSkipped : StepState::kFailed;
    if (!was_up) return;
    for (StepState& step : out_.steps) {
      if (step == StepState::kOpen) step = StepState::kSkipped;
    }
  }

  const SessionState& session_;
  Progress out_;
};

}  // namespace

std::string_view name(StepState state) {
  constexpr std::string_view kNames[] = {"open", "current", "done", "skipped", "failed"};
  return kNames[static_cast<size_t>(state)];
}

std::string_view name(const Progress& progress, Step step) {
  if (step == Step::kBind && progress.resumes) return "resume";
  if (step == Step::kSession && progress.managed) return "sm";
  constexpr std::string_view kNames[] = {"connect", "header",  "tls",    "auth",    "restart",
                                         "bind",    "session", "roster", "presence"};
  return kNames[static_cast<size_t>(step)];
}

std::string breadcrumb(const Progress& progress) {
  constexpr std::string_view kMarks[] = {"", "● ", "✓ ", "– ", "✗ "};
  std::string line;
  bool failed = false;
  for (size_t i = 0; i < kSteps; ++i) {
    if (i > 0) line += " › ";
    const StepState state = progress.steps[i];
    line += kMarks[static_cast<size_t>(state)];
    line += name(progress, static_cast<Step>(i));
    if (state != StepState::kFailed) continue;
    failed = true;
    if (!progress.condition.empty()) line += " (" + std::string(progress.condition) + ")";
  }
  if (!failed && !progress.condition.empty()) line += ", then " + std::string(progress.condition);
  return line;
}

Progress progress(const SessionState& session) {
  return Way(session).walk();
}

std::string_view known_condition(std::string_view condition) {
  if (condition.empty()) return {};
  const auto* const found = std::lower_bound(std::begin(kConditions), std::end(kConditions), condition);
  return found != std::end(kConditions) && *found == condition ? *found : "unknown-condition";
}

}  // namespace parser
