// `stanzascope replay`
#pragma once

namespace app {

int run_replay(int argc, char** argv);

}  // namespace app
