// Stream layer: headers, features, stream errors and the end of a stream (RFC 6120 §4).
#include "parser/rules/checks.h"
#include "parser/rules/rulebook.h"
#include "parser/xml/error.h"

namespace parser::rules {
namespace {

using xml::Element;
using xml::ErrorCode;

ByteRange tag_range(const StreamEvent& event) {
  return event.element != nullptr && !event.element->start_tag.empty() ? event.element->start_tag
                                                                       : event.range;
}

bool is_component(std::string_view content_namespace) {
  return content_namespace.starts_with("jabber:component:");
}

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

void root_not_stream(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (!event.error || context.before.closed[index(event.direction)]) return;
  const ErrorCode code = event.error->code;
  if (code != ErrorCode::kHeaderTooLarge && code != ErrorCode::kNoStreamHeader) return;
  // A client that leaves out a restart is told so by the rule for that restart.
  const bool restart_due =
      event.direction == Direction::kC2S && context.session.side(Direction::kC2S).headers > 0;
  if (restart_due && code == ErrorCode::kNoStreamHeader && !report.memory().compressed) return;
  report.add(xml::describe(*event.error), event.error->range);
}

void missing_to(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kC2S || event.element == nullptr) return;
  if (!event.element->attribute("to").empty()) return;
  At at;
  // Old servers opened streams without 'to' only to verify a dialback key.
  if (content_namespace_of(*event.element) == ns::kServer && !is_version_1(*event.element)) {
    at.at_most = Severity::kWarning;
  }
  report.add(
      "The initial stream header names no host in 'to', so a server of several domains has to guess which is "
      "meant.",
      tag_range(event), at);
}

// A response header without id is judged when the next element shows that it was not just the wrapping of a
// stream error.
void response_missing_id(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kS2C) return;
  uint64_t& pending = report.memory().idless_header;
  if (event.kind == EventKind::kHeader) {
    const bool without = event.element != nullptr && event.element->attribute("id").empty();
    pending = without ? event.element->range.end : 0;
    return;
  }
  if (pending == 0) return;
  const StreamSide& side = context.session.side(Direction::kS2C);
  const bool judge = event.kind != EventKind::kStreamError && event.kind != EventKind::kFooter &&
                     side.header != nullptr && side.header->range.end == pending;
  pending = 0;
  if (!judge) return;
  report.add("The response stream header has no 'id', which every response header must have.",
             side.header->start_tag, {.offender = Direction::kS2C, .frame = side.header_frame});
}

void missing_version(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.element == nullptr || event.element->find_attribute("version") != nullptr) return;
  // Components have no version by design; server to server it is the way to say "dialback only".
  const std::string_view content = content_namespace_of(*event.element);
  if (is_component(content) || content == ns::kServer) return;
  if (event.direction == Direction::kC2S) {
    report.add(
        "The stream header has no version='1.0', so the server must treat this as a pre-XMPP stream: no "
        "features, no STARTTLS, no SASL.",
        tag_range(event));
    return;
  }
  const xml::ElementPtr& initial = context.session.side(Direction::kC2S).header;
  if (initial == nullptr || initial->find_attribute("version") == nullptr) return;
  report.add("The client's header has version " + quoted(initial->attribute("version")) +
                 ", but the response header has no version at all.",
             tag_range(event));
}

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

// The defined conditions of RFC 6120 §4.9.3 and RFC 3920 §4.7.3, to recognise one in the wrong namespace.
bool is_known_condition(std::string_view name) {
  static constexpr std::string_view kKnown[] = {"bad-format",
                                                "bad-namespace-prefix",
                                                "conflict",
                                                "connection-timeout",
                                                "host-gone",
                                                "host-unknown",
                                                "improper-addressing",
                                                "internal-server-error",
                                                "invalid-from",
                                                "invalid-id",
                                                "invalid-namespace",
                                                "invalid-xml",
                                                "not-authorized",
                                                "not-well-formed",
                                                "policy-violation",
                                                "remote-connection-failed",
                                                "reset",
                                                "resource-constraint",
                                                "restricted-xml",
                                                "see-other-host",
                                                "system-shutdown",
                                                "undefined-condition",
                                                "unsupported-encoding",
                                                "unsupported-feature",
                                                "unsupported-stanza-type",
                                                "unsupported-version",
                                                "xml-not-well-formed"};
  for (const std::string_view known : kKnown) {
    if (name == known) return true;
  }
  return false;
}

void error_missing_condition(const Context& context, Report& report) {
  const Element* element = context.event.element.get();
  if (element == nullptr || is_legacy(context.session)) return;
  for (const Element& child : element->children()) {
    if (child.local == "text") continue;
    if (child.ns == ns::kStreamErrors || is_known_condition(child.local)) return;
  }
  report.add(
      "The stream error holds no condition, such as <not-well-formed "
      "xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>, that software could act on.",
      element->range);
}

void error_condition_namespace(const Context& context, Report& report) {
  const Element* element = context.event.element.get();
  if (element == nullptr) return;
  for (const Element& child : element->children()) {
    if (child.ns == ns::kStreamErrors && child.local != "text") return;
  }
  for (const Element& child : element->children()) {
    if (child.ns == ns::kStreamErrors || !is_known_condition(child.local)) continue;
    report.add("The stream error's condition " + tag_name(child) +
                   " is not in the namespace urn:ietf:params:xml:ns:xmpp-streams.",
               child.range);
    return;
  }
}

void data_after_close(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const size_t sender = index(event.direction);
  if (!context.before.closed[sender] || report.memory().spoke_after_close[sender]) return;
  // The element itself follows.
  if (event.error && event.error->code == ErrorCode::kNoStreamHeader) return;
  report.memory().spoke_after_close[sender] = true;
  report.add("This was sent behind the sender's own </stream:stream>, after which it may only listen.",
             event.error ? event.error->range : event.range);
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
        .id = "stream-missing-to",
        .tier = 1,
        .layer = Layer::kStream,
        .severities = kErrorWarning3920,
        .who = Who::kClient,
        .citation = "RFC 6120 §4.7.2; RFC 3920 §4.4",
        .explanation =
            "One server often serves many domains on one address. The 'to' of the initial header says "
            "which of them is wanted, much like a Host header on the web: certificate, login methods "
            "and accounts depend on it. Without it a server has to guess or refuse with host-unknown.",
        .violating = "C: <stream:stream version='1.0' xmlns='jabber:client' "
                     "xmlns:stream='http://etherx.jabber.org/streams'>",
        .conforming = "C: <stream:stream to='example.com' version='1.0' xmlns='jabber:client' "
                      "xmlns:stream='http://etherx.jabber.org/streams'>",
        .kinds = on(EventKind::kHeader),
        .check = missing_to,
    },
    {
        .id = "stream-response-missing-id",
        .tier = 1,
        .layer = Layer::kStream,
        .severities = kErrorWarning3920,
        .who = Who::kServer,
        .citation = "RFC 6120 §4.7.3; RFC 3920 §4.4",
        .explanation =
            "The id in the response header names this very stream. Dialback keys, component "
            "handshakes and the legacy digest login are hashes over it, and logs of both sides are "
            "matched by it. It has to be unpredictable and new for every stream, restarts included.",
        .violating = "C: <stream:stream to='example.com' version='1.0' xmlns='jabber:client' "
                     "xmlns:stream='http://etherx.jabber.org/streams'>\n"
                     "S: <stream:stream from='example.com' version='1.0' xmlns='jabber:client' "
                     "xmlns:stream='http://etherx.jabber.org/streams'><stream:features/>",
        .conforming =
            "C: <stream:stream to='example.com' version='1.0' xmlns='jabber:client' "
            "xmlns:stream='http://etherx.jabber.org/streams'>\n"
            "S: <stream:stream from='example.com' id='Zm9vYmFyMTIz' version='1.0' xmlns='jabber:client' "
            "xmlns:stream='http://etherx.jabber.org/streams'><stream:features/>",
        .kinds = kSpoken | on(EventKind::kHeader, EventKind::kFooter),
        .check = response_missing_id,
        .when = When::kUntilEstablished,
    },
    {
        .id = "stream-missing-version",
        .tier = 1,
        .layer = Layer::kStream,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §4.7.5; RFC 3920 §5.1; RFC 3920 §4.4.1",
        .explanation =
            "version='1.0' separates XMPP from the Jabber protocol before it. A peer that does not "
            "see it must assume the old one, in which there are no features, no STARTTLS and no SASL, "
            "so a login seems to hang or falls back to weak methods. A response without version is "
            "right only when the initial header had none.",
        .violating = "C: <stream:stream to='example.com' xmlns='jabber:client' "
                     "xmlns:stream='http://etherx.jabber.org/streams'>",
        .conforming = "C: <stream:stream to='example.com' version='1.0' xmlns='jabber:client' "
                      "xmlns:stream='http://etherx.jabber.org/streams'>",
        .kinds = on(EventKind::kHeader),
        .check = missing_version,
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
        .violating = "C: <stream:stream to='example.com' version='1.0' xmlns='jabber:client' "
                     "xmlns:stream='http://etherx.jabber.org/streams'>\n"
                     "S: <stream:stream from='example.com' id='a1' version='1.0' xmlns='jabber:client' "
                     "xmlns:stream='http://etherx.jabber.org/streams'>\n"
                     "[wait 30s]\n"
                     "C: </stream:stream>",
        .conforming = "C: <stream:stream to='example.com' version='1.0' xmlns='jabber:client' "
                      "xmlns:stream='http://etherx.jabber.org/streams'>\n"
                      "S: <stream:stream from='example.com' id='a1' version='1.0' xmlns='jabber:client' "
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
        .id = "stream-error-missing-condition",
        .tier = 1,
        .layer = Layer::kStream,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §4.9.2; RFC 3920 §4.7.2",
        .explanation =
            "A stream error carries one condition element that software understands, and may add text "
            "for people. With text alone a client cannot tell whether to reconnect at once, later, "
            "elsewhere or never. Text alone is how errors looked before XMPP, and it is still right "
            "on a stream without a version.",
        .violating = "S: <stream:error>Invalid XML</stream:error></stream:stream>",
        .conforming =
            "S: <stream:error><not-well-formed xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>"
            "</stream:stream>",
        .kinds = on(EventKind::kStreamError),
        .check = error_missing_condition,
    },
    {
        .id = "stream-error-condition-namespace",
        .tier = 2,
        .layer = Layer::kStream,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §4.9.2; RFC 3920 §4.7.2",
        .explanation =
            "Conditions of stream errors live in urn:ietf:params:xml:ns:xmpp-streams. The similar "
            "name that ends in xmpp-stanzas is for errors inside stanzas, where some conditions have "
            "the same local name; a receiver that compares names properly finds no condition at all "
            "here.",
        .violating =
            "S: <stream:error><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></stream:error>"
            "</stream:stream>",
        .conforming = "S: <stream:error><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
                      "<too-many-logins xmlns='urn:example:errors'/></stream:error></stream:stream>",
        .kinds = on(EventKind::kStreamError),
        .check = error_condition_namespace,
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
        .kinds = kSpoken | on(EventKind::kViolation, EventKind::kUnparsed),
        .check = data_after_close,
    },
};

}  // namespace

RuleTable stream_rules() {
  return {kRules};
}

}  // namespace parser::rules
