// What PlainParser takes is what libxml2 takes, and the trees are the same; what it must not take is
// declined.
#include "parser/xml/plain_parser.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "parser/stream/stream_reader.h"
#include "tests/support/plain_difference.h"

namespace {

using test::compare_plain;
using test::compare_plain_header;

const std::vector<std::string>& plain_elements() {
  static const std::vector<std::string> elements = {
      "<a/>",
      "<a></a >",
      "<a b='1' c=\"it's\"/>",
      "<a\tb='1'\r\n c='2' />",
      "<message from='romeo@example.net/orchard' type='chat' xml:lang='de'><body>Wherefore &amp; &lt;why&gt; "
      "&apos;&quot;</body><active xmlns='http://jabber.org/protocol/chatstates'/></message>",
      "<a b='&lt;&amp;&gt;&apos;&quot;' c='&amp;&amp;'>&amp;&lt;</a>",
      "<stream:features><x:a xmlns:x='urn:x' x:b='1' b='2'><x:c/><d xmlns='urn:d'><x:e/><f/></d></x:a>"
      "</stream:features>",
      "<db:result from='a' to='b'>key</db:result>",
      "<a xmlns:x='urn:1'><b xmlns:x='urn:2' x:c=''/><x:d/></a>",
      "<a xmlns='urn:1' xmlns:y='urn:1' y:b='1' b='2'><y:c/></a>",
      "<a>\xE4\xBD\xA0\xE5\xA5\xBD\xEF\xBC\x8C\xF0\x9F\x98\x80 \xC3\xBC</a>",
      "<a b='\xEF\xBC\x81\xEF\xBF\xBD'>]] ]&gt; ]></a>",
      "<a> <b/>\n\t<c> </c>text<d/></a>",
      "<a b='xmlns'><xmlns/><c x='' y='' z=''/></a>",
      "<_a.b-c1 _='>'>></_a.b-c1>",
      "<a xmlns='relative' xmlns:p='not a uri %%'/>",
      "<a b1='1' b2='2' b3='3' b4='4' b5='5' b6='6' b7='7' b8='8' b9='9' b10='10' b11='11' b12='12' b13='13' "
      "b14='14' b15='15' b16='16'/>",
      "<a><b><c><d><e><f><g/></f></e></d></c></b>" + std::string(3000, 'x') + "</a>",
  };
  return elements;
}

TEST(PlainParser, TakesOrdinaryElementsAndReadsThemAsLibxml2Does) {
  for (const std::string& element : plain_elements()) {
    for (const bool split : {false, true}) {
      const test::PlainVerdict verdict = compare_plain(element, split);
      EXPECT_TRUE(verdict.taken) << element;
      EXPECT_EQ(verdict.difference, "");
    }
  }
}

TEST(PlainParser, AnElementOutlivesTheHeaderWhoseNamespacesItUses) {
  struct Keep : parser::StreamReader::Handler {
    void on_item(const parser::StreamItem& item) override {
      if (item.kind == parser::StreamItem::Kind::kElement) kept.push_back(item.element);
    }
    std::vector<parser::xml::ElementPtr> kept;
  } keep;
  {
    parser::StreamReader reader;
    reader.feed(
        "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' "
        "xmlns:db='jabber:server:dialback'>"
        "<stream:features><stream:a/><b/></stream:features><db:result db:x='1'/><message><body/></message>",
        keep);
  }
  ASSERT_EQ(keep.kept.size(), 3U);
  EXPECT_TRUE(keep.kept[0]->is("features", "http://etherx.jabber.org/streams"));
  EXPECT_NE(keep.kept[0]->child("a", "http://etherx.jabber.org/streams"), nullptr);
  EXPECT_NE(keep.kept[0]->child("b", "jabber:client"), nullptr);
  EXPECT_EQ(keep.kept[1]->ns, "jabber:server:dialback");
  EXPECT_EQ(keep.kept[1]->attribute("x", "jabber:server:dialback"), "1");
  EXPECT_NE(keep.kept[2]->child("body", "jabber:client"), nullptr);
}

TEST(PlainParser, DeclinesWhatIsUnusual) {
  for (const std::string_view element :
       {"<\xC3\xA4/>", "<a b='&#65;'/>", "<a>&#65;</a>", "<a><![CDATA[x]]></a>", "<a>\r\n</a>", "<a b='\n'/>",
        "<a b = '1'/>", "<a xmlns=''/>", "<a xmlns:xmlfoo='urn:x'/>",
        "<a b1='1' b2='2' b3='3' b4='4' b5='5' b6='6' b7='7' b8='8' b9='9' b10='10' b11='11' b12='12' "
        "b13='13' "
        "b14='14' b15='15' b16='16' b17='17'/>"}) {
    EXPECT_FALSE(compare_plain(element, false).taken) << element;
  }
}

TEST(PlainParser, DeclinesWhatIsWrong) {
  for (const std::string_view element : {"<a></b>",
                                         "<a><b></a></b>",
                                         "<a b='1' b='2'/>",
                                         "<a b='1'c='2'/>",
                                         "<a b=1/>",
                                         "<a b/>",
                                         "<a 1='1'/>",
                                         "<x:a/>",
                                         "<a x:b='1'/>",
                                         "<a:/>",
                                         "<:a/>",
                                         "<a:b:c/>",
                                         "<a>]]></a>",
                                         "<a>&nbsp;</a>",
                                         "<a>&</a>",
                                         "<a>&amp</a>",
                                         "<a b='&'/>",
                                         "<a b='\x01'/>",
                                         "<a>\x01</a>",
                                         "<a>\xEF\xBF\xBF</a>",
                                         "<a b='\xEF\xBF\xBE'/>",
                                         "<a></a b=''>",
                                         "<a/ >",
                                         "<a xmlns:x=''/>",
                                         "<a xmlns:xml='urn:x'/>",
                                         "<a xmlns:xmlns='urn:x'/>",
                                         "<a xmlns:x='http://www.w3.org/XML/1998/namespace'/>",
                                         "<a xmlns='http://www.w3.org/2000/xmlns/'/>",
                                         "<a xmlns='urn:1' xmlns='urn:2'/>",
                                         "<a xmlns:x='urn:1' xmlns:x='urn:2'/>",
                                         "<xmlns:a/>",
                                         "<xml:a/>",
                                         "<a xmlns:x='urn:1' xmlns:y='urn:1' x:b='' y:b=''/>",
                                         "<a><b xmlns:x='urn:x'/><x:c/></a>",
                                         "<a b='1' / c='2'/>",
                                         "<aa></a>",
                                         "<a></aa>",
                                         "<a \xC2\xA0/>"}) {
    const test::PlainVerdict verdict = compare_plain(element, false);
    // A prefix "xml" on an element is legal; it is none of ours.
    EXPECT_FALSE(verdict.taken) << element;
  }
}

TEST(PlainParser, ReadsHeadersAsLibxml2Does) {
  const std::string header =
      "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='example.com' "
      "id='a&amp;b' xml:lang='en' version='1.0'>";
  const test::PlainVerdict verdict = compare_plain_header(header);
  EXPECT_TRUE(verdict.taken);
  EXPECT_EQ(verdict.difference, "");
  EXPECT_TRUE(
      compare_plain_header("<stream xmlns='http://etherx.jabber.org/streams' b='xmlns xmlns'>").taken);
  EXPECT_FALSE(compare_plain_header("<stream:stream xmlns='jabber:client'>").taken);
}

// Deterministic: the same mutations in each run.
TEST(PlainParser, AgreesWithLibxml2OnMutatedElements) {
  std::mt19937 random(1);
  const std::string_view bytes = "<>/'\"=:& ;#]\r\n\tabxmlns1\xC3\xBC\xEF\xBF";
  const std::vector<std::string> words = {" xmlns='urn:x'",
                                          " xmlns:x='urn:x'",
                                          "x:",
                                          "&amp;",
                                          "&lt;",
                                          "<b/>",
                                          "<b>",
                                          "</b>",
                                          "]]>",
                                          " b='1'",
                                          "xml:",
                                          "</a>"};
  size_t taken = 0;
  for (int round = 0; round < 60'000; ++round) {
    std::string text = plain_elements()[random() % (plain_elements().size() - 1)];
    for (auto edits = 1 + random() % 3; edits > 0; --edits) {
      const size_t at = random() % text.size();
      switch (random() % 4) {
        case 0:
          text[at] = bytes[random() % bytes.size()];
          break;
        case 1:
          text.insert(at, 1, bytes[random() % bytes.size()]);
          break;
        case 2:
          text.erase(at, 1 + random() % 3);
          break;
        default:
          text.insert(at, words[random() % words.size()]);
          break;
      }
      if (text.empty()) text = "<a/>";
    }
    const test::PlainVerdict verdict = compare_plain(text, random() % 2 == 0);
    taken += verdict.taken ? 1 : 0;
    ASSERT_EQ(verdict.difference, "");
  }
  EXPECT_GT(taken, 5000u);
}

}  // namespace
