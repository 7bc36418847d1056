// The tables of rules, one per layer, each defined in the file of that name.
#pragma once

#include <span>

#include "parser/rules/rule.h"

namespace parser::rules {

std::span<const Rule> xml_rules();
std::span<const Rule> stream_rules();
std::span<const Rule> negotiation_rules();
std::span<const Rule> stanza_rules();
std::span<const Rule> iq_rules();

}  // namespace parser::rules
