// The difference is that of a longest common subsequence: with a dozen lines per step the plain table is
// enough.
#include "tests/support/playbook.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

namespace test {

Playbook::~Playbook() {
  if (!ran_) ADD_FAILURE() << "this playbook was never run";
}

void Playbook::step(std::string name, std::function<void()> event, Lines expected) {
  steps_.push_back({std::move(name), std::move(event), std::move(expected)});
}

void Playbook::run() {
  ran_ = true;
  if (steps_.empty()) ADD_FAILURE() << "this playbook has no steps";
  lines_.clear();
  for (const Step& step : steps_) {
    step.event();
    const Lines actual = std::exchange(lines_, {});
    if (actual != step.expected) {
      ADD_FAILURE() << "after \"" << step.name << "\":\n" << diff_lines(step.expected, actual);
      return;
    }
  }
}

std::string diff_lines(const Playbook::Lines& expected, const Playbook::Lines& actual) {
  const size_t rows = expected.size();
  const size_t columns = actual.size();
  std::vector<std::vector<size_t>> common(rows + 1, std::vector<size_t>(columns + 1, 0));
  for (size_t i = rows; i-- > 0;) {
    for (size_t j = columns; j-- > 0;) {
      common[i][j] =
          expected[i] == actual[j] ? common[i + 1][j + 1] + 1 : std::max(common[i + 1][j], common[i][j + 1]);
    }
  }
  std::string text;
  size_t i = 0;
  size_t j = 0;
  while (i < rows || j < columns) {
    if (i < rows && j < columns && expected[i] == actual[j]) {
      text += "  " + expected[i++] + "\n";
      ++j;
    } else if (i < rows && (j == columns || common[i + 1][j] >= common[i][j + 1])) {
      text += "- " + expected[i++] + "\n";
    } else {
      text += "+ " + actual[j++] + "\n";
    }
  }
  return text;
}

}  // namespace test
