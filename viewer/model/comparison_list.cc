#include "viewer/model/comparison_list.h"

#include <algorithm>

namespace viewer {

using captures::ComparedRow;

std::string_view kind_words(ComparedRow::Kind kind) {
  switch (kind) {
    case ComparedRow::Kind::kSame:
      return "the same";
    case ComparedRow::Kind::kChanged:
      return "differs";
    case ComparedRow::Kind::kMoved:
      return "moved";
    case ComparedRow::Kind::kOnlyA:
      return "only in A";
    case ComparedRow::Kind::kOnlyB:
      return "only in B";
  }
  return "";
}

void ComparisonList::set_side(size_t i, ComparedSide side) {
  if (sides_[i] == side) return;
  sides_[i] = std::move(side);
  stale_ = true;
}

void ComparisonList::set_any_account(bool on) {
  if (options_.any_account == on) return;
  options_.any_account = on;
  stale_ = true;
}

bool ComparisonList::update() {
  if (stale_ && !sides_[0].path.empty() && !sides_[1].path.empty()) {
    stale_ = false;
    comparer_.start(sides_, options_);
    return true;
  }
  if (comparer_.state() != Comparer::State::kDone || comparer_.result() == result_) return busy();
  result_ = comparer_.result();
  sides_ = result_->sides;
  show();
  return true;
}

void ComparisonList::wait() {
  update();
  comparer_.wait();
  update();
}

void ComparisonList::show() {
  const std::optional<size_t> was =
      selected_ && *selected_ < shown_.size() ? std::optional(shown_[*selected_]) : std::nullopt;
  shown_.clear();
  selected_.reset();
  lines_of_.reset();
  if (result_ == nullptr) return;
  const auto& rows = result_->comparison.rows;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (differences_only_ && rows[i].kind == ComparedRow::Kind::kSame) continue;
    if (i == was.value_or(result_->comparison.first.value_or(rows.size()))) selected_ = shown_.size();
    shown_.push_back(i);
  }
  if (!selected_) move_to_difference(true);
}

void ComparisonList::set_differences_only(bool on) {
  if (on == differences_only_) return;
  differences_only_ = on;
  show();
}

const captures::ComparedElement* ComparisonList::element(size_t i, size_t side) const {
  const std::optional<size_t>& at = side == 0 ? row(i).a : row(i).b;
  return at ? &result_->compared[side].elements()[*at] : nullptr;
}

void ComparisonList::select(size_t i) {
  if (i < shown_.size()) selected_ = i;
}

void ComparisonList::move(int64_t by) {
  if (shown_.empty()) return;
  const int64_t from = selected_ ? static_cast<int64_t>(*selected_) : by > 0 ? -1 : 1;
  selected_ = static_cast<size_t>(std::clamp<int64_t>(from + by, 0, static_cast<int64_t>(shown_.size()) - 1));
}

bool ComparisonList::move_to_difference(bool forward) {
  const auto size = static_cast<int64_t>(shown_.size());
  int64_t at = selected_ ? static_cast<int64_t>(*selected_) : forward ? -1 : size;
  for (at += forward ? 1 : -1; at >= 0 && at < size; at += forward ? 1 : -1) {
    if (row(static_cast<size_t>(at)).kind == ComparedRow::Kind::kSame) continue;
    selected_ = static_cast<size_t>(at);
    return true;
  }
  return false;
}

const std::vector<captures::ComparedLine>& ComparisonList::lines() {
  if (!selected_) {
    lines_.clear();
  } else if (lines_of_ != shown_[*selected_]) {
    lines_of_ = shown_[*selected_];
    lines_ = captures::compared_lines(result_->compared[0], result_->compared[1], row(*selected_),
                                      result_->options);
  }
  return lines_;
}

}  // namespace viewer
