// The two PRECIS profiles of RFC 8265 that addresses use (RFC 7622 §3.3, §3.4). First the string class is
// checked, on the text as its sender wrote it but for widths; then come the mappings, in the order that the
// RFC fixes.
#include <unicode/uchar.h>
#include <unicode/unorm2.h>

#include <algorithm>
#include <array>
#include <optional>

#include <unicode/utf16.h>

#include "parser/jid/bidi.h"
#include "parser/jid/context_rule.h"
#include "parser/jid/precis.h"
#include "parser/jid/preparation.h"

namespace parser {
namespace {

bool in_class(PrecisProperty property, bool freeform) {
  return property == PrecisProperty::kValid || (freeform && property == PrecisProperty::kFreeform);
}

// The first character that the class of the part does not take.
std::optional<JidError> class_fault(const PartInput& input, const CodePoints& text, bool freeform) {
  for (size_t i = 0; i < text.size(); ++i) {
    const char32_t value = text[i].value;
    if (value >= 0x21 && value <= 0x7E) continue;
    const PrecisCategory& category = precis_category(value);
    if (in_class(category.property, freeform)) continue;
    if (category.property == PrecisProperty::kContextJ || category.property == PrecisProperty::kContextO) {
      const ContextRule rule = context_rule(text, i);
      if (rule.holds) continue;
      return character_error(input, JidProblem::kContext, rule.clause, text[i].offset,
                             "is allowed only where " + std::string(rule.wants));
    }
    const std::string why = category.property == PrecisProperty::kUnassigned
                                ? std::string("is not assigned in Unicode " U_UNICODE_VERSION)
                                : "is not allowed in a " + std::string(name(input.part)) + " (" +
                                      std::string(category.name) + ")";
    return character_error(input, JidProblem::kProhibited, category.clause, text[i].offset, why);
  }
  return std::nullopt;
}

// RFC 7622 §3.3.1: what the local part may not hold although its class takes it.
bool is_excluded(char32_t value) {
  switch (value) {
    case '"':
    case '&':
    case '\'':
    case '/':
    case ':':
    case '<':
    case '>':
    case '@':
      return true;
    default:
      return false;
  }
}

PreparedPart username(const PartInput& input) {
  StepLog log(input);
  CodePoints text = decode(input.text, input.offset);
  map_widths(text);
  log.step("width mapping", "RFC 8265 §3.3.2", text);
  if (auto fault = class_fault(input, text, false)) return log.fail("IdentifierClass", std::move(*fault));
  log.check("IdentifierClass", "RFC 8264 §4.2");
  map_to_lower_case(text);
  log.step("lower case", "RFC 8265 §3.3.3", text);
  const bool composed = compose(text);
  log.step("NFC", "RFC 8265 §3.3.3", text);
  // Once more, for composition may lead out of the class (RFC 8264 §7).
  if (auto fault = composed ? class_fault(input, text, false) : std::nullopt) {
    return log.fail("IdentifierClass", std::move(*fault));
  }
  const auto excluded =
      std::find_if(text.begin(), text.end(), [](const CodePoint& c) { return is_excluded(c.value); });
  if (excluded != text.end()) {
    JidError error = character_error(input, JidProblem::kProhibited, "RFC 7622 §3.3.1", excluded->offset, "");
    error.message += error.code_point == excluded->value
                         ? "is not allowed in a local part; XEP-0106 escapes it"
                         : "becomes " + notation(excluded->value) + ", which is not allowed in a local part";
    return log.fail("excluded characters", std::move(error));
  }
  log.check("excluded characters", "RFC 7622 §3.3.1");
  if (is_right_to_left(text)) {
    if (const auto fault = bidi_fault(text)) {
      return log.fail("Bidi Rule",
                      character_error(input, JidProblem::kBidi, fault->clause, text[fault->at].offset,
                                      "breaks the Bidi Rule: " + std::string(fault->wants)));
    }
    log.check("Bidi Rule", "RFC 5893 §2");
  }
  return encode(text);
}

PreparedPart opaque_string(const PartInput& input) {
  StepLog log(input);
  CodePoints text = decode(input.text, input.offset);
  if (auto fault = class_fault(input, text, true)) return log.fail("FreeformClass", std::move(*fault));
  log.check("FreeformClass", "RFC 8264 §4.3");
  for (CodePoint& c : text) {
    if (c.value >= 0x80 && u_charType(static_cast<UChar32>(c.value)) == U_SPACE_SEPARATOR) c.value = ' ';
  }
  log.step("spaces to U+0020", "RFC 8265 §4.2.2", text);
  const bool composed = compose(text);
  log.step("NFC", "RFC 8265 §4.2.2", text);
  // U+0387 is in the class, the middle dot that NFC makes of it only between two 'l' (RFC 8264 §7).
  if (auto fault = composed ? class_fault(input, text, true) : std::nullopt) {
    return log.fail("FreeformClass", std::move(*fault));
  }
  // No profile says so: the RFC's list of what are no addresses does. A resource of nothing but spaces is not
  // in it.
  if (!text.empty() && text.front().value == ' ' &&
      std::any_of(text.begin(), text.end(), [](const CodePoint& c) { return c.value != ' '; })) {
    return log.fail("leading space",
                    character_error(input, JidProblem::kLeadingSpace, "RFC 7622 §3.5", text.front().offset,
                                    "begins the resource, which the RFC has among its examples of what is no "
                                    "address (no other rule forbids it)"));
  }
  return encode(text);
}

}  // namespace

void map_widths(CodePoints& text) {
  static const UNormalizer2* const compatibility = [] {
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2* found = unorm2_getNFKCInstance(&status);
    return U_SUCCESS(status) ? found : nullptr;
  }();
  if (compatibility == nullptr) return;
  for (CodePoint& c : text) {
    if (c.value < 0x3000) continue;  // U+3000 is the first with a width of its own
    const auto value = static_cast<UChar32>(c.value);
    const int32_t type = u_getIntPropertyValue(value, UCHAR_DECOMPOSITION_TYPE);
    if (type != U_DT_WIDE && type != U_DT_NARROW) continue;
    std::array<UChar, 8> mapped{};
    UErrorCode status = U_ZERO_ERROR;
    const int32_t size = unorm2_getRawDecomposition(compatibility, value, mapped.data(),
                                                    static_cast<int32_t>(mapped.size()), &status);
    if (U_FAILURE(status) || size <= 0) continue;
    UChar32 narrow = 0;  // all of them map to a single code point
    U16_GET(mapped.data(), 0, 0, size, narrow);
    c.value = static_cast<char32_t>(narrow);
  }
}

void map_to_lower_case(CodePoints& text) {
  for (size_t i = 0; i < text.size(); ++i) {
    const char32_t value = text[i].value;
    if (value < 0x80) {
      if (value >= 'A' && value <= 'Z') text[i].value = value - 'A' + 'a';
    } else if (value == 0x130) {  // the only one with a longer lower case, whatever stands around it
      text[i].value = 'i';
      text.insert(text.begin() + static_cast<std::ptrdiff_t>(i) + 1, {0x307, text[i].offset});
    } else {
      text[i].value = static_cast<char32_t>(u_tolower(static_cast<UChar32>(value)));
    }
  }
}

PreparedPart precis_part(const PartInput& input) {
  return input.part == JidPart::kLocal ? username(input) : opaque_string(input);
}

}  // namespace parser
