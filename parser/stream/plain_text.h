// Text from peers made safe and short enough for one line of a terminal or a table.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace parser {

// The text with everything escaped that could move a cursor, change colours, reorder or hide what stands
// around it: C0 and C1 controls and DEL (\n, \t, \x1b), line and paragraph separators, marks of bidirectional
// text, tags, and bytes that are not UTF-8 (\xff). Cut to `most_columns` with a "…"; never longer than 8
// times that in bytes.
std::string plain(std::string_view text, size_t most_columns = 1 << 20);

// Columns that plain() text takes in a terminal: two for wide characters, none for combining ones.
size_t columns(std::string_view text);

}  // namespace parser
