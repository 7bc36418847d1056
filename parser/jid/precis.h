// The classes of RFC 8264 (PRECIS): which code points a string class takes.
#pragma once

#include <cstdint>
#include <string_view>

namespace parser {

enum class PrecisProperty : uint8_t {
  kValid,       // PVALID: in both classes
  kFreeform,    // FREE_PVAL, which is ID_DIS: in the FreeformClass only
  kContextJ,    // join controls: only where their rule holds (RFC 5892 appendix A)
  kContextO,    // others: likewise
  kDisallowed,  // in neither
  kUnassigned,
};

// Of ICU's Unicode version. `value` is a scalar value; what is none is disallowed.
PrecisProperty precis_property(char32_t value);

// The first category of RFC 8264 §8 that the code point is in, which decides its property.
struct PrecisCategory {
  std::string_view name;    // "HasCompat"
  std::string_view clause;  // "RFC 8264 §9.17"
  PrecisProperty property;
};
const PrecisCategory& precis_category(char32_t value);

// Whether a code point may stand in a U-label: the derived property of IDNA2008 (RFC 5892 §3), in the same
// words. kFreeform never comes.
PrecisProperty idna_property(char32_t value);

}  // namespace parser
