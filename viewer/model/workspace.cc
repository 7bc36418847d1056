// The window's logic without the window: commands change the state here, and every panel is a view of it.
#include "viewer/model/workspace.h"

#include <algorithm>

#include "viewer/model/time_format.h"

namespace viewer {

namespace {
constexpr size_t kFindSlice = 256;
constexpr std::chrono::milliseconds kPatience{8};  // for the first rows behind a filter: half a frame
constexpr double kRateSeconds = 3;
}  // namespace

Workspace::Workspace(const StoreLimits& limits)
    : store_(limits),
      filter_(store_),
      ladder_(store_, filter_),
      lesson_(store_, ladder_),
      overview_(store_),
      statistics_(store_, filter_),
      order_(store_),
      reparser_(store_),
      summaries_(store_),
      sessions_(store_),
      findings_list_(store_, sessions_) {
  detail_.row = kNoRow;
}

Workspace::~Workspace() = default;

void Workspace::finish_filtering() {
  while (filter_.take(std::chrono::milliseconds(50))) {
  }
}

void Workspace::open(const std::string& path, bool follow) {
  if (loader_ != nullptr) return;
  path_ = path;
  follow_file_ = follow;
  following_ = follow;
  loader_ = std::make_unique<Loader>(store_);
  loader_->start(path, follow);
}

Loader::Status Workspace::status() const {
  return loader_ == nullptr ? Loader::Status{} : loader_->status();
}

bool Workspace::live() const {
  return follow_file_;
}

bool Workspace::update(double seconds, const std::function<bool()>& more_time) {
  // Since the last update: without a filter all rows are shown as soon as the loader has published them.
  const size_t shown_before = shown_before_;
  const size_t scanned_before = filter_.scanned();
  const auto connections_alone = [&] {
    const auto* alone = filter_.session() ? sessions_.find(*filter_.session()) : nullptr;
    return alone == nullptr ? 0 : alone->connections.size();
  };
  const size_t alone_before = connections_alone();
  sessions_.update();
  // A connection that resumes a session belongs to it with all its rows, also those that were judged before.
  if (connections_alone() != alone_before) filter_.judge_again();
  filter_.take();
  order_.update(filter_);
  while (find_step(kFindSlice)) {
    if (!more_time()) break;
  }
  const size_t rows = store_.rows();
  const bool view_changed = update_whole_view(more_time);
  const bool changed = view_changed || find_.searching || rows != rows_before_ ||
                       filter_.size() != shown_before || filter_.scanned() != scanned_before ||
                       !filter_.complete();
  rows_before_ = rows;

  if (!notes_taken_ && loader_ != nullptr && !loader_->busy()) {
    notes_taken_ = true;
    notes_.take_from_file(loader_->status().marks);
  }
  if (const auto outcome = notes_.take_outcome()) {
    say(outcome->empty() ? counted(notes_.size(), "note") + " saved in " + path_ : *outcome,
        !outcome->empty());
  }

  history_.emplace_back(seconds, rows);
  while (history_.size() > 2 && history_.front().first < seconds - kRateSeconds) history_.pop_front();
  const double span = history_.back().first - history_.front().first;
  rate_ = span > 0.2 ? static_cast<double>(rows - history_.front().second) / span : 0;

  shown_before_ = filter_.size();
  if (following_ && shown_before_ > shown_before) scroll_target_ = shown_before_ - 1;
  // The answer to the selected request came: its panels say so.
  if (selection_.row && !detail_answered_ && store_.answered_by(store_.row(*selection_.row)) != kNoRow) {
    detail_.row = kNoRow;
  }
  return changed;
}

// Two sessions of this capture, to begin with: that of the selection, and another one.
bool Workspace::update_comparison() {
  if (path_.empty()) return false;
  if (comparison_.side(0).path.empty()) {
    const Row& row = store_.row(selection_.row.value_or(0));
    comparison_.set_side(0, {path_, store_.session_id(row)});
  }
  if (comparison_.side(1).path.empty()) comparison_.set_side(1, {path_, 0});
  return comparison_.update();
}

// That of the selection, so that a finding in another one is shown where it happened; unless only one
// session is to be seen.
void Workspace::choose_ladder_session() {
  const auto to_be_seen = [&](const Row& row) {
    if (filter_.connection() && row.connection != *filter_.connection()) return false;
    return !filter_.session() || store_.session_id(row) == *filter_.session();
  };
  if (selection_.row && to_be_seen(store_.row(*selection_.row))) {
    ladder_.show(store_.row(*selection_.row).connection);
  } else if ((filter_.connection() || filter_.session()) && filter_.size() > 0) {
    ladder_.show(store_.row(filter_[0]).connection);
  } else if (!ladder_.connection()) {
    ladder_.show(store_.row(0).connection);
  }
}

// Only what is shown is kept up to date; it catches up when it is opened.
bool Workspace::update_whole_view(const std::function<bool()>& more_time) {
  constexpr size_t kSlice = 4096;
  constexpr size_t kParsedSlice = 512;
  if (store_.rows() == 0) return false;
  // The overview is always in sight.
  bool more = overview_.step(kSlice);
  while (more && more_time()) more = overview_.step(kSlice);
  if (window_view_ == WindowView::kStatistics) {
    const uint64_t before = statistics_.version();
    bool counting = statistics_.step(kParsedSlice);
    while (counting && more_time()) counting = statistics_.step(kParsedSlice);
    return more || counting || statistics_.version() != before;
  }
  if (window_view_ == WindowView::kCompare) return update_comparison() || more;
  if (window_view_ != WindowView::kLadder && window_view_ != WindowView::kLesson) return more;
  choose_ladder_session();
  const size_t before = ladder_.size();
  bool taking = ladder_.step(kSlice);
  while (taking && more_time()) taking = ladder_.step(kSlice);
  if (window_view_ == WindowView::kLesson) lesson_.reveal_to(selection_.row);
  return more || taking || ladder_.size() != before;
}

bool Workspace::set_filter(std::string_view expression) {
  if (auto error = filter_.set_expression(expression)) {
    fault_ = FilterFault{std::string(expression), std::move(*error)};
    return false;
  }
  fault_.reset();
  filter_.take(kPatience);  // the usual capture is filtered in the same frame
  if (selection_.row)
    scroll_target_ = position_of(*selection_.row).value_or(filter_.lower_bound(*selection_.row));
  return true;
}

void Workspace::show_connection(std::optional<uint32_t> connection) {
  filter_.set_session(std::nullopt);
  filter_.set_connection(connection);
  filter_.take(kPatience);
  if (selection_.row)
    scroll_target_ = position_of(*selection_.row).value_or(filter_.lower_bound(*selection_.row));
}

void Workspace::show_time_range(std::optional<TimeRange> range) {
  filter_.set_time_range(range);
  filter_.take(kPatience);
  if (selection_.row)
    scroll_target_ = position_of(*selection_.row).value_or(filter_.lower_bound(*selection_.row));
}

int64_t Workspace::start_us() const {
  return store_.rows() == 0 ? 0 : store_.row(0).time_us;
}

void Workspace::select_row(RowIndex row) {
  if (row >= store_.rows()) return;
  picked_.clear();
  if (selection_.row != row) selection_ = {row, std::nullopt, std::nullopt};
  if (const auto at = position_of(row)) scroll_target_ = at;
  if (row + size_t{1} < store_.rows()) following_ = false;
}

void Workspace::select_finding(size_t finding) {
  if (finding >= store_.findings()) return;
  const FindingEntry& entry = store_.finding(finding);
  select_row(entry.row);
  selection_.finding = finding;
  selection_.range.reset();
  for (const FindingDetail& shown : detail().findings) {
    if (shown.index == finding) selection_.range = shown.range;
  }
}

void Workspace::reveal_selection() {
  if (!selection_.row) return;
  if (const auto at = position_of(*selection_.row)) scroll_target_ = at;
}

void Workspace::clear_selection() {
  selection_ = {};
  picked_.clear();
}

void Workspace::set_sort(std::optional<Sort> sort) {
  order_.set_sort(sort);
  order_.update(filter_);
}

void Workspace::pick(RowIndex row) {
  if (row >= store_.rows()) return;
  if (picked_.empty() && selection_.row) picked_.insert(*selection_.row);
  if (picked_.erase(row) > 0) return;
  if (picked_.size() >= kMostCopied) return;
  selection_ = {row, std::nullopt, std::nullopt};
  picked_.insert(row);
}

void Workspace::pick_to(RowIndex row) {
  const auto from = selection_.row ? position_of(*selection_.row) : std::nullopt;
  const auto to = position_of(row);
  if (!to) return;
  const size_t low = std::min(from.value_or(*to), *to);
  const size_t high = std::min(std::max(from.value_or(*to), *to), low + kMostCopied - 1);
  for (size_t i = low; i <= high; ++i) picked_.insert(shown(i));
}

void Workspace::pick_all() {
  for (size_t i = 0; i < std::min(filter_.size(), kMostCopied); ++i) picked_.insert(filter_[i]);
}

std::vector<RowIndex> Workspace::picked_rows() const {
  if (!picked_.empty()) return {picked_.begin(), picked_.end()};
  if (selection_.row) return {*selection_.row};
  return {};
}

std::string Workspace::copy(CopyForm form) {
  const std::vector<RowIndex> rows = picked_rows();
  std::string text = copy_rows(store_, reparser_, rows, form);
  return text;
}

void Workspace::select_position(size_t position) {
  if (filter_.size() == 0) return;
  select_row(shown(std::min(position, filter_.size() - 1)));
}

void Workspace::move(int64_t rows) {
  if (filter_.size() == 0) return;
  if (!selection_.row) {
    select_position(rows < 0 ? filter_.size() - 1 : 0);
    return;
  }
  const std::optional<size_t> here = position_of(*selection_.row);
  const size_t at = here.value_or(filter_.lower_bound(*selection_.row));
  // From a row that the filter hides, the first step down lands on the row that stands in its place.
  const bool hidden = !here;
  int64_t to = static_cast<int64_t>(at) + rows - (hidden && rows > 0 ? 1 : 0);
  to = std::clamp<int64_t>(to, 0, static_cast<int64_t>(filter_.size()) - 1);
  select_position(static_cast<size_t>(to));
}

void Workspace::move_to_first() {
  select_position(0);
}

void Workspace::move_to_last() {
  if (filter_.size() > 0) select_position(filter_.size() - 1);
}

bool Workspace::move_to_finding(bool forward) {
  const size_t all = store_.findings();
  if (forward) {
    size_t at = selection_.row ? store_.finding_from(*selection_.row + 1) : 0;
    for (; at < all; ++at) {
      const RowIndex row = store_.finding(at).row;
      if (row < store_.rows() && filter_.contains(row)) break;
    }
    if (at >= all) return false;
    select_finding(at);
    return true;
  }
  size_t at = selection_.row ? store_.finding_from(*selection_.row) : all;
  while (at > 0) {
    --at;
    const RowIndex row = store_.finding(at).row;
    if (row >= store_.rows() || !filter_.contains(row)) continue;
    select_finding(store_.finding_from(row));
    return true;
  }
  return false;
}

bool Workspace::move_to_next(parser::Severity severity) {
  const size_t all = store_.findings();
  // Several of one row are walked through, too.
  const size_t from = selection_.finding ? *selection_.finding + 1
                      : selection_.row   ? store_.finding_from(*selection_.row)
                                         : 0;
  for (size_t i = 0; i < all; ++i) {
    const size_t at = (from + i) % all;
    const FindingEntry& finding = store_.finding(at);
    if (finding.severity != severity || finding.row >= store_.rows() || !filter_.contains(finding.row))
      continue;
    select_finding(at);
    return true;
  }
  return false;
}

bool Workspace::move_to_partner() {
  if (!selection_.row) return false;
  const Row& row = store_.row(*selection_.row);
  const RowIndex partner = row.answers != kNoRow ? row.answers : store_.answered_by(row);
  if (partner == kNoRow) return false;
  select_row(partner);
  return true;
}

void Workspace::say(std::string message, bool error) {
  message_ = std::move(message);
  message_is_error_ = error;
}

void Workspace::show_session(std::optional<parser::ConnectionId> session) {
  filter_.set_connection(std::nullopt);
  filter_.set_session(session);
  filter_.take(kPatience);
  reveal_selection();
}

void Workspace::set_side_view(SideView view) {
  side_view_ = view;
  if (view != SideView::kFindings || !selection_.row || selection_.finding) return;
  const Row& row = store_.row(*selection_.row);
  if (row.findings > 0) select_finding(row.first_finding);
}

void Workspace::look_at(std::string_view address) {
  lens_ = look_at_address(address, drawable_);
  side_view_ = SideView::kLens;
}

void Workspace::toggle_mark() {
  for (const RowIndex row : picked_rows()) notes_.mark(store_.row(row).frame);
}

void Workspace::comment(std::string_view text) {
  if (selection_.row) notes_.comment(store_.row(*selection_.row).frame, std::string(text));
}

bool Workspace::move_to_note(bool forward) {
  const uint64_t here = selection_.row ? store_.row(*selection_.row).frame : 0;
  const captures::Marks& all = notes_.all();
  auto note = forward ? all.upper_bound(here) : all.lower_bound(here);
  while (forward ? note != all.end() : note != all.begin()) {
    if (!forward) --note;
    const RowIndex row = store_.row_of_frame(note->first);
    if (row != kNoRow && filter_.contains(row)) {
      select_row(row);
      return true;
    }
    if (forward) ++note;
  }
  return false;
}

std::string Workspace::notes_obstacle() const {
  if (path_.empty()) return "No capture is open.";
  const Loader::State state = status().state;
  if (live()) return "The capture is still being recorded; notes can be saved when the recording has ended.";
  if (state == Loader::State::kLoading) return "The capture is still being read.";
  if (!loader_->writable()) {
    return "Notes can be kept in captures of stanzascope only; `stanzascope import` makes one of this file.";
  }
  return {};
}

void Workspace::save_notes() {
  if (std::string obstacle = notes_obstacle(); !obstacle.empty()) {
    say(std::move(obstacle), true);
    return;
  }
  say("Saving the notes\u2026");
  notes_.save(path_);
}

void Workspace::set_following(bool on) {
  following_ = on;
  if (on && filter_.size() > 0) {
    scroll_target_ = filter_.size() - 1;
    last_shown_ = filter_.size();
  }
}

void Workspace::note_last_shown(size_t position) {
  last_shown_ = std::max(last_shown_, std::min(position + 1, filter_.size()));
  if (filter_.size() < last_shown_) last_shown_ = filter_.size();
}

size_t Workspace::new_below() const {
  if (!live() || following_) return 0;
  return filter_.size() > last_shown_ ? filter_.size() - last_shown_ : 0;
}

const Detail& Workspace::detail() {
  const RowIndex wanted = selection_.row.value_or(kNoRow);
  if (detail_.row == wanted && detail_version_ == drawable_version_) return detail_;
  detail_version_ = drawable_version_;
  if (wanted == kNoRow) {
    detail_ = {};
    return detail_;
  }
  detail_ = make_detail(store_, reparser_, wanted, drawable_);
  detail_answered_ = detail_.answer != kNoRow;
  return detail_;
}

void Workspace::set_drawable(Drawable drawable, uint64_t version) {
  drawable_ = std::move(drawable);
  drawable_version_ = version;
  ladder_.set_drawable(drawable_);
}

}  // namespace viewer
