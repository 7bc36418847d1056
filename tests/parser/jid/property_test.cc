// What holds for any address: preparation is idempotent, the short cut for ASCII changes nothing, comparison
// is what the prepared forms say.
#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>
#include <vector>

#include "parser/jid/code_points.h"
#include "parser/jid/explanation.h"
#include "parser/jid/jid.h"

namespace parser {
namespace {

constexpr std::array kProfiles = {JidProfile::kRfc3920, JidProfile::kRfc7622};

void expect_consistent(const std::string& address) {
  for (const JidProfile profile : kProfiles) {
    const auto quick = Jid::parse(address, profile);
    const auto slow = Jid::parse_by_steps(address, profile, nullptr);
    ASSERT_EQ(quick, slow) << name(profile) << " of " << address;
    ASSERT_EQ(explain_jid(address, profile).outcome, slow) << name(profile) << " of " << address;
    if (const auto* error = std::get_if<JidError>(&quick)) {
      ASSERT_LE(error->offset, address.size()) << address;
      ASSERT_FALSE(error->message.empty()) << address;
      ASSERT_FALSE(error->clause.empty()) << address;
      continue;
    }
    const Jid& jid = std::get<Jid>(quick);
    ASSERT_LE(jid.full().size(), 3071u);
    const auto again = Jid::parse(jid.full(), profile);
    ASSERT_EQ(again, quick) << name(profile) << " of " << address << ", prepared " << jid.full();
    ASSERT_TRUE(same_jid(address, jid.full(), profile)) << address;
  }
}

// Three bytes of ASCII in each place of a label, a local part and a resource, every one of them.
TEST(JidProperties, TheShortCutForAsciiIsTheLongWay) {
  for (int a = 0; a < 128; ++a) {
    for (int b = 0; b < 128; b += a % 16 == 0 ? 1 : 7) {
      const std::string two = {static_cast<char>(a), static_cast<char>(b)};
      expect_consistent(two);
      expect_consistent("x" + two + "@a.example");
      expect_consistent("x" + two + "y.example/r");
      expect_consistent("a.example/" + two);
    }
  }
  for (const size_t size : {62, 63, 64, 1022, 1023, 1024, 3071, 3072}) {
    const std::string a(size, 'a');
    expect_consistent(a + "@b.example");
    expect_consistent("b.example/" + a);
    expect_consistent(a + ".example");
  }
}

TEST(JidProperties, EveryCharacterOfTheBasicPlaneInEveryPartIsJudgedTheSameTwice) {
  for (char32_t c = 0x80; c <= 0xFFFF; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    if (c >= 0x4E10 && c <= 0x9FF0) continue;  // ideographs that differ in nothing here
    if (c >= 0xAC10 && c <= 0xD7A0) continue;
    std::string text;
    append_utf8(c, text);
    expect_consistent("a" + text + "@b.example");
    expect_consistent("b.example/a" + text);
    expect_consistent("a" + text + ".example");
  }
}

TEST(JidProperties, HoldForMixturesOfWhatIsDifficult) {
  const std::vector<std::string> pieces = {
      "a",      "Z",          "1",        "-",      ".",      "@",      "/",      " ",      "xn--",
      "é",      "e\u0301",    "İ",        "ß",      "ς",      "Σ",      "א",      "٣",      "۳",
      "\u200C", "\u200D",     "\u00AD",   "\uFF21", "\uFF20", "\u3002", "\u094D", "क",      "\u1680",
      "Ⅳ",      "♚",          "\u0345",   "\u1FB3", "\u0301", "\u0323", "가",     "\u1100", "\u1161",
      "\uFDFA", "\U0001F600", "l\u00B7l", "\u30FB", "カ",     ":",      "[",      "]",      "\xFF",
      "\xC3",   "%25",        "3ya",      "\u2024", "\u212A"};
  std::mt19937 random(7622);  // the same mixtures in every run
  std::uniform_int_distribution<size_t> piece(0, pieces.size() - 1);
  std::uniform_int_distribution<size_t> length(1, 8);
  for (int i = 0; i < 20'000; ++i) {
    std::string address;
    for (size_t left = length(random); left > 0; --left) address += pieces[piece(random)];
    expect_consistent(address);
  }
}

}  // namespace
}  // namespace parser
