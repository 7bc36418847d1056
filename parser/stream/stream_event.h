// One thing that happened on a connection: the unit that every sink, row and line is made from.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "parser/stream/connection.h"
#include "parser/stream/finding.h"
#include "parser/stream/phase.h"
#include "parser/stream/progress.h"
#include "parser/stream/standing.h"
#include "parser/stream/stream_kind.h"
#include "parser/xml/element.h"
#include "parser/xml/error.h"

namespace parser {

enum class EventKind : uint8_t {
  // Elements: have direction, range and bytes.
  kHeader,
  kFooter,
  kKeepalive,
  kFeatures,
  kStreamError,
  kStartTls,  // starttls, proceed, failure in the tls namespace
  kSasl,      // auth, challenge, response, success, failure, abort; SASL2 likewise
  kCompress,
  kSm,  // stream management (XEP-0198)
  kMessage,
  kPresence,
  kIq,
  kNonza,      // any other depth-1 element
  kViolation,  // XML that was refused; the finding says why
  kUnparsed,   // bytes that could not be framed: behind a violation, or a partial element at the end
  // Facts of the connection: `fact` is set, there are no bytes.
  kOpened,
  kUpstream,
  kTls,
  kEdit,  // an edit that belongs to no element (others are in StreamEvent::edits)
  kDropped,
  kNotice,
  kClosed,
};
// "header", "footer", "keepalive", "features", "stream-error", "starttls", "sasl", "compress", "sm",
// "message", "presence", "iq", "nonza", "violation", "unparsed", "opened", "upstream", "tls", …
std::string_view name(EventKind kind);
bool is_element(EventKind kind);  // has bytes: kHeader … kUnparsed

// Which earlier element this one answers.
struct Answer {
  uint64_t frame = 0;  // of the request
  Duration rtt{};      // from the request's last byte to this one's last byte
  bool operator==(const Answer&) const = default;
};

using ConnectionFact = std::variant<std::monostate, ConnectionInfo, UpstreamConnected, TlsEstablished, Edit,
                                    Dropped, Notice, Closed>;

// The WebSocket message that an event's bytes came in (RFC 7395 §3.3).
struct MessageInfo {
  ByteRange range;        // of the whole message
  unsigned elements = 0;  // complete ones in it before this event's
  bool binary = false;    // its opcode
};

struct StreamEvent {
  uint64_t frame =
      0;        // number of the frame that holds its last byte, as Wireshark counts (see FrameNumbering)
  Time time{};  // when its last byte arrived
  ConnectionId connection = 0;
  // The logical session: the first of the connections that it has lived on (XEP-0198 §5). It is the
  // connection itself unless that has resumed an earlier one.
  ConnectionId session = 0;
  Direction direction{};
  EventKind kind{};
  ByteRange range;
  std::string_view bytes;   // as sent; valid during the callback only
  xml::ElementPtr element;  // null for footers (but <close/>), keepalives, violations, facts
  ConnectionFact fact;
  std::optional<xml::Error> error;  // kViolation: what was refused

  // What the element says; views into `element`, empty where absent.
  std::string_view ns;
  std::string_view local;
  std::string_view from;
  std::string_view to;
  std::string_view id;
  std::string_view stanza_type;
  const xml::Element* payload = nullptr;  // first child element that is not <error/>; null where none

  std::optional<Answer> answers;
  std::vector<Finding> findings;
  std::vector<Edit> edits;  // what the proxy changed in these bytes before it forwarded them
  Phase phase{};            // where the session stands after this event
  Standing standing;        // … with its account
  Progress progress;        // … on its way there
  StreamKind stream{};      // whom it connects, which changes what the phase means
  bool restart = false;     // kHeader: a stream restart
  bool websocket = false;   // the connection is framed by WebSocket (RFC 7395)
  MessageInfo message{};    // with websocket, where there are bytes
};

class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void on_event(const StreamEvent& event) = 0;
};

}  // namespace parser
