#include "parser/sasl/base64.h"

#include <gtest/gtest.h>

namespace parser::sasl {
namespace {

TEST(Base64Text, TheExamplesOfRfc4648GoBothWays) {
  constexpr std::string_view kPairs[][2] = {{"", ""},
                                            {"f", "Zg=="},
                                            {"fo", "Zm8="},
                                            {"foo", "Zm9v"},
                                            {"foob", "Zm9vYg=="},
                                            {"fooba", "Zm9vYmE="},
                                            {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : kPairs) {
    EXPECT_EQ(encode_base64(bytes), text);
    EXPECT_EQ(decode_base64(text, 100), bytes);
    EXPECT_EQ(judge_base64(text), Base64::kGood) << text;
  }
}

TEST(Base64Text, EachWayOfBeingSloppyHasItsName) {
  EXPECT_EQ(judge_base64("Zm9v\nYmFy"), Base64::kSpaced);
  EXPECT_EQ(judge_base64("Zh=="), Base64::kPadBits);
  EXPECT_EQ(judge_base64("Zm9="), Base64::kPadBits);
  for (const std::string_view bad : {"Zm9", "Z===", "=", "Zg==Zg==", "Zm9v!", "Zm9v====", "Zm_v"}) {
    EXPECT_EQ(judge_base64(bad), Base64::kBad) << bad;
    EXPECT_EQ(decode_base64(bad, 100), std::nullopt) << bad;
  }
}

TEST(Base64Text, DecodesWhatIsForgivable) {
  EXPECT_EQ(decode_base64(" Zm9v\r\n\tYmFy ", 100), "foobar");
  EXPECT_EQ(decode_base64("Zh==", 100), "f");
  EXPECT_EQ(decode_base64("AP8A", 100), std::string("\0\xFF\0", 3));
}

TEST(Base64Text, DecodesNoMoreThanAllowed) {
  EXPECT_EQ(decode_base64("Zm9vYmFy", 6), "foobar");
  EXPECT_EQ(decode_base64("Zm9vYmFy", 5), std::nullopt);
}

TEST(Base64, CanBeLaidOutLikeOther) {
  EXPECT_EQ(encode_base64_like("Zm9vYmFy", "******"), "KioqKioq");
  EXPECT_EQ(encode_base64_like(" Zm9v\r\nYmFy", "******"), " Kioq\r\nKioq");
  EXPECT_EQ(encode_base64_like("Zh==", "*"), "Kh==") << "pad bits stay";
  EXPECT_EQ(encode_base64_like("Zm8=", "**"), "Kio=");
  EXPECT_EQ(encode_base64_like("Zm9vYmFy", "*"), "Kg==") << "another size has a layout of its own";
  EXPECT_EQ(encode_base64_like("", ""), "");
}

}  // namespace
}  // namespace parser::sasl
