// Presence layer (RFC 6121 §4): how a client says that it is there. Subscriptions (§3) are in
// subscription.cc.
#include <optional>
#include <string>

#include "parser/jid/jid.h"
#include "parser/rules/checks.h"
#include "parser/rules/rulebook.h"

namespace parser::rules {
namespace {

using xml::Element;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

void invalid_type(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.element == nullptr) return;
  static constexpr std::string_view kTypes[] = {"error",       "probe",       "subscribe",   "subscribed",
                                                "unavailable", "unsubscribe", "unsubscribed"};
  for (const std::string_view type : kTypes) {
    if (event.stanza_type == type) return;
  }
  if (event.stanza_type.empty() && event.element->find_attribute("type") == nullptr) return;
  if (event.stanza_type == "available") return;  // presence-type-available tells it
  report.add("The presence type " + quoted(event.stanza_type) + " does not exist.", event.element->start_tag);
}

void type_available(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.element == nullptr || event.stanza_type != "available") return;
  report.add("There is no presence type 'available': being available is said by leaving the type out.",
             event.element->start_tag);
}

void show_invalid(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const Element* show = event.element == nullptr ? nullptr : event.element->child("show", event.ns);
  if (show == nullptr) return;
  const std::string text = show->text();
  const std::string_view value = trimmed(text);
  for (const std::string_view known : {"away", "chat", "dnd", "xa"}) {
    if (value == known) return;
  }
  At at;
  if (value.empty()) at.at_most = Severity::kNote;  // old clients and gateways say "available" like this
  report.add("<show/> says " + quoted(value) + ", but only away, chat, dnd and xa exist.", show->range, at);
}

// xs:byte: an optional sign and digits, -128 to 127.
bool is_priority(std::string_view text) {
  bool negative = false;
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  if (text.empty()) return false;
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
    value = value * 10 + (c - '0');
    if (value > 128) return false;
  }
  return value <= (negative ? 128 : 127);
}

void priority_invalid(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const Element* priority = event.element == nullptr ? nullptr : event.element->child("priority", event.ns);
  if (priority == nullptr) return;
  const std::string text = priority->text();
  if (is_priority(trimmed(text))) return;
  report.add("The priority " + quoted(text) + " is not an integer from -128 to 127.", priority->range);
}

// --- show, status, priority
// ----------------------------------------------------------------------------------

enum OwnChildren : uint8_t {
  kShows = 1,
  kPriorities,
  kStatusLanguage,
  kMixed,
  kInUnavailable,
  kInSubscription,
};

bool is_subscription(std::string_view type) {
  return type == "subscribe" || type == "subscribed" || type == "unsubscribe" || type == "unsubscribed" ||
         type == "probe";
}

// One walk for all rules about what a presence holds of its own.
void own_children(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.element == nullptr) return;
  unsigned shows = 0;
  unsigned priorities = 0;
  unsigned statuses = 0;
  const Element* misplaced = nullptr;  // the first that describes an available resource
  for (const Element& child : event.element->children()) {
    if (child.ns != event.ns) continue;
    if (child.local == "show") {
      if (++shows == 2 && report.of(kShows)) {
        report.add("A second <show/>; a resource is in one state at a time.", child.range);
      }
    } else if (child.local == "priority") {
      if (++priorities == 2 && report.of(kPriorities)) {
        report.add("A second <priority/>; a resource has one.", child.range);
      }
    } else if (child.local == "status") {
      ++statuses;
    } else {
      continue;
    }
    if (child.first_child() != nullptr && report.of(kMixed)) {
      report.add("<" + std::string(child.local) + "/> holds the element " + tag_name(*child.first_child()) +
                     ", but only text may stand there.",
                 child.first_child()->range);
    }
    if (misplaced == nullptr && child.local != "status") misplaced = &child;
  }
  if (statuses > 1 && report.of(kStatusLanguage)) {
    if (const Element* second = same_language(context, "status")) {
      report.add(
          "A second <status/> in the same language, or without one of its own; each must have another "
          "xml:lang.",
          second->range);
    }
  }
  if (misplaced == nullptr || event.stanza_type.empty()) return;
  const std::string tag = "<" + std::string(misplaced->local) + "/>";
  // Others' presence is passed on as they wrote it.
  if (event.stanza_type == "unavailable" && event.direction == Direction::kC2S && report.of(kInUnavailable)) {
    report.add(tag + " describes a resource that is there; in unavailable presence it has no place.",
               misplaced->range);
  }
  if (is_subscription(event.stanza_type) && report.of(kInSubscription)) {
    report.add(tag + " describes a resource that is there; in presence of type " + quoted(event.stanza_type) +
                   " it means nothing.",
               misplaced->range);
  }
}

// --- probes
// --------------------------------------------------------------------------------------------------

void probe_from_client(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.stanza_type != "probe" || event.direction != Direction::kC2S) return;
  if (!is_client_stream(context.session)) return;
  report.add("The client probes " + (event.to.empty() ? "nobody" : quoted(event.to)) +
                 "; its server does that for it, and sends presence unasked.",
             event.element->start_tag);
}

// Both ends of a stream between servers are servers.
void probe_from_full(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.stanza_type != "probe" || context.session.content_namespace() != ns::kServer) return;
  if (!report.addresses().from().has_resource) return;
  report.add("The probe comes from the full JID " + quoted(event.from) +
                 "; since RFC 6121 probes are sent in the name of the account, which is a bare JID.",
             event.element->start_tag);
}

// --- coming and going
// ----------------------------------------------------------------------------------------

// What is known of a client that was seen from where it got its address; null: too little to miss something.
const AccountState* seen_whole(const SessionState& session) {
  return session.from_start() && !session.resumed() && is_client_stream(session) ? session.account()
                                                                                 : nullptr;
}

// Said when the client closes, or when it writes a message though its time to become available is long over.
void initial_missing(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kC2S) return;
  const SessionState& session = context.session;
  const AccountState* account = session.account();
  if (account == nullptr || account->presence().ever_available() || account->messages_sent() == 0) return;
  if (seen_whole(session) == nullptr || !session.bound_since()) return;
  if (event.kind == EventKind::kMessage && event.time - *session.bound_since() < context.iq_timeout) return;
  if (!report.first(Once::kNeverPresent, event.direction)) return;
  report.add("The client has sent messages but never its presence, so it gets none to its bare JID.",
             event.range);
}

enum Goodbye : uint8_t { kNotUnavailable = 1, kDirectedOpen };

// At the end both may be true; directed presence that is still open is the more telling one.
void goodbye(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kC2S || context.before.closed[index(Direction::kS2C)]) return;
  const AccountState* account = seen_whole(context.session);
  if (account == nullptr || context.session.side(Direction::kS2C).error_sent) return;
  size_t directed = 0;
  for (const PresenceState::Directed& one : account->presence().open_directed()) {
    // Who is subscribed is told of the end like everybody else.
    const std::optional<RosterItem> item = account->roster().find_key(one.bare);
    if (!item || !item->seen()) ++directed;
  }
  if (directed > 0 && report.of(kDirectedOpen)) {
    report.add("The client closes its stream while " + std::to_string(directed) +
                   (directed == 1 ? " address has" : " addresses have") +
                   " directed presence of it that was not taken back.",
               event.range);
  } else if (account->presence().available() && report.of(kNotUnavailable)) {
    report.add(
        "The client closes its stream without unavailable presence; the server has to say goodbye for it.",
        event.range);
  }
}

void not_reflected(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kS2C) return;
  const AccountState* account = context.session.account();
  if (account == nullptr || !account->presence().unreflected()) return;
  const PresenceState::Unreflected& presence = *account->presence().unreflected();
  if (event.time - presence.time < context.iq_timeout || !has_address(context.session)) return;
  if (seen_whole(context.session) == nullptr) return;
  // Held back or withheld because the client asked for that.
  if (account->ever_inactive() || account->hides()) return;
  if (received_edited(report.memory(), Direction::kS2C, on(EventKind::kPresence))) return;
  if ((report.memory().edited[index(Direction::kS2C)] & on(EventKind::kDropped)) != 0) return;
  if (!report.first(Once::kPresenceNotReflected, event.direction)) return;
  report.add(
      "The server has not sent the client's initial presence back to it, as to all of the user's resources.",
      event.range, {.frame = presence.frame});
}

void from_uncontacted(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (!event.stanza_type.empty() || event.direction != Direction::kS2C || event.from.empty()) return;
  const SessionState& session = context.session;
  const AccountState* account = session.account();
  if (account == nullptr || !account->roster().complete() || !is_client_stream(session)) return;
  // Services at a domain of their own send presence to those who use them.
  if (!report.addresses().from().has_local || !has_address(session)) return;
  const std::optional<RosterItem> item = account->roster().find(event.from);
  if ((item && item->sees()) || same_bare_jid(event.from, session.bound_jid(), session.jid_profile())) return;
  if (account->rooms().is_room(event.from) || account->rooms().forgot()) return;
  if (account->presence().directed_to(event.from) || account->subscriptions().turned_to(event.from)) return;
  report.add("Presence of " + quoted(event.from) +
                 ", to which the user is not subscribed: sent directly, or a leak.",
             event.element->start_tag);
}

constexpr KindSet kPresences = on(EventKind::kPresence);

constexpr Rule kRules[] = {
    {
        .id = "presence-invalid-type",
        .tier = 1,
        .layer = Layer::kPresence,
        .severities = kErrorWarning6120,
        .who = Who::kEither,
        .citation = "RFC 6121 §4.7.1; RFC 3921 §2.2.1",
        .explanation = "The type of a presence says that somebody leaves, asks for a subscription, "
                       "answers one, probes, or got an error. Any other word means none of these: "
                       "servers drop or bounce the stanza. 'invisible' is a relic of the time before "
                       "XMPP; XEP-0186 replaced it.",
        .violating = "C: <presence type='invisible'/>",
        .conforming = "C: <presence type='unavailable'/>",
        .kinds = kPresences,
        .check = invalid_type,
    },
    {
        .id = "presence-type-available",
        .tier = 1,
        .layer = Layer::kPresence,
        .severities = kErrorWarning6120,
        .who = Who::kEither,
        .citation = "RFC 6121 §4.7.1; RFC 3921 §2.2.1",
        .explanation = "A presence without a type says 'I am here'. The value 'available' looks natural "
                       "but was never defined, so strict servers refuse it and the user stays offline "
                       "for everybody, while others happen to tolerate it.",
        .violating = "C: <presence type='available'/>",
        .conforming = "C: <presence/>",
        .kinds = kPresences,
        .check = type_available,
    },
    {
        .id = "presence-show-invalid",
        .tier = 1,
        .layer = Layer::kPresence,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6121 §4.7.2.1; RFC 3921 §2.2.2.1",
        .explanation = "<show/> refines being available in one of four ways: away, chat (keen to talk), "
                       "dnd (do not disturb) and xa (away for long). Plain 'online' is expressed by "
                       "leaving it out. Contacts' clients cannot draw a state that they do not know.",
        .violating = "C: <presence><show>online</show></presence>",
        .conforming = "C: <presence><show>dnd</show></presence>",
        .kinds = kPresences,
        .check = show_invalid,
    },
    {
        .id = "presence-priority-invalid",
        .tier = 1,
        .layer = Layer::kPresence,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6121 §4.7.2.3; RFC 3921 §2.2.2.3",
        .explanation = "The priority decides which of a user's devices gets a message to the bare JID, "
                       "and a negative one none at all. It is one signed byte, -128 to 127; a server "
                       "that cannot read it may ignore the presence altogether.",
        .violating = "C: <presence><priority>200</priority></presence>",
        .conforming = "C: <presence><priority> +10 </priority></presence>",
        .kinds = kPresences,
        .check = priority_invalid,
    },
    {
        .id = "presence-multiple-show",
        .tier = 2,
        .layer = Layer::kPresence,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6121 §4.7.2.1; RFC 3921 §2.2.2.1",
        .explanation = "A resource is in one state at a time: away, or not to be disturbed, not both. With "
                       "two of them each contact's client picks one, so the user looks different to "
                       "everybody. What else there is to say goes into the status text.",
        .violating = "C: <presence><show>away</show><show>dnd</show></presence>",
        .conforming = "C: <presence><show>away</show></presence>",
        .kinds = kPresences,
        .check = own_children,
        .verdict = kShows,
    },
    {
        .id = "presence-show-in-unavailable",
        .tier = 2,
        .layer = Layer::kPresence,
        .severities = {std::nullopt, Severity::kError},
        .who = Who::kClient,
        .citation = "RFC 6121 §4.5.1",
        .explanation = "Show and priority describe a resource that is there: how it feels about being "
                       "written to, and how much it wants to be. One that leaves has neither. It may say "
                       "why it goes in a status text.",
        .violating = "C: <presence type='unavailable'><show>away</show></presence>",
        .conforming = "C: <presence type='unavailable'><status>gone</status></presence>",
        .kinds = kPresences,
        .check = own_children,
        .verdict = kInUnavailable,
    },
    {
        .id = "presence-show-in-subscription",
        .tier = 3,
        .layer = Layer::kPresence,
        .severities = kWarnings,
        .who = Who::kEither,
        .citation = "RFC 6121 §4.7.2; RFC 3921 §2.2.2",
        .explanation = "Presence that asks for or answers a subscription is between two accounts and says "
                       "nothing of a device. So show and priority, which describe a device, have no meaning "
                       "in it. A status text is welcome: it can tell who is asking.",
        .violating = "C: <presence type='subscribe' to='a@example.com'><priority>5</priority></presence>",
        .conforming = "C: <presence type='subscribe' to='a@example.com'><status>Hi, it is "
                      "Juliet</status></presence>",
        .kinds = kPresences,
        .check = own_children,
        .verdict = kInSubscription,
    },
    {
        .id = "presence-multiple-priority",
        .tier = 3,
        .layer = Layer::kPresence,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6121 §4.7.2.3; RFC 3921 §2.2.2.3",
        .explanation = "The priority decides where messages to the bare JID go, and a server needs one "
                       "number for that. With two it takes either, or refuses the presence. Then messages "
                       "end up at the wrong device, or at none.",
        .violating = "C: <presence><priority>1</priority><priority>2</priority></presence>",
        .conforming = "C: <presence><priority>1</priority></presence>",
        .kinds = kPresences,
        .check = own_children,
        .verdict = kPriorities,
    },
    {
        .id = "presence-duplicate-status-lang",
        .tier = 3,
        .layer = Layer::kPresence,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6121 §4.7.2.2; RFC 3921 §2.2.2.2",
        .explanation = "Several status texts are one text in several languages, of which a client shows the "
                       "one its user reads. Two in the same language contradict each other. A status "
                       "without xml:lang has the language of its presence, or of the stream; RFC 3921 wants "
                       "it written on each.",
        .violating = "C: <presence><status>a</status><status>b</status></presence>",
        .conforming =
            "C: <presence><status xml:lang='en'>a</status><status xml:lang='cs'>b</status></presence>",
        .kinds = kPresences,
        .check = own_children,
        .verdict = kStatusLanguage,
    },
    {
        .id = "presence-mixed-content",
        .tier = 3,
        .layer = Layer::kPresence,
        .severities = {std::nullopt, Severity::kError},
        .who = Who::kEither,
        .citation = "RFC 6121 §4.7.2",
        .explanation = "Show, status and priority hold text and nothing else. Elements inside of them are "
                       "skipped, often together with their words, so contacts see half a sentence. What "
                       "needs structure is an extension of its own beside them.",
        .violating = "C: <presence><status>in <b>Rome</b></status></presence>",
        .conforming = "C: <presence><status>in Rome</status></presence>",
        .kinds = kPresences,
        .check = own_children,
        .verdict = kMixed,
    },
    {
        .id = "presence-probe-from-client",
        .tier = 2,
        .layer = Layer::kPresence,
        .severities = kWarnings,
        .who = Who::kClient,
        .citation = "RFC 6121 §4.3; RFC 6121 §4.7.1; RFC 3921 §2.2.1",
        .explanation = "Probes are how one server asks another for the presence of a contact. A client need "
                       "not ask: on its initial presence the server probes all of its contacts for it, and "
                       "later every change comes by itself. A probe of its own doubles the traffic, and "
                       "many servers drop it.",
        .violating = "C: <presence type='probe' to='romeo@example.net'/>",
        .conforming = "C: <presence/>\n"
                      "S: <presence from='juliet@example.com/balcony' to='juliet@example.com/balcony'/>\n"
                      "S: <presence from='romeo@example.net/orchard' to='juliet@example.com/balcony'/>",
        .kinds = kPresences,
        .check = probe_from_client,
    },
    {
        .id = "presence-probe-from-full",
        .tier = 3,
        .layer = Layer::kPresence,
        .severities = {std::nullopt, Severity::kNote},
        .who = Who::kEither,
        .citation = "RFC 6121 Appendix E; RFC 6121 §4.3",
        .explanation = "A server probes in the name of the account, so the address is bare: whichever of "
                       "the user's devices caused it, the answer concerns them all. RFC 3921 still had the "
                       "full JID of the device there. Both are understood; a probe that follows directed "
                       "presence may have the full one rightly.",
        .violating =
            "[tls]\nC: <stream:stream from='example.com' to='example.net' version='1.0' "
            "xmlns='jabber:server' xmlns:db='jabber:server:dialback' "
            "xmlns:stream='http://etherx.jabber.org/streams'>\n"
            "S: <stream:stream from='example.net' to='example.com' id='s1' xml:lang='en' version='1.0' "
            "xmlns='jabber:server' xmlns:db='jabber:server:dialback' "
            "xmlns:stream='http://etherx.jabber.org/streams'><stream:features><dialback "
            "xmlns='urn:xmpp:features:dialback'/></stream:features>\n"
            "C: <db:result from='example.com' to='example.net'>key</db:result>\n"
            "S: <db:result from='example.net' to='example.com' type='valid'/>\n"
            "C: <presence type='probe' from='juliet@example.com/balcony' to='romeo@example.net'/>",
        .conforming =
            "[tls]\nC: <stream:stream from='example.com' to='example.net' version='1.0' "
            "xmlns='jabber:server' xmlns:db='jabber:server:dialback' "
            "xmlns:stream='http://etherx.jabber.org/streams'>\n"
            "S: <stream:stream from='example.net' to='example.com' id='s1' xml:lang='en' version='1.0' "
            "xmlns='jabber:server' xmlns:db='jabber:server:dialback' "
            "xmlns:stream='http://etherx.jabber.org/streams'><stream:features><dialback "
            "xmlns='urn:xmpp:features:dialback'/></stream:features>\n"
            "C: <db:result from='example.com' to='example.net'>key</db:result>\n"
            "S: <db:result from='example.net' to='example.com' type='valid'/>\n"
            "C: <presence type='probe' from='juliet@example.com' to='romeo@example.net'/>",
        .kinds = kPresences,
        .check = probe_from_full,
    },
    {
        .id = "presence-initial-missing",
        .tier = 2,
        .layer = Layer::kPresence,
        .severities = {Severity::kWarning, Severity::kNote},
        .who = Who::kClient,
        .citation = "RFC 6121 §4.2.1; RFC 3921 §5.1.1",
        .explanation = "A bound client is connected but not there yet: it becomes available with its first "
                       "presence. Until then it gets no messages to its bare JID and nobody's presence, and "
                       "to its contacts it is offline. Bots that only send do without on purpose.",
        .violating =
            "[authenticated]\n"
            "S: <stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>\n"
            "C: <iq id='b' type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>\n"
            "S: <iq id='b' type='result'><bind "
            "xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>juliet@example.com/balcony</jid></bind></"
            "iq>\n"
            "C: <iq id='r' type='get'><query xmlns='jabber:iq:roster'/></iq>\n"
            "S: <iq id='r' type='result'><query xmlns='jabber:iq:roster'></query></iq>\n"
            "C: <message type='chat' to='romeo@example.net'><body>Hi</body></message>\n"
            "C: </stream:stream>",
        .conforming =
            "[authenticated]\n"
            "S: <stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>\n"
            "C: <iq id='b' type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>\n"
            "S: <iq id='b' type='result'><bind "
            "xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>juliet@example.com/balcony</jid></bind></"
            "iq>\n"
            "C: <iq id='r' type='get'><query xmlns='jabber:iq:roster'/></iq>\n"
            "S: <iq id='r' type='result'><query xmlns='jabber:iq:roster'></query></iq>\n"
            "C: <presence/>\n"
            "S: <presence from='juliet@example.com/balcony' to='juliet@example.com/balcony'/>\n"
            "C: <message type='chat' to='romeo@example.net'><body>Hi</body></message>\n"
            "C: <presence type='unavailable'/>\n"
            "C: </stream:stream>",
        .kinds = on(EventKind::kMessage, EventKind::kFooter),
        .check = initial_missing,
    },
    {
        .id = "presence-not-unavailable-before-close",
        .tier = 3,
        .layer = Layer::kPresence,
        .severities = kNotes,
        .who = Who::kClient,
        .citation = "RFC 6121 §4.5.1; RFC 3921 §5.1.5",
        .explanation = "A client that leaves says so with presence of type unavailable, which may carry a "
                       "word of farewell, and then closes its stream. The server says it on behalf of one "
                       "that does not, so nobody is left in the dark. What is lost is the reason.",
        .violating = "C: <presence/>\n"
                     "C: </stream:stream>",
        .conforming = "C: <presence/>\n"
                      "C: <presence type='unavailable'/>\n"
                      "C: </stream:stream>",
        .kinds = on(EventKind::kFooter),
        .check = goodbye,
        .verdict = kNotUnavailable,
    },
    {
        .id = "presence-directed-never-ended",
        .tier = 3,
        .layer = Layer::kPresence,
        .severities = {std::nullopt, Severity::kNote},
        .who = Who::kClient,
        .citation = "RFC 6121 §5.1; RFC 6121 §4.6",
        .explanation = "Presence that was sent to one address directly, say to enter a room or to talk to a "
                       "stranger, is taken back the same way: with unavailable presence to that address. "
                       "The server does it for those who close their stream without a word. A client that "
                       "only stops talking stays visible there.",
        .violating = "C: <presence to='x@example.net'/>\n"
                     "C: </stream:stream>",
        .conforming = "C: <presence to='x@example.net'/>\n"
                      "C: <presence type='unavailable' to='x@example.net'/>\n"
                      "C: </stream:stream>",
        .kinds = on(EventKind::kFooter),
        .check = goodbye,
        .verdict = kDirectedOpen,
    },
    {
        .id = "presence-unavailable-echo-missing",
        .tier = 3,
        .layer = Layer::kPresence,
        .severities = {std::nullopt, Severity::kWarning},
        .who = Who::kServer,
        .citation = "RFC 6121 §4.2.2; RFC 6121 §4.5.2",
        .explanation = "A server sends a user's presence to all of that user's own devices, and the one "
                       "that it came from is among them. By this copy a client knows that its presence went "
                       "out, and its devices know of each other. It comes at once, so a minute of other "
                       "traffic without it means that it will not come.",
        .violating = "C: <presence/>\n"
                     "[wait 61s]\n"
                     "S: <message type='chat' from='romeo@example.net/orchard' "
                     "to='juliet@example.com/balcony'><body>Hi</body></message>",
        .conforming = "C: <presence/>\n"
                      "S: <presence from='juliet@example.com/balcony' to='juliet@example.com/balcony'/>\n"
                      "[wait 61s]\n"
                      "S: <message type='chat' from='romeo@example.net/orchard' "
                      "to='juliet@example.com/balcony'><body>Hi</body></message>",
        .kinds = kStanzas,
        .check = not_reflected,
    },
    {
        .id = "presence-from-uncontacted",
        .tier = 3,
        .layer = Layer::kPresence,
        .severities = kNotes,
        .who = Who::kServer,
        .citation = "RFC 6121 §11; RFC 6121 §4.3.2",
        .explanation = "Presence goes to those who are subscribed. When it comes from somebody whom the "
                       "user is not subscribed to, they sent it to this address directly, or a server let "
                       "it through that should not have. It tells when a person is online, which is why "
                       "subscriptions exist.",
        .violating = "C: <iq id='r' type='get'><query xmlns='jabber:iq:roster'/></iq>\n"
                     "S: <iq id='r' type='result'><query xmlns='jabber:iq:roster'><item "
                     "jid='romeo@example.net' subscription='both'/></query></iq>\n"
                     "S: <presence from='stranger@example.org/x' to='juliet@example.com/balcony'/>",
        .conforming = "C: <iq id='r' type='get'><query xmlns='jabber:iq:roster'/></iq>\n"
                      "S: <iq id='r' type='result'><query xmlns='jabber:iq:roster'><item "
                      "jid='romeo@example.net' subscription='both'/></query></iq>\n"
                      "S: <presence from='romeo@example.net/orchard' to='juliet@example.com/balcony'/>",
        .kinds = kPresences,
        .check = from_uncontacted,
    },
};

}  // namespace

RuleTable presence_rules() {
  return {kRules};
}

}  // namespace parser::rules
