// What could stand where a filter is being typed: fields with what they mean, values that the capture has.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "viewer/model/capture_store.h"

namespace viewer {

struct Suggestion {
  std::string text;         // that takes the word's place
  std::string description;  // of a field; where a value comes from
};
struct Completion {
  size_t begin = 0;  // the word that is replaced, in the text; bytes
  size_t end = 0;
  std::vector<Suggestion> suggestions;  // the best first
};
// `caret`: bytes into the text. At most `most` suggestions; none where nothing fits or the word is whole.
Completion complete_filter(const CaptureStore& store, std::string_view text, size_t caret, size_t most = 10);

}  // namespace viewer
