// How the other program of this project is started: the viewer that was built beside us, else the one on
// PATH.
#pragma once

#include <string>
#include <vector>

namespace app {

std::string viewer_program();
// Replaces this process; returns only where that fails: why.
std::string become_viewer(const std::vector<std::string>& arguments);
// Starts it beside this process, in a process group of its own: what ends us does not end it. "" or why not.
std::string start_viewer(const std::vector<std::string>& arguments);

}  // namespace app
