// `stanzascope proxy`: relays, shows and records.
#pragma once

namespace app {

int run_proxy(int argc, char** argv);

}  // namespace app
