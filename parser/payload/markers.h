// How far somebody has read (XEP-0333).
#pragma once

#include <string>
#include <string_view>

#include "parser/payload/names.h"
#include "parser/payload/scene.h"

namespace parser::payload {

struct Marker {
  std::string_view kind;  // "markable", "received", "displayed", "acknowledged"; empty: none
  std::string_view id;    // of the message that is marked
  const xml::Element* element = nullptr;
};
// The first one of a message.
Marker marker_in(const xml::Element& message);

std::string marker_words(const Scene& scene);

}  // namespace parser::payload
