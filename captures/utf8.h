// What captures/ needs of UTF-8 beyond parser/xml/utf8.h: comments and options have to be it, whatever a peer
// sent.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace captures {

bool is_utf8(std::string_view text);
// With what is not UTF-8 replaced by U+FFFD, cut at about `limit` bytes.
std::string readable(std::string_view text, size_t limit);
// Size of the well-formed character at the front of `text`, 0 where there is none.
size_t utf8_character(std::string_view text);

}  // namespace captures
