// What an event says, in a few plain words: the text of live lines and of the viewer's rows.
#pragma once

#include <string>

#include "parser/stream/stream_event.h"

namespace parser {

constexpr size_t kMaxSummaryColumns = 200;

// "roster request", "chat: “hello”", "logs in with SCRAM-SHA-1". One line, safe to print (plain_text.h), at
// most kMaxSummaryColumns wide. Never shows SASL payloads or passwords.
std::string summary(const StreamEvent& event);

}  // namespace parser
