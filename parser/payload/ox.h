// The shape of messages encrypted with OpenPGP (XEP-0373). What they say stays encrypted.
#pragma once

#include <optional>
#include <string>

#include "parser/payload/names.h"
#include "parser/payload/scene.h"

namespace parser::payload {

struct OxMessage {
  const xml::Element* element = nullptr;
  size_t bytes = 0;  // of base64 text
};
// The <openpgp/> of a message.
std::optional<OxMessage> ox_in(const xml::Element& message);

std::string ox_words(const Scene& scene);

}  // namespace parser::payload
