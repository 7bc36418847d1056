// The Bidi Rule of RFC 5893 §2, for local parts (RFC 8265 §3.3.3) and labels of domains.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "parser/jid/code_points.h"

namespace parser {

struct BidiFault {
  size_t at = 0;            // index of the code point that breaks the rule
  std::string_view clause;  // "RFC 5893 §2 rule 3"
  std::string_view wants;   // "right-to-left text ends in a letter or digit"
};

// Whether a character of direction R, AL or AN is in it, which is when the rule is asked for.
bool is_right_to_left(std::span<const CodePoint> text);
// The first of the six conditions that the text breaks. An empty text breaks none.
std::optional<BidiFault> bidi_fault(std::span<const CodePoint> text);

}  // namespace parser
