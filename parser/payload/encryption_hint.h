// Says how a message is encrypted to those who cannot read it (XEP-0380).
#pragma once

#include <optional>
#include <string_view>

#include "parser/payload/names.h"
#include "parser/xml/element.h"

namespace parser::payload {

struct EncryptionHint {
  std::string_view method;  // its namespace
  std::string_view name;    // for people; empty: none
  const xml::Element* element = nullptr;
};
std::optional<EncryptionHint> encryption_hint_in(const xml::Element& message);

// The name of a method that XEP-0380 §3.2 lists; "" for others.
std::string_view encryption_method(std::string_view name);

}  // namespace parser::payload
