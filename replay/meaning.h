// What a stanza means, as a key: two stanzas with the same key ask for the same. Ids, stamps and resources
// are no part of it, and the account's own address and domain stand there as such, so that another account
// that asks for the same has the same key.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "parser/xml/element.h"
#include "replay/rewriting.h"

namespace replay {

// How much of a stanza counts. A request is looked up by the finest first.
enum class Likeness : uint8_t {
  kSame,   // everything, ids, stamps and resources aside
  kShape,  // elements and attributes; not their text
  kKind,   // kind, type, whom it is for, its payload's name and node
};
inline constexpr std::array kLikenesses = {Likeness::kSame, Likeness::kShape, Likeness::kKind};
// How it is said behind "as frame 7": "", ", though its text differs", …
std::string_view words(Likeness likeness);

// Replaces `key`.
void meaning(const parser::xml::Element& stanza, const Identity& self, Likeness likeness, std::string& key);
std::string meaning(const parser::xml::Element& stanza, const Identity& self, Likeness likeness);

// For people: "iq get ping → example.com", "presence", "chat message → romeo@example.com".
std::string in_words(const parser::xml::Element& stanza);

}  // namespace replay
