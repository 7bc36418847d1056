// A StreamReader in the middle of a document that declares nothing reads a message; where the message has
// brought it into another state (a header, a fatal error), the next one gets a new reader.
#include "parser/stream/frame_reader.h"

#include <utility>

#include "parser/stream/stanza.h"

namespace parser {
namespace {

// Turns the elements of RFC 7395 into what they stand for. Under a wrong namespace, too: a rule says so, and
// the session goes on.
class Framing final : public StreamReader::Handler {
 public:
  explicit Framing(StreamReader::Handler& handler) : handler_(handler) {}
  void on_item(const StreamItem& item) override {
    if (item.kind != StreamItem::Kind::kElement ||
        (item.element->local != "open" && item.element->local != "close")) {
      handler_.on_item(item);
      return;
    }
    StreamItem framed = item;
    framed.kind = item.element->local == "open" ? StreamItem::Kind::kHeader : StreamItem::Kind::kFooter;
    handler_.on_item(framed);
  }

 private:
  StreamReader::Handler& handler_;
};

StreamReader::Options options_of(const xml::Limits& limits) {
  StreamReader::Options options;
  options.limits = limits;
  options.expect_header = false;
  options.declares_nothing = true;
  return options;
}

}  // namespace

FrameReader::FrameReader(const xml::Limits& limits) : options_(options_of(limits)), reader_(options_) {}

void FrameReader::feed(std::string_view message, StreamReader::Handler& handler) {
  Framing framing(handler);
  reader_.feed(message, framing);
  const std::string_view rest = reader_.partial();
  if (rest.starts_with('<') && !reader_.failed()) {
    StreamItem item;
    item.kind = StreamItem::Kind::kViolation;
    item.range = {reader_.offset() - rest.size(), reader_.offset()};
    item.error = {xml::ErrorCode::kNotWellFormed, item.range, "the message ends before its element does",
                  true};
    handler.on_item(item);
  }
  reader_.finish(framing);
  if (reader_.failed() || reader_.header() != nullptr || !reader_.in_document()) {
    const uint64_t offset = reader_.offset();
    reader_ = StreamReader(options_);
    reader_.skip(offset);
  }
}

void FrameReader::skip(uint64_t bytes) {
  reader_.skip(bytes);
}

}  // namespace parser
