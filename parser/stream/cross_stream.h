// What is known across connections; one for all sessions of an Analyzer.
#pragma once

#include "parser/stream/session_registry.h"

namespace parser {

struct CrossStream {
  SessionRegistry sessions;
};

}  // namespace parser
