// Any bytes as an address: both profiles end, the short cut agrees with the steps, errors point into the
// address, prepared forms stay what they are.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "parser/jid/explanation.h"
#include "parser/xml/utf8.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view address(reinterpret_cast<const char*>(data), size);
  for (const auto profile : {parser::JidProfile::kRfc3920, parser::JidProfile::kRfc7622}) {
    const auto outcome = parser::Jid::parse(address, profile);
    const parser::JidExplanation explained = parser::explain_jid(address, profile);
    if (explained.outcome != outcome) std::abort();
    for (const parser::JidStep& step : explained.steps) {
      if (step.name.empty() || step.clause.empty()) std::abort();
    }
    if (const auto* error = std::get_if<parser::JidError>(&outcome)) {
      if (error->message.empty() || error->clause.empty() || error->offset > size) std::abort();
      continue;
    }
    const auto& jid = std::get<parser::Jid>(outcome);
    if (jid.full().size() > 3071 || parser::xml::find_utf8_fault(jid.full()).begin != jid.full().size()) {
      std::abort();
    }
    if (parser::Jid::parse(jid.full(), profile) != outcome) std::abort();
    if (!parser::same_jid(address, jid.full(), profile)) std::abort();
  }
  return 0;
}
