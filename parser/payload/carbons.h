// Copies of what the account's other devices send and receive (XEP-0280).
#pragma once

#include <optional>
#include <string>

#include "parser/payload/forwarded.h"
#include "parser/payload/scene.h"

namespace parser::payload {

struct Carbon {
  bool sent = false;  // by another device of the account; else: received by one
  const xml::Element* element = nullptr;
  std::optional<Forwarded> forwarded;
};
// The copy that a message is; none where it is none (a <private/> mark is not one).
std::optional<Carbon> carbon_in(const xml::Element& message);

// Of an iq: "turns carbons on".
std::string carbons_words(const Scene& scene);

}  // namespace parser::payload
