// Pieces that summaries are made of; all are safe to print (plain_text.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "parser/stream/stanza.h"

namespace parser::phrase {

inline constexpr size_t kExcerpt = 60;  // columns of a body or a text

// “text”, cut to so many columns.
std::string in_quotes(std::string_view text, size_t most = kExcerpt);
// "1 item", "3 items".
std::string counted(uint64_t value, std::string_view one, std::string_view many);
// Text of the first child with that name, whatever its namespace; "" where there is none.
std::string child_text(const xml::Element& element, std::string_view name);
// "item-not-found “no such room”", "no <error/> child".
std::string error_words(const std::optional<ErrorInfo>& error);
// "pubsub {urn:example}": an element that is not known better.
std::string unknown(const xml::Element& element);

}  // namespace parser::phrase
