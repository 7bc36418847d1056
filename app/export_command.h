// `stanzascope export`: what a capture holds, in another form.
#pragma once

namespace app {

int run_export(int argc, char** argv);

}  // namespace app
