// What `dino --print-xmpp=all` prints (Dino 0.4): under a mark that names the stream, an indented tree. Names
// are in Clark notation ("{jabber:client}:to='…'"), and on a terminal without their namespaces and in colour;
// nothing is escaped, and a line break inside text follows the indentation of that text.
//
//   XMPP IN [juliet@example.com stream:0x55d0 thread:0x55d1 2024-05-01T12:00:00+0000]
//   <{jabber:client}:message {jabber:client}:from='romeo@example.net/orchard'>
//     <{jabber:client}:body>
//       Wherefore <art> thou?
//     </{jabber:client}:body>
//   </{jabber:client}:message>
#pragma once

#include <optional>
#include <string_view>

#include "parser/logged_xml.h"

namespace parser {

// Null where no line is a mark of Dino's. An entry that ends in the middle is left out and counted as
// skipped.
std::optional<LoggedEntries> read_dino_log(std::string_view text);

}  // namespace parser
