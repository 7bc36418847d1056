// When a stanza was really sent (XEP-0203; XEP-0091 before it).
#pragma once

#include <optional>
#include <string_view>

#include "parser/payload/date_time.h"
#include "parser/payload/names.h"
#include "parser/xml/element.h"

namespace parser::payload {

struct Delay {
  std::string_view from;  // who says so
  std::string_view stamp;
  std::optional<DateTime> when;  // none where the stamp is not written as it should be
  bool legacy = false;           // jabber:x:delay
  const xml::Element* element = nullptr;
};
// Of a <delay/> or a jabber:x:delay <x/>; none for any other element.
std::optional<Delay> as_delay(const xml::Element& element);
// The first one that is a child of `parent`; the present form before the old one.
std::optional<Delay> delay_in(const xml::Element& parent);

}  // namespace parser::payload
