// What messages carry beside their text: receipts, markers, chat states, times, stable ids, encryption.
#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <vector>

#include "parser/jid/jid.h"
#include "parser/payload/chat_state.h"
#include "parser/payload/delay.h"
#include "parser/payload/encryption_hint.h"
#include "parser/payload/forwarded.h"
#include "parser/payload/markers.h"
#include "parser/payload/names.h"
#include "parser/payload/omemo.h"
#include "parser/payload/receipts.h"
#include "parser/payload/stanza_ids.h"
#include "parser/payload/typing.h"
#include "parser/rules/checks.h"
#include "parser/rules/rulebook.h"

namespace parser::rules {
namespace {

using payload::Part;
using xml::Element;

// --- receipts, markers, chat states ----------------------------------------------------------------------

void receipt_request_without_id(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (!event.id.empty() || event.stanza_type == "error") return;
  const payload::Receipts receipts = payload::receipts_in(*event.element);
  if (receipts.request == nullptr) return;
  report.add("The message asks for a receipt, but has no id that the receipt could quote.",
             event.element->start_tag);
}

void receipt_without_id(const Context& context, Report& report) {
  const payload::Receipts receipts = payload::receipts_in(*context.event.element);
  if (receipts.received == nullptr || !receipts.id.empty()) return;
  report.add("The receipt has no id, so it does not say for which message it is.",
             receipts.received->start_tag);
}

void receipt_loop(const Context& context, Report& report) {
  const payload::Receipts receipts = payload::receipts_in(*context.event.element);
  if (receipts.received == nullptr || receipts.request == nullptr) return;
  report.add("The receipt asks for a receipt in turn; two clients that do so never stop.",
             receipts.request->start_tag);
}

void receipt_in_groupchat(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.stanza_type != "groupchat") return;
  const payload::Receipts receipts = payload::receipts_in(*event.element);
  if (receipts.request == nullptr) return;
  report.add("The message asks everybody in the room for a receipt.", receipts.request->start_tag);
}

void marker_without_message_id(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (!event.id.empty() || event.stanza_type == "error") return;
  const payload::Marker marker = payload::marker_in(*event.element);
  if (marker.kind != "markable") return;
  report.add("The message wants to know when it is read, but has no id that the marker could name.",
             event.element->start_tag);
}

void chatstate_repeated(const Context& context, Report& report) {
  if (!context.extensions.typing().last_repeats()) return;
  const Element& state = *payload::chat_states_in(*context.event.element).first;
  report.add("<" + std::string(state.local) + "/> was the last thing that " + quoted(context.event.to) +
                 " was told; a state is sent when it changes.",
             state.start_tag);
}

void chatstate_multiple(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.stanza_type == "error") return;
  size_t count = 0;
  for (const Element& child : event.element->children()) {
    if (child.ns != ns::kChatStates || ++count < 2) continue;
    report.add("The message has a second chat state, <" + std::string(child.local.substr(0, 40)) +
                   "/>; one can only be in one.",
               child.start_tag);
    return;
  }
}

// --- times -----------------------------------------------------------------------------------------------

// The delays of a stanza: its own, and the one beside a stanza that it forwards.
template <typename Judge>
void each_delay(const StreamEvent& event, const Judge& judge) {
  for (const Element& child : event.element->children()) {
    if (child.ns == ns::kDelay && child.local == "delay") judge(child);
  }
  const std::optional<payload::Forwarded> forwarded = payload::forwarded_by(*event.element);
  if (forwarded && forwarded->delay && !forwarded->delay->legacy) judge(*forwarded->delay->element);
}

void delay_missing_stamp(const Context& context, Report& report) {
  each_delay(context.event, [&](const Element& delay) {
    if (!delay.attribute("stamp").empty()) return;
    report.add("The <delay/> has no stamp, so it does not say when.", delay.start_tag);
  });
}

void delay_not_utc(const Context& context, Report& report) {
  each_delay(context.event, [&](const Element& delay) {
    const std::string_view stamp = delay.attribute("stamp");
    if (stamp.empty()) return;
    const std::optional<payload::DateTime> when = payload::parse_date_time(stamp);
    if (when && when->utc) return;
    report.add("The stamp " + quoted(stamp) +
                   (when ? " is in a time zone; stamps are in UTC and end in Z."
                         : " is not written as 2002-09-10T23:08:25Z, the format of XEP-0082."),
               delay.start_tag);
  });
}

void delay_spoofed(const Context& context, Report& report) {
  if (!is_client_stream(context.session) || context.session.domain().empty()) return;
  for (const Element& child : context.event.element->children()) {
    if (!child.is("delay", ns::kDelay) || !same_jid(child.attribute("from"), context.session.domain()))
      continue;
    report.add("The client says that the server " + quoted(child.attribute("from")) +
                   " has delayed this; only the server can say so.",
               child.start_tag);
  }
}

void legacy_delay(const Context& context, Report& report) {
  if (payload::has(context.parts, Part::kDelay)) return;  // for receivers of both generations
  const Element* x = payload::find_part(*context.event.element, Part::kLegacyDelay);
  if (x == nullptr) return;
  report.add(
      "The time is told in the old form, jabber:x:delay, alone; today's is <delay "
      "xmlns='urn:xmpp:delay'/>.",
      x->start_tag);
}

// --- stable ids ------------------------------------------------------------------------------------------

std::string named(const payload::StableId& id) {
  return id.origin ? "<origin-id/>" : "<stanza-id/>";
}

void sid_missing_id(const Context& context, Report& report) {
  for (const payload::StableId& one : payload::stable_ids_in(*context.event.element)) {
    if (one.id.empty()) report.add("The " + named(one) + " has no id.", one.element->start_tag);
  }
}

void stanza_id_missing_by(const Context& context, Report& report) {
  for (const payload::StableId& one : payload::stable_ids_in(*context.event.element)) {
    if (one.origin || !one.by.empty()) continue;
    report.add("The <stanza-id/> has no by, so nobody knows whose id this is.", one.element->start_tag);
  }
}

void stanza_id_duplicate_by(const Context& context, Report& report) {
  const std::vector<payload::StableId> ids = payload::stable_ids_in(*context.event.element);
  for (size_t i = 1; i < ids.size(); ++i) {
    if (ids[i].origin || ids[i].by.empty()) continue;
    for (size_t k = 0; k < i; ++k) {
      if (ids[k].origin || !same_jid(ids[k].by, ids[i].by)) continue;
      report.add("A second <stanza-id/> by " + quoted(ids[i].by) + "; each assigns a message one id.",
                 ids[i].element->start_tag);
      return;
    }
  }
}

void stanza_id_spoofed(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  // An error brings back what was received, ids and all; a component speaks for its own addresses.
  if (event.stanza_type == "error" || !is_client_stream(context.session)) return;
  for (const payload::StableId& one : payload::stable_ids_in(*event.element)) {
    if (one.origin || one.by.empty()) continue;
    report.add("The client sends a <stanza-id/> in the name of " + quoted(one.by) +
                   "; such ids are assigned by archives and rooms, the client's own is <origin-id/>.",
               one.element->start_tag);
  }
}

void origin_id_with_content(const Context& context, Report& report) {
  for (const payload::StableId& one : payload::stable_ids_in(*context.event.element)) {
    if (one.element->first_node == nullptr) continue;
    report.add("The " + named(one) + " has content; it consists of attributes only.", one.element->range);
  }
}

// --- encryption ------------------------------------------------------------------------------------------

void omemo_missing_header(const Context& context, Report& report) {
  const std::optional<payload::OmemoMessage> message = payload::omemo_in(*context.event.element);
  if (!message || (message->header != nullptr && !message->sender.empty())) return;
  report.add(message->header == nullptr
                 ? "The encrypted message has no <header/>, so nobody can know which key it is for."
                 : "The header has no sid, the device that encrypted the message.",
             message->header == nullptr ? message->element->start_tag : message->header->start_tag);
}

// What clients write into the body for those who cannot decrypt, in a few languages.
bool is_fallback(std::string_view body) {
  std::string text(body.substr(0, 400));
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
  static constexpr std::array<std::string_view, 9> kWords = {
      "omemo", "encrypt", "openpgp", "verschlüssel", "chiffr", "cifrad", "zaszyfrowan", "шифр", "加密"};
  return std::any_of(kWords.begin(), kWords.end(),
                     [&](std::string_view word) { return text.find(word) != std::string::npos; });
}

void omemo_plaintext(const Context& context, Report& report) {
  const Element& stanza = *context.event.element;
  const std::optional<payload::OmemoMessage> message = payload::omemo_in(stanza);
  if (!message || !message->has_payload) return;
  const Element* body = stanza.child("body", stanza.ns);
  if (body == nullptr || !body->has_text() || is_fallback(body->text())) return;
  report.add(
      "Beside the encrypted message there is a readable body that does not look like a notice for "
      "those who cannot decrypt.",
      body->range);
}

void eme_name_for_known(const Context& context, Report& report) {
  const std::optional<payload::EncryptionHint> hint = payload::encryption_hint_in(*context.event.element);
  if (!hint || hint->name.empty()) return;
  const std::string_view known = payload::encryption_method(hint->method);
  if (known.empty()) return;
  report.add("The hint names " + quoted(hint->method) + " with the name " + quoted(hint->name) +
                 "; receivers know that namespace as " + quoted(known) + " and need no name.",
             hint->element->start_tag);
}

void eme_missing(const Context& context, Report& report) {
  if (payload::has(context.parts, Part::kEncryptionHint)) return;
  const std::optional<payload::OmemoMessage> message = payload::omemo_in(*context.event.element);
  // Messages that only move keys are not meant to be seen.
  if (!message || !message->has_payload) return;
  report.add(
      "The encrypted message has no <encryption xmlns='urn:xmpp:eme:0'/> that tells those who cannot "
      "read it what it is.",
      message->element->start_tag);
}

constexpr KindSet kMessages = on(EventKind::kMessage);
constexpr KindSet kDated = on(EventKind::kMessage, EventKind::kPresence);
constexpr payload::PartSet kReceipts = payload::with(Part::kReceipts);
constexpr payload::PartSet kIds = payload::with(Part::kStanzaIds);
constexpr payload::PartSet kDelays = payload::with(Part::kDelay, Part::kForward, Part::kCarbons, Part::kMam);

#define CHAT "C: <message to='romeo@example.net/o' type='chat' id='m1'>"
#define CHAT_WITHOUT_ID "C: <message to='romeo@example.net/o' type='chat'>"
#define FROM "S: <message from='romeo@example.net/o' to='juliet@example.com/balcony' type='chat' id='m1'>"
#define BODY "<body>Hi</body>"
#define END "</message>"
#define RECEIPT "xmlns='urn:xmpp:receipts'"
#define STATE(name) "<" name " xmlns='http://jabber.org/protocol/chatstates'/>"
#define OMEMO(inside) "<encrypted xmlns='urn:xmpp:omemo:2'>" inside "</encrypted>"
#define HEADER "<header sid='27183'><keys jid='romeo@example.net'><key rid='31415'>AAAA</key></keys></header>"
#define PAYLOAD "<payload>AAAA</payload>"
#define HINT "<encryption xmlns='urn:xmpp:eme:0' namespace='urn:xmpp:omemo:2'/>"
#define ROOM                                                                                                \
  "C: <presence to='room@chat.example.com/Juliet'><x xmlns='http://jabber.org/protocol/muc'/></presence>\n" \
  "S: <presence from='room@chat.example.com/Juliet' to='juliet@example.com/balcony'>"                       \
  "<x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='member' role='participant'/>"          \
  "<status code='110'/></x></presence>\n"                                                                   \
  "S: <message type='groupchat' id='s1' from='room@chat.example.com' "                                      \
  "to='juliet@example.com/balcony'><subject/></message>\n"

constexpr Rule kRules[] = {
    {
        .id = "receipt-request-without-id",
        .tier = 2,
        .layer = Layer::kXep,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "XEP-0184 §7",
        .explanation =
            "A receipt says 'that one has arrived', and 'that one' is the id of the message. A request in "
            "a message without an id cannot be answered; the sender waits for a receipt that nobody can "
            "write.",
        .violating = CHAT_WITHOUT_ID BODY "<request " RECEIPT "/>" END,
        .conforming = CHAT BODY "<request " RECEIPT "/>" END,
        .kinds = kMessages,
        .check = receipt_request_without_id,
        .parts = kReceipts,
    },
    {
        .id = "receipt-without-id",
        .tier = 2,
        .layer = Layer::kXep,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "XEP-0184 §7",
        .explanation =
            "A receipt quotes the id of the message that has arrived in an id of its own element. Without "
            "it the sender knows that something has arrived, but not what. Only the first version of the "
            "specification did without.",
        .violating = CHAT "<received " RECEIPT "/>" END,
        .conforming = CHAT "<received " RECEIPT " id='x1'/>" END,
        .kinds = kMessages,
        .check = receipt_without_id,
        .parts = kReceipts,
    },
    {
        .id = "receipt-loop",
        .tier = 2,
        .layer = Layer::kXep,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "XEP-0184 §5.4",
        .explanation =
            "A receipt is itself a message and must not be answered with one. If it asks for a receipt, "
            "and the other client does the same, the two exchange receipts for ever, faster than anybody "
            "types.",
        .violating = CHAT "<received " RECEIPT " id='x1'/><request " RECEIPT "/>" END,
        .conforming = CHAT "<received " RECEIPT " id='x1'/>" END,
        .kinds = kMessages,
        .check = receipt_loop,
        .parts = kReceipts,
    },
    {
        .id = "receipt-in-groupchat",
        .tier = 3,
        .layer = Layer::kXep,
        .severities = kWarnings,
        .who = Who::kClient,
        .citation = "XEP-0184 §5.3",
        .explanation =
            "In a room everybody who supports receipts answers, so one message becomes as many as there "
            "are occupants, and each of those goes to the sender alone. It is advised against; small "
            "rooms of friends do it on purpose.",
        .violating = ROOM "C: <message type='groupchat' id='g1' to='room@chat.example.com'>" BODY
                          "<request " RECEIPT "/>" END,
        .conforming = ROOM "C: <message type='groupchat' id='g1' to='room@chat.example.com'>" BODY END,
        .kinds = kMessages,
        .check = receipt_in_groupchat,
        .parts = kReceipts,
    },
    {
        .id = "marker-without-message-id",
        .tier = 3,
        .layer = Layer::kXep,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "XEP-0333 §4.1",
        .explanation =
            "A marker says up to which message a conversation has been read, and names that message by "
            "its id. One that asks to be marked needs an id to be named by, or the request leads to "
            "nothing.",
        .violating = CHAT_WITHOUT_ID BODY "<markable xmlns='urn:xmpp:chat-markers:0'/>" END,
        .conforming = CHAT BODY "<markable xmlns='urn:xmpp:chat-markers:0'/>" END,
        .kinds = kMessages,
        .check = marker_without_message_id,
        .parts = payload::with(Part::kMarkers),
    },
    {
        .id = "chatstate-repeated",
        .tier = 3,
        .layer = Layer::kXep,
        .severities = kWarnings,
        .who = Who::kClient,
        .citation = "XEP-0085 §5.3",
        .explanation =
            "A chat state says what has changed: somebody began to type, or stopped. To send the same "
            "one again tells nothing and costs a message each time, on a phone also battery. A client "
            "that sends <composing/> at every keystroke has this fault.",
        .violating = "C: <message to='romeo@example.net/o' type='chat' id='a'>" STATE("composing") END
        "\n"
        "C: <message to='romeo@example.net/o' type='chat' id='b'>" STATE("composing") END,
        .conforming = "C: <message to='romeo@example.net/o' type='chat' id='a'>" STATE("composing") END
        "\n"
        "C: <message to='romeo@example.net/o' type='chat' id='b'>" STATE("paused") END
        "\n"
        "C: <message to='romeo@example.net/o' type='chat' id='c'>" STATE("composing") END,
        .kinds = kMessages,
        .check = chatstate_repeated,
        .parts = payload::with(Part::kChatStates),
    },
    {
        .id = "chatstate-multiple",
        .tier = 3,
        .layer = Layer::kXep,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "XEP-0085 §5.6",
        .explanation =
            "The five chat states exclude each other, so a message carries at most one. Of two it is open "
            "which one counts: some clients take the first, some the last.",
        .violating = CHAT STATE("composing") STATE("paused") END,
        .conforming = CHAT BODY STATE("active") END,
        .kinds = kMessages,
        .check = chatstate_multiple,
        .parts = payload::with(Part::kChatStates),
    },
    {
        .id = "delay-missing-stamp",
        .tier = 2,
        .layer = Layer::kXep,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "XEP-0203 §2",
        .explanation =
            "<delay/> exists to say when a stanza was really sent, and its stamp is where it says so. "
            "Without it a receiver knows only that the stanza is old, and can neither sort nor show it.",
        .violating = FROM BODY "<delay xmlns='urn:xmpp:delay' from='example.com'/>" END,
        .conforming =
            FROM BODY "<delay xmlns='urn:xmpp:delay' from='example.com' stamp='2002-09-10T23:08:25Z'/>" END,
        .kinds = kDated,
        .check = delay_missing_stamp,
        .parts = kDelays,
    },
    {
        .id = "delay-not-utc",
        .tier = 2,
        .layer = Layer::kXep,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "XEP-0203 §2; XEP-0082 §3.2",
        .explanation =
            "Stamps are written in one way, 2002-09-10T23:08:25Z, and in UTC, so that they can be compared "
            "by everybody. A stamp with another zone is off by hours for software that does not look, and "
            "the short form without dashes belongs to the old jabber:x:delay. +00:00 is as good as Z.",
        .violating = FROM BODY "<delay xmlns='urn:xmpp:delay' stamp='2002-09-10T23:08:25+02:00'/>" END,
        .conforming = FROM BODY "<delay xmlns='urn:xmpp:delay' stamp='2002-09-10T23:08:25.123+00:00'/>" END,
        .kinds = kDated,
        .check = delay_not_utc,
        .parts = kDelays,
    },
    {
        .id = "delay-spoofed",
        .tier = 3,
        .layer = Layer::kXep,
        .severities = kNotes,
        .who = Who::kClient,
        .citation = "XEP-0203 §5",
        .explanation =
            "Receivers believe a time that a server vouches for. A client may say itself that a message "
            "is late, as after a broken connection, but in its own name or in none. In the server's name "
            "it can put messages into the past; a server should remove such an element.",
        .violating =
            CHAT BODY "<delay xmlns='urn:xmpp:delay' from='example.com' stamp='2002-09-10T23:08:25Z'/>" END,
        .conforming = CHAT BODY "<delay xmlns='urn:xmpp:delay' stamp='2002-09-10T23:08:25Z'/>" END,
        .kinds = kDated,
        .check = delay_spoofed,
        .parts = payload::with(Part::kDelay),
    },
    {
        .id = "legacy-delay",
        .tier = 3,
        .layer = Layer::kXep,
        .severities = kNotes,
        .who = Who::kEither,
        .citation = "XEP-0091 §1; XEP-0203 §1",
        .explanation =
            "The first format for the time of a delayed stanza was replaced by <delay/>, since its stamps "
            "were not those that the rest of XMPP uses. Many servers send both for the sake of old "
            "clients; where the old one stands alone, new clients may show no time at all.",
        .violating = FROM BODY "<x xmlns='jabber:x:delay' stamp='20020910T23:08:25'/>" END,
        .conforming = FROM BODY "<delay xmlns='urn:xmpp:delay' stamp='2002-09-10T23:08:25Z'/>"
                                "<x xmlns='jabber:x:delay' stamp='20020910T23:08:25'/>" END,
        .kinds = kDated,
        .check = legacy_delay,
        .parts = payload::with(Part::kLegacyDelay),
    },
    {
        .id = "sid-missing-id",
        .tier = 2,
        .layer = Layer::kXep,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "XEP-0359 §3",
        .explanation =
            "<stanza-id/> and <origin-id/> exist for nothing but the id they hold: the archive's name of a "
            "message, and its sender's. Without it the element says nothing, and replies, corrections and "
            "reactions that would refer to the message have nothing to name.",
        .violating = FROM BODY "<stanza-id xmlns='urn:xmpp:sid:0' by='juliet@example.com'/>" END,
        .conforming = FROM BODY "<stanza-id xmlns='urn:xmpp:sid:0' id='x' by='juliet@example.com'/>" END,
        .kinds = kMessages,
        .check = sid_missing_id,
        .parts = kIds,
    },
    {
        .id = "stanza-id-missing-by",
        .tier = 2,
        .layer = Layer::kXep,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "XEP-0359 §3",
        .explanation =
            "A message may get an id from each archive that it passes: the room's, the account's. Which "
            "one assigned an id stands in 'by', and only together do the two mean something, also because "
            "a client must believe an id only of those it trusts.",
        .violating = FROM BODY "<stanza-id xmlns='urn:xmpp:sid:0' id='x'/>" END,
        .conforming = FROM BODY "<stanza-id xmlns='urn:xmpp:sid:0' id='x' by='juliet@example.com'/>" END,
        .kinds = kMessages,
        .check = stanza_id_missing_by,
        .parts = kIds,
    },
    {
        .id = "stanza-id-duplicate-by",
        .tier = 2,
        .layer = Layer::kXep,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "XEP-0359 §3",
        .explanation =
            "An archive knows a message under one id. Two in the name of the same archive contradict each "
            "other; one of them was probably there before and should have been removed when the archive "
            "added its own.",
        .violating = FROM BODY "<stanza-id xmlns='urn:xmpp:sid:0' id='x' by='juliet@example.com'/>"
                               "<stanza-id xmlns='urn:xmpp:sid:0' id='y' by='juliet@example.com'/>" END,
        .conforming = FROM BODY "<stanza-id xmlns='urn:xmpp:sid:0' id='x' by='juliet@example.com'/>"
                                "<stanza-id xmlns='urn:xmpp:sid:0' id='y' by='room@chat.example.com'/>" END,
        .kinds = kMessages,
        .check = stanza_id_duplicate_by,
        .parts = kIds,
    },
    {
        .id = "stanza-id-spoofed",
        .tier = 2,
        .layer = Layer::kXep,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "XEP-0359 §3; XEP-0359 §6",
        .explanation =
            "An id by an account or a room is a promise that its archive knows the message under it. A "
            "client cannot make that promise for others, and who is named has to delete such an id; one "
            "that gets through lets a sender decide which message a later reaction or retraction hits. A "
            "client's own id goes into <origin-id/>.",
        .violating = CHAT BODY "<stanza-id xmlns='urn:xmpp:sid:0' id='fake' by='romeo@example.net'/>" END,
        .conforming = CHAT BODY "<origin-id xmlns='urn:xmpp:sid:0' id='x'/>" END,
        .kinds = kMessages,
        .check = stanza_id_spoofed,
        .parts = kIds,
    },
    {
        .id = "origin-id-with-content",
        .tier = 3,
        .layer = Layer::kXep,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "XEP-0359 §3",
        .explanation =
            "Both elements for stable ids are made of attributes and nothing else. Text inside is where "
            "nobody looks; mostly it is an id that was written into the wrong place.",
        .violating = CHAT BODY "<origin-id xmlns='urn:xmpp:sid:0' id='x'>x</origin-id>" END,
        .conforming = CHAT BODY "<origin-id xmlns='urn:xmpp:sid:0' id='x'/>" END,
        .kinds = kMessages,
        .check = origin_id_with_content,
        .parts = kIds,
    },
    {
        .id = "omemo-missing-header",
        .tier = 2,
        .layer = Layer::kXep,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "XEP-0384 §5.5.3",
        .explanation =
            "The text of an OMEMO message is encrypted once, and its key once for each device that may "
            "read it. Those keys, and the device that made them, stand in the header; without it or its "
            "sid no device can find the session that decrypts its part.",
        .violating = CHAT OMEMO(PAYLOAD) HINT END,
        .conforming = CHAT OMEMO(HEADER PAYLOAD) HINT END,
        .kinds = kMessages,
        .check = omemo_missing_header,
        .parts = payload::with(Part::kOmemo),
    },
    {
        .id = "omemo-plaintext-beside-ciphertext",
        .tier = 2,
        .layer = Layer::kXep,
        .severities = kNotes,
        .who = Who::kClient,
        .citation = "XEP-0384 §5.5.3; XEP-0380 §4",
        .explanation =
            "Beside an encrypted text the body is for a notice to those who cannot read it. If it holds "
            "the text itself, every server on the way can read what was meant to be hidden. Only the "
            "sender knows which it is: this is said where the body has none of the words that such "
            "notices have.",
        .violating = CHAT "<body>The key is under the mat</body>" OMEMO(HEADER PAYLOAD) HINT END,
        .conforming = CHAT "<body>This message is OMEMO-encrypted.</body>" OMEMO(HEADER PAYLOAD) HINT END,
        .kinds = kMessages,
        .check = omemo_plaintext,
        .parts = payload::with(Part::kOmemo),
    },
    {
        .id = "eme-name-for-known",
        .tier = 3,
        .layer = Layer::kXep,
        .severities = kWarnings,
        .who = Who::kClient,
        .citation = "XEP-0380 §3.2",
        .explanation =
            "The hint tells by a namespace how a message is encrypted, and receivers have a name for the "
            "usual ones in their user's language. A name in the hint is for methods that are not on the "
            "list; for those that are it is left out, so that nobody is shown a made-up one.",
        .violating = CHAT OMEMO(
            HEADER
                PAYLOAD) "<encryption xmlns='urn:xmpp:eme:0' namespace='urn:xmpp:omemo:2' name='OMEMO'/>" END,
        .conforming = CHAT OMEMO(HEADER PAYLOAD) HINT END,
        .kinds = kMessages,
        .check = eme_name_for_known,
        .parts = payload::with(Part::kEncryptionHint),
    },
    {
        .id = "eme-missing",
        .tier = 3,
        .layer = Layer::kXep,
        .severities = kNotes,
        .who = Who::kClient,
        .citation = "XEP-0380 §3.1",
        .explanation =
            "A client that cannot decrypt a message sees one without a text and shows nothing, so its "
            "user does not even know that something came. The hint lets it say which encryption is "
            "missing. Messages that only move keys go without on purpose.",
        .violating = CHAT "<encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='27183'>"
                          "<key rid='31415'>AAAA</key><iv>AAAA</iv></header>" PAYLOAD "</encrypted>" END,
        .conforming = CHAT OMEMO(HEADER PAYLOAD) HINT END,
        .kinds = kMessages,
        .check = eme_missing,
        .parts = payload::with(Part::kOmemo),
    },
};

#undef CHAT
#undef CHAT_WITHOUT_ID
#undef FROM
#undef BODY
#undef END
#undef RECEIPT
#undef STATE
#undef OMEMO
#undef HEADER
#undef PAYLOAD
#undef HINT
#undef ROOM

}  // namespace

RuleTable xep_message_rules() {
  return {kRules};
}

}  // namespace parser::rules
