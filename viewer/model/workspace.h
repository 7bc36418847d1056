// All that one viewer window knows: the capture, what of it is shown, what is selected, what follows. The
// panels draw this and call its commands; they hold no state of their own that matters.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "viewer/model/capture_store.h"
#include "viewer/model/comparison_list.h"
#include "viewer/model/copy_rows.h"
#include "viewer/model/detail.h"
#include "viewer/model/findings_list.h"
#include "viewer/model/jid_lens.h"
#include "viewer/model/ladder.h"
#include "viewer/model/lesson.h"
#include "viewer/model/loader.h"
#include "viewer/model/notes.h"
#include "viewer/model/overview.h"
#include "viewer/model/row_filter.h"
#include "viewer/model/row_order.h"
#include "viewer/model/row_summary.h"
#include "viewer/model/session_list.h"
#include "viewer/model/statistics.h"
#include "viewer/model/window_view.h"

namespace viewer {

// How the table's first column tells the time.
enum class TimeMode : uint8_t { kSinceStart, kAbsolute };
// What the element panel shows.
enum class ElementView : uint8_t { kXml, kTree, kBytes, kRaw, kDecoded };
// What stands beside the element.
enum class SideView : uint8_t { kExplanation, kFindings, kLens };

// One selection, seen by every panel.
struct Selection {
  std::optional<RowIndex> row;
  std::optional<size_t> finding;           // of the store's findings; belongs to `row`
  std::optional<parser::ByteRange> range;  // in the row's bytes: a node, a line or a finding
};

// A search for text in what is shown, from the selected row on; goes round the end.
struct FindState {
  std::string text;  // empty: no search
  bool forward = true;
  bool searching = false;
  bool found = false;
  size_t at = 0;    // position in the view that is looked at next
  size_t left = 0;  // rows still to look at
};

struct FilterFault {
  std::string expression;  // as typed
  parser::filter::Error error;
};

class Workspace {
 public:
  explicit Workspace(const StoreLimits& limits = {});
  ~Workspace();
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  // Begins to read a capture; once per Workspace. Rows appear while it loads.
  void open(const std::string& path, bool follow);
  const std::string& path() const { return path_; }
  CaptureStore& store() { return store_; }
  const CaptureStore& store() const { return store_; }
  Loader* loader() { return loader_.get(); }
  Loader::Status status() const;
  // Follow mode that does not come from a file (tests, and what feeds the store itself).
  bool live() const;

  // Once per frame: takes what the filter judged, searches while `more_time()` answers true, follows the end,
  // measures the rate. `seconds` is a steady clock's. True when something changed that is worth another
  // frame.
  bool update(double seconds, const std::function<bool()>& more_time);

  // Waits until every row that was read is judged. Not in a window: for pictures, dumps and tests.
  void finish_filtering();

  // --- what is shown ----------------------------------------------------------------------------------
  const RowFilter& view() const { return filter_; }
  // Takes a filter, or keeps the old one and sets fault().
  bool set_filter(std::string_view expression);
  const std::optional<FilterFault>& fault() const { return fault_; }
  void show_connection(std::optional<uint32_t> connection);
  void show_session(std::optional<parser::ConnectionId> session);  // all connections of it
  const SessionList& sessions() const { return sessions_; }
  void show_time_range(std::optional<TimeRange> range);
  // The rows of the table, in its order: those of view(), sorted or not.
  void set_sort(std::optional<Sort> sort);
  const RowOrder& order() const { return order_; }
  RowIndex shown(size_t position) const { return order_.at(filter_, position); }
  std::optional<size_t> position_of(RowIndex row) const { return order_.position_of(filter_, row); }
  WindowView window_view() const { return window_view_; }
  void set_window_view(WindowView view) { window_view_ = view; }
  TimeMode time_mode() const { return time_mode_; }
  void set_time_mode(TimeMode mode) { time_mode_ = mode; }
  ElementView element_view() const { return element_view_; }
  void set_element_view(ElementView view) { element_view_ = view; }
  SideView side_view() const { return side_view_; }
  void set_side_view(SideView view);  // the findings begin with one of the selected row
  // The address under the lens; null: none was looked at.
  const JidLens* lens() const { return lens_ ? &*lens_ : nullptr; }
  void look_at(std::string_view address);  // and shows the lens
  FindingsList& findings_list() { return findings_list_; }
  int64_t start_us() const;  // of the first row

  // --- selection and movement ---------------------------------------------------------------------------
  const Selection& selection() const { return selection_; }
  void select_row(RowIndex row);
  void select_range(std::optional<parser::ByteRange> range) { selection_.range = range; }
  void select_finding(size_t finding);
  void clear_selection();
  // Several rows at once: adds a row or takes it out; adds all from the selected row to this one.
  void pick(RowIndex row);
  void pick_to(RowIndex row);
  void pick_all();  // that are shown, as far as kMostCopied
  bool picked(RowIndex row) const { return picked_.contains(row); }
  // What is picked, or the selected row where nothing is; ascending.
  std::vector<RowIndex> picked_rows() const;
  std::string copy(CopyForm form);
  void move(int64_t rows);  // in the view; selects the nearest row where nothing is selected
  void move_to_first();
  void move_to_last();
  // The next (or previous) shown row with a finding; false where there is none.
  bool move_to_finding(bool forward);
  // The next one that is so grave, from the first on behind the last; false where no shown row has any.
  bool move_to_next(parser::Severity severity);
  // From a request to its answer and back; false where the selected row has no partner.
  bool move_to_partner();
  // Looks for text (ASCII letters of either case) in bytes and summaries; goes on in update().
  // `stay`: the selected row may be the one, as while the text is still being typed.
  void find(std::string_view text, bool forward, bool stay = false);
  const FindState& find_state() const { return find_; }
  // Scrolls the selected row into sight.
  void reveal_selection();
  // The row that must be scrolled into sight, once.
  std::optional<size_t> take_scroll_target() { return std::exchange(scroll_target_, std::nullopt); }

  // --- notes ----------------------------------------------------------------------------------------------
  const Notes& notes() const { return notes_; }
  const std::string* note_of(RowIndex row) const { return notes_.find(store_.row(row).frame); }
  void toggle_mark();                   // on the picked rows
  void comment(std::string_view text);  // on the selected row; empty: takes it away
  bool move_to_note(bool forward);      // false where no other row has one
  void save_notes();                    // into the capture; message() tells how it went
  // Why notes cannot be saved in what is open; "" where they can.
  std::string notes_obstacle() const;

  // A sentence about what was just done, for the status line; empty: none. Errors stay until the next one.
  const std::string& message() const { return message_; }
  bool message_is_error() const { return message_is_error_; }
  void say(std::string message, bool error = false);

  // --- following ----------------------------------------------------------------------------------------
  bool following() const { return following_; }
  void set_following(bool on);
  // Rows at the end that the reader has not seen since he scrolled up; the table reports what it shows.
  void note_last_shown(size_t position);
  size_t new_below() const;
  double rate() const { return rate_; }  // rows per second over the last seconds

  // --- the views beside the table
  // ---------------------------------------------------------------------------
  Ladder& ladder() { return ladder_; }
  const Ladder& ladder() const { return ladder_; }
  Lesson& lesson() { return lesson_; }
  ComparisonList& comparison() { return comparison_; }
  const Overview& overview() const { return overview_; }
  Statistics& statistics() { return statistics_; }
  const Statistics& statistics() const { return statistics_; }

  // --- detail -------------------------------------------------------------------------------------------
  const Detail& detail();  // of the selected row; .row == kNoRow where none is
  // Which characters can be drawn; `version` changes when the answer does.
  void set_drawable(Drawable drawable, uint64_t version);
  const Drawable& drawable() const { return drawable_; }

  // The line that says what a row is; valid until the next call.
  std::string_view summary(RowIndex row) const { return summaries_.of(row); }

  // Title and lines for a table with no rows; empty title: there are rows.
  struct EmptyText {
    std::string title;
    std::vector<std::string> lines;
  };
  EmptyText empty_text() const;

 private:
  void select_position(size_t position);
  bool update_comparison();
  void choose_ladder_session();
  bool update_whole_view(const std::function<bool()>& more_time);
  bool find_step(size_t most);

  CaptureStore store_;
  std::unique_ptr<Loader> loader_;
  std::string path_;
  bool follow_file_ = false;
  RowFilter filter_;
  std::optional<FilterFault> fault_;
  Ladder ladder_;
  Lesson lesson_;
  ComparisonList comparison_;
  Overview overview_;
  Statistics statistics_;
  RowOrder order_;
  Reparser reparser_;
  mutable Summaries summaries_;  // what is kept of them is no state
  SessionList sessions_;
  FindingsList findings_list_;
  Selection selection_;
  std::set<RowIndex> picked_;
  Notes notes_;
  bool notes_taken_ = false;
  std::string message_;
  bool message_is_error_ = false;
  FindState find_;
  Detail detail_;
  Drawable drawable_;
  uint64_t drawable_version_ = 0;
  uint64_t detail_version_ = 0;
  bool detail_answered_ = false;
  std::optional<size_t> scroll_target_;
  TimeMode time_mode_ = TimeMode::kSinceStart;
  ElementView element_view_ = ElementView::kXml;
  SideView side_view_ = SideView::kExplanation;
  std::optional<JidLens> lens_;
  WindowView window_view_ = WindowView::kTable;
  bool following_ = false;
  size_t last_shown_ = 0;
  size_t rows_before_ = 0;
  size_t shown_before_ = 0;
  std::deque<std::pair<double, size_t>> history_;  // rows by time, for the rate
  double rate_ = 0;
};

}  // namespace viewer
