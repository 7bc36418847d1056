// docs/RULES.md is what the table says.
#include "parser/rules/markdown.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

namespace parser::rules {
namespace {

const std::string kDocument = STANZASCOPE_SOURCE_DIR "/docs/RULES.md";

TEST(RulesDocument, IsWhatTheTablesSay) {
  const std::string expected = markdown(all_rules(), all_left_out());
  if (std::getenv("STANZASCOPE_UPDATE") != nullptr) std::ofstream(kDocument, std::ios::binary) << expected;
  std::ostringstream committed;
  committed << std::ifstream(kDocument, std::ios::binary).rdbuf();
  EXPECT_TRUE(committed.str() == expected)
      << kDocument << " is not up to date. Run: STANZASCOPE_UPDATE=1 build/bin/parser_rules_test "
      << "--gtest_filter='RulesDocument.*'";
}

TEST(RulesMarkdown, ShowsEveryPartOfARule) {
  static constexpr Rule kRule = {
      .id = "sample-rule",
      .tier = 2,
      .layer = Layer::kStanza,
      .severities = {Severity::kNote, Severity::kWarning},
      .who = Who::kServer,
      .citation = "RFC 6120 §8",
      .explanation = "Never send <this/>.",
      .violating = "S: <this/>",
      .conforming = "S: <that/>",
      .kinds = on(EventKind::kNonza),
      .check = [](const Context&, Report&) {},
  };
  const Rule* const rules[] = {&kRule};
  static constexpr LeftOut kLeftOut[] = {{"other-rule", "Nobody sees <it>."}};
  const std::string text = markdown(rules, kLeftOut);
  EXPECT_NE(text.find("1 rules: [stanza](#stanza) 1\n\n## stanza\n\n### sample-rule\n\n"
                      "**warning (RFC 3920: note)** · server · tier 2 · RFC 6120 §8\n\n"
                      "Never send \\<this/>.\n\n"
                      "Found in:\n\n```text\nS: <this/>\n```\n\n"
                      "Silent on:\n\n```text\nS: <that/>\n```\n\n"
                      "## Left out\n\nRules of the catalogue that this book does not judge, and why.\n\n"
                      "- **other-rule**: Nobody sees \\<it>.\n"),
            std::string::npos)
      << text;
}

TEST(RulesMarkdown, SaysWhereARuleDoesNotExist) {
  EXPECT_EQ(describe({Severity::kError, Severity::kError}), "error");
  EXPECT_EQ(describe({std::nullopt, Severity::kError}), "error (RFC 6120 only)");
  EXPECT_EQ(describe({Severity::kNote, std::nullopt}), "note (RFC 3920 only)");
}

}  // namespace
}  // namespace parser::rules
