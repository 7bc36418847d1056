// The facts of a connection that are not bytes: who, TLS, edits, how it ended. With the bytes they are
// all that the Analyzer takes as input, and all that a capture has to hold.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "parser/xml/byte_range.h"

namespace parser {

// Time is always an input. Microseconds since 1970-01-01 UTC.
using Time = std::chrono::sys_time<std::chrono::microseconds>;
using Duration = std::chrono::microseconds;

// Numbers the connections of one run or capture, from 1.
using ConnectionId = uint64_t;

// The direction that bytes travel in: from the initiating entity ("client", also a component or the
// server that opened an s2s connection) or from the receiving entity ("server").
enum class Direction : uint8_t { kC2S = 0, kS2C = 1 };
constexpr Direction opposite(Direction d) {
  return d == Direction::kC2S ? Direction::kS2C : Direction::kC2S;
}
constexpr size_t index(Direction d) {
  return static_cast<size_t>(d);
}

// The proxy's two legs; TLS state belongs to a leg.
enum class Leg : uint8_t { kClient = 0, kServer = 1 };  // client↔proxy, proxy↔server

struct Endpoint {
  std::string address;  // numeric IPv4 or IPv6, without brackets
  uint16_t port = 0;
  std::string name;  // host name where one is known (target of SRV, domain), else empty
  bool operator==(const Endpoint&) const = default;
};

// What is taken for granted about the part of a session that was not seen: transcripts (rule examples,
// `lint`) begin there. The session is then judged as if it had been seen from its start: absence does prove
// something.
struct AssumedSession {
  bool encrypted = true;  // both legs
  bool authenticated = true;
  std::string bound_jid;  // full JID; empty: no resource yet
  std::string domain;     // of the server; empty: that of bound_jid
  // False: only a part of what is said is there (a few stanzas that somebody pasted), so absence proves
  // nothing after all. With that, a bound_jid that is empty means: logged in and bound, nobody knows as whom.
  bool complete = true;
};

// XMPP over WebSocket (RFC 7395): what is said comes in messages. Subprotocols as the handshake named them.
struct WebSocketInfo {
  std::vector<std::string> offered = {"xmpp"};  // by the client
  std::string chosen = "xmpp";                  // by the server; empty: none
};

// How the type of a WebSocket message is written (RFC 6455 §5.2).
enum class Opcode : uint8_t { kText = 1, kBinary = 2 };

struct ConnectionInfo {
  Endpoint client;
  Endpoint server;                           // upstream; port 0 while it is not known yet (see Upstream)
  Endpoint listener;                         // where the proxy accepted it; port 0 in foreign captures
  bool direct_tls = false;                   // TLS before XML on the client's leg (XEP-0368)
  bool from_start = true;                    // false: the capture began in mid-session
  std::optional<WebSocketInfo> websocket{};  // none: a stream of bytes; direct_tls then says wss
  // With from_start = false only: SessionState::on_opened() starts in kEstablished (bound), kFeaturesAuth
  // (authenticated), kFeaturesTls or kFeaturesPlain, both sides in a document; readers expect no header.
  std::optional<AssumedSession> assumed{};
};

// The upstream server became known (resolved from the stream's `to`) and TCP to it is open.
struct UpstreamConnected {
  Endpoint server;
  bool direct_tls = false;
};

struct TlsEstablished {
  Leg leg{};
  std::string version;  // "TLSv1.3"
  std::string cipher;   // OpenSSL's name
  std::string alpn;     // empty: none negotiated
  std::string sni;      // empty: none sent
  bool resumed = false;
  std::string peer_subject;  // of the certificate that the peer showed; one line, RFC 2253 form
  std::string peer_issuer;
  std::string verification;  // "ok", "not verified (--insecure-upstream)", or why it failed
  uint64_t c2s_offset = 0;   // application bytes that had passed in each direction when TLS began
  uint64_t s2c_offset = 0;
};

// The proxy forwarded `replacement` instead of the bytes at `range` (as sent). An insertion has an
// empty range. Reported before the bytes it concerns.
struct Edit {
  Direction direction{};
  ByteRange range;          // in the bytes as sent
  std::string replacement;  // what was forwarded instead
  std::string name;         // "hide-channel-binding"
  std::string reason;       // one sentence for people
};

// Recording was dropped (--capture-overflow=drop): these bytes passed, and were not seen.
struct Dropped {
  Direction direction{};
  uint64_t bytes = 0;
};

struct Closed {
  enum class How : uint8_t {
    kFinished,
    kReset,
    kTimeout,
    kRefused,
    kTlsFailed,
    kUpstreamFailed,
    kShutdown,
    kLost
  };
  How how = How::kFinished;  // kLost: the capture ends here, the connection did not
  std::string reason;        // one sentence for people; empty after a plain end
  // Which side ended it first: the one that sends in this direction; none where nobody knows.
  std::optional<Direction> by{};
};

// Something worth a line that is none of the above, e.g. see-other-host.
struct Notice {
  std::string name;  // "see-other-host"
  std::string text;
};

}  // namespace parser
