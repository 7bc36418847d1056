// What the stream's own elements and the facts of a connection say, in a few plain words.
#pragma once

#include <string>

#include "parser/stream/stream_event.h"

namespace parser {

// "offers STARTTLS", "logs in with SCRAM-SHA-1", "TLS with the client: TLSv1.3". Stanzas are only named; what
// they carry is told by summary() of parser/payload/summary.h, which is the one to call. Safe to print.
std::string stream_summary(const StreamEvent& event);

}  // namespace parser
