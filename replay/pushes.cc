#include "replay/pushes.h"

#include <map>
#include <string>
#include <string_view>

namespace replay {

using parser::Direction;
using parser::EventKind;
using parser::xml::Element;

namespace {

std::string_view bare_of(std::string_view jid) {
  return jid.substr(0, jid.find('/'));
}

// Whether an element with the same id comes back for one that the client sent: ids alone prove nothing, as
// others count from 1, too.
bool answers(const Element& said, const Element& came, const Identity& self) {
  if (said.local != came.local) return false;
  const std::string_view from = bare_of(came.attribute("from"));
  const std::string_view to = bare_of(said.attribute("to"));
  return from.empty() || from == self.bare || from == self.domain || from == to;
}

}  // namespace

bool is_iq_answer(const RecordedElement& element) {
  if (element.kind != EventKind::kIq || element.element == nullptr) return false;
  const std::string_view type = element.element->attribute("type");
  return type == "result" || type == "error";
}

std::vector<Push> pushes_of(const RecordedSession& what) {
  std::vector<Push> pushes;
  size_t last = Push::kAtOnce;
  std::optional<size_t> broadcast;                      // the account's own presence
  std::map<std::string, size_t, std::less<>> directed;  // presence for others (rooms), by bare address
  std::map<std::string, size_t, std::less<>> ids;
  for (size_t at = 0; at < what.elements.size(); ++at) {
    const RecordedElement& element = what.elements[at];
    const Element* e = element.element.get();
    if (element.direction == Direction::kC2S) {
      if (element.kind == EventKind::kSm) continue;
      last = at;
      if (e == nullptr) continue;
      if (const auto id = e->attribute("id"); !id.empty() && !is_iq_answer(element))
        ids[std::string(id)] = at;
      if (element.kind == EventKind::kPresence) {
        const std::string_view to = e->attribute("to");
        if (to.empty()) {
          broadcast = at;
        } else {
          directed[std::string(bare_of(to))] = at;
        }
      }
      continue;
    }
    if (element.request) continue;
    Push push;
    push.element = at;
    push.place = last;
    if (e != nullptr && element.kind != EventKind::kSm) {
      const auto known = ids.find(e->attribute("id"));
      const std::string_view from = bare_of(e->attribute("from"));
      if (known != ids.end() && answers(*what.elements[known->second].element, *e, what.identity)) {
        push.place = known->second;
        push.cause = known->second;
        push.reaction = true;
      } else if (element.kind == EventKind::kPresence && from == what.identity.bare && broadcast) {
        push.place = *broadcast;
        push.cause = broadcast;
        push.own = e->attribute("from") == what.identity.full();
      } else if (const auto room = directed.find(from); room != directed.end()) {
        push.cause = room->second;
        if (element.kind == EventKind::kPresence) {
          push.place = room->second;
          push.own = e->attribute("from") == what.elements[room->second].element->attribute("to");
        }
      }
    }
    pushes.push_back(push);
  }
  return pushes;
}

}  // namespace replay
