// The tables of rules, one per layer, each defined in the file of that name.
#pragma once

#include "parser/rules/rule.h"

namespace parser::rules {

RuleTable xml_rules();
RuleTable transport_rules();
RuleTable stream_rules();
RuleTable stream_header_rules();
RuleTable stream_error_rules();
RuleTable negotiation_rules();
RuleTable sasl_rules();
RuleTable bind_rules();
RuleTable sm_rules();
RuleTable sm_resumption_rules();
RuleTable stanza_rules();
RuleTable stanza_error_rules();
RuleTable message_rules();
RuleTable presence_rules();
RuleTable iq_rules();
RuleTable jid_rules();
RuleTable jid_domain_rules();
RuleTable jid_use_rules();
RuleTable s2s_rules();
RuleTable component_rules();
RuleTable websocket_rules();
RuleTable xep_rules();

}  // namespace parser::rules
