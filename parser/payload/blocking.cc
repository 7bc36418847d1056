// An <unblock/> without items means everybody.
#include "parser/payload/blocking.h"

namespace parser::payload {

std::optional<Blocking> as_blocking(const xml::Element& element) {
  if (element.ns != ns::kBlocking) return std::nullopt;
  Blocking out{element.local, {}};
  for (const xml::Element& child : element.children()) {
    if (child.local == "item") out.addresses.push_back(child.attribute("jid"));
  }
  return out;
}

std::string blocking_words(const Scene& scene) {
  const std::optional<Blocking> blocking = as_blocking(scene.payload);
  if (!blocking) return phrase::unknown(scene.payload);
  const size_t count = blocking->addresses.size();
  if (blocking->action == "blocklist") {
    return scene.get() ? "block list request"
                       : "block list: " + phrase::counted(count, "address", "addresses");
  }
  std::string out = blocking->action == "block"     ? "blocks "
                    : blocking->action == "unblock" ? "unblocks "
                                                    : plain(blocking->action, 20) + " ";
  if (count == 0) return out + (blocking->action == "unblock" ? "everybody" : "nobody");
  if (count == 1) return out + plain(blocking->addresses.front(), phrase::kExcerpt);
  return out + phrase::counted(count, "address", "addresses");
}

}  // namespace parser::payload
