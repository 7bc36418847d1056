// What the defined conditions of stanza errors, stream errors and failed logins mean (RFC 6120 §8.3.3,
// §4.9.3, §6.5). The errors themselves are read by stanza_error() and stream_error() of
// parser/stream/stanza.h.
#pragma once

#include <string_view>

namespace parser::payload {

// One sentence; "" where the condition is not defined.
std::string_view stanza_error_meaning(std::string_view condition);
std::string_view stream_error_meaning(std::string_view condition);
std::string_view sasl_failure_meaning(std::string_view condition);
// What the asker should do, by the type of a stanza error: "do not try again", …; "" for unknown types
// (RFC 6120 §8.3.2).
std::string_view error_type_meaning(std::string_view type);

}  // namespace parser::payload
