// Several captures as one, in the order of time.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "parser/analyzer.h"

namespace captures {

// Brings the next bytes of one file; empty: its end.
using Source = std::function<std::string()>;

struct MergedInput {
  std::string error;                // it could not be read at all
  std::vector<std::string> damage;  // one sentence each
  uint64_t events = 0;
};

// Connections are numbered anew, in the order in which they begin. Each input is read no further than its
// next event asks for, so that memory does not depend on the files' sizes. Within one input the order stays,
// also where its clock went back.
std::vector<MergedInput> merge(const std::vector<Source>& sources, parser::Analyzer& out);

}  // namespace captures
