// What the view beside the table shows, for state_json().
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "viewer/model/workspace.h"

namespace viewer {

// Of the view that is shown; null while it is the table. Lists are cut at `most`.
nlohmann::json whole_view_json(Workspace& workspace, size_t most);

}  // namespace viewer
