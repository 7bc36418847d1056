// Rooms (XEP-0045). How far each join has come is followed by payload::Rooms, which says what the event was
// in the life of its room; here it is judged.
#include <string>

#include "parser/payload/names.h"
#include "parser/payload/rooms.h"
#include "parser/rules/checks.h"
#include "parser/rules/rulebook.h"

namespace parser::rules {
namespace {

using payload::Part;
using payload::Room;
using payload::RoomEvent;
using xml::Element;

// Who the client asked to let in, and what it sent them, is known.
bool joins_known(const Context& context, const RuleCounters& memory) {
  return context.session.from_start() && !context.session.resumed() &&
         !received_edited(memory, Direction::kS2C, on(EventKind::kPresence));
}

void join_without_nick(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (!event.stanza_type.empty() || event.to.empty()) return;
  if (!report.addresses().to().resource.empty()) return;
  if (event.element->child("x", ns::kMuc) == nullptr) return;
  report.add("The presence asks to join " + quoted(event.to) +
                 " without a nick; it goes to the room's address with the nick as the resource.",
             event.element->start_tag);
}

void join_with_type(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const std::string_view type = event.stanza_type;
  // Who leaves in this way means it; a type that does not exist has a rule of its own.
  const bool subscription = type == "subscribe" || type == "subscribed" || type == "unsubscribe" ||
                            type == "unsubscribed" || type == "probe";
  if (!subscription || event.element->child("x", ns::kMuc) == nullptr) return;
  report.add("The presence that asks to join a room has the type " + quoted(type) +
                 "; it is available presence, which has none.",
             event.element->start_tag);
}

void self_presence_missing_110(const Context& context, Report& report) {
  if (context.extensions.rooms().last() != RoomEvent::kUnmarkedPresence) return;
  if (!joins_known(context, report.memory())) return;
  report.add("This is the client's own presence in " + quoted(bare_of(context.event.from)) +
                 ", but without the status 110 that says so.",
             context.event.element->start_tag);
}

void join_order(const Context& context, Report& report) {
  if (context.extensions.rooms().last() != RoomEvent::kEarlyHistory) return;
  if (!joins_known(context, report.memory())) return;
  report.add(
      "The room sends history or its subject before the client's own presence; the order is "
      "occupants, own presence, history, subject.",
      context.event.element->start_tag);
}

void subject_missing(const Context& context, Report& report) {
  if (context.extensions.rooms().last() != RoomEvent::kLiveWithoutSubject) return;
  if (!joins_known(context, report.memory())) return;
  report.add(
      "The client's own message comes back from the room, and the room has not sent its subject yet, "
      "which ends the joining.",
      context.event.element->start_tag);
}

void history_without_delay(const Context& context, Report& report) {
  if (context.extensions.rooms().last() != RoomEvent::kSubject) return;
  const Room* room = context.extensions.rooms().last_room();
  if (room == nullptr || room->undated_frame == 0 || !joins_known(context, report.memory())) return;
  report.add(
      "This message came between the client's own presence and the subject, so it is history, but no "
      "<delay/> says from when.",
      room->undated, {.frame = room->undated_frame});
}

void legacy_join(const Context& context, Report& report) {
  if (context.extensions.rooms().last() != RoomEvent::kPlainPresence) return;
  if (!joins_known(context, report.memory())) return;
  report.add("Presence to " + quoted(context.event.to) +
                 " without <x xmlns='http://jabber.org/protocol/muc'/>: this enters a room in the way of "
                 "groupchat 1.0, or tells one that was entered before this client knows of it.",
             context.event.element->start_tag);
}

constexpr KindSet kPresences = on(EventKind::kPresence);
constexpr KindSet kMessages = on(EventKind::kMessage);

#define JOIN                                        \
  "C: <presence to='room@chat.example.com/Juliet'>" \
  "<x xmlns='http://jabber.org/protocol/muc'/></presence>\n"
#define ROMEO                                                                                    \
  "S: <presence from='room@chat.example.com/Romeo' to='juliet@example.com/balcony'>"             \
  "<x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='none' role='participant'/>" \
  "</x></presence>\n"
#define OWN                                                                                        \
  "S: <presence from='room@chat.example.com/Juliet' to='juliet@example.com/balcony'>"              \
  "<x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='member' role='participant'/>" \
  "<status code='110'/></x></presence>\n"
#define HISTORY                                                              \
  "S: <message type='groupchat' id='h1' from='room@chat.example.com/Romeo' " \
  "to='juliet@example.com/balcony'><body>Ay me!</body>"                      \
  "<delay xmlns='urn:xmpp:delay' from='room@chat.example.com' stamp='2002-10-13T23:58:37Z'/></message>\n"
#define UNDATED                                                              \
  "S: <message type='groupchat' id='h1' from='room@chat.example.com/Romeo' " \
  "to='juliet@example.com/balcony'><body>Ay me!</body></message>\n"
#define SUBJECT                                                        \
  "S: <message type='groupchat' id='s1' from='room@chat.example.com' " \
  "to='juliet@example.com/balcony'><subject/></message>\n"
#define SAYS                                                                                    \
  "C: <message type='groupchat' id='m1' to='room@chat.example.com'><body>Hi</body></message>\n" \
  "S: <message type='groupchat' id='m1' from='room@chat.example.com/Juliet' "                   \
  "to='juliet@example.com/balcony'><body>Hi</body></message>\n"
#define SERVICE                                                                                 \
  "C: <iq id='d' type='get' to='chat.example.com'><query "                                      \
  "xmlns='http://jabber.org/protocol/disco#info'/></iq>\n"                                      \
  "S: <iq id='d' type='result' from='chat.example.com'><query "                                 \
  "xmlns='http://jabber.org/protocol/disco#info'><identity category='conference' type='text'/>" \
  "<feature var='http://jabber.org/protocol/disco#info'/>"                                      \
  "<feature var='http://jabber.org/protocol/muc'/></query></iq>\n"

constexpr Rule kRules[] = {
    {
        .id = "muc-join-without-nick",
        .tier = 2,
        .layer = Layer::kXep,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "XEP-0045 §7.2.1",
        .explanation =
            "In a room everybody goes by a nick, and an occupant's address is the room's with the nick as "
            "its resource. Joining means to send presence to that address. Without a nick there is no "
            "address to enter under, and the room answers with jid-malformed.",
        .violating = "C: <presence to='room@chat.example.com'><x "
                     "xmlns='http://jabber.org/protocol/muc'/></presence>",
        .conforming = JOIN OWN SUBJECT,
        .kinds = kPresences,
        .check = join_without_nick,
        .parts = payload::with(Part::kMuc),
    },
    {
        .id = "muc-join-with-type",
        .tier = 2,
        .layer = Layer::kXep,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "XEP-0045 §7.2.1",
        .explanation =
            "An occupant is somebody who is available to the room, so joining is available presence, and "
            "that has no type. Presence with the type of a subscription or a probe is handled as that, "
            "mostly by the wrong entity, and nobody enters.",
        .violating = "C: <presence type='unsubscribe' to='room@chat.example.com'><x "
                     "xmlns='http://jabber.org/protocol/muc'/></presence>",
        .conforming = JOIN OWN SUBJECT "C: <presence type='unavailable' to='room@chat.example.com/Juliet'><x "
                                       "xmlns='http://jabber.org/protocol/muc'/></presence>",
        .kinds = kPresences,
        .check = join_with_type,
        .parts = payload::with(Part::kMuc),
    },
    {
        .id = "muc-self-presence-missing-110",
        .tier = 2,
        .layer = Layer::kXep,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "XEP-0045 §7.2.2",
        .explanation =
            "A room tells everybody's presence to who enters, and theirs to all, themselves included. "
            "Status 110 marks the copy that is one's own. The nick is no help, as the room may have "
            "changed it; without the mark a client cannot tell when, or whether, it is in.",
        .violating =
            JOIN ROMEO "S: <presence from='room@chat.example.com/Juliet' "
                       "to='juliet@example.com/balcony'><x xmlns='http://jabber.org/protocol/muc#user'>"
                       "<item affiliation='member' role='participant'/></x></presence>",
        .conforming = JOIN ROMEO OWN SUBJECT,
        .kinds = kPresences,
        .check = self_presence_missing_110,
        .parts = payload::with(Part::kMucUser),
    },
    {
        .id = "muc-join-order",
        .tier = 2,
        .layer = Layer::kXep,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "XEP-0045 §7.1; XEP-0045 §7.2.2; XEP-0045 §7.2.13",
        .explanation =
            "A room lets a client in by a fixed sequence: the presence of the other occupants, the "
            "client's own presence, history, the subject, and from then on what is said. Clients build "
            "their list of people by the first part and know by the subject where history ends. History "
            "before own presence is shown in a room that the client does not yet know it is in.",
        .violating = JOIN ROMEO HISTORY OWN SUBJECT,
        .conforming = JOIN ROMEO OWN HISTORY SUBJECT SAYS,
        .kinds = kMessages,
        .check = join_order,
    },
    {
        .id = "muc-subject-missing",
        .tier = 3,
        .layer = Layer::kXep,
        .severities = kWarnings,
        .who = Who::kServer,
        .citation = "XEP-0045 §7.2.15",
        .explanation =
            "The last thing that a room sends to who enters is its subject, an empty one where there is "
            "none. It marks the end of history: what comes behind it is live. Without it clients wait, "
            "or take old messages for new ones and ring for them. This is said when the client's own "
            "words come back and no subject was seen.",
        .violating = JOIN OWN SAYS,
        .conforming = JOIN OWN SUBJECT SAYS,
        .kinds = kMessages,
        .check = subject_missing,
    },
    {
        .id = "muc-history-without-delay",
        .tier = 3,
        .layer = Layer::kXep,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "XEP-0045 §7.2.13",
        .explanation =
            "What a room repeats to who enters was said at another time, and <delay/> tells when. Without "
            "it an old message looks like one of this moment: it is sorted wrongly, may ring, and is "
            "stored a second time. Told by the place: between own presence and the subject there is "
            "nothing but history.",
        .violating = JOIN OWN UNDATED SUBJECT,
        .conforming = JOIN OWN HISTORY SUBJECT UNDATED,
        .kinds = kMessages,
        .check = history_without_delay,
    },
    {
        .id = "muc-legacy-join",
        .tier = 3,
        .layer = Layer::kXep,
        .severities = kNotes,
        .who = Who::kClient,
        .citation = "XEP-0045 §7.2.18",
        .explanation =
            "Before multi-user chat had its namespace, presence alone was enough to enter a room, and "
            "services still accept that. But it looks like any other directed presence, so a room cannot "
            "tell a join from a late update of somebody who has fallen out, and lets them in by accident. "
            "The <x/> says what is meant.",
        .violating = SERVICE "C: <presence to='room@chat.example.com/Juliet'/>",
        .conforming = SERVICE JOIN OWN SUBJECT
        "C: <presence to='room@chat.example.com/Juliet'><show>away</show></presence>",
        .kinds = kPresences,
        .check = legacy_join,
    },
};

constexpr LeftOut kLeftOut[] = {
    {"muc-exit-without-unavailable",
     "A client that has forgotten a room and one that listens to it in silence send the same, nothing; and "
     "who logs out leaves all rooms."},
};

#undef JOIN
#undef ROMEO
#undef OWN
#undef HISTORY
#undef UNDATED
#undef SUBJECT
#undef SAYS
#undef SERVICE

}  // namespace

RuleTable xep_muc_rules() {
  return {kRules, kLeftOut};
}

}  // namespace parser::rules
