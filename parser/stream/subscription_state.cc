// A request stays open until the user answers it or the other side takes it back. The lists are short, so
// they are searched from end to end.
#include "parser/stream/subscription_state.h"

#include <algorithm>

#include "parser/stream/address_key.h"

namespace parser {

void SubscriptionState::on_presence(const StreamEvent& event) {
  last_approved_.reset();
  const std::string_view type = event.stanza_type;
  if (type.empty() || type == "unavailable" || type == "error" || type == "probe") return;
  const bool from_client = event.direction == Direction::kC2S;
  const uint64_t contact = bare_key(from_client ? event.to : event.from);
  if (contact == 0) return;
  const auto incoming = std::find_if(incoming_.begin(), incoming_.end(),
                                     [contact](const Request& one) { return one.contact == contact; });
  if (from_client && (type == "subscribe" || type == "subscribed")) {
    const bool turned = std::find(outgoing_.begin(), outgoing_.end(), contact) != outgoing_.end();
    if (type == "subscribed" && incoming != incoming_.end()) {
      last_approved_ = *incoming;
      last_approved_->turned_to = turned;
      incoming_.erase(incoming);
    }
    if (turned) return;
    if (outgoing_.size() >= kMaxRequests) outgoing_.erase(outgoing_.begin());
    outgoing_.push_back(contact);
  } else if (!from_client && type == "subscribe") {
    if (incoming != incoming_.end()) incoming_.erase(incoming);
    if (incoming_.size() >= kMaxRequests) {
      incoming_.erase(incoming_.begin());
      forgot_ = true;
    }
    incoming_.push_back({contact, text_key(event.id), event.frame, event.time, false});
  } else if (type == (from_client ? "unsubscribed" : "unsubscribe")) {
    if (incoming != incoming_.end()) incoming_.erase(incoming);
  }
}

bool SubscriptionState::turned_to(std::string_view address) const {
  return std::find(outgoing_.begin(), outgoing_.end(), bare_key(address)) != outgoing_.end();
}

}  // namespace parser
