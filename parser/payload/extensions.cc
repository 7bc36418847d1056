// Decides by the parts of a stanza whether it can matter to any of the types, before one of them is made or
// asked.
#include "parser/payload/extensions.h"

#include "parser/jid/jid.h"
#include "parser/payload/caps.h"
#include "parser/payload/names.h"
#include "parser/stream/stanza.h"

namespace parser::payload {
namespace {

// What makes the first entry of any of them.
constexpr PartSet kBeginnings =
    with(Part::kCaps, Part::kMuc, Part::kMam, Part::kCarbons, Part::kChatStates, Part::kDiscoInfo);

}  // namespace

const Extensions::Memory& Extensions::memory() const {
  static const Memory kNothing;
  return memory_ == nullptr ? kNothing : *memory_;
}

Extensions::Memory& Extensions::remembered() {
  if (memory_ == nullptr) memory_ = std::make_unique<Memory>();
  return *memory_;
}

void Extensions::on_event(const StreamEvent& event, PartSet parts, const SessionState& session) {
  if (event.element == nullptr) return;
  switch (event.kind) {
    case EventKind::kPresence:
    case EventKind::kMessage:
    case EventKind::kIq:
      if (memory_ == nullptr && (parts & kBeginnings) == 0) return;
      remembered().disco_flood = false;
      if (event.kind == EventKind::kPresence) return on_presence(event, parts);
      if (event.kind == EventKind::kMessage) return on_message(event, parts, session);
      return on_iq(event, parts, session);
    case EventKind::kFeatures:
      // A server may advertise itself with its features (XEP-0115 §6.3).
      if (event.direction == Direction::kS2C && !session.domain().empty()) {
        const xml::Element* c = event.element->child("c", ns::kCaps);
        if (c != nullptr) remembered().caps.advertised(session.domain(), *as_caps(*c));
      }
      break;
    case EventKind::kSasl:
      if (event.ns == ns::kSasl2 && event.direction == Direction::kC2S) remembered().copies.on_sasl(event);
      break;
    default:
      break;
  }
}

void Extensions::on_presence(const StreamEvent& event, PartSet parts) {
  Memory& memory = *memory_;
  memory.rooms.on_stanza(event, parts);
  const std::string_view peer = event.direction == Direction::kC2S ? std::string_view() : event.from;
  if (event.direction == Direction::kS2C && peer.empty()) return;
  if (event.stanza_type == "unavailable") {
    if (event.direction == Direction::kS2C || event.to.empty()) memory.caps.gone(peer);
  } else if (event.stanza_type.empty() && has(parts, Part::kCaps)) {
    const xml::Element* c = find_part(*event.element, Part::kCaps);
    if (const std::optional<Caps> caps = as_caps(*c)) memory.caps.advertised(peer, *caps);
  }
}

void Extensions::on_message(const StreamEvent& event, PartSet parts, const SessionState& session) {
  Memory& memory = *memory_;
  memory.rooms.on_stanza(event, parts);
  memory.copies.on_message(event, parts);
  memory.typing.on_message(event, parts);
  if (has(parts, Part::kMam)) {
    memory.archives.on_message(event, session);
  } else {
    memory.archives.forget_last();
  }
}

void Extensions::on_iq(const StreamEvent& event, PartSet parts, const SessionState& session) {
  Memory& memory = *memory_;
  memory.archives.on_iq(event, session);
  if (has(parts, Part::kCarbons)) memory.copies.on_iq(event);
  if (!has(parts, Part::kDiscoInfo) || event.payload == nullptr) return;
  if (event.stanza_type == "get" && event.direction == Direction::kC2S) {
    if (split_jid(event.to).has_resource) {
      memory.disco_flood = memory.flood.asked(event.time, event.payload->attribute("node"));
    }
  } else if (event.stanza_type == "result" && event.direction == Direction::kS2C) {
    for (const xml::Element& child : event.payload->children()) {
      if (child.local != "identity" || child.attribute("category") != "conference") continue;
      memory.rooms.learn_service(split_jid(event.from).domain);
      break;
    }
  }
}

}  // namespace parser::payload
