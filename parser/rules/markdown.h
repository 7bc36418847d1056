// The rulebook as a document for people: docs/RULES.md.
#pragma once

#include <span>
#include <string>

#include "parser/rules/rule.h"

namespace parser::rules {

// Markdown: a table of contents by layer, then each rule with severity, citation, explanation and examples,
// then what is left out and why.
std::string markdown(std::span<const Rule* const> rules, std::span<const LeftOut> left_out);

// "error", "warning (RFC 3920: note)", "error (RFC 6120 only)": how grave a rule is, in words.
std::string describe(const Severities& severities);
std::string_view name(Who who);  // "client", "server", "either side"

}  // namespace parser::rules
