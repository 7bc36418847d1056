// Reads the first element of the namespace.
#include "parser/payload/markers.h"

namespace parser::payload {

Marker marker_in(const xml::Element& message) {
  const xml::Element* element = message.child_in(ns::kMarkers);
  if (element == nullptr) return {};
  return {element->local, element->attribute("id"), element};
}

std::string marker_words(const Scene& scene) {
  if (scene.payload.local == "markable") return "wants to know when it is read";
  const std::string_view id = scene.payload.attribute("id");
  std::string out = scene.payload.local == "displayed" ? "read" : plain(scene.payload.local, 20);
  return out + " marker" + (id.empty() ? std::string() : " for " + phrase::in_quotes(id, 40));
}

}  // namespace parser::payload
