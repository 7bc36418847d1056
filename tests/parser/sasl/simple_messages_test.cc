#include "parser/sasl/simple_messages.h"

#include <gtest/gtest.h>

namespace parser::sasl {
namespace {

using namespace std::string_view_literals;

TEST(PlainMessage, HoldsIdentityAndNameAndOnlyTheSizeOfThePassword) {
  const Plain plain = read_plain("romeo@example.com\0juliet\0secret"sv);
  EXPECT_EQ(plain.fault, "");
  EXPECT_EQ(plain.authzid, "romeo@example.com");
  EXPECT_EQ(plain.authcid, "juliet");
  EXPECT_EQ(plain.password_size, 6U);
}

TEST(PlainMessage, SaysWhatIsWrong) {
  for (const std::string_view text : {""sv, "juliet:secret"sv, "\0juliet"sv, "\0\0secret"sv, "\0juliet\0"sv,
                                      "\0juliet\0sec\0ret"sv, "\0jul\xFFiet\0secret"sv}) {
    EXPECT_NE(read_plain(text).fault, "") << text;
  }
}

TEST(OauthBearerMessage, HasItsShape) {
  const OauthBearer good = read_oauth_bearer(
      "n,a=user@example.com,\x01host=example.com\x01"
      "auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\x01\x01"sv);
  EXPECT_EQ(good.fault, "");
  EXPECT_EQ(good.authzid, "user@example.com");
  EXPECT_TRUE(good.token);
  for (const std::string_view text :
       {"auth=x"sv, "n,,"sv, "n,,\x01\x01"sv, "n,,\x01host=x\x01\x01"sv, "n,,\x01nonsense\x01\x01"sv,
        "n,,\x01"
        "auth=x\x01"sv}) {
    EXPECT_NE(read_oauth_bearer(text).fault, "") << text;
  }
}

TEST(HashedTokenMessage, HoldsTheNameAndOnlyTheSizeOfTheToken) {
  const HashedToken token = read_hashed_token("juliet\0HASH"sv);
  EXPECT_EQ(token.fault, "");
  EXPECT_EQ(token.authcid, "juliet");
  EXPECT_EQ(token.token_size, 4U);
  EXPECT_NE(read_hashed_token("juliet").fault, "");
  EXPECT_NE(read_hashed_token("\0HASH"sv).fault, "");
  EXPECT_NE(read_hashed_token("juliet\0"sv).fault, "");
}

}  // namespace
}  // namespace parser::sasl
