// What can be copied from Psi's XML console (Psi 1.5): nothing but the colour says who spoke there, so
//   as HTML (the clipboard has it as text/html) it is read as it was: sent is red, received yellow;
//   as plain text the speakers are found by what they say, and entries of which that is a guess are counted.
// "Dump Ringbuf" puts <!-- TS:2024-05-01T12:00:00--> in front of each entry.
#pragma once

#include <optional>
#include <string_view>

#include "parser/logged_xml.h"

namespace parser {

// Null where it is no rich text of Qt with XML in Psi's colours.
std::optional<LoggedEntries> read_psi_html(std::string_view text);

// Null where the text is not XML of both sides: with time stamps of Psi's, or with the headers of both.
std::optional<LoggedEntries> read_unmarked_log(std::string_view text);

}  // namespace parser
