// Stanzas inside stanzas: forwarding (XEP-0297), carbons (XEP-0280) and message archives (XEP-0313). Which
// archives were asked, and which messages passed directly, is remembered by payload::Extensions.
#include <string>

#include "parser/jid/jid.h"
#include "parser/payload/archive_queries.h"
#include "parser/payload/carbons.h"
#include "parser/payload/copies.h"
#include "parser/payload/mam.h"
#include "parser/payload/names.h"
#include "parser/rules/checks.h"
#include "parser/rules/rulebook.h"

namespace parser::rules {
namespace {

using payload::Carbon;
using payload::Part;
using payload::ResultMatch;
using xml::Element;

// What the client asked for before is known: nothing passed unseen, on this connection or an earlier one.
bool client_requests_known(const Context& context, const RuleCounters& memory) {
  return context.session.from_start() && !context.session.resumed() && is_client_stream(context.session) &&
         !received_edited(memory, Direction::kS2C, on(EventKind::kIq));
}

// --- forwarding and carbons ------------------------------------------------------------------------------

void forwarded_without_namespace(const Context& context, Report& report) {
  const std::optional<payload::Forwarded> forwarded = payload::forwarded_by(*context.event.element);
  if (!forwarded || forwarded->stanza == nullptr) return;
  const Element& stanza = *forwarded->stanza;
  const bool leaked = stanza.ns == ns::kServer && is_client_stream(context.session);
  if (stanza.ns != ns::kForward && !stanza.ns.empty() && !leaked) return;
  report.add("The forwarded " + std::string(stanza.local) + " is in the namespace " + quoted(stanza.ns) +
                 "; a forwarded stanza declares " + quoted(ns::kClient) + " itself.",
             stanza.start_tag);
}

bool is_foreign(const Context& context) {
  const StreamEvent& event = context.event;
  const std::string_view own = has_address(context.session) ? context.session.bound_jid() : event.to;
  return !event.from.empty() && !own.empty() &&
         !same_bare_jid(event.from, own, context.session.jid_profile());
}

// The copy that an event from the own server is; forged ones have a rule of their own.
std::optional<Carbon> own_carbon(const Context& context) {
  if (context.event.direction != Direction::kS2C || is_foreign(context)) return std::nullopt;
  return payload::carbon_in(*context.event.element);
}

void carbons_from_foreign(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kS2C || !is_foreign(context)) return;
  if (!payload::carbon_in(*event.element)) return;
  const std::string_view own = has_address(context.session) ? context.session.bound_jid() : event.to;
  report.add("A carbon copy from " + quoted(event.from) + ": only the own account, " + quoted(bare_of(own)) +
                 ", sends them, so this is a forgery.",
             event.element->start_tag);
}

void carbons_wrong_to(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const std::optional<Carbon> carbon = own_carbon(context);
  if (!carbon || !has_address(context.session)) return;
  if (same_jid(event.to, context.session.bound_jid(), context.session.jid_profile())) return;
  report.add("The copy is addressed to " + (event.to.empty() ? std::string("nobody") : quoted(event.to)) +
                 "; it goes to the full JID of who gets it, " + quoted(context.session.bound_jid()) + ".",
             event.element->start_tag);
}

void carbons_not_enabled(const Context& context, Report& report) {
  if (context.extensions.copies().wanted() || !client_requests_known(context, report.memory())) return;
  if (!own_carbon(context)) return;
  report.add("A carbon copy, but this client has not turned carbons on.", context.event.element->start_tag);
}

void carbons_to_addressee(const Context& context, Report& report) {
  if (!context.extensions.copies().last_was_direct()) return;
  const std::optional<Carbon> carbon = own_carbon(context);
  if (!carbon || !carbon->forwarded || carbon->forwarded->stanza == nullptr) return;
  const Element& message = *carbon->forwarded->stanza;
  At at;
  // A server may deliver what is addressed to the account to each of its devices, and copy it, too.
  if (!carbon->sent && !split_jid(message.attribute("to")).has_resource) at.at_most = Severity::kNote;
  report.add("The message with id " + quoted(message.attribute("id")) +
                 (carbon->sent ? " was sent by this client itself" : " reached this client directly") +
                 ", so it gets no copy of it.",
             context.event.element->start_tag, at);
}

void carbons_of_groupchat(const Context& context, Report& report) {
  const std::optional<Carbon> carbon = own_carbon(context);
  if (!carbon || !carbon->forwarded || carbon->forwarded->stanza == nullptr) return;
  if (carbon->forwarded->stanza->attribute("type") != "groupchat") return;
  report.add("The copy is of a message of type 'groupchat'; what is said in rooms is not copied.",
             carbon->forwarded->stanza->start_tag);
}

// --- archives --------------------------------------------------------------------------------------------

void result_unsolicited(const Context& context, Report& report) {
  const payload::ArchiveQueries& archives = context.extensions.archives();
  const StreamEvent& event = context.event;
  if (archives.last() != ResultMatch::kUnsolicited || !archives.complete()) return;
  if (!client_requests_known(context, report.memory())) return;
  report.add("A result of the archive of " + (event.from.empty() ? "the own account" : quoted(event.from)) +
                 ", which this client has not asked; it has to be ignored.",
             event.element->start_tag);
}

void queryid_mismatch(const Context& context, Report& report) {
  const payload::ArchiveQueries& archives = context.extensions.archives();
  if (archives.last() != ResultMatch::kWrongId || !archives.complete()) return;
  const payload::ArchiveQuery* query = archives.last_query();
  const std::optional<payload::MamResult> result = payload::mam_result_in(*context.event.element);
  if (query == nullptr || !result || !client_requests_known(context, report.memory())) return;
  report.add(
      "The result has " +
          (result->queryid.empty() ? std::string("no queryid") : "the queryid " + quoted(result->queryid)) +
          "; the query had " + quoted(query->queryid) + ", which each of its results repeats.",
      result->element->start_tag, {.frame = query->frame});
}

void result_after_fin(const Context& context, Report& report) {
  const payload::ArchiveQueries& archives = context.extensions.archives();
  if (archives.last() != ResultMatch::kAfterEnd) return;
  const payload::ArchiveQuery* query = archives.last_query();
  if (query == nullptr || !client_requests_known(context, report.memory())) return;
  report.add(
      "A result of a query that has been answered already; the answer to the iq comes behind all of "
      "its results.",
      context.event.element->start_tag, {.frame = query->frame});
}

void result_order(const Context& context, Report& report) {
  const payload::ArchiveQueries& archives = context.extensions.archives();
  if (archives.last() != ResultMatch::kOutOfOrder) return;
  report.add(
      "This result is older than the one before it; a page goes from old to new unless the query asks "
      "for it to be flipped.",
      context.event.element->start_tag);
}

void result_missing_id(const Context& context, Report& report) {
  if (context.event.direction != Direction::kS2C) return;
  const std::optional<payload::MamResult> result = payload::mam_result_in(*context.event.element);
  if (!result || !result->id.empty()) return;
  report.add("The result has no id, the name under which the archive keeps the message.",
             result->element->start_tag);
}

void result_without_delay(const Context& context, Report& report) {
  if (context.event.direction != Direction::kS2C) return;
  const std::optional<payload::MamResult> result = payload::mam_result_in(*context.event.element);
  if (!result || !result->forwarded || result->forwarded->delay) return;
  report.add("The archived message has no <delay/> beside it that says when it was sent.",
             result->forwarded->element->start_tag);
}

void muc_from_occupant(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kS2C || event.from.empty()) return;
  // The own archive may hold messages of rooms as they came, with the own address.
  const bool own = has_address(context.session)
                       ? same_bare_jid(event.from, context.session.bound_jid(), context.session.jid_profile())
                       : context.extensions.archives().last_query() == nullptr;
  if (own || !report.addresses().from().has_local) return;
  const std::optional<payload::MamResult> result = payload::mam_result_in(*event.element);
  if (!result || !result->forwarded || result->forwarded->stanza == nullptr) return;
  const Element& message = *result->forwarded->stanza;
  if (message.attribute("type") != "groupchat" || message.find_attribute("to") == nullptr) return;
  report.add("The archived message of the room is addressed to " + quoted(message.attribute("to")) +
                 "; what is said in a room goes to all, so it has no 'to'.",
             message.start_tag);
}

void fin_without_rsm(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kS2C || event.stanza_type != "result" || event.payload == nullptr) return;
  const std::optional<payload::MamFin> fin = payload::as_mam_fin(*event.payload);
  if (!fin || fin->page) return;
  report.add(
      "The <fin/> has no <set xmlns='http://jabber.org/protocol/rsm'/>, which says where the page "
      "begins and ends.",
      event.payload->start_tag);
}

constexpr KindSet kMessages = on(EventKind::kMessage);
constexpr payload::PartSet kCarbons = payload::with(Part::kCarbons);
constexpr payload::PartSet kMam = payload::with(Part::kMam);

#define ENABLE                                                           \
  "C: <iq id='c' type='set'><enable xmlns='urn:xmpp:carbons:2'/></iq>\n" \
  "S: <iq id='c' type='result'/>\n"
#define WRAP "S: <message from='juliet@example.com' to='juliet@example.com/balcony' type='chat'>"
#define RECEIVED(inner)                                                               \
  "<received xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>" inner \
  "</forwarded></received></message>"
#define TO_HOME                                                                             \
  "<message xmlns='jabber:client' from='romeo@example.net/o' to='juliet@example.com/home' " \
  "type='chat' id='m1'><body>Hi</body></message>"
#define TO_BALCONY                                                                             \
  "<message xmlns='jabber:client' from='romeo@example.net/o' to='juliet@example.com/balcony' " \
  "type='chat' id='m1'><body>Hi</body></message>"
#define QUERY "C: <iq id='q' type='set'><query xmlns='urn:xmpp:mam:2' queryid='f27'/></iq>\n"
#define FIN                                                                  \
  "S: <iq id='q' type='result'><fin xmlns='urn:xmpp:mam:2' complete='true'>" \
  "<set xmlns='http://jabber.org/protocol/rsm'><count>1</count></set></fin></iq>"
#define RESULT(attributes, stamp)                                          \
  "S: <message from='juliet@example.com' to='juliet@example.com/balcony'>" \
  "<result xmlns='urn:xmpp:mam:2' " attributes                             \
  "><forwarded xmlns='urn:xmpp:forward:0'>"                                \
  "<delay xmlns='urn:xmpp:delay' stamp='" stamp "'/>" TO_HOME "</forwarded></result></message>\n"
#define ROOM_QUERY                                                                     \
  "C: <iq id='q' type='set' to='room@chat.example.com'><query xmlns='urn:xmpp:mam:2' " \
  "queryid='f28'/></iq>\n"
#define ROOM_RESULT(attributes)                                                            \
  "S: <message from='room@chat.example.com' to='juliet@example.com/balcony'>"              \
  "<result xmlns='urn:xmpp:mam:2' queryid='f28' id='a1'>"                                  \
  "<forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' "                   \
  "stamp='2010-07-10T23:08:25Z'/><message xmlns='jabber:client' type='groupchat' id='m1' " \
  "from='room@chat.example.com/Romeo'" attributes                                          \
  "><body>Ay me!</body></message></forwarded>"                                             \
  "</result></message>"

constexpr Rule kRules[] = {
    {
        .id = "forwarded-without-namespace",
        .tier = 2,
        .layer = Layer::kXep,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "XEP-0297 §3.2; RFC 6120 §4.8.3",
        .explanation =
            "A stanza at the top level inherits jabber:client from the stream. Inside <forwarded/> it "
            "would inherit urn:xmpp:forward:0, and then it is no message any more but some unknown "
            "element of that name. So it declares its namespace itself. Libraries that paste a stanza "
            "into another one forget this often, and receivers drop the content silently.",
        .violating = "S: <message from='romeo@example.net/o' to='juliet@example.com/balcony'><forwarded "
                     "xmlns='urn:xmpp:forward:0'><message from='a@example.net' "
                     "to='romeo@example.net'><body>Hi</body></message></forwarded></message>",
        .conforming = "S: <message from='romeo@example.net/o' to='juliet@example.com/balcony'><forwarded "
                      "xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' from='a@example.net' "
                      "to='romeo@example.net'><body>Hi</body></message></forwarded></message>",
        .kinds = kMessages,
        .check = forwarded_without_namespace,
        .parts = payload::with(Part::kForward, Part::kCarbons, Part::kMam),
    },
    {
        .id = "carbons-from-foreign",
        .tier = 1,
        .layer = Layer::kXep,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "XEP-0280 §7; XEP-0280 §11",
        .explanation = "Carbons show one device what another has sent and received, and the own server "
                       "makes them in the name of the own bare JID. A client that believes carbons from "
                       "others lets anybody put words into its user's mouth and into their contacts'. "
                       "Many clients had this hole in 2017; each carbon's sender has to be checked.",
        .violating =
            ENABLE "S: <message from='evil@example.net' to='juliet@example.com/balcony'>" RECEIVED(TO_HOME),
        .conforming = ENABLE WRAP RECEIVED(TO_HOME),
        .kinds = kMessages,
        .check = carbons_from_foreign,
        .parts = kCarbons,
    },
    {
        .id = "carbons-wrong-to",
        .tier = 2,
        .layer = Layer::kXep,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "XEP-0280 §7",
        .explanation =
            "A copy is made for one device, and its outer message names that device by its full JID. One "
            "that is addressed to the account is delivered by the rules for such messages, to whichever "
            "device has the highest priority, and copied again. The message inside keeps the address it "
            "was sent to.",
        .violating = ENABLE
        "S: <message from='juliet@example.com' to='juliet@example.com' type='chat'>" RECEIVED(TO_HOME),
        .conforming = ENABLE WRAP RECEIVED(TO_HOME),
        .kinds = kMessages,
        .check = carbons_wrong_to,
        .parts = kCarbons,
    },
    {
        .id = "carbons-not-enabled",
        .tier = 2,
        .layer = Layer::kXep,
        .severities = kWarnings,
        .who = Who::kServer,
        .citation = "XEP-0280 §4; XEP-0280 §2",
        .explanation =
            "Copies are for clients that know what to do with them, and a client says so with <enable/>, "
            "or as it logs in with Bind 2. One that has never heard of carbons sees a message from "
            "itself without a text. They go to nobody who has not asked.",
        .violating = WRAP RECEIVED(TO_HOME),
        .conforming = ENABLE WRAP RECEIVED(TO_HOME),
        .kinds = kMessages,
        .check = carbons_not_enabled,
        .parts = kCarbons,
    },
    {
        .id = "carbons-to-addressee",
        .tier = 3,
        .layer = Layer::kXep,
        .severities = kWarnings,
        .who = Who::kServer,
        .citation = "XEP-0280 §7; XEP-0280 §8",
        .explanation =
            "A copy is for the devices that would otherwise not see a message. The one that sent it, or "
            "that it was delivered to, has it already; with a copy it shows the message twice, and may "
            "answer it twice with a receipt.",
        .violating = ENABLE "S: <message from='romeo@example.net/o' to='juliet@example.com/balcony' "
                            "type='chat' id='m1'><body>Hi</body></message>\n" WRAP RECEIVED(TO_BALCONY),
        .conforming = ENABLE "S: <message from='romeo@example.net/o' to='juliet@example.com/balcony' "
                             "type='chat' id='m0'><body>Hi</body></message>\n" WRAP RECEIVED(TO_HOME),
        .kinds = kMessages,
        .check = carbons_to_addressee,
        .parts = kCarbons,
    },
    {
        .id = "carbons-of-groupchat",
        .tier = 3,
        .layer = Layer::kXep,
        .severities = kWarnings,
        .who = Who::kServer,
        .citation = "XEP-0280 §6.1",
        .explanation =
            "A room sends its messages to each device that has joined. Copies of them would reach devices "
            "that are not in the room, and double the traffic of those that are. The specification leaves "
            "it to the server what it copies, and advises against this.",
        .violating = ENABLE WRAP RECEIVED(
            "<message xmlns='jabber:client' from='room@chat.example.com/Romeo' to='juliet@example.com/home' "
            "type='groupchat' id='m1'><body>Hi</body></message>"),
        .conforming = ENABLE WRAP RECEIVED(TO_HOME),
        .kinds = kMessages,
        .check = carbons_of_groupchat,
        .parts = kCarbons,
    },
    {
        .id = "mam-result-unsolicited",
        .tier = 2,
        .layer = Layer::kXep,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "XEP-0313 §8.2; XEP-0313 §4.2",
        .explanation =
            "A result of an archive is an ordinary message with a message of the past inside, and anybody "
            "can send one. It counts only from the archive that was asked, for the query that was made; a "
            "client that takes others lets strangers write its history. The own archive answers under "
            "the own bare JID or without an address, a room's under the room's.",
        .violating = QUERY "S: <message from='evil@example.net' to='juliet@example.com/balcony'>"
                           "<result xmlns='urn:xmpp:mam:2' queryid='f27' id='a1'><forwarded "
                           "xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' "
                           "stamp='2010-07-10T23:08:25Z'/>" TO_HOME "</forwarded></result></message>",
        .conforming = QUERY RESULT("queryid='f27' id='a1'", "2010-07-10T23:08:25Z") FIN,
        .kinds = kMessages,
        .check = result_unsolicited,
        .parts = kMam,
    },
    {
        .id = "mam-queryid-mismatch",
        .tier = 2,
        .layer = Layer::kXep,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "XEP-0313 §4.2",
        .explanation =
            "A client may have several queries under way and gives each a queryid. Its results repeat it; "
            "that is the only way to know which query a result belongs to, since results are messages and "
            "not part of the iq. A client has to throw away results that it cannot place.",
        .violating = QUERY RESULT("id='a1'", "2010-07-10T23:08:25Z") FIN,
        .conforming = QUERY RESULT("queryid='f27' id='a1'", "2010-07-10T23:08:25Z") FIN,
        .kinds = kMessages,
        .check = queryid_mismatch,
        .parts = kMam,
    },
    {
        .id = "mam-result-after-fin",
        .tier = 2,
        .layer = Layer::kXep,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "XEP-0313 §4",
        .explanation =
            "The answer to the query's iq comes last and closes the page: by then the client has all "
            "results and goes on, with the next page or with what is live. A result behind it belongs to "
            "nothing that is under way and gets lost.",
        .violating = QUERY FIN "\n" RESULT("queryid='f27' id='a1'", "2010-07-10T23:08:25Z"),
        .conforming = QUERY RESULT("queryid='f27' id='a1'", "2010-07-10T23:08:25Z") FIN,
        .kinds = kMessages,
        .check = result_after_fin,
        .parts = kMam,
    },
    {
        .id = "mam-result-order",
        .tier = 3,
        .layer = Layer::kXep,
        .severities = kWarnings,
        .who = Who::kServer,
        .citation = "XEP-0313 §4.2",
        .explanation =
            "Within a page results go from the oldest to the newest, also in a page that was asked for "
            "from the end. Clients append what comes. Only a query with <flip-page/> gets them in the "
            "other order.",
        .violating = QUERY RESULT("queryid='f27' id='a2'", "2010-07-10T23:09:32Z")
            RESULT("queryid='f27' id='a1'", "2010-07-10T23:08:25Z") FIN,
        .conforming = QUERY RESULT("queryid='f27' id='a1'", "2010-07-10T23:08:25Z")
            RESULT("queryid='f27' id='a2'", "2010-07-10T23:09:32Z") FIN,
        .kinds = kMessages,
        .check = result_order,
        .parts = kMam,
    },
    {
        .id = "mam-result-missing-id",
        .tier = 2,
        .layer = Layer::kXep,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "XEP-0313 §4.2",
        .explanation =
            "The id of a result is the archive's own name of the message. A client asks by it for what "
            "comes behind, and knows by it what it has already. Without it the message can be shown, but "
            "the client can never go on from there.",
        .violating = QUERY RESULT("queryid='f27'", "2010-07-10T23:08:25Z") FIN,
        .conforming = QUERY RESULT("queryid='f27' id='a1'", "2010-07-10T23:08:25Z") FIN,
        .kinds = kMessages,
        .check = result_missing_id,
        .parts = kMam,
    },
    {
        .id = "mam-result-without-delay",
        .tier = 3,
        .layer = Layer::kXep,
        .severities = kWarnings,
        .who = Who::kServer,
        .citation = "XEP-0313 §4.2",
        .explanation =
            "The message in a result is as it was sent and knows nothing of its time. The archive does, "
            "and says it with <delay/> beside the message. Without it a client can only show the past as "
            "if it were now.",
        .violating = QUERY "S: <message from='juliet@example.com' to='juliet@example.com/balcony'><result "
                           "xmlns='urn:xmpp:mam:2' queryid='f27' id='a1'><forwarded "
                           "xmlns='urn:xmpp:forward:0'>" TO_HOME "</forwarded></result></message>\n" FIN,
        .conforming = QUERY RESULT("queryid='f27' id='a1'", "2010-07-10T23:08:25Z") FIN,
        .kinds = kMessages,
        .check = result_without_delay,
        .parts = kMam,
    },
    {
        .id = "mam-muc-from-occupant",
        .tier = 3,
        .layer = Layer::kXep,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "XEP-0313 §6.1.2",
        .explanation =
            "The archive of a room keeps what was said to all: from an occupant's address, to nobody in "
            "particular. A 'to' would be that of the one occupant whose copy was kept, and tells everybody "
            "who asks an address that the room may hide.",
        .violating = ROOM_QUERY ROOM_RESULT(" to='tybalt@example.org/x'"),
        .conforming = ROOM_QUERY ROOM_RESULT(""),
        .kinds = kMessages,
        .check = muc_from_occupant,
        .parts = kMam,
    },
    {
        .id = "mam-fin-without-rsm",
        .tier = 2,
        .layer = Layer::kXep,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "XEP-0313 §4",
        .explanation =
            "<fin/> says how the page stands in the whole: its first and last id, mostly how many messages "
            "there are in all. The client needs the last id to ask for the next page. Also an empty page "
            "has a <set/>, with a count or with nothing in it.",
        .violating = QUERY "S: <iq id='q' type='result'><fin xmlns='urn:xmpp:mam:2' complete='true'/></iq>",
        .conforming = QUERY FIN,
        .kinds = on(EventKind::kIq),
        .check = fin_without_rsm,
        .parts = kMam,
    },
};

#undef ENABLE
#undef WRAP
#undef RECEIVED
#undef TO_HOME
#undef TO_BALCONY
#undef QUERY
#undef FIN
#undef RESULT
#undef ROOM_QUERY
#undef ROOM_RESULT

}  // namespace

RuleTable xep_archive_rules() {
  return {kRules};
}

}  // namespace parser::rules
