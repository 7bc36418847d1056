// Stream layer: the life of a stream, from its root over its features to its end (RFC 6120 §4).
#include "parser/rules/checks.h"
#include "parser/rules/rulebook.h"
#include "parser/xml/error.h"
#include "parser/xml/tokenizer.h"

namespace parser::rules {
namespace {

#define CLIENT_NS "xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'"
#define CLIENT_HEADER "<stream:stream to='example.com' version='1.0' " CLIENT_NS ">"
#define SERVER_HEADER "<stream:stream from='example.com' id='a1' version='1.0' xml:lang='en' " CLIENT_NS ">"
#define DIALBACK_NS \
  "xmlns='jabber:server' xmlns:db='jabber:server:dialback' xmlns:stream='http://etherx.jabber.org/streams'"
#define LEGACY_CLIENT_HEADER "<stream:stream to='example.net' " DIALBACK_NS ">"
#define LEGACY_SERVER_HEADER "<stream:stream id='a1' " DIALBACK_NS ">"
#define SASL "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'"

using xml::Element;
using xml::ErrorCode;

ByteRange tag_range(const StreamEvent& event) {
  return event.element != nullptr && !event.element->start_tag.empty() ? event.element->start_tag
                                                                       : event.range;
}

// --- its beginning ----------------------------------------------------------------------------------------

void wrong_namespace(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  // <open/> is the header of RFC 7395, with rules of its own.
  if (event.element == nullptr || event.ns == ns::kStreams || event.local != "stream") return;
  // An undeclared prefix was refused already.
  if (event.ns.empty() && !event.element->prefix.empty()) return;
  report.add("The stream header is in the namespace " + quoted(event.ns) +
                 ", but only 'http://etherx.jabber.org/streams' marks an XMPP stream.",
             tag_range(event));
}

// The reader's words for "the first element is <name>".
bool is_about_stream_error(const xml::Error& error) {
  return error.context.ends_with("<stream:error>") || error.context.ends_with("<error>");
}

void root_not_stream(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (!event.error || context.before.closed[index(event.direction)]) return;
  const ErrorCode code = event.error->code;
  if (code != ErrorCode::kHeaderTooLarge && code != ErrorCode::kNoStreamHeader) return;
  // stream-error-outside-stream follows.
  if (event.direction == Direction::kS2C && is_about_stream_error(*event.error)) return;
  // A client that leaves out a restart is told so by the rule for that restart.
  const bool restart_due =
      event.direction == Direction::kC2S && context.session.side(Direction::kC2S).headers > 0;
  if (restart_due && code == ErrorCode::kNoStreamHeader && !report.memory().compressed) return;
  report.add(xml::describe(*event.error), event.error->range);
}

void header_repeated(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  // ws-multiplexed-streams
  if (event.websocket && event.direction == Direction::kC2S) return;
  if (!is_needless_header(context, report.memory())) return;
  report.add("This is a second stream header, though nothing has called for a restart of the stream.",
             tag_range(event));
}

void closed_before_restart(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const StreamSide& side = context.session.side(event.direction);
  if (!side.reopened || event.websocket) return;  // ws-close-on-restart
  report.add(
      "The stream was closed here before it was restarted; the new header alone would have replaced the old "
      "stream.",
      side.footer, {.frame = side.footer_frame});
}

// --- features ---------------------------------------------------------------------------------------------

void features_missing(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const SessionState& session = context.session;
  const StreamSide& server = session.side(Direction::kS2C);
  const StreamSide& client = session.side(Direction::kC2S);
  if (session.features() != nullptr || !session.from_start()) return;
  if (!server.header_seen || server.header == nullptr || server.error_sent || server.closed) return;
  if (client.header == nullptr || !is_version_1(*client.header) || !is_version_1(*server.header)) return;
  if (server.header->range.end == report.memory().judged_header) return;
  if (received_edited(report.memory(), Direction::kC2S, 0)) return;  // the features may lie in bytes not seen
  // A stanza instead of features shows it at once; otherwise time does.
  const bool instead = event.direction == Direction::kS2C && (on(event.kind) & kStanzas) != 0;
  const bool overdue = event.time - server.header_time >= context.features_timeout;
  if (!instead && !overdue) return;
  if (event.kind == EventKind::kClosed) {
    const Closed* closed = std::get_if<Closed>(&event.fact);
    if (closed == nullptr || closed->how == Closed::How::kLost) return;
  }
  report.memory().judged_header = server.header->range.end;
  report.add(
      instead
          ? "The server goes on with a stanza instead of the <stream:features/> that must follow its header."
          : "The server sent its header but no <stream:features/>, which the client has to wait for.",
      server.header->start_tag, {.offender = Direction::kS2C, .frame = server.header_frame});
}

void features_on_legacy_stream(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kS2C || !is_legacy(context.session)) return;
  report.add("The client's header has no version, so it knows nothing of <stream:features/>.", event.range);
}

void features_duplicate(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const Phase phase = context.before.phase;
  if (event.direction != Direction::kS2C || event.element == nullptr) return;
  if (phase != Phase::kBound && phase != Phase::kEstablished) return;
  if (context.session.feature_lists() < 2 || event.element->first_child() == nullptr) return;
  report.add("This is a further list of features, after the negotiation of the stream was over.",
             event.range);
}

void features_prefix(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kS2C || event.element == nullptr || event.websocket) return;
  if (!event.element->prefix.empty()) return;
  report.add("RFC 3920 wants <stream:" + std::string(event.local) + "> with its prefix, and this has none.",
             tag_range(event));
}

// --- what is in it ----------------------------------------------------------------------------------------

bool is_negotiated_elsewhere(const StreamEvent& event) {
  static constexpr std::string_view kNamespaces[] = {
      ns::kDialback,
      ns::kBidi,
      "urn:xmpp:csi:0",
      "urn:xmpp:fast:0",
  };
  for (const std::string_view known : kNamespaces) {
    if (event.ns == known) return true;
  }
  // <handshake/>, and what jabberd's own components say (<log/>, <route/>, <xdb/>).
  return event.ns.starts_with("jabber:component:");
}

void unknown_first_level_element(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.element == nullptr || is_negotiated_elsewhere(event)) return;
  // Without a header, the missing header is what is wrong; an undeclared prefix was refused already.
  if (!context.before.header_seen[index(event.direction)] && context.session.from_start()) return;
  if (event.ns.empty() && !event.element->prefix.empty()) return;
  report.add("The element " + tag_name(*event.element) +
                 " is neither a stanza nor part of a feature that is known here.",
             tag_range(event));
}

// --- its end ----------------------------------------------------------------------------------------------

void data_after_close(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const StreamSide& side = context.session.side(event.direction);
  if (!context.before.closed[index(event.direction)] || (side.reopened && !side.closed)) return;
  if (event.websocket && event.kind == EventKind::kHeader) return;  // ws-multiplexed-streams
  // The element itself follows.
  if (event.error && event.error->code == ErrorCode::kNoStreamHeader) return;
  if (!report.first(Once::kAfterClose, event.direction)) return;
  report.add("This was sent behind the sender's own </stream:stream>, after which it may only listen.",
             event.error ? event.error->range : event.range);
}

// The side that closed its stream when the other had not; none where both or nobody did.
std::optional<Direction> lone_closer(const SessionState& session) {
  const bool client = session.side(Direction::kC2S).closed;
  const bool server = session.side(Direction::kS2C).closed;
  if (client == server) return std::nullopt;
  return client ? Direction::kC2S : Direction::kS2C;
}

// Whether what was not seen may have been a closing tag.
bool bytes_missing(const Context& context, Report& report) {
  return !context.session.from_start() || received_edited(report.memory(), Direction::kC2S, 0) ||
         received_edited(report.memory(), Direction::kS2C, 0);
}

void close_not_reciprocated(const Context& context, Report& report) {
  const Closed* closed = std::get_if<Closed>(&context.event.fact);
  const std::optional<Direction> closer = lone_closer(context.session);
  if (closed == nullptr || !closer || bytes_missing(context, report)) return;
  if (closed->how != Closed::How::kFinished && closed->how != Closed::How::kTimeout) return;
  const StreamSide& side = context.session.side(*closer);
  const StreamSide& other = context.session.side(opposite(*closer));
  if (other.last.empty()) return;
  // Where the closer itself was the first to end TCP, or nobody knows who was, the other side must have had
  // its time.
  const bool other_ended = closed->by == opposite(*closer);
  if (!other_ended && context.event.time - side.footer_time < context.close_timeout) return;
  At at{.offender = opposite(*closer), .frame = other.last_frame};
  if (side.error_sent || other.error_sent) at.at_most = Severity::kNote;  // there was nothing left to say
  report.add(
      "The " + std::string(*closer == Direction::kC2S ? "client" : "server") +
          " closed its stream, and the other side ended the connection without a </stream:stream> of its "
          "own; this was its last word.",
      other.last, at);
}

void closer_did_not_wait(const Context& context, Report& report) {
  const Closed* closed = std::get_if<Closed>(&context.event.fact);
  const std::optional<Direction> closer = lone_closer(context.session);
  if (closed == nullptr || !closer || closed->by != closer || bytes_missing(context, report)) return;
  if (closed->how != Closed::How::kFinished && closed->how != Closed::How::kReset) return;
  const StreamSide& side = context.session.side(*closer);
  if (side.error_sent || context.session.side(opposite(*closer)).error_sent) return;
  if (context.event.time - side.footer_time >= context.close_timeout) return;
  report.add("The connection was ended right behind this closing tag, without waiting for the other side's.",
             side.footer, {.offender = *closer, .frame = side.footer_frame});
}

void abrupt_close(const Context& context, Report& report) {
  const Closed* closed = std::get_if<Closed>(&context.event.fact);
  if (closed == nullptr || !closed->by || bytes_missing(context, report)) return;
  if (context.event.websocket) return;  // ws-no-close-before-ws-close
  if (closed->how != Closed::How::kFinished && closed->how != Closed::How::kReset) return;
  const SessionState& session = context.session;
  const StreamSide& side = session.side(*closed->by);
  for (const Direction direction : {Direction::kC2S, Direction::kS2C}) {
    const StreamSide& either = session.side(direction);
    if (either.closed || either.error_sent) return;
  }
  if (side.last.empty()) return;
  report.add(
      session.sm_enabled()
          ? "The connection ended behind this without </stream:stream>; stream management is on, so the "
            "session may be resumed."
          : "The connection ended behind this without </stream:stream>, so it is not known what of the "
            "other side's last words was read.",
      side.last, {.offender = *closed->by, .frame = side.last_frame});
}

void keepalive_too_frequent(const Context& context, Report& report) {
  constexpr unsigned kEnough = 4;  // in a row, so that three pauses were short
  const StreamEvent& event = context.event;
  if (context.session.side(event.direction).keepalives.hurried() < kEnough) return;
  if (context.before.phase != Phase::kEstablished && context.before.phase != Phase::kBound) return;
  if (!report.first(Once::kKeepalives, event.direction)) return;
  report.add(
      "White space comes again and again, sooner than every five minutes, on a connection that is idle.",
      event.range);
}

constexpr KindSet kSpoken =
    kStanzas | on(EventKind::kFeatures, EventKind::kStreamError, EventKind::kStartTls, EventKind::kSasl,
                  EventKind::kCompress, EventKind::kSm, EventKind::kNonza);

constexpr Rule kRules[] = {
    {
        .id = "stream-wrong-namespace",
        .tier = 1,
        .layer = Layer::kStream,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §4.8.1; RFC 3920 §11.2.1",
        .explanation =
            "A stream begins with <stream> in the namespace http://etherx.jabber.org/streams. The "
            "host in it is gone for decades, but the name is compared byte for byte, and it is how a "
            "peer knows that XMPP is spoken at all. Anything else, a trailing slash included, is "
            "answered with invalid-namespace.",
        .violating = "C: <stream:stream to='example.com' version='1.0' xmlns='jabber:client' "
                     "xmlns:stream='http://example.com/streams'>",
        .conforming = "C: <stream:stream to='example.com' version='1.0' xmlns='jabber:client' "
                      "xmlns:stream='http://etherx.jabber.org/streams'>",
        .kinds = on(EventKind::kHeader),
        .check = wrong_namespace,
    },
    {
        .id = "stream-root-not-stream",
        .tier = 2,
        .layer = Layer::kStream,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §4.2; RFC 3920 §4.1",
        .explanation =
            "The first thing on a connection, and after each restart, is the stream header: it says "
            "which domain is meant and which protocol is spoken. What comes before it belongs to no "
            "stream. Port scanners, web browsers and TLS sent to a plaintext port look like this too.",
        .violating = "[start]\nC: <policy-file-request/>",
        .conforming = "C: <stream:stream to='example.com' version='1.0' xmlns='jabber:client' "
                      "xmlns:stream='http://etherx.jabber.org/streams'>",
        .kinds = on(EventKind::kViolation),
        .check = root_not_stream,
    },
    {
        .id = "stream-header-repeated",
        .tier = 2,
        .layer = Layer::kStream,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §4.3.3; RFC 3920 §5.2; RFC 3920 §6.2",
        .explanation =
            "A second header on a connection begins a new stream, and only three things call for one: TLS, a "
            "SASL login and compression, each when the other side has agreed to it. At any other time the "
            "peer's parser meets a root element inside of another one, and ends the stream.",
        .violating = "C: " CLIENT_HEADER "\nS: " SERVER_HEADER "<stream:features/>\nC: " CLIENT_HEADER,
        .conforming =
            "[tls]\nC: " CLIENT_HEADER "\nS: " SERVER_HEADER "<stream:features><mechanisms " SASL
            "><mechanism>PLAIN</mechanism></mechanisms></stream:features>\nC: <auth " SASL
            " mechanism='PLAIN'>AGEAYg==</auth>\nS: <success " SASL "/>\nC: " CLIENT_HEADER
            "\nS: <stream:stream from='example.com' id='k9Qz' version='1.0' xml:lang='en' " CLIENT_NS
            "><stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>",
        .kinds = on(EventKind::kHeader),
        .check = header_repeated,
        .when = When::kUntilEstablished,
    },
    {
        .id = "stream-closed-before-restart",
        .tier = 2,
        .layer = Layer::kStream,
        .severities = Severities{Severity::kNote, Severity::kError},
        .who = Who::kEither,
        .citation = "RFC 6120 §4.3.3; RFC 6120 §5.4.3.3; RFC 6120 §6.4.6",
        .explanation = "After TLS and after a login both sides forget the old stream without closing it: the "
                       "new header stands for both. A </stream:stream> in front of it says goodbye, and a "
                       "server that takes it at its word ends the connection in the middle of the login.",
        .violating =
            "[tls]\nC: " CLIENT_HEADER "\nS: " SERVER_HEADER "<stream:features><mechanisms " SASL
            "><mechanism>PLAIN</mechanism></mechanisms></stream:features>\nC: <auth " SASL
            " mechanism='PLAIN'>AGEAYg==</auth>\nS: <success " SASL "/>\nC: </stream:stream>" CLIENT_HEADER,
        .conforming = "[tls]\nC: " CLIENT_HEADER "\nS: " SERVER_HEADER "<stream:features><mechanisms " SASL
                      "><mechanism>PLAIN</mechanism></mechanisms></stream:features>\nC: <auth " SASL
                      " mechanism='PLAIN'>AGEAYg==</auth>\nS: <success " SASL "/>\nC: " CLIENT_HEADER,
        .kinds = on(EventKind::kHeader),
        .check = closed_before_restart,
    },
    {
        .id = "stream-features-missing",
        .tier = 1,
        .layer = Layer::kStream,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "RFC 6120 §4.3.2; RFC 3920 §4.6",
        .explanation =
            "When both headers say version 1.0, the receiving side must follow its header with "
            "<stream:features/>, an empty one if there is nothing to negotiate. The initiating side "
            "may not go on before it has seen them, so a server that leaves them out brings the "
            "connection to a silent standstill.",
        .violating =
            "C: <stream:stream to='example.com' version='1.0' xmlns='jabber:client' "
            "xmlns:stream='http://etherx.jabber.org/streams'>\n"
            "S: <stream:stream from='example.com' id='a1' version='1.0' xml:lang='en' xmlns='jabber:client' "
            "xmlns:stream='http://etherx.jabber.org/streams'>\n"
            "[wait 30s]\n"
            "C: </stream:stream>",
        .conforming =
            "C: <stream:stream to='example.com' version='1.0' xmlns='jabber:client' "
            "xmlns:stream='http://etherx.jabber.org/streams'>\n"
            "S: <stream:stream from='example.com' id='a1' version='1.0' xml:lang='en' xmlns='jabber:client' "
            "xmlns:stream='http://etherx.jabber.org/streams'>\n"
            "[wait 1s]\n"
            "S: <stream:features/>\n"
            "[wait 30s]\n"
            "C: </stream:stream>",
        .kinds = kSpoken | on(EventKind::kFooter, EventKind::kKeepalive, EventKind::kClosed),
        .check = features_missing,
        .when = When::kUntilEstablished,
    },
    {
        .id = "stream-features-on-legacy-stream",
        .tier = 2,
        .layer = Layer::kStream,
        .severities = kNotes,
        .who = Who::kServer,
        .citation = "RFC 6120 §4.3.2; RFC 3920 §4.4.1",
        .explanation = "A header without version='1.0' comes from a client of the time before XMPP, which "
                       "knows no <stream:features/>. It ignores them, as it ignores everything it does not "
                       "know, so no harm is done; but nothing in them will be taken up either.",
        .violating = "C: " LEGACY_CLIENT_HEADER "\nS: " LEGACY_SERVER_HEADER "<stream:features/>",
        .conforming = "C: " CLIENT_HEADER "\nS: " SERVER_HEADER "<stream:features/>",
        .kinds = on(EventKind::kFeatures),
        .check = features_on_legacy_stream,
    },
    {
        .id = "stream-features-duplicate",
        .tier = 2,
        .layer = Layer::kStream,
        .severities = Severities{std::nullopt, Severity::kError},
        .who = Who::kServer,
        .citation = "RFC 6120 §4.3.4; RFC 6120 §4.3.5",
        .explanation = "A list of features belongs to the negotiation at the beginning of a stream. Once a "
                       "client has its address, that is over: it does not wait for features any more, and "
                       "what is offered then is offered to nobody. New offers need a new stream; an empty "
                       "list, which says that there is nothing left, is fine.",
        .violating =
            "[authenticated]\nS: <stream:features><bind "
            "xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>\nC: <iq type='set' id='b'><bind "
            "xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>\nS: <iq type='result' id='b'><bind "
            "xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>juliet@example.com/balcony</jid></bind></iq>\nC: "
            "<presence/>\nS: <stream:features><sm xmlns='urn:xmpp:sm:3'/></stream:features>",
        .conforming =
            "[authenticated]\nS: <stream:features><bind "
            "xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>\nC: <iq type='set' id='b'><bind "
            "xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>\nS: <iq type='result' id='b'><bind "
            "xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>juliet@example.com/balcony</jid></bind></iq>\nC: "
            "<presence/>\nS: <stream:features/>",
        .kinds = on(EventKind::kFeatures),
        .check = features_duplicate,
    },
    {
        .id = "stream-features-prefix-rfc3920",
        .tier = 3,
        .layer = Layer::kStream,
        .severities = Severities{Severity::kWarning, std::nullopt},
        .who = Who::kServer,
        .citation = "RFC 3920 §11.2.1",
        .explanation =
            "In RFC 3920 the elements <features/> and <error/> of the stream always carry the prefix "
            "'stream'. RFC 6120 allows to leave it away and to declare the namespace on the element instead. "
            "A client of the older generation that looks for the text 'stream:features' waits for ever.",
        .violating =
            "C: " CLIENT_HEADER "\nS: " SERVER_HEADER "<features xmlns='http://etherx.jabber.org/streams'/>",
        .conforming = "C: " CLIENT_HEADER "\nS: " SERVER_HEADER "<stream:features/>",
        .kinds = on(EventKind::kFeatures, EventKind::kStreamError),
        .check = features_prefix,
    },
    {
        .id = "stream-unknown-first-level-element",
        .tier = 2,
        .layer = Layer::kStream,
        .severities = kNotes,
        .who = Who::kEither,
        .citation = "RFC 6120 §4.8.4; RFC 3920 §4.7.3",
        .explanation =
            "Directly inside the stream stand messages, presences, iqs, and the elements of features that "
            "both sides have agreed on. Anything else goes to nobody: a peer ignores it or ends the stream "
            "with unsupported-stanza-type. An extension travels inside a stanza.",
        .violating = "C: <foo xmlns='urn:example:foo'/>",
        .conforming = "C: <message to='a@example.com'><foo xmlns='urn:example:foo'/></message>",
        .kinds = on(EventKind::kNonza),
        .check = unknown_first_level_element,
    },
    {
        .id = "stream-data-after-close",
        .tier = 1,
        .layer = Layer::kStream,
        .severities = kErrorWarning3920,
        .who = Who::kEither,
        .citation = "RFC 6120 §4.4",
        .explanation =
            "</stream:stream> ends the sender's own half: it may go on reading until the peer closes "
            "too, but must not send anything more. What comes behind it is outside every document, so "
            "the peer has no stanza to see there, and a message sent this way is lost without an "
            "error. Acknowledge, then close.",
        .violating = "C: </stream:stream><message to='a@example.com'><body>one more</body></message>",
        .conforming =
            "C: <message to='a@example.com'><body>last</body></message></stream:stream>\n"
            "S: <message from='a@example.com'><body>still on its way</body></message></stream:stream>",
        .kinds = kSpoken | on(EventKind::kHeader, EventKind::kViolation, EventKind::kUnparsed),
        .check = data_after_close,
    },
    {
        .id = "stream-close-not-reciprocated",
        .tier = 2,
        .layer = Layer::kStream,
        .severities = Severities{std::nullopt, Severity::kWarning},
        .who = Who::kEither,
        .citation = "RFC 6120 §4.4; RFC 6120 §4.9.1.1",
        .explanation =
            "Streams are closed by both sides: who gets a </stream:stream> sends what it still has, then its "
            "own, and only then TCP ends. If TCP ends without that answer, the one that closed cannot know "
            "whether its last stanzas were read, and data on the way to it are lost.",
        .violating =
            "S: <message from='a@example.com'><body>Hi</body></message>\nC: </stream:stream>\n[close S]",
        .conforming = "C: </stream:stream>\nS: </stream:stream>\n[close S]",
        .kinds = on(EventKind::kClosed),
        .check = close_not_reciprocated,
    },
    {
        .id = "stream-closer-did-not-wait",
        .tier = 2,
        .layer = Layer::kStream,
        .severities = Severities{std::nullopt, Severity::kError},
        .who = Who::kEither,
        .citation = "RFC 6120 §4.4",
        .explanation =
            "Who closes a stream first has only ended its own half: the peer may still have stanzas on the "
            "way, and answers with its own </stream:stream>. Ending TCP without waiting a reasonable time "
            "for that throws them away, and can turn the close into a reset before the peer has read it.",
        .violating = "C: <message to='a@example.com'><body>Hi</body></message></stream:stream>\n[close C]",
        .conforming = "C: </stream:stream>\nS: <message "
                      "from='a@example.com'><body>Hi</body></message></stream:stream>\n[close C]",
        .kinds = on(EventKind::kClosed),
        .check = closer_did_not_wait,
    },
    {
        .id = "stream-abrupt-tcp-close",
        .tier = 3,
        .layer = Layer::kStream,
        .severities = kNotes,
        .who = Who::kEither,
        .citation = "RFC 6120 §4.4; XEP-0198 §7",
        .explanation =
            "TCP ended without a </stream:stream> from either side. The peer cannot tell a crash from a "
            "farewell, and what was on the way may be lost. With stream management that is what makes a "
            "session resumable: a phone that loses its network does exactly this, and should.",
        .violating = "C: <presence/>\n[reset C]",
        .conforming = "C: <presence/></stream:stream>\nS: </stream:stream>\n[close C]",
        .kinds = on(EventKind::kClosed),
        .check = abrupt_close,
    },
    {
        .id = "stream-idle-keepalive-too-frequent",
        .tier = 3,
        .layer = Layer::kStream,
        .severities = Severities{std::nullopt, Severity::kNote},
        .who = Who::kEither,
        .citation = "RFC 6120 §4.6.4",
        .explanation =
            "White space between stanzas keeps an idle connection alive and shows whether it still is. Each "
            "one wakes up a phone's radio, so RFC 6120 advises to leave about five minutes between them. "
            "Some networks forget idle connections sooner; then a shorter pause has a reason.",
        .violating =
            "C: ${byte:20}\n[wait 10s]\nC: ${byte:20}\n[wait 10s]\nC: ${byte:20}\n[wait 10s]\nC: ${byte:20}",
        .conforming =
            "C: ${byte:20}\n[wait 5m]\nC: ${byte:20}\n[wait 5m]\nC: ${byte:20}\n[wait 5m]\nC: ${byte:20}",
        .kinds = on(EventKind::kKeepalive),
        .check = keepalive_too_frequent,
    },
};

}  // namespace

RuleTable stream_rules() {
  return {kRules};
}

}  // namespace parser::rules
