#include "parser/jid/explanation.h"

#include <gtest/gtest.h>

#include <string>

namespace parser {
namespace {

constexpr auto kOld = JidProfile::kRfc3920;
constexpr auto kNew = JidProfile::kRfc7622;

std::string steps(std::string_view address, JidProfile profile) {
  std::string out;
  for (const JidStep& step : explain_jid(address, profile).steps) {
    if (step.part != JidPart::kLocal) continue;
    if (step.before == step.after && step.passed) continue;
    out +=
        std::string(step.name) + ": " + step.before + " -> " + (step.passed ? step.after : "refused") + "\n";
  }
  return out;
}

TEST(ExplainJid, TellsWhatEachStepDid) {
  EXPECT_EQ(steps("Fußⅳ@a.example", kOld),
            "mapping and case folding: Fußⅳ -> fussⅳ\n"
            "NFKC: fussⅳ -> fussiv\n");
  EXPECT_EQ(steps("\uFF26U\u0308ß@a.example", kNew),
            "width mapping: \uFF26U\u0308ß -> FU\u0308ß\n"
            "lower case: FU\u0308ß -> fu\u0308ß\n"
            "NFC: fu\u0308ß -> füß\n");
  EXPECT_EQ(steps("a b@a.example", kNew), "IdentifierClass: a b -> refused\n");
}

TEST(ExplainJid, StepsLeadFromWhatWasWrittenToThePreparedForm) {
  for (const JidProfile profile : {kOld, kNew}) {
    for (const std::string address :
         {"Juliet@Capulet.Example/Balcony", "MÜLLER@XN--MNCHEN-3YA.example./\uFF41 b", "a@127.0.0.1/x",
          "[::1]/♚", "אב@אב.example/x"}) {
      const JidExplanation explanation = explain_jid(address, profile);
      ASSERT_NE(explanation.jid(), nullptr) << address << ": " << explanation.error()->message;
      const JidSplit split = split_jid(address);
      for (const JidPart part : {JidPart::kLocal, JidPart::kDomain, JidPart::kResource}) {
        std::string now(part == JidPart::kLocal    ? split.local
                        : part == JidPart::kDomain ? split.domain
                                                   : split.resource);
        for (const JidStep& step : explanation.steps) {
          if (step.part != part) continue;
          EXPECT_EQ(step.before, now) << address << ", " << step.name;
          EXPECT_TRUE(step.passed);
          EXPECT_FALSE(step.clause.empty());
          now = step.after;
        }
        const std::string_view expected = part == JidPart::kLocal    ? explanation.jid()->local()
                                          : part == JidPart::kDomain ? explanation.jid()->domain()
                                                                     : explanation.jid()->resource();
        EXPECT_EQ(now, expected) << address;
      }
    }
  }
}

// The steps of stringprep that are shown are a second way to ICU's result; they must not tell another story.
TEST(ExplainJid, StepsOfStringprepComeToWhatIcuSaysForEveryCharacter) {
  size_t compared = 0;
  for (char32_t c = 0xA0; c <= 0x1FFFF; ++c) {
    if ((c >= 0xD800 && c <= 0xDFFF) || (c >= 0x3400 && c <= 0x9FFF) || (c >= 0xAC00 && c <= 0xD7A3))
      continue;
    std::string text;
    append_utf8(c, text);
    const JidExplanation explanation = explain_jid(text + "@a/" + text, kOld);
    std::string local = text;
    std::string resource = text;
    for (const JidStep& step : explanation.steps) {
      if (step.passed && step.part == JidPart::kLocal) local = step.after;
      if (step.passed && step.part == JidPart::kResource) resource = step.after;
    }
    if (explanation.jid() == nullptr) continue;
    ++compared;
    EXPECT_EQ(local, explanation.jid()->local()) << notation(c);
    EXPECT_EQ(resource, explanation.jid()->resource()) << notation(c);
  }
  EXPECT_GT(compared, 50'000u);
}

TEST(ExplainJid, EndsAtTheStepThatRefuses) {
  const JidExplanation explanation = explain_jid("juliet@a_b.example/balcony", kNew);
  ASSERT_NE(explanation.error(), nullptr);
  ASSERT_FALSE(explanation.steps.empty());
  EXPECT_FALSE(explanation.steps.back().passed);
  EXPECT_EQ(explanation.steps.back().part, JidPart::kDomain);
}

TEST(ExplainJid, NotesWhatPassesAndIsWorthKnowing) {
  const auto note = [](std::string_view address, JidProfile profile) {
    const JidExplanation explanation = explain_jid(address, profile);
    return explanation.notes.empty() ? std::string() : explanation.notes.front().message;
  };
  EXPECT_NE(note("\U0001F600@a.example", kOld).find("Unicode 3.2"), std::string::npos);
  EXPECT_NE(note("localhost", kOld).find("two labels"), std::string::npos);
  EXPECT_NE(note("[::1]", kOld).find("brackets"), std::string::npos);
  EXPECT_NE(note("300.1.1.1", kNew).find("no IPv4 address"), std::string::npos);
  EXPECT_EQ(note("juliet@capulet.example", kOld), "");
  EXPECT_EQ(note("juliet@capulet.example", kNew), "");
}

TEST(Disagreements, AreSentencesAboutPartsAndRefusals) {
  const auto told = [](std::string_view address) {
    return disagreements(explain_jid(address, kOld), explain_jid(address, kNew));
  };
  EXPECT_TRUE(told("Juliet@capulet.example/Balcony").empty());
  EXPECT_TRUE(told("a b@capulet.example").empty());  // both refuse it
  ASSERT_EQ(told("fußball@a.example").size(), 1u);
  EXPECT_EQ(told("fußball@a.example")[0],
            "The local part is “fussball” by rfc3920, and “fußball” by rfc7622.");
  ASSERT_EQ(told("♚@a.example").size(), 1u);
  EXPECT_EQ(
      told("♚@a.example")[0],
      "rfc3920 takes the address as “♚@a.example”, rfc7622 refuses the local part: U+265A BLACK CHESS KING "
      "is not allowed in a local part (Symbols) (RFC 8264 §9.15).");
}

TEST(CompareJids, SaysWhy) {
  const auto same = compare_jids("Juliet@Capulet.example", "juliet@capulet.EXAMPLE", kNew);
  EXPECT_TRUE(same.equal);
  EXPECT_EQ(same.reason, "Prepared, both are “juliet@capulet.example”.");
  const auto resource = compare_jids("a.example/X", "a.example/x", kNew);
  EXPECT_FALSE(resource.equal);
  EXPECT_EQ(resource.reason, "The resources differ: “X” and “x”; case counts in resources.");
  EXPECT_EQ(resource.clause, "RFC 8265 §4.2.3");
  EXPECT_TRUE(compare_jids("fussball@a.example", "fußball@a.example", kOld).equal);
  EXPECT_FALSE(compare_jids("fussball@a.example", "fußball@a.example", kNew).equal);
  EXPECT_FALSE(compare_jids("a b@a.example", "a.example", kNew).equal);
  EXPECT_TRUE(compare_jids("a b@a.example", "a b@a.example", kNew).equal);
  EXPECT_EQ(compare_jids("a.example", "x@a.example", kOld).reason, "The local parts differ: none and “x”.");
}

}  // namespace
}  // namespace parser
