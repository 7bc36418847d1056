// Where in its life a session is: the states of the client-to-server machine (RFC 6120 §4.3, §5, §6, §7).
#pragma once

#include <cstdint>
#include <string_view>

#include "parser/stream/connection.h"

namespace parser {

enum class Phase : uint8_t {
  kConnected,      // C0: TCP is open, no header yet
  kHeaderSent,     // C1: the initiator introduced itself
  kAwaitFeatures,  // C2: both headers seen
  kFeaturesPlain,  // C3: features on an unencrypted stream
  kStartTls,       // C4: <starttls/> sent, waiting for <proceed/>
  kTlsHandshake,   // C4t: <proceed/> seen
  kFeaturesTls,    // C5: features on an encrypted stream, not authenticated
  kSasl2Offered,   // A1: as C5, and SASL2 (XEP-0388) is among the offers
  kSaslServer,     // C6: SASL, the server's turn
  kSaslClient,     // C7: SASL, the client's turn
  kSasl2Server,    // A2: SASL2, the server's turn
  kSasl2Client,    // A3: SASL2, the client's turn
  kTasks,          // A4: SASL2, the password was right and more is to be done
  kLoggedIn,       // A6: SASL2 succeeded, no resource yet, features are due
  kBoundInline,    // A6b: SASL2 succeeded with Bind 2 (XEP-0386), features are due
  kResumedInline,  // A6r: SASL2 succeeded and resumed the earlier session (XEP-0198 §9)
  kRestart,        // C0': authenticated, a new header is due
  kRestartSent,    // C1'
  kRestartAwait,   // C2'
  kFeaturesAuth,   // C8: authenticated, no resource yet
  kBinding,        // C9: bind request sent
  kResuming,       // C9r: <resume/> sent
  kBound,          // C10
  kEstablished,    // C11
  kClosing,        // C12: one side closed its stream
  kError,          // ERR: a stream error was sent
  kClosed,
  kLegacy,      // L1: no version attribute, jabber:iq:auth (XEP-0078)
  kMidSession,  // the capture began after the handshake
};

std::string_view name(Phase phase);  // "features-tls", stable, for JSON
// "channel is encrypted, login comes next". On WebSocket (RFC 7395) <open/> and <close/> stand for the stream
// tags, and there is no STARTTLS.
std::string_view caption(Phase phase, bool websocket = false);
// Whose turn it is: "client", "server", "both", "any", "other" (the side that has not closed yet) or "none".
std::string_view turn(Phase phase);
// What the sender of that direction may send now: element names and a word or two, "<starttls/>, or <auth/>
// …". Empty where it has to wait for the other side, or has nothing to say any more.
std::string_view may_send(Phase phase, Direction sender, bool websocket = false);

}  // namespace parser
