// Addresses as 64-bit keys, for state that has to remember many of them in little memory.
//
// Every spelling of an address has the key of its prepared form. Different addresses may share one, by a
// chance of 2^-64 or because somebody searched for it: what is remembered by key serves to keep silent about
// an address, or to speak of one that the text of the event itself names.
#pragma once

#include <cstdint>
#include <string_view>

namespace parser {

// Of the address without its resource, and of the whole address; 0 for an empty one only. An address that
// cannot be prepared is taken byte by byte. No allocation for addresses in lower-case ASCII.
uint64_t bare_key(std::string_view address);
uint64_t full_key(std::string_view address);
// Of any other text that is only compared: an id, a nickname. 0 for an empty one only.
uint64_t text_key(std::string_view text);

}  // namespace parser
