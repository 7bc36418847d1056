// Stanza layer: what message, presence and iq have in common (RFC 6120 §8).
#include <algorithm>

#include "parser/jid/jid.h"
#include "parser/rules/checks.h"
#include "parser/rules/rulebook.h"
#include "parser/xml/error.h"

namespace parser::rules {
namespace {

using xml::Element;

// The stanza's own <error/>: in the stanza's namespace, or in another of those that carry stanzas.
const Element* error_of(const Element& stanza) {
  for (const Element& child : stanza.children()) {
    if (child.local == "error" && (child.ns == stanza.ns || is_content_namespace(child.ns))) return &child;
  }
  return nullptr;
}

void before_auth(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kC2S || context.before.authenticated) return;
  if (!context.session.from_start() || !is_client_stream(context.session)) return;
  // Without any header there is another fault, and stream-root-not-stream tells it.
  if (context.before.closed[index(Direction::kC2S)] || !context.before.header_seen[index(Direction::kC2S)])
    return;
  // A client that knows the server may send ahead of the answer to its login.
  if (report.memory().login_requested) return;
  if (event.kind == EventKind::kIq && event.payload != nullptr &&
      (event.payload->ns == ns::kIqRegister || event.payload->ns == ns::kIqAuth ||
       event.payload->ns == "urn:xmpp:pars:0")) {  // XEP-0077, XEP-0078, XEP-0445
    return;
  }
  report.add("A <" + std::string(event.local) + "/> before login: the server does not know yet who sends it.",
             event.range);
}

void from_spoofed(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const SessionState& session = context.session;
  if (event.direction != Direction::kC2S || event.from.empty() || !has_address(session)) return;
  if (!is_client_stream(session)) return;
  const std::string_view own = session.bound_jid();
  if (event.from == own) return;
  if (same_bare_jid(event.from, own)) {
    // RFC 3920 §9.1.2 lets a client name any connected resource of its account.
    if (context.profile == Profile::kRfc3920 || event.from.find('/') == std::string_view::npos) return;
    if (same_jid(event.from, own)) return;
  }
  report.add("The client says 'from' " + quoted(event.from) + ", but its address is " + quoted(own) + ".",
             event.element != nullptr ? event.element->start_tag : event.range);
}

void extension_without_namespace(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.element == nullptr) return;
  static constexpr std::string_view kDefined[] = {"subject", "body",     "thread", "show",
                                                  "status",  "priority", "error"};
  for (const Element& child : event.element->children()) {
    if (!child.ns.empty() && child.ns != event.ns) continue;
    if (child.ns.empty() && !child.prefix.empty()) continue;  // xml-namespace-not-well-formed tells it
    if (std::find(std::begin(kDefined), std::end(kDefined), child.local) != std::end(kDefined)) continue;
    report.add("The child <" + std::string(child.local.substr(0, 80)) +
                   "/> has no namespace of its own, and none of that name is defined for stanzas.",
               child.range);
  }
}

void error_missing_child(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.element == nullptr || event.stanza_type != "error" || error_of(*event.element) != nullptr) return;
  report.add("A " + std::string(event.local) +
                 " of type 'error' without an <error/> child does not say what failed.",
             event.range);
}

void error_child_without_type(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.element == nullptr || event.stanza_type == "error") return;
  const Element* error = event.element->first_node == nullptr ? nullptr : error_of(*event.element);
  if (error == nullptr) return;
  report.add("An <error/> child in a stanza of type " + quoted(event.stanza_type) +
                 ": it is allowed only where the type is 'error'.",
             error->range);
}

// The defined conditions of RFC 6120 §8.3.3 and RFC 3920 §9.3.3, to recognise one in the wrong namespace.
bool is_known_condition(std::string_view name) {
  static constexpr std::string_view kKnown[] = {"bad-request",
                                                "conflict",
                                                "feature-not-implemented",
                                                "forbidden",
                                                "gone",
                                                "internal-server-error",
                                                "item-not-found",
                                                "jid-malformed",
                                                "not-acceptable",
                                                "not-allowed",
                                                "not-authorized",
                                                "payment-required",
                                                "policy-violation",
                                                "recipient-unavailable",
                                                "redirect",
                                                "registration-required",
                                                "remote-server-not-found",
                                                "remote-server-timeout",
                                                "resource-constraint",
                                                "service-unavailable",
                                                "subscription-required",
                                                "undefined-condition",
                                                "unexpected-request"};
  return std::find(std::begin(kKnown), std::end(kKnown), name) != std::end(kKnown);
}

const Element* judged_error(const StreamEvent& event) {
  return event.element != nullptr && event.stanza_type == "error" ? error_of(*event.element) : nullptr;
}

void error_missing_condition(const Context& context, Report& report) {
  const Element* error = judged_error(context.event);
  if (error == nullptr || is_legacy(context.session)) return;
  for (const Element& child : error->children()) {
    if (child.local == "text") continue;
    if (child.ns == ns::kStanzaErrors || is_known_condition(child.local)) return;
  }
  report.add(
      "The <error/> holds no condition, such as <item-not-found "
      "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>.",
      error->range);
}

void error_condition_namespace(const Context& context, Report& report) {
  const Element* error = judged_error(context.event);
  if (error == nullptr || is_legacy(context.session)) return;
  const Element* misplaced = nullptr;
  for (const Element& child : error->children()) {
    if (child.ns == ns::kStanzaErrors && child.local != "text") return;
    if (child.ns != ns::kStanzaErrors && misplaced == nullptr && is_known_condition(child.local))
      misplaced = &child;
  }
  if (misplaced == nullptr) return;
  report.add("The error condition " + tag_name(*misplaced) +
                 " is not in the namespace urn:ietf:params:xml:ns:xmpp-stanzas.",
             misplaced->range);
}

void error_type_invalid(const Context& context, Report& report) {
  const Element* error = judged_error(context.event);
  if (error == nullptr) return;
  const xml::Attribute* type = error->find_attribute("type");
  if (type == nullptr) return;
  static constexpr std::string_view kTypes[] = {"auth", "cancel", "continue", "modify", "wait"};
  if (std::find(std::begin(kTypes), std::end(kTypes), type->value) != std::end(kTypes)) return;
  report.add("The error type " + quoted(type->value) +
                 " does not exist; the five are auth, cancel, continue, modify "
                 "and wait.",
             error->start_tag);
}

void too_large(const Context& context, Report& report) {
  const std::optional<xml::Error>& error = context.event.error;
  if (!error || error->code != xml::ErrorCode::kElementTooLarge) return;
  report.add(xml::describe(*error), error->range);
}

constexpr Rule kRules[] = {
    {
        .id = "stanza-before-auth",
        .tier = 1,
        .layer = Layer::kStanza,
        .severities = kErrorWarning3920,
        .who = Who::kClient,
        .citation = "RFC 6120 §4.9.3.12; RFC 6120 §4.3.5; RFC 3920 §4.3",
        .explanation =
            "A stanza is routed in the name of an account, and before login there is none. A server "
            "that processed one anyway would be an open relay, so it has to refuse, usually with "
            "not-authorized and the end of the stream. Registering an account and the login of the "
            "pre-XMPP days are the two things that an iq may do earlier.",
        .violating = "C: <stream:stream to='example.com' version='1.0' xmlns='jabber:client' "
                     "xmlns:stream='http://etherx.jabber.org/streams'><presence/>",
        .conforming = "C: <presence/>",
        .kinds = kStanzas,
        .check = before_auth,
        .when = When::kUntilEstablished,
    },
    {
        .id = "stanza-from-spoofed",
        .tier = 1,
        .layer = Layer::kStanza,
        .severities = kErrorWarning6120,
        .who = Who::kClient,
        .citation = "RFC 3920 §9.1.2; RFC 6120 §8.1.2.1; RFC 6120 §4.9.3.9",
        .explanation =
            "Receivers trust 'from' because the sender's server vouches for it: whatever a client "
            "writes there is checked against the account that logged in. A client need not send it at "
            "all. With another address in it, an RFC 3920 server ends the stream with invalid-from, "
            "while an RFC 6120 server silently puts the right one in, so the sender may never notice "
            "that it believes to be somebody else.",
        .violating = "[bound juliet@example.com/balcony]\n"
                     "C: <message from='romeo@example.net' to='a@example.com'><body>Hi</body></message>",
        .conforming =
            "[bound juliet@example.com/balcony]\n"
            "C: <message to='a@example.com'><body>Hi</body></message>\n"
            "C: <message from='Juliet@EXAMPLE.com/balcony' to='a@example.com'><body>Hi</body></message>\n"
            "C: <presence from='juliet@example.com' to='a@example.com' type='subscribe'/>",
        .kinds = kStanzas,
        .check = from_spoofed,
    },
    {
        .id = "stanza-extension-without-namespace",
        .tier = 1,
        .layer = Layer::kStanza,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §8.4; RFC 3921 §2.4",
        .explanation =
            "What an extension element means is decided by its namespace. A child without xmlns "
            "inherits the stream's own (jabber:client), where only a handful of names are defined, so "
            "it is not an extension that anybody has specified. Some libraries drop the xmlns of the "
            "first child when they copy it, which looks exactly like this.",
        .violating = "C: <iq id='1' type='get'><query/></iq>",
        .conforming = "C: <iq id='1' type='get'><query xmlns='jabber:iq:version'/></iq>\n"
                      "C: <message "
                      "to='a@example.com'><subject>S</subject><thread>t1</thread><body>Hi</body></message>\n"
                      "C: <presence><show>away</show><status>out</status><priority>1</priority></presence>",
        .kinds = kStanzas,
        .check = extension_without_namespace,
    },
    {
        .id = "stanza-error-missing-error-child",
        .tier = 1,
        .layer = Layer::kStanza,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §8.3.1; RFC 3920 §9.3.1",
        .explanation = "type='error' says that something which the receiver sent earlier has failed. The "
                       "<error/> child says what and whether to try again; without it a client can only show "
                       "that something, somewhere, went wrong.",
        .violating = "S: <message type='error' from='a@example.net'/>",
        .conforming =
            "S: <message type='error' from='a@example.net'><error type='cancel'><service-unavailable "
            "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>",
        .kinds = on(EventKind::kMessage, EventKind::kPresence),
        .check = error_missing_child,
    },
    {
        .id = "stanza-error-child-without-type",
        .tier = 1,
        .layer = Layer::kStanza,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §8.3.1; RFC 3920 §9.3.1",
        .explanation =
            "Receivers branch on the stanza's type first. An <error/> inside a result or a normal "
            "message is read by nobody, or makes half of a program treat as failed what the other "
            "half treats as done. Errors are stanzas of type 'error', and nothing else carries the "
            "child.",
        .violating = "C: <iq id='1' type='get'><query xmlns='jabber:iq:version'/></iq>\n"
                     "S: <iq id='1' type='result'><error type='cancel'><item-not-found "
                     "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
        .conforming = "C: <iq id='1' type='get'><query xmlns='jabber:iq:version'/></iq>\n"
                      "S: <iq id='1' type='error'><error type='cancel'><item-not-found "
                      "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
        .kinds = kStanzas,
        .check = error_child_without_type,
    },
    {
        .id = "stanza-error-missing-condition",
        .tier = 1,
        .layer = Layer::kStanza,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §8.3.2; RFC 3920 §9.3.2",
        .explanation =
            "The heart of an <error/> is one condition element, such as item-not-found or forbidden, "
            "in the namespace urn:ietf:params:xml:ns:xmpp-stanzas. Its type attribute only says how "
            "to react in general, and numeric codes are a relic. Without a condition, software cannot "
            "choose between retrying and giving up.",
        .violating = "C: <iq id='1' type='get'><query xmlns='jabber:iq:version'/></iq>\n"
                     "S: <iq id='1' type='error'><error type='cancel'/></iq>",
        .conforming = "C: <iq id='1' type='get'><query xmlns='jabber:iq:version'/></iq>\n"
                      "S: <iq id='1' type='error'><error type='cancel'><item-not-found "
                      "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
        .kinds = kStanzas,
        .check = error_missing_condition,
    },
    {
        .id = "stanza-error-condition-namespace",
        .tier = 2,
        .layer = Layer::kStanza,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §8.3.2; RFC 3920 §9.3.2",
        .explanation =
            "A condition counts only in the namespace urn:ietf:params:xml:ns:xmpp-stanzas. Without "
            "xmlns it falls into jabber:client, where no such element exists, and the name that ends "
            "in xmpp-streams belongs to errors of the whole stream.",
        .violating = "C: <iq id='1' type='get'><query xmlns='jabber:iq:version'/></iq>\n"
                     "S: <iq id='1' type='error'><error type='cancel'><item-not-found/></error></iq>",
        .conforming = "C: <iq id='1' type='get'><query xmlns='jabber:iq:version'/></iq>\n"
                      "S: <iq id='1' type='error'><error type='cancel'><item-not-found "
                      "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
        .kinds = kStanzas,
        .check = error_condition_namespace,
    },
    {
        .id = "stanza-error-type-invalid",
        .tier = 1,
        .layer = Layer::kStanza,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §8.3.2; RFC 3920 §9.3.2",
        .explanation =
            "The type of an <error/> tells the sender what to do next: auth (retry with credentials), "
            "cancel (give up), continue (it was only a warning), modify (change the data and retry) "
            "or wait (retry later). Software switches on these five words, and another one falls "
            "through all of them.",
        .violating = "C: <iq id='1' type='get'><query xmlns='jabber:iq:version'/></iq>\n"
                     "S: <iq id='1' type='error'><error type='fatal'><internal-server-error "
                     "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
        .conforming = "C: <iq id='1' type='get'><query xmlns='jabber:iq:version'/></iq>\n"
                      "S: <iq id='1' type='error'><error type='wait'><internal-server-error "
                      "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
        .kinds = kStanzas,
        .check = error_type_invalid,
    },
    {
        .id = "stanza-too-large",
        .tier = 2,
        .layer = Layer::kStanza,
        .severities = kNotes,
        .who = Who::kEither,
        .citation = "XEP-0478 §4; RFC 6120 §13.12; RFC 3920 §4.7.3",
        .explanation =
            "Servers limit the size of one element, never below 10000 bytes and often to 256 KiB, and "
            "may end the stream with policy-violation when it is passed. Files and pictures go by "
            "HTTP upload or Jingle instead. The limit passed here is this program's own, so this is a "
            "remark and not a verdict.",
        .violating = "C: <message to='a@example.com'><body>${repeat:0123456789abcdef:16400}</body></message>",
        .conforming =
            "C: <message to='a@example.com'><body>${repeat:0123456789abcdef:10000}</body></message>",
        .kinds = on(EventKind::kViolation),
        .check = too_large,
    },
};

}  // namespace

RuleTable stanza_rules() {
  return {kRules};
}

}  // namespace parser::rules
