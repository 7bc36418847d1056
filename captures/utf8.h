// What captures/ needs to know of UTF-8: comments, options and JSON have to be it, whatever a peer sent.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace captures {

// Well-formed by the Unicode Standard's table 3-7 (no surrogates, nothing overlong).
bool is_utf8(std::string_view text);
// At most `limit` bytes, cut between characters.
std::string_view cut_utf8(std::string_view text, size_t limit);
// With every byte that is not UTF-8 replaced by U+FFFD, cut at `limit` bytes.
std::string readable(std::string_view text, size_t limit);
// Size of the well-formed character at the front, 0 where there is none. `text` is not empty.
size_t utf8_character(std::string_view text);

}  // namespace captures
