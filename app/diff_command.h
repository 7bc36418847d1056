// `stanzascope diff`: two sessions compared.
#pragma once

namespace app {

int run_diff(int argc, char** argv);

}  // namespace app
