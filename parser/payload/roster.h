// Contact lists (RFC 6121 §2).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/payload/names.h"
#include "parser/payload/scene.h"

namespace parser::payload {

struct RosterItem {
  std::string_view jid;
  std::string_view name;
  std::string_view subscription;  // "none", "to", "from", "both", "remove"; empty where absent
  bool asked = false;             // a subscription request is pending
  std::vector<std::string> groups;
};
struct Roster {
  std::optional<std::string_view> version;
  std::vector<RosterItem> items;
};
// Of a <query/> in jabber:iq:roster; none for any other element.
std::optional<Roster> as_roster(const xml::Element& query);

// "roster: 3 items", "roster change: juliet@example.com".
std::string roster_words(const Scene& scene);

}  // namespace parser::payload
