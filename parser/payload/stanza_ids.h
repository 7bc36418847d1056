// Ids of a message that stay the same everywhere: the sender's and those of archives (XEP-0359).
#pragma once

#include <string_view>
#include <vector>

#include "parser/payload/names.h"
#include "parser/xml/element.h"

namespace parser::payload {

struct StableId {
  bool origin = false;  // <origin-id/>, else <stanza-id/>
  std::string_view id;
  std::string_view by;
  const xml::Element* element = nullptr;
};
// Those of a message, at most 64.
std::vector<StableId> stable_ids_in(const xml::Element& message);

}  // namespace parser::payload
