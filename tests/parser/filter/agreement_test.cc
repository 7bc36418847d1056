// The same expressions select the same frames as tshark did; tests/cases/filter/ holds what it said.
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "parser/filter/filter.h"
#include "tests/support/recorded_session.h"

namespace {

using parser::filter::Filter;

class TsharkAgreement : public testing::TestWithParam<std::string> {};

TEST_P(TsharkAgreement, SelectsTheSameFrames) {
  const std::string base = "tests/cases/filter/" + GetParam();
  test_support::EventRecorder recorder;
  test_support::analyze_session(test_support::read_source_file(base + ".session"), recorder, 4);

  std::istringstream rows(test_support::read_source_file(base + ".selected"));
  size_t compared = 0;
  for (std::string row; std::getline(rows, row);) {
    if (row.empty() || row.front() == '#') continue;
    const size_t tab = row.find('\t');
    ASSERT_NE(tab, std::string::npos) << row;
    const std::string expression = row.substr(0, tab);
    auto parsed = Filter::parse(expression);
    if (const auto* error = std::get_if<parser::filter::Error>(&parsed)) {
      ADD_FAILURE() << render(expression, *error);
      continue;
    }
    std::string selected;
    for (const parser::StreamEvent& event : recorder.events()) {
      // A keepalive is no XMPP packet to tshark.
      if (!is_element(event.kind) || event.kind == parser::EventKind::kKeepalive) continue;
      if (!std::get<Filter>(parsed).matches(event)) continue;
      selected += (selected.empty() ? "" : " ") + std::to_string(event.frame);
    }
    EXPECT_EQ(selected, row.substr(tab + 1)) << expression;
    ++compared;
  }
  EXPECT_GE(compared, 190u);
}

INSTANTIATE_TEST_SUITE_P(Sessions, TsharkAgreement, testing::Values("login", "payloads"),
                         [](const auto& each) { return each.param; });

}  // namespace
