// What an attribute's value or a piece of text is to people who want to share a capture: part of the
// protocol, or somebody's.
//
// Everything counts as somebody's that is not known to be the protocol's own: element and attribute names,
// namespaces, enumerated values, numbers that count, times, and what names a program.
#pragma once

#include <cstdint>
#include <string_view>

#include "parser/xml/element.h"

namespace captures {

enum class Treatment : uint8_t {
  kKeep,
  kName,       // a name, an id, a text: one pseudonym for the whole
  kAddress,    // a JID: by its parts
  kUri,        // the scheme stays
  kIpAddress,  // numeric
  kSasl,       // base64 of login data
};

Treatment treatment_of_attribute(const parser::xml::Element& element,
                                 const parser::xml::Attribute& attribute);
// `text`: of that element, references resolved.
Treatment treatment_of_text(const parser::xml::Element& element, std::string_view text);

// A numeric address of IPv4 or IPv6, in brackets and with a zone or without.
bool is_ip(std::string_view text);

}  // namespace captures
