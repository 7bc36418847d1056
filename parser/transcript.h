// Transcripts: sessions written down as text, for the examples of rules, for cases and for `lint`.
//
//   # a comment
//   C: <iq id='1' type='get'>          what the client sends; goes on in the next lines, newlines included,
//   <ping xmlns='urn:xmpp:ping'/></iq>  until another speaker, an event or a comment
//   S: <iq id='1' type='result'/>      what the server sends; one blank behind the colon is not sent
//   [wait 60s]                         time passes: ms, s or m (each line takes a millisecond anyway)
//   [tls]                              a TLS handshake succeeds on both legs; details may follow, each as
//                                      name=value or name='value': version, sni, alpn, and verification for
//                                      what the proxy thought of the server's certificate
//   [close]                            TCP ends; [reset] does so with RST. [close C] and [reset S] say who
//                                      ended it first: the client, the server
//   [binary]                           the next message is a binary one (WebSocket only)
//   [connection 2]                     what follows belongs to that connection, until the next such line
//   ${repeat:text:n}                   inside what is sent: text, n times
//   ${byte:ED A0 BD}                   inside what is sent: these bytes
//
// Where it begins. A transcript whose first line is spoken and begins like a document (<?xml, <!DOCTYPE,
// <stream:stream) is a connection from its first byte, and [start] says so explicitly. Any other begins in
// the middle of an established session: both headers exchanged, TLS on both legs, logged in to example.com,
// bound to juliet@example.com/balcony. Events before the first spoken line change that:
//   [bound romeo@example.net/orchard]  bound to that address instead
//   [authenticated]                    logged in, no resource yet
//   [tls]                              encrypted, not logged in
//   [plaintext]                        neither encrypted nor, unless another event says so, logged in
// In front of a connection from its first byte, [tls] means direct TLS.
//
//   [websocket]                        XMPP over WebSocket: every C: or S: line, with the lines that go on
//   with
//                                      it, is one whole message (RFC 7395). Inside TLS (wss) unless
//                                      [plaintext] says otherwise, and with the subprotocol xmpp on both
//                                      sides unless
//   [offered chat, xmpp]               says what the client's handshake names ([offered]: nothing), and
//   [chosen xmpp]                      what the server's does
// With [websocket], a connection from its first byte begins with <open, <close, <?xml or <stream:stream.
//
// A transcript may have several connections, as for a resumption (XEP-0198) or the verification of a dialback
// key. Lines without [connection n] belong to connection 1. Each opens where it is first spoken on, and what
// is said above of where a transcript begins holds for each of them by itself.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "parser/analyzer.h"
#include "parser/stream/connection.h"

namespace parser {

// Where a run of spoken bytes stands in the text that it was read from.
struct SourcePiece {
  size_t at = 0;        // of its first byte in TranscriptStep::bytes; it ends where the next piece begins
  size_t offset = 0;    // in the text
  size_t size = 0;      // in the text
  bool literal = true;  // byte for byte as in the text; false: expanded or unescaped from it as a whole
};

struct TranscriptStep {
  enum class Kind : uint8_t { kSay, kTls, kWait, kClose };
  Kind kind{};
  unsigned connection = 1;            // from 1
  size_t line = 0;                    // in the text, from 1
  Direction direction{};              // kSay
  std::string bytes{};                // kSay, expanded
  bool binary = false;                // kSay on WebSocket: the message's opcode
  Duration wait{};                    // kWait
  Closed::How how{};                  // kClose
  std::optional<Direction> by{};      // kClose: who ended it
  TlsEstablished tls{};               // kTls, for both legs: sni and alpn are the client's
  std::vector<SourcePiece> source{};  // kSay: in order; empty where the step stands for no text

  // Appends to `bytes`, and to `source` where they come from. `size`: in the text.
  void say(std::string_view spoken, size_t offset, size_t size, bool literal = true);
};

struct Transcript {
  static constexpr unsigned kMaxConnections = 16;

  ConnectionInfo start;              // of connection 1
  std::vector<ConnectionInfo> more;  // of connections 2 and up
  std::vector<TranscriptStep> steps;

  const ConnectionInfo& start_of(unsigned connection) const {
    return connection == 1 ? start : more[connection - 2];
  }
};

struct TranscriptError {
  size_t line = 0;      // from 1
  std::string message;  // one sentence
};

// At most 4 MiB when expanded; more is an error, like an unknown event or a line that belongs to no speaker.
std::variant<Transcript, TranscriptError> parse_transcript(std::string_view text);

// Plays it into an analyzer; its connection n has the number `connection` + n - 1, and the first one opens at
// `start`. `chunk`: the most bytes that are given at once; 0: each spoken line whole. Returns the time at its
// end; connections that the transcript does not close are still open then, and Analyzer::finish() ends them.
// What is said on a connection behind its [close] is not played.
Time play(const Transcript& transcript, Analyzer& analyzer, ConnectionId connection, Time start,
          size_t chunk = 0);

}  // namespace parser
