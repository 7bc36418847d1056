// Whom a stream connects, as far as it changes what may be said on it: the same phase means other things to a
// client, a server and a component.
#pragma once

#include <cstdint>
#include <string_view>

#include "parser/stream/phase.h"

namespace parser {

enum class StreamKind : uint8_t {
  kClient,            // client and server; also where nothing is known yet
  kServer,            // two servers (RFC 6120 §4.5)
  kServerWaiting,     // the same, while a dialback key has no answer (XEP-0220)
  kServerBoth,        // the same, with both directions on one connection (XEP-0288)
  kComponentAccept,   // a component that connected to its server (XEP-0114)
  kComponentConnect,  // a server that connected to its component
};

// What is different about a phase on such a stream; empty fields are those of the client's stream.
struct PhaseOnStream {
  std::string_view caption;
  std::string_view turn;
  std::string_view initiator;  // what it may send; only where `turn` says something
  std::string_view responder;
};
// Null: nothing is different.
const PhaseOnStream* phase_on(StreamKind kind, Phase phase);

// As caption(), turn() and may_send() of phase.h.
std::string_view caption(Phase phase, StreamKind kind, bool websocket = false);
std::string_view turn(Phase phase, StreamKind kind);
std::string_view may_send(Phase phase, Direction sender, StreamKind kind, bool websocket = false);

}  // namespace parser
