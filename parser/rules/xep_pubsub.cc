// Publish and subscribe, personal events (XEP-0060, XEP-0163).
#include <string>

#include "parser/payload/names.h"
#include "parser/payload/omemo.h"
#include "parser/payload/pubsub.h"
#include "parser/rules/checks.h"
#include "parser/rules/rulebook.h"

namespace parser::rules {
namespace {

using payload::Part;
using xml::Element;

// The <publish/> of a set; null where the event is none.
const Element* publish_in(const StreamEvent& event) {
  if (event.stanza_type != "set" || event.payload == nullptr || !event.payload->is("pubsub", ns::kPubsub)) {
    return nullptr;
  }
  return event.payload->child("publish", ns::kPubsub);
}

void publish_missing_node(const Context& context, Report& report) {
  const Element* publish = publish_in(context.event);
  if (publish == nullptr || !publish->attribute("node").empty()) return;
  report.add("The <publish/> names no node, so there is nothing that its item could go to.",
             publish->start_tag);
}

void publish_multiple_items(const Context& context, Report& report) {
  const Element* publish = publish_in(context.event);
  if (publish == nullptr) return;
  const Element* first = nullptr;
  for (const Element& child : publish->children()) {
    if (child.local != "item") continue;
    if (first != nullptr) {
      report.add("The <publish/> has a second item; one request publishes one.", child.start_tag);
      return;
    }
    first = &child;
  }
}

void item_multiple_payloads(const Context& context, Report& report) {
  const Element* publish = publish_in(context.event);
  if (publish == nullptr) return;
  for (const Element& item : publish->children()) {
    if (item.local != "item" || item.first_child() == nullptr) continue;
    const size_t count = item.child_count();
    if (count < 2) continue;
    report.add("The item has " + std::to_string(count) + " payload elements; it holds exactly one.",
               item.start_tag);
  }
}

// What belongs to the owner of a node. Asking for one's own affiliations does not.
bool is_owners(const Element& action, bool set) {
  if (action.local == "delete" || action.local == "purge") return true;
  return set && (action.local == "affiliations" || action.local == "subscriptions");
}

void owner_namespace(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.payload == nullptr || event.payload->local != "pubsub") return;
  const bool set = event.stanza_type == "set";
  if (!set && event.stanza_type != "get") return;
  const bool owner = event.payload->ns == ns::kPubsubOwner;
  const bool creates = event.payload->child("create") != nullptr;
  for (const Element& action : event.payload->children()) {
    const bool wrong = owner ? action.local == "publish" || action.local == "retract" ||
                                   action.local == "subscribe" || action.local == "items"
                             : is_owners(action, set) || (action.local == "configure" && !creates);
    if (!wrong) continue;
    report.add("<" + std::string(action.local) + "/> belongs into " +
                   quoted(owner ? ns::kPubsub : ns::kPubsubOwner) + ", not into " +
                   quoted(event.payload->ns) + ".",
               action.start_tag);
    return;
  }
}

void pep_event_from_wrong(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kS2C || event.from.empty() || event.stanza_type == "error") return;
  const JidSplit& from = report.addresses().from();
  if (!from.has_local || !from.has_resource) return;
  report.add("The event comes from " + quoted(event.from) + "; personal events come from the account, " +
                 quoted(bare_of(event.from)) + ".",
             event.element->start_tag);
}

void omemo_device_list_access(const Context& context, Report& report) {
  const Element* publish = publish_in(context.event);
  if (publish == nullptr || !payload::is_omemo_node(publish->attribute("node"))) return;
  const std::optional<payload::Pubsub> pubsub = payload::as_pubsub(*context.event.payload);
  const std::string_view access =
      pubsub && pubsub->options ? pubsub->options->value("pubsub#access_model") : std::string_view();
  if (access == "open") return;
  const std::string node = quoted(publish->attribute("node"));
  if (access.empty()) {
    // The node may have been configured before.
    report.add("The request does not say who may read " + node +
                   "; strangers need it to write to this account, so its access model has to be open.",
               publish->start_tag, {.at_most = Severity::kNote});
  } else {
    report.add("The access model of " + node + " is to be " + quoted(access) +
                   "; it has to be open, or strangers cannot write to this account.",
               publish->start_tag);
  }
}

constexpr KindSet kIqs = on(EventKind::kIq);
constexpr payload::PartSet kPlain = payload::with(Part::kPubsub);

#define PUBSUB "<pubsub xmlns='http://jabber.org/protocol/pubsub'>"
#define SET "C: <iq id='p1' type='set'>" PUBSUB
#define END "</pubsub></iq>"
#define OPTIONS(model)                                                                            \
  "<publish-options><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'>" \
  "<value>http://jabber.org/protocol/pubsub#publish-options</value></field>"                      \
  "<field var='pubsub#access_model'><value>" model "</value></field></x></publish-options>"
#define DEVICES                                                           \
  "<publish node='urn:xmpp:omemo:2:devices'><item id='current'><devices " \
  "xmlns='urn:xmpp:omemo:2'><device id='12345'/></devices></item></publish>"

constexpr Rule kRules[] = {
    {
        .id = "pubsub-publish-missing-node",
        .tier = 2,
        .layer = Layer::kXep,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "XEP-0060 §7.1.1",
        .explanation =
            "A node is what is subscribed to and what keeps items. Publishing says by its name where the "
            "item goes; without it the service can only answer with nodeid-required. Other requests can "
            "be about a service as a whole, this one cannot.",
        .violating = SET "<publish><item id='a'><a xmlns='urn:example:a'/></item></publish>" END,
        .conforming =
            SET "<publish node='urn:example:n'><item id='a'><a xmlns='urn:example:a'/></item></publish>" END,
        .kinds = kIqs,
        .check = publish_missing_node,
        .parts = kPlain,
    },
    {
        .id = "pubsub-publish-multiple-items",
        .tier = 3,
        .layer = Layer::kXep,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "XEP-0060 §7.1.1",
        .explanation =
            "Several items in one request were allowed once and were taken out again, since an answer "
            "could not say which of them failed. Services today refuse the request, or publish the first "
            "item and forget the others. Send one request for each; they may be under way together.",
        .violating = SET "<publish node='urn:example:n'><item id='1'><a xmlns='urn:example:a'/></item>"
                         "<item id='2'><a xmlns='urn:example:a'/></item></publish>" END,
        .conforming =
            SET "<publish node='urn:example:n'><item id='1'><a xmlns='urn:example:a'/></item></publish>" END,
        .kinds = kIqs,
        .check = publish_multiple_items,
        .parts = kPlain,
    },
    {
        .id = "pubsub-item-multiple-payloads",
        .tier = 3,
        .layer = Layer::kXep,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "XEP-0060 §7.1.3.6",
        .explanation =
            "An item is an envelope around one element, and the namespace of that element says what it "
            "is. With two of them a subscriber cannot tell which one counts; services refuse the item "
            "with invalid-payload. On nodes that only notify, an item may be empty.",
        .violating = SET "<publish node='urn:example:n'><item id='1'><a xmlns='urn:example:a'/>"
                         "<b xmlns='urn:example:b'/></item></publish>" END,
        .conforming =
            SET "<publish node='urn:example:n'><item id='1'><a xmlns='urn:example:a'/></item></publish>" END,
        .kinds = kIqs,
        .check = item_multiple_payloads,
        .parts = kPlain,
    },
    {
        .id = "pubsub-owner-namespace",
        .tier = 3,
        .layer = Layer::kXep,
        .severities = kWarnings,
        .who = Who::kClient,
        .citation = "XEP-0060 §8",
        .explanation =
            "What publishers and subscribers do has one namespace, what owners do to a node, such as to "
            "configure or to delete it, has another, so that rights can be checked by the namespace "
            "alone. In the wrong one the request is not known and comes back as bad-request or "
            "feature-not-implemented.",
        .violating = SET "<delete node='urn:example:n'/>" END,
        .conforming = "C: <iq id='p1' type='set'><pubsub xmlns='http://jabber.org/protocol/pubsub#owner'>"
                      "<delete node='urn:example:n'/></pubsub></iq>",
        .kinds = kIqs,
        .check = owner_namespace,
        .parts = payload::with(Part::kPubsub, Part::kPubsubOwner),
    },
    {
        .id = "pep-event-from-wrong",
        .tier = 2,
        .layer = Layer::kXep,
        .severities = kWarnings,
        .who = Who::kServer,
        .citation = "XEP-0163 §4.3.1",
        .explanation =
            "Avatars, moods and device lists belong to an account, not to one of its devices, and the "
            "account's server sends them in the name of the bare JID. An event from a full JID was "
            "written by a client, so nothing vouches for it; a receiver that takes it would let anybody "
            "who may write to it change what it knows.",
        .violating =
            "S: <message from='romeo@example.net/orchard' to='juliet@example.com/balcony' "
            "type='headline'><event xmlns='http://jabber.org/protocol/pubsub#event'><items "
            "node='http://jabber.org/protocol/mood'><item id='1'><mood "
            "xmlns='http://jabber.org/protocol/mood'><happy/></mood></item></items></event></message>",
        .conforming =
            "S: <message from='romeo@example.net' to='juliet@example.com/balcony' "
            "type='headline'><event xmlns='http://jabber.org/protocol/pubsub#event'><items "
            "node='http://jabber.org/protocol/mood'><item id='1'><mood "
            "xmlns='http://jabber.org/protocol/mood'><happy/></mood></item></items></event></message>",
        .kinds = on(EventKind::kMessage),
        .check = pep_event_from_wrong,
        .parts = payload::with(Part::kPubsubEvent),
    },
    {
        .id = "omemo-device-list-access",
        .tier = 3,
        .layer = Layer::kXep,
        .severities = kWarnings,
        .who = Who::kClient,
        .citation = "XEP-0384 §5.3.1; XEP-0384 §5.3.2",
        .explanation =
            "Who wants to write to somebody with OMEMO needs the list of their devices and the keys of "
            "each, also before either has the other as a contact. The usual access model of personal "
            "nodes shows them to contacts only. So the lists and bundles are published with the access "
            "model open; where a request says nothing of it, the node may have been configured before, "
            "and that is only noted.",
        .violating = SET DEVICES OPTIONS("whitelist") END,
        .conforming = SET DEVICES OPTIONS("open") END,
        .kinds = kIqs,
        .check = omemo_device_list_access,
        .parts = kPlain,
    },
};

#undef PUBSUB
#undef SET
#undef END
#undef OPTIONS
#undef DEVICES

}  // namespace

RuleTable xep_pubsub_rules() {
  return {kRules};
}

}  // namespace parser::rules
