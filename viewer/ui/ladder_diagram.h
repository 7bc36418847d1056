// The ladder as a drawing: three lifelines and what passes between them. Only the items in sight are drawn.
#pragma once

#include "viewer/ui/context.h"

namespace viewer {

inline constexpr float kLadderHeader = 40;  // pixels at scale 1 of the names above the lifelines

struct LadderLook {
  bool captions = true;             // the column at the right
  size_t hidden_from = ~size_t{0};  // items from here on are there, and not shown
};
// The diagram in that box of the current window; answers the row under the pointer, kNoRow where none is.
RowIndex draw_ladder(UiContext& c, Ladder& ladder, ImVec2 from, ImVec2 to, const LadderLook& look);

}  // namespace viewer
