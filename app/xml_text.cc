// Masking works on bytes, so an element in which something was masked is parsed again to be printed.
#include "app/xml_text.h"

#include <algorithm>
#include <string_view>

#include "parser/stream/plain_text.h"
#include "parser/stream/stream_reader.h"
#include "parser/xml/serialize.h"

namespace app {
namespace {

using parser::EventKind;
using parser::StreamEvent;

// The first element of some bytes.
class FirstElement : public parser::StreamReader::Handler {
 public:
  void on_item(const parser::StreamItem& item) override {
    if (!element && item.kind == parser::StreamItem::Kind::kElement) element = item.element;
  }
  parser::xml::ElementPtr element;
};

std::string text_of(const StreamEvent& event, std::string_view masked) {
  if (!masked.empty()) {
    parser::StreamReader::Options options;
    options.expect_header = false;
    parser::StreamReader reader(options);
    FirstElement first;
    reader.feed(masked, first);
    return first.element ? parser::xml::pretty_print(*first.element) : std::string(masked);
  }
  if (event.kind == EventKind::kHeader && event.element) {
    return parser::xml::serialize_start_tag(*event.element);
  }
  return event.element ? parser::xml::pretty_print(*event.element) : std::string(event.bytes);
}

}  // namespace

std::string XmlText::lines(const StreamEvent& event, size_t indent) {
  if (event.kind == EventKind::kClosed) maskings_.erase(event.connection);
  if (!is_element(event.kind) || event.kind == EventKind::kKeepalive) return {};
  captures::Masked masked;
  const bool changed = !show_secrets_ && maskings_[event.connection].mask(event, masked);
  const std::string text = text_of(event, changed ? masked.bytes : std::string());
  std::string out;
  std::string_view rest = text;
  while (!rest.empty()) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    out += std::string(indent, ' ') + parser::plain(rest.substr(0, end)) + "\n";
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (changed) out += std::string(indent, ' ') + "(masked: " + masked.what + ")\n";
  return out;
}

}  // namespace app
