// One element with text.
#include "parser/payload/ox.h"

namespace parser::payload {

std::optional<OxMessage> ox_in(const xml::Element& message) {
  const xml::Element* element = message.child("openpgp", ns::kOx);
  if (element == nullptr) return std::nullopt;
  return OxMessage{element, element->text().size()};
}

std::string ox_words(const Scene& scene) {
  return "encrypted message (OpenPGP), " + phrase::counted(scene.payload.text().size(), "byte", "bytes") +
         " of base64";
}

}  // namespace parser::payload
