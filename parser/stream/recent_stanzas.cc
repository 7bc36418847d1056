// A ring whose strings are used again, so that a session that has run for a while remembers without
// allocating. Every stanza passes here: what is kept of an ordinary one are its id and one address.
#include "parser/stream/recent_stanzas.h"

#include "parser/stream/stanza.h"

namespace parser {
namespace {

constexpr std::string_view kXml = "http://www.w3.org/XML/1998/namespace";

std::string_view limited(std::string_view text, size_t most) {
  return text.size() > most ? std::string_view() : text;
}

}  // namespace

void RecentStanzas::add(const StreamEvent& event, std::string_view own, JidProfile profile) {
  echoed_ = nullptr;
  overtaken_ = false;
  if (event.direction == Direction::kS2C && event.kind == EventKind::kMessage && !own.empty() &&
      event.from == own && event.stanza_type != "error") {
    find_echo(event, own);
  }
  Side& side = sides_[index(event.direction)];
  ++side.seen;
  if (side.kept.size() < kKept) side.kept.emplace_back();
  RecentStanza& stanza = side.seen <= kKept ? side.kept.back() : side.kept[side.next];
  if (side.seen > kKept) side.next = (side.next + 1) % kKept;
  const std::string_view peer = event.direction == Direction::kC2S ? event.to : event.from;
  stanza.kind = event.kind;
  stanza.error = event.stanza_type == "error";
  stanza.came_back = false;
  stanza.own_respelled = event.direction == Direction::kC2S && !event.from.empty() && event.from != own &&
                         same_jid(event.from, own, profile);
  stanza.id = limited(event.id, kMostText);
  stanza.peer = limited(peer, 3 * kMostText);
  stanza.frame = event.frame;
  stanza.time = event.time;
  stanza.range = event.range;
  stanza.lang.clear();
  stanza.condition.clear();
  if (event.element == nullptr) return;
  if (stanza.error) {
    if (const auto error = stanza_error(*event.element)) {
      stanza.condition = limited(error->condition, kMostText);
    }
  } else if (event.direction == Direction::kC2S && !own.empty() && event.to == own) {
    stanza.lang = limited(event.element->attribute("lang", kXml), kMostText);
  }
}

// Marks what has come back, and looks whether one that was sent later did so before.
void RecentStanzas::find_echo(const StreamEvent& event, std::string_view own) {
  if (event.id.empty()) return;
  Side& sent = sides_[index(Direction::kC2S)];
  bool later = false;  // one behind the echoed has come back already
  for (size_t i = sent.kept.size(); i-- > 0;) {
    RecentStanza& stanza = sent.kept[(sent.next + i) % sent.kept.size()];
    if (stanza.kind != EventKind::kMessage || stanza.error || stanza.peer != own) continue;
    if (stanza.came_back) {
      later = true;
      continue;
    }
    if (stanza.id != event.id) continue;
    stanza.came_back = true;
    echoed_ = &stanza;
    overtaken_ = later;
    return;
  }
}

}  // namespace parser
