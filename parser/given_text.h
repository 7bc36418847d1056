// XML that people have at hand, and what it is: a stream, some stanzas, a console's log, a transcript.
// Whatever the text does not say is taken for granted, and each such guess is told.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/stream/connection.h"
#include "parser/transcript.h"

namespace parser {

enum class TextForm : uint8_t {
  kStream,      // one side of a stream, from its header
  kStanzas,     // one side, in the middle of a session
  kLog,         // what a client or server logged (console_log.h)
  kTranscript,  // C: and S: (transcript.h)
};
std::string_view name(TextForm form);  // "stream", "stanzas", "log", "transcript"

struct GivenText {
  TextForm form{};
  std::optional<Direction> speaker{};  // kStream, kStanzas
  std::vector<std::string> guesses;    // what was taken for granted; a sentence each
  std::vector<Transcript> sessions;    // to be played one after the other
  // The text could not be read at all: one sentence, and the line (from 1; 0: the whole).
  std::string error;
  size_t error_line = 0;
};

// `speaker`: who speaks in a text without speakers, or wrote the log; none: guessed from what is said.
// `bound`: full JID of the session, where the text does not tell; empty: none is assumed.
GivenText read_given_text(std::string_view text, std::optional<Direction> speaker, std::string_view bound);

}  // namespace parser
