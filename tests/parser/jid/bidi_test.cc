#include "parser/jid/bidi.h"

#include <gtest/gtest.h>

#include <string>

namespace parser {
namespace {

// The number of the rule that the text breaks, and the index of the character; "" for none.
std::string broken(std::string_view text) {
  const CodePoints points = decode(text, 0);
  const auto fault = bidi_fault(points);
  return fault ? std::string(fault->clause).back() + std::string("@") + std::to_string(fault->at) : "";
}

TEST(BidiRule, TakesLettersOfOneDirectionWithTheirDigits) {
  EXPECT_EQ(broken("abc"), "");
  EXPECT_EQ(broken("abc1"), "");
  EXPECT_EQ(broken("אבג"), "");
  EXPECT_EQ(broken("אב1"), "");
  EXPECT_EQ(broken("ا٣"), "");
  EXPECT_EQ(broken("א-ב"), "");
  EXPECT_EQ(broken(""), "");
}

TEST(BidiRule, OneTheFirstCharacterIsALetter) {
  EXPECT_EQ(broken("1א"), "1@0");
  EXPECT_EQ(broken("٣ا"), "1@0");
  EXPECT_EQ(broken("-א"), "1@0");
}

TEST(BidiRule, TwoRightToLeftTextHasNoLeftToRightLetters) {
  EXPECT_EQ(broken("אaב"), "2@1");
}

TEST(BidiRule, ThreeRightToLeftTextEndsInALetterOrDigitAndItsMarks) {
  EXPECT_EQ(broken("אב-"), "3@2");
  EXPECT_EQ(broken("אב\u05B0"), "");  // a point behind the letter
  EXPECT_EQ(broken("א-\u05B0"), "3@1");
}

TEST(BidiRule, FourDigitsOfTwoKindsAreNotMixed) {
  EXPECT_EQ(broken("ا1٣"), "4@2");
  EXPECT_EQ(broken("ا٣1"), "4@2");
}

TEST(BidiRule, FiveLeftToRightTextHasNoRightToLeftLetters) {
  EXPECT_EQ(broken("aא"), "5@1");
  EXPECT_EQ(broken("a٣"), "5@1");
}

TEST(BidiRule, SixLeftToRightTextEndsInALetterOrDigit) {
  EXPECT_EQ(broken("ab-"), "6@2");
  EXPECT_EQ(broken("a1"), "");
}

TEST(BidiRule, IsAskedForWhereThereIsRightToLeftText) {
  EXPECT_FALSE(is_right_to_left(decode("abc1-", 0)));
  EXPECT_TRUE(is_right_to_left(decode("abא", 0)));
  EXPECT_TRUE(is_right_to_left(decode("ab٣", 0)));
}

}  // namespace
}  // namespace parser
