// Draws the window without a window: surfaceless EGL, so no display is needed.
#pragma once

#include <functional>
#include <string>

#include "viewer/model/workspace.h"
#include "viewer/platform/png_file.h"
#include "viewer/ui/shell.h"

namespace viewer {

struct ScreenshotOptions {
  int width = 1440;  // pixels, 64 to 16384
  int height = 900;
  float scale = 1;
  ThemeName theme = ThemeName::kDark;
  std::function<void(Shell&)> prepare;  // e.g. opens the help; may be empty
};

// A picture of the workspace as a window would show it. Empty on success, else what went wrong and what to
// do.
std::string take_screenshot(Workspace& workspace, const ScreenshotOptions& options, Picture& picture);

}  // namespace viewer
