// The derived property of RFC 8264 §8, computed from Unicode properties, so that it follows ICU's Unicode
// version as the RFC wants. No table of code points but the exceptions that the RFC itself lists.
#include "parser/jid/precis.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>

namespace parser {
namespace {

using enum PrecisProperty;

constexpr PrecisCategory kExceptionValid{"Exceptions", "RFC 8264 §9.6", kValid};
constexpr PrecisCategory kExceptionContext{"Exceptions", "RFC 8264 §9.6", kContextO};
constexpr PrecisCategory kExceptionDisallowed{"Exceptions", "RFC 8264 §9.6", kDisallowed};
constexpr PrecisCategory kUnassignedPoint{"Unassigned", "RFC 8264 §9.10", kUnassigned};
constexpr PrecisCategory kAscii7{"ASCII7", "RFC 8264 §9.11", kValid};
constexpr PrecisCategory kJoinControl{"JoinControl", "RFC 8264 §9.8", kContextJ};
constexpr PrecisCategory kOldHangulJamo{"OldHangulJamo", "RFC 8264 §9.9", kDisallowed};
constexpr PrecisCategory kIgnorable{"PrecisIgnorableProperties", "RFC 8264 §9.13", kDisallowed};
constexpr PrecisCategory kControls{"Controls", "RFC 8264 §9.12", kDisallowed};
constexpr PrecisCategory kHasCompat{"HasCompat", "RFC 8264 §9.17", kFreeform};
constexpr PrecisCategory kLetterDigits{"LetterDigits", "RFC 8264 §9.1", kValid};
constexpr PrecisCategory kOtherLetterDigits{"OtherLetterDigits", "RFC 8264 §9.18", kFreeform};
constexpr PrecisCategory kSpaces{"Spaces", "RFC 8264 §9.14", kFreeform};
constexpr PrecisCategory kSymbols{"Symbols", "RFC 8264 §9.15", kFreeform};
constexpr PrecisCategory kPunctuation{"Punctuation", "RFC 8264 §9.16", kFreeform};
constexpr PrecisCategory kOther{"no category of the class", "RFC 8264 §8", kDisallowed};

// RFC 5892 §2.6, which RFC 8264 §9.6 takes over.
const PrecisCategory* exception(char32_t c) {
  switch (c) {
    case 0x00DF:  // sharp s
    case 0x03C2:  // final sigma
    case 0x06FD:
    case 0x06FE:
    case 0x0F0B:
    case 0x3007:  // ideographic zero
      return &kExceptionValid;
    case 0x00B7:  // middle dot
    case 0x0375:  // keraia
    case 0x05F3:  // geresh
    case 0x05F4:  // gershayim
    case 0x30FB:  // katakana middle dot
      return &kExceptionContext;
    case 0x0640:  // tatweel
    case 0x07FA:
    case 0x302E:
    case 0x302F:
    case 0x3031:
    case 0x3032:
    case 0x3033:
    case 0x3034:
    case 0x3035:
    case 0x303B:
      return &kExceptionDisallowed;
    default:
      if ((c >= 0x0660 && c <= 0x0669) || (c >= 0x06F0 && c <= 0x06F9)) return &kExceptionContext;
      return nullptr;
  }
}

bool has(UChar32 c, UProperty property) {
  return u_hasBinaryProperty(c, property) != 0;
}

bool is_old_hangul_jamo(UChar32 c) {
  const int32_t type = u_getIntPropertyValue(c, UCHAR_HANGUL_SYLLABLE_TYPE);
  return type == U_HST_LEADING_JAMO || type == U_HST_VOWEL_JAMO || type == U_HST_TRAILING_JAMO;
}

// NFKC changes it.
bool has_compat(UChar32 c) {
  return u_getIntPropertyValue(c, UCHAR_NFKC_QUICK_CHECK) == UNORM_NO;
}

bool is_letter_or_digit(int8_t type) {
  constexpr uint32_t kTypes =
      U_GC_LL_MASK | U_GC_LU_MASK | U_GC_LO_MASK | U_GC_ND_MASK | U_GC_LM_MASK | U_GC_MN_MASK | U_GC_MC_MASK;
  return (U_MASK(type) & kTypes) != 0;
}

// NFKC_Casefold changes it: RFC 5892 §2.2 says NFKC of the case folding of NFKC.
bool is_unstable(UChar32 c) {
  static const UNormalizer2* const fold = [] {
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2* found = unorm2_getNFKCCasefoldInstance(&status);
    return U_SUCCESS(status) ? found : nullptr;
  }();
  if (has_compat(c) || fold == nullptr) return true;
  return has(c, UCHAR_CHANGES_WHEN_NFKC_CASEFOLDED);
}

}  // namespace

const PrecisCategory& precis_category(char32_t value) {
  const auto c = static_cast<UChar32>(value);
  if (value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return kOther;
  if (value >= 0x21 && value <= 0x7E) return kAscii7;  // no exception is ASCII
  if (const PrecisCategory* found = exception(value)) return *found;
  const bool noncharacter = has(c, UCHAR_NONCHARACTER_CODE_POINT);
  const int8_t type = u_charType(c);
  if (type == U_UNASSIGNED && !noncharacter) return kUnassignedPoint;
  if (has(c, UCHAR_JOIN_CONTROL)) return kJoinControl;
  if (is_old_hangul_jamo(c)) return kOldHangulJamo;
  if (noncharacter || has(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT)) return kIgnorable;
  if (type == U_CONTROL_CHAR) return kControls;
  if (has_compat(c)) return kHasCompat;
  if (is_letter_or_digit(type)) return kLetterDigits;
  const uint32_t mask = U_MASK(type);
  if ((mask & (U_GC_LT_MASK | U_GC_NL_MASK | U_GC_NO_MASK | U_GC_ME_MASK)) != 0) return kOtherLetterDigits;
  if (type == U_SPACE_SEPARATOR) return kSpaces;
  if ((mask & U_GC_S_MASK) != 0) return kSymbols;
  if ((mask & U_GC_P_MASK) != 0) return kPunctuation;
  return kOther;
}

PrecisProperty precis_property(char32_t value) {
  return precis_category(value).property;
}

PrecisProperty idna_property(char32_t value) {
  const auto c = static_cast<UChar32>(value);
  if (value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return kDisallowed;
  if (value < 0x80) {
    const bool ldh = (value >= 'a' && value <= 'z') || (value >= '0' && value <= '9') || value == '-';
    return ldh ? kValid : kDisallowed;
  }
  if (const PrecisCategory* found = exception(value)) return found->property;
  const bool noncharacter = has(c, UCHAR_NONCHARACTER_CODE_POINT);
  const int8_t type = u_charType(c);
  if (type == U_UNASSIGNED && !noncharacter) return kUnassigned;
  if (has(c, UCHAR_JOIN_CONTROL)) return kContextJ;
  if (is_unstable(c)) return kDisallowed;
  if (noncharacter || has(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) || has(c, UCHAR_WHITE_SPACE)) {
    return kDisallowed;
  }
  // The ignorable blocks: marks for symbols, musical and ancient Greek notation (RFC 5892 §2.4).
  if ((value >= 0x20D0 && value <= 0x20FF) || (value >= 0x1D100 && value <= 0x1D24F)) return kDisallowed;
  if (is_old_hangul_jamo(c)) return kDisallowed;
  return is_letter_or_digit(type) ? kValid : kDisallowed;
}

}  // namespace parser
