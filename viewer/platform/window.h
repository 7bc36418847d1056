// The real window: GLFW, keys, display scale, frames only when there is something to show.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "viewer/model/settings.h"
#include "viewer/model/workspace.h"

namespace viewer {

struct WindowOptions {
  int width = 1440;  // at scale 1
  int height = 900;
  Settings settings;   // what was remembered; where it chooses a theme, it wins
  std::string filter;  // as typed into the bar, also where it is faulty
  bool show_help = false;
};

// Opens another file; null: `error` says why not.
using OpenFile = std::function<std::unique_ptr<Workspace>(const std::string& path, std::string& error)>;

// Runs until the window is closed; files that are dropped on it or chosen take the workspace's place. Empty
// on success, else what went wrong and what to do. `settings` are those to be remembered.
std::string run_window(std::unique_ptr<Workspace>& workspace, const WindowOptions& options,
                       const OpenFile& open, Settings& settings);

}  // namespace viewer
