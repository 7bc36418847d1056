// What the window shows, as JSON: what --dump-state prints, and what tests read instead of pixels.
#pragma once

#include <string>

#include "viewer/model/workspace.h"

namespace viewer {

// Indented JSON. Connections and rows beyond `most` are left out, and the dump says how many.
std::string state_json(Workspace& workspace, size_t most = 1000);

}  // namespace viewer
