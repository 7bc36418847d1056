// Teaching mode: the ladder so far and its newest element at the left, what it means and what comes next at
// the right.
#pragma once

#include "viewer/ui/context.h"

namespace viewer {

bool act_in_lesson(Workspace& workspace, UiState& ui, Action action);

}  // namespace viewer
