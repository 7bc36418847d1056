#include "viewer/model/lesson.h"

namespace viewer {

size_t Lesson::shown_items() const {
  if (!last_) return 0;
  const std::optional<size_t> at = ladder_.position(*last_);
  return at ? *at + 1 : 0;
}

size_t Lesson::step() const {
  return ladder_.rows_before(shown_items());
}

std::optional<size_t> Lesson::next_item() const {
  for (size_t i = shown_items(); i < ladder_.size(); ++i) {
    if (ladder_[i].type == LadderItem::Type::kRow) return i;
  }
  return std::nullopt;
}

std::optional<RowIndex> Lesson::reveal() {
  const std::optional<size_t> next = next_item();
  if (!next) return std::nullopt;
  last_ = ladder_[*next].row;
  return last_;
}

void Lesson::reveal_to(std::optional<RowIndex> row) {
  if (last_ && !ladder_.position(*last_)) last_.reset();
  if (!row) return;
  const std::optional<size_t> at = ladder_.position(*row);
  if (at && *at + 1 > shown_items()) last_ = row;
}

void Lesson::start_again() {
  last_.reset();
  asked_ = right_ = 0;
  question_row_ = kNoRow;
}

const std::optional<Question>& Lesson::question() {
  const std::optional<size_t> next = last_ ? next_item() : std::nullopt;
  const RowIndex row = next ? ladder_[*next].row : kNoRow;
  if (row == question_row_) return question_;
  question_row_ = row;
  given_.reset();
  question_.reset();
  if (row != kNoRow) question_ = question_before(store_, row);
  return question_;
}

void Lesson::answer(size_t which) {
  if (!question() || given_ || which >= question_->answers.size()) return;
  given_ = which;
  ++asked_;
  if (which == question_->right) ++right_;
}

}  // namespace viewer
