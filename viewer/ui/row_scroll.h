// The scroll position of a table of rows, and its bar: in rows, not pixels, and so exact however many there
// are.
#pragma once

#include <imgui.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "viewer/ui/context.h"

namespace viewer {

class RowScroll {
 public:
  // `room`: of the rows, in pixels; each as high as `row`.
  RowScroll(UiContext& c, float room, float row);

  size_t first() const { return std::min(c_.ui.table_top, most_); }
  size_t end() const { return std::min(size_, first() + visible_); }
  bool needed() const { return most_ > 0; }

  // Brings the target into sight, with two rows of context ahead.
  void keep_in_sight();
  void take_wheel();
  void draw_bar(ImVec2 at, float width, float height);

 private:
  void move_to(int64_t row);
  void draw_marks(ImVec2 at, float width, float height) const;

  UiContext& c_;
  size_t size_;
  size_t visible_ = 1;
  size_t most_ = 0;  // the last row that can be on top
};

}  // namespace viewer
