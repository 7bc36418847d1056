// `stanzascope cut`: a part of a capture.
#pragma once

namespace app {

int run_cut(int argc, char** argv);

}  // namespace app
