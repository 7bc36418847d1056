// `stanzascope import`: a capture made of what other programs wrote.
#pragma once

namespace app {

int run_import(int argc, char** argv);

}  // namespace app
