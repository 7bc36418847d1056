// Stream layer, errors: what stands in a <stream:error/>, where it may come and what comes behind it
// (RFC 6120 §4.9).
#include <charconv>

#include "parser/jid/literal.h"
#include "parser/rules/checks.h"
#include "parser/rules/rulebook.h"

namespace parser::rules {
namespace {

#define CLIENT_NS "xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'"
#define CLIENT_HEADER "<stream:stream to='example.com' version='1.0' " CLIENT_NS ">"
#define SERVER_HEADER "<stream:stream from='example.com' id='a1' version='1.0' xml:lang='en' " CLIENT_NS ">"
#define STREAM_ERRORS "xmlns='urn:ietf:params:xml:ns:xmpp-streams'"

using xml::Element;

enum class Generation : uint8_t { kBoth, kRfc3920, kRfc6120 };

struct Condition {
  std::string_view name;
  Generation generation;
};

// RFC 6120 §4.9.3 and RFC 3920 §4.7.3.
constexpr Condition kConditions[] = {
    {"bad-format", Generation::kBoth},
    {"bad-namespace-prefix", Generation::kBoth},
    {"conflict", Generation::kBoth},
    {"connection-timeout", Generation::kBoth},
    {"host-gone", Generation::kBoth},
    {"host-unknown", Generation::kBoth},
    {"improper-addressing", Generation::kBoth},
    {"internal-server-error", Generation::kBoth},
    {"invalid-from", Generation::kBoth},
    {"invalid-id", Generation::kRfc3920},
    {"invalid-namespace", Generation::kBoth},
    {"invalid-xml", Generation::kBoth},
    {"not-authorized", Generation::kBoth},
    {"not-well-formed", Generation::kRfc6120},
    {"policy-violation", Generation::kBoth},
    {"remote-connection-failed", Generation::kBoth},
    {"reset", Generation::kRfc6120},
    {"resource-constraint", Generation::kBoth},
    {"restricted-xml", Generation::kBoth},
    {"see-other-host", Generation::kBoth},
    {"system-shutdown", Generation::kBoth},
    {"undefined-condition", Generation::kBoth},
    {"unsupported-encoding", Generation::kBoth},
    {"unsupported-feature", Generation::kRfc6120},
    {"unsupported-stanza-type", Generation::kBoth},
    {"unsupported-version", Generation::kBoth},
    {"xml-not-well-formed", Generation::kRfc3920},
};

const Condition* find_condition(std::string_view name) {
  for (const Condition& condition : kConditions) {
    if (condition.name == name) return &condition;
  }
  return nullptr;
}

bool is_condition(const Element& child) {
  return child.ns == ns::kStreamErrors && child.local != "text";
}

void error_missing_condition(const Context& context, Report& report) {
  const Element* element = context.event.element.get();
  if (element == nullptr || is_legacy(context.session)) return;
  for (const Element& child : element->children()) {
    if (child.local == "text") continue;
    if (child.ns == ns::kStreamErrors || find_condition(child.local) != nullptr) return;
  }
  report.add(
      "The stream error holds no condition, such as <not-well-formed "
      "xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>, that software could act on.",
      element->range);
}

void error_unknown_condition(const Context& context, Report& report) {
  if (context.event.element == nullptr) return;
  for (const Element& child : context.event.element->children()) {
    if (!is_condition(child) || find_condition(child.local) != nullptr) continue;
    report.add("The stream error condition " + tag_name(child) +
                   " is not known; a receiver takes it for undefined-condition.",
               child.range);
    return;
  }
}

void error_condition_namespace(const Context& context, Report& report) {
  const Element* element = context.event.element.get();
  if (element == nullptr) return;
  for (const Element& child : element->children()) {
    if (is_condition(child)) return;
  }
  for (const Element& child : element->children()) {
    if (child.ns == ns::kStreamErrors || find_condition(child.local) == nullptr) continue;
    report.add("The stream error's condition " + tag_name(child) +
                   " is not in the namespace urn:ietf:params:xml:ns:xmpp-streams.",
               child.range);
    return;
  }
}

void error_multiple_conditions(const Context& context, Report& report) {
  if (context.event.element == nullptr) return;
  const Element* first = nullptr;
  for (const Element& child : context.event.element->children()) {
    if (!is_condition(child)) continue;
    if (first == nullptr) {
      first = &child;
      continue;
    }
    report.add("The stream error has the condition " + quoted(child.local) + " beside " +
                   quoted(first->local) + ", where exactly one states the reason.",
               child.range);
    return;
  }
}

template <Generation generation>
void error_name_of(const Context& context, Report& report, std::string_view message) {
  if (context.event.element == nullptr) return;
  for (const Element& child : context.event.element->children()) {
    if (!is_condition(child)) continue;
    const Condition* condition = find_condition(child.local);
    if (condition == nullptr || condition->generation != generation) continue;
    report.add("The stream error condition " + quoted(child.local) + std::string(message), child.range);
    return;
  }
}

void error_rfc3920_name(const Context& context, Report& report) {
  error_name_of<Generation::kRfc3920>(
      context, report,
      " is of RFC 3920; RFC 6120 has renamed or removed it, so newer software may not know it.");
}

void error_rfc6120_name(const Context& context, Report& report) {
  error_name_of<Generation::kRfc6120>(
      context, report, " came with RFC 6120; software of the RFC 3920 generation does not know it.");
}

void undefined_condition_alone(const Context& context, Report& report) {
  const Element* element = context.event.element.get();
  if (element == nullptr) return;
  const Element* undefined = element->child("undefined-condition", ns::kStreamErrors);
  if (undefined == nullptr) return;
  for (const Element& child : element->children()) {
    if (child.ns != ns::kStreamErrors) return;
  }
  report.add(
      "The condition undefined-condition points to an application's own one, and there is none beside it.",
      undefined->range);
}

void error_not_closed(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const size_t sender = index(event.direction);
  if (!context.before.error_sent[sender] || context.before.closed[sender]) return;
  if (!report.first(Once::kAfterError, event.direction)) return;
  report.add("This was sent behind the sender's own <stream:error/>, which only </stream:stream> may follow.",
             event.range);
}

void error_outside_stream(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kS2C || !context.session.from_start()) return;
  if (context.before.header_seen[index(Direction::kS2C)] || event.websocket) return;
  // A header of the proxy's own may have stood in front of it.
  if (received_edited(report.memory(), Direction::kC2S, on(EventKind::kHeader))) return;
  At at;
  // Where a restart is due there was a stream, at least.
  if (context.session.side(Direction::kS2C).headers > 0) at.at_most = Severity::kNote;
  report.add("The server sends a stream error without the stream header that has to come before it.",
             event.range, at);
}

// --- see-other-host ---------------------------------------------------------------------------------------

bool is_port(std::string_view text) {
  unsigned port = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), port);
  return problem == std::errc() && end == text.data() + text.size() && port >= 1 && port <= 65'535;
}

bool is_host(std::string_view text) {
  if (text.empty()) return false;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!letter && c != '-' && c != '.' && c != '_' && byte < 0x80) return false;
  }
  return true;
}

bool is_host_and_port(std::string_view text, Profile profile) {
  if (text.starts_with('[')) {
    const size_t close = text.find(']');
    if (close == std::string_view::npos || !is_ip_literal(text.substr(1, close - 1))) return false;
    const std::string_view rest = text.substr(close + 1);
    return rest.empty() || (rest[0] == ':' && is_port(rest.substr(1)));
  }
  // RFC 3920 knew neither brackets nor ports.
  if (profile == Profile::kRfc3920 && is_ipv6(text)) return true;
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos) return is_host(text);
  return is_host(text.substr(0, colon)) && is_port(text.substr(colon + 1));
}

const Element* see_other_host(const Context& context) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kS2C || event.element == nullptr) return nullptr;
  return event.element->child("see-other-host", ns::kStreamErrors);
}

void see_other_host_malformed(const Context& context, Report& report) {
  const Element* redirect = see_other_host(context);
  if (redirect == nullptr) return;
  const std::string text = redirect->text();
  const size_t first = text.find_first_not_of(" \t\r\n");
  const size_t last = text.find_last_not_of(" \t\r\n");
  const std::string_view host = first == std::string::npos
                                    ? std::string_view()
                                    : std::string_view(text).substr(first, last - first + 1);
  if (is_host_and_port(host, context.profile)) return;
  report.add("The redirect to " + quoted(host) +
                 " is no host with or without a port, such as 'b.example.com:5222' or '[2001:db8::1]'.",
             redirect->range);
}

void see_other_host_before_tls(const Context& context, Report& report) {
  const Element* redirect = see_other_host(context);
  if (redirect == nullptr || context.session.encrypted(Direction::kS2C)) return;
  // Components have no TLS to wait for.
  if (context.session.content_namespace().starts_with("jabber:component:")) return;
  report.add("The redirect comes on a stream that is not encrypted, where anybody on the way can forge it.",
             redirect->range);
}

constexpr KindSet kSpoken =
    kStanzas | on(EventKind::kFeatures, EventKind::kStreamError, EventKind::kStartTls, EventKind::kSasl,
                  EventKind::kCompress, EventKind::kSm, EventKind::kNonza);

constexpr Rule kRules[] = {
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
        .id = "stream-error-unknown-condition",
        .tier = 2,
        .layer = Layer::kStream,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §4.9.2; RFC 6120 §4.9.3; RFC 3920 §4.7.3",
        .explanation = "The list of stream error conditions is a closed one, and a receiver treats a name "
                       "that is not on it as undefined-condition: the reason is lost. A reason of an "
                       "application's own goes into a namespace of its own, beside a defined condition.",
        .violating = "S: <stream:error><server-exploded " STREAM_ERRORS "/></stream:error></stream:stream>",
        .conforming = "S: <stream:error><undefined-condition " STREAM_ERRORS
                      "/><server-exploded xmlns='urn:example:err'/></stream:error></stream:stream>",
        .kinds = on(EventKind::kStreamError),
        .check = error_unknown_condition,
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
        .id = "stream-error-multiple-conditions",
        .tier = 2,
        .layer = Layer::kStream,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §4.9.2; RFC 3920 §4.7.4",
        .explanation = "A stream error has exactly one defined condition, since a receiver acts on it: it "
                       "reconnects at once, later, elsewhere or never. With two of them each implementation "
                       "picks its own. A <text/> and one element of an application may stand beside it.",
        .violating = "S: <stream:error><conflict " STREAM_ERRORS "/><reset " STREAM_ERRORS
                     "/></stream:error></stream:stream>",
        .conforming = "S: <stream:error><conflict " STREAM_ERRORS "/><text " STREAM_ERRORS
                      " xml:lang='en'>Replaced by a new connection</text></stream:error></stream:stream>",
        .kinds = on(EventKind::kStreamError),
        .check = error_multiple_conditions,
    },
    {
        .id = "stream-error-rfc3920-name",
        .tier = 2,
        .layer = Layer::kStream,
        .severities = Severities{std::nullopt, Severity::kWarning},
        .who = Who::kEither,
        .citation = "RFC 6120 Appendix D; RFC 3920 §4.7.3",
        .explanation = "RFC 6120 renamed xml-not-well-formed to not-well-formed and took invalid-id out of "
                       "the list. The old names still come from servers of the RFC 3920 generation; a client "
                       "that knows the new list only sees an unknown condition.",
        .violating =
            "S: <stream:error><xml-not-well-formed " STREAM_ERRORS "/></stream:error></stream:stream>",
        .conforming = "S: <stream:error><not-well-formed " STREAM_ERRORS "/></stream:error></stream:stream>",
        .kinds = on(EventKind::kStreamError),
        .check = error_rfc3920_name,
    },
    {
        .id = "stream-error-rfc6120-name-in-3920",
        .tier = 3,
        .layer = Layer::kStream,
        .severities = Severities{Severity::kNote, std::nullopt},
        .who = Who::kEither,
        .citation = "RFC 6120 Appendix D; RFC 6120 §4.9.3",
        .explanation = "The conditions reset, not-well-formed and unsupported-feature came with RFC 6120. "
                       "Software that was written by RFC 3920 does not know them and takes them for "
                       "undefined-condition. Nothing else goes wrong.",
        .violating = "S: <stream:error><reset " STREAM_ERRORS "/></stream:error></stream:stream>",
        .conforming = "S: <stream:error><system-shutdown " STREAM_ERRORS "/></stream:error></stream:stream>",
        .kinds = on(EventKind::kStreamError),
        .check = error_rfc6120_name,
    },
    {
        .id = "stream-undefined-condition-alone",
        .tier = 3,
        .layer = Layer::kStream,
        .severities = kWarnings,
        .who = Who::kEither,
        .citation = "RFC 6120 §4.9.3.21; RFC 3920 §4.7.3",
        .explanation = "undefined-condition means: none of the defined conditions fits, look at the other "
                       "element. Where there is no other element it says nothing at all, and neither "
                       "software nor a person can tell why the stream ended.",
        .violating =
            "S: <stream:error><undefined-condition " STREAM_ERRORS "/></stream:error></stream:stream>",
        .conforming = "S: <stream:error><undefined-condition " STREAM_ERRORS
                      "/><handled-count-too-high xmlns='urn:xmpp:sm:3' h='10' "
                      "send-count='8'/></stream:error></stream:stream>",
        .kinds = on(EventKind::kStreamError),
        .check = undefined_condition_alone,
    },
    {
        .id = "stream-error-not-closed",
        .tier = 2,
        .layer = Layer::kStream,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §4.9.1.1; RFC 3920 §4.7.1",
        .explanation = "There are no stream errors that one recovers from: whoever sends one closes its "
                       "stream right behind it. What it sends after that reaches a peer that has already "
                       "given the session up, so it is lost without a trace.",
        .violating = "S: <stream:error><conflict " STREAM_ERRORS
                     "/></stream:error>\nS: <presence from='a@example.com'/>",
        .conforming = "S: <stream:error><conflict " STREAM_ERRORS "/></stream:error></stream:stream>",
        .kinds = kSpoken | on(EventKind::kHeader),
        .check = error_not_closed,
    },
    {
        .id = "stream-error-outside-stream",
        .tier = 2,
        .layer = Layer::kStream,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "RFC 6120 §4.9.1.2; RFC 3920 §4.7.1",
        .explanation = "A server that refuses the very first header has opened no stream yet, so it has to "
                       "do that first: its own header, the error inside, and </stream:stream>. A bare "
                       "<stream:error/> has a prefix that nothing declares. A parser that goes by the rules "
                       "reports broken XML instead of the reason.",
        .violating =
            "C: <stream:stream to='nosuch.example' version='1.0' " CLIENT_NS
            ">\nS: <stream:error xmlns:stream='http://etherx.jabber.org/streams'><host-unknown " STREAM_ERRORS
            "/></stream:error>",
        .conforming = "C: <stream:stream to='nosuch.example' version='1.0' " CLIENT_NS ">\nS: " SERVER_HEADER
                      "<stream:error><host-unknown " STREAM_ERRORS "/></stream:error></stream:stream>",
        .kinds = on(EventKind::kStreamError),
        .check = error_outside_stream,
    },
    {
        .id = "stream-see-other-host-malformed",
        .tier = 2,
        .layer = Layer::kStream,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "RFC 6120 §4.9.3.19; RFC 3920 §4.7.3",
        .explanation =
            "see-other-host sends a client to another host. Its text is that host's name or address and, "
            "behind a colon, a port; an IPv6 address stands in brackets, so that its colons are not taken "
            "for that one. A URI or anything else is no address that a client could connect to.",
        .violating = "S: <stream:error><see-other-host " STREAM_ERRORS
                     ">xmpp://b.example.com</see-other-host></stream:error></stream:stream>",
        .conforming = "S: <stream:error><see-other-host " STREAM_ERRORS
                      ">b.example.com</see-other-host></stream:error></stream:stream>",
        .kinds = on(EventKind::kStreamError),
        .check = see_other_host_malformed,
    },
    {
        .id = "stream-see-other-host-before-tls",
        .tier = 2,
        .layer = Layer::kStream,
        .severities = Severities{std::nullopt, Severity::kWarning},
        .who = Who::kServer,
        .citation = "RFC 6120 §4.9.3.19",
        .explanation = "Whoever sits between client and server can write a redirect into a stream that is "
                       "not encrypted, and keep the client away from its server. The checks of the "
                       "certificate stop a stranger from taking the session over, but not from making it "
                       "impossible. So a server should wait with a redirect until TLS is up.",
        .violating = "C: " CLIENT_HEADER "\nS: " SERVER_HEADER "<stream:error><see-other-host " STREAM_ERRORS
                     ">b.example.com</see-other-host></stream:error></stream:stream>",
        .conforming =
            "[tls]\nC: " CLIENT_HEADER "\nS: " SERVER_HEADER "<stream:error><see-other-host " STREAM_ERRORS
            ">b.example.com</see-other-host></stream:error></stream:stream>",
        .kinds = on(EventKind::kStreamError),
        .check = see_other_host_before_tls,
    },
};

}  // namespace

RuleTable stream_error_rules() {
  return {kRules};
}

}  // namespace parser::rules
