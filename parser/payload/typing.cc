// A message with content begins anew: what follows it is news, whatever was said before.
#include "parser/payload/typing.h"

#include <algorithm>

#include "parser/payload/fingerprint.h"

namespace parser::payload {

void Typing::on_message(const StreamEvent& event, PartSet parts) {
  repeated_ = false;
  if (event.direction != Direction::kC2S || event.element == nullptr || event.stanza_type == "error") return;
  const bool state = has(parts, Part::kChatStates);
  if (!state && partners_.empty()) return;
  const uint64_t address = fingerprint(event.to);
  auto found = std::find_if(partners_.begin(), partners_.end(),
                            [&](const Partner& partner) { return partner.address == address; });
  const bool content = event.element->child("body", event.element->ns) != nullptr;
  if (!state || content) {
    if (found != partners_.end() && content) found->told = ChatState::kNone;
    return;
  }
  const ChatState told = as_chat_state(*chat_states_in(*event.element).first);
  if (found == partners_.end()) {
    if (partners_.size() < kMost) {
      partners_.push_back({address, told});
      return;
    }
    found = partners_.begin() + static_cast<std::ptrdiff_t>(next_);
    next_ = (next_ + 1) % kMost;
    *found = {address, told};
    return;
  }
  repeated_ = found->told == told && told != ChatState::kUnknown;
  found->told = told;
}

}  // namespace parser::payload
