// Other elements of the namespace are none.
#include "parser/payload/stanza_ids.h"

namespace parser::payload {
namespace {

constexpr size_t kMost = 64;

}  // namespace

std::vector<StableId> stable_ids_in(const xml::Element& message) {
  std::vector<StableId> ids;
  for (const xml::Element& child : message.children()) {
    if (child.ns != ns::kStanzaIds) continue;
    const bool origin = child.local == "origin-id";
    if (!origin && child.local != "stanza-id") continue;
    if (ids.size() == kMost) break;
    ids.push_back({origin, child.attribute("id"), child.attribute("by"), &child});
  }
  return ids;
}

}  // namespace parser::payload
