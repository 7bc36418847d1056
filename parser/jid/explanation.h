// What an address goes through, told step by step, and how the two generations see it.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "parser/jid/jid.h"
#include "parser/jid/preparation.h"

namespace parser {

struct JidExplanation {
  JidProfile profile{};
  std::string input;
  std::vector<JidStep> steps;  // in the order local part, domain, resource; ends at the step that refused
  std::vector<JidNote> notes;
  std::variant<Jid, JidError> outcome;

  const Jid* jid() const { return std::get_if<Jid>(&outcome); }
  const JidError* error() const { return std::get_if<JidError>(&outcome); }
};
// Any bytes. Its outcome is that of Jid::parse.
JidExplanation explain_jid(std::string_view address, JidProfile profile);

// One sentence for each thing in which RFC 3920 and RFC 7622 come to different results; empty where they
// agree. Both explanations are of the same address.
std::vector<std::string> disagreements(const JidExplanation& rfc3920, const JidExplanation& rfc7622);

struct JidComparison {
  bool equal = false;
  std::string_view clause;  // of what comparison is: RFC 3920 §3.2 to §3.4, RFC 7622 §3.2.3 …
  std::string reason;       // one sentence
};
JidComparison compare_jids(std::string_view a, std::string_view b, JidProfile profile);

}  // namespace parser
