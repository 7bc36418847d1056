// Correct traffic that a careless check would blame: one table of such cases per layer, and one test for all.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include "parser/rules/rule.h"

namespace test_support {

struct Hazard {
  std::string_view rule;  // in danger; empty: several
  std::string_view name;  // of the case, in CamelCase
  std::string_view transcript;
  bool softened = false;                            // the rule still speaks, as a note
  std::optional<parser::rules::Profile> only = {};  // in the other profile it is not correct
  std::string_view excused = {};                    // the rule that this breaks on purpose
};

inline void PrintTo(const Hazard& hazard, std::ostream* out) {
  *out << hazard.rule << ": " << hazard.name;
}

using HazardTest = ::testing::TestWithParam<Hazard>;
// The rule and the case. A rule may have several cases.
std::string hazard_name(const ::testing::TestParamInfo<Hazard>& hazard);

// In each profile: the transcript can be played, the rule in danger says nothing (a note where it is
// softened), and no other speaks up instead with a warning or an error.
void expect_silent(const Hazard& hazard);

}  // namespace test_support

// The suite of a file: every case of its table is a test.
#define HAZARDS_STAY_SILENT(suite, table)                                                           \
  class suite : public test_support::HazardTest {};                                                 \
  INSTANTIATE_TEST_SUITE_P(Rulebook, suite, ::testing::ValuesIn(table), test_support::hazard_name); \
  TEST_P(suite, StaySilent) {                                                                       \
    test_support::expect_silent(GetParam());                                                        \
  }
