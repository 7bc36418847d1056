#include "viewer/model/ladder.h"

#include <algorithm>

#include "parser/explanation.h"
#include "viewer/model/kinds.h"
#include "viewer/model/row_summary.h"
#include "viewer/model/time_format.h"

namespace viewer {

namespace {

std::string_view stage_of(const Row& row) {
  // A connection that broke is no goodbye.
  if (row.has(Row::kBrokenOff)) return "broken off";
  return parser::stage(row.kind, row.phase);
}

}  // namespace

Ladder::Ladder(const CaptureStore& store, const RowFilter& view)
    : store_(store), view_(view), reparser_(store) {}

void Ladder::show(uint32_t connection) {
  if (connection_ == connection) return;
  const auto& members = extent_.connections;
  const bool same_session = std::binary_search(members.begin(), members.end(), connection);
  connection_ = connection;
  if (same_session) return;
  extent_ = {};
  restart();
}

void Ladder::restart() {
  items_.clear();
  rows_ = 0;
  scanned_ = 0;
  stage_ = {};
  last_ = kNoRow;
}

// A connection joins a session only when it has resumed it, so this is looked up again as rows arrive. True:
// the session has other connections now.
bool Ladder::look_up_extent() {
  const size_t rows = store_.rows();
  if (rows == extent_rows_ && !extent_.connections.empty()) return false;
  extent_rows_ = rows;
  CaptureStore::SessionExtent now = store_.session_extent(*connection_);
  const bool others = now.connections != extent_.connections;
  extent_ = std::move(now);
  return others;
}

bool Ladder::step(size_t most) {
  if (!connection_) return false;
  const bool others = look_up_extent();
  if (others || generation_ != view_.generation()) {
    generation_ = view_.generation();
    restart();
  }
  // Nothing of it lies outside of its first and last row.
  if (extent_.first_row == kNoRow) return false;
  scanned_ = std::max(scanned_, view_.lower_bound(extent_.first_row));
  const size_t end = std::min(view_.size(), view_.lower_bound(extent_.last_row + 1));
  const auto& members = extent_.connections;
  for (; most > 0 && scanned_ < end; --most, ++scanned_) {
    const RowIndex row = view_[scanned_];
    const uint32_t connection = store_.row(row).connection;
    if (members.size() == 1 ? connection == members.front()
                            : std::binary_search(members.begin(), members.end(), connection)) {
      take(row);
    }
  }
  return scanned_ < end;
}

void Ladder::take(RowIndex index) {
  const Row& row = store_.row(index);
  const std::string_view stage = stage_of(row);
  const auto add = [&](LadderItem::Type type) {
    if (type == LadderItem::Type::kRow) ++rows_;
    items_.push_back({index, static_cast<uint32_t>(rows_), type});
  };
  if (last_ != kNoRow) {
    const Row& before = store_.row(last_);
    if (row.time_us - before.time_us >= kWaitUs) add(LadderItem::Type::kWait);
    if (row.connection != before.connection && row.kind == parser::EventKind::kOpened) {
      add(LadderItem::Type::kConnection);
    }
  }
  if (stage != stage_) add(LadderItem::Type::kStage);
  stage_ = stage;
  last_ = index;
  add(LadderItem::Type::kRow);
}

std::optional<size_t> Ladder::position(RowIndex row) const {
  auto at = std::lower_bound(items_.begin(), items_.end(), row,
                             [](const LadderItem& item, RowIndex wanted) { return item.row < wanted; });
  while (at != items_.end() && at->row == row && at->type != LadderItem::Type::kRow) ++at;
  if (at == items_.end() || at->row != row) return std::nullopt;
  return static_cast<size_t>(at - items_.begin());
}

std::optional<size_t> Ladder::partner(size_t item) const {
  if (items_[item].type != LadderItem::Type::kRow) return std::nullopt;
  const Row& row = store_.row(items_[item].row);
  const RowIndex other = row.answers != kNoRow ? row.answers : store_.answered_by(row);
  return other == kNoRow ? std::nullopt : position(other);
}

std::optional<RowIndex> Ladder::moved(std::optional<RowIndex> from, int64_t by) const {
  if (rows_ == 0) return std::nullopt;
  const std::optional<size_t> start = from ? position(*from) : std::nullopt;
  const bool on = by >= 0;
  // Headings stand above rows, so the last item is a row and the first one may not be.
  size_t at = start ? *start : on ? 0 : items_.size() - 1;
  while (items_[at].type != LadderItem::Type::kRow) ++at;
  if (!start) return items_[at].row;
  size_t found = at;
  for (int64_t left = on ? by : -by; left > 0;) {
    if (on ? at + 1 >= items_.size() : at == 0) break;
    at += on ? 1 : static_cast<size_t>(-1);
    if (items_[at].type != LadderItem::Type::kRow) continue;
    found = at;
    --left;
  }
  return items_[found].row;
}

bool Ladder::negotiates(size_t item) const {
  const std::string_view stage = stage_of(store_.row(items_[item].row));
  return stage == "encryption" || stage == "login";
}

std::string Ladder::heading(size_t item) const {
  const LadderItem& heading = items_[item];
  const Row& row = store_.row(heading.row);
  switch (heading.type) {
    case LadderItem::Type::kStage:
      return capitalised(std::string(stage_of(row)));
    case LadderItem::Type::kWait: {
      size_t above = item;
      while (above > 0 && items_[above].type != LadderItem::Type::kRow) --above;
      return span(row.time_us - store_.row(items_[above].row).time_us) + " of silence";
    }
    case LadderItem::Type::kConnection:
      return "The session goes on over connection " + count(store_.connection(row.connection).id);
    case LadderItem::Type::kRow:
      break;
  }
  return {};
}

const Ladder::Words& Ladder::words(RowIndex row) {
  constexpr size_t kMost = 1024;  // many windows full
  const auto known = words_.find(row);
  if (known != words_.end()) return known->second;
  if (words_.size() >= kMost) words_.clear();
  const auto shown = [&](std::string_view text) { return display_text(text, Lines::kEscape, drawable_); };
  Words words;
  words.kind = shown(kind_label(store_.row(row), store_.text(store_.row(row).type)));
  words.summary = shown(row_summary(store_, reparser_, row));
  words.caption = make_caption(store_, reparser_, row);
  words.caption.what = shown(words.caption.what);
  words.caption.why = shown(words.caption.why);
  words.caption.next = shown(words.caption.next);
  words.caption.brief = shown(words.caption.brief);
  return words_.emplace(row, std::move(words)).first->second;
}

void Ladder::set_drawable(const Drawable& drawable) {
  drawable_ = drawable;
  words_.clear();
}

}  // namespace viewer
