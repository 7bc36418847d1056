// `stanzascope redact`: a copy of a capture that can be shared.
#pragma once

namespace app {

int run_redact(int argc, char** argv);

}  // namespace app
