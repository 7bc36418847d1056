// Whether the user looks at the client (XEP-0352).
#pragma once

#include <optional>
#include <string>

#include "parser/payload/names.h"
#include "parser/payload/scene.h"

namespace parser::payload {

// True: active. None for any other element.
std::optional<bool> as_client_state(const xml::Element& nonza);
std::string csi_words(const Scene& scene);

}  // namespace parser::payload
