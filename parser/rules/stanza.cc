// Stanza layer: what message, presence and iq have in common (RFC 6120 §8). Every stanza passes here, so the
// rules about its form share one check, which looks at its attributes and children once.
#include <algorithm>
#include <charconv>

#include "parser/jid/jid.h"
#include "parser/rules/checks.h"
#include "parser/rules/rulebook.h"
#include "parser/xml/error.h"

namespace parser::rules {
namespace {

using xml::Element;

constexpr std::string_view kXml = "http://www.w3.org/XML/1998/namespace";
constexpr std::string_view kFraming = "urn:ietf:params:xml:ns:xmpp-framing";
constexpr std::string_view kLimits = "urn:xmpp:stream-limits:0";
constexpr uint64_t kLeastLimit = 10'000;      // RFC 6120 §13.12
constexpr uint64_t kUsualLimit = 256 * 1024;  // what servers have that do not say

enum class Form : uint8_t {
  kNone,
  kNoNamespace,
  kEmptyNamespace,
  kErrorChild,
  kServerNamespace,
  kClientNamespace,
  kIdMissing,
  kIdEmpty,
  kLang,
  kForeignAttribute,
  kUnknownAttribute,
  kTooLarge,
  kMissingFrom,
  kServerFrom,
  kToOwnServer,
};
enum class History : uint8_t { kNone, kSwallowed, kLangChanged, kOrder };
template <typename Kind>
constexpr uint8_t verdict(Kind kind) {
  return static_cast<uint8_t>(kind);
}

// --- who speaks -------------------------------------------------------------------------------------------

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

// The resource that was asked for and not granted: jid-address-changed-after-bind tells it.
bool is_requested_address(const SessionState& session, std::string_view from) {
  const Binding* binding = session.binding();
  return binding != nullptr && !binding->requested().empty() &&
         split_jid(from).resource == binding->requested();
}

void from_spoofed(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const SessionState& session = context.session;
  if (event.from.empty() || event.direction != Direction::kC2S || !is_client_stream(session)) return;
  if (event.from == session.bound_jid()) return;
  const JidProfile profile = jid_profile(context.profile);
  const DeterminedJid own = session.determined();
  // What follows from a login name is the server's to say, and it has not said it yet.
  if (own.jid.empty() || own.from == "login name") return;
  if (same_bare_jid(event.from, own.jid, profile)) {
    // RFC 3920 §9.1.2 lets a client name any connected resource of its account.
    if (context.profile == Profile::kRfc3920 || event.from.find('/') == std::string_view::npos) return;
    if (!session.bound() || same_jid(event.from, own.jid, profile)) return;
    if (is_requested_address(session, event.from)) return;
  }
  report.add("The client says 'from' " + quoted(event.from) + ", but its address is " + quoted(own.jid) +
                 " (known from the " + std::string(own.from) + ").",
             event.element != nullptr ? attribute_range(event, *event.element, "from") : event.range);
}

// --- form -------------------------------------------------------------------------------------------------

void judge_children(const StreamEvent& event, Report& report) {
  static constexpr std::string_view kDefined[] = {"subject", "body",     "thread", "show",
                                                  "status",  "priority", "error"};
  for (const Element& child : event.element->children()) {
    if (child.local == "error" && event.stanza_type != "error" &&
        (child.ns == event.ns || is_content_namespace(child.ns))) {
      if (report.of(verdict(Form::kErrorChild))) {
        report.add("An <error/> child in a stanza of type " + quoted(event.stanza_type) +
                       ": it is allowed only where the type is 'error'.",
                   child.range);
      }
      continue;
    }
    if (child.ns.empty()) {
      // xml-namespace-not-well-formed tells it, or a rule about the stanza's own namespace.
      if (!child.prefix.empty() || event.ns.empty()) continue;
      if (report.of(verdict(Form::kEmptyNamespace))) {
        report.add("The child <" + std::string(child.local.substr(0, 80)) +
                       "/> is in no namespace at all (xmlns=''), where nothing is defined.",
                   child.range);
      }
      continue;
    }
    if (child.ns != event.ns) continue;
    if (std::find(std::begin(kDefined), std::end(kDefined), child.local) != std::end(kDefined)) continue;
    if (!report.of(verdict(Form::kNoNamespace))) return;
    report.add("The child <" + std::string(child.local.substr(0, 80)) +
                   "/> has no namespace of its own, and none of that name is defined for stanzas.",
               child.range);
  }
}

// Letters, then subtags of letters and digits, each of at most eight (RFC 5646 §2.1, RFC 3066 §2.1).
bool is_language_tag(std::string_view tag) {
  for (bool first = true;; first = false) {
    const std::string_view part = tag.substr(0, tag.find('-'));
    if (part.empty() || part.size() > 8) return false;
    for (const char c : part) {
      const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (!letter && (first || c < '0' || c > '9')) return false;
    }
    if (part.size() == tag.size()) return true;
    tag.remove_prefix(part.size() + 1);
  }
}

void judge_attributes(const StreamEvent& event, Report& report) {
  for (const xml::Attribute& attribute : event.element->attributes) {
    const std::string name(attribute.local.substr(0, 80));
    if (attribute.ns == kXml) {
      if (attribute.local != "lang" || attribute.value.empty() || is_language_tag(attribute.value)) continue;
      if (!report.of(verdict(Form::kLang))) continue;
      report.add(quoted(attribute.value) + " is no language tag, such as en or pt-BR.",
                 attribute_range(event, *event.element, "xml:lang"));
    } else if (!attribute.ns.empty()) {
      if (!report.of(verdict(Form::kForeignAttribute))) continue;
      report.add("The attribute '" + name + "' of the namespace " + quoted(attribute.ns) +
                     " stands on the stanza itself; servers may drop it.",
                 event.element->start_tag);
    } else if (attribute.local == "id") {
      // A response repeats what it was asked with (RFC 6120 §8.2.3).
      const bool response = event.stanza_type == "result" || event.stanza_type == "error";
      if (!attribute.value.empty() || response || !report.of(verdict(Form::kIdEmpty))) continue;
      report.add("The id of this " + std::string(event.local) + " is there and empty.",
                 attribute_range(event, *event.element, "id"));
    } else if (attribute.local != "to" && attribute.local != "from" && attribute.local != "type") {
      if (!report.of(verdict(Form::kUnknownAttribute))) continue;
      report.add("Stanzas have no attribute '" + name + "'; receivers ignore it.",
                 attribute_range(event, *event.element, attribute.local));
    }
  }
}

// A stanza in the namespace of the other kind of stream.
void judge_namespace(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const std::string_view content = context.session.content_namespace();
  if (content == ns::kClient && event.ns == ns::kServer) {
    if (!report.of(verdict(Form::kServerNamespace))) return;
    report.add("A stanza in the namespace jabber:server on a client's stream; here it is jabber:client.",
               event.element->start_tag);
  } else if (content == ns::kServer && event.ns == ns::kClient) {
    if (!report.of(verdict(Form::kClientNamespace))) return;
    report.add("A stanza in the namespace jabber:client between servers; here it is jabber:server.",
               event.element->start_tag);
  }
}

// The most bytes of a stanza that the server says it takes (XEP-0478); nothing where it does not say.
std::optional<uint64_t> advertised_limit(const Element* features) {
  const Element* limits = features == nullptr ? nullptr : features->child("limits", kLimits);
  const Element* most = limits == nullptr ? nullptr : limits->child("max-bytes", kLimits);
  if (most == nullptr) return std::nullopt;
  const std::string text = most->text();
  uint64_t bytes = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bytes);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return bytes;
}

void judge_size(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const std::optional<uint64_t> limit =
      event.direction == Direction::kC2S ? advertised_limit(context.session.features()) : std::nullopt;
  const uint64_t size = event.range.size();
  if (size <= limit.value_or(kUsualLimit) || !report.of(verdict(Form::kTooLarge))) return;
  At at;
  if (!limit) at.at_most = Severity::kNote;
  report.add("This stanza has " + std::to_string(size) + " bytes; " +
                 (limit ? "the server takes at most " + std::to_string(*limit) + "."
                        : "many servers take no more than " + std::to_string(kUsualLimit) + "."),
             event.range, at);
}

// A stanza to a client without a word on who sends it.
void judge_missing_from(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (context.before.phase != Phase::kEstablished || context.session.content_namespace() != ns::kClient)
    return;
  const std::string_view type = event.stanza_type;
  if (event.kind == EventKind::kPresence) {
    if (!type.empty() && type != "unavailable" && type != "probe") return;
  } else if (event.kind == EventKind::kMessage) {
    if (event.element->child("body", event.ns) == nullptr || type == "error") return;
    if (type != "chat" && type != "groupchat") {
      if (!type.empty() && type != "normal" && type != "headline") return;
      if (!report.of(verdict(Form::kServerFrom))) return;
      report.add("A notice without 'from'; what a server says in its own name bears its domain.",
                 event.element->start_tag);
      return;
    }
  } else {
    if (type != "get" || event.payload == nullptr || event.payload->ns != "urn:xmpp:ping") return;
    if (!report.of(verdict(Form::kServerFrom))) return;
    report.add("A ping without 'from'; what a server asks in its own name bears its domain.",
               event.element->start_tag);
    return;
  }
  if (!report.of(verdict(Form::kMissingFrom))) return;
  report.add("A " + std::string(event.local) +
                 " without 'from', as if it were of the user's own account; somebody else must have sent it.",
             event.element->start_tag);
}

// Payloads that are about the own account and nothing else.
bool is_for_own_server(const Element& payload) {
  static constexpr std::string_view kNames[] = {"jabber:iq:roster", "jabber:iq:private", "jabber:iq:privacy",
                                                "urn:xmpp:carbons:2", ns::kSession};
  return std::find(std::begin(kNames), std::end(kNames), payload.ns) != std::end(kNames);
}

void judge_to_own_server(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.payload == nullptr || (event.stanza_type != "get" && event.stanza_type != "set")) return;
  if (!is_for_own_server(*event.payload) || !has_address(context.session)) return;
  const JidProfile profile = jid_profile(context.profile);
  if (!same_jid(event.to, bare_of(context.session.bound_jid()), profile)) return;
  if (!report.of(verdict(Form::kToOwnServer))) return;
  report.add("A request to the own server names the own account in 'to', which is left out there.",
             attribute_range(event, *event.element, "to"));
}

// What people write is what is answered, corrected and acknowledged later.
void judge_missing_id(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const std::string_view type = event.stanza_type;
  if (event.ns.empty() || report.said(Once::kNoId, event.direction) || type == "error" || type == "headline")
    return;
  if (event.element->child("body", event.ns) == nullptr || !report.of(verdict(Form::kIdMissing))) return;
  report.first(Once::kNoId, event.direction);
  report.add("This message has no id, so errors and receipts for it belong to nothing.",
             event.element->start_tag);
}

void check_form(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.kind == EventKind::kViolation) {
    if (!event.error || event.error->code != xml::ErrorCode::kElementTooLarge) return;
    At at;
    at.at_most = Severity::kNote;  // of this program's own limit
    if (report.of(verdict(Form::kTooLarge))) report.add(xml::describe(*event.error), event.error->range, at);
    return;
  }
  if (event.element == nullptr) return;
  const Element& element = *event.element;
  const size_t filled = (event.to.empty() ? 0U : 1U) + (event.from.empty() ? 0U : 1U) +
                        (event.id.empty() ? 0U : 1U) + (event.stanza_type.empty() ? 0U : 1U);
  if (element.attributes.size() > filled) judge_attributes(event, report);
  if (element.first_node != nullptr) judge_children(event, report);
  if (event.ns != context.session.content_namespace()) judge_namespace(context, report);
  if (event.range.size() > kLeastLimit) judge_size(context, report);
  if (event.direction == Direction::kS2C && event.from.empty()) judge_missing_from(context, report);
  if (event.kind == EventKind::kIq) {
    if (event.direction == Direction::kC2S && !event.to.empty()) judge_to_own_server(context, report);
  } else if (event.id.empty() && event.direction == Direction::kC2S && event.kind == EventKind::kMessage) {
    judge_missing_id(context, report);
  }
}

void improper_namespace(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.local != "message" && event.local != "presence" && event.local != "iq") return;
  if (event.element == nullptr) return;
  // On WebSocket every frame declares its namespace, and the layer's own rule tells where it does not.
  const xml::ElementPtr& header = context.session.side(event.direction).header;
  if (event.ns.empty() && header != nullptr && header->ns == kFraming) return;
  report.add("An element <" + std::string(event.local) + "/> " +
                 (event.ns.empty() ? std::string("in no namespace (xmlns='')")
                                   : "in the namespace " + quoted(event.ns)) +
                 " is no stanza; the stream's own namespace is " +
                 quoted(context.session.content_namespace().empty() ? ns::kClient
                                                                    : context.session.content_namespace()) +
                 ".",
             event.element->start_tag);
}

// --- what became of a stanza ------------------------------------------------------------------------------

// Remembers a stanza to something that is no address, and speaks up when the server goes on without a word.
void judge_swallowed(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  std::unique_ptr<AwaitedRefusal>& awaited = report.memory().awaited_refusal;
  if (event.direction == Direction::kC2S) {
    if (awaited != nullptr || event.kind == EventKind::kIq || event.stanza_type == "error") return;
    if (event.to.empty() || !has_address(context.session)) return;
    const std::vector<AddressVerdict>& verdicts = report.book().verdicts(event.to);
    const bool malformed = std::any_of(verdicts.begin(), verdicts.end(), [](const AddressVerdict& found) {
      return found.malformed && !found.at_most;
    });
    if (malformed && event.id.size() <= 1024) {
      awaited =
          std::make_unique<AwaitedRefusal>(AwaitedRefusal{event.time, event.frame, std::string(event.id)});
    }
    return;
  }
  if (awaited == nullptr) return;
  if (event.stanza_type == "error" && (event.id == awaited->id || event.id.empty())) {
    awaited.reset();
    return;
  }
  if (event.time - awaited->time <= context.iq_timeout) return;
  const AwaitedRefusal late = *awaited;
  awaited.reset();
  if (received_edited(report.memory(), Direction::kS2C, kStanzas) || !context.session.from_start()) return;
  if (!report.of(verdict(History::kSwallowed))) return;
  At at;
  at.frame = late.frame;
  report.add("A stanza to a malformed address (frame " + std::to_string(late.frame) +
                 ") was not refused with jid-malformed, and the server goes on.",
             event.range, at);
}

void check_history(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction == Direction::kC2S || report.memory().awaited_refusal != nullptr) {
    judge_swallowed(context, report);
  }
  const RecentStanzas* recent = context.session.recent_stanzas();
  if (recent == nullptr || event.kind != EventKind::kMessage || recent->echoed() == nullptr) return;
  if (event.direction != Direction::kS2C || event.element == nullptr) return;
  const RecentStanza& sent = *recent->echoed();
  const bool edited = !event.edits.empty() || received_edited(report.memory(), Direction::kS2C, kStanzas);
  if (edited || context.session.resumed()) return;
  At at;
  at.frame = sent.frame;
  const std::string_view lang = event.element->attribute("lang", kXml);
  if (!sent.lang.empty() && lang != sent.lang && report.of(verdict(History::kLangChanged))) {
    report.add("The message was sent with xml:lang " + quoted(sent.lang) + " and comes back with " +
                   (lang.empty() ? std::string("none") : quoted(lang)) + "; servers leave it as it is.",
               event.element->start_tag, at);
  }
  if (recent->overtaken() && report.of(verdict(History::kOrder))) {
    report.add("A message that was sent later has arrived before this one; they go to the same address.",
               event.range, at);
  }
}

void max_stanza_too_small(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kS2C || event.element == nullptr) return;
  if (event.kind == EventKind::kFeatures) {
    const std::optional<uint64_t> limit = advertised_limit(event.element.get());
    if (!limit || *limit >= kLeastLimit || *limit == 0) return;
    report.add(
        "The server takes stanzas of at most " + std::to_string(*limit) + " bytes; it has to take 10000.",
        event.element->child("limits", kLimits)->range);
    return;
  }
  // Refused, and the words say that it was for its size: other policies there are many.
  if (event.stanza_type != "error" || event.id.empty()) return;
  const auto error = stanza_error(*event.element);
  if (!error || error->condition != "policy-violation") return;
  const bool about_size = error->text.find("large") != std::string::npos ||
                          error->text.find("big") != std::string::npos ||
                          error->text.find("size") != std::string::npos;
  const RecentStanzas* recent = context.session.recent_stanzas();
  if (!about_size || recent == nullptr) return;
  const RecentStanza* refused = nullptr;
  recent->each(Direction::kC2S, [&](const RecentStanza& stanza) {
    if (stanza.id == event.id && stanza.kind == event.kind) refused = &stanza;
  });
  if (refused == nullptr || refused->range.size() > kLeastLimit) return;
  At at;
  at.frame = refused->frame;
  report.add("A stanza of " + std::to_string(refused->range.size()) +
                 " bytes is refused for its size; a server has to take 10000.",
             event.range, at);
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
            "writes there is checked against the account that logged in. A client need not send it "
            "at all. With another address in it, an RFC 3920 server ends the stream with "
            "invalid-from, while an RFC 6120 server silently puts the right one in, so the sender "
            "may never notice that it believes to be somebody else.",
        .violating = "[bound juliet@example.com/balcony]\nC: <message from='romeo@example.net' "
                     "to='a@example.com'><body>Hi</body></message>",
        .conforming = "[bound juliet@example.com/balcony]\nC: <message "
                      "to='a@example.com'><body>Hi</body></message>\nC: <message "
                      "from='Juliet@EXAMPLE.com/balcony' to='a@example.com'><body>Hi</body></message>\nC: "
                      "<presence from='juliet@example.com' to='a@example.com' type='subscribe'/>",
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
            "inherits the stream's own (jabber:client), where only a handful of names are defined, "
            "so it is not an extension that anybody has specified. Some libraries drop the xmlns of "
            "the first child when they copy it, which looks exactly like this.",
        .violating = "C: <iq id='1' type='get'><query/></iq>",
        .conforming =
            "C: <iq id='1' type='get'><query xmlns='jabber:iq:version'/></iq>\nC: <message "
            "to='a@example.com'><subject>S</subject><thread>t1</thread><body>Hi</body></message>\nC: "
            "<presence><show>away</show><status>out</status><priority>1</priority></presence>",
        .kinds = kStanzas,
        .check = check_form,
        .verdict = verdict(Form::kNoNamespace),
    },
    {
        .id = "stanza-empty-namespace-child",
        .tier = 2,
        .layer = Layer::kStanza,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §8.4; RFC 3921 §2.4",
        .explanation =
            "xmlns='' takes an element out of every namespace, so that <body xmlns=''> is not the "
            "body of a message. XML libraries write it when a child was created without a namespace "
            "and hung into a parent that has one. Receivers pass over it without a word.",
        .violating = "C: <message to='a@example.com'><body xmlns=''>Hi</body></message>",
        .conforming = "C: <message to='a@example.com'><body>Hi</body></message>",
        .kinds = kStanzas,
        .check = check_form,
        .verdict = verdict(Form::kEmptyNamespace),
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
        .violating = "C: <iq id='1' type='get'><query xmlns='jabber:iq:version'/></iq>\nS: <iq id='1' "
                     "type='result'><error type='cancel'><item-not-found "
                     "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
        .conforming = "C: <iq id='1' type='get'><query xmlns='jabber:iq:version'/></iq>\nS: <iq id='1' "
                      "type='error'><error type='cancel'><item-not-found "
                      "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
        .kinds = kStanzas,
        .check = check_form,
        .verdict = verdict(Form::kErrorChild),
    },
    {
        .id = "stanza-jabber-server-on-c2s",
        .tier = 2,
        .layer = Layer::kStanza,
        .severities = kErrorOnly6120,
        .who = Who::kEither,
        .citation = "RFC 6120 §4.8.3",
        .explanation = "Between servers stanzas are in the namespace jabber:server, to and from clients in "
                       "jabber:client. A server that hands a stanza on has to change one into the other. A "
                       "client that gets the wrong one does not recognise it as a stanza, and drops it.",
        .violating = "S: <message xmlns='jabber:server' id='m1' from='romeo@example.net' "
                     "to='juliet@example.com'><body>Hi</body></message>",
        .conforming = "S: <message id='m1' from='romeo@example.net' "
                      "to='juliet@example.com'><body>Hi</body></message>",
        .kinds = kStanzas,
        .check = check_form,
        .verdict = verdict(Form::kServerNamespace),
    },
    {
        .id = "stanza-jabber-client-on-s2s",
        .tier = 2,
        .layer = Layer::kStanza,
        .severities = kErrorOnly6120,
        .who = Who::kEither,
        .citation = "RFC 6120 §4.8.3",
        .explanation =
            "A stanza that comes from a client is in jabber:client, and a server that sends it on to "
            "another server writes it in jabber:server. Left as it was, it is no stanza to the "
            "receiving server, which ignores it or closes the stream with invalid-namespace.",
        .violating = "[tls]\nC: <stream:stream from='example.com' to='example.net' version='1.0' "
                     "xmlns='jabber:server' xmlns:db='jabber:server:dialback' "
                     "xmlns:stream='http://etherx.jabber.org/streams'>\nS: <stream:stream from='example.net' "
                     "to='example.com' id='s1' xml:lang='en' version='1.0' xmlns='jabber:server' "
                     "xmlns:db='jabber:server:dialback' "
                     "xmlns:stream='http://etherx.jabber.org/streams'><stream:features><dialback "
                     "xmlns='urn:xmpp:features:dialback'/></stream:features>\nC: <db:result "
                     "from='example.com' to='example.net'>key</db:result>\nS: <db:result from='example.net' "
                     "to='example.com' type='valid'/>\nC: <message xmlns='jabber:client' id='m1' "
                     "from='a@example.com' to='b@example.net'/>",
        .conforming =
            "[tls]\nC: <stream:stream from='example.com' to='example.net' version='1.0' "
            "xmlns='jabber:server' xmlns:db='jabber:server:dialback' "
            "xmlns:stream='http://etherx.jabber.org/streams'>\nS: <stream:stream from='example.net' "
            "to='example.com' id='s1' xml:lang='en' version='1.0' xmlns='jabber:server' "
            "xmlns:db='jabber:server:dialback' "
            "xmlns:stream='http://etherx.jabber.org/streams'><stream:features><dialback "
            "xmlns='urn:xmpp:features:dialback'/></stream:features>\nC: <db:result "
            "from='example.com' to='example.net'>key</db:result>\nS: <db:result from='example.net' "
            "to='example.com' type='valid'/>\nC: <message id='m1' from='a@example.com' "
            "to='b@example.net'/>",
        .kinds = kStanzas,
        .check = check_form,
        .verdict = verdict(Form::kClientNamespace),
    },
    {
        .id = "stanza-improper-namespace",
        .tier = 2,
        .layer = Layer::kStanza,
        .severities = kWarnings,
        .who = Who::kEither,
        .citation = "RFC 6120 §4.8.4; RFC 3920 §11.2.2",
        .explanation =
            "What makes a stanza is its name and the stream's own namespace together. An element "
            "called message, presence or iq that is in another one is not a stanza: the receiver may "
            "drop it or end the stream. xmlns='' on it comes from XML libraries that do not know the "
            "namespace of the stream they write into.",
        .violating = "C: <message xmlns='urn:example:x' to='a@example.com'/>",
        .conforming = "C: <message to='a@example.com'/>",
        .kinds = on(EventKind::kNonza),
        .check = improper_namespace,
    },
    {
        .id = "stanza-id-missing",
        .tier = 3,
        .layer = Layer::kStanza,
        .severities = kNoteOnly6120,
        .who = Who::kClient,
        .citation = "RFC 6120 §8.1.3",
        .explanation =
            "An id on messages and presence is recommended, not required. Errors repeat it, receipts and "
            "corrections refer to it, and without one none of them can be told what they belong to. "
            "It is said once on a connection, and of messages with a text only, where it matters most.",
        .violating = "C: <message to='a@example.com'><body>Hi</body></message>",
        .conforming = "C: <message id='m1' to='a@example.com'><body>Hi</body></message>",
        .kinds = on(EventKind::kMessage),
        .check = check_form,
        .verdict = verdict(Form::kIdMissing),
    },
    {
        .id = "stanza-id-empty",
        .tier = 3,
        .layer = Layer::kStanza,
        .severities = kWarnings,
        .who = Who::kEither,
        .citation = "RFC 6120 §8.1.3",
        .explanation =
            "An id that is there and empty names nothing. Programs take it for an id all the same "
            "and find every other empty one equal to it, and an iq with it counts as an iq without. "
            "It is what a template leaves when nobody filled it in.",
        .violating = "C: <message id='' to='a@example.com'><body>Hi</body></message>",
        .conforming = "C: <message id='m1' to='a@example.com'><body>Hi</body></message>",
        .kinds = kStanzas,
        .check = check_form,
        .verdict = verdict(Form::kIdEmpty),
    },
    {
        .id = "stanza-lang-invalid",
        .tier = 3,
        .layer = Layer::kStanza,
        .severities = kWarnings,
        .who = Who::kEither,
        .citation = "RFC 6120 §8.1.5; RFC 3920 §9.1.5",
        .explanation =
            "xml:lang takes a language tag: a language of letters, then subtags behind hyphens, as "
            "in en, pt-BR or zh-Hant. Names of locales such as en_GB.UTF-8 are something else. "
            "Clients choose fonts, voices and translations by it, and ignore what they cannot read.",
        .violating = "C: <message id='m1' to='a@example.com' xml:lang='english_UK'/>",
        .conforming = "C: <message id='m1' to='a@example.com' xml:lang='en-GB'/>",
        .kinds = kStanzas,
        .check = check_form,
        .verdict = verdict(Form::kLang),
    },
    {
        .id = "stanza-foreign-attributes",
        .tier = 3,
        .layer = Layer::kStanza,
        .severities = kWarningOnly6120,
        .who = Who::kEither,
        .citation = "RFC 6120 §8.4",
        .explanation =
            "The stanza element itself has five attributes, and attributes of other namespaces on it "
            "are discouraged. Many servers rebuild the start tag of what they route and leave out "
            "what they do not know. What an extension has to say belongs into a child element.",
        .violating = "C: <message id='m1' to='a@example.com' x:y='1' xmlns:x='urn:example:x'/>",
        .conforming = "C: <message id='m1' to='a@example.com'><y xmlns='urn:example:x'>1</y></message>",
        .kinds = kStanzas,
        .check = check_form,
        .verdict = verdict(Form::kForeignAttribute),
    },
    {
        .id = "stanza-unknown-attribute",
        .tier = 3,
        .layer = Layer::kStanza,
        .severities = kNotes,
        .who = Who::kEither,
        .citation = "RFC 6120 §8.1; RFC 6120 §11.4",
        .explanation =
            "to, from, id, type and xml:lang are the attributes of a stanza. Others have no meaning "
            "and must be ignored, so that nothing breaks; what they were meant to do does not happen "
            "either. A misspelt name looks like this.",
        .violating = "C: <message id='m1' to='a@example.com' priority='high'/>",
        .conforming = "C: <message id='m1' to='a@example.com'/>",
        .kinds = kStanzas,
        .check = check_form,
        .verdict = verdict(Form::kUnknownAttribute),
    },
    {
        .id = "stanza-too-large",
        .tier = 2,
        .layer = Layer::kStanza,
        .severities = kWarnings,
        .who = Who::kEither,
        .citation = "XEP-0478 §4; RFC 6120 §13.12; RFC 3920 §4.7.3",
        .explanation =
            "Servers limit the size of one element and may say how much they take (XEP-0478); what "
            "is larger can end the stream with policy-violation. Files and pictures go by HTTP "
            "upload or Jingle instead. Where the server named no limit this is only a remark, made "
            "of stanzas above 256 KiB, which is what many servers have.",
        .violating =
            "[authenticated]\nS: <stream:features><bind "
            "xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><limits "
            "xmlns='urn:xmpp:stream-limits:0'><max-bytes>20000</max-bytes></limits></stream:features>\nC: "
            "<iq id='b' type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>\nS: <iq "
            "id='b' type='result'><bind "
            "xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>juliet@example.com/x</jid></bind></iq>\nC: "
            "<message id='m1' "
            "to='a@example.com'><body>${repeat:0123456789abcdef:1300}</body></message>",
        .conforming =
            "[authenticated]\nS: <stream:features><bind "
            "xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><limits "
            "xmlns='urn:xmpp:stream-limits:0'><max-bytes>30000</max-bytes></limits></stream:features>\nC: "
            "<iq id='b' type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>\nS: <iq "
            "id='b' type='result'><bind "
            "xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>juliet@example.com/x</jid></bind></iq>\nC: "
            "<message id='m1' "
            "to='a@example.com'><body>${repeat:0123456789abcdef:1300}</body></message>",
        .kinds = kStanzas | on(EventKind::kViolation),
        .check = check_form,
        .verdict = verdict(Form::kTooLarge),
    },
    {
        .id = "server-max-stanza-too-small",
        .tier = 3,
        .layer = Layer::kStanza,
        .severities = kErrorOnly6120,
        .who = Who::kServer,
        .citation = "RFC 6120 §13.12",
        .explanation =
            "A server may limit the size of stanzas, but not below 10000 bytes. Ordinary things need "
            "as much: a contact's picture, a list of features, a long message with its formatting. A "
            "client cannot split a stanza, so below that some of its functions fail for no visible "
            "reason.",
        .violating =
            "[authenticated]\nS: <stream:features><bind "
            "xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><limits "
            "xmlns='urn:xmpp:stream-limits:0'><max-bytes>8000</max-bytes></limits></stream:features>\n",
        .conforming =
            "[authenticated]\nS: <stream:features><bind "
            "xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><limits "
            "xmlns='urn:xmpp:stream-limits:0'><max-bytes>10000</max-bytes></limits></stream:features>\n",
        .kinds = on(EventKind::kFeatures, EventKind::kMessage, EventKind::kPresence),
        .check = max_stanza_too_small,
    },
    {
        .id = "stanza-missing-from-delivered",
        .tier = 2,
        .layer = Layer::kStanza,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "RFC 6120 §8.1.2.1; RFC 3920 §9.1.2",
        .explanation =
            "A server that delivers what somebody else wrote has to say who that was. A stanza "
            "without 'from' counts as one of the user's own account (in RFC 3920, of the server), so "
            "a chat message without it is shown as a message from oneself, and an attacker's words "
            "can pass for the server's.",
        .violating = "S: <message id='m1' to='juliet@example.com/balcony' "
                     "type='chat'><body>Hi</body></message>",
        .conforming = "S: <message id='m1' from='romeo@example.net/orchard' to='juliet@example.com/balcony' "
                      "type='chat'><body>Hi</body></message>",
        .kinds = kStanzas,
        .check = check_form,
        .verdict = verdict(Form::kMissingFrom),
    },
    {
        .id = "stanza-server-from-missing",
        .tier = 2,
        .layer = Layer::kStanza,
        .severities = kWarningOnly6120,
        .who = Who::kServer,
        .citation = "RFC 6120 §8.1.2.1",
        .explanation =
            "What a server says in its own name bears its domain in 'from'; only what it says in the "
            "name of the user's account may leave it out. A notice or a ping without 'from' "
            "therefore looks like one of the account itself, and a client answers to the wrong "
            "address.",
        .violating = "S: <message id='m1' to='juliet@example.com/balcony' type='headline'><body>We close at "
                     "midnight.</body></message>",
        .conforming = "S: <message id='m1' from='example.com' to='juliet@example.com/balcony' "
                      "type='headline'><body>We close at midnight.</body></message>",
        .kinds = kStanzas,
        .check = check_form,
        .verdict = verdict(Form::kServerFrom),
    },
    {
        .id = "stanza-to-on-server-directed",
        .tier = 3,
        .layer = Layer::kStanza,
        .severities = kNotes,
        .who = Who::kClient,
        .citation = "RFC 6120 §8.1.1.1; RFC 3920 §9.1.1",
        .explanation =
            "What a client asks of its own server, such as the contact list, carries no 'to': the "
            "connection itself says where it goes. With the own bare address in it servers do the "
            "same. But it is matched in more places, and some old servers route it as a stanza to a "
            "third person.",
        .violating =
            "C: <iq id='r1' type='get' to='juliet@example.com'><query xmlns='jabber:iq:roster'/></iq>",
        .conforming = "C: <iq id='r1' type='get'><query xmlns='jabber:iq:roster'/></iq>",
        .kinds = kStanzas,
        .check = check_form,
        .verdict = verdict(Form::kToOwnServer),
    },
    {
        .id = "stanza-undelivered-malformed-to",
        .tier = 2,
        .layer = Layer::kStanza,
        .severities = kErrorOnly6120,
        .who = Who::kServer,
        .citation = "RFC 7622 §4; RFC 6120 §8.3.3.8",
        .explanation =
            "Checking addresses is the servers' business. A stanza to something that is no address "
            "has to come back with jid-malformed; if it is swallowed, its sender believes that it "
            "has arrived. Errors are the exception, since nothing ever answers them.",
        .violating = "C: <message id='m1' to='@example.com'><body>Hi</body></message>\n[wait 61s]\nS: "
                     "<message id='m2' from='romeo@example.net/orchard'><body>Hi</body></message>",
        .conforming = "C: <message id='m1' to='romeo@example.com'><body>Hi</body></message>\n[wait 61s]\nS: "
                      "<message id='m2' from='romeo@example.net/orchard'><body>Hi</body></message>",
        .kinds = kStanzas,
        .check = check_history,
        .verdict = verdict(History::kSwallowed),
    },
    {
        .id = "stanza-lang-changed-by-server",
        .tier = 3,
        .layer = Layer::kStanza,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "RFC 6120 §8.1.5; RFC 3920 §4.4",
        .explanation =
            "xml:lang says in which language a text was written, and the sender knows best. Servers "
            "add it where it is missing, and otherwise leave it as it is. It can be seen here where "
            "a message goes to its own sender.",
        .violating =
            "[bound juliet@example.com/balcony]\nC: <message id='m1' to='juliet@example.com/balcony' "
            "xml:lang='cs'><body>Ahoj</body></message>\nS: <message id='m1' "
            "from='juliet@example.com/balcony' to='juliet@example.com/balcony' "
            "xml:lang='en'><body>Ahoj</body></message>",
        .conforming =
            "[bound juliet@example.com/balcony]\nC: <message id='m1' to='juliet@example.com/balcony' "
            "xml:lang='cs'><body>Ahoj</body></message>\nS: <message id='m1' "
            "from='juliet@example.com/balcony' to='juliet@example.com/balcony' "
            "xml:lang='cs'><body>Ahoj</body></message>",
        .kinds = kStanzas,
        .check = check_history,
        .verdict = verdict(History::kLangChanged),
    },
    {
        .id = "stanza-order-violated",
        .tier = 3,
        .layer = Layer::kStanza,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "RFC 6120 §10.1; RFC 3920 §10",
        .explanation =
            "What one sender sends to one recipient arrives in the order in which it was sent. Chat "
            "depends on it, and so do extensions that send one thing in pieces. It can be seen here "
            "where a client writes to its own full address.",
        .violating = "[bound juliet@example.com/balcony]\nC: <message id='m1' "
                     "to='juliet@example.com/balcony'><body>1</body></message>\nC: <message id='m2' "
                     "to='juliet@example.com/balcony'><body>2</body></message>\nS: <message id='m2' "
                     "from='juliet@example.com/balcony' "
                     "to='juliet@example.com/balcony'><body>2</body></message>\nS: <message id='m1' "
                     "from='juliet@example.com/balcony' "
                     "to='juliet@example.com/balcony'><body>1</body></message>",
        .conforming = "[bound juliet@example.com/balcony]\nC: <message id='m1' "
                      "to='juliet@example.com/balcony'><body>1</body></message>\nC: <message id='m2' "
                      "to='juliet@example.com/balcony'><body>2</body></message>\nS: <message id='m1' "
                      "from='juliet@example.com/balcony' "
                      "to='juliet@example.com/balcony'><body>1</body></message>\nS: <message id='m2' "
                      "from='juliet@example.com/balcony' "
                      "to='juliet@example.com/balcony'><body>2</body></message>",
        .kinds = kStanzas,
        .check = check_history,
        .verdict = verdict(History::kOrder),
    },
};

}  // namespace

RuleTable stanza_rules() {
  return {kRules};
}

}  // namespace parser::rules
