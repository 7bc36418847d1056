// Helpers that the checks of several layers share.
#include "parser/rules/checks.h"

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

bool is_undeclared_stream_prefix(const StreamEvent& event) {
  if (!event.websocket || !event.error) return false;
  if (event.error->code != xml::ErrorCode::kNamespaceNotWellFormed) return false;
  // The words of libxml2; the range is that of the tag.
  return event.error->context.find(" prefix stream on features ") != std::string::npos ||
         event.error->context.find(" prefix stream on error ") != std::string::npos;
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
