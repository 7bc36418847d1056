// The table of tables: every layer's rules are listed here by name, so that what is in the book can be read
// in one place and nothing depends on the order in which static objects come to life.
#include "parser/rules/rulebook.h"

#include <vector>

namespace parser::rules {
namespace {

std::vector<RuleTable> tables() {
  return {xml_rules(),           transport_rules(),    stream_rules(),
          stream_header_rules(), stream_error_rules(), negotiation_rules(),
          sasl_rules(),          sasl_message_rules(), channel_binding_rules(),
          sasl2_rules(),         sasl_history_rules(), bind_rules(),
          bind_history_rules(),  sm_rules(),           sm_resumption_rules(),
          stanza_rules(),        stanza_error_rules(), message_rules(),
          presence_rules(),      subscription_rules(), iq_rules(),
          roster_rules(),        jid_rules(),          jid_domain_rules(),
          jid_use_rules(),       s2s_rules(),          s2s_dialback_rules(),
          component_rules(),     websocket_rules(),    xep_rules(),
          xep_disco_rules(),     xep_muc_rules(),      xep_pubsub_rules(),
          xep_message_rules(),   xep_archive_rules()};
}

std::vector<const Rule*> collect() {
  std::vector<const Rule*> all;
  for (const RuleTable& table : tables()) {
    for (const Rule& rule : table.rules) all.push_back(&rule);
  }
  return all;
}

std::vector<LeftOut> collect_left_out() {
  std::vector<LeftOut> all;
  for (const RuleTable& table : tables()) all.insert(all.end(), table.left_out.begin(), table.left_out.end());
  return all;
}

}  // namespace

std::string_view name(Layer layer) {
  switch (layer) {
    case Layer::kXml:
      return "xml";
    case Layer::kTransport:
      return "transport";
    case Layer::kStream:
      return "stream";
    case Layer::kNegotiation:
      return "negotiation";
    case Layer::kSasl:
      return "sasl";
    case Layer::kBind:
      return "bind";
    case Layer::kSm:
      return "sm";
    case Layer::kStanza:
      return "stanza";
    case Layer::kMessage:
      return "message";
    case Layer::kPresence:
      return "presence";
    case Layer::kIq:
      return "iq";
    case Layer::kJid:
      return "jid";
    case Layer::kS2s:
      return "s2s";
    case Layer::kComponent:
      return "component";
    case Layer::kWebSocket:
      return "websocket";
    case Layer::kXep:
      return "xep";
  }
  return "unknown";
}

std::span<const Rule* const> all_rules() {
  static const std::vector<const Rule*> all = collect();
  return all;
}

std::span<const LeftOut> all_left_out() {
  static const std::vector<LeftOut> all = collect_left_out();
  return all;
}

const Rule* find_rule(std::string_view id) {
  for (const Rule* rule : all_rules()) {
    if (rule->id == id) return rule;
  }
  return nullptr;
}

}  // namespace parser::rules
