// Roster rules of the iq layer (RFC 6121 §2): what may stand in a get, a set, a result and a push, and which
// of them follows which. What the roster holds is remembered by RosterState.
#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "parser/jid/jid.h"
#include "parser/rules/checks.h"
#include "parser/rules/rulebook.h"

namespace parser::rules {
namespace {

using xml::Element;

constexpr std::string_view kRoster = kRosterNamespace;

ByteRange tag_range(const StreamEvent& event) {
  return event.element != nullptr ? event.element->start_tag : event.range;
}

// The query of a roster iq of that type on a client's stream; null: it is none.
const Element* roster_query(const Context& context, Direction direction, std::string_view type) {
  const StreamEvent& event = context.event;
  if (event.payload == nullptr || event.payload->ns != kRoster || event.payload->local != "query")
    return nullptr;
  if (event.direction != direction || event.stanza_type != type) return nullptr;
  return is_client_stream(context.session) ? event.payload : nullptr;
}

const Element* client_set(const Context& context) {
  return roster_query(context, Direction::kC2S, "set");
}

// Calls `judge` for each item of the query.
template <typename Judge>
void each_item(const Element* query, const Judge& judge) {
  if (query == nullptr) return;
  for (const Element& child : query->children()) {
    if (child.is("item", kRoster)) judge(child);
  }
}

size_t items_in(const Element& query) {
  size_t count = 0;
  each_item(&query, [&count](const Element&) { ++count; });
  return count;
}

std::string contact(const Element& item) {
  return quoted(item.attribute("jid"));
}

void get_with_items(const Context& context, Report& report) {
  const Element* query = roster_query(context, Direction::kC2S, "get");
  if (query == nullptr || query->first_child() == nullptr) return;
  report.add("The request for the roster has something inside of its query, which must be empty.",
             query->range);
}

void set_not_one_item(const Context& context, Report& report) {
  const Element* query = client_set(context);
  const size_t items = query == nullptr ? 1 : items_in(*query);
  if (items == 1) return;
  report.add("The roster set has " + std::to_string(items) + " items; a set changes exactly one.",
             query->range);
}

void item_missing_jid(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.payload == nullptr || event.payload->ns != kRoster || event.stanza_type == "get") return;
  if (event.stanza_type == "error") return;  // an echo of what was refused
  if (!is_client_stream(context.session)) return;
  each_item(event.payload, [&report](const Element& item) {
    if (item.find_attribute("jid") != nullptr) return;
    report.add("A roster item has no jid, so it is about nobody.", item.start_tag);
  });
}

void set_with_ask(const Context& context, Report& report) {
  each_item(client_set(context), [&report](const Element& item) {
    if (item.find_attribute("ask") == nullptr) return;
    report.add("The roster set for " + contact(item) +
                   " has the attribute 'ask', which only the server sets; presence of type subscribe asks.",
               item.start_tag);
  });
}

void set_subscription_ignored(const Context& context, Report& report) {
  each_item(client_set(context), [&report](const Element& item) {
    const std::string_view value = item.attribute("subscription");
    if (value.empty() || value == "remove") return;
    report.add("The roster set for " + contact(item) + " says subscription=" + quoted(value) +
                   "; the server ignores every value but 'remove'.",
               item.start_tag);
  });
}

void set_with_approved(const Context& context, Report& report) {
  each_item(client_set(context), [&report](const Element& item) {
    if (item.find_attribute("approved") == nullptr) return;
    report.add("The roster set for " + contact(item) +
                   " has the attribute 'approved', which only the server sets; presence of type subscribed "
                   "approves.",
               item.start_tag);
  });
}

void duplicate_group(const Context& context, Report& report) {
  constexpr size_t kMost = 32;  // groups of one item that are compared
  each_item(client_set(context), [&report](const Element& item) {
    std::vector<std::string> seen;
    for (const Element& group : item.children()) {
      if (!group.is("group", kRoster) || seen.size() >= kMost) continue;
      std::string name = group.text();
      if (!name.empty() && std::find(seen.begin(), seen.end(), name) != seen.end()) {
        report.add("The item of " + contact(item) + " names the group " + quoted(name) + " twice.",
                   group.range);
      }
      seen.push_back(std::move(name));
    }
  });
}

void empty_group(const Context& context, Report& report) {
  each_item(client_set(context), [&report](const Element& item) {
    for (const Element& group : item.children()) {
      if (!group.is("group", kRoster) || !group.text().empty()) continue;
      report.add("The item of " + contact(item) +
                     " has a group without a name; a contact in no group has no <group/> at all.",
                 group.range);
    }
  });
}

// --- the server's
// --------------------------------------------------------------------------------------------

bool is_foreign_push(const Context& context) {
  const StreamEvent& event = context.event;
  const std::string_view own = has_address(context.session) ? context.session.bound_jid() : event.to;
  return !event.from.empty() && !own.empty() &&
         !same_bare_jid(event.from, own, context.session.jid_profile());
}

void push_foreign_from(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.from.empty() || roster_query(context, Direction::kS2C, "set") == nullptr) return;
  if (!is_foreign_push(context)) return;
  const std::string_view own = has_address(context.session) ? context.session.bound_jid() : event.to;
  At at;
  // Remote roster management (XEP-0321): a gateway of the own domain may be entitled to it.
  if (is_domain_within(event.from, split_jid(own).domain, context.session.jid_profile()))
    at.at_most = Severity::kNote;
  report.add("A roster push from " + quoted(event.from) + ": only the own account, " + quoted(bare_of(own)) +
                 ", may change the roster, so the client must ignore it.",
             tag_range(event), at);
}

void push_not_one_item(const Context& context, Report& report) {
  const Element* query = roster_query(context, Direction::kS2C, "set");
  const size_t items = query == nullptr ? 1 : items_in(*query);
  if (items == 1 || is_foreign_push(context)) return;
  report.add("The roster push has " + std::to_string(items) + " items; it tells of exactly one contact.",
             query->range);
}

void result_subscription_invalid(const Context& context, Report& report) {
  each_item(roster_query(context, Direction::kS2C, "result"), [&report](const Element& item) {
    const std::string_view value = item.attribute("subscription");
    if (value == "both" || value == "to" || value == "from" || value == "none") return;
    if (item.find_attribute("subscription") == nullptr) return;  // none
    report.add("The item of " + contact(item) + " has the subscription " + quoted(value) +
                   "; in a roster there are none, to, from and both.",
               item.start_tag);
  });
}

void result_without_query(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const SessionState& session = context.session;
  if (event.direction != Direction::kS2C || event.payload != nullptr || event.stanza_type != "result") return;
  const std::optional<OpenIq>& request = session.last_request();
  if (session.last_match() != IqMatch::kAnswered || !request || request->payload_ns != kRoster) return;
  if (request->type != "get" || !answered_by_server(*request, session) || !is_client_stream(session)) return;
  // A client that keeps a copy may be told that it is good; one request among several is enough to keep
  // silent.
  if (session.account() == nullptr || session.account()->roster().versioned_get() != 0) return;
  if (received_edited(report.memory(), Direction::kS2C, on(EventKind::kIq))) return;
  report.add("The roster was asked for without 'ver', but the result has no <query/>, not even an empty one.",
             event.range, {.frame = request->frame});
}

// --- what has to follow
// --------------------------------------------------------------------------------------

void set_no_push(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const AccountState* account = context.session.account();
  if (account == nullptr || account->roster().changes().empty() || event.direction != Direction::kS2C) return;
  RuleCounters& memory = report.memory();
  for (const RosterChange& change : account->roster().changes()) {
    if (!change.granted || event.time - change.granted_at < context.iq_timeout) continue;
    if (!change.visible || !account->roster().requested() || !context.session.from_start()) continue;
    if (received_edited(memory, Direction::kS2C, on(EventKind::kIq)))
      continue;  // the set, as the server got it
    if ((memory.edited[index(Direction::kS2C)] & on(EventKind::kDropped)) != 0) continue;
    if (!report.first(Once::kNoRosterPush, event.direction)) return;
    report.add(
        "The server granted a change of the roster but has not pushed it, though this client had asked for "
        "the roster.",
        event.range, {.frame = change.frame});
  }
}

void not_requested(const Context& context, Report& report) {
  const AccountState* account = context.session.account();
  if (account == nullptr || !account->presence().last_was_initial() || account->roster().requested()) return;
  if (!context.session.bound_since() || !is_client_stream(context.session)) return;
  report.add(
      "The client becomes available before it has asked for its roster; until it asks, it gets no roster "
      "pushes.",
      tag_range(context.event));
}

void ver_not_advertised(const Context& context, Report& report) {
  const Element* query = roster_query(context, Direction::kC2S, "get");
  if (query == nullptr || query->find_attribute("ver") == nullptr) return;
  const SessionState& session = context.session;
  // Not while the features of the logged-in stream are still to come.
  if (session.features() == nullptr || !session.features_after_login()) return;
  if (session.offered("ver", "urn:xmpp:features:rosterver")) return;
  if (received_edited(report.memory(), Direction::kC2S, on(EventKind::kFeatures))) return;
  report.add("The request for the roster has a 'ver', but the server has not offered roster versioning.",
             query->start_tag);
}

constexpr KindSet kIqs = on(EventKind::kIq);

constexpr Rule kRules[] = {
    {
        .id = "roster-push-foreign-from",
        .tier = 1,
        .layer = Layer::kIq,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6121 §2.1.6; RFC 3921 §7.2",
        .explanation =
            "The contact list lives at the own account, and the server pushes changes in its name: "
            "without 'from', or from the own bare JID. A client that accepts pushes from others lets "
            "strangers add themselves, rename contacts and redirect conversations. Such a push is "
            "dropped; an answer to it may be withheld.",
        .violating = "S: <iq id='x' type='set' from='evil@example.net/x'><query xmlns='jabber:iq:roster'>"
                     "<item jid='evil@example.net' subscription='both'/></query></iq>",
        .conforming = "[bound juliet@example.com/balcony]\n"
                      "S: <iq id='x' type='set'><query xmlns='jabber:iq:roster'>"
                      "<item jid='a@example.com' subscription='both'/></query></iq>\n"
                      "S: <iq id='y' type='set' from='juliet@example.com'><query xmlns='jabber:iq:roster'>"
                      "<item jid='a@example.com' subscription='both'/></query></iq>",
        .kinds = kIqs,
        .check = push_foreign_from,
    },
    {
        .id = "roster-get-with-items",
        .tier = 2,
        .layer = Layer::kIq,
        .severities = {std::nullopt, Severity::kError},
        .who = Who::kClient,
        .citation = "RFC 6121 §2.1.3",
        .explanation = "A get of the roster asks for all of it, and the empty query says so. Items inside "
                       "of it look like a filter or a change but are neither: a server ignores them or "
                       "refuses the whole request. Changes are made with a set, one item at a time.",
        .violating = "C: <iq id='r' type='get'><query xmlns='jabber:iq:roster'><item "
                     "jid='a@example.com'/></query></iq>",
        .conforming = "C: <iq id='r' type='get'><query xmlns='jabber:iq:roster'/></iq>\n"
                      "S: <iq id='r' type='result'><query xmlns='jabber:iq:roster'><item "
                      "jid='a@example.com'/></query></iq>",
        .kinds = kIqs,
        .check = get_with_items,
    },
    {
        .id = "roster-set-not-one-item",
        .tier = 2,
        .layer = Layer::kIq,
        .severities = {std::nullopt, Severity::kError},
        .who = Who::kClient,
        .citation = "RFC 6121 §2.1.5; RFC 6121 §2.3.3",
        .explanation = "A roster set changes one contact. With several items it would be open what a "
                       "refusal concerns and how many of the changes were made, so the server answers "
                       "bad-request. RFC 3921 still allowed more by its syntax, and few servers took them.",
        .violating = "C: <iq id='s' type='set'><query xmlns='jabber:iq:roster'><item "
                     "jid='a@example.com'/><item jid='b@example.com'/></query></iq>",
        .conforming = "C: <iq id='s1' type='set'><query xmlns='jabber:iq:roster'><item "
                      "jid='a@example.com'/></query></iq>\n"
                      "C: <iq id='s2' type='set'><query xmlns='jabber:iq:roster'><item "
                      "jid='b@example.com'/></query></iq>",
        .kinds = kIqs,
        .check = set_not_one_item,
    },
    {
        .id = "roster-item-missing-jid",
        .tier = 2,
        .layer = Layer::kIq,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6121 §2.1.2.3; RFC 3921 §7.1",
        .explanation = "The jid is the key under which a contact is kept; the name is only for people to "
                       "read. An item without it says something about nobody. It is refused in a set and "
                       "useless in a result.",
        .violating = "C: <iq id='s' type='set'><query xmlns='jabber:iq:roster'><item "
                     "name='Romeo'/></query></iq>",
        .conforming = "C: <iq id='s' type='set'><query xmlns='jabber:iq:roster'><item "
                      "jid='romeo@example.net' name='Romeo'/></query></iq>",
        .kinds = kIqs,
        .check = item_missing_jid,
    },
    {
        .id = "roster-set-with-ask",
        .tier = 2,
        .layer = Layer::kIq,
        .severities = {std::nullopt, Severity::kError},
        .who = Who::kClient,
        .citation = "RFC 6121 §2.1.2.2",
        .explanation = "The flag 'ask' is how the server tells its clients that a subscription request is "
                       "under way. It follows from presence of type subscribe and from nothing else. A "
                       "client that writes it changes nothing: the server ignores it, and no request goes "
                       "out.",
        .violating = "C: <iq id='s' type='set'><query xmlns='jabber:iq:roster'><item jid='a@example.com' "
                     "ask='subscribe'/></query></iq>",
        .conforming = "C: <iq id='s' type='set'><query xmlns='jabber:iq:roster'><item "
                      "jid='a@example.com'/></query></iq>\n"
                      "C: <presence type='subscribe' to='a@example.com'/>",
        .kinds = kIqs,
        .check = set_with_ask,
    },
    {
        .id = "roster-set-subscription-ignored",
        .tier = 2,
        .layer = Layer::kIq,
        .severities = kNotes,
        .who = Who::kClient,
        .citation = "RFC 6121 §2.1.2.5; RFC 6121 §2.1.5; RFC 3921 §8.2; RFC 3921 §7.5",
        .explanation = "Who sees whose presence is settled by presence stanzas between the two, never by "
                       "one side's list. So in a set the server reads only one value of 'subscription': "
                       "remove, which deletes the contact. Every other value is skipped, also where a "
                       "client merely sends back the item as it got it.",
        .violating = "C: <iq id='s' type='set'><query xmlns='jabber:iq:roster'><item jid='a@example.com' "
                     "subscription='both'/></query></iq>",
        .conforming = "C: <iq id='s' type='set'><query xmlns='jabber:iq:roster'><item jid='a@example.com' "
                      "subscription='remove'/></query></iq>",
        .kinds = kIqs,
        .check = set_subscription_ignored,
    },
    {
        .id = "roster-push-not-one-item",
        .tier = 2,
        .layer = Layer::kIq,
        .severities = {std::nullopt, Severity::kError},
        .who = Who::kServer,
        .citation = "RFC 6121 §2.1.6",
        .explanation = "A push tells of one contact that was added, changed or removed. Clients read the "
                       "first item and stop there. A push with none says nothing, and of one with several a "
                       "client may lose all but the first.",
        .violating = "S: <iq id='x' type='set'><query xmlns='jabber:iq:roster'/></iq>",
        .conforming = "S: <iq id='x' type='set'><query xmlns='jabber:iq:roster'><item jid='a@example.com' "
                      "subscription='none'/></query></iq>",
        .kinds = kIqs,
        .check = push_not_one_item,
    },
    {
        .id = "roster-result-subscription-invalid",
        .tier = 2,
        .layer = Layer::kIq,
        .severities = kWarnings,
        .who = Who::kServer,
        .citation = "RFC 6121 §2.1.2.5; RFC 3921 §7.1",
        .explanation = "A subscription is none, to, from or both, and an absent attribute means none. The "
                       "value remove is an order, or in a push the news that it was carried out; an item "
                       "that is in the roster cannot have it. Clients treat unknown values each in their "
                       "own way.",
        .violating = "C: <iq id='r' type='get'><query xmlns='jabber:iq:roster'/></iq>\n"
                     "S: <iq id='r' type='result'><query xmlns='jabber:iq:roster'><item jid='a@example.com' "
                     "subscription='remove'/></query></iq>",
        .conforming = "C: <iq id='r' type='get'><query xmlns='jabber:iq:roster'/></iq>\n"
                      "S: <iq id='r' type='result'><query xmlns='jabber:iq:roster'><item jid='a@example.com' "
                      "subscription='both'/><item jid='b@example.com'/></query></iq>",
        .kinds = kIqs,
        .check = result_subscription_invalid,
    },
    {
        .id = "roster-result-without-query",
        .tier = 2,
        .layer = Layer::kIq,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "RFC 6121 §2.1.4; RFC 6121 §2.6",
        .explanation = "A roster comes inside of a query, also when it is empty. A result with nothing in "
                       "it means something else: the copy that the client keeps is up to date. Only a "
                       "client that named its copy with a 'ver' attribute can make sense of that; any other "
                       "ends up without contacts.",
        .violating = "C: <iq id='r' type='get'><query xmlns='jabber:iq:roster'/></iq>\n"
                     "S: <iq id='r' type='result'/>",
        .conforming = "C: <iq id='r' type='get'><query xmlns='jabber:iq:roster' ver='ver14'/></iq>\n"
                      "S: <iq id='r' type='result'/>",
        .kinds = kIqs,
        .check = result_without_query,
    },
    {
        .id = "roster-set-with-approved",
        .tier = 3,
        .layer = Layer::kIq,
        .severities = {std::nullopt, Severity::kWarning},
        .who = Who::kClient,
        .citation = "RFC 6121 §2.1.2.1",
        .explanation = "The flag 'approved' says that a contact's request will be granted when it comes. It "
                       "is set by sending presence of type subscribed ahead of the request. A server skips "
                       "it in a roster set, so the user believes in an approval that does not exist.",
        .violating = "C: <iq id='s' type='set'><query xmlns='jabber:iq:roster'><item jid='a@example.com' "
                     "approved='true'/></query></iq>",
        .conforming = "C: <iq id='s' type='set'><query xmlns='jabber:iq:roster'><item "
                      "jid='a@example.com'/></query></iq>",
        .kinds = kIqs,
        .check = set_with_approved,
    },
    {
        .id = "roster-duplicate-group",
        .tier = 3,
        .layer = Layer::kIq,
        .severities = {std::nullopt, Severity::kWarning},
        .who = Who::kClient,
        .citation = "RFC 6121 §2.3.3",
        .explanation = "A contact may be in several groups, but in each only once. Servers answer a "
                       "repeated group with bad-request, and then nothing of the item is stored. Names are "
                       "compared as they stand here, since how else they compare was left open.",
        .violating = "C: <iq id='s' type='set'><query xmlns='jabber:iq:roster'><item "
                     "jid='a@example.com'><group>Work</group><group>Work</group></item></query></iq>",
        .conforming = "C: <iq id='s' type='set'><query xmlns='jabber:iq:roster'><item "
                      "jid='a@example.com'><group>Work</group><group>Friends</group></item></query></iq>",
        .kinds = kIqs,
        .check = duplicate_group,
    },
    {
        .id = "roster-empty-group",
        .tier = 3,
        .layer = Layer::kIq,
        .severities = {std::nullopt, Severity::kWarning},
        .who = Who::kClient,
        .citation = "RFC 6121 §2.3.3",
        .explanation = "A contact that belongs to no group has no group element. An empty one would be a "
                       "group without a name, which servers refuse with not-acceptable. The rest of the "
                       "change is refused with it.",
        .violating = "C: <iq id='s' type='set'><query xmlns='jabber:iq:roster'><item "
                     "jid='a@example.com'><group/></item></query></iq>",
        .conforming = "C: <iq id='s' type='set'><query xmlns='jabber:iq:roster'><item "
                      "jid='a@example.com'/></query></iq>",
        .kinds = kIqs,
        .check = empty_group,
    },
    {
        .id = "roster-set-no-push",
        .tier = 3,
        .layer = Layer::kIq,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "RFC 6121 §2.3.2; RFC 3921 §7.4",
        .explanation = "A granted change is pushed to every device that asked for the roster, the one that "
                       "made it included. Clients change what they show when the push comes, not when the "
                       "result does. Without it the user's devices disagree until the next login. Push and "
                       "result may come in either order.",
        .violating = "C: <iq id='r' type='get'><query xmlns='jabber:iq:roster'/></iq>\n"
                     "S: <iq id='r' type='result'><query xmlns='jabber:iq:roster'></query></iq>\n"
                     "C: <iq id='s' type='set'><query xmlns='jabber:iq:roster'><item "
                     "jid='a@example.com'/></query></iq>\n"
                     "S: <iq id='s' type='result'/>\n"
                     "[wait 61s]\n"
                     "S: <message from='romeo@example.net/orchard' type='chat'><body>Hi</body></message>",
        .conforming = "C: <iq id='r' type='get'><query xmlns='jabber:iq:roster'/></iq>\n"
                      "S: <iq id='r' type='result'><query xmlns='jabber:iq:roster'></query></iq>\n"
                      "C: <iq id='s' type='set'><query xmlns='jabber:iq:roster'><item "
                      "jid='a@example.com'/></query></iq>\n"
                      "S: <iq id='p' type='set'><query xmlns='jabber:iq:roster'><item jid='a@example.com' "
                      "subscription='none'/></query></iq>\n"
                      "S: <iq id='s' type='result'/>\n"
                      "C: <iq id='p' type='result'/>\n"
                      "[wait 61s]\n"
                      "S: <message from='romeo@example.net/orchard' type='chat'><body>Hi</body></message>",
        .kinds = kStanzas | on(EventKind::kSm),
        .check = set_no_push,
    },
    {
        .id = "roster-not-requested",
        .tier = 3,
        .layer = Layer::kIq,
        .severities = kNotes,
        .who = Who::kClient,
        .citation = "RFC 6121 §2.2; RFC 3921 §7.3",
        .explanation = "A device that asks for the roster before it becomes available is interested: "
                       "changes are pushed to it, and it is told of subscription requests. Without that it "
                       "works with what it remembers, or with nothing. Bots and clients on narrow links do "
                       "so on purpose.",
        .violating =
            "[authenticated]\n"
            "S: <stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>\n"
            "C: <iq id='b' type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>\n"
            "S: <iq id='b' type='result'><bind "
            "xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>juliet@example.com/balcony</jid></bind></"
            "iq>\n"
            "C: <presence/>",
        .conforming =
            "[authenticated]\n"
            "S: <stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>\n"
            "C: <iq id='b' type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>\n"
            "S: <iq id='b' type='result'><bind "
            "xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>juliet@example.com/balcony</jid></bind></"
            "iq>\n"
            "C: <iq id='r' type='get'><query xmlns='jabber:iq:roster'/></iq>\n"
            "S: <iq id='r' type='result'><query xmlns='jabber:iq:roster'></query></iq>\n"
            "C: <presence/>",
        .kinds = on(EventKind::kPresence),
        .check = not_requested,
    },
    {
        .id = "roster-ver-not-advertised",
        .tier = 3,
        .layer = Layer::kIq,
        .severities = {std::nullopt, Severity::kWarning},
        .who = Who::kClient,
        .citation = "RFC 6121 §2.6.2",
        .explanation = "With 'ver' a client says which copy of the roster it has, so that only news need be "
                       "sent. It may do so where the server offers roster versioning in its features. A "
                       "server that knows nothing of it may refuse an attribute that it did not ask for.",
        .violating =
            "[authenticated]\n"
            "S: <stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>\n"
            "C: <iq id='b' type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>\n"
            "S: <iq id='b' type='result'><bind "
            "xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>juliet@example.com/balcony</jid></bind></"
            "iq>\n"
            "C: <iq id='r' type='get'><query xmlns='jabber:iq:roster' ver=''/></iq>",
        .conforming =
            "[authenticated]\n"
            "S: <stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><ver "
            "xmlns='urn:xmpp:features:rosterver'/></stream:features>\n"
            "C: <iq id='b' type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>\n"
            "S: <iq id='b' type='result'><bind "
            "xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>juliet@example.com/balcony</jid></bind></"
            "iq>\n"
            "C: <iq id='r' type='get'><query xmlns='jabber:iq:roster' ver=''/></iq>",
        .kinds = kIqs,
        .check = ver_not_advertised,
    },
};

}  // namespace

RuleTable roster_rules() {
  return {kRules};
}

}  // namespace parser::rules
