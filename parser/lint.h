// Judges XML that people have at hand: a stream, some stanzas, a console's log, a transcript. What is wrong
// is found by the same analyzer and rules as on the wire, and pointed at in the text it was given as.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/given_text.h"
#include "parser/rules/profile.h"
#include "parser/stream/stream_event.h"

namespace parser {

struct LintOptions {
  rules::Profile profile = rules::Profile::kRfc6120;
  // Who speaks in a text without speakers, or wrote the log; none: guessed from what is said.
  std::optional<Direction> speaker{};
  std::string bound;  // full JID of the session, where the text does not tell; empty: none is assumed
};

struct LintFinding {
  // finding.range is in the bytes of its direction; finding.frame counts elements of the text from 1. Rules
  // that are the form's own and not in the book have no citation: "input-incomplete" (the text ends within an
  // element).
  Finding finding;
  ByteRange place;  // the offending bytes in the text
};

struct LintReport {
  TextForm form{};
  std::optional<Direction> speaker{};  // kStream, kStanzas
  std::vector<std::string> guesses;    // what was taken for granted; a sentence each
  std::vector<LintFinding> findings;   // in the order of their places
  uint64_t elements = 0;               // judged; keepalives and what was not parsed not counted
  // The text could not be read at all: one sentence, and the line (from 1; 0: the whole).
  std::string error;
  size_t error_line = 0;
};

// Never fails but by report.error. Time and memory are linear in the text.
LintReport lint(std::string_view text, const LintOptions& options);

}  // namespace parser
