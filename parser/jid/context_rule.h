// The contextual rules of RFC 5892 appendix A, which PRECIS and IDNA2008 share.
#pragma once

#include <cstddef>
#include <string_view>

#include "parser/jid/code_points.h"

namespace parser {

struct ContextRule {
  std::string_view clause;  // "RFC 5892 §A.3"
  std::string_view wants;   // "it stands between two 'l'"
  bool holds = false;
};

// Judges the code point text[at], whose property is CONTEXTJ or CONTEXTO. Without a rule it does not hold.
ContextRule context_rule(const CodePoints& text, size_t at);

}  // namespace parser
