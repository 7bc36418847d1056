#include "parser/rules/address_verdict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace parser::rules {
namespace {

using enum AddressRemark;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr auto kOld = JidProfile::kRfc3920;
constexpr auto kNew = JidProfile::kRfc7622;

std::vector<AddressRemark> remarks(std::string_view address, JidProfile profile) {
  std::vector<AddressRemark> all;
  for (const AddressVerdict& verdict : judge_address(address, profile)) all.push_back(verdict.remark);
  return all;
}

TEST(AddressVerdict, OrdinaryAddressesHaveNone) {
  for (const std::string_view address :
       {"example.com", "juliet@example.com", "juliet@example.com/balcony", "example.com/a@b/c",
        "o+tag@sub.example.com/Home 7", "\u00E9t\u00E9@b\u00FCcher.example/\u2665"}) {
    EXPECT_THAT(remarks(address, kNew), IsEmpty()) << address;
  }
  EXPECT_THAT(remarks("juliet@example.com/balcony", kOld), IsEmpty());
}

TEST(AddressVerdict, NamesTheFaultOfEachPart) {
  EXPECT_THAT(remarks("@example.com", kNew), ElementsAre(kLocalEmpty));
  EXPECT_THAT(remarks("a b@example.com", kNew), ElementsAre(kLocalSpace));
  EXPECT_THAT(remarks("a\u00A0b@example.com", kOld).front(), kLocalSpace);
  EXPECT_THAT(remarks("a:b@example.com", kOld), ElementsAre(kLocalForbidden));
  EXPECT_THAT(remarks("a\uFF20b@example.com", kNew), ElementsAre(kSeparator));
  EXPECT_THAT(remarks("a\uFF20b@example.com", kOld), ElementsAre(kLocalForbidden));
  EXPECT_THAT(remarks("a\u00B2@example.com", kNew).front(), kLocalCompatibility);
  EXPECT_THAT(remarks("\u2192@example.com", kNew).front(), kLocalSymbol);
  EXPECT_THAT(remarks("\uFFFE@example.com", kNew).front(), kLocalControl);
  EXPECT_THAT(remarks("juliet@", kNew), ElementsAre(kDomainMissing));
  EXPECT_THAT(remarks("/balcony", kOld), ElementsAre(kDomainMissing));
  EXPECT_THAT(remarks("juliet@a..example", kNew), ElementsAre(kDomainEmptyLabel));
  EXPECT_THAT(remarks("juliet@a-.example", kNew), ElementsAre(kDomainHyphen));
  EXPECT_THAT(remarks("juliet@a_b.example", kNew), ElementsAre(kDomainCharacter));
  EXPECT_THAT(remarks("juliet@xn--zzzzzz.example", kNew), ElementsAre(kDomainALabel));
  EXPECT_THAT(remarks("juliet@2001:db8::1", kNew), ElementsAre(kDomainUnbracketed));
  EXPECT_THAT(remarks("juliet@2001:db8::1", kOld), ElementsAre(kDomainIpAddress));
  EXPECT_THAT(remarks("juliet@example.com/", kNew), ElementsAre(kResourceEmpty));
  EXPECT_THAT(remarks("juliet@example.com/a\u0007", kNew), ElementsAre(kResourceRefused));
}

TEST(AddressVerdict, AtMostOneSaysMalformed) {
  for (const std::string_view address :
       {" @", "a b@c d/\u0001", "xmpp:a b@", "\u00AD@\u00AD/\u00AD", "@/", "//", "@@", "a@b@c/\uE000"}) {
    for (const JidProfile profile : {kOld, kNew}) {
      const auto verdicts = judge_address(address, profile);
      EXPECT_EQ(std::count_if(verdicts.begin(), verdicts.end(),
                              [](const AddressVerdict& verdict) { return verdict.malformed; }),
                1)
          << address;
    }
  }
}

TEST(AddressVerdict, SaysWhereTheGenerationsDiffer) {
  EXPECT_THAT(remarks("\u265A@example.com", kOld), ElementsAre(kGenerationsDiffer));
  EXPECT_THAT(remarks("\u265A@example.com", kNew), ElementsAre(kLocalSymbol, kGenerationsDiffer));
  EXPECT_THAT(remarks("fu\u00DFball@example.com", kOld), ElementsAre(kLocalSharpS));
  EXPECT_THAT(remarks("juliet@example.com/\u2163", kOld), ElementsAre(kResourceNormalisation));
}

TEST(AddressVerdict, MixedScriptsAreShownAndSingleOnesAreNot) {
  EXPECT_THAT(remarks("p\u0430ypal@example.com", kNew), ElementsAre(kConfusable));
  EXPECT_THAT(remarks("\u043C\u0438\u0440@\u043F\u0440\u0438\u043C\u0435\u0440.example", kNew), IsEmpty());
  EXPECT_THAT(remarks("\u540D\u524Dabc@example.com", kNew), IsEmpty())
      << "Han beside Latin is everyday Japanese";
}

TEST(AddressBook, SaysTheSameEachTime) {
  AddressBook book(kNew);
  const std::vector<std::string> addresses = {"a@example.com",
                                              "juliet@",
                                              "Juliet@example.com",
                                              "x",
                                              "juliet@example.com/" + std::string(300, 'r'),
                                              std::string(1024, 'l') + "@example.com"};
  for (int round = 0; round < 3; ++round) {
    for (const std::string& address : addresses) {
      const auto fresh = judge_address(address, kNew);
      const auto& kept = book.verdicts(address);
      ASSERT_EQ(kept.size(), fresh.size()) << address;
      for (size_t i = 0; i < fresh.size(); ++i) EXPECT_EQ(kept[i].text, fresh[i].text);
    }
  }
}

TEST(AddressBook, ForgetsRatherThanGrows) {
  AddressBook book(kNew);
  for (int i = 0; i < 5000; ++i) {
    const std::string address = "user" + std::to_string(i) + "@example.com";
    ASSERT_THAT(book.verdicts(address), IsEmpty());
    ASSERT_EQ(book.verdicts("User" + std::to_string(i) + "@example.com").size(), 1U);
  }
}

}  // namespace
}  // namespace parser::rules
