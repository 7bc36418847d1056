// The old version has its keys directly in the header, the new one groups them by address.
#include "parser/payload/omemo.h"

namespace parser::payload {
namespace {

OmemoMessage read(const xml::Element& encrypted) {
  OmemoMessage out;
  out.old = encrypted.ns == ns::kAxolotl;
  out.element = &encrypted;
  out.header = encrypted.child("header");
  out.has_payload = encrypted.child("payload") != nullptr;
  if (out.header == nullptr) return out;
  out.sender = out.header->attribute("sid");
  for (const xml::Element& child : out.header->children()) {
    if (child.local == "key") ++out.keys;
    if (child.local == "keys") out.keys += child.child_count();
  }
  return out;
}

}  // namespace

bool is_omemo(std::string_view name) {
  return name == ns::kOmemo2 || name == ns::kAxolotl;
}

std::optional<OmemoMessage> omemo_in(const xml::Element& message) {
  for (const xml::Element& child : message.children()) {
    if (child.local == "encrypted" && is_omemo(child.ns)) return read(child);
  }
  return std::nullopt;
}

bool is_omemo_node(std::string_view node) {
  if (node.starts_with(ns::kOmemo2)) {
    const std::string_view rest = node.substr(ns::kOmemo2.size());
    return rest == ":devices" || rest == ":bundles";
  }
  if (!node.starts_with(ns::kAxolotl)) return false;
  const std::string_view rest = node.substr(ns::kAxolotl.size());
  return rest == ".devicelist" || rest.starts_with(".bundles:");
}

std::string omemo_words(const Scene& scene) {
  if (scene.payload.local != "encrypted") return "OMEMO " + plain(scene.payload.local, 20);
  const OmemoMessage message = read(scene.payload);
  std::string out = message.has_payload ? "encrypted message (OMEMO)" : "OMEMO keys without a message";
  if (message.keys > 0) out += ", for " + phrase::counted(message.keys, "device", "devices");
  return out;
}

}  // namespace parser::payload
