#include "parser/jid/alike.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "parser/jid/code_points.h"
#include "parser/jid/jid.h"

namespace parser {
namespace {

TEST(Alike, AsciiLettersAndDigitsStayAmongThemselves) {
  EXPECT_EQ(alike(U'q').size(), 26U);
  EXPECT_EQ(alike(U'q').front(), U'a');
  EXPECT_EQ(alike(U'7').size(), 10U);
}

TEST(Alike, PunctuationMarksAndWhatPreparationChangesHaveNoCompany) {
  for (const char32_t c :
       {U'@', U'/', U' ', U'.', U'\u0301', U'\u00DF', U'\uFF21', U'\u200D', U'\u0378', U'\u00AD'}) {
    EXPECT_TRUE(alike(c).empty()) << static_cast<uint32_t>(c);
  }
}

TEST(Alike, CompanyIsOfTheSameScriptAndSize) {
  for (const char32_t c : {U'é', U'я', U'ש', U'ع', U'漢', U'\U0001F600'}) {
    const auto& company = alike(c);
    EXPECT_GE(company.size(), 5U) << static_cast<uint32_t>(c);
    EXPECT_NE(std::find(company.begin(), company.end(), c), company.end());
    for (const char32_t other : company) EXPECT_EQ(utf8_size(other), utf8_size(c));
  }
}

// What the whole is for: an address is as right or wrong as before, whichever of the company stands in it.
TEST(Alike, ExchangeChangesNothingAboutWhatIsRight) {
  for (const char32_t c : {U'k', U'5', U'é', U'я', U'ש', U'ع', U'漢', U'あ'}) {
    for (const JidProfile profile : {JidProfile::kRfc3920, JidProfile::kRfc7622}) {
      std::string before;
      append_utf8(c, before);
      const bool valid = std::holds_alternative<Jid>(Jid::parse(before + "@example.com/" + before, profile));
      for (const char32_t other : alike(c)) {
        std::string after;
        append_utf8(other, after);
        EXPECT_EQ(std::holds_alternative<Jid>(Jid::parse(after + "@example.com/" + after, profile)), valid)
            << notation(c) << " " << notation(other);
      }
    }
  }
}

}  // namespace
}  // namespace parser
