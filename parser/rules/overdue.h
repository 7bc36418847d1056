// Requests that nobody has answered in time: one check for the rule about all of them (in the iq layer) and
// the one about pings (in the xep layer).
#pragma once

#include <cstdint>

#include "parser/rules/checks.h"
#include "parser/rules/report.h"
#include "parser/rules/rule.h"

namespace parser::rules {

enum OverdueVerdict : uint8_t { kRequestUnanswered = 1, kPingUnanswered = 2 };
// The events at which silence is noticed.
inline constexpr KindSet kOverdueKinds = kStanzas | on(EventKind::kSm, EventKind::kNonza);

// Silence becomes a finding when the side that owes the answer says something else after the time is up: then
// it was there and did not answer. A dead or sleeping peer is never blamed.
void overdue_requests(const Context& context, Report& report);

}  // namespace parser::rules
