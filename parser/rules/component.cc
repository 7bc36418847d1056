// Component layer: external components (XEP-0114). In the accept variant the component connects to the server
// and proves itself; in the connect variant it is the other way round.
#include <algorithm>

#include "parser/jid/jid.h"
#include "parser/rules/checks.h"
#include "parser/rules/rulebook.h"

namespace parser::rules {
namespace {

constexpr size_t kSha1Digits = 40;

bool is_accept(const Context& context) {
  return context.session.content_namespace() == ns::kComponentAccept;
}
bool is_component(const Context& context) {
  return is_accept(context) || context.session.content_namespace() == ns::kComponentConnect;
}
// The direction that the component speaks in: it opens the connection in the accept variant only.
bool component_speaks(const Context& context) {
  return is_component(context) &&
         context.event.direction == (is_accept(context) ? Direction::kC2S : Direction::kS2C);
}

bool is_handshake(const StreamEvent& event) {
  return event.local == "handshake" && event.element != nullptr;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

// The component's name, as its header in the accept variant says.
std::string_view own_name(const Context& context) {
  const xml::ElementPtr& header = context.session.side(Direction::kC2S).header;
  return header == nullptr ? std::string_view() : header->attribute("to");
}

void handshake_missing(const Context& context, Report& report) {
  const SessionState& session = context.session;
  // In the connect variant the server sends the handshake.
  if (!is_accept(context) || context.event.direction != Direction::kC2S) return;
  if (!session.from_start() || context.before.authenticated || report.memory().login_requested) return;
  if (!context.before.header_seen[index(Direction::kC2S)] || context.before.closed[index(Direction::kC2S)])
    return;
  report.add(
      "The component sends a stanza before its <handshake/>, so the server does not know yet who it is.",
      context.event.range);
}

void before_accepted(const Context& context, Report& report) {
  if (!is_component(context) || !context.session.from_start() || context.before.authenticated) return;
  if (!report.memory().login_requested) return;  // component-handshake-missing
  if (context.before.closed[index(context.event.direction)]) return;
  report.add("A stanza ahead of the empty <handshake/> that accepts the component.", context.event.range);
}

void missing_addresses(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (!event.from.empty() && !event.to.empty()) return;
  if (event.element == nullptr || !report.memory().login_requested || !component_speaks(context)) return;
  const std::string_view missing = !event.to.empty()     ? "'from'"
                                   : !event.from.empty() ? "'to'"
                                                         : "'from' and 'to'";
  report.add("The component's stanza has no " + std::string(missing) + "; a component has to say both.",
             event.element->start_tag);
}

void wrong_namespace(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (!is_handshake(event) || event.direction != Direction::kC2S) return;
  if (context.session.content_namespace() != ns::kClient) return;
  report.add("A component's <handshake/> on a stream in " + quoted(ns::kClient) +
                 "; its header has to declare " + quoted(ns::kComponentAccept) + ".",
             event.range);
}

void to_not_component(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (!is_accept(context) || event.direction != Direction::kC2S || event.from.empty()) return;
  const std::string_view name = own_name(context);
  const std::string_view from = report.addresses().from().domain;
  // It speaks as a subdomain of what it called itself: that was the server's name.
  if (event.element == nullptr || name.empty() || same_domain(from, name) || !is_domain_within(from, name))
    return;
  if (!report.first(Once::kComponentName, Direction::kC2S)) return;
  report.add("The component called itself " + quoted(name) + " in its header, and speaks as " + quoted(from) +
                 "; 'to' of the header is the component's own name.",
             event.element->start_tag);
}

void foreign_domain(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (!is_accept(context) || event.direction != Direction::kC2S || event.from.empty()) return;
  const std::string_view name = own_name(context);
  const std::string_view from = report.addresses().from().domain;
  // Subdomains are the business of component-to-not-component; some servers allow them.
  if (event.element == nullptr || name.empty() || same_domain(from, name) || is_domain_within(from, name))
    return;
  report.add("The component " + quoted(name) + " speaks as " + quoted(from) + ", which is not its domain.",
             event.element->start_tag);
}

void response_missing_id(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.element == nullptr || event.direction != Direction::kS2C || !event.id.empty()) return;
  if (!is_accept(context)) return;
  // A refusal needs none (RFC 6120 §4.9.1.2); what follows tells.
  report.add("The server's header has no id, which the component's handshake is made from.",
             event.element->start_tag);
}

void handshake_format(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (!is_handshake(event) || !is_component(context)) return;
  if (event.direction != Direction::kC2S) return;  // whoever connects proves itself
  const std::string text = event.element->text();
  const std::string_view digits = trimmed(text);
  const bool good = digits.size() == kSha1Digits && std::all_of(digits.begin(), digits.end(), [](char c) {
                      return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
                    });
  if (good) return;
  const bool upper = digits.size() == kSha1Digits && std::all_of(digits.begin(), digits.end(), [](char c) {
                       return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
                     });
  report.add(upper ? "The handshake is written with capital letters; its digits are lower-case."
                   : "The handshake is no SHA-1 hash in 40 lower-case hexadecimal digits: it has " +
                         std::to_string(digits.size()) + " characters" +
                         (digits.size() == kSha1Digits ? ", not all of them such digits." : "."),
             event.range);
}

void reply_not_empty(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (!is_handshake(event) || !is_component(context) || event.direction != Direction::kS2C) return;
  if (event.element->first_node == nullptr ||
      (!event.element->has_text() && event.element->first_child() == nullptr)) {
    return;
  }
  report.add("The answer to a handshake is an empty <handshake/>; this one has content.", event.range);
}

void features_or_version(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (!is_component(context) || event.element == nullptr) return;
  if (event.kind == EventKind::kHeader) {
    if (event.element->find_attribute("version") == nullptr) return;
    report.add("A component's stream with a version; the protocol is older than versions and features.",
               event.element->start_tag);
    return;
  }
  report.add("Features on a component's stream, where nothing is negotiated.", event.range);
}

#define NAMESPACES " xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams'>\n"
#define HEADERS                                      \
  "C: <stream:stream to='gw.example.com'" NAMESPACES \
  "S: <stream:stream from='gw.example.com' id='3BF96D32'" NAMESPACES
#define HANDSHAKE "C: <handshake>aaee83c26aeeafcbabeabfcbcd50df997e0a2a1e</handshake>\n"
#define READY HEADERS HANDSHAKE "S: <handshake/>\n"

constexpr Rule kRules[] = {
    {
        .id = "component-handshake-missing",
        .tier = 1,
        .layer = Layer::kComponent,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "XEP-0114 §3",
        .explanation =
            "A component proves itself with a hash of the stream id and a shared secret, in "
            "<handshake/>, and the server answers with an empty one. It is the first thing behind the "
            "header; a stanza before it comes from an unknown party, and the server closes the "
            "stream.",
        .violating = HEADERS "C: <message from='x@gw.example.com' to='a@example.com'/>",
        .conforming = READY "C: <message from='x@gw.example.com' to='a@example.com'/>",
        .kinds = kStanzas,
        .check = handshake_missing,
        .when = When::kUntilEstablished,
    },
    {
        .id = "component-stanza-missing-addresses",
        .tier = 1,
        .layer = Layer::kComponent,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "XEP-0114 §3",
        .explanation =
            "A component speaks for every address at its domain, so the server cannot fill in who is "
            "meant, as it does for a client. Libraries written for clients leave 'from' out; some "
            "servers then put the bare domain there, others refuse the stanza.",
        .violating = READY "C: <message to='a@example.com'><body>Hi</body></message>",
        .conforming =
            READY "C: <message from='bot@gw.example.com' to='a@example.com'><body>Hi</body></message>",
        .kinds = kStanzas,
        .check = missing_addresses,
    },
    {
        .id = "component-wrong-namespace",
        .tier = 2,
        .layer = Layer::kComponent,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "XEP-0114 §3",
        .explanation =
            "Which kind of stream this is stands in its default namespace: jabber:component:accept "
            "for a component that connects to a server. In jabber:client the server takes it for a "
            "user who wants to log in, and does not know <handshake/> there. Usually the port is a "
            "component's and the library a client's.",
        .violating = "C: <stream:stream to='gw.example.com' version='1.0' xmlns='jabber:client' "
                     "xmlns:stream='http://etherx.jabber.org/streams'>\n"
                     "S: <stream:stream from='gw.example.com' id='3BF96D32' version='1.0' xml:lang='en' "
                     "xmlns='jabber:client' "
                     "xmlns:stream='http://etherx.jabber.org/streams'><stream:features/>\n" HANDSHAKE,
        .conforming = READY,
        .kinds = on(EventKind::kNonza),
        .check = wrong_namespace,
    },
    {
        .id = "component-to-not-component",
        .tier = 2,
        .layer = Layer::kComponent,
        .severities = kWarnings,
        .who = Who::kClient,
        .citation = "XEP-0114 §3",
        .explanation =
            "A component connects to a server that it knows, and says in 'to' of its header which "
            "component it is: its own name, not the server's. With the server's name the secret is "
            "looked up for the wrong component, and the handshake fails or the routes are set up "
            "wrongly.",
        .violating =
            "C: <stream:stream to='example.com'" NAMESPACES
            "S: <stream:stream from='example.com' id='3BF96D32'" NAMESPACES HANDSHAKE "S: <handshake/>\n"
            "C: <message from='bot@gw.example.com' to='a@example.com'/>",
        .conforming = READY "C: <message from='bot@gw.example.com' to='a@example.com'/>",
        .kinds = kStanzas,
        .check = to_not_component,
    },
    {
        .id = "component-response-missing-id",
        .tier = 2,
        .layer = Layer::kComponent,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "XEP-0114 §3",
        .explanation =
            "The handshake is the SHA-1 hash of the stream id and the secret, so that it is good for "
            "this one stream only. A header without an id leaves the component nothing to prove "
            "itself with; hashing the secret alone would give the same text every time, which whoever "
            "reads it could use again.",
        .violating = "C: <stream:stream to='gw.example.com'" NAMESPACES
                     "S: <stream:stream from='gw.example.com'" NAMESPACES,
        .conforming = HEADERS,
        .kinds = on(EventKind::kHeader),
        .check = response_missing_id,
    },
    {
        .id = "component-handshake-format",
        .tier = 2,
        .layer = Layer::kComponent,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "XEP-0114 §3",
        .explanation =
            "The hash is written as 40 hexadecimal digits in lower case, and servers compare the "
            "text. Capital letters, base64 or a hash of another kind look like a wrong secret, and "
            "the server says not-authorized without saying more.",
        .violating = HEADERS "C: <handshake>AAEE83C26AEEAFCBABEABFCBCD50DF997E0A2A1E</handshake>",
        .conforming = READY,
        .kinds = on(EventKind::kNonza),
        .check = handshake_format,
    },
    {
        .id = "component-handshake-reply-not-empty",
        .tier = 2,
        .layer = Layer::kComponent,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "XEP-0114 §3",
        .explanation =
            "<handshake/> without content is the whole answer: the component is accepted. What a "
            "component does with content there is not defined; some look for the empty element and go "
            "on waiting.",
        .violating = HEADERS HANDSHAKE "S: <handshake>ok</handshake>",
        .conforming = READY,
        .kinds = on(EventKind::kNonza),
        .check = reply_not_empty,
    },
    {
        .id = "component-stanza-before-handshake",
        .tier = 2,
        .layer = Layer::kComponent,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "XEP-0114 §3",
        .explanation =
            "Stanzas flow once the server has answered the handshake with an empty one. Sent right "
            "behind the handshake they arrive while the server is still comparing hashes; some take "
            "them all the same, others close the stream, and which it is depends on timing.",
        .violating = HEADERS HANDSHAKE "C: <presence from='gw.example.com' to='a@example.com'/>\n"
                                       "S: <handshake/>",
        .conforming = READY "C: <presence from='gw.example.com' to='a@example.com'/>",
        .kinds = kStanzas,
        .check = before_accepted,
        .when = When::kUntilEstablished,
    },
    {
        .id = "component-from-foreign-domain",
        .tier = 2,
        .layer = Layer::kComponent,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "XEP-0114 §3",
        .explanation =
            "A component may be anybody at its own domain, and nobody elsewhere. The server checks, "
            "since otherwise every component could write in the name of every user; the stanza is "
            "dropped, or the stream closed. Gateways that act for a user of the server need a "
            "privilege for that (XEP-0356) and wrap what they send.",
        .violating = READY "C: <message from='a@example.com' to='b@example.com'/>",
        .conforming = READY "C: <message from='a@gw.example.com' to='b@example.com'/>",
        .kinds = kStanzas,
        .check = foreign_domain,
    },
    {
        .id = "component-features-or-version",
        .tier = 3,
        .layer = Layer::kComponent,
        .severities = kNotes,
        .who = Who::kEither,
        .citation = "XEP-0114 §3; RFC 6120 §4.7.5",
        .explanation =
            "The component protocol is older than XMPP 1.0: no version, no features, no STARTTLS, no "
            "SASL. Some servers and libraries send them anyway, out of shared code; the other side "
            "does not know what to do with them, though most ignore them.",
        .violating = HEADERS "S: <stream:features/>\n" HANDSHAKE "S: <handshake/>",
        .conforming = READY,
        .kinds = on(EventKind::kHeader, EventKind::kFeatures),
        .check = features_or_version,
    },
};

constexpr LeftOut kLeftOut[] = {
    {"component-handshake-wrong",
     "The secret that the hash is made with is not on the wire, and no setting gives it."},
    {"component-bad-handshake-not-closed",
     "A server that goes on behind its not-authorized is told by stream-error-not-closed, as for every "
     "stream "
     "error."},
};

#undef NAMESPACES
#undef HEADERS
#undef HANDSHAKE
#undef READY

}  // namespace

RuleTable component_rules() {
  return {kRules, kLeftOut};
}

}  // namespace parser::rules
