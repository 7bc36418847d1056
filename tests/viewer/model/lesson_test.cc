// Learning a session step by step: what is hidden, what is asked, and that the state machine's answer is the
// right one.
#include "viewer/model/lesson.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "viewer/model/workspace.h"

namespace viewer {
namespace {

using testing::HasSubstr;

void open_sample(Workspace& w, const std::string& sample) {
  w.open(std::string(STANZASCOPE_SOURCE_DIR) + "/captures/samples/" + sample + ".pcapng", false);
  w.loader()->wait_until_read();
  w.set_window_view(WindowView::kLesson);
  w.update(0, [] { return true; });
}

TEST(Lessons, HideWhatComesNextUntilItIsAskedFor) {
  Workspace w;
  open_sample(w, "prosody-slixmpp");
  Lesson& lesson = w.lesson();
  EXPECT_EQ(lesson.step(), 0U);
  EXPECT_EQ(lesson.shown_items(), 0U);
  EXPECT_GT(lesson.steps(), 20U);
  size_t steps = 0;
  RowIndex before = 0;
  while (const auto row = lesson.reveal()) {
    ++steps;
    EXPECT_EQ(lesson.step(), steps);
    EXPECT_GE(*row, before);
    EXPECT_EQ(w.ladder().position(*row), lesson.shown_items() - 1);
    before = *row;
  }
  EXPECT_EQ(steps, lesson.steps());
  EXPECT_TRUE(lesson.at_end());
  lesson.start_again();
  EXPECT_EQ(lesson.step(), 0U);
}

TEST(Lessons, BeginWhereTheSelectionIs) {
  Workspace w;
  open_sample(w, "prosody-slixmpp");
  const auto row = w.ladder().moved(w.ladder().moved(std::nullopt, 1), 9);
  w.select_row(*row);
  w.update(0, [] { return true; });
  EXPECT_EQ(w.lesson().step(), 10U);
  w.select_row(*w.ladder().moved(std::nullopt, 1));
  w.update(0, [] { return true; });
  EXPECT_EQ(w.lesson().step(), 10U) << "going back hides nothing again";
}

TEST(Lessons, AskWhatMustComeAndKeepTheScore) {
  Workspace w;
  open_sample(w, "prosody-slixmpp");
  Lesson& lesson = w.lesson();
  EXPECT_FALSE(lesson.question()) << "nothing is shown yet";
  size_t questions = 0;
  while (lesson.reveal()) {
    const std::optional<Question>& question = lesson.question();
    if (!question) continue;
    ++questions;
    lesson.answer(99);
    EXPECT_FALSE(lesson.given()) << "there is no such answer";
    const size_t choice = questions == 1 ? (question->right + 1) % question->answers.size() : question->right;
    lesson.answer(choice);
    lesson.answer((choice + 1) % question->answers.size());
    EXPECT_EQ(lesson.given(), choice) << "the first answer counts";
  }
  ASSERT_GE(questions, 8U);
  EXPECT_EQ(lesson.asked(), questions);
  EXPECT_EQ(lesson.right(), questions - 1);
}

TEST(Lessons, TheRightAnswerIsTheStateMachines) {
  Workspace w;
  open_sample(w, "prosody-slixmpp");
  w.select_row(w.store().connection(1).first_row);
  w.update(0, [] { return true; });
  Lesson& lesson = w.lesson();
  std::set<std::string> right;
  while (lesson.reveal()) {
    if (const auto& question = lesson.question()) right.insert(question->answers[question->right]);
  }
  EXPECT_TRUE(right.contains("<proceed/> or <failure/>"));
  EXPECT_TRUE(right.contains("<stream:features/>"));
  EXPECT_TRUE(right.contains("exactly one result or error with the same id"));
  EXPECT_TRUE(right.contains("<response/> or <abort/>"));
}

TEST(Lessons, EveryQuestionOfEverySampleHasOneRightAnswerAmongDifferentOnes) {
  size_t questions = 0;
  for (const auto& entry : std::filesystem::directory_iterator(STANZASCOPE_SOURCE_DIR "/captures/samples")) {
    if (entry.path().extension() != ".pcapng") continue;
    Workspace w;
    open_sample(w, entry.path().stem());
    for (RowIndex row = 0; row < w.store().rows(); ++row) {
      const std::optional<Question> question = question_before(w.store(), row);
      if (!question) continue;
      ++questions;
      SCOPED_TRACE(entry.path().filename().string() + " row " + std::to_string(row));
      EXPECT_FALSE(question->text.empty());
      EXPECT_FALSE(question->explanation.empty());
      ASSERT_GE(question->answers.size(), 3U);
      ASSERT_LE(question->answers.size(), 4U);
      ASSERT_LT(question->right, question->answers.size());
      const std::set<std::string> different(question->answers.begin(), question->answers.end());
      EXPECT_EQ(different.size(), question->answers.size());
      EXPECT_FALSE(question->answers[question->right].empty());
    }
  }
  EXPECT_GT(questions, 200U);
}

TEST(Lessons, AskNothingAboutFactsAndAmidStanzas) {
  Workspace w;
  open_sample(w, "prosody-slixmpp");
  for (RowIndex row = 0; row < w.store().rows(); ++row) {
    if (parser::is_element(w.store().row(row).kind)) continue;
    EXPECT_FALSE(question_before(w.store(), row));
  }
}

}  // namespace
}  // namespace viewer
