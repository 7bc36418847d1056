// Questions about what comes next in a session, answered by the state machine (docs/STATES.md) and not by
// what this session happened to do.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "viewer/model/capture_store.h"

namespace viewer {

struct Question {
  std::string text;
  std::vector<std::string> answers;  // 3 or 4, different
  size_t right = 0;
  std::string explanation;  // why that one is right
};

// About the moment before that row. None where the state machine says nothing that is worth asking: before
// facts of the proxy, and amid stanzas that either side may send.
std::optional<Question> question_before(const CaptureStore& store, RowIndex row);

}  // namespace viewer
