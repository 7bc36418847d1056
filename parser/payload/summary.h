// What an event says, in a few plain words: the text of live lines and of the viewer's rows.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "parser/stream/stream_event.h"

namespace parser {

constexpr size_t kMaxSummaryColumns = 200;

// "roster request", "chat: “hello”", "MAM query for juliet@example.com, page of 50". One line, safe to print
// (plain_text.h), at most kMaxSummaryColumns wide. Never shows SASL payloads or passwords.
std::string summary(const StreamEvent& event);

namespace payload {

// The namespaces that summaries and readers know, in the order of the tables; some more than once.
std::span<const std::string_view> summarised_namespaces();

}  // namespace payload

}  // namespace parser
