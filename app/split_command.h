// `stanzascope split`: several captures of one.
#pragma once

namespace app {

int run_split(int argc, char** argv);

}  // namespace app
