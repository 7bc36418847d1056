// Five names.
#include "parser/payload/chat_state.h"

namespace parser::payload {

ChatState as_chat_state(const xml::Element& element) {
  if (element.ns != ns::kChatStates) return ChatState::kNone;
  if (element.local == "active") return ChatState::kActive;
  if (element.local == "composing") return ChatState::kComposing;
  if (element.local == "paused") return ChatState::kPaused;
  if (element.local == "inactive") return ChatState::kInactive;
  if (element.local == "gone") return ChatState::kGone;
  return ChatState::kUnknown;
}

ChatStates chat_states_in(const xml::Element& message) {
  ChatStates out;
  for (const xml::Element& child : message.children()) {
    if (child.ns != ns::kChatStates) continue;
    if (out.first == nullptr) out.first = &child;
    ++out.count;
  }
  return out;
}

std::string chat_state_words(const Scene& scene) {
  return "chat state: " + plain(scene.payload.local, 20);
}

}  // namespace parser::payload
