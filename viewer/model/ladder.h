// A session as a sequence diagram: one item below the other, each an element, a fact, or a heading between
// them. Made of the rows that the filter shows, a slice at a time, so that a million rows hold no frame up.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "viewer/model/caption.h"
#include "viewer/model/display_text.h"
#include "viewer/model/row_filter.h"
#include "viewer/model/scroll_window.h"

namespace viewer {

struct LadderItem {
  enum class Type : uint8_t {
    kRow,
    kStage,       // "encryption", "login", …: heads the rows below it
    kWait,        // nothing was said for a while
    kConnection,  // the session goes on over another connection
  };
  RowIndex row = kNoRow;  // itself, or the row that the heading stands above
  uint32_t number = 0;    // of rows up to and including this item
  Type type = Type::kRow;
};

class Ladder {
 public:
  static constexpr int64_t kWaitUs = 1'000'000;  // a silence that is worth a heading

  Ladder(const CaptureStore& store, const RowFilter& view);

  // Shows the session that this connection (an index of the store) belongs to.
  void show(uint32_t connection);
  std::optional<uint32_t> connection() const { return connection_; }
  // That and the others of its session, in their order.
  const std::vector<uint32_t>& connections() const { return extent_.connections; }

  // Takes at most `most` more rows; false when all that are there were taken.
  bool step(size_t most);

  size_t size() const { return items_.size(); }
  const LadderItem& operator[](size_t i) const { return items_[i]; }
  size_t rows() const { return rows_; }  // without headings
  // How many rows the first so many items hold.
  size_t rows_before(size_t items) const { return items == 0 ? 0 : items_[items - 1].number; }
  // Where that row stands; none where it is not of this session, or not shown.
  std::optional<size_t> position(RowIndex row) const;
  // The answer of a request and the request of an answer; none where it is not in the ladder.
  std::optional<size_t> partner(size_t item) const;
  // The row that many rows on (or back) from a row, skipping headings and stopping at the ends; the first or
  // last one from a row that is not here. None in an empty ladder.
  std::optional<RowIndex> moved(std::optional<RowIndex> from, int64_t by) const;

  // Whether a row belongs to the negotiation of encryption or to the login: these are drawn as bands.
  bool negotiates(size_t item) const;
  // Of a heading.
  std::string heading(size_t item) const;

  // What is written at a row; kept for the rows that were asked for last.
  struct Words {
    std::string kind;
    std::string summary;
    Caption caption;
  };
  const Words& words(RowIndex row);
  void set_drawable(const Drawable& drawable);

  ScrollWindow& window() { return window_; }
  const ScrollWindow& window() const { return window_; }

 private:
  void restart();
  bool look_up_extent();
  void take(RowIndex row);

  const CaptureStore& store_;
  const RowFilter& view_;
  Reparser reparser_;
  Drawable drawable_;
  std::optional<uint32_t> connection_;
  CaptureStore::SessionExtent extent_;  // of the session
  size_t extent_rows_ = 0;              // rows of the store when that was last looked up
  uint64_t generation_ = 0;             // of the view
  size_t scanned_ = 0;                  // positions of the view
  std::vector<LadderItem> items_;
  size_t rows_ = 0;
  std::string_view stage_;
  RowIndex last_ = kNoRow;
  std::unordered_map<RowIndex, Words> words_;
  ScrollWindow window_{36, 6, 96};
};

}  // namespace viewer
