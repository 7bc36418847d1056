// The derived property: the RFC's own words on single characters, and consistency over all of Unicode.
#include "parser/jid/precis.h"

#include <gtest/gtest.h>
#include <idn2.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>

#include <string>

#include "parser/jid/context_rule.h"
#include "parser/jid/jid.h"
#include "parser/jid/punycode.h"

namespace parser {
namespace {

using enum PrecisProperty;

TEST(PrecisProperty, IsWhatTheCategoriesOfRfc8264Say) {
  EXPECT_EQ(precis_property('a'), kValid);
  EXPECT_EQ(precis_property('~'), kValid);
  EXPECT_EQ(precis_property(' '), kFreeform);
  EXPECT_EQ(precis_property(0x00), kDisallowed);
  EXPECT_EQ(precis_property(0x7F), kDisallowed);
  EXPECT_EQ(precis_property(0xA0), kFreeform);    // HasCompat
  EXPECT_EQ(precis_property(0xAD), kDisallowed);  // ignorable
  EXPECT_EQ(precis_property(0xB7), kContextO);
  EXPECT_EQ(precis_property(0xDF), kValid);
  EXPECT_EQ(precis_property(0x1C5), kFreeform);  // a digraph: HasCompat before OtherLetterDigits
  EXPECT_EQ(precis_property(0x0640), kDisallowed);
  EXPECT_EQ(precis_property(0x0660), kContextO);
  EXPECT_EQ(precis_property(0x1100), kDisallowed);  // old Hangul jamo
  EXPECT_EQ(precis_property(0xAC00), kValid);
  EXPECT_EQ(precis_property(0x200C), kContextJ);
  EXPECT_EQ(precis_property(0x2028), kDisallowed);
  EXPECT_EQ(precis_property(0x265A), kFreeform);
  EXPECT_EQ(precis_property(0x3007), kValid);
  EXPECT_EQ(precis_property(0x16EE), kFreeform);  // a letter number
  EXPECT_EQ(precis_property(0x0378), kUnassigned);
  EXPECT_EQ(precis_property(0xFDD0), kDisallowed);
  EXPECT_EQ(precis_property(0xD800), kDisallowed);
  EXPECT_EQ(precis_property(0xE000), kDisallowed);
  EXPECT_EQ(precis_property(0xFFFD), kFreeform);
  EXPECT_EQ(precis_property(0x110000), kDisallowed);
  EXPECT_EQ(precis_category(0x2163).name, "HasCompat");
  EXPECT_EQ(precis_category(0x2163).clause, "RFC 8264 §9.17");
}

TEST(PrecisProperty, HasCompatIsWhatNfkcChanges) {
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2* nfkc = unorm2_getNFKCInstance(&status);
  ASSERT_TRUE(U_SUCCESS(status));
  for (char32_t c = 0x80; c <= 0x10FFFF; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    std::u16string text;
    append_utf16(c, text);
    const bool stays =
        unorm2_isNormalized(nfkc, text.data(), static_cast<int32_t>(text.size()), &status) != 0;
    const PrecisCategory& category = precis_category(c);
    if (category.name == "HasCompat") {
      EXPECT_FALSE(stays) << notation(c);
    } else if (category.name == "LetterDigits") {
      EXPECT_TRUE(stays) << notation(c);
    }
  }
}

// What one class or the other takes must come out of its preparation unchanged by a second one.
TEST(PrecisProperty, OfEveryCodePointGoesWithWhatTheProfilesDo) {
  size_t taken = 0;
  for (char32_t c = 0x21; c <= 0x1FFFF; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    if (c == '/' || c == '@') continue;
    if (c == 0x387) continue;  // NFC makes it a middle dot, which has a rule of its own
    std::string text;
    append_utf8(c, text);
    const auto local = Jid::parse(text + "@a.example", JidProfile::kRfc7622);
    const auto resource = Jid::parse("a.example/" + text, JidProfile::kRfc7622);
    const PrecisProperty property = precis_property(c);
    const bool in_resource = std::holds_alternative<Jid>(resource);
    if (property == kValid || property == kFreeform) {
      EXPECT_TRUE(in_resource) << notation(c);
    } else if (property == kDisallowed || property == kUnassigned) {
      EXPECT_FALSE(in_resource) << notation(c);
    }
    if (const Jid* jid = std::get_if<Jid>(&local)) {
      ++taken;
      const auto again = Jid::parse(jid->full(), JidProfile::kRfc7622);
      ASSERT_TRUE(std::holds_alternative<Jid>(again)) << notation(c);
      EXPECT_EQ(std::get<Jid>(again), *jid) << notation(c);
    }
  }
  EXPECT_GT(taken, 60'000u);  // letters and digits, ideographs above all
}

// libidn2 has an older Unicode, so only what it knows is compared; and it checks no CONTEXTO rule on lookup.
TEST(IdnaProperty, AgreesWithLibidn2OnEveryCodePointThatItKnows) {
  size_t compared = 0;
  for (char32_t c = 0x80; c <= 0x2FFFF; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    UVersionInfo age{};
    u_charAge(static_cast<UChar32>(c), age);
    if (age[0] == 0 || age[0] > 12 || (age[0] == 12 && age[1] > 0)) continue;
    const PrecisProperty property = idna_property(c);
    if (property == kContextJ || property == kContextO) continue;
    std::string label = "a";  // in the middle, so that combining marks may stand there
    append_utf8(c, label);
    label += "a";
    uint8_t* out = nullptr;
    const int outcome = idn2_lookup_u8(reinterpret_cast<const uint8_t*>(label.c_str()), &out,
                                       IDN2_NO_TR46 | IDN2_NO_ALABEL_ROUNDTRIP);
    idn2_free(out);
    if (outcome == IDN2_NOT_NFC || outcome == IDN2_BIDI) continue;
    ++compared;
    EXPECT_EQ(property == kValid, outcome == IDN2_OK)
        << notation(c) << " " << unicode_name(c) << " " << idn2_strerror_name(outcome);
  }
  EXPECT_GT(compared, 100'000u);
}

TEST(ContextRule, HoldsWhereTheNeighboursAreThoseOfTheRfc) {
  const auto holds = [](std::string_view text, size_t at) { return context_rule(decode(text, 0), at).holds; };
  EXPECT_TRUE(holds("\u0915\u094D\u200C\u0937", 2));  // behind a virama
  EXPECT_TRUE(holds("\u0628\u200C\u0628", 1));        // between Arabic letters that join
  EXPECT_FALSE(holds("\u0627\u200C\u0628", 1));       // alef does not join to the left
  EXPECT_FALSE(holds("a\u200Cb", 1));
  EXPECT_FALSE(holds("\u200C", 0));
  EXPECT_TRUE(holds("\u0915\u094D\u200D", 2));
  EXPECT_FALSE(holds("\u0628\u200D\u0628", 1));
  EXPECT_TRUE(holds("l\u00B7l", 1));
  EXPECT_FALSE(holds("L\u00B7l", 1));
  EXPECT_FALSE(holds("l\u00B7", 1));
  EXPECT_TRUE(holds("\u0375α", 0));
  EXPECT_FALSE(holds("α\u0375", 1));
  EXPECT_TRUE(holds("א\u05F3", 1));
  EXPECT_FALSE(holds("\u05F3א", 0));
  EXPECT_TRUE(holds("א\u05F4ב", 1));
  EXPECT_TRUE(holds("a\u30FBカ", 1));
  EXPECT_FALSE(holds("a\u30FBb", 1));
  EXPECT_TRUE(holds("ا\u0660", 1));
  EXPECT_FALSE(holds("\u0660\u06F0", 0));
  EXPECT_FALSE(holds("\u0660\u06F0", 1));
}

// RFC 3492 §7.1
TEST(Punycode, EncodesTheSamplesOfTheRfc) {
  const auto encoded = [](std::string_view text) { return punycode(decode(text, 0)); };
  EXPECT_EQ(encoded("他们为什么不说中文"), "ihqwcrb4cv8a8dqg056pqjye");
  EXPECT_EQ(encoded("למההםפשוטלאמדבריםעברית"), "4dbcagdahymbxekheh6e0a7fei0b");
  EXPECT_EQ(encoded("3年b組金八先生"), "3b-ww4c5e180e575a65lsy2b");
  EXPECT_EQ(encoded("そのスピードで"), "d9juau41awczczp");
}

TEST(Punycode, DecodesOnlyWhatItWouldEncode) {
  EXPECT_EQ(u_label_of("xn--mnchen-3ya"), "münchen");
  EXPECT_EQ(u_label_of("xn--45h"), "♚");
  EXPECT_EQ(u_label_of("xn--"), std::nullopt);
  EXPECT_EQ(u_label_of("xn--a"),
            "\u0080");  // Punycode all the same; whether a label may have it is not asked here
  EXPECT_EQ(u_label_of("xn--abc-"), std::nullopt);
  EXPECT_EQ(u_label_of("xn--99999999"), std::nullopt);
}

}  // namespace
}  // namespace parser
