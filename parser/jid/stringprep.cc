// The profiles of stringprep that RFC 3920 uses, by ICU's compiled tables (Unicode 3.2).
//
// ICU prepares a text in one go and says of a failure only its kind. So a text that fails is looked at again,
// character by character, to name the one at fault; and a text that is explained also goes through the steps
// one at a time: the mapping by a profile of ICU that maps and does not normalise (that of NFSv4), then NFKC
// over the characters of Unicode 3.2.
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uset.h>
#include <unicode/usprep.h>
#include <unicode/utf16.h>

#include <array>
#include <optional>
#include <string>

#include "parser/jid/preparation.h"

namespace parser {
namespace {

// Opened once and kept for the life of the process.
const UStringPrepProfile* open_profile(UStringPrepProfileType type) {
  UErrorCode status = U_ZERO_ERROR;
  UStringPrepProfile* profile = usprep_openByType(type, &status);
  return U_SUCCESS(status) ? profile : nullptr;
}

struct Stage {
  std::string_view map_clause;
  std::string_view normalize_clause;
  std::string_view prohibit_clause;
  std::string_view bidi_clause;
  std::string_view error_clause;
  const UStringPrepProfile* profile;
};

Stage stage_of(JidPart part) {
  static const UStringPrepProfile* const node = open_profile(USPREP_RFC3920_NODEPREP);
  static const UStringPrepProfile* const resource = open_profile(USPREP_RFC3920_RESOURCEPREP);
  static const UStringPrepProfile* const domain = open_profile(USPREP_RFC3491_NAMEPREP);
  switch (part) {
    case JidPart::kLocal:
      return {"RFC 3920 §A.3", "RFC 3920 §A.4", "RFC 3920 §A.5", "RFC 3920 §A.6", "RFC 3920 §3.3", node};
    case JidPart::kResource:
      return {"RFC 3920 §B.3", "RFC 3920 §B.4", "RFC 3920 §B.5", "RFC 3920 §B.6", "RFC 3920 §3.4", resource};
    default:
      return {"RFC 3491 §3", "RFC 3491 §4", "RFC 3491 §5", "RFC 3491 §6", "RFC 3920 §3.2", domain};
  }
}

std::u16string to_utf16(const CodePoint* begin, const CodePoint* end) {
  std::u16string wide;
  wide.reserve(static_cast<size_t>(end - begin) + 8);
  for (; begin != end; ++begin) append_utf16(begin->value, wide);
  return wide;
}

std::string to_utf8(std::u16string_view wide) {
  std::string text;
  text.reserve(wide.size() * 2);
  for (size_t at = 0; at < wide.size();) {
    UChar32 value = 0;
    U16_NEXT(wide.data(), at, wide.size(), value);
    append_utf8(static_cast<char32_t>(value), text);
  }
  return text;
}

// The outcome and, where it is a success, `out`.
UErrorCode run(const UStringPrepProfile* profile, const std::u16string& wide, std::u16string& out) {
  if (profile == nullptr) return U_MISSING_RESOURCE_ERROR;
  // A character grows to at most 18 under NFKC (U+FDFA), so one retry with the size ICU asks for is enough.
  out.assign(wide.size() * 2 + 16, u'\0');
  for (int attempt = 0; attempt < 2; ++attempt) {
    UErrorCode status = U_ZERO_ERROR;
    const int32_t size =
        usprep_prepare(profile, wide.data(), static_cast<int32_t>(wide.size()), out.data(),
                       static_cast<int32_t>(out.size()), USPREP_ALLOW_UNASSIGNED, nullptr, &status);
    if (status != U_BUFFER_OVERFLOW_ERROR) {
      out.resize(U_SUCCESS(status) ? static_cast<size_t>(size) : 0);
      return status;
    }
    out.assign(static_cast<size_t>(size), u'\0');
  }
  return U_BUFFER_OVERFLOW_ERROR;
}

const UNormalizer2* nfkc_of_unicode32() {
  static const UNormalizer2* const instance = [] {
    UErrorCode status = U_ZERO_ERROR;
    const std::u16string pattern = u"[:age=3.2:]";
    USet* known = uset_openPattern(pattern.data(), static_cast<int32_t>(pattern.size()), &status);
    const UNormalizer2* nfkc = unorm2_getNFKCInstance(&status);
    const UNormalizer2* filtered = U_SUCCESS(status) ? unorm2_openFiltered(nfkc, known, &status) : nullptr;
    return U_SUCCESS(status) ? filtered : nullptr;
  }();
  return instance;
}

// Tables B.1 and, where case is folded, B.2.
std::u16string mapped(const CodePoints& text, bool fold) {
  static const UStringPrepProfile* const folding = open_profile(USPREP_RFC3530_NFS4_CS_PREP_CI);
  std::u16string out;
  for (const CodePoint& c : text) {
    if (is_mapped_to_nothing(c.value)) continue;
    const std::u16string one = to_utf16(&c, &c + 1);
    std::u16string folded;
    // What that profile prohibits has no case.
    out += fold && U_SUCCESS(run(folding, one, folded)) ? folded : one;
  }
  return out;
}

void log_steps(const PartInput& input, const CodePoints& text, const Stage& stage, StepLog& log) {
  const bool fold = input.part != JidPart::kResource;
  const std::u16string wide = mapped(text, fold);
  log.step(fold ? "mapping and case folding" : "mapping to nothing", stage.map_clause, to_utf8(wide));
  std::u16string normal(wide.size() * 18 + 4, u'\0');
  UErrorCode status = U_ZERO_ERROR;
  const int32_t size = unorm2_normalize(nfkc_of_unicode32(), wide.data(), static_cast<int32_t>(wide.size()),
                                        normal.data(), static_cast<int32_t>(normal.size()), &status);
  if (U_SUCCESS(status)) {
    normal.resize(static_cast<size_t>(size));
    log.step("NFKC", stage.normalize_clause, to_utf8(normal));
  }
  for (const CodePoint& c : text) {
    if (!is_unassigned_in_unicode32(c.value)) continue;
    log.note("RFC 3454 §7", notation(c.value) +
                                " is not assigned in Unicode 3.2: it passes in a query, a stored address may "
                                "not have it");
    break;
  }
}

// Characters that ICU refuses when they stand alone.
JidError prohibited_error(const PartInput& input, const CodePoints& text, const Stage& stage) {
  for (const CodePoint& c : text) {
    std::u16string out;
    if (run(stage.profile, to_utf16(&c, &c + 1), out) != U_STRINGPREP_PROHIBITED_ERROR) continue;
    return character_error(input, JidProblem::kProhibited, stage.error_clause, c.offset,
                           "is not allowed in a " + std::string(name(input.part)) +
                               (c.value < 0x80 ? "" : ", as it is or as what it maps to"));
  }
  return part_error(input, JidProblem::kProhibited, stage.error_clause,
                    "the " + std::string(name(input.part)) + " has a character that is not allowed in it");
}

// What RFC 3454 §6 means by RandALCat and LCat, of the prepared form of one character.
std::optional<bool> is_right_to_left(const Stage& stage, const CodePoint& c) {
  std::u16string out;
  if (U_FAILURE(run(stage.profile, to_utf16(&c, &c + 1), out)) || out.empty()) {
    // A right-to-left mark alone fails the rule that it is asked about here; its own direction serves.
    out = to_utf16(&c, &c + 1);
  }
  UChar32 value = 0;
  U16_GET(out.data(), 0, 0, static_cast<int32_t>(out.size()), value);
  const UCharDirection direction = u_charDirection(value);
  if (direction == U_LEFT_TO_RIGHT) return false;
  if (direction == U_RIGHT_TO_LEFT || direction == U_RIGHT_TO_LEFT_ARABIC) return true;
  return std::nullopt;
}

JidError bidi_error(const PartInput& input, const CodePoints& text, const Stage& stage) {
  for (const CodePoint& c : text) {
    if (is_right_to_left(stage, c) == std::optional(false)) {
      return character_error(input, JidProblem::kBidi, "RFC 3454 §6", c.offset,
                             "mixes writing directions: where there is a right-to-left character, no "
                             "left-to-right letter may be");
    }
  }
  const bool first = is_right_to_left(stage, text.front()) == std::optional(true);
  return character_error(
      input, JidProblem::kBidi, "RFC 3454 §6", first ? text.back().offset : text.front().offset,
      "mixes writing directions: text with a right-to-left character begins and ends with one");
}

PreparedPart prepare(const PartInput& input) {
  StepLog log(input);
  const Stage stage = stage_of(input.part);
  const CodePoints text = decode(input.text, input.offset);
  if (log.wanted()) log_steps(input, text, stage, log);
  std::u16string out;
  const UErrorCode status = run(stage.profile, to_utf16(text.data(), text.data() + text.size()), out);
  if (status == U_STRINGPREP_CHECK_BIDI_ERROR) {
    log.check("prohibited characters", stage.prohibit_clause);
    return log.fail("directions", bidi_error(input, text, stage));
  }
  if (U_FAILURE(status)) return log.fail("prohibited characters", prohibited_error(input, text, stage));
  log.check("prohibited characters", stage.prohibit_clause);
  log.check("directions", stage.bidi_clause);
  return to_utf8(out);
}

}  // namespace

PreparedPart stringprep_part(const PartInput& input) {
  return prepare(input);
}

PreparedPart nameprep_label(const PartInput& input) {
  return prepare(input);
}

}  // namespace parser
