// Walks the open requests of the other side from the oldest that was not judged yet, and stops at the first
// that still has time.
#include "parser/rules/overdue.h"

#include <string>

#include "parser/jid/jid.h"
#include "parser/payload/names.h"

namespace parser::rules {
namespace {

// RFC 6121 §2.1.6: silence towards a roster push from a stranger is allowed, as an answer leaks presence.
bool may_stay_silent(const OpenIq& request, Direction direction, const SessionState& session) {
  return direction == Direction::kS2C && request.payload_ns == ns::kRoster && !request.from.empty() &&
         (!has_address(session) || !same_bare_jid(request.from, session.bound_jid(), session.jid_profile()));
}

}  // namespace

void overdue_requests(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const Direction asker = opposite(event.direction);
  const auto& open = context.session.open_iqs(asker);
  if (open.empty()) return;
  uint64_t& judged = report.memory().judged_iqs[index(asker)];
  for (auto it = open.lower_bound(judged); it != open.end(); ++it) {
    const OpenIq& request = it->second;
    if (event.time - request.time < context.iq_timeout) return;
    judged = it->first + 1;
    if (may_stay_silent(request, asker, context.session)) continue;
    // The request may never have arrived as it was sent.
    if (received_edited(report.memory(), event.direction, on(EventKind::kIq))) continue;
    // The answer may lie in bytes that were not seen.
    if ((report.memory().edited[index(event.direction)] & on(EventKind::kDropped)) != 0) continue;
    At at{.offender = event.direction, .frame = request.frame};
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(event.time - request.time).count();
    if (asker == Direction::kS2C && request.payload_ns == ns::kRoster && request.type == "set") {
      if (!report.of(kPushUnanswered)) continue;
      report.add("The roster push with id " + quoted(request.id) + " has had no result for " +
                     std::to_string(seconds) + " s; a push is a set, and every set is answered.",
                 event.range, at);
      continue;
    }
    std::string owing = "The client";
    if (event.direction == Direction::kS2C) {
      owing = "The server";
      if (!answered_by_server(request, context.session)) {
        owing = quoted(request.to);
        at.at_most = Severity::kWarning;  // somebody else's silence, or a slow path to them
      }
    }
    const bool ping = request.payload_ns == ns::kPing;
    if (!report.of(ping ? kPingUnanswered : kRequestUnanswered)) continue;
    report.add(owing + " has not answered the " + (ping ? "ping" : "iq " + request.type) + " with id " +
                   quoted(request.id) + " for " + std::to_string(seconds) +
                   (ping ? " s; service-unavailable would have been an answer, too."
                         : " s; every get and set must get a result or an error."),
               event.range, at);
  }
}

}  // namespace parser::rules
