#include "parser/xml/markup.h"

#include <gtest/gtest.h>

#include <string>

namespace parser::xml {
namespace {

// "kind:bytes" of each piece, one a line.
std::string show(std::string_view bytes) {
  static constexpr const char* kNames[] = {"start", "name", "value", "end", "text", "cdata", "close"};
  std::string out;
  for (const MarkupPiece& piece : markup_of(bytes)) {
    out += std::string(kNames[static_cast<size_t>(piece.kind)]) + ":" +
           std::string(bytes.substr(piece.begin, piece.end - piece.begin)) + "\n";
  }
  return out;
}

TEST(Markup, ListsTagsAttributesAndTextInTheirOrder) {
  EXPECT_EQ(show("<a b='1' c:d = \"x>y\"><e/>t&amp;u<![CDATA[<v>]]></a >"),
            "start:a\nname:b\nvalue:1\nname:c:d\nvalue:x>y\nend:>\nstart:e\nend:/>\ntext:t&amp;u\n"
            "cdata:<v>\nclose:</a >\n");
}

TEST(Markup, TakesStreamHeadersAndFooters) {
  EXPECT_EQ(show("<?xml version='1.0'?>\n<stream:stream to='a'>"),
            "text:\n\nstart:stream:stream\nname:to\nvalue:a\nend:>\n");
  EXPECT_EQ(show("</stream:stream>"), "close:</stream:stream>\n");
}

TEST(Markup, GivesNothingForBytesThatAreNoMarkup) {
  for (const std::string_view broken :
       {"<a b=1/>", "<a b='1/>", "<a", "< a/>", "<![CDATA[x", "<?xml", "</a"}) {
    EXPECT_EQ(show(broken), "") << broken;
  }
}

TEST(WrittenCharacters, ResolveReferencesAndKeepTheirPlace) {
  const auto characters = characters_of("a&lt;&#x1F600;\xC3\xA9&x;");
  ASSERT_EQ(characters.size(), 7U);
  EXPECT_EQ(characters[1].value, U'<');
  EXPECT_TRUE(characters[1].reference);
  EXPECT_EQ(characters[2].value, U'\U0001F600');
  EXPECT_EQ(characters[2].end - characters[2].begin, 9U);
  EXPECT_EQ(characters[3].value, U'é');
  EXPECT_EQ(characters[3].end - characters[3].begin, 2U);
  EXPECT_EQ(characters[4].value, U'&');
  EXPECT_FALSE(characters[4].reference);
}

TEST(WrittenCharacters, TakeBytesThatAreNoCharacterOneByOne) {
  const auto characters = characters_of("\xFF\xE2\x82");
  ASSERT_EQ(characters.size(), 3U);
  EXPECT_EQ(characters[0].value, 0xFFFDU);
  EXPECT_EQ(characters[2].end, 3U);
}

}  // namespace
}  // namespace parser::xml
