// Reads the wrapper; what is in it is read as any message.
#include "parser/payload/carbons.h"

namespace parser::payload {

std::optional<Carbon> carbon_in(const xml::Element& message) {
  for (const xml::Element& child : message.children()) {
    if (child.ns != ns::kCarbons || (child.local != "sent" && child.local != "received")) continue;
    return Carbon{child.local == "sent", &child, forwarded_in(child)};
  }
  return std::nullopt;
}

std::string carbons_words(const Scene& scene) {
  if (scene.payload.local == "enable") return "turns carbons on";
  if (scene.payload.local == "disable") return "turns carbons off";
  return "carbons " + plain(scene.payload.local, 20);
}

}  // namespace parser::payload
