// Any bytes as an expression: parsing ends, errors point into the expression, what parses can be explained
// and evaluated on real events.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <variant>
#include <vector>

#include "parser/analyzer.h"
#include "parser/filter/filter.h"

namespace {

// Keeps the events, which stay whole: they hold their elements, and their bytes are those of kBytes.
class Keeper : public parser::EventSink {
 public:
  void on_event(const parser::StreamEvent& event) override { events.push_back(event); }
  std::vector<parser::StreamEvent> events;
};

constexpr std::string_view kBytes =
    "<stream:stream to='example.com' version='1.0' xmlns='jabber:client' "
    "xmlns:stream='http://etherx.jabber.org/streams'>"
    "<message to='romeo@example.net' id='m1' type='chat'><body>Wherefore art thou</body></message>"
    "<iq type='get' id='r1'><query xmlns='jabber:iq:roster'><item jid='a@b'/></query></iq>"
    "<r xmlns='urn:xmpp:sm:3'/></stream:stream>";

// Made once: an analyser with its whole rulebook costs more than most expressions.
const std::vector<parser::StreamEvent>& events() {
  static const std::vector<parser::StreamEvent> kept = [] {
    Keeper keeper;
    parser::Analyzer analyzer({}, keeper);
    analyzer.opened({}, 1, {});
    analyzer.bytes({}, 1, parser::Direction::kC2S, kBytes);
    analyzer.closed({}, 1, {});
    return keeper.events;
  }();
  return kept;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view expression(reinterpret_cast<const char*>(data), size);
  auto parsed = parser::filter::Filter::parse(expression);
  if (const auto* error = std::get_if<parser::filter::Error>(&parsed)) {
    if (error->message.empty() || error->length == 0 || error->offset > expression.size()) std::abort();
    if (render(expression, *error).empty()) std::abort();
    return 0;
  }
  const auto& filter = std::get<parser::filter::Filter>(parsed);
  if (filter.explain().empty()) std::abort();
  for (const parser::StreamEvent& event : events()) {
    const bool once = filter.matches(event);
    const bool again = filter.matches(event);  // evaluating leaves nothing behind
    if (once != again) std::abort();
  }
  return 0;
}
