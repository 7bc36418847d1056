// `stanzascope ca`: where the CA is, and how clients are made to trust it.
#pragma once

namespace app {

int run_ca(int argc, char** argv);

}  // namespace app
