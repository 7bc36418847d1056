// Messages are remembered while copies are wanted, by id and sender; those without an id cannot be told
// apart.
#include "parser/payload/copies.h"

#include <algorithm>

#include "parser/jid/jid.h"
#include "parser/payload/carbons.h"
#include "parser/payload/fingerprint.h"
#include "parser/stream/stanza.h"

namespace parser::payload {
namespace {

constexpr std::string_view kOwn = "own";  // stands for the client as a sender

bool enables_carbons(const xml::Element& parent) {
  for (const xml::Element& child : parent.children()) {
    if (child.is("enable", ns::kCarbons)) return true;
    if (child.ns == ns::kBind2 && enables_carbons(child)) return true;
  }
  return false;
}

}  // namespace

void Copies::on_iq(const StreamEvent& event) {
  if (event.payload == nullptr || event.payload->ns != ns::kCarbons) return;
  if (event.direction != Direction::kC2S || event.stanza_type != "set") return;
  // Turning them off counts as nothing: copies may be under way.
  if (event.payload->local == "enable") wanted_ = true;
}

void Copies::on_sasl(const StreamEvent& event) {
  if (event.direction == Direction::kC2S && event.ns == ns::kSasl2 && event.element != nullptr &&
      enables_carbons(*event.element)) {
    wanted_ = true;
  }
}

void Copies::on_message(const StreamEvent& event, PartSet parts) {
  copied_ = false;
  if (!wanted_ || event.element == nullptr) return;
  if (!has(parts, Part::kCarbons)) {
    if (event.id.empty()) return;
    remember(fingerprint_of(event.id, event.direction == Direction::kC2S ? kOwn : event.from));
    return;
  }
  if (event.direction != Direction::kS2C) return;
  const std::optional<Carbon> carbon = carbon_in(*event.element);
  if (!carbon || !carbon->forwarded || carbon->forwarded->stanza == nullptr) return;
  const xml::Element& inner = *carbon->forwarded->stanza;
  const std::string_view id = inner.attribute("id");
  if (id.empty()) return;
  const uint64_t message = fingerprint_of(id, carbon->sent ? kOwn : inner.attribute("from"));
  copied_ = std::find(direct_.begin(), direct_.end(), message) != direct_.end();
}

void Copies::remember(uint64_t message) {
  if (direct_.size() < kMost) {
    direct_.push_back(message);
    return;
  }
  direct_[next_] = message;
  next_ = (next_ + 1) % kMost;
}

}  // namespace parser::payload
