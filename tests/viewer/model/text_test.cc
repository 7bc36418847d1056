// What is shown as text: escapes, times, hex, XML lines.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "viewer/model/display_text.h"
#include "viewer/model/hex_lines.h"
#include "viewer/model/kinds.h"
#include "viewer/model/seen_characters.h"
#include "viewer/model/time_format.h"

namespace viewer {
namespace {

TEST(DisplayText, PlainTextStaysAsItIs) {
  EXPECT_EQ(display_text("hello, \u4f60\u597d \u2013 caf\u00e9", Lines::kEscape),
            "hello, \u4f60\u597d \u2013 caf\u00e9");
}

TEST(DisplayText, ControlsAndBrokenUtf8AreEscaped) {
  EXPECT_EQ(display_text(std::string_view("a\x07z\0\x7f", 5), Lines::kEscape), "a\\x07z\\x00\\x7F");
  EXPECT_EQ(display_text("\xff\xc3", Lines::kEscape), "\\xFF\\xC3");
  EXPECT_EQ(display_text("\xed\xa0\x80", Lines::kEscape), "\\xED\\xA0\\x80") << "a surrogate is not UTF-8";
  EXPECT_EQ(display_text("\xc0\xaf", Lines::kEscape), "\\xC0\\xAF") << "an overlong form is not UTF-8";
}

TEST(DisplayText, WhatMisleadsTheEyeIsEscaped) {
  EXPECT_EQ(display_text("a\u202eb", Lines::kEscape), "a\u27e8U+202E\u27e9b");
  EXPECT_EQ(display_text("a\u200bb", Lines::kEscape), "a\u27e8U+200B\u27e9b");
  EXPECT_EQ(display_text("\U0001F600", Lines::kEscape), "\u27e8U+1F600\u27e9");
}

TEST(DisplayText, CharactersWithoutAGlyphAreEscaped) {
  const auto no_greek = [](uint16_t c) { return c < 0x370 || c > 0x3ff; };
  EXPECT_EQ(display_text("a\u03b1\u00e9", Lines::kEscape, no_greek), "a\u27e8U+03B1\u27e9\u00e9");
}

TEST(DisplayText, NewlinesAreKeptOnlyWhereLinesAreShown) {
  EXPECT_EQ(display_text("a\n\tb\r", Lines::kKeep), "a\n\tb\\r");
  EXPECT_EQ(display_text("a\n\tb\r", Lines::kEscape), "a\\n\\tb\\r");
}

TEST(Shorten, CutsBetweenCharactersAndSaysSo) {
  EXPECT_EQ(shorten("abc", 3), "abc");
  EXPECT_EQ(shorten("ab\u00e9d", 3), "ab\u2026");
}

TEST(SeenCharacters, CollectsEachOnceAndNothingBeyondThePlane) {
  SeenCharacters seen;
  seen.add("abc");
  EXPECT_EQ(seen.version(), 0U);
  seen.add("\u00e9\u4f60\u00e9\U0001F600\xff");
  EXPECT_EQ(seen.version(), 1U);
  EXPECT_THAT(seen.list(), testing::ElementsAre(0xe9, 0x4f60));
  seen.add("\u4f60");
  EXPECT_EQ(seen.version(), 1U);
}

TEST(TimeFormat, SpansHaveUpToThreeDigits) {
  EXPECT_EQ(span(0), "0 \u00b5s");
  EXPECT_EQ(span(999), "999 \u00b5s");
  EXPECT_EQ(span(8'100), "8.1 ms");
  EXPECT_EQ(span(12'310), "12 ms");
  EXPECT_EQ(span(999'499), "999 ms");
  EXPECT_EQ(span(999'500), "1.00 s");
  EXPECT_EQ(span(1'204'511), "1.20 s");
  EXPECT_EQ(span(59'900'000), "59.9 s");
  EXPECT_EQ(span(125'000'000), "2 min 05 s");
  EXPECT_EQ(span(3'720'000'000), "1 h 02 min");
  EXPECT_EQ(span(-8'100), "-8.1 ms");
}

TEST(TimeFormat, TellsTimeThreeWays) {
  const int64_t at = 1'795'343'161'204'511;
  EXPECT_EQ(absolute_time(at), "2026-11-22 10:26:01.204511");
  EXPECT_EQ(clock_time(at), "10:26:01.204511");
  EXPECT_EQ(since_start(at + 1'204'511, at), "1.204511");
  EXPECT_EQ(since_start(at - 500'000, at), "-0.500000");
}

TEST(TimeFormat, CountsAndAmounts) {
  EXPECT_EQ(count(0), "0");
  EXPECT_EQ(count(12'431), "12,431");
  EXPECT_EQ(count(1'000'000), "1,000,000");
  EXPECT_EQ(counted(1, "finding"), "1 finding");
  EXPECT_EQ(counted(3, "finding"), "3 findings");
  EXPECT_EQ(bytes_amount(580), "580 B");
  EXPECT_EQ(bytes_amount(1536), "1.5 KiB");
  EXPECT_EQ(bytes_amount(uint64_t{3} << 30), "3.00 GiB");
}

TEST(HexLines, LookLikeHexdump) {
  const std::string bytes = "<iq type='get'>\n\xe4\xbd\xa0";
  ASSERT_EQ(hex_line_count(bytes), 2U);
  const HexLine first = hex_line(bytes, 0);
  EXPECT_EQ(first.offset, "00000000");
  EXPECT_EQ(first.hex, "3c 69 71 20 74 79 70 65  3d 27 67 65 74 27 3e 0a");
  EXPECT_EQ(first.ascii, "<iq type='get'>\u00b7");
  const HexLine second = hex_line(bytes, 1);
  EXPECT_EQ(second.offset, "00000010");
  EXPECT_EQ(second.hex.substr(0, 9), "e4 bd a0 ");
  EXPECT_EQ(second.hex.size(), first.hex.size()) << "padded, so that the text column stands";
  EXPECT_EQ(hex_line_count(""), 0U);
}

TEST(Kinds, EveryKindHasItsOwnWords) {
  for (int i = 0; i <= static_cast<int>(parser::EventKind::kClosed); ++i) {
    const auto kind = static_cast<parser::EventKind>(i);
    EXPECT_EQ(kind_text(kind).kind, kind) << "the table is in the order of the enum";
    EXPECT_FALSE(kind_text(kind).label.empty());
    EXPECT_FALSE(kind_text(kind).meaning.empty());
  }
}

}  // namespace
}  // namespace viewer
