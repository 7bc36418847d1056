// Reads both kinds of answers. An answer to a capabilities query names the hash that it should have in its
// node, so the summary can say whether it has, without knowing who advertised it.
#include "parser/payload/disco.h"

#include <algorithm>

#include "parser/payload/caps.h"

namespace parser::payload {

bool DiscoInfo::supports(std::string_view feature) const {
  return std::find(features.begin(), features.end(), feature) != features.end();
}

std::optional<DiscoInfo> as_disco_info(const xml::Element& query) {
  if (!query.is("query", ns::kDiscoInfo)) return std::nullopt;
  DiscoInfo info;
  info.node = query.attribute("node");
  for (const xml::Element& child : query.children()) {
    if (child.ns == ns::kDataForms) {
      if (std::optional<DataForm> form = as_data_form(child)) info.forms.push_back(*std::move(form));
    } else if (child.ns != ns::kDiscoInfo) {
      continue;
    } else if (child.local == "identity") {
      info.identities.push_back({child.attribute("category"), child.attribute("type"),
                                 child.attribute("name"), child.attribute("lang", ns::kXml), &child});
    } else if (child.local == "feature") {
      info.features.push_back(child.attribute("var"));
    }
  }
  return info;
}

std::optional<DiscoItems> as_disco_items(const xml::Element& query) {
  if (!query.is("query", ns::kDiscoItems)) return std::nullopt;
  DiscoItems items;
  items.node = query.attribute("node");
  for (const xml::Element& child : query.children()) {
    if (!child.is("item", ns::kDiscoItems)) continue;
    items.items.push_back({child.attribute("jid"), child.attribute("node"), child.attribute("name")});
  }
  return items;
}

std::string disco_info_words(const Scene& scene) {
  const std::optional<DiscoInfo> info = as_disco_info(scene.payload);
  if (!info) return phrase::unknown(scene.payload);
  const bool caps = looks_like_caps_node(info->node);
  std::string out = "disco#info";
  if (!scene.result()) {
    out += " query" + scene.who(" to ");
    if (caps) return out + ", by capabilities";
    return info->node.empty() ? out : out + ", node " + plain(info->node, 50);
  }
  out += scene.who(" of ") + ": ";
  if (!info->identities.empty()) {
    const Identity& first = info->identities.front();
    out += plain(first.category, 20) + "/" + plain(first.type, 20) + ", ";
  }
  out += phrase::counted(info->features.size(), "feature", "features");
  if (caps) {
    switch (verify_node(*info)) {
      case CapsVerdict::kVerified:
        out += ", hash verified";
        break;
      case CapsVerdict::kMismatch:
        out += ", hash does not match";
        break;
      case CapsVerdict::kIllFormed:
        out += ", cannot be hashed";
        break;
      case CapsVerdict::kUnknownHash:
        break;
    }
  } else if (!info->node.empty()) {
    out += ", node " + plain(info->node, 40);
  }
  return out;
}

std::string disco_items_words(const Scene& scene) {
  const std::optional<DiscoItems> items = as_disco_items(scene.payload);
  if (!items) return phrase::unknown(scene.payload);
  std::string out = "disco#items";
  if (!scene.result()) {
    out += " query" + scene.who(" to ");
  } else {
    out += scene.who(" of ") + ": " + phrase::counted(items->items.size(), "item", "items");
  }
  return items->node.empty() ? out : out + ", node " + plain(items->node, 40);
}

}  // namespace parser::payload
