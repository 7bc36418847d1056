// Where the elements of stream management stand: alone, or inside the elements of SASL2 and Bind 2.
#pragma once

#include <string>
#include <string_view>

#include "parser/rules/rule.h"
#include "parser/stream/stream_management.h"

namespace parser::rules {

// The element of that name in the event: the event's own, or one that a login carries (XEP-0198 §9,
// XEP-0386). Null where there is none.
const xml::Element* sm_element(const StreamEvent& event, std::string_view local);

// "the <message/> with id 'm1' in frame 17", for a message.
std::string place_of(const CountedStanza& stanza);
// " The h in frame 9 was right, so from number 4 on, …": where a count went wrong, as far as earlier ones
// tell, and what would explain it. Empty where nothing is known.
std::string drift_of(const StreamManagement::Claim& claim);

}  // namespace parser::rules
