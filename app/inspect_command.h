// `stanzascope inspect FILE…`: what captures hold, printed as `proxy` prints it live.
#pragma once

namespace app {

int run_inspect(int argc, char** argv);

}  // namespace app
