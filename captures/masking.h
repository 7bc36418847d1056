// Keeps secrets out of recordings: passwords and what they could be guessed from are overwritten before an
// element is written, nothing else changes, and no size does.
//
// What stays: user names, mechanisms, SCRAM's structure and nonces. What goes: PLAIN passwords; SCRAM's
// proof, signature and salt; the whole payload of other SASL mechanisms (but EXTERNAL); FAST tokens;
// passwords of jabber:iq:auth and jabber:iq:register, of rooms, invitations and data forms; component
// handshakes. base64 stays base64, and as sloppy as it was. See docs/CAPTURE_FORMAT.md, "Masking".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "parser/stream/stream_event.h"

namespace captures {

struct Masked {
  std::string bytes;                      // the event's bytes, masked; same size
  std::vector<parser::ByteRange> ranges;  // what was overwritten, in the direction's bytes
  std::string what;                       // "SASL PLAIN password"
};

// What masking has to remember of one connection.
class Masking {
 public:
  // Returns false where there is nothing to mask: `masked` is left alone. A message or presence costs a look
  // at the names of its children.
  bool mask(const parser::StreamEvent& event, Masked& masked);

  // Whether the beginning of an element, whose end is not there yet, can be written without knowing it.
  bool partial_is_harmless(std::string_view partial) const;

 private:
  enum class Mechanism : uint8_t { kOther, kPlain, kScram, kExternal };
  static Mechanism mechanism_of(std::string_view name);
  void mask_sasl(const parser::StreamEvent& event, Masked& masked);

  Mechanism mechanism_ = Mechanism::kOther;
  bool authenticated_ = false;  // also where the capture began in mid-session: the login is over
};

// For bytes that are no complete element: overwrites all printable characters outside of tags with '*', and
// the values of attributes named password or token. Returns whether anything was.
bool mask_text(std::string& bytes);

}  // namespace captures
