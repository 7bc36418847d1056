// The real window: GLFW, keys, display scale, frames only when there is something to show.
#pragma once

#include <string>

#include "viewer/model/workspace.h"
#include "viewer/ui/theme.h"

namespace viewer {

struct WindowOptions {
  int width = 1440;  // at scale 1
  int height = 900;
  ThemeName theme = ThemeName::kDark;
  std::string filter;  // as typed into the bar, also where it is faulty
};

// Runs until the window is closed. Empty on success, else what went wrong and what to do.
std::string run_window(Workspace& workspace, const WindowOptions& options);

}  // namespace viewer
