// Connection facts, edits and findings as JSON, for the text options of packets: written for the reader to
// take back, and for other programs to understand.
//
// Strings that are not UTF-8 become {"hex":"…"}, so that reading gives back the very same bytes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "parser/stream/connection.h"
#include "parser/stream/stream_event.h"

namespace captures {

// {"opened":{…}}, {"upstream":{…}}, {"tls":{…}}, {"dropped":{…}}, {"notice":{…}}, {"closed":{…}};
// "" for no fact and for edits.
std::string fact_json(const parser::ConnectionFact& fact);
// {"edit":{…}} without the replacement, which may be any bytes and long: only its size.
std::string edit_json(const parser::Edit& edit);
// {"finding":{…}}. Not read back: the reader's own rulebook finds them again.
std::string finding_json(const parser::Finding& finding);
// {"masked":{"what":…,"ranges":[[begin,end],…]}}
std::string masked_json(std::string_view what, const std::vector<parser::ByteRange>& ranges);

// The reverse of the first two. monostate where the text is no JSON, or says something that this version does
// not know.
parser::ConnectionFact parse_fact(std::string_view json);

// The same in a sentence, for people: "TLS on the client's leg: TLSv1.3, …".
std::string fact_sentence(const parser::ConnectionFact& fact);
std::string edit_sentence(const parser::Edit& edit);
// "warning iq-missing-id (RFC 6120 §8.1.3): …"
std::string finding_sentence(const parser::Finding& finding);

}  // namespace captures
