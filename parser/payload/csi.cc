// Two nonzas.
#include "parser/payload/csi.h"

namespace parser::payload {

std::optional<bool> as_client_state(const xml::Element& nonza) {
  if (nonza.is("active", ns::kCsi)) return true;
  if (nonza.is("inactive", ns::kCsi)) return false;
  return std::nullopt;
}

std::string csi_words(const Scene& scene) {
  const std::optional<bool> active = as_client_state(scene.payload);
  if (!active) return phrase::unknown(scene.payload);
  return *active ? "client is active" : "client is inactive";
}

}  // namespace parser::payload
