// `stanzascope explain RULE`: why a finding is one.
#pragma once

namespace app {

int run_explain(int argc, char** argv);

}  // namespace app
