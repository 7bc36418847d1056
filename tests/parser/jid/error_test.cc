// Where errors point, and what they say.
#include <gtest/gtest.h>

#include <string>

#include "parser/jid/jid.h"

namespace parser {
namespace {

constexpr auto kOld = JidProfile::kRfc3920;
constexpr auto kNew = JidProfile::kRfc7622;

JidError refused(std::string_view address, JidProfile profile) {
  const auto outcome = Jid::parse(address, profile);
  const auto* error = std::get_if<JidError>(&outcome);
  EXPECT_NE(error, nullptr) << address << " was accepted";
  return error == nullptr ? JidError() : *error;
}

TEST(JidError, NamesTheCharacterAndItsByteInTheAddressAsWritten) {
  for (const JidProfile profile : {kOld, kNew}) {
    const JidError space = refused("é b@a.example", profile);
    EXPECT_EQ(space.part, JidPart::kLocal);
    EXPECT_EQ(space.code_point, U' ');
    EXPECT_EQ(space.offset, 2u);
    const JidError at = refused("éa\uFF20b@a.example", profile);
    EXPECT_EQ(at.code_point, U'\uFF20');
    EXPECT_EQ(at.offset, 3u);
    const JidError control = refused("é@a.example/a\u0001", profile);
    EXPECT_EQ(control.part, JidPart::kResource);
    EXPECT_EQ(control.code_point, U'\u0001');
    EXPECT_EQ(control.offset, 14u);
    const JidError domain = refused("é@ü.a b", profile);
    EXPECT_EQ(domain.part, JidPart::kDomain);
    EXPECT_EQ(domain.code_point, U' ');
    EXPECT_EQ(domain.offset, 7u);
    const JidError label = refused("juliet@a..b", profile);
    EXPECT_EQ(label.problem, JidProblem::kEmptyLabel);
    EXPECT_EQ(label.code_point, std::nullopt);
    EXPECT_EQ(label.offset, 9u);
  }
}

TEST(JidError, KeepsItsPlaceWhereTheTextBeforeItIsMappedAndComposed) {
  // Decomposed and wide characters before the one at fault, whose preparation is shorter than they are.
  const JidError error = refused("e\u0301\uFF41\u2603@a.example", kNew);
  EXPECT_EQ(error.code_point, U'\u2603');
  EXPECT_EQ(error.offset, 6u);
  EXPECT_EQ(error.clause, "RFC 8264 §9.15");
  EXPECT_EQ(error.message, "U+2603 SNOWMAN is not allowed in a local part (Symbols)");
}

TEST(JidError, CitesTheClauseThatDecided) {
  EXPECT_EQ(refused("henryⅣ@a.example", kNew).clause, "RFC 8264 §9.17");
  EXPECT_EQ(refused("henryⅣ@a.example", kNew).offset, 5u);
  EXPECT_EQ(refused("jul\u00ADiet@a.example", kNew).clause, "RFC 8264 §9.13");
  EXPECT_EQ(refused("o'hara@a.example", kNew).clause, "RFC 7622 §3.3.1");
  EXPECT_EQ(refused("o'hara@a.example", kNew).message,
            "U+0027 APOSTROPHE is not allowed in a local part; XEP-0106 escapes it");
  EXPECT_EQ(refused("a\uFF20b@a.example", kNew).message,
            "U+FF20 FULLWIDTH COMMERCIAL AT becomes U+0040, which is not allowed in a local part");
  EXPECT_EQ(refused("a.example/x\u200Dy", kNew).clause, "RFC 5892 §A.2");
  EXPECT_EQ(refused("a.example/x\u200Dy", kNew).offset, 11u);
  EXPECT_EQ(refused("אa@a.example", kNew).clause, "RFC 5893 §2 rule 2");
  EXPECT_EQ(refused("אa@a.example", kNew).offset, 2u);
  EXPECT_EQ(refused("אa@a.example", kOld).clause, "RFC 3454 §6");
  EXPECT_EQ(refused("אa@a.example", kOld).offset, 2u);
  EXPECT_EQ(refused("אב1@a.example", kOld).offset, 4u);
  EXPECT_EQ(refused("a..example", kNew).clause, "RFC 7622 §3.2");
  EXPECT_EQ(refused("juliet@", kNew).offset, 7u);
  EXPECT_EQ(refused("a.example/", kNew).offset, 10u);
}

TEST(JidError, PointsAtTheFirstByteThatIsNotUtf8) {
  for (const JidProfile profile : {kOld, kNew}) {
    EXPECT_EQ(refused("ab\xC3\x28@a.example", profile).problem, JidProblem::kNotUtf8);
    EXPECT_EQ(refused("ab\xC3\x28@a.example", profile).offset, 2u);
    EXPECT_EQ(refused("ab\xC3\x28@a.example", profile).part, JidPart::kLocal);
    EXPECT_EQ(refused("a@b\xFF.example", profile).part, JidPart::kDomain);
    EXPECT_EQ(refused("a@b.example/\xED\xA0\x80", profile).part, JidPart::kResource);
    EXPECT_EQ(refused("a@b.example/\xED\xA0\x80", profile).offset, 12u);
  }
}

TEST(JidError, PointsAtTheFirstCharacterBeyondTheLimit) {
  const JidError local = refused(std::string(1024, 'a') + "@a.example", kNew);
  EXPECT_EQ(local.offset, 1023u);
  const JidError resource = refused("a.example/" + std::string(1024, 'a'), kOld);
  EXPECT_EQ(resource.offset, 1033u);
}

TEST(JidError, RecognisesWhatSomebodyMeant) {
  const auto says = [](std::string_view address, std::string_view words) {
    for (const JidProfile profile : {kOld, kNew}) {
      EXPECT_NE(refused(address, profile).message.find(words), std::string::npos)
          << refused(address, profile).message;
    }
  };
  says("xmpp:juliet@capulet.example", "this is a URI");
  says("<juliet@capulet.example>", "without angle brackets");
  says(" juliet@capulet.example", "white space around");
  says("juliet@capulet.example:5222", "an address has no port");
  says("juliet@mantua.example@gateway.example", "XEP-0106");
  says("/balcony", "XEP-0029");
  says("a.example/" + std::string(1024, 'a'), "XEP-0029 had 255 bytes");
  EXPECT_NE(refused("a_b.example", kNew).message.find("underscore"), std::string::npos);
  EXPECT_NE(refused("2001:db8::1", kNew).message.find("[2001:db8::1]"), std::string::npos);
}

}  // namespace
}  // namespace parser
