// Phases that several moves of the machine treat alike.
#pragma once

#include "parser/stream/phase.h"

namespace parser {

// The client has its address, and nothing has been said under it yet.
constexpr bool is_bound(Phase phase) {
  return phase == Phase::kBound || phase == Phase::kBoundInline || phase == Phase::kResumedInline;
}

}  // namespace parser
