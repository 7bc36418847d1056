// Remembers the last bind request and whether sessions are asked for here.
#include "parser/stream/binding.h"

#include "parser/stream/stanza.h"

namespace parser {
namespace {

constexpr size_t kMostResource = 1023;  // bytes, RFC 7622 §3.4

}  // namespace

void Binding::on_request(const xml::Element& bind) {
  ++requests_;
  const xml::Element* resource = bind.child("resource", ns::kBind);
  std::string text = resource == nullptr ? std::string() : resource->text();
  left_to_server_ = text.empty();
  if (text.size() > kMostResource) text.clear();
  requested_ = std::move(text);
}

void Binding::on_features(const xml::Element& features) {
  const xml::Element* session = features.child("session", ns::kSession);
  session_offered_ = session != nullptr && session->child("optional", ns::kSession) == nullptr;
}

}  // namespace parser
