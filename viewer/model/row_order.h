// The table's order where it is another than the capture's: sorted on a thread of its own, so that no frame
// waits for it.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "viewer/model/row_filter.h"

namespace viewer {

// What a row shows, column by column.
enum class Column : uint8_t {
  kTime,
  kDelta,  // since the row above
  kSession,
  kDirection,
  kKind,
  kSummary,
  kFrom,
  kTo,
  kType,
  kId,
  kSize,
  kRtt,
  kFindings,
  kNote,
};
inline constexpr size_t kColumns = static_cast<size_t>(Column::kNote) + 1;

struct Sort {
  Column column = Column::kTime;
  bool descending = false;
  bool operator==(const Sort&) const = default;
};

class RowOrder {
 public:
  explicit RowOrder(const CaptureStore& store) : store_(store) {}
  ~RowOrder();
  RowOrder(const RowOrder&) = delete;
  RowOrder& operator=(const RowOrder&) = delete;

  // None: as in the capture. Rows with equal values stay in the capture's order.
  void set_sort(std::optional<Sort> sort);
  const std::optional<Sort>& sort() const { return sort_; }
  // Once per frame: takes a finished order, and begins another where the view has changed since.
  void update(const RowFilter& view);
  bool sorting() const { return busy_; }

  // The view in this order; rows that came after the last sorting stand at the end.
  RowIndex at(const RowFilter& view, size_t position) const;
  // Where a shown row stands; none where it is hidden.
  std::optional<size_t> position_of(const RowFilter& view, RowIndex row) const;

 private:
  bool usable(const RowFilter& view) const {
    return sort_ && generation_ == view.generation() && order_.size() <= view.size();
  }
  void begin(const RowFilter& view);

  const CaptureStore& store_;
  std::optional<Sort> sort_;
  std::vector<RowIndex> order_;  // of the first order_.size() rows of the view
  uint64_t generation_ = 0;      // of the view that `order_` is of

  std::thread thread_;
  std::atomic<bool> stopped_{false};
  bool busy_ = false;  // window's thread
  std::mutex mutex_;
  bool ready_ = false;
  std::vector<RowIndex> fresh_;
  uint64_t fresh_generation_ = 0;
  std::optional<Sort> fresh_sort_;
};

}  // namespace viewer
