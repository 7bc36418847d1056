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
RuleTable sasl_message_rules();
RuleTable channel_binding_rules();
RuleTable sasl2_rules();
RuleTable bind_rules();
RuleTable sm_rules();
RuleTable sm_resumption_rules();
RuleTable stanza_rules();
RuleTable message_rules();
RuleTable presence_rules();
RuleTable iq_rules();
RuleTable jid_rules();
RuleTable s2s_rules();
RuleTable component_rules();
RuleTable websocket_rules();
RuleTable xep_rules();
RuleTable xep_disco_rules();
RuleTable xep_muc_rules();
RuleTable xep_pubsub_rules();
RuleTable xep_message_rules();
RuleTable xep_archive_rules();

}  // namespace parser::rules
