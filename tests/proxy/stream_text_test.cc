#include "proxy/stream_text.h"

#include <gtest/gtest.h>

namespace test {
namespace {

using proxy::ascii_domain;

TEST(AsciiDomain, IsLowerCaseWithoutFinalDot) {
  EXPECT_EQ(ascii_domain("Example.ORG"), "example.org");
  EXPECT_EQ(ascii_domain("example.org."), "example.org");
  EXPECT_EQ(ascii_domain(""), "");
}

TEST(AsciiDomain, IsTheDomainOfAnAddress) {
  EXPECT_EQ(ascii_domain("user@example.org"), "example.org");
  EXPECT_EQ(ascii_domain("user@example.org/a@b"), "example.org");
}

TEST(AsciiDomain, HasALabels) {
  EXPECT_EQ(ascii_domain("m\xC3\xBCnchen.example"), "xn--mnchen-3ya.example");
  EXPECT_EQ(ascii_domain("M\xC3\x9CNCHEN.example"), "xn--mnchen-3ya.example");
  EXPECT_EQ(ascii_domain("\xE4\xBE\x8B\xE5\xAD\x90.example"), "xn--fsqu00a.example");
  EXPECT_EQ(ascii_domain("\xFF\xFE"), "") << "not UTF-8";
}

TEST(AsciiDomain, IsNoLongerThanADomainpart) {
  EXPECT_EQ(ascii_domain(std::string(1023, 'a')).size(), 1023U);
  EXPECT_EQ(ascii_domain(std::string(1024, 'a')), "");
}

TEST(AsciiDomain, KeepsLiterals) {
  EXPECT_EQ(ascii_domain("[::1]"), "::1");
  EXPECT_EQ(ascii_domain("127.0.0.1"), "127.0.0.1");
}

TEST(StreamText, EscapesWhatItIsGiven) {
  EXPECT_EQ(proxy::escape_xml("a<b>&'\"\n\x01"), "a&lt;b&gt;&amp;&apos;\" ?");
  EXPECT_EQ(proxy::stream_error("internal-server-error", "<oops>"),
            "<stream:error><internal-server-error xmlns='urn:ietf:params:xml:ns:xmpp-streams'/><text "
            "xmlns='urn:ietf:params:xml:ns:xmpp-streams' xml:lang='en'>&lt;oops&gt;</text></stream:error>"
            "</stream:stream>");
}

}  // namespace
}  // namespace test
