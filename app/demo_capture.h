// The recorded session that `demo` plays: captures/samples/demo.pcapng, built into the program (see
// app/CMakeLists.txt).
#pragma once

#include <string_view>

namespace app {

std::string_view demo_capture();

}  // namespace app
