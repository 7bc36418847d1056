// Lines, columns and marks.
#include "parser/excerpt.h"

#include <gtest/gtest.h>

#include <string>

#include "parser/stream/plain_text.h"

namespace parser {
namespace {

constexpr size_t kWide = 100;

TEST(Excerpt, CountsCharactersNotBytes) {
  const std::string text = "eins\né日本x\n";
  const size_t x = text.find('x');
  const Excerpt excerpt = Excerpts(text).of({x, x + 1}, kWide);
  EXPECT_EQ(excerpt.begin.line, 2U);
  EXPECT_EQ(excerpt.begin.column, 4U);
  EXPECT_EQ(excerpt.end.column, 5U);
  EXPECT_EQ(excerpt.line, "é日本x");
  EXPECT_EQ(excerpt.marks, "     ^");  // the two ideographs are two columns wide each
}

TEST(Excerpt, MarksWideCharactersAsWideAsTheyAre) {
  const std::string text = "a日本b";
  EXPECT_EQ(Excerpts(text).of({1, 7}, kWide).marks, " ^~~~");
}

TEST(Excerpt, TabsAreFourBlanks) {
  const Excerpt excerpt = Excerpts("\t<a/>").of({1, 5}, kWide);
  EXPECT_EQ(excerpt.begin.column, 2U);
  EXPECT_EQ(excerpt.line, "    <a/>");
  EXPECT_EQ(excerpt.marks, "    ^~~~");
}

TEST(Excerpt, ARangeOfSeveralLinesIsMarkedToTheEndOfItsFirst) {
  const Excerpt excerpt = Excerpts("<a>\r\n<b/>\r\n</a>").of({0, 15}, kWide);
  EXPECT_EQ(excerpt.line, "<a>");
  EXPECT_EQ(excerpt.marks, "^~~");
  EXPECT_EQ(excerpt.end.line, 3U);
  EXPECT_EQ(excerpt.end.column, 5U);
}

TEST(Excerpt, AnEmptyRangeIsACaretAndTheEndOfTheTextHasAPlace) {
  EXPECT_EQ(Excerpts("abc").of({1, 1}, kWide).marks, " ^");
  const Excerpt end = Excerpts("abc\n").of({4, 4}, kWide);
  EXPECT_EQ(end.begin.line, 2U);
  EXPECT_EQ(end.line, "");
  EXPECT_EQ(end.marks, "^");
  EXPECT_EQ(Excerpts("abc").of({99, 120}, kWide).marks, "   ^");
  EXPECT_EQ(Excerpts("").of({0, 0}, kWide).marks, "^");
}

TEST(Excerpt, LongLinesAreCutAroundThePlaceAndFitTheWidth) {
  const std::string text = std::string(100'000, 'x') + "<日/>" + std::string(100'000, 'y');
  for (const size_t width : {20U, 21U, 40U, 77U, 300U}) {
    const Excerpt excerpt = Excerpts(text).of({100'000, 100'006}, width);
    EXPECT_LE(columns(excerpt.line), width);
    EXPECT_GE(columns(excerpt.line), width - 3);
    EXPECT_TRUE(excerpt.line.starts_with("…x")) << excerpt.line;
    EXPECT_TRUE(excerpt.line.ends_with("y…")) << excerpt.line;
    const size_t caret = excerpt.marks.find('^');
    EXPECT_EQ(excerpt.marks.substr(caret), "^~~~~");
    EXPECT_EQ(columns(excerpt.line.substr(0, excerpt.line.find('<'))), caret);
  }
}

TEST(Excerpt, APlaceLongerThanTheLineIsCutWithIt) {
  const std::string text(1000, 'x');
  const Excerpt excerpt = Excerpts(text).of({0, 1000}, 50);
  EXPECT_LE(columns(excerpt.line), 50U);
  EXPECT_LE(excerpt.marks.size(), 50U);
  EXPECT_TRUE(excerpt.line.ends_with("…"));
}

TEST(Excerpt, ControlsAndBrokenUtf8CannotReachATerminal) {
  const std::string text = "a\x1b[2J\xff\xe2\x80\xae<b/>";
  const Excerpt excerpt = Excerpts(text).of({text.size() - 4, text.size()}, kWide);
  EXPECT_EQ(excerpt.line.find('\x1b'), std::string::npos);
  EXPECT_EQ(excerpt.line.find('\xff'), std::string::npos);
  EXPECT_NE(excerpt.line.find("\\xff"), std::string::npos);
  EXPECT_EQ(columns(excerpt.line.substr(0, excerpt.line.find('<'))), excerpt.marks.find('^'));
}

TEST(Excerpt, PlacesMayComeInAnyOrder) {
  Excerpts excerpts("a\nbb\nccc");
  EXPECT_EQ(excerpts.of({6, 7}, kWide).begin.line, 3U);
  EXPECT_EQ(excerpts.of({2, 7}, kWide).end.line, 3U);
  EXPECT_EQ(excerpts.of({3, 4}, kWide).begin.line, 2U);
  EXPECT_EQ(excerpts.of({3, 4}, kWide).begin.column, 2U);
  EXPECT_EQ(excerpts.of({0, 1}, kWide).begin.line, 1U);
}

}  // namespace
}  // namespace parser
