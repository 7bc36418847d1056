#include "parser/sasl/mechanism.h"

#include <gtest/gtest.h>

namespace parser::sasl {
namespace {

TEST(MechanismName, SaysFamilyHashAndBinding) {
  struct Case {
    std::string_view name;
    Family family;
    Hash hash;
    bool bound;
    std::string_view type;
  };
  constexpr Case kCases[] = {
      {"PLAIN", Family::kPlain, Hash::kNone, false, ""},
      {"SCRAM-SHA-1", Family::kScram, Hash::kSha1, false, ""},
      {"SCRAM-SHA-256-PLUS", Family::kScram, Hash::kSha256, true, ""},
      {"SCRAM-SHA-512", Family::kScram, Hash::kSha512, false, ""},
      {"SCRAM-SHA3-512-PLUS", Family::kScram, Hash::kSha3, true, ""},
      {"SCRAM-MD5", Family::kScram, Hash::kOther, false, ""},
      {"HT-SHA-256-NONE", Family::kHashedToken, Hash::kSha256, false, ""},
      {"HT-SHA-256-EXPR", Family::kHashedToken, Hash::kSha256, true, "tls-exporter"},
      {"HT-SHA-512-UNIQ", Family::kHashedToken, Hash::kSha512, true, "tls-unique"},
      {"HT-SHA-256-ENDP", Family::kHashedToken, Hash::kSha256, true, "tls-server-end-point"},
      {"HT-SHA-256", Family::kOther, Hash::kNone, false, ""},
      {"EXTERNAL", Family::kExternal, Hash::kNone, false, ""},
      {"GS2-KRB5-PLUS", Family::kGssapi, Hash::kNone, true, ""},
      {"plain", Family::kOther, Hash::kNone, false, ""},
      {"", Family::kOther, Hash::kNone, false, ""},
  };
  for (const Case& c : kCases) {
    const Mechanism mechanism = mechanism_of(c.name);
    EXPECT_EQ(mechanism.family, c.family) << c.name;
    EXPECT_EQ(mechanism.hash, c.hash) << c.name;
    EXPECT_EQ(mechanism.bound, c.bound) << c.name;
    EXPECT_EQ(mechanism.binding_type, c.type) << c.name;
  }
}

TEST(MechanismName, OnlyComparableFamiliesAreRanked) {
  EXPECT_LT(strength(Family::kPlain), strength(Family::kDigestMd5));
  EXPECT_LT(strength(Family::kDigestMd5), strength(Family::kScram));
  for (const Family family : {Family::kExternal, Family::kGssapi, Family::kHashedToken, Family::kOther}) {
    EXPECT_EQ(strength(family), 0);
  }
}

TEST(MechanismName, DigestMd5IsBegunByTheServer) {
  EXPECT_FALSE(client_first(Family::kDigestMd5));
  EXPECT_TRUE(client_first(Family::kScram));
  EXPECT_TRUE(client_first(Family::kExternal));
}

}  // namespace
}  // namespace parser::sasl
