// Feeds a SessionState from XML, so that tests can ask it what it knows behind each element.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "parser/stream/session_state.h"
#include "parser/stream/stanza.h"
#include "parser/stream/stream_reader.h"

namespace parser::testing {

// Parses one depth-1 element (or header) as if it stood in a jabber:client stream.
inline xml::ElementPtr parse_element(std::string_view bytes) {
  struct Keep : StreamReader::Handler {
    void on_item(const StreamItem& item) override {
      if (item.element != nullptr) element = item.element;
    }
    xml::ElementPtr element;
  } keep;
  StreamReader::Options options;
  options.expect_header = false;
  StreamReader reader(options);
  reader.feed(bytes, keep);
  return keep.element;
}

class SessionDriver {
 public:
  explicit SessionDriver(const SessionLimits& limits = {}) : state(limits) {}

  // A client that is bound as juliet@capulet.example/balcony; every fact of its start was seen.
  static SessionDriver bound(const SessionLimits& limits = {}) {
    SessionDriver driver(limits);
    ConnectionInfo info;
    info.from_start = false;
    info.assumed = AssumedSession{.bound_jid = "juliet@capulet.example/balcony", .domain = {}};
    driver.state.on_opened(info);
    return driver;
  }

  const StreamEvent& client(std::string_view bytes) { return feed(Direction::kC2S, bytes); }
  const StreamEvent& server(std::string_view bytes) { return feed(Direction::kS2C, bytes); }

  const StreamEvent& feed(Direction direction, std::string_view bytes) {
    event = StreamEvent();
    event.direction = direction;
    event.frame = ++frame;
    event.time = Time(std::chrono::milliseconds(10 * static_cast<int64_t>(frame)));
    if (bytes == "</stream:stream>") {
      event.kind = EventKind::kFooter;
    } else {
      event.element = parse_element(bytes);
      const xml::Element& element = *event.element;
      const bool header = element.is("stream", ns::kStreams);
      event.kind = header ? EventKind::kHeader : classify(element, state.content_namespace());
      event.ns = element.ns;
      event.local = element.local;
      event.from = element.attribute("from");
      event.to = element.attribute("to");
      event.id = element.attribute("id");
      event.stanza_type = element.attribute("type");
      event.payload = payload_of(element);
    }
    state.on_element(event);
    return event;
  }

  SessionState state;
  StreamEvent event;
  uint64_t frame = 0;
};

}  // namespace parser::testing
