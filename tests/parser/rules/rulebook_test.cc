// The gate of the rulebook: every row's two transcripts run through the whole analyzer, in each profile that
// has the rule. A row that passes here is found by its own example and silent on correct traffic.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <ostream>
#include <set>
#include <sstream>
#include <string>

#include "parser/rules/engine.h"
#include "parser/rules/rule.h"
#include "tests/support/transcript_run.h"

namespace parser::rules {
namespace {

using test_support::run_transcript;
using test_support::TranscriptRun;

struct Case {
  const Rule* rule;
  Profile profile;
};

void PrintTo(const Case& value, std::ostream* out) {
  *out << value.rule->id;
}

std::optional<Severity> severity_in(const Rule& rule, Profile profile) {
  return profile == Profile::kRfc3920 ? rule.severities.rfc3920 : rule.severities.rfc6120;
}

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const Rule* rule : all_rules()) {
    for (const Profile profile : {Profile::kRfc3920, Profile::kRfc6120}) all.push_back({rule, profile});
  }
  return all;
}

std::string case_name(const ::testing::TestParamInfo<Case>& info) {
  std::string name(info.param.rule->id);
  std::replace(name.begin(), name.end(), '-', '_');
  return name + (info.param.profile == Profile::kRfc3920 ? "_rfc3920" : "_rfc6120");
}

// Rules about how a peer takes a fault of the other: their examples have to show that fault as well.
bool is_provocation(std::string_view rule, const Finding& finding) {
  return rule == "stanza-undelivered-malformed-to" && finding.rule == "jid-localpart-empty";
}

class RuleExamples : public ::testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(Rulebook, RuleExamples, ::testing::ValuesIn(cases()), case_name);

TEST_P(RuleExamples, ViolationIsFoundWhereItIsAndNothingElse) {
  const auto [rule, profile] = GetParam();
  const TranscriptRun run = run_transcript(rule->violating, profile);
  ASSERT_EQ(run.error, "");
  const std::vector<Finding> found = run.of(rule->id);
  const std::optional<Severity> severity = severity_in(*rule, profile);
  if (!severity) {
    EXPECT_TRUE(found.empty()) << run.describe();
    return;
  }
  ASSERT_EQ(found.size(), 1U) << run.describe();
  EXPECT_EQ(found[0].severity, *severity);
  EXPECT_EQ(found[0].citation, rule->citation);
  EXPECT_FALSE(found[0].message.empty());
  EXPECT_EQ(found[0].message.back(), '.') << found[0].message;
  if (rule->who == Who::kClient) {
    EXPECT_EQ(found[0].offender, Direction::kC2S);
  }
  if (rule->who == Who::kServer) {
    EXPECT_EQ(found[0].offender, Direction::kS2C);
  }
  for (const Finding& finding : run.findings) {
    if (finding.rule != rule->id && !is_provocation(rule->id, finding)) {
      EXPECT_LT(finding.severity, Severity::kWarning) << run.describe();
    }
  }
  // The bytes lie inside an element that the offender sent.
  EXPECT_FALSE(found[0].range.empty());
  EXPECT_TRUE(std::any_of(run.events.begin(), run.events.end(),
                          [&](const StreamEvent& event) {
                            return is_element(event.kind) && event.direction == found[0].offender &&
                                   event.range.contains(found[0].range);
                          }))
      << found[0].range.begin << ".." << found[0].range.end;
  if (found[0].frame != 0) {
    EXPECT_TRUE(std::any_of(run.events.begin(), run.events.end(),
                            [&](const StreamEvent& event) { return event.frame == found[0].frame; }));
  }
}

TEST_P(RuleExamples, ConformingTrafficIsSilent) {
  const auto [rule, profile] = GetParam();
  const TranscriptRun run = run_transcript(rule->conforming, profile);
  ASSERT_EQ(run.error, "");
  EXPECT_THAT(run.fired(Severity::kWarning), ::testing::IsEmpty()) << run.describe();
  EXPECT_TRUE(run.of(rule->id).empty()) << run.describe();
}

TEST_P(RuleExamples, FindingsDoNotDependOnHowTheBytesAreCut) {
  const auto [rule, profile] = GetParam();
  if (rule->violating.find("${repeat") != std::string_view::npos) {
    EXPECT_EQ(run_transcript(rule->violating, profile, 1000).findings,
              run_transcript(rule->violating, profile).findings);
    return;
  }
  EXPECT_EQ(run_transcript(rule->violating, profile, 1).findings,
            run_transcript(rule->violating, profile).findings);
  EXPECT_EQ(run_transcript(rule->conforming, profile, 1).findings,
            run_transcript(rule->conforming, profile).findings);
}

TEST(Rulebook, IdsAreUniqueAndKebabCase) {
  std::set<std::string_view> ids;
  for (const Rule* rule : all_rules()) {
    EXPECT_TRUE(ids.insert(rule->id).second) << rule->id;
    for (const char c : rule->id) {
      EXPECT_TRUE(std::islower(static_cast<unsigned char>(c)) != 0 ||
                  std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '-')
          << rule->id;
    }
    EXPECT_EQ(find_rule(rule->id), rule);
  }
  EXPECT_EQ(find_rule("no-such-rule"), nullptr);
}

TEST(Rulebook, EveryRowIsComplete) {
  for (const Rule* rule : all_rules()) {
    SCOPED_TRACE(rule->id);
    EXPECT_GE(rule->tier, 1);
    EXPECT_LE(rule->tier, 3);
    EXPECT_TRUE(rule->severities.rfc3920 || rule->severities.rfc6120);
    EXPECT_TRUE(rule->citation.starts_with("RFC ") || rule->citation.starts_with("XEP-")) << rule->citation;
    EXPECT_NE(rule->citation.find("§"), std::string_view::npos) << rule->citation;
    EXPECT_GE(rule->explanation.size(), 120U);
    EXPECT_GE(std::count(rule->explanation.begin(), rule->explanation.end(), '.'), 2) << "a few sentences";
    EXPECT_FALSE(rule->violating.empty());
    EXPECT_FALSE(rule->conforming.empty());
    EXPECT_NE(rule->kinds, 0U);
    EXPECT_NE(rule->check, nullptr);
  }
}

TEST(Rulebook, WhatIsLeftOutHasAReasonAndIsNotInTheBook) {
  std::set<std::string_view> ids;
  for (const LeftOut& rule : all_left_out()) {
    EXPECT_TRUE(ids.insert(rule.id).second) << rule.id;
    EXPECT_EQ(find_rule(rule.id), nullptr) << rule.id;
    EXPECT_GE(rule.reason.size(), 30U) << rule.id;
    EXPECT_EQ(rule.reason.back(), '.') << rule.id;
  }
}

TEST(Rulebook, RulesStandInTheOrderOfTheirLayers) {
  const auto rules = all_rules();
  EXPECT_TRUE(std::is_sorted(rules.begin(), rules.end(),
                             [](const Rule* a, const Rule* b) { return a->layer < b->layer; }));
}

// Nothing is forgotten: whatever the catalogue lists is judged, or it says why it cannot be.
TEST(Rulebook, AnswersForEveryRuleOfTheCatalogue) {
  std::ifstream catalogue(STANZASCOPE_SOURCE_DIR "/tests/parser/rules/catalogue.txt");
  size_t entries = 0;
  for (std::string line; std::getline(catalogue, line);) {
    if (line.starts_with('#')) continue;
    std::istringstream fields(line);
    std::string layer;
    int tier = 0;
    std::string id;
    ASSERT_TRUE(fields >> layer >> tier >> id) << line;
    ++entries;
    const Rule* rule = find_rule(id);
    const bool left_out = std::any_of(all_left_out().begin(), all_left_out().end(),
                                      [&](const LeftOut& one) { return one.id == id; });
    EXPECT_TRUE(rule != nullptr || left_out) << line << ": neither judged nor left out with a reason";
    EXPECT_FALSE(left_out && tier == 1) << line << ": tier 1 cannot be left out";
    if (rule != nullptr) {
      EXPECT_EQ(rule->tier, tier) << line;
      EXPECT_EQ(name(rule->layer), layer) << line;
    }
  }
  EXPECT_GE(entries, 498U);
}

}  // namespace
}  // namespace parser::rules
