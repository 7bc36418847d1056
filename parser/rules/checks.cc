// Helpers that the checks of several layers share.
#include "parser/rules/checks.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "parser/jid/jid.h"
#include "parser/xml/utf8.h"

namespace parser::rules {
namespace {

constexpr size_t kQuotedBytes = 80;

}  // namespace

std::string quoted(std::string_view value) {
  std::string text = "'";
  size_t taken = 0;
  for (const char c : value) {
    if (taken >= kQuotedBytes && !xml::is_utf8_continuation(c)) {
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

const xml::Element* stanza_error_child(const xml::Element& stanza) {
  for (const xml::Element& child : stanza.children()) {
    if (child.local == "error" && (child.ns == stanza.ns || is_content_namespace(child.ns))) return &child;
  }
  return nullptr;
}

ByteRange attribute_range(const StreamEvent& event, const xml::Element& element, std::string_view name) {
  const ByteRange& tag = element.start_tag;
  if (!event.range.contains(tag) || event.bytes.size() != event.range.size()) return tag;
  const std::string_view text = event.bytes.substr(tag.begin - event.range.begin, tag.size());
  constexpr std::string_view kBlank = " \t\r\n";
  size_t at = text.find_first_of(kBlank);  // behind the element's name
  while (at != std::string_view::npos) {
    const size_t begin = text.find_first_not_of(kBlank, at);
    const size_t equals = begin == std::string_view::npos ? begin : text.find('=', begin);
    const size_t open = equals == std::string_view::npos ? equals : text.find_first_of("'\"", equals);
    const size_t close = open == std::string_view::npos ? open : text.find(text[open], open + 1);
    if (close == std::string_view::npos) break;
    std::string_view found = text.substr(begin, equals - begin);
    found = found.substr(0, found.find_first_of(kBlank));
    if (found == name) return {tag.begin + begin, tag.begin + close + 1};
    at = close + 1;
  }
  return tag;
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
    return !session.domain().empty() && same_bare_jid(request.to, session.domain(), session.jid_profile());
  }
  return has_address(session) && request.to.find('/') == std::string::npos &&
         same_bare_jid(request.to, session.bound_jid(), session.jid_profile());
}

bool requests_known(const Context& context, const RuleCounters& memory) {
  return context.session.from_start() && !context.session.resumed() && context.session.forgotten_iqs() == 0 &&
         !received_edited(memory, context.event.direction, on(EventKind::kIq));
}

bool received_edited(const RuleCounters& memory, Direction sender, KindSet kinds) {
  return (memory.edited[index(opposite(sender))] & (kinds | on(EventKind::kEdit, EventKind::kDropped))) != 0;
}

bool is_needless_header(const Context& context, const RuleCounters& memory) {
  const Direction sender = context.event.direction;
  const SessionState& session = context.session;
  const rules::Before& before = context.before;
  if (!before.header_seen[index(sender)] || before.closed[index(sender)] || !session.from_start())
    return false;
  if (before.authenticated || memory.compressed) return false;
  if (received_edited(memory, sender, on(EventKind::kStartTls, EventKind::kSasl))) return false;
  // A server that answers a header of the client's does so right or wrong.
  if (sender == Direction::kS2C) {
    return session.side(Direction::kS2C).headers > session.side(Direction::kC2S).headers;
  }
  if (memory.login_requested) return false;
  switch (before.phase) {
    case Phase::kHeaderSent:
    case Phase::kAwaitFeatures:
    case Phase::kFeaturesPlain:
    case Phase::kFeaturesTls:
    case Phase::kSasl2Offered:
    case Phase::kLegacy:
      return true;
    default:
      return false;
  }
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

bool is_undeclared_stream_prefix(const StreamEvent& event) {
  if (!event.websocket || !event.error) return false;
  if (event.error->code != xml::ErrorCode::kNamespaceNotWellFormed) return false;
  // The words of libxml2; the range is that of the tag.
  return event.error->context.find(" prefix stream on features ") != std::string::npos ||
         event.error->context.find(" prefix stream on error ") != std::string::npos;
}

bool is_domain_within(std::string_view jid, std::string_view domain, JidProfile profile) {
  if (domain.empty() || jid.find('@') != std::string_view::npos || jid.find('/') != std::string_view::npos) {
    return false;
  }
  for (std::string_view rest = jid;; rest.remove_prefix(rest.find('.') + 1)) {
    if (same_jid(rest, domain, profile)) return true;
    if (rest.find('.') == std::string_view::npos) return false;
  }
}

}  // namespace parser::rules
