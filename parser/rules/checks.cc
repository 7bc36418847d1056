// Helpers that the checks of several layers share.
#include "parser/rules/checks.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "parser/jid/jid.h"

namespace parser::rules {
namespace {

constexpr size_t kQuotedBytes = 80;

}  // namespace

std::string quoted(std::string_view value) {
  std::string text = "'";
  size_t taken = 0;
  for (const char c : value) {
    const bool boundary = (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    if (taken >= kQuotedBytes && boundary) {
      text += "…";
      break;
    }
    text += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
    ++taken;
  }
  return text + "'";
}

std::string tag_name(const xml::Element& element) {
  std::string name = "<" + std::string(element.local.substr(0, kQuotedBytes));
  if (!element.ns.empty()) name += " xmlns=" + quoted(element.ns);
  return name + ">";
}

bool is_legacy(const SessionState& session) {
  const xml::ElementPtr& header = session.side(Direction::kC2S).header;
  return header != nullptr && header->find_attribute("version") == nullptr;
}

bool is_client_stream(const SessionState& session) {
  return session.content_namespace().empty() || session.content_namespace() == ns::kClient;
}

bool answered_by_server(const OpenIq& request, const SessionState& session) {
  if (request.to.empty()) return true;
  if (request.to.find('@') == std::string::npos) {
    return !session.domain().empty() && same_bare_jid(request.to, session.domain());
  }
  return has_address(session) && request.to.find('/') == std::string::npos &&
         same_bare_jid(request.to, session.bound_jid());
}

bool requests_known(const Context& context, const RuleCounters& memory) {
  return context.session.from_start() && !context.session.resumed() && context.session.forgotten_iqs() == 0 &&
         !received_edited(memory, context.event.direction, on(EventKind::kIq));
}

bool received_edited(const RuleCounters& memory, Direction sender, KindSet kinds) {
  return (memory.edited[index(opposite(sender))] & (kinds | on(EventKind::kEdit, EventKind::kDropped))) != 0;
}

const xml::Element* same_language(const Context& context, std::string_view name) {
  constexpr size_t kMost = 32;
  const StreamEvent& event = context.event;
  const xml::Element& stanza = *event.element;
  const bool each_says = context.profile == Profile::kRfc3920;
  std::string_view inherited = stanza.attribute("lang", kXmlNamespace);
  const xml::ElementPtr& header = context.session.side(event.direction).header;
  if (inherited.empty() && header != nullptr) inherited = header->attribute("lang", kXmlNamespace);
  std::vector<std::string> seen;
  const xml::Element* silent = nullptr;
  for (const xml::Element& child : stanza.children()) {
    if (child.local != name || child.ns != event.ns || seen.size() >= kMost) continue;
    const xml::Attribute* own = child.find_attribute("lang", kXmlNamespace);
    if (own == nullptr && silent == nullptr) silent = &child;
    std::string language(own != nullptr ? own->value : inherited);
    for (char& c : language) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    if (std::find(seen.begin(), seen.end(), language) != seen.end()) return &child;
    seen.push_back(std::move(language));
  }
  return each_says && seen.size() > 1 ? silent : nullptr;
}

bool is_domain_within(std::string_view jid, std::string_view domain) {
  if (domain.empty() || jid.find('@') != std::string_view::npos || jid.find('/') != std::string_view::npos) {
    return false;
  }
  for (std::string_view rest = jid;; rest.remove_prefix(rest.find('.') + 1)) {
    if (same_jid(rest, domain)) return true;
    if (rest.find('.') == std::string_view::npos) return false;
  }
}

}  // namespace parser::rules
