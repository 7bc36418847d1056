// What an element says beneath its XML: logins, base64, points in time, errors, namespaces.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "parser/stream/stream_event.h"
#include "viewer/model/display_text.h"

namespace viewer {

struct DecodedItem {
  std::string group;                       // "login", "error", "time", "base64", "namespace"
  std::string name;                        // "client-first-message", "stamp of delay"
  std::string value;                       // for display; secrets are left out
  std::string meaning;                     // a sentence or two; empty where the value says it all
  std::optional<parser::ByteRange> range;  // in the row's bytes
};

inline constexpr size_t kMostDecoded = 64;

// `base`: what to subtract from the element's ranges (see Reparser::base).
std::vector<DecodedItem> decode(const parser::StreamEvent& event, uint64_t base, const Drawable& drawable);

// "XEP-0313 Message Archive Management. Asks for …", or that nobody knows it; for display.
std::string namespace_words(std::string_view name);

}  // namespace viewer
