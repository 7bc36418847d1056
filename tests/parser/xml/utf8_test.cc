#include "parser/xml/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace parser::xml {
namespace {

std::string encode(uint32_t point) {
  auto byte = [](uint32_t value) { return static_cast<char>(static_cast<unsigned char>(value)); };
  if (point < 0x80) return {byte(point)};
  if (point < 0x800) return {byte(0xC0 | (point >> 6)), byte(0x80 | (point & 63))};
  if (point < 0x10000) {
    return {byte(0xE0 | (point >> 12)), byte(0x80 | ((point >> 6) & 63)), byte(0x80 | (point & 63))};
  }
  return {byte(0xF0 | (point >> 18)), byte(0x80 | ((point >> 12) & 63)), byte(0x80 | ((point >> 6) & 63)),
          byte(0x80 | (point & 63))};
}

TEST(Utf8, EveryCharacterIsValidAndNoSurrogateIs) {
  for (uint32_t point = 0; point <= 0x10FFFF; ++point) {
    const std::string text = encode(point);
    const bool valid = find_utf8_fault(text).begin == text.size();
    ASSERT_EQ(valid, point < 0xD800 || point > 0xDFFF) << std::hex << point;
  }
  EXPECT_EQ(find_utf8_fault(encode(0x110000)).begin, 0u);
}

TEST(Utf8, OverlongFormsAreFaults) {
  for (std::string_view text :
       {"\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xF0\x8F\xBF\xBF", "\xF8\x88\x80\x80\x80"}) {
    EXPECT_EQ(find_utf8_fault(text).begin, 0u);
    EXPECT_FALSE(find_utf8_fault(text).incomplete);
  }
}

TEST(Utf8, AFaultIsFoundAtAnyPlaceInLongText) {
  for (size_t place = 0; place < 70; ++place) {
    std::string text(70, 'x');
    text[place] = '\xFF';
    const Utf8Fault fault = find_utf8_fault(text);
    EXPECT_EQ(fault.begin, place);
    EXPECT_EQ(fault.end, place + 1);
  }
}

TEST(Utf8, AFaultHoldsTheLongestBeginningOfACharacter) {
  const Utf8Fault fault = find_utf8_fault("ab\xE2\x82xy");
  EXPECT_EQ(fault.begin, 2u);
  EXPECT_EQ(fault.end, 4u);
  EXPECT_FALSE(fault.incomplete);
}

TEST(Utf8, ACharacterAtTheEndMayBeIncomplete) {
  const std::string euro = "\xE2\x82\xAC";
  EXPECT_TRUE(find_utf8_fault(euro.substr(0, 1)).incomplete);
  EXPECT_TRUE(find_utf8_fault(euro.substr(0, 2)).incomplete);
  EXPECT_EQ(find_utf8_fault(euro).begin, 3u);
}

TEST(Utf8, TheSearchBeginsWhereItIsTold) {
  EXPECT_EQ(find_utf8_fault("\xFF"
                            "abc\xFF",
                            1)
                .begin,
            4u);
}

TEST(Utf8, APrefixEndsBetweenCharacters) {
  EXPECT_EQ(utf8_prefix("aé😀", 100), "aé😀");
  EXPECT_EQ(utf8_prefix("aé😀", 2), "a");
  EXPECT_EQ(utf8_prefix("aé😀", 3), "aé");
  EXPECT_EQ(utf8_prefix("aé😀", 6), "aé");
  EXPECT_EQ(utf8_prefix("é", 0), "");
}

}  // namespace
}  // namespace parser::xml
