// The stable words for kinds of events, as JSON lines and tests have them.
#include "parser/stream/stream_event.h"

#include <array>

namespace parser {
namespace {

constexpr std::array<std::string_view, 22> kNames{
    "header",   "footer",  "keepalive", "features", "stream-error", "starttls",  "sasl",     "compress",
    "sm",       "message", "presence",  "iq",       "nonza",        "violation", "unparsed", "opened",
    "upstream", "tls",     "edit",      "dropped",  "notice",       "closed"};
static_assert(kNames.size() == static_cast<size_t>(EventKind::kClosed) + 1);

}  // namespace

std::string_view name(EventKind kind) {
  return kNames[static_cast<size_t>(kind)];
}

bool is_element(EventKind kind) {
  return kind <= EventKind::kUnparsed;
}

}  // namespace parser
