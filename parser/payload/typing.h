// The chat state that the client told each of its conversation partners last (XEP-0085).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "parser/payload/chat_state.h"
#include "parser/payload/part.h"
#include "parser/stream/stream_event.h"

namespace parser::payload {

class Typing {
 public:
  static constexpr size_t kMost = 32;  // partners; the one that was met first is forgotten first
  // A message of the client's.
  void on_message(const StreamEvent& event, PartSet parts);
  void forget_last() { repeated_ = false; }
  // The event said on its own what this partner had been told last, on its own, too.
  bool last_repeats() const { return repeated_; }

 private:
  struct Partner {
    uint64_t address = 0;
    ChatState told = ChatState::kNone;  // kNone: with a message
  };
  std::vector<Partner> partners_;
  size_t next_ = 0;
  bool repeated_ = false;
};

}  // namespace parser::payload
