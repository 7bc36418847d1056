// What each kind of event is, in a sentence for someone who learns the protocol.
#pragma once

#include <string>
#include <string_view>

#include "viewer/model/capture_store.h"

namespace viewer {

struct KindText {
  parser::EventKind kind{};
  std::string_view label;     // as the table shows it; stanzas add their type
  std::string_view meaning;   // one or two sentences
  std::string_view citation;  // "RFC 6120 §4.2"
};
const KindText& kind_text(parser::EventKind kind);

// One character that tells the kind without words.
std::string_view kind_glyph(parser::EventKind kind);

// "iq get", "presence", "message groupchat", "sasl", …
std::string kind_label(const Row& row, std::string_view stanza_type);

}  // namespace viewer
