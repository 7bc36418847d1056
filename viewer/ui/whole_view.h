// The views that take the table's place (ladder, statistics, compare, lesson): one table of how each is drawn
// and which keys it takes for itself.
#pragma once

#include <span>

#include "viewer/ui/context.h"

namespace viewer {

struct WholeView {
  WindowView view;
  Action action;  // opens it, and closes it again
  bool padded;
  bool over_details;                          // takes the room of element and explanation, too
  void (*draw)(UiContext&);                   // into the current child window
  bool (*act)(Workspace&, UiState&, Action);  // takes a key; null: takes none
};
std::span<const WholeView> whole_views();
// Null: the table is shown.
const WholeView* shown_whole_view(const Workspace& workspace);

// Opens and closes views, and gives a key to the one that is shown; false: the key means what it always does.
bool act_in_whole_view(Workspace& workspace, UiState& ui, Action action);

}  // namespace viewer
