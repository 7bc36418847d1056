// How far a session has come on its way to being available, step by step: the breadcrumb above a session.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace parser {

class SessionState;

enum class Step : uint8_t {
  kConnect,
  kHeader,
  kTls,
  kAuth,
  kRestart,
  kBind,     // or the resumption of an earlier session
  kSession,  // the session request of RFC 3921, or stream management
  kRoster,
  kPresence,
};
inline constexpr size_t kSteps = static_cast<size_t>(Step::kPresence) + 1;

enum class StepState : uint8_t {
  kOpen,     // not begun
  kCurrent,  // the session is here
  kDone,
  kSkipped,  // left out, not needed, or not seen
  kFailed,   // the session ended here, or the attempt was refused and may be repeated
};
std::string_view name(StepState state);  // "open", "current", "done", "skipped", "failed"

struct Progress {
  std::array<StepState, kSteps> steps{};
  bool resumes = false;  // kBind is a resumption
  bool managed = false;  // kSession is stream management
  // Why the failed step failed; where none failed, why the session ended. Static; "" where nothing is wrong
  // or nothing was said, "unknown-condition" where it is none of those that the RFCs define.
  std::string_view condition;

  StepState operator[](Step step) const { return steps[static_cast<size_t>(step)]; }
  bool operator==(const Progress&) const = default;
};

// "connect", "header", "tls", "auth", "restart", "bind" or "resume", "session" or "sm", "roster", "presence".
std::string_view name(const Progress& progress, Step step);
// One line: "✓ connect › ✓ header › – tls › ✗ auth (not-authorized) › restart › …".
std::string breadcrumb(const Progress& progress);

Progress progress(const SessionState& session);

// The condition itself in static storage where RFC 6120 or XEP-0198 define it, for streams, stanzas and SASL;
// else "unknown-condition"; "" for "".
std::string_view known_condition(std::string_view condition);

}  // namespace parser
