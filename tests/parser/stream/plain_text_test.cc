#include "parser/stream/plain_text.h"

#include <gtest/gtest.h>

#include <string>

namespace {

using parser::columns;
using parser::plain;

TEST(PlainText, LeavesHarmlessTextAlone) {
  for (const std::string_view text :
       {"", "hello", "Wherefore art thou, Romeo?", "愛してる", "😀 é ß", "👩‍👧"}) {
    EXPECT_EQ(plain(text), text);
  }
}

TEST(PlainText, EscapesWhatMovesCursorsOrReordersText) {
  EXPECT_EQ(plain("a\nb\r\tc"), "a\\nb\\r\\tc");
  EXPECT_EQ(plain("\x1b[31mred\x1b[0m"), "\\x1b[31mred\\x1b[0m");
  EXPECT_EQ(plain(std::string_view("\0\x07\x7f", 3)), "\\x00\\x07\\x7f");
  EXPECT_EQ(plain("\xc2\x9b"
                  "31m"),
            "\\u{9b}31m");  // CSI as one C1 character
  EXPECT_EQ(plain("a\xe2\x80\xae"
                  "b"),
            "a\\u{202e}b");  // right-to-left override
  EXPECT_EQ(plain("\xe2\x80\xa8"), "\\u{2028}");
  EXPECT_EQ(plain("\xff\xc3"), "\\xff\\xc3");
  EXPECT_EQ(plain("\xed\xa0\x80"), "\\xed\\xa0\\x80");  // a surrogate is not UTF-8
}

TEST(PlainText, CutsByColumns) {
  EXPECT_EQ(plain("hello", 5), "hello");
  EXPECT_EQ(plain("hello!", 5), "hell…");
  EXPECT_EQ(plain("愛愛愛", 6), "愛愛愛");
  EXPECT_EQ(plain("愛愛愛", 5), "愛愛…");
  EXPECT_EQ(plain("abc\x1b", 5), "abc…");
  EXPECT_EQ(plain("abc", 0), "");
}

TEST(PlainText, IsBoundedInBytesToo) {
  std::string text = "a";
  for (int i = 0; i < 10000; ++i) text += "\xcc\x81";  // combining accents take no column
  EXPECT_LE(plain(text, 20).size(), 8u * 20u);
}

TEST(PlainText, CountsColumns) {
  EXPECT_EQ(columns("abc"), 3u);
  EXPECT_EQ(columns("愛a"), 3u);
  EXPECT_EQ(columns("e\xcc\x81"), 1u);
  EXPECT_EQ(columns("→ ⇄"), 3u);
}

}  // namespace
