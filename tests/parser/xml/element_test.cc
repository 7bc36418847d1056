// Look-ups in a tree, and trees written out again.
#include "parser/xml/element.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "parser/xml/parser.h"
#include "parser/xml/serialize.h"
#include "parser/xml/tokenizer.h"

namespace parser::xml {
namespace {

// The element that `text` is, in a stream of jabber:client.
ElementPtr parse(std::string_view text) {
  Parser parser;
  parser.reopen("<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>");
  parser.begin(0);
  Tokenizer tokenizer;
  for (Token token = tokenizer.next(text); token != Token::kMore; token = tokenizer.next(text)) {
    if (token == Token::kStartTag || token == Token::kEndTag || token == Token::kEmptyTag) {
      parser.add_tag({tokenizer.begin(), tokenizer.end(), token == Token::kEmptyTag});
    }
  }
  parser.prepare(0, 0);  // too little: the arena has to grow
  parser.feed(text, 0, text.size());
  return parser.finish();
}

TEST(Element, FindsChildrenByNameAndNamespace) {
  const ElementPtr root = parse("<a>t<b/><c xmlns='urn:c'/><b xmlns='urn:b' n='2'/></a>");
  ASSERT_NE(root, nullptr);
  EXPECT_TRUE(root->is("a", "jabber:client"));
  EXPECT_EQ(root->child_count(), 3u);
  EXPECT_EQ(root->first_child()->local, "b");
  EXPECT_EQ(root->child("b")->ns, "jabber:client");
  EXPECT_EQ(root->child("b", "urn:b")->attribute("n"), "2");
  EXPECT_EQ(root->child("b", "urn:x"), nullptr);
  EXPECT_EQ(root->child_in("urn:c")->local, "c");
  EXPECT_EQ(root->child_in("urn:x"), nullptr);
  EXPECT_EQ(root->child("c")->parent, root.get());
  EXPECT_EQ(root->child("c")->first_child(), nullptr);
  std::vector<std::string_view> names;
  for (const Element& child : root->children()) names.push_back(child.local);
  EXPECT_EQ(names, (std::vector<std::string_view>{"b", "c", "b"}));
}

TEST(Element, FindsAttributesByNameAndNamespace) {
  const ElementPtr root = parse("<a b='1' xml:lang='de' c=''/>");
  ASSERT_NE(root, nullptr);
  EXPECT_EQ(root->attribute("b"), "1");
  EXPECT_EQ(root->attribute("lang"), "");
  EXPECT_EQ(root->attribute("lang", "http://www.w3.org/XML/1998/namespace"), "de");
  EXPECT_NE(root->find_attribute("c"), nullptr);
  EXPECT_EQ(root->find_attribute("d"), nullptr);
}

TEST(Element, TextIsWhatStandsDirectlyInside) {
  const ElementPtr root = parse("<a>one<b>no</b>two</a>");
  ASSERT_NE(root, nullptr);
  EXPECT_EQ(root->text(), "onetwo");
  EXPECT_TRUE(root->has_text());
  EXPECT_FALSE(parse("<a> \n\t<b>x</b></a>")->has_text());
}

TEST(Element, LongTextOfManyPiecesIsOneRun) {
  std::string text;
  std::string expected;
  for (int i = 0; i < 5000; ++i) {
    text += "a&amp;<![CDATA[<]]>";
    expected += "a&<";
  }
  const ElementPtr root = parse("<a>" + text + "</a>");
  ASSERT_NE(root, nullptr);
  EXPECT_EQ(root->text(), expected);
  EXPECT_EQ(root->first_node->next, nullptr);
}

TEST(Serialize, WritesCanonicalEscapes) {
  EXPECT_EQ(
      serialize(*parse("<a b=\"'&quot;&lt;&#9;&#10;\" xmlns:x='urn:x'>&lt;&gt;&amp;'\"&#13;<x:c/></a>")),
      "<a xmlns:x='urn:x' b='&apos;\"&lt;&#9;&#10;'>&lt;&gt;&amp;'\"&#13;<x:c/></a>");
  EXPECT_EQ(escape_text("a<b>\r'"), "a&lt;b&gt;&#13;'");
  EXPECT_EQ(escape_attribute("a\n'"), "a&#10;&apos;");
  EXPECT_EQ(serialize_start_tag(*parse("<a b='1'><c/></a>")), "<a b='1'>");
}

TEST(Serialize, PrettyPrintIndentsChildElements) {
  EXPECT_EQ(pretty_print(*parse("<a b='1'><c><d/></c> \n <e>text</e></a>")),
            "<a b='1'>\n"
            "  <c>\n"
            "    <d/>\n"
            "  </c>\n"
            "  <e>text</e>\n"
            "</a>");
  EXPECT_EQ(pretty_print(*parse("<a><c/></a>"), 4), "<a>\n    <c/>\n</a>");
}

TEST(Serialize, PrettyPrintKeepsMixedContentAsItIs) {
  EXPECT_EQ(pretty_print(*parse("<a><p>one <b>two</b> <i>three</i></p></a>")),
            "<a>\n"
            "  <p>one <b>two</b> <i>three</i></p>\n"
            "</a>");
  EXPECT_EQ(pretty_print(*parse("<a>  </a>")), "<a>  </a>");
}

TEST(Parser, AnErrorLeavesNoElement) {
  EXPECT_EQ(parse("<a><b></a>"), nullptr);
}

TEST(Parser, IsWornByManyNamesAndByALargeElement) {
  Parser parser;
  const std::string_view header = "<stream xmlns='urn:x'>";
  auto feed = [&parser](const std::string& text) {
    parser.begin(0);
    parser.add_tag({0, text.size(), true});
    parser.prepare(text.size(), 1);
    parser.feed(text, 0, text.size());
    EXPECT_NE(parser.finish(), nullptr);
  };
  parser.reopen(header);
  EXPECT_FALSE(parser.worn());
  int names = 0;
  for (; names < 10'000 && !parser.worn(); ++names) feed("<n" + std::to_string(names) + "/>");
  EXPECT_GT(names, 1000);
  EXPECT_LT(names, 10'000);
  parser.reopen(header);
  EXPECT_FALSE(parser.worn());
  feed("<a b='" + std::string(100'000, 'x') + "'/>");
  EXPECT_TRUE(parser.worn());
}

}  // namespace
}  // namespace parser::xml
