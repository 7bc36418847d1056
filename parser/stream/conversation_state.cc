// Runs on every message, so it has to be cheap: one hash of the sender, two bits in a filter that cannot be
// wrong about who did not write, and eight conversations in a fixed array.
#include "parser/stream/conversation_state.h"

#include <algorithm>

#include "parser/jid/jid.h"
#include "parser/stream/address_key.h"

namespace parser {
namespace {

constexpr uint64_t kBits = 1024;

bool has_resource(std::string_view address) {
  return address.find('/') != std::string_view::npos;
}

}  // namespace

void ConversationState::on_message(const StreamEvent& event) {
  last_reply_unlocked_ = false;
  if (event.direction == Direction::kS2C) {
    const uint64_t contact = bare_key(event.from);
    for (const uint64_t bit : {contact % kBits, (contact >> 32U) % kBits}) {
      senders_[bit / 64] |= uint64_t{1} << bit % 64;
    }
    if (event.stanza_type != "chat" || event.element == nullptr || !has_resource(event.from)) return;
    if (event.element->child("body", event.ns) == nullptr) return;
    Partner* partner = find(contact);
    if (partner == nullptr) {
      partner = &*std::min_element(partners_.begin(), partners_.end(),
                                   [](const Partner& a, const Partner& b) { return a.turn < b.turn; });
      *partner = Partner{.contact = contact};
    }
    partner->locked = true;
    partner->turn = ++turn_;
    return;
  }
  if (event.stanza_type != "chat" || event.element == nullptr || has_resource(event.to)) return;
  if (event.element->child("body", event.ns) == nullptr) return;
  Partner* partner = find(bare_key(event.to));
  if (partner == nullptr || !partner->locked || partner->told) return;
  partner->told = true;
  last_reply_unlocked_ = true;
}

void ConversationState::on_presence(const StreamEvent& event) {
  if (turn_ == 0 || event.direction != Direction::kS2C) return;
  if (Partner* partner = find(bare_key(event.from))) partner->locked = false;
}

bool ConversationState::may_have_written(std::string_view address) const {
  const uint64_t contact = bare_key(address);
  for (const uint64_t bit : {contact % kBits, (contact >> 32U) % kBits}) {
    if ((senders_[bit / 64] >> bit % 64 & 1U) == 0) return false;
  }
  return true;
}

ConversationState::Partner* ConversationState::find(uint64_t contact) {
  if (contact == 0) return nullptr;
  for (Partner& partner : partners_) {
    if (partner.contact == contact) return &partner;
  }
  return nullptr;
}

}  // namespace parser
