// Some characters are fine in one place and a trap in another: joiners that show nothing, dots that look like
// full stops, digits of two scripts. Each has one rule about its neighbours.
#include "parser/jid/context_rule.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include <algorithm>

namespace parser {
namespace {

UScriptCode script(char32_t c) {
  UErrorCode status = U_ZERO_ERROR;
  const UScriptCode code = uscript_getScript(static_cast<UChar32>(c), &status);
  return U_SUCCESS(status) ? code : USCRIPT_UNKNOWN;
}

bool is_virama(char32_t c) {
  return u_getCombiningClass(static_cast<UChar32>(c)) == 9;
}

int32_t joining_type(char32_t c) {
  return u_getIntPropertyValue(static_cast<UChar32>(c), UCHAR_JOINING_TYPE);
}

// Between letters that join: (L or D) T* ZWNJ T* (R or D).
bool breaks_a_join(const CodePoints& text, size_t at) {
  size_t before = at;
  while (before > 0 && joining_type(text[before - 1].value) == U_JT_TRANSPARENT) --before;
  if (before == 0) return false;
  const int32_t left = joining_type(text[before - 1].value);
  if (left != U_JT_LEFT_JOINING && left != U_JT_DUAL_JOINING) return false;
  size_t behind = at + 1;
  while (behind < text.size() && joining_type(text[behind].value) == U_JT_TRANSPARENT) ++behind;
  if (behind == text.size()) return false;
  const int32_t right = joining_type(text[behind].value);
  return right == U_JT_RIGHT_JOINING || right == U_JT_DUAL_JOINING;
}

bool any_between(const CodePoints& text, char32_t first, char32_t last) {
  return std::any_of(text.begin(), text.end(),
                     [&](const CodePoint& c) { return c.value >= first && c.value <= last; });
}

}  // namespace

ContextRule context_rule(const CodePoints& text, size_t at) {
  const char32_t value = text[at].value;
  const bool has_before = at > 0;
  const bool has_behind = at + 1 < text.size();
  const char32_t before = has_before ? text[at - 1].value : 0;
  const char32_t behind = has_behind ? text[at + 1].value : 0;
  switch (value) {
    case 0x200C:
      return {"RFC 5892 §A.1", "it stands behind a virama or between letters that join",
              (has_before && is_virama(before)) || breaks_a_join(text, at)};
    case 0x200D:
      return {"RFC 5892 §A.2", "it stands behind a virama", has_before && is_virama(before)};
    case 0x00B7:
      return {"RFC 5892 §A.3", "it stands between two 'l'", before == 'l' && behind == 'l'};
    case 0x0375:
      return {"RFC 5892 §A.4", "a Greek character follows", has_behind && script(behind) == USCRIPT_GREEK};
    case 0x05F3:
      return {"RFC 5892 §A.5", "a Hebrew character precedes it",
              has_before && script(before) == USCRIPT_HEBREW};
    case 0x05F4:
      return {"RFC 5892 §A.6", "a Hebrew character precedes it",
              has_before && script(before) == USCRIPT_HEBREW};
    case 0x30FB:
      return {"RFC 5892 §A.7", "there is a Hiragana, Katakana or Han character beside it",
              std::any_of(text.begin(), text.end(), [](const CodePoint& c) {
                const UScriptCode code = script(c.value);
                return code == USCRIPT_HIRAGANA || code == USCRIPT_KATAKANA || code == USCRIPT_HAN;
              })};
    default:
      break;
  }
  if (value >= 0x0660 && value <= 0x0669) {
    return {"RFC 5892 §A.8", "there are no extended Arabic-Indic digits beside it",
            !any_between(text, 0x06F0, 0x06F9)};
  }
  if (value >= 0x06F0 && value <= 0x06F9) {
    return {"RFC 5892 §A.9", "there are no Arabic-Indic digits beside it",
            !any_between(text, 0x0660, 0x0669)};
  }
  return {"RFC 5892 §2.6", "a rule exists for it", false};
}

}  // namespace parser
