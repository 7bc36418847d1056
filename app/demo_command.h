// `stanzascope demo`: a recorded client and a recorded server talk through the real proxy.
#pragma once

namespace app {

int run_demo(int argc, char** argv);

}  // namespace app
