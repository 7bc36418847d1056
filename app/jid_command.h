// `stanzascope jid`: what the preparation of addresses does, step by step.
#pragma once

namespace app {

int run_jid(int argc, char** argv);

}  // namespace app
