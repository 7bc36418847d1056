// Subscription rules of the presence layer (RFC 6121 §3): who may see whom, asked and answered by presence.
#include <algorithm>
#include <chrono>
#include <optional>
#include <string>

#include "parser/jid/jid.h"
#include "parser/rules/checks.h"
#include "parser/rules/rulebook.h"
#include "parser/stream/address_key.h"

namespace parser::rules {
namespace {

// Faster than anybody reads a name and decides.
constexpr Duration kHumanTime = std::chrono::milliseconds(500);
// By then the server has delivered the requests that waited for the client to become available.
constexpr Duration kDeliveryTime = std::chrono::seconds(5);

bool is_subscription(std::string_view type) {
  return type == "subscribe" || type == "subscribed" || type == "unsubscribe" || type == "unsubscribed";
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

void without_to(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (!is_subscription(event.stanza_type) || event.direction != Direction::kC2S || !event.to.empty()) return;
  if (event.element->find_attribute("to") != nullptr || !is_client_stream(context.session)) return;
  report.add("Presence of type " + quoted(event.stanza_type) + " has no 'to', so it concerns nobody.",
             event.element->start_tag);
}

void not_stamped_bare(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (!is_subscription(event.stanza_type) || event.direction != Direction::kS2C) return;
  if (!report.addresses().from().has_resource || !is_client_stream(context.session)) return;
  // Rooms and gateways know people by addresses that have a resource.
  const AccountState* account = context.session.account();
  if (account != nullptr && account->rooms().is_room(event.from)) return;
  At at;
  if (!report.addresses().from().has_local) at.at_most = Severity::kNote;
  report.add("Presence of type " + quoted(event.stanza_type) + " comes under the full JID " +
                 quoted(event.from) + "; servers put the bare one there.",
             event.element->start_tag, at);
}

void preapproval_not_advertised(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.stanza_type != "subscribed" || event.direction != Direction::kC2S || event.to.empty()) return;
  const SessionState& session = context.session;
  const AccountState* account = session.account();
  if (account == nullptr || !session.bound_since() || !is_client_stream(session)) return;
  if (session.features() == nullptr || !session.features_after_login()) return;
  if (session.offered("sub", "urn:xmpp:features:pre-approval")) return;
  if (account->subscriptions().last_approved() || account->subscriptions().forgot()) return;
  // Requests that nobody has answered come again when a client becomes available (RFC 6121 §3.1.3), so what
  // has not come some time after that does not exist; unless it was settled before, which the roster tells.
  const std::optional<Time>& since = account->presence().available_since();
  if (!since || event.time - *since < kDeliveryTime || !account->roster().complete()) return;
  const std::optional<RosterItem> item = account->roster().find(event.to);
  if (item && item->seen()) return;
  if (received_edited(report.memory(), Direction::kC2S, on(EventKind::kFeatures, EventKind::kPresence)))
    return;
  report.add("An approval for " + quoted(event.to) +
                 ", who has not asked; the server does not offer to keep it until they do.",
             event.element->start_tag);
}

enum Approval : uint8_t { kMirrorsId = 1, kAutomatic };

void approval(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.stanza_type != "subscribed" || event.direction != Direction::kC2S) return;
  const AccountState* account = context.session.account();
  if (account == nullptr || !account->subscriptions().last_approved()) return;
  const SubscriptionState::Request& request = *account->subscriptions().last_approved();
  // Two counters that stand at the same number are a coincidence.
  const bool counter =
      std::all_of(event.id.begin(), event.id.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (request.id != 0 && !counter && text_key(event.id) == request.id && report.of(kMirrorsId)) {
    report.add("The approval has the id " + quoted(event.id) + " of the request; it needs one of its own.",
               event.element->start_tag, {.frame = request.frame});
  }
  if (event.time - request.time >= kHumanTime || !report.of(kAutomatic)) return;
  // Asked for by the user, or known to them already.
  const std::optional<RosterItem> item = account->roster().find(event.to);
  if (request.turned_to || (item && (item->sees() || item->asked))) return;
  const auto waited =
      std::chrono::duration_cast<std::chrono::milliseconds>(event.time - request.time).count();
  report.add("The request was approved after " + std::to_string(waited) +
                 " ms, which is too fast for the user to have been asked.",
             event.element->start_tag, {.frame = request.frame});
}

constexpr KindSet kPresences = on(EventKind::kPresence);

constexpr Rule kRules[] = {
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
    {
        .id = "presence-subscribe-without-to",
        .tier = 2,
        .layer = Layer::kPresence,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "RFC 6121 §3.1.1; RFC 6121 §3.1.4; RFC 3921 §8.2",
        .explanation = "A subscription is between the user and one contact, so every step of it names that "
                       "contact. Without 'to' the presence is a broadcast, and a broadcast of this type "
                       "means nothing. The server cannot guess whom it was meant for.",
        .violating = "C: <presence type='subscribe'/>",
        .conforming = "C: <presence type='subscribe' to='romeo@example.net'/>",
        .kinds = kPresences,
        .check = without_to,
    },
    {
        .id = "presence-subscription-not-stamped-bare",
        .tier = 2,
        .layer = Layer::kPresence,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "RFC 6121 §3; RFC 6121 §3.1.2; RFC 3921 §8.2",
        .explanation = "Subscriptions are between accounts, so the sender's server puts the bare JID into "
                       "'from', whatever device the request came from. A contact's client that takes the "
                       "full JID as it comes approves a device. The next device of the same person is a "
                       "stranger to it.",
        .violating =
            "S: <presence type='subscribe' from='romeo@example.net/orchard' to='juliet@example.com'/>",
        .conforming = "S: <presence type='subscribe' from='romeo@example.net' to='juliet@example.com'/>",
        .kinds = kPresences,
        .check = not_stamped_bare,
    },
    {
        .id = "presence-preapproval-not-advertised",
        .tier = 3,
        .layer = Layer::kPresence,
        .severities = {std::nullopt, Severity::kWarning},
        .who = Who::kClient,
        .citation = "RFC 6121 §3.4.1",
        .explanation = "Approving somebody who has not asked is a promise: the server keeps it and grants "
                       "the request when it comes. It does so only if it offers pre-approval among its "
                       "features. Any other drops the approval without a word, and the user is asked after "
                       "all.",
        .violating =
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
            "[wait 10s]\n"
            "C: <presence type='subscribed' to='a@example.com'/>",
        .conforming =
            "[authenticated]\n"
            "S: <stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sub "
            "xmlns='urn:xmpp:features:pre-approval'/></stream:features>\n"
            "C: <iq id='b' type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>\n"
            "S: <iq id='b' type='result'><bind "
            "xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>juliet@example.com/balcony</jid></bind></"
            "iq>\n"
            "C: <iq id='r' type='get'><query xmlns='jabber:iq:roster'/></iq>\n"
            "S: <iq id='r' type='result'><query xmlns='jabber:iq:roster'></query></iq>\n"
            "C: <presence/>\n"
            "S: <presence from='juliet@example.com/balcony' to='juliet@example.com/balcony'/>\n"
            "[wait 10s]\n"
            "C: <presence type='subscribed' to='a@example.com'/>",
        .kinds = kPresences,
        .check = preapproval_not_advertised,
    },
    {
        .id = "presence-approval-mirrors-id",
        .tier = 3,
        .layer = Layer::kPresence,
        .severities = {std::nullopt, Severity::kWarning},
        .who = Who::kClient,
        .citation = "RFC 6121 §3.1.4",
        .explanation = "An approval is a stanza of its own and no answer in the sense of an iq, so it has "
                       "an id of its own. One that copies the id of the request looks like a reply to "
                       "clients that pair by id. Presence is never paired.",
        .violating = "S: <presence type='subscribe' id='ask-1' from='romeo@example.net' "
                     "to='juliet@example.com'/>\n"
                     "[wait 5s]\n"
                     "C: <presence type='subscribed' id='ask-1' to='romeo@example.net'/>",
        .conforming = "S: <presence type='subscribe' id='ask-1' from='romeo@example.net' "
                      "to='juliet@example.com'/>\n"
                      "[wait 5s]\n"
                      "C: <presence type='subscribed' id='h4v1c4kj' to='romeo@example.net'/>",
        .kinds = kPresences,
        .check = approval,
        .verdict = kMirrorsId,
    },
    {
        .id = "presence-auto-approved",
        .tier = 3,
        .layer = Layer::kPresence,
        .severities = {std::nullopt, Severity::kNote},
        .who = Who::kClient,
        .citation = "RFC 6121 §3.1.4; RFC 6121 §3.1.3",
        .explanation = "A request for a subscription is a question to the user: may this person see when "
                       "you are online? An approval within half a second was given by the program. Unless "
                       "the user wants that, or had asked the other side first, presence is given away "
                       "without consent.",
        .violating = "S: <presence type='subscribe' from='romeo@example.net' to='juliet@example.com'/>\n"
                     "[wait 20ms]\n"
                     "C: <presence type='subscribed' to='romeo@example.net'/>",
        .conforming = "S: <presence type='subscribe' from='romeo@example.net' to='juliet@example.com'/>\n"
                      "[wait 5s]\n"
                      "C: <presence type='subscribed' to='romeo@example.net'/>",
        .kinds = kPresences,
        .check = approval,
        .verdict = kAutomatic,
    },
};

}  // namespace

RuleTable subscription_rules() {
  return {kRules};
}

}  // namespace parser::rules
