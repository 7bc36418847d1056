// The ladder in the table's place: the diagram, and what the selected step means.
#pragma once

#include "viewer/ui/context.h"

namespace viewer {

bool act_in_ladder(Workspace& workspace, UiState& ui, Action action);

}  // namespace viewer
