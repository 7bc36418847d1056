#include "captures/recut/told.h"

#include <type_traits>
#include <variant>

namespace captures {

Told told(const parser::StreamEvent& event) {
  return {event.time, event.connection, event.direction, event.kind, std::string(event.bytes),
          event.fact, event.edits};
}

void tell(const Told& event, parser::ConnectionId as, parser::Analyzer& analyzer) {
  if (parser::is_element(event.kind)) {
    for (const parser::Edit& edit : event.edits) analyzer.edited(event.time, as, edit);
    if (!event.bytes.empty()) analyzer.bytes(event.time, as, event.direction, event.bytes);
    return;
  }
  std::visit(
      [&](const auto& fact) {
        using Fact = std::decay_t<decltype(fact)>;
        if constexpr (std::is_same_v<Fact, parser::ConnectionInfo>) {
          analyzer.opened(event.time, as, fact);
        } else if constexpr (std::is_same_v<Fact, parser::UpstreamConnected>) {
          analyzer.upstream(event.time, as, fact);
        } else if constexpr (std::is_same_v<Fact, parser::TlsEstablished>) {
          analyzer.tls_established(event.time, as, fact);
        } else if constexpr (std::is_same_v<Fact, parser::Edit>) {
          analyzer.edited(event.time, as, fact);
        } else if constexpr (std::is_same_v<Fact, parser::Dropped>) {
          analyzer.dropped(event.time, as, fact);
        } else if constexpr (std::is_same_v<Fact, parser::Notice>) {
          analyzer.notice(event.time, as, fact);
        } else if constexpr (std::is_same_v<Fact, parser::Closed>) {
          analyzer.closed(event.time, as, fact);
        }
      },
      event.fact);
}

}  // namespace captures
