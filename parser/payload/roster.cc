// Reads the items in order.
#include "parser/payload/roster.h"

namespace parser::payload {

std::optional<Roster> as_roster(const xml::Element& query) {
  if (!query.is("query", ns::kRoster)) return std::nullopt;
  Roster roster;
  if (const xml::Attribute* version = query.find_attribute("ver")) roster.version = version->value;
  for (const xml::Element& child : query.children()) {
    if (child.local != "item") continue;
    RosterItem item{child.attribute("jid"),
                    child.attribute("name"),
                    child.attribute("subscription"),
                    child.attribute("ask") == "subscribe",
                    {}};
    for (const xml::Element& group : child.children()) {
      if (group.local == "group") item.groups.push_back(group.text());
    }
    roster.items.push_back(std::move(item));
  }
  return roster;
}

std::string roster_words(const Scene& scene) {
  const std::optional<Roster> roster = as_roster(scene.payload);
  if (!roster) return phrase::unknown(scene.payload);
  if (scene.get()) return "roster request";
  if (scene.set() && roster->items.size() == 1) {
    const RosterItem& item = roster->items.front();
    std::string out = item.subscription == "remove" ? "roster removal: " : "roster change: ";
    out += plain(item.jid, phrase::kExcerpt);
    if (!item.subscription.empty() && item.subscription != "remove") {
      out += ", subscription " + plain(item.subscription, 10);
    }
    return item.asked ? out + ", waiting for approval" : out;
  }
  if (scene.result() && scene.by_client) return "confirms the roster change";
  return std::string(scene.set() ? "roster change: " : "roster: ") +
         phrase::counted(roster->items.size(), "item", "items");
}

}  // namespace parser::payload
