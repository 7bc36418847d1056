// XMPP over WebSocket: one frame, one element (RFC 7395).
#include "parser/rules/rulebook.h"

namespace parser::rules {

RuleTable websocket_rules() {
  return {};
}

}  // namespace parser::rules
