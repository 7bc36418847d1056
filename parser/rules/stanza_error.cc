// Stanza layer: errors (RFC 6120 §8.3). Errors are rare, so the one check that these rows share returns at
// once from everything else; what an error belongs to is looked up among the stanzas of late.
#include <algorithm>
#include <array>

#include "parser/jid/jid.h"
#include "parser/rules/checks.h"
#include "parser/rules/rulebook.h"

namespace parser::rules {
namespace {

using xml::Element;

enum class Remark : uint8_t {
  kNone,
  kNoError,
  kNoCondition,
  kConditionNamespace,
  kManyConditions,
  kUnknownCondition,
  kOtherGeneration,
  kTextNamespace,
  kNoType,
  kUnknownType,
  kUnusualType,
  kLegacyCode,
  kRedirect,
  kErrorForError,
  kNoId,
  kOtherKind,
  kNotSwapped,
  kLeak,
};
constexpr uint8_t verdict(Remark remark) {
  return static_cast<uint8_t>(remark);
}

constexpr Duration kPrompt = std::chrono::seconds(10);  // within which an answer is one

// The defined conditions of RFC 6120 §8.3.3 and RFC 3920 §9.3.3, with the error types that each generation
// names for them; "" where the condition is not its own.
struct Condition {
  std::string_view name;
  std::string_view rfc3920;
  std::string_view rfc6120;
};
constexpr std::string_view kAny = "auth cancel continue modify wait";
constexpr Condition kConditions[] = {
    {"bad-request", "modify", "modify"},
    {"conflict", "cancel", "cancel"},
    {"feature-not-implemented", "cancel", "cancel modify"},
    {"forbidden", "auth", "auth"},
    {"gone", "modify", "cancel"},
    {"internal-server-error", "wait", "cancel"},
    {"item-not-found", "cancel", "cancel"},
    {"jid-malformed", "modify", "modify"},
    {"not-acceptable", "modify", "modify"},
    {"not-allowed", "cancel", "cancel"},
    {"not-authorized", "auth", "auth"},
    {"payment-required", "auth", ""},
    {"policy-violation", "", "modify wait"},
    {"recipient-unavailable", "wait", "wait"},
    {"redirect", "modify", "modify"},
    {"registration-required", "auth", "auth"},
    {"remote-server-not-found", "cancel", "cancel"},
    {"remote-server-timeout", "wait", "wait"},
    {"resource-constraint", "wait", "wait"},
    {"service-unavailable", "cancel", "cancel"},
    {"subscription-required", "auth", "auth"},
    {"undefined-condition", kAny, kAny},
    {"unexpected-request", "wait", "wait modify"},
};

const Condition* find_condition(std::string_view name) {
  const auto* found = std::find_if(std::begin(kConditions), std::end(kConditions),
                                   [name](const Condition& condition) { return condition.name == name; });
  return found == std::end(kConditions) ? nullptr : found;
}

bool has_word(std::string_view words, std::string_view wanted) {
  for (size_t at = words.find(wanted); at != std::string_view::npos; at = words.find(wanted, at + 1)) {
    const bool begins = at == 0 || words[at - 1] == ' ';
    const size_t end = at + wanted.size();
    if (begins && (end == words.size() || words[end] == ' ')) return !wanted.empty();
  }
  return false;
}

// What is in an <error/>.
struct Parts {
  const Element* condition = nullptr;  // the first in the namespace of stanza errors
  const Element* second = nullptr;     // another one
  const Element* misplaced = nullptr;  // one that is defined, in another namespace
  const Element* odd = nullptr;        // in the stanza's own namespace, which has no such element
  const Element* text = nullptr;       // <text/> in another namespace
};

Parts parts_of(const Element& error) {
  Parts parts;
  const auto set = [](const Element*& slot, const Element& child) {
    if (slot == nullptr) slot = &child;
  };
  for (const Element& child : error.children()) {
    if (child.ns == ns::kStanzaErrors) {
      if (child.local != "text") set(parts.condition == nullptr ? parts.condition : parts.second, child);
    } else if (child.local == "text" && (child.ns.empty() || is_content_namespace(child.ns))) {
      set(parts.text, child);
    } else if (find_condition(child.local) != nullptr) {
      set(parts.misplaced, child);
    } else if (is_content_namespace(child.ns)) {
      set(parts.odd, child);
    }
  }
  return parts;
}

void judge_condition(const Context& context, const Element& error, const Parts& parts, Report& report) {
  if (parts.condition == nullptr) {
    if (parts.misplaced != nullptr) {
      if (!report.of(verdict(Remark::kConditionNamespace))) return;
      report.add("The error condition " + tag_name(*parts.misplaced) +
                     " is not in the namespace urn:ietf:params:xml:ns:xmpp-stanzas.",
                 parts.misplaced->range);
    } else if (report.of(verdict(Remark::kNoCondition))) {
      report.add(
          "The <error/> holds no condition, such as <item-not-found "
          "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>.",
          error.range);
    }
    return;
  }
  if (parts.second != nullptr && report.of(verdict(Remark::kManyConditions))) {
    report.add("The <error/> has a second condition, <" + std::string(parts.second->local.substr(0, 80)) +
                   "/>, beside <" + std::string(parts.condition->local.substr(0, 80)) +
                   "/>; it has only one.",
               parts.second->range);
  }
  const Condition* known = find_condition(parts.condition->local);
  if (known == nullptr) {
    if (!report.of(verdict(Remark::kUnknownCondition))) return;
    report.add("No RFC defines the error condition <" + std::string(parts.condition->local.substr(0, 80)) +
                   "/>; receivers take it for undefined-condition.",
               parts.condition->range);
    return;
  }
  const bool old = context.profile == Profile::kRfc3920;
  const std::string_view usual = old ? known->rfc3920 : known->rfc6120;
  if (usual.empty()) {
    if (!report.of(verdict(Remark::kOtherGeneration))) return;
    report.add("The error condition " + std::string(known->name) + " is only in the list of " +
                   (old ? "RFC 6120" : "RFC 3920") + ".",
               parts.condition->range);
    return;
  }
  const std::string_view type = error.attribute("type");
  if (has_word(kAny, type) && !has_word(usual, type) && report.of(verdict(Remark::kUnusualType))) {
    std::string expected(usual);
    if (const size_t gap = expected.find(' '); gap != std::string::npos) expected.replace(gap, 1, "' or '");
    report.add("An error of type '" + std::string(type) + "' with the condition " + std::string(known->name) +
                   " is unusual; the RFC has '" + expected + "'.",
               error.start_tag);
  }
}

// redirect and gone with an address in them.
void judge_redirect(const Context& context, const Element& condition, Report& report) {
  if (condition.local != "redirect" && condition.local != "gone") return;
  const std::string text = condition.text();
  if (text.find_first_not_of(" \t\r\n") == std::string::npos) return;
  const bool uri = text.find("xmpp:") != std::string::npos || text.find("XMPP:") != std::string::npos;
  const bool old = context.profile == Profile::kRfc3920;
  const bool right = old ? !uri && std::holds_alternative<Jid>(Jid::parse(text, JidProfile::kRfc3920)) : uri;
  if (right || !report.of(verdict(Remark::kRedirect))) return;
  report.add("<" + std::string(condition.local) + "/> holds " + quoted(text) + ", where " +
                 (old ? "an address" : "an XMPP URI (xmpp:…)") + " is expected.",
             condition.range);
}

void judge_syntax(const Context& context, const Element& error, Report& report) {
  const xml::Attribute* code = error.find_attribute("code");
  const Parts parts = parts_of(error);
  if (code != nullptr && report.of(verdict(Remark::kLegacyCode))) {
    report.add("The error has the code " + quoted(code->value) + " of the time before XMPP.",
               attribute_range(context.event, error, "code"));
  }
  // What the pre-XMPP generation sent is that generation's business.
  if (is_legacy(context.session)) return;
  judge_condition(context, error, parts, report);
  if (parts.condition != nullptr) judge_redirect(context, *parts.condition, report);
  const Element* stray = parts.text != nullptr        ? parts.text
                         : parts.condition != nullptr ? parts.odd
                                                      : nullptr;
  if (stray != nullptr && report.of(verdict(Remark::kTextNamespace))) {
    report.add(parts.text != nullptr
                   ? "The <text/> of the error is not in the namespace urn:ietf:params:xml:ns:xmpp-stanzas."
                   : "The element <" + std::string(stray->local.substr(0, 80)) +
                         "/> in the error has no namespace of its own.",
               stray->range);
  }
  const xml::Attribute* type = error.find_attribute("type");
  if (type == nullptr) {
    if (parts.condition == nullptr && code != nullptr) return;
    if (report.of(verdict(Remark::kNoType))) {
      report.add("The <error/> has no type: auth, cancel, continue, modify or wait.", error.start_tag);
    }
  } else if (!has_word(kAny, type->value) && report.of(verdict(Remark::kUnknownType))) {
    report.add("The error type " + quoted(type->value) +
                   " does not exist; the five are auth, cancel, continue, modify and wait.",
               attribute_range(context.event, error, "type"));
  }
}

// What an error may be about: the stanzas that its sender received last from whom it answers.
struct Candidates {
  const RecentStanza* same_id = nullptr;     // with the error's id, no error itself
  const RecentStanza* same_error = nullptr;  // with the error's id, an error itself
  unsigned with_id = 0;                      // of the error's id, no errors
  const RecentStanza* same_kind = nullptr;   // of the error's kind and peer; the last one
  bool other_without_id = false;             // of the error's kind and peer, without any id
};

Candidates candidates(const Context& context) {
  const StreamEvent& event = context.event;
  const std::string_view peer = event.direction == Direction::kC2S ? event.to : event.from;
  const JidProfile profile = jid_profile(context.profile);
  Candidates found;
  context.session.recent_stanzas()->each(opposite(event.direction), [&](const RecentStanza& stanza) {
    if (stanza.frame >= event.frame) return;
    if (!event.id.empty() && stanza.id == event.id) {
      if (stanza.error) {
        if (same_jid(stanza.peer, peer, profile)) found.same_error = &stanza;
      } else {
        ++found.with_id;
        // Of several with one id, the one of the error's own kind.
        if (found.same_id == nullptr || stanza.kind == event.kind) found.same_id = &stanza;
      }
    }
    if (stanza.error || stanza.kind != event.kind || peer.empty() || !same_jid(stanza.peer, peer, profile)) {
      return;
    }
    found.same_kind = &stanza;
    if (stanza.id.empty()) found.other_without_id = true;
  });
  return found;
}

std::string kind_name(EventKind kind) {
  return kind == EventKind::kMessage ? "a message" : kind == EventKind::kPresence ? "presence" : "an iq";
}

bool asked_by_iq(const Context& context) {
  const auto& open = context.session.open_iqs(opposite(context.event.direction));
  return std::any_of(open.begin(), open.end(),
                     [&](const auto& iq) { return iq.second.id == context.event.id; });
}

void judge_belonging(const Context& context, std::string_view condition, Report& report) {
  const StreamEvent& event = context.event;
  const std::string_view peer = event.direction == Direction::kC2S ? event.to : event.from;
  const JidProfile profile = jid_profile(context.profile);
  if (received_edited(report.memory(), event.direction, kStanzas)) return;
  const Candidates found = candidates(context);
  const ByteRange tag = event.element->start_tag;
  At at;
  if (found.same_error != nullptr && found.same_id == nullptr &&
      event.time - found.same_error->time <= kPrompt && report.of(verdict(Remark::kErrorForError))) {
    at.frame = found.same_error->frame;
    report.add("This error answers an error with the same id from the same address; errors are not answered.",
               event.range, at);
    return;
  }
  if (event.id.empty()) {
    // A resource that was here before may have sent something that this belongs to.
    if (found.same_kind == nullptr || found.other_without_id || !context.session.from_start()) return;
    if (event.time - found.same_kind->time > kPrompt || !report.of(verdict(Remark::kNoId))) return;
    at.frame = found.same_kind->frame;
    report.add("The error has no id, though " + kind_name(event.kind) + " to " + quoted(peer) +
                   " had one, which an error repeats: " + quoted(found.same_kind->id) + ".",
               tag, at);
    return;
  }
  const RecentStanza* asked = found.same_id;
  if (asked == nullptr || asked->kind != event.kind) {
    const bool iq = asked_by_iq(context);
    if (asked == nullptr || iq || peer.empty() || !same_jid(asked->peer, peer, profile)) return;
    if (!report.of(verdict(Remark::kOtherKind))) return;
    at.frame = asked->frame;
    report.add("An error about " + kind_name(asked->kind) + " comes as " + kind_name(event.kind) +
                   "; it is of the same kind as what failed.",
               event.range, at);
    return;
  }
  if (found.with_id > 1 || asked->peer.empty() || peer.empty() || condition == "jid-malformed") return;
  if (same_bare_jid(asked->peer, peer, profile) || !report.of(verdict(Remark::kNotSwapped))) return;
  at.frame = asked->frame;
  const bool client = event.direction == Direction::kC2S;
  report.add(std::string("The error goes ") + (client ? "to " : "out from ") + quoted(peer) +
                 ", while what failed was " + (client ? "from " : "sent to ") + quoted(asked->peer) + ".",
             tag, at);
}

bool tells_presence(std::string_view condition) {
  return condition == "item-not-found" || condition == "service-unavailable";
}

// An account and one of its resources that give different errors.
void judge_leak(const Context& context, std::string_view condition, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kS2C || event.from.empty() || !tells_presence(condition)) return;
  const JidProfile profile = jid_profile(context.profile);
  const bool full = split_jid(event.from).has_resource;
  // A domain or a service has no presence to hide.
  if (!split_jid(event.from).has_local) return;
  const RecentStanza* other = nullptr;
  context.session.recent_stanzas()->each(Direction::kS2C, [&](const RecentStanza& stanza) {
    if (!stanza.error || stanza.frame >= event.frame || stanza.kind != event.kind) return;
    if (split_jid(stanza.peer).has_resource == full || stanza.condition == condition) return;
    if (tells_presence(stanza.condition) && same_bare_jid(stanza.peer, event.from, profile)) other = &stanza;
  });
  if (other == nullptr || !report.of(verdict(Remark::kLeak))) return;
  At at;
  at.frame = other->frame;
  report.add(quoted(event.from) + " gives " + std::string(condition) + " and " + quoted(other->peer) +
                 " gives " + other->condition + ": strangers can tell from it who is online.",
             event.element->start_tag, at);
}

void check_error(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.stanza_type != "error" || event.element == nullptr) return;
  const Element* error = stanza_error_child(*event.element);
  if (error == nullptr) {
    if (!report.of(verdict(Remark::kNoError))) return;
    report.add("A " + std::string(event.local) +
                   " of type 'error' without an <error/> child does not say what failed.",
               event.range);
    return;
  }
  judge_syntax(context, *error, report);
  if (context.session.recent_stanzas() == nullptr || !is_client_stream(context.session)) return;
  const auto info = stanza_error(*event.element);
  const std::string_view condition = info ? info->condition : std::string_view();
  if (event.kind != EventKind::kIq) judge_belonging(context, condition, report);
  judge_leak(context, condition, report);
}

constexpr Rule kRules[] = {
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
        .check = check_error,
        .verdict = verdict(Remark::kNoError),
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
            "to react in general, and numeric codes are a relic. Without a condition, software "
            "cannot choose between retrying and giving up.",
        .violating = "C: <iq id='1' type='get'><query xmlns='jabber:iq:version'/></iq>\nS: <iq id='1' "
                     "type='error'><error type='cancel'></error></iq>",
        .conforming = "C: <iq id='1' type='get'><query xmlns='jabber:iq:version'/></iq>\nS: <iq id='1' "
                      "type='error'><error type='cancel'><item-not-found "
                      "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
        .kinds = kStanzas,
        .check = check_error,
        .verdict = verdict(Remark::kNoCondition),
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
        .violating = "C: <iq id='1' type='get'><query xmlns='jabber:iq:version'/></iq>\nS: <iq id='1' "
                     "type='error'><error type='cancel'><item-not-found/></error></iq>",
        .conforming = "C: <iq id='1' type='get'><query xmlns='jabber:iq:version'/></iq>\nS: <iq id='1' "
                      "type='error'><error type='cancel'><item-not-found "
                      "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
        .kinds = kStanzas,
        .check = check_error,
        .verdict = verdict(Remark::kConditionNamespace),
    },
    {
        .id = "stanza-error-multiple-conditions",
        .tier = 2,
        .layer = Layer::kStanza,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §8.3.2; RFC 3920 §9.3.2",
        .explanation =
            "One error has one condition, since software switches on it. What an application wants "
            "to say beyond that goes into an element of its own namespace beside the condition. With "
            "two of the defined ones, receivers act upon whichever they happen to find first.",
        .violating = "C: <iq id='1' type='get'><query xmlns='jabber:iq:version'/></iq>\nS: <iq id='1' "
                     "type='error'><error type='cancel'><conflict "
                     "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><not-allowed "
                     "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
        .conforming = "C: <iq id='1' type='get'><query xmlns='jabber:iq:version'/></iq>\nS: <iq id='1' "
                      "type='error'><error type='cancel'><conflict "
                      "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><nick-taken "
                      "xmlns='urn:example:x'/></error></iq>",
        .kinds = kStanzas,
        .check = check_error,
        .verdict = verdict(Remark::kManyConditions),
    },
    {
        .id = "stanza-error-unknown-condition",
        .tier = 2,
        .layer = Layer::kStanza,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §8.3.2; RFC 6120 §8.3.3; RFC 3920 §9.3.2",
        .explanation =
            "The namespace of stanza errors holds the conditions that the RFCs define and no others. "
            "A receiver treats a name it does not know as undefined-condition, so the special "
            "meaning is lost on everybody. One's own conditions belong into one's own namespace, "
            "beside a defined one.",
        .violating = "C: <iq id='1' type='get'><query xmlns='jabber:iq:version'/></iq>\nS: <iq id='1' "
                     "type='error'><error type='cancel'><file-not-found "
                     "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
        .conforming = "C: <iq id='1' type='get'><query xmlns='jabber:iq:version'/></iq>\nS: <iq id='1' "
                      "type='error'><error type='cancel'><item-not-found "
                      "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
        .kinds = kStanzas,
        .check = check_error,
        .verdict = verdict(Remark::kUnknownCondition),
    },
    {
        .id = "stanza-error-condition-generation",
        .tier = 2,
        .layer = Layer::kStanza,
        .severities = kNotes,
        .who = Who::kEither,
        .citation = "RFC 6120 Appendix D; RFC 6120 §8.3.3.12; RFC 3920 §9.3.3",
        .explanation =
            "The two generations of XMPP differ in their lists: payment-required is in RFC 3920 "
            "only, and policy-violation, as the error of a stanza, in RFC 6120 only. Extensions go "
            "on to use the old one. Software of the other generation takes either for "
            "undefined-condition.",
        .violating = "C: <iq id='1' type='get'><query xmlns='jabber:iq:version'/></iq>\nS: <iq id='1' "
                     "type='error'><error type='auth'><payment-required "
                     "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>\nC: <iq id='2' "
                     "type='get'><query xmlns='jabber:iq:version'/></iq>\nS: <iq id='2' type='error'><error "
                     "type='modify'><policy-violation "
                     "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
        .conforming = "C: <iq id='1' type='get'><query xmlns='jabber:iq:version'/></iq>\nS: <iq id='1' "
                      "type='error'><error type='auth'><not-authorized "
                      "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
        .kinds = kStanzas,
        .check = check_error,
        .verdict = verdict(Remark::kOtherGeneration),
    },
    {
        .id = "stanza-error-text-namespace",
        .tier = 2,
        .layer = Layer::kStanza,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §8.3.2; RFC 3920 §9.3.2",
        .explanation =
            "Beside its condition an <error/> may hold a <text/> for people, in the same namespace "
            "urn:ietf:params:xml:ns:xmpp-stanzas, and elements of an application's own namespace. A "
            "<text/> without xmlns falls into jabber:client, and no client shows it to its user.",
        .violating = "C: <iq id='1' type='get'><query xmlns='jabber:iq:version'/></iq>\nS: <iq id='1' "
                     "type='error'><error type='cancel'><item-not-found "
                     "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text>No such page</text></error></iq>",
        .conforming = "C: <iq id='1' type='get'><query xmlns='jabber:iq:version'/></iq>\nS: <iq id='1' "
                      "type='error'><error type='cancel'><item-not-found "
                      "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text "
                      "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>No such page</text></error></iq>",
        .kinds = kStanzas,
        .check = check_error,
        .verdict = verdict(Remark::kTextNamespace),
    },
    {
        .id = "stanza-error-type-missing",
        .tier = 2,
        .layer = Layer::kStanza,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §8.3.2; RFC 3920 §9.3.2",
        .explanation =
            "The type of an <error/> tells the sender what to do next, which is needed even where "
            "the condition is unknown to it: log in, give up, go on, change the request, or wait. It "
            "is required, and a program that retries by it does not know whether it may.",
        .violating = "C: <iq id='1' type='get'><query xmlns='jabber:iq:version'/></iq>\nS: <iq id='1' "
                     "type='error'><error><item-not-found "
                     "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
        .conforming = "C: <iq id='1' type='get'><query xmlns='jabber:iq:version'/></iq>\nS: <iq id='1' "
                      "type='error'><error type='cancel'><item-not-found "
                      "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
        .kinds = kStanzas,
        .check = check_error,
        .verdict = verdict(Remark::kNoType),
    },
    {
        .id = "stanza-error-type-invalid",
        .tier = 1,
        .layer = Layer::kStanza,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §8.3.2; RFC 3920 §9.3.2",
        .explanation = "The type of an <error/> tells the sender what to do next: auth (retry with "
                       "credentials), cancel (give up), continue (it was only a warning), modify (change the "
                       "data and retry) or wait (retry later). Software switches on these five words, and "
                       "another one falls through all of them.",
        .violating = "C: <iq id='1' type='get'><query xmlns='jabber:iq:version'/></iq>\nS: <iq id='1' "
                     "type='error'><error type='fatal'><internal-server-error "
                     "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
        .conforming = "C: <iq id='1' type='get'><query xmlns='jabber:iq:version'/></iq>\nS: <iq id='1' "
                      "type='error'><error type='wait'><resource-constraint "
                      "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
        .kinds = kStanzas,
        .check = check_error,
        .verdict = verdict(Remark::kUnknownType),
    },
    {
        .id = "stanza-error-type-unusual",
        .tier = 3,
        .layer = Layer::kStanza,
        .severities = kNotes,
        .who = Who::kEither,
        .citation = "RFC 6120 §8.3.3; RFC 3920 §9.3.3",
        .explanation =
            "For each condition the RFCs name the error type that usually goes with it. Others are "
            "allowed, and sometimes right. Mostly they come from a table that was copied wrongly, "
            "and then a client asks for a password or gives up where it should not.",
        .violating = "C: <iq id='1' type='get'><query xmlns='jabber:iq:version'/></iq>\nS: <iq id='1' "
                     "type='error'><error type='auth'><item-not-found "
                     "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
        .conforming = "C: <iq id='1' type='get'><query xmlns='jabber:iq:version'/></iq>\nS: <iq id='1' "
                      "type='error'><error type='cancel'><item-not-found "
                      "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
        .kinds = kStanzas,
        .check = check_error,
        .verdict = verdict(Remark::kUnusualType),
    },
    {
        .id = "stanza-error-legacy-code",
        .tier = 3,
        .layer = Layer::kStanza,
        .severities = kNotes,
        .who = Who::kEither,
        .citation = "RFC 3920 §9.3.2; RFC 6120 §8.3.2",
        .explanation =
            "Before XMPP, Jabber numbered its errors like HTTP. Some servers still send the number "
            "in a 'code' attribute for very old clients. It says less than the condition and the "
            "type do, and nobody should act upon it.",
        .violating = "C: <iq id='1' type='get'><query xmlns='jabber:iq:version'/></iq>\nS: <iq id='1' "
                     "type='error'><error code='404' type='cancel'><item-not-found "
                     "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
        .conforming = "C: <iq id='1' type='get'><query xmlns='jabber:iq:version'/></iq>\nS: <iq id='1' "
                      "type='error'><error type='cancel'><item-not-found "
                      "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
        .kinds = kStanzas,
        .check = check_error,
        .verdict = verdict(Remark::kLegacyCode),
    },
    {
        .id = "stanza-error-redirect-content",
        .tier = 3,
        .layer = Layer::kStanza,
        .severities = kWarnings,
        .who = Who::kEither,
        .citation = "RFC 6120 §8.3.3.14; RFC 6120 §8.3.3.5; RFC 3920 §9.3.3",
        .explanation =
            "redirect and gone may say where to go instead. RFC 6120 wants an XMPP URI there, RFC "
            "3920 had an address without xmpp: in front. What is of the other kind, or no address at "
            "all, is followed to a place that does not exist.",
        .violating = "C: <iq id='1' type='get'><query xmlns='jabber:iq:version'/></iq>\nS: <iq id='1' "
                     "type='error'><error type='modify'><redirect "
                     "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>Ask Romeo.</redirect></error></iq>",
        .conforming = "C: <iq id='1' type='get'><query xmlns='jabber:iq:version'/></iq>\nS: <iq id='1' "
                      "type='error'><error type='modify'><redirect "
                      "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
        .kinds = kStanzas,
        .check = check_error,
        .verdict = verdict(Remark::kRedirect),
    },
    {
        .id = "stanza-error-reply-to-error",
        .tier = 2,
        .layer = Layer::kStanza,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §8.3.1; RFC 3920 §9.3.1",
        .explanation =
            "A stanza of type error is never answered, and above all not with another error. Two "
            "programs that did would send each other errors for ever, each about the last. An error "
            "that cannot be handled is dropped.",
        .violating = "C: <message id='m1' to='x@example.net'><body>Hi</body></message>\nS: <message "
                     "type='error' id='m1' from='x@example.net'><error type='cancel'><service-unavailable "
                     "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>\nC: <message "
                     "type='error' id='m1' to='x@example.net'><error type='cancel'><not-acceptable "
                     "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>",
        .conforming = "C: <message id='m1' to='x@example.net'><body>Hi</body></message>\nS: <message "
                      "type='error' id='m1' from='x@example.net'><error type='cancel'><service-unavailable "
                      "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>",
        .kinds = on(EventKind::kMessage, EventKind::kPresence),
        .check = check_error,
        .verdict = verdict(Remark::kErrorForError),
    },
    {
        .id = "stanza-error-id-mismatch",
        .tier = 2,
        .layer = Layer::kStanza,
        .severities = kErrorOnly6120,
        .who = Who::kEither,
        .citation = "RFC 6120 §8.3.1; RFC 6120 §8.1.3",
        .explanation =
            "An error bears the id of the stanza that it is about. The sender may have several on "
            "their way to the same address, and without the id it cannot tell the user which of them "
            "failed. RFC 3920 asked for that with iq only.",
        .violating = "C: <message id='m1' to='x@example.net'><body>Hi</body></message>\nS: <message "
                     "type='error' from='x@example.net'><error type='cancel'><service-unavailable "
                     "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>",
        .conforming = "C: <message id='m1' to='x@example.net'><body>Hi</body></message>\nS: <message "
                      "type='error' id='m1' from='x@example.net'><error type='cancel'><service-unavailable "
                      "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>",
        .kinds = on(EventKind::kMessage, EventKind::kPresence),
        .check = check_error,
        .verdict = verdict(Remark::kNoId),
    },
    {
        .id = "stanza-error-kind-changed",
        .tier = 2,
        .layer = Layer::kStanza,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §8.3; RFC 3920 §9.3.1",
        .explanation =
            "A message fails with a message, presence with presence, an iq with an iq. Clients look "
            "for the id among what they sent of that kind, so an error of another kind belongs to "
            "nothing, and the failure goes unnoticed.",
        .violating = "C: <presence id='p' to='x@example.net'/>\nS: <message type='error' id='p' "
                     "from='x@example.net'><error type='cancel'><service-unavailable "
                     "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>",
        .conforming = "C: <presence id='p' to='x@example.net'/>\nS: <presence type='error' id='p' "
                      "from='x@example.net'><error type='cancel'><service-unavailable "
                      "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>",
        .kinds = on(EventKind::kMessage, EventKind::kPresence),
        .check = check_error,
        .verdict = verdict(Remark::kOtherKind),
    },
    {
        .id = "stanza-error-addresses-not-swapped",
        .tier = 3,
        .layer = Layer::kStanza,
        .severities = kWarnings,
        .who = Who::kEither,
        .citation = "RFC 6120 §8.3.1; RFC 3920 §9.1.1",
        .explanation =
            "An error comes from the address that the failed stanza was sent to: 'from' and 'to' "
            "change places. A client files it under that conversation; from anywhere else it turns "
            "up in a window of its own, or is dropped. A server answers under its own name only "
            "where the address is malformed, or where the truth would tell too much.",
        .violating = "C: <message id='m1' to='x@example.net'><body>Hi</body></message>\nS: <message "
                     "type='error' id='m1' from='example.com'><error type='cancel'><remote-server-not-found "
                     "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>",
        .conforming =
            "C: <message id='m1' to='x@example.net'><body>Hi</body></message>\nS: <message "
            "type='error' id='m1' from='x@example.net'><error type='cancel'><remote-server-not-found "
            "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>",
        .kinds = on(EventKind::kMessage, EventKind::kPresence),
        .check = check_error,
        .verdict = verdict(Remark::kNotSwapped),
    },
    {
        .id = "stanza-error-presence-leak",
        .tier = 2,
        .layer = Layer::kStanza,
        .severities = kNoteOnly6120,
        .who = Who::kServer,
        .citation = "RFC 6120 §13.10.2; RFC 6120 §8.3.3.19",
        .explanation =
            "Whoever is not allowed to see a person's presence should not be able to find it out by "
            "sending stanzas and looking at the errors. Where an account and one of its devices give "
            "different ones, service-unavailable here and item-not-found there, every stranger can "
            "try names until one sounds different. Between contacts that is no secret.",
        .violating = "C: <message id='m1' to='x@example.com/nowhere'/>\nS: <message type='error' id='m1' "
                     "from='x@example.com/nowhere'><error type='cancel'><item-not-found "
                     "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>\nC: <message id='m2' "
                     "to='x@example.com'/>\nS: <message type='error' id='m2' from='x@example.com'><error "
                     "type='cancel'><service-unavailable "
                     "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>",
        .conforming = "C: <message id='m1' to='x@example.com/nowhere'/>\nS: <message type='error' id='m1' "
                      "from='x@example.com/nowhere'><error type='cancel'><service-unavailable "
                      "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>\nC: <message id='m2' "
                      "to='x@example.com'/>\nS: <message type='error' id='m2' from='x@example.com'><error "
                      "type='cancel'><service-unavailable "
                      "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>",
        .kinds = kStanzas,
        .check = check_error,
        .verdict = verdict(Remark::kLeak),
    },
};

}  // namespace

RuleTable stanza_error_rules() {
  return {kRules};
}

}  // namespace parser::rules
