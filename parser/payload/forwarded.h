// A stanza inside another one (XEP-0297).
#pragma once

#include <optional>

#include "parser/payload/delay.h"
#include "parser/xml/element.h"

namespace parser::payload {

struct Forwarded {
  const xml::Element* element = nullptr;  // <forwarded/>
  const xml::Element* stanza =
      nullptr;  // the message, presence or iq in it, whatever its namespace; may be null
  std::optional<Delay> delay;
};
// Of the first <forwarded/> that is a child of `parent`.
std::optional<Forwarded> forwarded_in(const xml::Element& parent);
// The <forwarded/> that a message carries: directly, in a carbon copy, or in a result of an archive.
std::optional<Forwarded> forwarded_by(const xml::Element& message);

}  // namespace parser::payload
