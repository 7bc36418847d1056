#include "captures/redact/pseudonyms.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace captures {
namespace {

TEST(Pseudonyms, SameNameSamePseudonymWhateverItsCase) {
  Pseudonyms names(1);
  const std::string small = names.of("romeo");
  const std::string big = names.of("Romeo");
  EXPECT_NE(small, "romeo");
  EXPECT_EQ(small.size(), 5U);
  EXPECT_EQ(small.substr(1), big.substr(1));
  EXPECT_TRUE(big[0] >= 'A' && big[0] <= 'Z') << big;
  EXPECT_EQ(names.of("romeo"), small);
  EXPECT_EQ(names.names(), 1U);
}

TEST(Pseudonyms, ShapeStays) {
  Pseudonyms names(2);
  const std::string made = names.of("Ab-12_é.漢 ✉");
  ASSERT_EQ(made.size(), std::string_view("Ab-12_é.漢 ✉").size());
  EXPECT_EQ(made[2], '-');
  EXPECT_TRUE(made[3] >= '0' && made[3] <= '9');
  EXPECT_EQ(made[5], '_');
  EXPECT_EQ(names.of("…!?"), "…!?");
}

TEST(Pseudonyms, TwoNamesNeverShareOneEvenWhereAllOfAShapeAreGiven) {
  Pseudonyms names(3);
  std::set<std::string> given;
  for (char c = 'a'; c <= 'z'; ++c) EXPECT_TRUE(given.insert(names.of(std::string(1, c))).second);
  EXPECT_EQ(given.size(), 26U);
  for (int i = 0; i < 1000; ++i) {
    const std::string number = std::to_string(1000 + i).substr(1);
    EXPECT_TRUE(given.insert(names.of(number)).second) << number;
  }
}

TEST(Pseudonyms, HashesKeepLookingLikeHashes) {
  Pseudonyms names(4);
  const std::string made = names.of("da39a3ee5e6b4b0d3255bfef95601890afd80709");
  EXPECT_EQ(made.find_first_not_of("0123456789abcdef"), std::string::npos) << made;
}

TEST(Pseudonyms, LongTextsStayTheSameForTheSameText) {
  Pseudonyms names(5);
  const std::string text(5000, 'x');
  const std::string made = names.of(text);
  EXPECT_EQ(made.size(), text.size());
  EXPECT_EQ(names.of(text), made);
  EXPECT_NE(names.of(text + "y").substr(0, 5000), made);
}

TEST(Pseudonyms, WordsToAvoidDoNotComeUp) {
  Pseudonyms names(6, {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"});
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(names.of("nn" + std::string(1, static_cast<char>('m' + i % 14))).find_first_of("abcdefghijkl"),
              std::string::npos);
  }
}

TEST(Pseudonyms, BytesThatAreNoCharacterStay) {
  Pseudonyms names(7);
  const std::string made = names.of("ab\xFFyz");
  EXPECT_EQ(made.size(), 5U);
  EXPECT_EQ(made[2], '\xFF');
  EXPECT_NE(made.substr(0, 2), "ab");
}

TEST(Pseudonyms, AddressesBecomeAddressesOfDocumentation) {
  Pseudonyms names(8);
  EXPECT_EQ(names.of_ip("127.0.0.1"), "127.0.0.1");
  EXPECT_EQ(names.of_ip("::1"), "::1");
  EXPECT_EQ(names.of_ip("10.9.8.7"), "192.0.2.1");
  EXPECT_EQ(names.of_ip("fe80::17"), "2001:db8:0::2");
  EXPECT_EQ(names.of_ip("10.9.8.7"), "192.0.2.1");
  EXPECT_EQ(names.of_ip("no address"), "no address");
  for (int i = 0; i < 300; ++i)
    names.of_ip("10.1." + std::to_string(i / 200) + "." + std::to_string(i % 200));
  EXPECT_TRUE(names.of_ip("10.3.3.3").starts_with("198.18.1."));
}

}  // namespace
}  // namespace captures
