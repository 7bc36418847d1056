// One request has one action; <options/>, <configure/> and <publish-options/> accompany another one.
#include "parser/payload/pubsub.h"

#include <array>

namespace parser::payload {
namespace {

bool accompanies(std::string_view local) {
  return local == "publish-options" || local == "options" || local == "configure";
}

std::string at_node(const Pubsub& pubsub) {
  return pubsub.node.empty() ? std::string() : " " + plain(pubsub.node, phrase::kExcerpt);
}

struct Verb {
  std::string_view action;
  std::string_view words;
};
// What a set does; the node stands behind it.
constexpr std::array kVerbs{
    Verb{"publish", "publishes to"},
    Verb{"retract", "retracts from"},
    Verb{"subscribe", "subscribes to"},
    Verb{"unsubscribe", "unsubscribes from"},
    Verb{"create", "creates node"},
    Verb{"delete", "deletes node"},
    Verb{"purge", "purges node"},
    Verb{"configure", "configures node"},
    Verb{"options", "changes options of"},
    Verb{"affiliations", "changes affiliations of"},
    Verb{"subscriptions", "changes subscriptions of"},
};

std::string words_of(const Scene& scene, std::string_view noun) {
  const std::optional<Pubsub> pubsub = as_pubsub(scene.payload);
  if (!pubsub) return phrase::unknown(scene.payload);
  if (pubsub->element == nullptr)
    return std::string(noun) + (scene.result() ? " done" : " without an action");
  if (scene.set()) {
    for (const Verb& verb : kVerbs) {
      if (verb.action != pubsub->action) continue;
      std::string out = std::string(verb.words) + (pubsub->node.empty() ? " no node" : at_node(*pubsub));
      if (pubsub->items.size() > 1) out += ", " + phrase::counted(pubsub->items.size(), "item", "items");
      return out;
    }
  }
  std::string out = std::string(noun) + " " + plain(pubsub->action, 20);
  if (scene.get()) return out + " query" + (pubsub->node.empty() ? "" : " for" + at_node(*pubsub));
  if (!pubsub->node.empty()) out += " of" + at_node(*pubsub);
  if (pubsub->action == "items") out += ": " + std::to_string(pubsub->items.size());
  return scene.result() && pubsub->action == "publish" ? "published to" + at_node(*pubsub) : out;
}

}  // namespace

std::optional<Pubsub> as_pubsub(const xml::Element& element) {
  const bool known = element.is("pubsub", ns::kPubsub) || element.is("pubsub", ns::kPubsubOwner) ||
                     element.is("event", ns::kPubsubEvent);
  if (!known) return std::nullopt;
  Pubsub pubsub;
  for (const xml::Element& child : element.children()) {
    if (child.local == "publish-options") pubsub.options = data_form_in(child);
    if (pubsub.element == nullptr || (accompanies(pubsub.action) && !accompanies(child.local))) {
      pubsub.action = child.local;
      pubsub.element = &child;
    }
  }
  if (pubsub.element == nullptr) return pubsub;
  pubsub.node = pubsub.element->attribute("node");
  for (const xml::Element& child : pubsub.element->children()) {
    if (child.local == "retract") ++pubsub.retracted;
    if (child.local != "item") continue;
    pubsub.items.push_back({child.attribute("id"), child.child_count(), child.first_child(), &child});
  }
  return pubsub;
}

std::string pubsub_words(const Scene& scene) {
  return words_of(scene, "pubsub");
}

std::string pubsub_owner_words(const Scene& scene) {
  return words_of(scene, "pubsub owner");
}

std::string pubsub_event_words(const Scene& scene) {
  const std::optional<Pubsub> event = as_pubsub(scene.payload);
  if (!event || event->element == nullptr) return "pubsub event";
  std::string out = "event of" + (event->node.empty() ? " no node" : at_node(*event));
  if (event->action != "items") return out + ": " + plain(event->action, 20);
  if (!event->items.empty()) out += ": " + phrase::counted(event->items.size(), "item", "items");
  if (event->retracted > 0) out += ": " + std::to_string(event->retracted) + " retracted";
  return out;
}

}  // namespace parser::payload
