// A presence without `to` goes to everybody who is subscribed and makes the resource available or not; one
// with `to` goes to that address alone. The server copies the broadcast back to its own sender, which is how
// a client knows that it went out.
#include "parser/stream/presence_state.h"

#include <algorithm>

#include "parser/jid/jid.h"
#include "parser/stream/address_key.h"
#include "parser/stream/stanza.h"

namespace parser {

void PresenceState::on_presence(const StreamEvent& event, std::string_view own) {
  last_was_initial_ = false;
  if (event.direction == Direction::kS2C) {
    // A refusal is an answer, too.
    const bool refused =
        event.stanza_type == "error" && (event.from.empty() || same_bare_jid(event.from, own));
    if (unreflected_ && (refused || (!own.empty() && same_jid(event.from, own)))) unreflected_.reset();
    return;
  }
  if (event.to.empty()) {
    on_broadcast(event);
  } else {
    on_directed(event);
  }
}

void PresenceState::on_broadcast(const StreamEvent& event) {
  if (event.stanza_type == "unavailable") {
    available_ = false;
    unreflected_.reset();
    directed_ = {};  // the server tells them, too (RFC 6121 §4.6.3)
    return;
  }
  if (!event.stanza_type.empty() || event.element == nullptr) return;
  if (const auto presence = as_presence(*event.element)) priority_ = static_cast<int8_t>(presence->priority);
  if (available_) return;
  available_ = true;
  last_was_initial_ = true;
  since_ = event.time;
  unreflected_ = Unreflected{event.frame, event.time};
}

void PresenceState::on_directed(const StreamEvent& event) {
  const bool ends = event.stanza_type == "unavailable";
  if (!ends && !event.stanza_type.empty()) return;
  const Directed one{full_key(event.to), bare_key(event.to)};
  const auto found = std::find(directed_.begin(), directed_.end(), one);
  if (ends) {
    if (found == directed_.end()) return;
    directed_.erase(found);
    if (ended_.size() < kMaxDirected) {
      ended_.push_back(one.bare);
    } else {
      forgot_ = true;
    }
  } else if (found == directed_.end()) {
    if (directed_.size() < kMaxDirected) {
      directed_.push_back(one);
    } else {
      forgot_ = true;
    }
  }
}

bool PresenceState::directed_to(std::string_view address) const {
  if (forgot_) return true;
  const uint64_t bare = bare_key(address);
  return std::any_of(directed_.begin(), directed_.end(),
                     [bare](const Directed& one) { return one.bare == bare; }) ||
         std::find(ended_.begin(), ended_.end(), bare) != ended_.end();
}

}  // namespace parser
