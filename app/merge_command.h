// `stanzascope merge`: several captures as one.
#pragma once

namespace app {

int run_merge(int argc, char** argv);

}  // namespace app
