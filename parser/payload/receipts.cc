// One pass; the first of each counts.
#include "parser/payload/receipts.h"

namespace parser::payload {

Receipts receipts_in(const xml::Element& message) {
  Receipts out;
  for (const xml::Element& child : message.children()) {
    if (child.ns != ns::kReceipts) continue;
    if (child.local == "request" && out.request == nullptr) out.request = &child;
    if (child.local == "received" && out.received == nullptr) {
      out.received = &child;
      out.id = child.attribute("id");
    }
  }
  return out;
}

std::string receipt_words(const Scene& scene) {
  if (scene.payload.local == "request") return "asks for a receipt";
  const std::string_view id = scene.payload.attribute("id");
  return id.empty() ? "delivery receipt" : "delivery receipt for " + phrase::in_quotes(id, 40);
}

}  // namespace parser::payload
