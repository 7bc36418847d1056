// Two sessions side by side: where they part, and each difference.
#pragma once

#include "viewer/ui/context.h"

namespace viewer {

bool act_in_compare(Workspace& workspace, UiState& ui, Action action);

}  // namespace viewer
