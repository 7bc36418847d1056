// What is known across connections; one for all sessions of an Analyzer.
#pragma once

#include "parser/stream/server_history.h"
#include "parser/stream/session_registry.h"

namespace parser {

struct CrossStream {
  SessionRegistry sessions;
  ServerHistory servers;
};

}  // namespace parser
