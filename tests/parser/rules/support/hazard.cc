#include "tests/parser/rules/support/hazard.h"

#include <algorithm>

#include "tests/support/transcript_run.h"

namespace test_support {

using parser::Finding;
using parser::Severity;
using parser::rules::Profile;

std::string hazard_name(const ::testing::TestParamInfo<Hazard>& hazard) {
  std::string name(hazard.param.rule);
  std::replace(name.begin(), name.end(), '-', '_');
  if (!name.empty()) name += '_';
  return name += hazard.param.name;
}

void expect_silent(const Hazard& hazard) {
  if (!hazard.rule.empty()) {
    ASSERT_NE(parser::rules::find_rule(hazard.rule), nullptr) << "there is no rule " << hazard.rule;
  }
  bool spoke = false;
  for (const Profile profile : {Profile::kRfc3920, Profile::kRfc6120}) {
    if (hazard.only.value_or(profile) != profile) continue;
    const TranscriptRun run = run_transcript(hazard.transcript, profile);
    ASSERT_EQ(run.error, "");
    ASSERT_GT(run.events.size(), 2U) << "hardly anything was said";  // it is opened and closed, too
    for (const Finding& finding : run.findings) {
      if (finding.rule == hazard.rule) {
        spoke = true;
        EXPECT_TRUE(hazard.softened && finding.severity == Severity::kNote) << run.describe();
      } else if (finding.severity >= Severity::kWarning) {
        EXPECT_EQ(finding.rule, hazard.excused) << run.describe();
      }
    }
  }
  EXPECT_EQ(spoke, hazard.softened) << "a softened rule still speaks, as a note";
}

}  // namespace test_support
