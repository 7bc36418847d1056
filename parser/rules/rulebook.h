// The tables of rules, one per layer, each defined in the file of that name.
#pragma once

#include <span>

#include "parser/rules/rule.h"

namespace parser::rules {

std::span<const Rule> xml_rules();
std::span<const Rule> transport_rules();
std::span<const Rule> stream_rules();
std::span<const Rule> negotiation_rules();
std::span<const Rule> sasl_rules();
std::span<const Rule> bind_rules();
std::span<const Rule> sm_rules();
std::span<const Rule> stanza_rules();
std::span<const Rule> message_rules();
std::span<const Rule> presence_rules();
std::span<const Rule> iq_rules();
std::span<const Rule> jid_rules();
std::span<const Rule> s2s_rules();
std::span<const Rule> component_rules();
std::span<const Rule> xep_rules();

}  // namespace parser::rules
