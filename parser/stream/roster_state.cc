// A roster can have thousands of contacts, and rules only ask of one whether it is there and how the two are
// subscribed. So an item is one word: the key of its address with the three bits of its state in place of the
// lowest ones, in a sorted list. A roster that does not fit is given up as a whole, since half a roster would
// make strangers of the other half.
#include "parser/stream/roster_state.h"

#include <algorithm>

#include "parser/stream/address_key.h"

namespace parser {
namespace {

constexpr uint64_t kStateBits = 7;
constexpr uint64_t kAsked = 4;

uint64_t contact_of(std::string_view address) {
  return bare_key(address) & ~kStateBits;
}

uint64_t state_of(const xml::Element& item) {
  const std::string_view subscription = item.attribute("subscription");
  Subscription state = Subscription::kNone;
  if (subscription == "to") state = Subscription::kTo;
  if (subscription == "from") state = Subscription::kFrom;
  if (subscription == "both") state = Subscription::kBoth;
  return static_cast<uint64_t>(state) | (item.attribute("ask") == "subscribe" ? kAsked : 0);
}

bool is_roster(const xml::Element* payload) {
  return payload != nullptr && payload->is("query", kRosterNamespace);
}

}  // namespace

void RosterState::on_iq(const StreamEvent& event, const std::optional<OpenIq>& request) {
  if (event.direction == Direction::kC2S) {
    if (!is_roster(event.payload)) return;
    if (event.stanza_type == "get") on_get(event);
    if (event.stanza_type == "set") on_set(event);
    return;
  }
  if (event.stanza_type == "set") {
    if (is_roster(event.payload)) on_push(event);
    return;
  }
  if (!request || !event.answers || request->payload_ns != kRosterNamespace) return;
  if (request->type == "get") {
    if (event.stanza_type == "result") on_result(event);
    return;
  }
  for (auto change = changes_.begin(); change != changes_.end(); ++change) {
    if (change->frame != request->frame) continue;
    if (event.stanza_type == "result") {
      change->granted = true;
      change->granted_at = event.time;
    } else {
      changes_.erase(change);
    }
    return;
  }
}

void RosterState::on_get(const StreamEvent& event) {
  requested_ = true;
  if (event.payload->find_attribute("ver") != nullptr) versioned_get_ = event.frame;
}

void RosterState::on_set(const StreamEvent& event) {
  const xml::Element* item = event.payload->child("item", kRosterNamespace);
  if (item == nullptr || event.payload->child_count() != 1) return;
  const std::string_view address = item->attribute("jid");
  if (address.empty()) return;
  const bool removes = item->attribute("subscription") == "remove";
  RosterChange change;
  change.contact = contact_of(address);
  change.frame = event.frame;
  change.visible = complete_ && find(address).has_value() == removes;
  if (changes_.size() >= kMaxChanges) changes_.erase(changes_.begin());
  changes_.push_back(change);
}

void RosterState::on_result(const StreamEvent& event) {
  received_ = true;
  if (!is_roster(event.payload)) return;  // the client's copy is up to date; nobody says what is in it
  items_.clear();
  complete_ = true;
  for (const xml::Element& item : event.payload->children()) {
    if (complete_ && item.is("item", kRosterNamespace)) put(item);
  }
  items_.shrink_to_fit();
}

void RosterState::on_push(const StreamEvent& event) {
  for (const xml::Element& item : event.payload->children()) {
    if (!item.is("item", kRosterNamespace)) continue;
    const uint64_t contact = contact_of(item.attribute("jid"));
    std::erase_if(changes_, [contact](const RosterChange& change) { return change.contact == contact; });
    if (complete_) put(item);
  }
}

void RosterState::put(const xml::Element& item) {
  const std::string_view address = item.attribute("jid");
  if (address.empty()) return;
  const uint64_t contact = contact_of(address);
  const auto found = std::lower_bound(items_.begin(), items_.end(), contact);
  const bool known = found != items_.end() && (*found & ~kStateBits) == contact;
  if (item.attribute("subscription") == "remove") {
    if (known) items_.erase(found);
  } else if (known) {
    *found = contact | state_of(item);
  } else if (items_.size() < kMaxItems) {
    items_.insert(found, contact | state_of(item));
  } else {
    forget_all();
  }
}

void RosterState::forget_all() {
  complete_ = false;
  items_ = {};
}

std::optional<RosterItem> RosterState::find(std::string_view address) const {
  return items_.empty() ? std::nullopt : find_key(bare_key(address));
}

std::optional<RosterItem> RosterState::find_key(uint64_t bare_key) const {
  const uint64_t contact = bare_key & ~kStateBits;
  const auto found = std::lower_bound(items_.begin(), items_.end(), contact);
  if (found == items_.end() || (*found & ~kStateBits) != contact) return std::nullopt;
  return RosterItem{static_cast<Subscription>(*found & 3U), (*found & kAsked) != 0};
}

}  // namespace parser
