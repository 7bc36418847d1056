// A comparison as a list to walk through: which of its rows are shown, which is selected, what differs in it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "viewer/model/comparer.h"
#include "viewer/model/scroll_window.h"

namespace viewer {

class ComparisonList {
 public:
  // --- what is compared -----------------------------------------------------------------------------------
  const ComparedSide& side(size_t i) const { return sides_[i]; }  // 0 is A, 1 is B
  void set_side(size_t i, ComparedSide side);
  bool any_account() const { return options_.any_account; }
  // Takes the two sessions' own accounts and domains for the same.
  void set_any_account(bool on);
  // Once per frame while it is shown: begins what has to be compared, takes what is done. True: something
  // changed, or is still going on.
  bool update();
  bool busy() const { return comparer_.state() == Comparer::State::kReading; }
  std::string error() const { return comparer_.error(); }
  void wait();

  // --- the list --------------------------------------------------------------------------------------------
  const Comparer::Result* result() const { return result_.get(); }  // null: nothing was compared yet
  bool differences_only() const { return differences_only_; }
  void set_differences_only(bool on);
  size_t size() const { return shown_.size(); }
  const captures::ComparedRow& row(size_t i) const { return result_->comparison.rows[shown_[i]]; }
  bool is_first_difference(size_t i) const { return result_->comparison.first == shown_[i]; }
  // The element of a side in that row; null where it has none.
  const captures::ComparedElement* element(size_t i, size_t side) const;

  std::optional<size_t> selected() const { return selected_; }  // of what is shown
  void select(size_t i);
  void move(int64_t by);
  // To the next difference, or the one before; false where there is none.
  bool move_to_difference(bool forward);
  // The lines of the selected row, what differs marked.
  const std::vector<captures::ComparedLine>& lines();

  ScrollWindow& window() { return window_; }

 private:
  void show();

  Comparer comparer_;
  std::array<ComparedSide, 2> sides_;
  captures::CompareOptions options_;
  bool stale_ = false;
  std::shared_ptr<const Comparer::Result> result_;
  bool differences_only_ = false;
  std::vector<size_t> shown_;  // of the comparison's rows
  std::optional<size_t> selected_;
  std::optional<size_t> lines_of_;
  std::vector<captures::ComparedLine> lines_;
  ScrollWindow window_{24, 24, 24};
};

std::string_view kind_words(captures::ComparedRow::Kind kind);  // "the same", "differs", "only in A", …

}  // namespace viewer
