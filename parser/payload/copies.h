// Whether the client wanted carbons, and which messages reached or left it directly, so that a copy of one of
// them is noticed (XEP-0280).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "parser/payload/part.h"
#include "parser/stream/stream_event.h"

namespace parser::payload {

class Copies {
 public:
  static constexpr size_t kMost = 32;  // messages remembered
  void on_iq(const StreamEvent& event);
  // Bind 2 turns carbons on with the bytes that log in (XEP-0386).
  void on_sasl(const StreamEvent& event);
  void on_message(const StreamEvent& event, PartSet parts);
  void forget_last() { copied_ = false; }

  bool wanted() const { return wanted_; }
  // The event is a copy of a message that passed here directly.
  bool last_was_direct() const { return copied_; }

 private:
  void remember(uint64_t message);
  std::vector<uint64_t> direct_;  // fingerprints; a ring once it is full
  size_t next_ = 0;
  bool wanted_ = false;
  bool copied_ = false;
};

}  // namespace parser::payload
