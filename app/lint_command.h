// `stanzascope lint`: judges XML that people have at hand, and points at what is wrong like a compiler.
#pragma once

namespace app {

int run_lint(int argc, char** argv);

}  // namespace app
