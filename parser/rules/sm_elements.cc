// Finding the elements, and wording where a count went wrong.
#include "parser/rules/sm_elements.h"

#include "parser/rules/checks.h"

namespace parser::rules {
namespace {

const xml::Element* find_in(const xml::Element& parent, std::string_view local) {
  for (const xml::Element& child : parent.children()) {
    if (child.local == local && (child.ns == ns::kSm3 || child.ns == ns::kSm2)) return &child;
  }
  return nullptr;
}

}  // namespace

const xml::Element* sm_element(const StreamEvent& event, std::string_view local) {
  const xml::Element* element = event.element.get();
  if (element == nullptr) return nullptr;
  if (event.kind == EventKind::kSm) return element->local == local ? element : nullptr;
  if (event.kind != EventKind::kSasl || event.ns != ns::kSasl2) return nullptr;
  if (const xml::Element* direct = find_in(*element, local)) return direct;
  const xml::Element* bind = element->child_in(ns::kBind2);
  return bind == nullptr ? nullptr : find_in(*bind, local);
}

std::string place_of(const CountedStanza& stanza) {
  std::string text = "the <" + std::string(name(stanza.kind())) + "/>";
  if (!stanza.id().empty()) text += " with id " + quoted(stanza.id());
  return text + " in frame " + std::to_string(stanza.frame());
}

std::string drift_of(const StreamManagement::Claim& claim) {
  using Fault = StreamManagement::Fault;
  std::string text;
  if (claim.stanza.frame() != 0) {
    text = claim.fitted != 0 ? " The h in frame " + std::to_string(claim.fitted) + " fitted; from number "
                             : " From number ";
    text += std::to_string(claim.first) + " on, " + place_of(claim.stanza) + ", the count no longer does.";
  } else if (claim.fault == Fault::kTooHigh && claim.fitted != 0 && claim.first == claim.sent + 1) {
    text = " The h in frame " + std::to_string(claim.fitted) + " fitted, and no stanza has been sent since.";
  }
  if (claim.fault != Fault::kTooHigh) return text;
  const uint32_t extra = claim.h - claim.sent;
  if (extra == claim.too_early) {
    text += " It would fit if what came between <enable/> and <enabled/> counted.";
  } else if (extra == claim.not_counted) {
    text += " It would fit if elements that are no stanzas, such as <r/>, counted.";
  }
  return text;
}

}  // namespace parser::rules
