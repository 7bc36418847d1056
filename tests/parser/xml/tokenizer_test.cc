#include "parser/xml/tokenizer.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/chunking.h"

namespace parser::xml {
namespace {

std::string_view caption(Token token) {
  switch (token) {
    case Token::kMore:
      return "more";
    case Token::kText:
      return "text";
    case Token::kStartTag:
      return "start";
    case Token::kEmptyTag:
      return "empty";
    case Token::kEndTag:
      return "end";
    case Token::kComment:
      return "comment";
    case Token::kProcessingInstruction:
      return "instruction";
    case Token::kCdata:
      return "cdata";
    case Token::kDoctype:
      return "doctype";
    case Token::kMalformed:
      return "malformed";
  }
  return "?";
}

// "start(1) <a b='c'>|text t|…": kind, attributes where there are any, bytes. A rest that is no token is left
// out.
std::string tokens(std::string_view input) {
  return test::every_chunking(input, [](const test::Chunks& chunks) {
    Tokenizer tokenizer;
    std::string window;
    std::string out;
    for (std::string_view chunk : chunks) {
      window += chunk;
      while (true) {
        const Token token = tokenizer.next(window);
        if (token == Token::kMore) break;
        out += caption(token);
        if (tokenizer.attributes() > 0) out += '(' + std::to_string(tokenizer.attributes()) + ')';
        out += ' ' + window.substr(tokenizer.begin(), tokenizer.end() - tokenizer.begin()) + '|';
        if (token == Token::kMalformed || token == Token::kDoctype) return out;
      }
    }
    return out;
  });
}

TEST(Tokenizer, TellsTagsFromText) {
  EXPECT_EQ(tokens("<a>one<b/>two</a>three<"), "start <a>|text one|empty <b/>|text two|end </a>|text three|");
}

TEST(Tokenizer, QuotesHideTheEndOfATagAndAreCounted) {
  EXPECT_EQ(tokens("<a b='>' c=\"/>'\" d=''/><e>"), "empty(3) <a b='>' c=\"/>'\" d=''/>|start <e>|");
}

TEST(Tokenizer, QuotesOutsideOfTagsMeanNothing) {
  EXPECT_EQ(tokens("it's<a>\"</a>"), "text it's|start <a>|text \"|end </a>|");
}

TEST(Tokenizer, LongTagsAreFoundPastTheSixteenthByte) {
  const std::string tag =
      "<" + std::string(40, 'n') + " attribute-with-a-long-name='" + std::string(33, '>') + "'>";
  EXPECT_EQ(tokens(tag + "<b/>"), "start(1) " + tag + "|empty <b/>|");
}

TEST(Tokenizer, CommentsInstructionsAndCdataEndWhereTheyMust) {
  EXPECT_EQ(
      tokens("<!----><!--->--><!-- -- > --><?a ? > ?\?><![CDATA[]]]]><![CDATA[<a>]]]>"),
      "comment <!---->|comment <!--->-->|comment <!-- -- > -->|instruction <?a ? > ?\?>|cdata <![CDATA[]]]]>|"
      "cdata <![CDATA[<a>]]]>|");
}

TEST(Tokenizer, ADoctypeIsKnownByItsFirstWord) {
  EXPECT_EQ(tokens("<!DOCTYPE"), "doctype <!DOCTYPE|");
}

TEST(Tokenizer, StopsAtTheFirstByteThatCannotBe) {
  EXPECT_EQ(tokens("<a b='<'>"), "malformed(1) <a b='<|");
  EXPECT_EQ(tokens("</a <b>"), "malformed </a <|");
  EXPECT_EQ(tokens("< a>"), "malformed < |");
  EXPECT_EQ(tokens("<!doctype"), "malformed <!d|");
  EXPECT_EQ(tokens("<![CDATA <"), "malformed <![CDATA |");
  EXPECT_EQ(tokens("<!-x"), "malformed <!-x|");
}

TEST(Tokenizer, NamesOfTags) {
  EXPECT_EQ(tag_name("<a:b c='d'>"), "a:b");
  EXPECT_EQ(tag_name("</a:b >"), "a:b");
  EXPECT_EQ(tag_name("<a/>"), "a");
  EXPECT_EQ(local_part("a:b"), "b");
  EXPECT_EQ(local_part("b"), "b");
}

}  // namespace
}  // namespace parser::xml
