// Presence layer (RFC 6121 §3 and §4).
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

void subscribe_full_jid(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kC2S || event.stanza_type != "subscribe" || event.element == nullptr)
    return;
  if (event.to.find('/') == std::string_view::npos) return;
  report.add("A subscription request to the full JID " + quoted(event.to) +
                 "; subscriptions are made between accounts, "
                 "that is bare JIDs.",
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
        .id = "presence-subscribe-full-jid",
        .tier = 1,
        .layer = Layer::kPresence,
        .severities = {std::nullopt, Severity::kError},
        .who = Who::kClient,
        .citation = "RFC 6121 §3.1.1; RFC 6121 §3.1.2",
        .explanation = "Contacts are people, not their devices: a subscription is recorded between two "
                       "accounts. A request to a full JID would end with the device's next resource. "
                       "Servers are told to cut the resource off, but the client has to get it right.",
        .violating = "C: <presence type='subscribe' to='romeo@example.net/orchard'/>",
        .conforming = "C: <presence type='subscribe' to='romeo@example.net'/>",
        .kinds = kPresences,
        .check = subscribe_full_jid,
    },
};

}  // namespace

RuleTable presence_rules() {
  return {kRules};
}

}  // namespace parser::rules
