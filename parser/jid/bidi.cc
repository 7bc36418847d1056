// Six conditions that keep text of mixed directions in the order in which it is read: one pass over the
// directions of its characters.
#include "parser/jid/bidi.h"

#include <unicode/uchar.h>

#include <algorithm>

namespace parser {
namespace {

UCharDirection direction(const CodePoint& c) {
  return u_charDirection(static_cast<UChar32>(c.value));
}

constexpr uint32_t bit(UCharDirection d) {
  return uint32_t{1} << static_cast<unsigned>(d);
}
constexpr uint32_t kRightToLeft = bit(U_RIGHT_TO_LEFT) | bit(U_RIGHT_TO_LEFT_ARABIC);
constexpr uint32_t kNumbers = bit(U_EUROPEAN_NUMBER) | bit(U_ARABIC_NUMBER);
constexpr uint32_t kNeutral = bit(U_EUROPEAN_NUMBER_SEPARATOR) | bit(U_EUROPEAN_NUMBER_TERMINATOR) |
                              bit(U_COMMON_NUMBER_SEPARATOR) | bit(U_OTHER_NEUTRAL) |
                              bit(U_BOUNDARY_NEUTRAL) | bit(U_DIR_NON_SPACING_MARK);
constexpr uint32_t kInRtl = kRightToLeft | kNumbers | kNeutral;
constexpr uint32_t kInLtr = bit(U_LEFT_TO_RIGHT) | bit(U_EUROPEAN_NUMBER) | kNeutral;

bool is(const CodePoint& c, uint32_t directions) {
  return (bit(direction(c)) & directions) != 0;
}

// The last character that is no combining mark.
size_t last_base(std::span<const CodePoint> text) {
  size_t at = text.size() - 1;
  while (at > 0 && is(text[at], bit(U_DIR_NON_SPACING_MARK))) --at;
  return at;
}

}  // namespace

bool is_right_to_left(std::span<const CodePoint> text) {
  return std::any_of(text.begin(), text.end(), [](const CodePoint& c) {
    return c.value >= 0x590 && is(c, kRightToLeft | bit(U_ARABIC_NUMBER));
  });
}

std::optional<BidiFault> bidi_fault(std::span<const CodePoint> text) {
  if (text.empty()) return std::nullopt;
  if (!is(text[0], kRightToLeft | bit(U_LEFT_TO_RIGHT))) {
    return BidiFault{0, "RFC 5893 §2 rule 1", "the first character is a letter of either direction"};
  }
  const bool rtl = is(text[0], kRightToLeft);
  for (size_t i = 0; i < text.size(); ++i) {
    if (rtl && !is(text[i], kInRtl)) {
      return BidiFault{i, "RFC 5893 §2 rule 2", "right-to-left text has no left-to-right letters in it"};
    }
    if (!rtl && !is(text[i], kInLtr)) {
      return BidiFault{i, "RFC 5893 §2 rule 5",
                       "left-to-right text has no right-to-left letters or Arabic digits in it"};
    }
  }
  const size_t last = last_base(text);
  if (rtl && !is(text[last], kRightToLeft | kNumbers)) {
    return BidiFault{last, "RFC 5893 §2 rule 3", "right-to-left text ends in a letter or a digit"};
  }
  if (rtl) {
    const auto european = [](const CodePoint& c) { return is(c, bit(U_EUROPEAN_NUMBER)); };
    const auto arabic = [](const CodePoint& c) { return is(c, bit(U_ARABIC_NUMBER)); };
    const auto first_european = std::find_if(text.begin(), text.end(), european);
    const auto first_arabic = std::find_if(text.begin(), text.end(), arabic);
    if (first_european != text.end() && first_arabic != text.end()) {
      return BidiFault{static_cast<size_t>(std::max(first_european, first_arabic) - text.begin()),
                       "RFC 5893 §2 rule 4", "European and Arabic digits are not mixed"};
    }
  } else if (!is(text[last], bit(U_LEFT_TO_RIGHT) | bit(U_EUROPEAN_NUMBER))) {
    return BidiFault{last, "RFC 5893 §2 rule 6", "left-to-right text ends in a letter or a digit"};
  }
  return std::nullopt;
}

}  // namespace parser
