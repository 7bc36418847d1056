// Message layer (RFC 6121 §5). What a message holds of its own (body, subject, thread) is looked at in one
// walk for all rules about it; who it goes to is judged by what AccountState remembers.
#include <string>

#include "parser/jid/jid.h"
#include "parser/rules/checks.h"
#include "parser/rules/rulebook.h"

namespace parser::rules {
namespace {

using xml::Element;

void invalid_type(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.element == nullptr) return;
  static constexpr std::string_view kTypes[] = {"chat", "error", "groupchat", "headline", "normal"};
  for (const std::string_view type : kTypes) {
    if (event.stanza_type == type) return;
  }
  if (event.element->find_attribute("type") == nullptr) return;
  report.add("The message type " + quoted(event.stanza_type) +
                 " does not exist; there are chat, error, groupchat, headline and normal.",
             event.element->start_tag);
}

// --- body, subject, thread
// -----------------------------------------------------------------------------------

enum OwnChildren : uint8_t {
  kBodyLanguage = 1,
  kSubjectLanguage,
  kThreads,
  kMixed,
  kParent,
  kAttributes,
  kTypeMissing,
  kEmpty,
};

void judge_language(const Context& context, Report& report, OwnChildren verdict, std::string_view name) {
  if (!report.of(verdict)) return;
  const Element* second = same_language(context, name);
  if (second == nullptr) return;
  report.add("A second <" + std::string(name) +
                 "/> in the same language, or without one of its own; each must " + "have another xml:lang.",
             second->range);
}

void judge_own_child(const Element& child, Report& report) {
  if (child.first_child() != nullptr && report.of(kMixed)) {
    report.add("<" + std::string(child.local) + "/> holds the element " + tag_name(*child.first_child()) +
                   ", but only text may stand there.",
               child.first_child()->range);
  }
  if (child.attributes.empty()) return;
  if (child.local == "thread" && report.of(kParent)) {
    const std::string_view parent = child.attribute("parent");
    if (!parent.empty() && parent == child.text()) {
      report.add("The thread " + quoted(parent) + " names itself as its parent.", child.range);
    }
  }
  if (!report.of(kAttributes)) return;
  for (const xml::Attribute& attribute : child.attributes) {
    if (attribute.local == "lang" && attribute.ns == kXmlNamespace && child.local != "thread") continue;
    report.add("<" + std::string(child.local) + "/> has the attribute " + quoted(attribute.local) +
                   ", which RFC 3921 does not allow there.",
               child.start_tag);
    return;
  }
}

void own_children(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.element == nullptr) return;
  unsigned bodies = 0;
  unsigned subjects = 0;
  unsigned threads = 0;
  bool any = false;
  for (const Element& child : event.element->children()) {
    any = true;
    if (child.ns != event.ns) continue;
    if (child.local == "body") {
      ++bodies;
    } else if (child.local == "subject") {
      ++subjects;
    } else if (child.local == "thread") {
      if (++threads == 2 && report.of(kThreads)) {
        report.add("A second <thread/>; a message belongs to one conversation at most.", child.range);
      }
    } else {
      continue;
    }
    judge_own_child(child, report);
  }
  if (bodies > 1) judge_language(context, report, kBodyLanguage, "body");
  if (subjects > 1) judge_language(context, report, kSubjectLanguage, "subject");
  if (!any && event.stanza_type != "error" && report.of(kEmpty)) {
    report.add("The message has no child element, so it says nothing.", event.range);
  }
  if (bodies > 0 && event.stanza_type.empty() && report.of(kTypeMissing)) {
    if (event.element->find_attribute("type") != nullptr) return;
    if (!report.first(Once::kNoType, event.direction)) return;
    report.add("The message has no type, so it counts as 'normal' and not as part of a conversation.",
               event.element->start_tag);
  }
}

// --- rooms
// ---------------------------------------------------------------------------------------------------

enum Groupchat : uint8_t { kToOccupant = 1, kNotOccupant, kToUser };

void groupchat(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const SessionState& session = context.session;
  if (event.stanza_type != "groupchat" || event.direction != Direction::kC2S || event.element == nullptr)
    return;
  const AccountState* account = session.account();
  if (account == nullptr || !session.bound() || !is_client_stream(session)) return;
  const JidSplit& to = report.addresses().to();
  const Occupancy occupancy = account->rooms().occupancy(event.to);
  if (to.has_resource) {
    // Only rooms have occupants, and a room is known by somebody's having entered it.
    if (occupancy == Occupancy::kUnknown || !report.of(kToOccupant)) return;
    report.add("A message to the occupant " + quoted(event.to) +
                   " has the type groupchat, which is for the whole room; private ones have the type chat.",
               event.element->start_tag);
    return;
  }
  if (!to.has_local || occupancy == Occupancy::kJoined || occupancy == Occupancy::kJoining) return;
  if (has_address(session) && occupancy == Occupancy::kUnknown &&
      same_jid(to.domain, split_jid(session.bound_jid()).domain, session.jid_profile())) {
    if (!report.of(kToUser)) return;
    report.add("A groupchat message to " + quoted(event.to) +
                   ", an account at the own server's domain; the type groupchat is for rooms.",
               event.element->start_tag);
    return;
  }
  // Entered before the capture, on the connection that this one resumes, or out of sight.
  if (!session.from_start() || session.resumed() || account->rooms().forgot()) return;
  // A channel of XEP-0369 is no room: it stands in the roster, and nobody enters it by presence.
  if (account->mixes() || account->roster().find(event.to)) return;
  if (received_edited(report.memory(), Direction::kS2C, on(EventKind::kPresence))) return;
  if (!report.of(kNotOccupant)) return;
  report.add(
      "The client speaks in the room " + quoted(event.to) +
          (occupancy == Occupancy::kLeft ? ", which it is not in any more." : " without having entered it."),
      event.element->start_tag);
}

// --- conversations
// -------------------------------------------------------------------------------------------

void error_self_generated(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const SessionState& session = context.session;
  if (event.stanza_type != "error" || event.direction != Direction::kC2S || event.to.empty()) return;
  const AccountState* account = session.account();
  if (account == nullptr || !session.from_start() || session.resumed() || !is_client_stream(session)) return;
  // A copy of another device's message names its sender further inside.
  if (account->carbons() || account->conversations().may_have_written(event.to)) return;
  if (received_edited(report.memory(), Direction::kC2S, on(EventKind::kMessage))) return;
  report.add("An error goes to " + quoted(event.to) + ", from whom no message has come on this stream.",
             event.element->start_tag);
}

void reply_not_locked(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const AccountState* account = context.session.account();
  if (account == nullptr || event.direction != Direction::kC2S) return;
  if (!account->conversations().last_reply_unlocked() || account->carbons()) return;
  // A session that was joined or resumed may have carbons without our having seen it asked for them.
  if (!context.session.from_start() || context.session.resumed()) return;
  if (account->rooms().is_room(event.to)) return;
  report.add("The reply goes to the bare JID " + quoted(event.to) +
                 ", though the conversation came from one device; its full JID was to be expected.",
             event.element->start_tag);
}

constexpr KindSet kMessages = on(EventKind::kMessage);

constexpr Rule kRules[] = {
    {
        .id = "message-invalid-type",
        .tier = 1,
        .layer = Layer::kMessage,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6121 §5.2.2; RFC 3921 §2.1.1",
        .explanation = "The type says how a message wants to be shown and stored: chat, groupchat, "
                       "headline, normal, or error. Receivers must treat an unknown one as normal, so "
                       "nothing breaks, but the sender's intention is lost: the message may miss the "
                       "conversation, the archive or the copies for other devices.",
        .violating = "C: <message type='private' to='a@example.com'><body>Hi</body></message>",
        .conforming = "C: <message type='chat' to='a@example.com'><body>Hi</body></message>\n"
                      "C: <message to='a@example.com'><body>Hi</body></message>",
        .kinds = kMessages,
        .check = invalid_type,
    },
    {
        .id = "message-duplicate-body-lang",
        .tier = 2,
        .layer = Layer::kMessage,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6121 §5.2.3; RFC 3921 §2.1.2.2",
        .explanation = "Several bodies are one text in several languages, and a client shows the one that "
                       "its user reads. Two in the same language leave it open which is meant, and most "
                       "clients show the first only. A body without xml:lang has the language of its "
                       "message, or of the stream; RFC 3921 wants it written on each.",
        .violating = "C: <message type='chat' to='a@example.com'><body>Hi</body><body>Hello</body></message>",
        .conforming = "C: <message type='chat' to='a@example.com'><body xml:lang='en'>Hi</body><body "
                      "xml:lang='de'>Hallo</body></message>",
        .kinds = kMessages,
        .check = own_children,
        .verdict = kBodyLanguage,
    },
    {
        .id = "message-multiple-threads",
        .tier = 2,
        .layer = Layer::kMessage,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6121 §5.2.5; RFC 3921 §2.1.2.3",
        .explanation = "The thread says which conversation a message belongs to, and it belongs to one. "
                       "Where there are two, one client files it here and the other there, and the "
                       "conversation falls apart. A thread that grew out of another names that one in its "
                       "attribute 'parent'.",
        .violating = "C: <message type='chat' "
                     "to='a@example.com'><thread>a</thread><thread>b</thread><body>Hi</body></message>",
        .conforming =
            "C: <message type='chat' to='a@example.com'><thread>a</thread><body>Hi</body></message>",
        .kinds = kMessages,
        .check = own_children,
        .verdict = kThreads,
    },
    {
        .id = "message-mixed-content",
        .tier = 2,
        .layer = Layer::kMessage,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6121 §5.2.3; RFC 6121 §5.2.4; RFC 6121 §5.2.5; RFC 3921 §2.1.2",
        .explanation = "Body, subject and thread are plain text. Markup inside of them is not shown as bold "
                       "or as a link: a receiver drops the element, often with the words in it, or refuses "
                       "the message. Formatting has extensions beside the body, or signs within its text.",
        .violating = "C: <message type='chat' to='a@example.com'><body>Hi <b>there</b></body></message>",
        .conforming = "C: <message type='chat' to='a@example.com'><body>Hi *there*</body></message>",
        .kinds = kMessages,
        .check = own_children,
        .verdict = kMixed,
    },
    {
        .id = "message-duplicate-subject-lang",
        .tier = 3,
        .layer = Layer::kMessage,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6121 §5.2.4; RFC 3921 §2.1.2.1",
        .explanation = "As with bodies, several subjects are translations of one. Two in the same language "
                       "contradict each other, and what is shown depends on the client. A subject without "
                       "xml:lang has the language of its message; RFC 3921 wants it written on each.",
        .violating = "C: <message to='a@example.com' "
                     "type='normal'><subject>A</subject><subject>B</subject></message>",
        .conforming = "C: <message to='a@example.com' type='normal' xml:lang='en'><subject "
                      "xml:lang='en'>A</subject><subject xml:lang='de'>B</subject></message>",
        .kinds = kMessages,
        .check = own_children,
        .verdict = kSubjectLanguage,
    },
    {
        .id = "message-thread-parent-self",
        .tier = 3,
        .layer = Layer::kMessage,
        .severities = {std::nullopt, Severity::kError},
        .who = Who::kEither,
        .citation = "RFC 6121 §5.2.5",
        .explanation = "The attribute 'parent' names the conversation out of which a thread grew. A thread "
                       "that is its own parent has no place in that tree. A client that follows parents "
                       "upwards may go round for ever.",
        .violating = "C: <message type='chat' to='a@example.com'><thread "
                     "parent='a'>a</thread><body>Hi</body></message>",
        .conforming =
            "C: <message type='chat' to='a@example.com'><thread>b</thread><body>Hi</body></message>",
        .kinds = kMessages,
        .check = own_children,
        .verdict = kParent,
    },
    {
        .id = "message-body-attributes",
        .tier = 3,
        .layer = Layer::kMessage,
        .severities = {Severity::kWarning, std::nullopt},
        .who = Who::kEither,
        .citation = "RFC 3921 §2.1.2.1; RFC 3921 §2.1.2.2; RFC 3921 §2.1.2.3",
        .explanation = "RFC 3921 gives body and subject the attribute xml:lang and no other, and the thread "
                       "none at all. A client of that generation may refuse the message for it. RFC 6121 "
                       "only says that no others are defined, and gives the thread a parent.",
        .violating = "C: <message type='chat' to='a@example.com'><body color='red'>Hi</body></message>",
        .conforming = "C: <message type='chat' to='a@example.com'><body>Hi</body></message>",
        .kinds = kMessages,
        .check = own_children,
        .verdict = kAttributes,
    },
    {
        .id = "message-type-missing",
        .tier = 3,
        .layer = Layer::kMessage,
        .severities = kNotes,
        .who = Who::kEither,
        .citation = "RFC 6121 §5.2.2; RFC 3921 §2.1.1",
        .explanation = "A message without a type is a normal one: something like a letter, outside of any "
                       "conversation. That is allowed, and often not what was meant. Many clients show it "
                       "in a window of its own, and copies for other devices and archives treat it "
                       "differently from a chat. This is said once per direction.",
        .violating = "C: <message to='a@example.com'><body>Hi</body></message>",
        .conforming = "C: <message type='chat' to='a@example.com'><body>Hi</body></message>",
        .kinds = kMessages,
        .check = own_children,
        .verdict = kTypeMissing,
    },
    {
        .id = "message-empty",
        .tier = 3,
        .layer = Layer::kMessage,
        .severities = kNotes,
        .who = Who::kEither,
        .citation = "RFC 6121 §5.2",
        .explanation = "Everything that a message says is said by its children. Without any it reaches its "
                       "recipient and means nothing there. Some scripts send it to find out whether an "
                       "address answers with an error; a ping would say so.",
        .violating = "C: <message to='a@example.com'/>",
        .conforming = "C: <message type='chat' to='a@example.com'><body>Hi</body></message>",
        .kinds = kMessages,
        .check = own_children,
        .verdict = kEmpty,
    },
    {
        .id = "message-groupchat-to-occupant",
        .tier = 2,
        .layer = Layer::kMessage,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "XEP-0045 §7.5",
        .explanation = "What goes to one person in a room is a private message of type chat, sent to the "
                       "occupant's address. The type groupchat means everybody, and goes to the room "
                       "itself. The room refuses the mixture with bad-request, so nobody gets the message.",
        .violating = "C: <presence to='room@chat.example.com/Juliet'><x "
                     "xmlns='http://jabber.org/protocol/muc'/></presence>\n"
                     "S: <presence from='room@chat.example.com/Juliet' to='juliet@example.com/balcony'><x "
                     "xmlns='http://jabber.org/protocol/muc#user'><item affiliation='member' "
                     "role='participant'/><status code='110'/></x></presence>\n"
                     "C: <message type='groupchat' "
                     "to='room@chat.example.com/Romeo'><body>psst</body></message>",
        .conforming = "C: <presence to='room@chat.example.com/Juliet'><x "
                      "xmlns='http://jabber.org/protocol/muc'/></presence>\n"
                      "S: <presence from='room@chat.example.com/Juliet' to='juliet@example.com/balcony'><x "
                      "xmlns='http://jabber.org/protocol/muc#user'><item affiliation='member' "
                      "role='participant'/><status code='110'/></x></presence>\n"
                      "C: <message type='chat' to='room@chat.example.com/Romeo'><body>psst</body><x "
                      "xmlns='http://jabber.org/protocol/muc#user'/></message>",
        .kinds = on(EventKind::kMessage),
        .check = groupchat,
        .verdict = kToOccupant,
    },
    {
        .id = "message-groupchat-not-occupant",
        .tier = 2,
        .layer = Layer::kMessage,
        .severities = kWarnings,
        .who = Who::kClient,
        .citation = "XEP-0045 §7.4",
        .explanation = "Only those who are in a room may speak in it. A client enters with presence to its "
                       "nickname there and is an occupant until it leaves, is put out, or goes offline. "
                       "What it sends without that comes back with not-acceptable. Services may let their "
                       "administrators speak from outside.",
        .violating = "C: <message type='groupchat' to='room@chat.example.com'><body>Hi</body></message>",
        .conforming = "C: <presence to='room@chat.example.com/Juliet'><x "
                      "xmlns='http://jabber.org/protocol/muc'/></presence>\n"
                      "S: <presence from='room@chat.example.com/Juliet' to='juliet@example.com/balcony'><x "
                      "xmlns='http://jabber.org/protocol/muc#user'><item affiliation='member' "
                      "role='participant'/><status code='110'/></x></presence>\n"
                      "C: <message type='groupchat' to='room@chat.example.com'><body>Hi</body></message>",
        .kinds = on(EventKind::kMessage),
        .check = groupchat,
        .verdict = kNotOccupant,
    },
    {
        .id = "message-groupchat-to-user",
        .tier = 3,
        .layer = Layer::kMessage,
        .severities = kWarnings,
        .who = Who::kClient,
        .citation = "RFC 6121 §8.5.2.1.1; XEP-0045 §7.4",
        .explanation = "The type groupchat is for rooms. A user's server does not deliver such a message to "
                       "any device but answers with service-unavailable. Whether an address is a room "
                       "cannot be seen by its looks, so this is said only of accounts at the own server's "
                       "domain, where rooms have no place.",
        .violating = "C: <message type='groupchat' to='romeo@example.com'><body>Hi</body></message>",
        .conforming = "C: <message type='chat' to='romeo@example.com'><body>Hi</body></message>",
        .kinds = on(EventKind::kMessage),
        .check = groupchat,
        .verdict = kToUser,
    },
    {
        .id = "message-error-self-generated",
        .tier = 3,
        .layer = Layer::kMessage,
        .severities = kWarnings,
        .who = Who::kClient,
        .citation = "RFC 3921 §2.1.1; RFC 6121 §5.2.2",
        .explanation = "A message of type error tells a sender that its message could not be handled. It "
                       "goes back to where that message came from, so without one there is nothing to "
                       "report. Receivers attach it to something that they never sent, or drop it.",
        .violating = "C: <message type='error' to='a@example.com' id='m1'><body>Hi</body><error "
                     "type='cancel'><service-unavailable "
                     "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>",
        .conforming = "S: <message type='chat' from='a@example.com/x' to='juliet@example.com/balcony' "
                      "id='m1'><body>Hi</body></message>\n"
                      "C: <message type='error' to='a@example.com/x' id='m1'><body>Hi</body><error "
                      "type='cancel'><service-unavailable "
                      "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>",
        .kinds = on(EventKind::kMessage),
        .check = error_self_generated,
    },
    {
        .id = "message-reply-not-locked",
        .tier = 3,
        .layer = Layer::kMessage,
        .severities = {std::nullopt, Severity::kNote},
        .who = Who::kClient,
        .citation = "RFC 6121 §5.1",
        .explanation = "In a conversation each side writes to the full JID that the other last wrote from, "
                       "and falls back to the bare one when that device is gone or another one speaks. A "
                       "reply to the bare JID may reach a device at which nobody sits. With message carbons "
                       "every device gets a copy, so clients that use them rightly write to the bare JID.",
        .violating = "S: <message type='chat' from='romeo@example.net/orchard' "
                     "to='juliet@example.com/balcony'><body>Hi</body></message>\n"
                     "C: <message type='chat' to='romeo@example.net'><body>Hi yourself</body></message>",
        .conforming = "S: <message type='chat' from='romeo@example.net/orchard' "
                      "to='juliet@example.com/balcony'><body>Hi</body></message>\n"
                      "C: <message type='chat' to='romeo@example.net/orchard'><body>Hi "
                      "yourself</body></message>",
        .kinds = on(EventKind::kMessage),
        .check = reply_not_locked,
    },
};

}  // namespace

RuleTable message_rules() {
  return {kRules};
}

}  // namespace parser::rules
