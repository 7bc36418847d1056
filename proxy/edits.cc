// Walks the parsed features and names the ranges of the elements that are to go. Nothing is serialised anew:
// what is not named stays as the server wrote it, to the byte.
#include "proxy/edits.h"

#include <string>
#include <string_view>

#include "proxy/namespaces.h"

namespace proxy {
namespace {

using parser::Direction;
using parser::Edit;
using parser::xml::Element;

constexpr std::string_view kBindingReason =
    "the proxy ends TLS on both sides, so a login that is bound to the TLS channel would fail";

std::string_view trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

Edit removal(const Element& element, std::string_view name, std::string_view reason) {
  Edit edit;
  edit.direction = Direction::kS2C;
  edit.range = element.range;
  edit.name = name;
  edit.reason = reason;
  return edit;
}

bool is_plus_mechanism(const Element& element) {
  if (element.local != "mechanism") return false;
  const std::string text = element.text();
  return trim(text).ends_with("-PLUS");
}

void add_from(const Element& parent, std::vector<Edit>& edits) {
  for (const Element& child : parent.children()) {
    const bool bound = (child.ns == parent.ns && is_plus_mechanism(child)) ||
                       child.is("sasl-channel-binding", ns::kChannelBinding);
    if (bound) edits.push_back(removal(child, "hide-channel-binding", kBindingReason));
  }
}

}  // namespace

bool is_features(const Element& element) {
  return element.is("features", ns::kStreams);
}

std::vector<Edit> hide_channel_binding(const Element& features) {
  std::vector<Edit> edits;
  for (const Element& child : features.children()) {
    if (child.is("sasl-channel-binding", ns::kChannelBinding)) {
      edits.push_back(removal(child, "hide-channel-binding", kBindingReason));
    } else if (child.is("mechanisms", ns::kSasl) || child.is("authentication", ns::kSasl2)) {
      add_from(child, edits);
    }
  }
  return edits;
}

std::vector<Edit> hide_starttls(const Element& features) {
  std::vector<Edit> edits;
  for (const Element& child : features.children()) {
    if (child.is("starttls", ns::kTls)) {
      edits.push_back(removal(child, "hide-starttls",
                              "the link to the server is to stay unencrypted (--upstream-security none)"));
    }
  }
  return edits;
}

}  // namespace proxy
