// A merge sort of row numbers by what the store has at hand of each row; only summaries have to be made.
#include "viewer/model/row_order.h"

#include <algorithm>

#include "viewer/model/kinds.h"
#include "viewer/model/row_summary.h"

namespace viewer {

namespace {

template <typename Key>
void sort_by(std::vector<RowIndex>& rows, bool descending, const Key& key) {
  std::stable_sort(rows.begin(), rows.end(),
                   [&](RowIndex a, RowIndex b) { return descending ? key(b) < key(a) : key(a) < key(b); });
}

// The round trip that a row shows; rows without one come first.
int64_t round_trip(const CaptureStore& store, RowIndex index) {
  const Row& row = store.row(index);
  if (row.has(Row::kHasRtt)) return row.rtt_us;
  const RowIndex answer = store.answered_by(row);
  return answer == kNoRow ? -1 : int64_t{store.row(answer).rtt_us};
}

// Summaries are made once each, one behind the other. Whoever stops this throws the order away.
void sort_by_summary(const CaptureStore& store, bool descending, std::vector<RowIndex>& rows,
                     const std::atomic<bool>& stopped) {
  struct Line {
    size_t begin;
    size_t size;
    RowIndex row;
  };
  Reparser reparser(store);
  std::string text;
  std::vector<Line> lines;
  lines.reserve(rows.size());
  for (const RowIndex row : rows) {
    if (stopped) return;
    const std::string line = row_summary(store, reparser, row);
    lines.push_back({text.size(), line.size(), row});
    text += line;
  }
  const auto of = [&](const Line& line) { return std::string_view(text).substr(line.begin, line.size); };
  std::stable_sort(lines.begin(), lines.end(),
                   [&](const Line& a, const Line& b) { return descending ? of(b) < of(a) : of(a) < of(b); });
  std::transform(lines.begin(), lines.end(), rows.begin(), [](const Line& line) { return line.row; });
}

void sort_rows(const CaptureStore& store, Sort sort, std::vector<RowIndex>& rows,
               const std::atomic<bool>& stopped) {
  const auto row = [&](RowIndex i) -> const Row& { return store.row(i); };
  const bool down = sort.descending;
  switch (sort.column) {
    case Column::kTime:
    case Column::kNote:
      return sort_by(rows, down, [&](RowIndex i) { return row(i).time_us; });
    case Column::kDelta: {
      // The wait before a row is told by where it stood, so it is taken before anything moves.
      std::vector<std::pair<int64_t, RowIndex>> waits;
      waits.reserve(rows.size());
      for (size_t i = 0; i < rows.size(); ++i) {
        waits.emplace_back(i == 0 ? 0 : row(rows[i]).time_us - row(rows[i - 1]).time_us, rows[i]);
      }
      std::stable_sort(waits.begin(), waits.end(), [&](const auto& a, const auto& b) {
        return down ? b.first < a.first : a.first < b.first;
      });
      for (size_t i = 0; i < rows.size(); ++i) rows[i] = waits[i].second;
      return;
    }
    case Column::kSession:
      return sort_by(rows, down, [&](RowIndex i) { return store.session_id(row(i)); });
    case Column::kDirection:
      return sort_by(rows, down, [&](RowIndex i) {
        return parser::is_element(row(i).kind) ? static_cast<int>(row(i).direction) : -1;
      });
    case Column::kKind:
      return sort_by(rows, down, [&](RowIndex i) {
        return std::pair(parser::name(row(i).kind), store.text(row(i).type));
      });
    case Column::kSummary:
      return sort_by_summary(store, down, rows, stopped);
    case Column::kFrom:
      return sort_by(rows, down, [&](RowIndex i) { return store.text(row(i).from); });
    case Column::kTo:
      return sort_by(rows, down, [&](RowIndex i) { return store.text(row(i).to); });
    case Column::kType:
      return sort_by(rows, down, [&](RowIndex i) { return store.text(row(i).type); });
    case Column::kId:
      return sort_by(rows, down, [&](RowIndex i) { return row(i).id(); });
    case Column::kSize:
      return sort_by(rows, down, [&](RowIndex i) { return row(i).bytes_size; });
    case Column::kRtt:
      return sort_by(rows, down, [&](RowIndex i) { return round_trip(store, i); });
    case Column::kFindings:
      return sort_by(rows, down, [&](RowIndex i) {
        const Row& one = row(i);
        return one.findings == 0 ? std::pair(-1, 0)
                                 : std::pair(static_cast<int>(one.worst), int{one.findings});
      });
  }
}

}  // namespace

RowOrder::~RowOrder() {
  stopped_ = true;
  if (thread_.joinable()) thread_.join();
}

void RowOrder::set_sort(std::optional<Sort> sort) {
  if (sort == sort_) return;
  sort_ = sort;
  order_.clear();
}

void RowOrder::begin(const RowFilter& view) {
  std::vector<RowIndex> rows(view.size());
  for (size_t i = 0; i < rows.size(); ++i) rows[i] = view[i];
  busy_ = true;
  thread_ =
      std::thread([this, rows = std::move(rows), sort = *sort_, generation = view.generation()]() mutable {
        sort_rows(store_, sort, rows, stopped_);
        const std::lock_guard lock(mutex_);
        fresh_ = std::move(rows);
        fresh_generation_ = generation;
        fresh_sort_ = sort;
        ready_ = true;
      });
}

void RowOrder::update(const RowFilter& view) {
  if (busy_) {
    {
      const std::lock_guard lock(mutex_);
      if (!ready_) return;
      ready_ = false;
      if (fresh_sort_ == sort_) {
        order_ = std::move(fresh_);
        generation_ = fresh_generation_;
      }
    }
    thread_.join();
    busy_ = false;
  }
  if (!sort_) return;
  if (!usable(view) || order_.size() < view.size()) begin(view);
}

RowIndex RowOrder::at(const RowFilter& view, size_t position) const {
  return usable(view) && position < order_.size() ? order_[position] : view[position];
}

std::optional<size_t> RowOrder::position_of(const RowFilter& view, RowIndex row) const {
  const size_t at = view.lower_bound(row);
  if (at >= view.size() || view[at] != row) return std::nullopt;
  if (!usable(view) || at >= order_.size()) return at;
  const auto found = std::find(order_.begin(), order_.end(), row);
  return found == order_.end() ? at : static_cast<size_t>(found - order_.begin());
}

}  // namespace viewer
