// A session learned step by step: the next element is hidden until it is asked for, and before it there may
// be a question about what must come.
#pragma once

#include <cstddef>
#include <optional>

#include "viewer/model/ladder.h"
#include "viewer/model/quiz.h"

namespace viewer {

class Lesson {
 public:
  Lesson(const CaptureStore& store, const Ladder& ladder) : store_(store), ladder_(ladder) {}

  // Items of the ladder that are shown; what is behind them is hidden.
  size_t shown_items() const;
  size_t step() const;  // rows shown
  size_t steps() const { return ladder_.rows(); }
  bool at_end() const { return step() >= steps(); }

  // Shows the next row and answers it; none at the end.
  std::optional<RowIndex> reveal();
  // Shows everything up to that row, where more was hidden; a session that is not the one of before begins at
  // that row.
  void reveal_to(std::optional<RowIndex> row);
  void start_again();

  // About the step that is hidden; none where there is nothing to ask, or nothing is shown yet.
  const std::optional<Question>& question();
  std::optional<size_t> given() const { return given_; }
  // The first answer counts.
  void answer(size_t which);
  size_t asked() const { return asked_; }  // questions that were answered
  size_t right() const { return right_; }

 private:
  std::optional<size_t> next_item() const;  // the first hidden row

  const CaptureStore& store_;
  const Ladder& ladder_;
  std::optional<RowIndex> last_;  // shown; none: nothing is
  RowIndex question_row_ = kNoRow;
  std::optional<Question> question_;
  std::optional<size_t> given_;
  size_t asked_ = 0;
  size_t right_ = 0;
};

}  // namespace viewer
