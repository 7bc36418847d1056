// Looks one level down, or two for the wrappers of carbons and archives.
#include "parser/payload/forwarded.h"

#include "parser/payload/names.h"

namespace parser::payload {

std::optional<Forwarded> forwarded_in(const xml::Element& parent) {
  const xml::Element* element = parent.child("forwarded", ns::kForward);
  if (element == nullptr) return std::nullopt;
  Forwarded forwarded;
  forwarded.element = element;
  for (const xml::Element& child : element->children()) {
    if (child.local != "message" && child.local != "presence" && child.local != "iq") continue;
    forwarded.stanza = &child;
    break;
  }
  forwarded.delay = delay_in(*element);
  return forwarded;
}

std::optional<Forwarded> forwarded_by(const xml::Element& message) {
  for (const xml::Element& child : message.children()) {
    if (child.ns == ns::kForward) return forwarded_in(message);
    if (child.ns != ns::kCarbons && child.ns != ns::kMam2 && child.ns != ns::kMam1) continue;
    if (std::optional<Forwarded> found = forwarded_in(child)) return found;
  }
  return std::nullopt;
}

}  // namespace parser::payload
