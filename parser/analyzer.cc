// Joins the pieces: bytes go through the StreamReader of their direction, each item becomes a StreamEvent,
// the SessionState of the connection is moved by it, the rules judge it, the sink gets it.
//
// Everything that is remembered hangs on a connection and goes away with it. An event is made on the stack
// and passed on at once; nothing is queued, except edits that wait for the bytes they concern.
#include "parser/analyzer.h"

#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

#include "parser/payload/extensions.h"
#include "parser/payload/part.h"
#include "parser/rules/engine.h"
#include "parser/stream/cross_stream.h"
#include "parser/stream/frame_reader.h"
#include "parser/stream/session_state.h"
#include "parser/stream/stanza.h"
#include "parser/stream/stream_reader.h"

namespace parser {
namespace {

// Edits that wait for their bytes; a proxy has a handful at a time.
constexpr size_t kMaxPendingEdits = 1024;
// Sessions between two connections whose extensions are remembered; the oldest is forgotten first.
constexpr size_t kMaxParked = 256;

StreamReader::Options reader_options(const AnalyzerOptions& options, bool expect_header,
                                     std::string_view content_namespace) {
  StreamReader::Options reader;
  reader.limits = options.limits;
  reader.expect_header = expect_header;
  // Static storage: the reader keeps the view.
  for (const std::string_view known :
       {ns::kClient, ns::kServer, ns::kComponentAccept, ns::kComponentConnect}) {
    if (known == content_namespace) reader.assumed_content_namespace = known;
  }
  return reader;
}

// Copies what sinks ask of every element out of it, in one pass over the attributes.
void describe(const xml::Element& element, StreamEvent& event) {
  event.ns = element.ns;
  event.local = element.local;
  for (const xml::Attribute& attribute : element.attributes) {
    if (!attribute.ns.empty()) continue;
    if (attribute.local == "from") {
      event.from = attribute.value;
    } else if (attribute.local == "to") {
      event.to = attribute.value;
    } else if (attribute.local == "id") {
      event.id = attribute.value;
    } else if (attribute.local == "type") {
      event.stanza_type = attribute.value;
    }
  }
  event.payload = payload_of(element);
}

EventKind kind_of(const StreamItem& item, std::string_view content_namespace) {
  switch (item.kind) {
    case StreamItem::Kind::kHeader:
      return EventKind::kHeader;
    case StreamItem::Kind::kElement:
      return classify(*item.element, content_namespace);
    case StreamItem::Kind::kFooter:
      return EventKind::kFooter;
    case StreamItem::Kind::kKeepalive:
      return EventKind::kKeepalive;
    case StreamItem::Kind::kViolation:
      return EventKind::kViolation;
    case StreamItem::Kind::kUnparsed:
      return EventKind::kUnparsed;
  }
  return EventKind::kUnparsed;
}

// In a message that forgot to declare the prefix "stream", what it has to mean all the same (RFC 7395
// §3.3.3).
EventKind kind_without_prefix(const xml::Element& element) {
  if (element.prefix != "stream" || !element.ns.empty()) return EventKind::kNonza;
  if (element.local == "features") return EventKind::kFeatures;
  return element.local == "error" ? EventKind::kStreamError : EventKind::kNonza;
}

bool is_stanza(EventKind kind) {
  return kind == EventKind::kMessage || kind == EventKind::kPresence || kind == EventKind::kIq;
}

// Kinds that can replace the session's features, which then have to outlive the judgement of the event.
bool may_replace_features(EventKind kind) {
  switch (kind) {
    case EventKind::kHeader:
    case EventKind::kFeatures:
    case EventKind::kStartTls:
    case EventKind::kSasl:
    case EventKind::kCompress:
      return true;
    default:
      return false;
  }
}

}  // namespace

class Analyzer::Impl {
 public:
  Impl(const AnalyzerOptions& options, EventSink& sink)
      : options_(options),
        sink_(sink),
        engine_(options.profile, rules::EngineLimits{options.max_findings_per_rule}) {}

  struct Connection {
    Connection(ConnectionId number, const AnalyzerOptions& options, const ConnectionInfo& info,
               CrossStream& cross)
        : id(number),
          session(SessionLimits{.max_open_iqs = options.max_open_iqs}, &cross,
                  rules::jid_profile(options.profile)),
          readers{StreamReader(reader_options(options, info.from_start, {})),
                  StreamReader(reader_options(options, info.from_start, {}))},
          framing(info.websocket ? std::make_unique<Framing>(options.limits) : nullptr) {}

    StreamReader& reader(Direction direction) { return readers[index(direction)]; }
    uint64_t offset(Direction direction) {
      return framing == nullptr ? reader(direction).offset() : framing->readers[index(direction)].offset();
    }
    std::string_view partial(Direction direction) {
      return framing == nullptr ? reader(direction).partial() : std::string_view();
    }

    // What WebSocket needs instead of `readers`.
    struct Framing {
      explicit Framing(const xml::Limits& limits) : readers{FrameReader(limits), FrameReader(limits)} {}
      std::array<FrameReader, 2> readers;
      MessageInfo message;  // the one at hand
    };

    ConnectionId id;
    SessionState session;
    payload::Extensions extensions;
    bool carried_over = false;  // `extensions` come from the session's earlier connection
    rules::RuleCounters counters;
    std::array<StreamReader, 2> readers;
    std::unique_ptr<Framing> framing;  // null: a stream of bytes
    std::vector<Edit> edits;           // their bytes have not come yet; in the order of their report
    Time active{};                     // of the last bytes or fact
  };

  Connection& open(Time time, ConnectionId id, const ConnectionInfo& info);
  // The connection; one that was never announced is taken up in mid-session.
  Connection& at(Time time, ConnectionId id);
  Connection* find(ConnectionId id);
  void bytes(Time time, Connection& connection, Direction direction, std::string_view bytes);
  void message(Time time, Connection& connection, Direction direction, std::string_view message, bool binary);
  void edited(Time time, Connection& connection, const Edit& edit);
  void dropped(Time time, Connection& connection, const Dropped& fact);
  void close(Time time, Connection& connection, const Closed& fact);
  void finish(Time time);
  void release_idle(Time since);
  // A session goes on over another connection (XEP-0198 §5): what was remembered of its extensions moves.
  void carry_over(Connection& connection);
  void park(Connection& connection);

  // Emits the event of a fact, after `learn` told the session of it.
  template <typename Fact, typename Learn>
  void fact(Time time, Connection& connection, EventKind kind, Direction direction, const Fact& what,
            const Learn& learn) {
    connection.active = time;
    StreamEvent event = begin(time, connection, kind, direction, 0);
    event.fact = what;
    const rules::Before before = snapshot(connection.session);
    const xml::ElementPtr features = connection.session.features_element();
    learn(connection.session);
    connection.session.describe(event);
    finish_event(connection, event, before);
  }

  size_t size() const { return connections_.size(); }

 private:
  class Handler final : public StreamReader::Handler {
   public:
    Handler(Impl& impl, Connection& connection, Direction direction, Time time)
        : impl_(impl), connection_(connection), direction_(direction), time_(time) {}
    void on_item(const StreamItem& item) override { impl_.on_item(time_, connection_, direction_, item); }

   private:
    Impl& impl_;
    Connection& connection_;
    Direction direction_;
    Time time_;
  };

  void on_item(Time time, Connection& connection, Direction direction, const StreamItem& item);
  void restart_readers(Connection& connection, Direction direction);
  // Reports edits that lie before `offset` and that no element can cover any more.
  void report_edits(Time time, Connection& connection, Direction direction, uint64_t offset, bool all);
  void report_edit(Time time, Connection& connection, const Edit& edit);

  StreamEvent begin(Time time, const Connection& connection, EventKind kind, Direction direction,
                    size_t bytes);
  static rules::Before snapshot(const SessionState& session);
  void finish_event(Connection& connection, StreamEvent& event, const rules::Before& before);

  AnalyzerOptions options_;
  EventSink& sink_;
  rules::Engine engine_;
  CrossStream cross_;  // outlives the connections that point at it
  // Of sessions that could be resumed but live on no connection, by their first one; at most kMaxParked.
  std::map<ConnectionId, payload::Extensions> parked_;
  std::unordered_map<ConnectionId, std::unique_ptr<Connection>> connections_;
  uint64_t frames_ = 0;
};

// --- events -----------------------------------------------------------------------------------------------

StreamEvent Analyzer::Impl::begin(Time time, const Connection& connection, EventKind kind,
                                  Direction direction, size_t bytes) {
  StreamEvent event;
  event.time = time;
  event.connection = connection.id;
  event.kind = kind;
  event.direction = direction;
  event.frame = options_.numbering != nullptr
                    ? options_.numbering->frame_of(connection.id, kind, direction, bytes)
                    : ++frames_;
  event.websocket = connection.framing != nullptr;
  return event;
}

rules::Before Analyzer::Impl::snapshot(const SessionState& session) {
  rules::Before before;
  before.phase = session.phase();
  before.authenticated = session.authenticated();
  before.bound = session.bound();
  for (const Direction direction : {Direction::kC2S, Direction::kS2C}) {
    before.encrypted[index(direction)] = session.encrypted(direction);
    before.header_seen[index(direction)] = session.side(direction).header_seen;
    before.closed[index(direction)] = session.side(direction).closed;
    before.error_sent[index(direction)] = session.side(direction).error_sent;
  }
  before.features = session.features();
  return before;
}

void Analyzer::Impl::finish_event(Connection& connection, StreamEvent& event, const rules::Before& before) {
  const ConnectionId first = connection.session.first_connection();
  event.session = first != 0 ? first : connection.id;
  event.stream = connection.session.kind();
  if (options_.rules) {
    if (first != 0 && !connection.carried_over) carry_over(connection);
    payload::PartSet parts = 0;
    if (event.element != nullptr) {
      if (is_stanza(event.kind)) parts = payload::parts_of(*event.element);
      connection.extensions.on_event(event, parts, connection.session);
    }
    const rules::Context context{event,
                                 before,
                                 connection.session,
                                 options_.profile,
                                 options_.iq_timeout,
                                 options_.features_timeout,
                                 parts,
                                 connection.extensions,
                                 options_.ack_timeout,
                                 options_.close_timeout};
    engine_.check(context, connection.counters, event.findings);
  }
  sink_.on_event(event);
}

// --- bytes ------------------------------------------------------------------------------------------------

void Analyzer::Impl::bytes(Time time, Connection& connection, Direction direction, std::string_view bytes) {
  if (connection.framing != nullptr) return message(time, connection, direction, bytes, false);
  connection.active = time;
  Handler handler(*this, connection, direction, time);
  connection.reader(direction).feed(bytes, handler);
}

void Analyzer::Impl::message(Time time, Connection& connection, Direction direction, std::string_view message,
                             bool binary) {
  connection.active = time;
  const uint64_t begin = connection.offset(direction);
  connection.framing->message = {{begin, begin + message.size()}, 0, binary};
  Handler handler(*this, connection, direction, time);
  connection.framing->readers[index(direction)].feed(message, handler);
}

void Analyzer::Impl::on_item(Time time, Connection& connection, Direction direction, const StreamItem& item) {
  SessionState& session = connection.session;
  // A violation inside an element comes before the element and without bytes; edits go to the element.
  const bool has_bytes = !item.bytes.empty();
  if (has_bytes && !connection.edits.empty()) {
    report_edits(time, connection, direction, item.range.begin, false);
  }

  EventKind kind = kind_of(item, session.content_namespace());
  if (connection.framing != nullptr && kind == EventKind::kNonza) kind = kind_without_prefix(*item.element);
  StreamEvent event = begin(time, connection, kind, direction, item.bytes.size());
  event.range = item.range;
  event.bytes = item.bytes;
  event.element = item.element;
  event.restart = item.restart;
  if (item.element != nullptr) describe(*item.element, event);
  if (connection.framing != nullptr) {
    event.message = connection.framing->message;
    if (item.element != nullptr || kind == EventKind::kFooter) ++connection.framing->message.elements;
    if (kind == EventKind::kHeader) event.restart = session.side(direction).headers > 0;
  }
  if (item.kind == StreamItem::Kind::kViolation) event.error = item.error;
  if (has_bytes && !connection.edits.empty()) {
    std::erase_if(connection.edits, [&](Edit& edit) {
      const bool here = edit.direction == direction && edit.range.begin >= item.range.begin &&
                        edit.range.begin < item.range.end;
      if (here) event.edits.push_back(std::move(edit));
      return here;
    });
  }

  const rules::Before before = snapshot(session);
  const xml::ElementPtr features = may_replace_features(kind) ? session.features_element() : nullptr;
  session.on_element(event);
  finish_event(connection, event, before);
  restart_readers(connection, direction);
  if (has_bytes && !connection.edits.empty()) {
    report_edits(time, connection, direction, item.range.end, false);
  }
}

void Analyzer::Impl::restart_readers(Connection& connection, Direction direction) {
  if (connection.framing != nullptr) return;  // each message is a document anyway
  if (connection.session.restarts(direction)) connection.reader(direction).restart();
  const Direction other = opposite(direction);
  // Bytes that the other side sent already belong to what came before, or are a new header, which the reader
  // knows by itself.
  if (connection.session.restarts(other) && connection.reader(other).partial().empty()) {
    connection.reader(other).restart();
  }
}

// --- resumption -------------------------------------------------------------------------------------------

void Analyzer::Impl::carry_over(Connection& connection) {
  connection.carried_over = true;
  if (auto parked = parked_.extract(connection.session.first_connection())) {
    connection.extensions = std::move(parked.mapped());
    return;
  }
  const auto& known = connection.session.last_known_session();  // the client was quicker than TCP
  Connection* earlier = known ? find(known->connection) : nullptr;
  if (earlier != nullptr && earlier != &connection) connection.extensions = std::move(earlier->extensions);
}

void Analyzer::Impl::park(Connection& connection) {
  const StreamManagement* sm = connection.session.sm();
  const bool over = connection.session.side(Direction::kC2S).closed;
  if (sm == nullptr || !sm->resumable() || sm->connection() != connection.id || over) return;
  if (parked_.size() >= kMaxParked) parked_.erase(parked_.begin());
  parked_.insert_or_assign(sm->first_connection(), std::move(connection.extensions));
}

// --- edits ------------------------------------------------------------------------------------------------

void Analyzer::Impl::edited(Time time, Connection& connection, const Edit& edit) {
  connection.active = time;
  if (connection.partial(edit.direction).empty() && edit.range.end <= connection.offset(edit.direction)) {
    report_edit(time, connection, edit);  // between two elements: nothing will cover it
    return;
  }
  if (connection.edits.size() >= kMaxPendingEdits) {
    const Edit oldest = std::move(connection.edits.front());
    connection.edits.erase(connection.edits.begin());
    report_edit(time, connection, oldest);
  }
  connection.edits.push_back(edit);
}

void Analyzer::Impl::report_edits(Time time, Connection& connection, Direction direction, uint64_t offset,
                                  bool all) {
  std::vector<Edit> due;
  std::erase_if(connection.edits, [&](Edit& edit) {
    // An insertion at `offset` itself stands between the elements; a replacement that begins there belongs
    // to the next one.
    const bool behind = edit.range.empty() ? edit.range.begin <= offset : edit.range.begin < offset;
    const bool is_due = edit.direction == direction && (all || behind);
    if (is_due) due.push_back(std::move(edit));
    return is_due;
  });
  for (const Edit& edit : due) report_edit(time, connection, edit);
}

void Analyzer::Impl::report_edit(Time time, Connection& connection, const Edit& edit) {
  connection.session.on_edit(edit);
  StreamEvent event = begin(time, connection, EventKind::kEdit, edit.direction, 0);
  event.range = edit.range;
  event.fact = edit;
  connection.session.describe(event);
  finish_event(connection, event, snapshot(connection.session));
}

// --- connections ------------------------------------------------------------------------------------------

Analyzer::Impl::Connection& Analyzer::Impl::open(Time time, ConnectionId id, const ConnectionInfo& info) {
  if (Connection* old = find(id)) {
    close(time, *old, Closed{Closed::How::kLost, "its number was given to a new connection"});
  }
  auto& slot = connections_[id];
  slot = std::make_unique<Connection>(id, options_, info, cross_);
  fact(time, *slot, EventKind::kOpened, Direction::kC2S, info,
       [&info](SessionState& session) { session.on_opened(info); });
  return *slot;
}

Analyzer::Impl::Connection* Analyzer::Impl::find(ConnectionId id) {
  const auto found = connections_.find(id);
  return found == connections_.end() ? nullptr : found->second.get();
}

Analyzer::Impl::Connection& Analyzer::Impl::at(Time time, ConnectionId id) {
  if (Connection* known = find(id)) return *known;
  ConnectionInfo info;
  info.from_start = false;
  return open(time, id, info);
}

void Analyzer::Impl::dropped(Time time, Connection& connection, const Dropped& dropped) {
  if (connection.framing != nullptr) {
    connection.framing->readers[index(dropped.direction)].skip(dropped.bytes);
  } else {
    // What was cut off cannot be completed; behind the gap the direction begins in mid-stream.
    StreamReader& reader = connection.reader(dropped.direction);
    Handler handler(*this, connection, dropped.direction, time);
    reader.finish(handler);
    const uint64_t behind = reader.offset() + dropped.bytes;
    reader = StreamReader(reader_options(options_, false, connection.session.content_namespace()));
    reader.skip(behind);
  }
  fact(time, connection, EventKind::kDropped, dropped.direction, dropped,
       [&dropped](SessionState& session) { session.on_dropped(dropped); });
}

void Analyzer::Impl::close(Time time, Connection& connection, const Closed& closed) {
  for (const Direction direction : {Direction::kC2S, Direction::kS2C}) {
    Handler handler(*this, connection, direction, time);
    connection.reader(direction).finish(handler);
    report_edits(time, connection, direction, 0, true);
  }
  fact(time, connection, EventKind::kClosed, Direction::kC2S, closed,
       [&closed, time](SessionState& session) { session.on_closed(closed, time); });
  park(connection);
  connections_.erase(connection.id);
}

void Analyzer::Impl::finish(Time time) {
  std::vector<ConnectionId> open;
  open.reserve(connections_.size());
  for (const auto& [id, connection] : connections_) open.push_back(id);
  std::sort(open.begin(), open.end());
  for (const ConnectionId id : open) {
    close(time, *connections_[id], Closed{Closed::How::kLost, "the input ends here; the connection did not"});
  }
}

void Analyzer::Impl::release_idle(Time since) {
  for (auto& [id, connection] : connections_) {
    if (connection->active >= since) continue;
    for (StreamReader& reader : connection->readers) reader.release_memory();
    if (connection->framing == nullptr) continue;
    for (FrameReader& reader : connection->framing->readers) reader.release_memory();
  }
}

// --- face -------------------------------------------------------------------------------------------------

Analyzer::Analyzer(const AnalyzerOptions& options, EventSink& sink)
    : impl_(std::make_unique<Impl>(options, sink)) {}
Analyzer::~Analyzer() = default;

void Analyzer::opened(Time time, ConnectionId connection, const ConnectionInfo& info) {
  impl_->open(time, connection, info);
}

void Analyzer::upstream(Time time, ConnectionId connection, const UpstreamConnected& fact) {
  impl_->fact(time, impl_->at(time, connection), EventKind::kUpstream, Direction::kC2S, fact,
              [&fact](SessionState& session) { session.on_upstream(fact); });
}

void Analyzer::tls_established(Time time, ConnectionId connection, const TlsEstablished& fact) {
  const Direction direction = fact.leg == Leg::kClient ? Direction::kC2S : Direction::kS2C;
  impl_->fact(time, impl_->at(time, connection), EventKind::kTls, direction, fact,
              [&fact](SessionState& session) { session.on_tls(fact); });
}

void Analyzer::bytes(Time time, ConnectionId connection, Direction direction, std::string_view bytes) {
  if (!bytes.empty()) impl_->bytes(time, impl_->at(time, connection), direction, bytes);
}

void Analyzer::frame(Time time, ConnectionId connection, Direction direction, std::string_view message,
                     Opcode opcode) {
  if (message.empty()) return;
  Impl::Connection& known = impl_->at(time, connection);
  if (known.framing == nullptr) return impl_->bytes(time, known, direction, message);
  impl_->message(time, known, direction, message, opcode == Opcode::kBinary);
}

void Analyzer::edited(Time time, ConnectionId connection, const Edit& fact) {
  impl_->edited(time, impl_->at(time, connection), fact);
}

void Analyzer::dropped(Time time, ConnectionId connection, const Dropped& fact) {
  impl_->dropped(time, impl_->at(time, connection), fact);
}

void Analyzer::notice(Time time, ConnectionId connection, const Notice& fact) {
  impl_->fact(time, impl_->at(time, connection), EventKind::kNotice, Direction::kC2S, fact,
              [](SessionState&) {});
}

void Analyzer::closed(Time time, ConnectionId connection, const Closed& fact) {
  if (Impl::Connection* known = impl_->find(connection)) impl_->close(time, *known, fact);
}

void Analyzer::finish(Time time) {
  impl_->finish(time);
}

std::string_view Analyzer::partial(ConnectionId connection, Direction direction) const {
  Impl::Connection* known = impl_->find(connection);
  return known == nullptr ? std::string_view() : known->partial(direction);
}

void Analyzer::release_idle(Time since) {
  impl_->release_idle(since);
}

size_t Analyzer::open_connections() const {
  return impl_->size();
}

}  // namespace parser
