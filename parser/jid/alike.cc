// A character's company is looked for among its 256 neighbours, once, and remembered.
#include "parser/jid/alike.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>

#include <array>
#include <map>
#include <mutex>
#include <tuple>

#include "parser/jid/code_points.h"

namespace parser {
namespace {

constexpr char32_t kNeighbours = 256;

UChar32 icu(char32_t c) {
  return static_cast<UChar32>(c);
}

bool is_name_character(char32_t c) {
  switch (u_charType(icu(c))) {
    case U_UPPERCASE_LETTER:
    case U_LOWERCASE_LETTER:
    case U_OTHER_LETTER:
    case U_DECIMAL_DIGIT_NUMBER:
    case U_OTHER_SYMBOL:
      return true;
    default:
      return false;
  }
}

bool is_stable(char32_t c) {
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2* nfkc = unorm2_getNFKCInstance(&status);
  if (U_FAILURE(status) || u_foldCase(icu(c), U_FOLD_CASE_DEFAULT) != icu(c)) return false;
  std::u16string text;
  append_utf16(c, text);
  std::array<UChar, 8> folded{};
  const auto size = static_cast<int32_t>(text.size());
  const int32_t length = u_strFoldCase(folded.data(), static_cast<int32_t>(folded.size()), text.data(), size,
                                       U_FOLD_CASE_DEFAULT, &status);
  if (U_FAILURE(status) || std::u16string_view(folded.data(), static_cast<size_t>(length)) != text) {
    return false;
  }
  return unorm2_isNormalized(nfkc, text.data(), size, &status) != 0 && U_SUCCESS(status);
}

auto traits(char32_t c) {
  UErrorCode status = U_ZERO_ERROR;
  const char32_t upper = to_upper(c);
  return std::make_tuple(utf8_size(c), u_charType(icu(c)), uscript_getScript(icu(c), &status),
                         u_charDirection(icu(c)), u_getIntPropertyValue(icu(c), UCHAR_JOINING_TYPE),
                         u_getIntPropertyValue(icu(c), UCHAR_EAST_ASIAN_WIDTH),
                         u_getIntPropertyValue(icu(c), UCHAR_EMOJI_PRESENTATION), upper != c,
                         utf8_size(upper), to_lower(upper) == c);
}

// Assigned when stringprep's Unicode 3.2 was, or not: the old profile says something about the difference.
bool is_old(char32_t c) {
  UVersionInfo age{};
  u_charAge(icu(c), age);
  return age[0] < 3 || (age[0] == 3 && age[1] <= 2);
}

std::vector<char32_t> find_alike(char32_t lower) {
  std::vector<char32_t> found;
  if (!is_name_character(lower) || to_lower(lower) != lower || !is_stable(lower)) return found;
  const char32_t first = lower / kNeighbours * kNeighbours;
  for (char32_t c = first; c < first + kNeighbours; ++c) {
    if (to_lower(c) == c && is_name_character(c) && traits(c) == traits(lower) &&
        is_old(c) == is_old(lower) && is_stable(c)) {
      found.push_back(c);
    }
  }
  return found;
}

}  // namespace

char32_t to_lower(char32_t c) {
  return static_cast<char32_t>(u_tolower(icu(c)));
}

char32_t to_upper(char32_t c) {
  return static_cast<char32_t>(u_toupper(icu(c)));
}

const std::vector<char32_t>& alike(char32_t lower) {
  static std::mutex mutex;
  static std::map<char32_t, std::vector<char32_t>> known;
  const std::lock_guard lock(mutex);
  const auto [place, added] = known.try_emplace(lower);
  if (added) place->second = find_alike(lower);
  return place->second;
}

}  // namespace parser
