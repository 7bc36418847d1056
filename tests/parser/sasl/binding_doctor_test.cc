// The whole matrix: flag x offer x type.
#include "parser/sasl/binding_doctor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parser::sasl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr BindingOffer kOffers[] = {BindingOffer::kUnknown, BindingOffer::kNone, BindingOffer::kShown,
                                    BindingOffer::kHidden};
constexpr std::string_view kTypes[] = {"tls-unique", "tls-exporter", "tls-server-end-point", "made-up", ""};

TEST(BindingDoctor, EveryFlagAndOfferHasItsVerdict) {
  using V = BindingVerdict;
  struct Row {
    char flag;
    V verdicts[4];  // in the order of kOffers
  };
  constexpr Row kMatrix[] = {
      {'n', {V::kPasses, V::kPasses, V::kPasses, V::kPasses}},
      {'y', {V::kPasses, V::kPasses, V::kDowngradeByClient, V::kDowngradeByProxy}},
      {'p', {V::kOtherChannel, V::kNeverOffered, V::kOtherChannel, V::kFromMemory}},
      {'t', {V::kTokenBound, V::kTokenBound, V::kTokenBound, V::kTokenBound}},
      {0, {V::kPasses, V::kPasses, V::kPasses, V::kPasses}},
  };
  for (const Row& row : kMatrix) {
    for (size_t i = 0; i < 4; ++i) {
      for (const std::string_view type : kTypes) {
        const BindingDiagnosis found = diagnose({.flag = row.flag, .offer = kOffers[i], .type = type});
        EXPECT_EQ(found.verdict, row.verdicts[i]) << row.flag << " " << i << " " << type;
        EXPECT_EQ(found.fails, found.verdict != V::kPasses);
        EXPECT_EQ(found.cause.empty(), !found.fails);
        EXPECT_EQ(found.remedy.empty(), !found.fails);
        if (!found.fails) continue;
        EXPECT_EQ(found.cause.back(), '.');
        EXPECT_EQ(found.remedy.back(), '.');
        EXPECT_LE(found.cause.size() + found.remedy.size(), 395U) << found.cause << " " << found.remedy;
      }
    }
  }
}

TEST(BindingDoctor, NamesTheTypeAndWhatDiffersBetweenTheLegs) {
  for (const char flag : {'p', 't'}) {
    for (const BindingOffer offer : kOffers) {
      const auto of = [&](std::string_view type) {
        return diagnose({.flag = flag, .offer = offer, .type = type});
      };
      EXPECT_THAT(of("tls-exporter").cause, HasSubstr("(tls-exporter)"));
      EXPECT_THAT(of("tls-exporter").cause, HasSubstr("handshakes differ"));
      EXPECT_THAT(of("tls-unique").cause, HasSubstr("handshakes differ"));
      EXPECT_THAT(of("tls-server-end-point").cause, HasSubstr("certificate of its own"));
      if (offer != BindingOffer::kNone || flag == 't') {
        EXPECT_THAT(of("tls-server-end-point").remedy, HasSubstr("the server's own certificate"));
      }
      EXPECT_THAT(of("tls-exporter").remedy, Not(HasSubstr("certificate")));
    }
  }
}

TEST(BindingDoctor, SaysWhichSettingPasses) {
  EXPECT_THAT(diagnose({.flag = 'p', .offer = BindingOffer::kShown, .type = "tls-exporter"}).remedy,
              HasSubstr("Leave out --keep-channel-binding"));
  EXPECT_THAT(diagnose({.flag = 'p', .offer = BindingOffer::kHidden, .type = "tls-exporter"}).remedy,
              HasSubstr("forget"));
  EXPECT_THAT(diagnose({.flag = 'y', .offer = BindingOffer::kHidden}).remedy, HasSubstr("says n"));
  EXPECT_THAT(diagnose({.flag = 't', .offer = BindingOffer::kShown, .type = "tls-exporter"}).remedy,
              HasSubstr("HT-…-NONE"));
}

TEST(BindingDoctor, TheProxysDoingIsSaidToBeTheProxys) {
  const BindingDiagnosis hidden = diagnose({.flag = 'y', .offer = BindingOffer::kHidden});
  EXPECT_TRUE(hidden.proxys_doing);
  EXPECT_THAT(hidden.cause, HasSubstr("the proxy's doing"));
  EXPECT_FALSE(diagnose({.flag = 'y', .offer = BindingOffer::kShown}).proxys_doing);
  EXPECT_FALSE(diagnose({.flag = 'p', .offer = BindingOffer::kNone, .type = "tls-unique"}).proxys_doing);
}

TEST(BindingDoctor, AddsWhatElseIsWrongWithTheType) {
  BindingCase what{.flag = 'p', .offer = BindingOffer::kShown, .type = "tls-unique"};
  EXPECT_THAT(diagnose(what).cause, Not(HasSubstr("TLS 1.3")));
  what.tls13 = true;
  EXPECT_THAT(diagnose(what).cause, HasSubstr("TLS 1.3 has no tls-unique"));
  EXPECT_THAT(diagnose(what).cause, Not(HasSubstr("announce")));
  what.types = BindingTypes::kNotListed;
  EXPECT_THAT(diagnose(what).cause, HasSubstr("does not announce this type"));
  const BindingDiagnosis longest = diagnose({.flag = 'p',
                                             .offer = BindingOffer::kHidden,
                                             .type = "tls-unique",
                                             .types = BindingTypes::kNotListed,
                                             .tls13 = true});
  EXPECT_LE(longest.cause.size() + longest.remedy.size(), 395U);
}

TEST(BindingDoctor, QuotesNoEndlessType) {
  const std::string type(1000, 'x');
  EXPECT_LE(diagnose({.flag = 'p', .offer = BindingOffer::kShown, .type = type}).cause.size(), 300U);
}

}  // namespace
}  // namespace parser::sasl
