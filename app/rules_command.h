// `stanzascope rules`: the rulebook as a list.
#pragma once

namespace app {

int run_rules(int argc, char** argv);

}  // namespace app
