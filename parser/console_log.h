// Logs of XML consoles and debuggers: whatever a client or server printed about what it sent and received.
//
// There is no format, but most of them put a mark in front of the XML that says which way it went: SENT/RECV,
// Sending/Received, IN/OUT, >> <<, -> <-, C->S, client:/server:, <!-- Outgoing -->; behind time stamps,
// levels and names, or on a line of its own above the XML. Lines with neither a mark nor the rest of an
// element are noise. Lines that name their session (Prosody, ejabberd, Gajim, Dino) are sorted by it. Two
// clients have forms of their own: dino_log.h, psi_console.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/stream/connection.h"
#include "parser/transcript.h"

namespace parser {

struct ConsoleLog {
  std::vector<Transcript> sessions;  // more than one where the log goes on behind the end of a stream
  size_t entries = 0;                // pieces of XML with a known direction
  size_t skipped = 0;                // lines that were taken for noise
  size_t guessed = 0;                // entries whose direction is not in the log (plain text of Psi)
  bool server_side = false;          // written by the server: what it received came from the client
  bool assumed_tls = false;          // a login with no <proceed/> in front: direct TLS is taken for granted
  bool first_tags = false;  // Prosody without mod_stanza_debug: of each stanza only its first tag is there
  bool made_up_headers = false;  // Prosody says that stream headers were sent, and not what they said
  bool nonzas_early = false;     // <r/> and <a/> stand in front of stanzas that came before them (Psi)
  bool mended_headers = false;   // headers stood there without their namespaces (libstrophe)
};

// `writer`: whose log it is, where that is known; else it shows in the marks (Prosody, ejabberd), or is a
// client's. Sessions begin at their header where the log has one, else in an established session of `bound`
// (empty: of nobody knows whom). Null where no mark was found.
std::optional<ConsoleLog> read_console_log(std::string_view text, std::optional<Direction> writer,
                                           std::string_view bound);

}  // namespace parser
