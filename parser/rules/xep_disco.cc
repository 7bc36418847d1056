// Service discovery and entity capabilities (XEP-0030, XEP-0115). What a peer advertised, and how the client
// asks, is remembered by payload::Extensions; what was asked is the request that SessionState pairs.
#include <algorithm>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "parser/payload/caps.h"
#include "parser/payload/disco.h"
#include "parser/payload/names.h"
#include "parser/rules/checks.h"
#include "parser/rules/rulebook.h"

namespace parser::rules {
namespace {

using payload::DiscoInfo;
using payload::Part;
using xml::Element;

// The <query/> of a disco#info or disco#items answer; null where the event is none.
const Element* answer_in(const Context& context, std::string_view name) {
  const StreamEvent& event = context.event;
  if (event.stanza_type != "result" || event.payload == nullptr) return nullptr;
  return event.payload->is("query", name) ? event.payload : nullptr;
}

// The node that was asked for; "" where it is not known what was asked.
std::string_view asked_node(const Context& context) {
  const std::optional<OpenIq>& request = context.session.last_request();
  return request && context.session.last_match() == IqMatch::kAnswered
             ? std::string_view(request->payload_node)
             : std::string_view();
}

// A node can be anything, also a thing that is less than an entity.
bool about_entity(const Context& context, const Element& query) {
  return query.attribute("node").empty() && asked_node(context).empty();
}

void no_identity(const Context& context, Report& report) {
  const Element* query = answer_in(context, ns::kDiscoInfo);
  if (query == nullptr || query->child("identity", ns::kDiscoInfo) != nullptr) return;
  if (!about_entity(context, *query)) return;
  report.add("The disco#info answer has no <identity/>, so it does not say what answers here.",
             query->start_tag);
}

void identity_incomplete(const Context& context, Report& report) {
  const Element* query = answer_in(context, ns::kDiscoInfo);
  if (query == nullptr) return;
  for (const Element& child : query->children()) {
    if (!child.is("identity", ns::kDiscoInfo)) continue;
    const bool category = !child.attribute("category").empty();
    if (category && !child.attribute("type").empty()) continue;
    report.add(category ? "The identity of category " + quoted(child.attribute("category")) +
                              " has no type, which completes it."
                        : "The identity has no category, which says what kind of thing it is.",
               child.start_tag);
  }
}

void identity_conflict(const Context& context, Report& report) {
  const Element* query = answer_in(context, ns::kDiscoInfo);
  if (query == nullptr) return;
  const std::optional<DiscoInfo> info = payload::as_disco_info(*query);
  if (!info || info->identities.size() < 2) return;
  std::vector<payload::Identity> all = info->identities;
  const auto key = [](const payload::Identity& i) { return std::tie(i.category, i.type, i.lang); };
  std::stable_sort(all.begin(), all.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
  for (size_t i = 1; i < all.size(); ++i) {
    if (key(all[i - 1]) != key(all[i]) || all[i - 1].name == all[i].name) continue;
    report.add("The identity " + quoted(std::string(all[i].category) + "/" + std::string(all[i].type)) +
                   " is there with two names in one language, " + quoted(all[i - 1].name) + " and " +
                   quoted(all[i].name) + "; it has one.",
               all[i].element->start_tag);
  }
}

void feature_missing_var(const Context& context, Report& report) {
  const Element* query = answer_in(context, ns::kDiscoInfo);
  if (query == nullptr) return;
  for (const Element& child : query->children()) {
    if (!child.is("feature", ns::kDiscoInfo) || !child.attribute("var").empty()) continue;
    report.add("The <feature/> has no var, the attribute that names it.", child.range);
  }
}

void item_missing_jid(const Context& context, Report& report) {
  const Element* query = answer_in(context, ns::kDiscoItems);
  if (query == nullptr) return;
  for (const Element& child : query->children()) {
    if (!child.is("item", ns::kDiscoItems) || !child.attribute("jid").empty()) continue;
    report.add("The item has no jid, so nobody can turn to it; a node only refines an address.",
               child.start_tag);
  }
}

void node_not_mirrored(const Context& context, Report& report) {
  const Element* query = answer_in(context, ns::kDiscoInfo);
  if (query == nullptr) return;
  const std::string_view asked = asked_node(context);
  const std::string_view node = query->attribute("node");
  if (asked.empty() || asked == node || context.session.last_request()->payload_ns != ns::kDiscoInfo) return;
  report.add("The question was about node " + quoted(asked) + ", the answer is about " +
                 (node.empty() ? std::string("none") : quoted(node)) + "; it has to repeat the node.",
             query->start_tag, {.frame = context.session.last_request()->frame});
}

void no_self_feature(const Context& context, Report& report) {
  const Element* query = answer_in(context, ns::kDiscoInfo);
  if (query == nullptr || !about_entity(context, *query)) return;
  bool any = false;
  for (const Element& child : query->children()) {
    if (!child.is("feature", ns::kDiscoInfo)) continue;
    if (child.attribute("var") == ns::kDiscoInfo) return;
    any = true;
  }
  // One that tells nothing at all has a graver fault, or nothing to tell.
  if (!any) return;
  report.add(
      "The list of features lacks " + quoted(ns::kDiscoInfo) + ", which this answer shows to be there.",
      query->start_tag);
}

void duplicate_feature(const Context& context, Report& report) {
  const Element* query = answer_in(context, ns::kDiscoInfo);
  if (query == nullptr) return;
  std::vector<std::pair<std::string_view, const Element*>> features;
  using Key = std::tuple<std::string_view, std::string_view, std::string_view, std::string_view>;
  std::vector<std::pair<Key, const Element*>> identities;
  for (const Element& child : query->children()) {
    if (child.is("feature", ns::kDiscoInfo)) features.emplace_back(child.attribute("var"), &child);
    if (child.is("identity", ns::kDiscoInfo)) {
      identities.emplace_back(Key{child.attribute("category"), child.attribute("type"),
                                  child.attribute("lang", ns::kXml), child.attribute("name")},
                              &child);
    }
  }
  const auto by_key = [](const auto& a, const auto& b) { return a.first < b.first; };
  const auto same_key = [](const auto& a, const auto& b) { return a.first == b.first; };
  std::stable_sort(features.begin(), features.end(), by_key);
  const auto feature = std::adjacent_find(features.begin(), features.end(), same_key);
  if (feature != features.end() && !feature->first.empty()) {
    report.add("The feature " + quoted(feature->first) +
                   " is there twice, which makes every hash over this answer invalid.",
               feature[1].second->start_tag);
  }
  std::stable_sort(identities.begin(), identities.end(), by_key);
  const auto identity = std::adjacent_find(identities.begin(), identities.end(), same_key);
  if (identity != identities.end()) {
    report.add("The same identity, " +
                   quoted(std::string(std::get<0>(identity->first)) + "/" +
                          std::string(std::get<1>(identity->first))) +
                   ", is there twice, which makes every hash over this answer invalid.",
               identity[1].second->start_tag);
  }
}

void disco_flood(const Context& context, Report& report) {
  if (!context.extensions.disco_flood()) return;
  report.add("This is the " + std::to_string(payload::DiscoFlood::kMost) +
                 "th question within a minute that entity capabilities would have answered or spared; one "
                 "for each distinct hash is enough.",
             context.event.range);
}

// --- capabilities ----------------------------------------------------------------------------------------

void caps_missing_attributes(const Context& context, Report& report) {
  const Element* c = payload::find_part(*context.event.element, Part::kCaps);
  const std::optional<payload::Caps> caps = c == nullptr ? std::nullopt : payload::as_caps(*c);
  if (!caps) return;
  std::string missing;
  for (const auto& [name, value] : {std::pair("node", caps->node), std::pair("ver", caps->ver)}) {
    if (value.empty()) missing += (missing.empty() ? "" : " and ") + std::string(name);
  }
  if (!missing.empty()) {
    if (caps->hash.empty()) missing += " and hash";
    report.add("The <c/> lacks " + missing + ", so nothing can be looked up by it.", c->start_tag);
  } else if (caps->hash.empty()) {
    report.add(
        "The <c/> has no hash: this is the format from before version 1.4 of the specification, whose "
        "ver proves nothing.",
        c->start_tag, {.at_most = Severity::kNote});
  }
}

void caps_hash_mismatch(const Context& context, Report& report) {
  const Element* query = answer_in(context, ns::kDiscoInfo);
  if (query == nullptr) return;
  const StreamEvent& event = context.event;
  const bool client = event.direction == Direction::kC2S;
  if (!client && event.from.empty()) return;
  const payload::Advert* advert = context.extensions.caps().find(client ? std::string_view() : event.from);
  const std::string_view node = asked_node(context);
  // Only a question for the hash that was advertised last has to be answered with what is behind it.
  if (advert == nullptr || !advert->with_hash || !payload::names(*advert, node)) return;
  const std::optional<DiscoInfo> info = payload::as_disco_info(*query);
  const std::string_view ver = node.substr(node.rfind('#') + 1);
  if (!info || payload::verify(*info, advert->hash_name(), ver) != payload::CapsVerdict::kMismatch) return;
  At at;
  at.frame = context.session.last_request()->frame;
  // A server may have picked one language out of several.
  const bool languages = std::any_of(info->identities.begin(), info->identities.end(),
                                     [](const payload::Identity& one) { return !one.lang.empty(); });
  if (languages) at.at_most = Severity::kNote;
  report.add("The answer does not hash to " + quoted(ver) + ", which was advertised for it in presence; " +
                 std::string("whoever keeps it under that hash remembers something wrong."),
             query->start_tag, at);
}

void caps_query_wrong_node(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.stanza_type != "get" || event.payload == nullptr || !event.payload->is("query", ns::kDiscoInfo)) {
    return;
  }
  if (!event.payload->attribute("node").empty() || event.to.find('/') == std::string_view::npos) return;
  const payload::Advert* advert = context.extensions.caps().find(event.to);
  if (advert == nullptr || !advert->with_hash) return;
  if (received_edited(report.memory(), event.direction, on(EventKind::kPresence))) return;
  report.add(quoted(event.to) +
                 " has advertised its capabilities; a question about them names the node, that is "
                 "the node and the ver of the <c/> with a '#' between them.",
             event.payload->start_tag);
}

constexpr KindSet kIqs = on(EventKind::kIq);
constexpr payload::PartSet kInfo = payload::with(Part::kDiscoInfo);

#define ASK "C: <iq id='d' type='get' to='romeo@example.net/o'><query "
#define INFO "xmlns='http://jabber.org/protocol/disco#info'"
#define ITEMS "xmlns='http://jabber.org/protocol/disco#items'"
#define ANSWER "S: <iq id='d' type='result' from='romeo@example.net/o'><query "
#define SELF "<feature var='http://jabber.org/protocol/disco#info'/>"
#define PC "<identity category='client' type='pc'/>"
#define FLOOD(n) "C: <iq id='f" #n "' type='get' to='c" #n "@example.net/o'><query " INFO "/></iq>\n"
#define EXODUS                                                                               \
  "S: <presence from='romeo@example.net/o'><c xmlns='http://jabber.org/protocol/caps' "      \
  "hash='sha-1' node='http://code.google.com/p/exodus' ver='QgayPKawpkPSDYmwT/WM94uAlu0='/>" \
  "</presence>\n"
#define EXODUS_NODE "node='http://code.google.com/p/exodus#QgayPKawpkPSDYmwT/WM94uAlu0='"

constexpr Rule kRules[] = {
    {
        .id = "disco-info-no-identity",
        .tier = 2,
        .layer = Layer::kXep,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "XEP-0030 §3.1",
        .explanation =
            "Whatever can be asked is something: a client, a server, a room, an account. Identities say "
            "what, by category and type, and there is always at least one. Without any, a list of "
            "features hangs in the air, and clients do not know under which heading to show it.",
        .violating = ASK INFO "/></iq>\n" ANSWER INFO ">" SELF "<feature var='urn:xmpp:ping'/></query></iq>",
        .conforming = ASK INFO "/></iq>\n" ANSWER INFO ">" PC SELF "</query></iq>",
        .kinds = kIqs,
        .check = no_identity,
        .parts = kInfo,
    },
    {
        .id = "disco-identity-incomplete",
        .tier = 2,
        .layer = Layer::kXep,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "XEP-0030 §3.1",
        .explanation =
            "An identity is a pair: a category such as client or conference, and a type within it such "
            "as phone or text. One half says too little to act upon. The name is for people and "
            "optional.",
        .violating = ASK INFO "/></iq>\n" ANSWER INFO "><identity category='client'/>" SELF "</query></iq>",
        .conforming = ASK INFO "/></iq>\n" ANSWER INFO "><identity category='client' type='phone'/>" SELF
                               "</query></iq>",
        .kinds = kIqs,
        .check = identity_incomplete,
        .parts = kInfo,
    },
    {
        .id = "disco-identity-conflict",
        .tier = 2,
        .layer = Layer::kXep,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "XEP-0030 §3.1",
        .explanation =
            "An entity may be several things, and one thing may have its name in several languages. But "
            "in one language it has one name: two identities that differ in nothing but the name leave "
            "it to chance which of them people see.",
        .violating = ASK INFO "/></iq>\n" ANSWER INFO "><identity category='client' type='pc' name='Psi'/>"
                              "<identity category='client' type='pc' name='Exodus'/>" SELF "</query></iq>",
        .conforming = ASK INFO
        "/></iq>\n" ANSWER INFO "><identity category='client' type='pc' xml:lang='en' name='Psi'/>"
        "<identity category='client' type='pc' xml:lang='el' name='Ψ'/>" SELF "</query></iq>",
        .kinds = kIqs,
        .check = identity_conflict,
        .parts = kInfo,
    },
    {
        .id = "disco-feature-missing-var",
        .tier = 2,
        .layer = Layer::kXep,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "XEP-0030 §3.1",
        .explanation =
            "A feature is named in its var, mostly by the namespace of the protocol that is supported. "
            "Text inside the element is not looked at, so a feature without var is as good as not "
            "advertised.",
        .violating =
            ASK INFO "/></iq>\n" ANSWER INFO ">" PC SELF "<feature>urn:xmpp:ping</feature></query></iq>",
        .conforming =
            ASK INFO "/></iq>\n" ANSWER INFO ">" PC SELF "<feature var='urn:xmpp:ping'/></query></iq>",
        .kinds = kIqs,
        .check = feature_missing_var,
        .parts = kInfo,
    },
    {
        .id = "disco-item-missing-jid",
        .tier = 2,
        .layer = Layer::kXep,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "XEP-0030 §4.1",
        .explanation =
            "An item is something that can be turned to, and in XMPP that takes an address. A node may "
            "say which thing at the address is meant. On its own it leads nowhere, not even back to who "
            "gave the answer.",
        .violating = ASK ITEMS "/></iq>\n" ANSWER ITEMS "><item node='books'/></query></iq>",
        .conforming =
            ASK ITEMS "/></iq>\n" ANSWER ITEMS "><item jid='pubsub.example.com' node='books'/></query></iq>",
        .kinds = kIqs,
        .check = item_missing_jid,
        .parts = payload::with(Part::kDiscoItems),
    },
    {
        .id = "disco-node-not-mirrored",
        .tier = 2,
        .layer = Layer::kXep,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "XEP-0030 §3.2",
        .explanation =
            "A question about a node gets an answer about that node, and the answer says so by repeating "
            "it. Otherwise a cache cannot tell whether the answer is about the node or about the entity "
            "as a whole, as from software that ignores nodes.",
        .violating = ASK INFO " node='http://jabber.org/protocol/commands'/></iq>\n" ANSWER INFO
                              "><identity category='automation' type='command-list'/></query></iq>",
        .conforming = ASK INFO " node='http://jabber.org/protocol/commands'/></iq>\n" ANSWER INFO
                               " node='http://jabber.org/protocol/commands'>"
                               "<identity category='automation' type='command-list'/></query></iq>",
        .kinds = kIqs,
        .check = node_not_mirrored,
        .parts = kInfo,
    },
    {
        .id = "disco-info-no-self-feature",
        .tier = 3,
        .layer = Layer::kXep,
        .severities = kWarnings,
        .who = Who::kEither,
        .citation = "XEP-0030 §3.1",
        .explanation =
            "Whoever answers a disco#info question supports disco#info, and the list of features is "
            "meant to be complete. Receivers can infer the missing entry, but hashes over the list and "
            "tests for conformance take it as it stands.",
        .violating = ASK INFO "/></iq>\n" ANSWER INFO ">" PC "<feature var='urn:xmpp:ping'/></query></iq>",
        .conforming =
            ASK INFO "/></iq>\n" ANSWER INFO ">" PC SELF "<feature var='urn:xmpp:ping'/></query></iq>",
        .kinds = kIqs,
        .check = no_self_feature,
        .parts = kInfo,
    },
    {
        .id = "disco-info-duplicate-feature",
        .tier = 3,
        .layer = Layer::kXep,
        .severities = kWarnings,
        .who = Who::kEither,
        .citation = "XEP-0115 §5.4",
        .explanation =
            "A list of features is a set. An entry that is there twice says nothing more, but it makes "
            "the answer ill-formed for entity capabilities: receivers must not accept any hash over it, "
            "so everybody asks again and again. Mostly two plugins have registered the same feature.",
        .violating = ASK INFO "/></iq>\n" ANSWER INFO ">" PC SELF
                              "<feature var='urn:xmpp:ping'/><feature var='urn:xmpp:ping'/></query></iq>",
        .conforming =
            ASK INFO "/></iq>\n" ANSWER INFO ">" PC SELF "<feature var='urn:xmpp:ping'/></query></iq>",
        .kinds = kIqs,
        .check = duplicate_feature,
        .parts = kInfo,
    },
    {
        .id = "disco-flood",
        .tier = 3,
        .layer = Layer::kXep,
        .severities = kNotes,
        .who = Who::kClient,
        .citation = "XEP-0030 §6.1",
        .explanation =
            "A client that asks each of its contacts what they support sends hundreds of questions at "
            "login, and all its contacts' clients do the same. Entity capabilities exist to spare that: "
            "presence carries a hash, equal hashes mean equal answers, and one question for each new "
            "hash is enough.",
        .violating = FLOOD(1) FLOOD(2) FLOOD(3) FLOOD(4) FLOOD(5) FLOOD(6) FLOOD(7) FLOOD(8) FLOOD(9)
            FLOOD(10) FLOOD(11) FLOOD(12) FLOOD(13) FLOOD(14) FLOOD(15) FLOOD(16) FLOOD(17) FLOOD(18)
                FLOOD(19) FLOOD(20),
        .conforming =
            EXODUS "C: <iq id='d' type='get' to='romeo@example.net/o'><query " INFO " " EXODUS_NODE "/></iq>",
        .kinds = kIqs,
        .check = disco_flood,
        .parts = kInfo,
    },
    {
        .id = "caps-missing-attributes",
        .tier = 2,
        .layer = Layer::kXep,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "XEP-0115 §4",
        .explanation =
            "The <c/> in presence consists of three attributes: node says which software, ver is the hash "
            "of all that it supports, hash says by which function. Receivers ask for node#ver once and "
            "keep the answer under the hash, so each of the three is needed. Without hash it is the "
            "format of before 2007, which proves nothing and is only noted.",
        .violating = "C: <presence><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' "
                     "node='http://code.google.com/p/exodus'/></presence>",
        .conforming =
            "C: <presence><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' "
            "node='http://code.google.com/p/exodus' ver='QgayPKawpkPSDYmwT/WM94uAlu0='/></presence>",
        .kinds = on(EventKind::kPresence),
        .check = caps_missing_attributes,
        .parts = payload::with(Part::kCaps),
    },
    {
        .id = "caps-hash-mismatch",
        .tier = 2,
        .layer = Layer::kXep,
        .severities = kWarnings,
        .who = Who::kEither,
        .citation = "XEP-0115 §5.4; XEP-0115 §5.1",
        .explanation =
            "Answers are kept under the hash that was advertised and used for everybody who advertises "
            "it. So an answer counts only if it really hashes to that value; otherwise one client could "
            "make up the features of another. The hash covers identities, features and forms, each "
            "sorted by bytes. A client that builds it from something else than it answers has this "
            "fault, and nobody can cache what it supports.",
        .violating = EXODUS ASK INFO " " EXODUS_NODE "/></iq>\n" ANSWER INFO " " EXODUS_NODE ">" PC SELF
                                     "</query></iq>",
        .conforming = EXODUS ASK INFO " " EXODUS_NODE "/></iq>\n" ANSWER INFO " " EXODUS_NODE
                                      "><identity category='client' name='Exodus 0.9.1' type='pc'/>"
                                      "<feature var='http://jabber.org/protocol/caps'/>" SELF
                                      "<feature var='http://jabber.org/protocol/disco#items'/>"
                                      "<feature var='http://jabber.org/protocol/muc'/></query></iq>",
        .kinds = kIqs,
        .check = caps_hash_mismatch,
        .parts = kInfo,
    },
    {
        .id = "caps-query-wrong-node",
        .tier = 3,
        .layer = Layer::kXep,
        .severities = kWarnings,
        .who = Who::kClient,
        .citation = "XEP-0115 §6.2",
        .explanation =
            "A question about capabilities goes to the full JID that advertised them and names the node, "
            "made of the node and the ver of the <c/>. An answer to it can be checked against the hash "
            "and kept for everybody with the same one. An answer to a question without the node is about "
            "this one client at this moment.",
        .violating = EXODUS ASK INFO "/></iq>",
        .conforming = EXODUS ASK INFO " " EXODUS_NODE "/></iq>",
        .kinds = kIqs,
        .check = caps_query_wrong_node,
        .parts = kInfo,
    },
};

#undef ASK
#undef INFO
#undef ITEMS
#undef ANSWER
#undef SELF
#undef PC
#undef FLOOD
#undef EXODUS
#undef EXODUS_NODE

}  // namespace

RuleTable xep_disco_rules() {
  return {kRules};
}

}  // namespace parser::rules
