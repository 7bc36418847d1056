// Whether somebody is typing (XEP-0085).
#pragma once

#include <cstdint>
#include <string>

#include "parser/payload/names.h"
#include "parser/payload/scene.h"

namespace parser::payload {

enum class ChatState : uint8_t { kNone, kActive, kComposing, kPaused, kInactive, kGone, kUnknown };
// Of an element in the namespace of chat states.
ChatState as_chat_state(const xml::Element& element);
// The first one of a message, and how many it has.
struct ChatStates {
  const xml::Element* first = nullptr;
  size_t count = 0;
};
ChatStates chat_states_in(const xml::Element& message);

std::string chat_state_words(const Scene& scene);

}  // namespace parser::payload
