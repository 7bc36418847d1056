// Items as lines, with the checks that hold for every input: bytes are told once, in order, and are those of
// their range.
#include "tests/support/stream_trace.h"

#include <algorithm>
#include <sstream>

#include "parser/xml/serialize.h"

namespace test {
namespace {

using parser::StreamItem;
using parser::StreamReader;

std::string_view caption(const StreamItem& item) {
  switch (item.kind) {
    case StreamItem::Kind::kHeader:
      return "header";
    case StreamItem::Kind::kElement:
      return "element";
    case StreamItem::Kind::kFooter:
      return "footer";
    case StreamItem::Kind::kKeepalive:
      return "keepalive";
    case StreamItem::Kind::kViolation:
      return item.error.fatal ? "fatal" : "violation";
    case StreamItem::Kind::kUnparsed:
      return "unparsed";
  }
  return "?";
}

void append(std::ostream& out, const parser::xml::Element& element) {
  out << '{' << element.ns << '}' << element.prefix << (element.prefix.empty() ? "" : ":") << element.local
      << '[' << element.range.begin << ',' << element.start_tag.end << ',' << element.range.end << ')';
  for (const auto& declaration : element.declarations) {
    out << " xmlns:" << declaration.prefix << "='" << parser::xml::escape_attribute(declaration.uri) << '\'';
  }
  for (const auto& attribute : element.attributes) {
    out << " {" << attribute.ns << '}' << attribute.prefix << (attribute.prefix.empty() ? "" : ":")
        << attribute.local << "='" << parser::xml::escape_attribute(attribute.value) << '\'';
  }
  if (element.first_node == nullptr) return;
  out << '(';
  for (const auto* node = element.first_node; node != nullptr; node = node->next) {
    if (node->element != nullptr) {
      if (node->element->parent != &element) out << "ORPHAN";
      append(out, *node->element);
    } else {
      out << '"' << parser::xml::escape_attribute(node->text) << '"';
    }
  }
  out << ')';
}

class Driver : public StreamTrace {
 public:
  Driver(StreamReader& reader, const TraceOptions& options) : reader_(reader), options_(options) {}
  void on_item(const StreamItem& item) override {
    StreamTrace::on_item(item);
    if (item.kind != StreamItem::Kind::kElement) return;
    auto listed = [&item](const std::vector<std::string_view>& names) {
      return std::find(names.begin(), names.end(), item.element->local) != names.end();
    };
    if (listed(options_.restart_behind)) reader_.restart();
    if (listed(options_.pause_behind)) reader_.pause();
  }

 private:
  StreamReader& reader_;
  const TraceOptions& options_;
};

}  // namespace

std::string describe(const parser::xml::Element& element) {
  std::ostringstream out;
  append(out, element);
  return out.str();
}

void StreamTrace::on_item(const StreamItem& item) {
  std::ostringstream line;
  if (item.element != nullptr) line << ' ' << describe(*item.element);
  if (item.restart) line << " restart";
  if (item.kind == StreamItem::Kind::kViolation) {
    line << ' ' << name(item.error.code) << " (" << condition(item.error.code)
         << "): " << parser::xml::describe(item.error);
    if (item.error.range != item.range) fault_ += "an error's range is not its item's\n";
  }
  const bool tells_bytes = item.kind != StreamItem::Kind::kViolation || !item.bytes.empty();
  if (tells_bytes) {
    if (item.bytes.size() != item.range.size()) fault_ += "an item has other bytes than its range\n";
    if (item.range.begin != next_) fault_ += "an item does not begin where the last ended\n";
    next_ = item.range.end;
  }
  const bool joins = item.kind == StreamItem::Kind::kKeepalive || item.kind == StreamItem::Kind::kUnparsed;
  if (joins && !lines_.empty() && lines_.back().kind == item.kind) {
    lines_.back().range.end = item.range.end;
    return;
  }
  lines_.push_back({item.kind, item.range, std::string(caption(item)) + '\n' + line.str()});
}

std::string StreamTrace::text() const {
  std::ostringstream out;
  for (const Line& line : lines_) {
    const size_t end = line.text.find('\n');
    out << line.text.substr(0, end) << ' ' << line.range.begin << ".." << line.range.end
        << line.text.substr(end + 1) << '\n';
  }
  if (!fault_.empty()) out << "fault: " << fault_;
  return out.str();
}

std::string trace(const std::vector<std::string_view>& chunks, const TraceOptions& options) {
  StreamReader reader(options.reader);
  Driver driver(reader, options);
  uint64_t fed = 0;
  std::string faults;
  for (std::string_view chunk : chunks) {
    fed += chunk.size();
    while (!chunk.empty()) {
      const size_t used = reader.feed(chunk, driver);
      if (used > chunk.size()) return driver.text() + "fault: feed() took more than it was given\n";
      chunk.remove_prefix(used);
      if (options.release_between_feeds) reader.release_memory();
    }
    if (reader.offset() != fed) faults += "fault: offset() is not what was fed\n";
  }
  reader.finish(driver);
  return driver.text() + faults;
}

}  // namespace test
