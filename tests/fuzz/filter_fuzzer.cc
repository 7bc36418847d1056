// Any bytes as an expression: parsing ends, errors point into the expression, what parses can be explained
// and evaluated on real events.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "parser/analyzer.h"
#include "parser/filter/filter.h"

namespace {

// Evaluates the filter of the moment on every event that passes.
class Probe : public parser::EventSink {
 public:
  explicit Probe(const parser::filter::Filter& filter) : filter_(filter) {}
  void on_event(const parser::StreamEvent& event) override { matched += filter_.matches(event) ? 1 : 0; }
  size_t matched = 0;

 private:
  const parser::filter::Filter& filter_;
};

constexpr std::string_view kBytes =
    "<stream:stream to='example.com' version='1.0' xmlns='jabber:client' "
    "xmlns:stream='http://etherx.jabber.org/streams'>"
    "<message to='romeo@example.net' id='m1' type='chat'><body>Wherefore art thou</body></message>"
    "<iq type='get' id='r1'><query xmlns='jabber:iq:roster'><item jid='a@b'/></query></iq>"
    "<r xmlns='urn:xmpp:sm:3'/></stream:stream>";

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
  Probe probe(filter);
  parser::Analyzer analyzer({}, probe);
  analyzer.opened({}, 1, {});
  analyzer.bytes({}, 1, parser::Direction::kC2S, kBytes);
  analyzer.closed({}, 1, {});
  return 0;
}
