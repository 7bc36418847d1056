// Nothing is found out here: the phase's table and the table of namespaces are put together.
#include "parser/explanation.h"

#include <algorithm>

#include "parser/payload/errors.h"
#include "parser/stream/stanza.h"

namespace parser {
namespace {

void add(std::string_view name, std::vector<ExplainedNamespace>& out) {
  if (name.empty() || is_content_namespace(name) || out.size() >= kMaxExplainedNamespaces) return;
  const bool listed =
      std::any_of(out.begin(), out.end(), [&](const ExplainedNamespace& one) { return one.name == name; });
  if (!listed) out.push_back({name, knowledge::find_namespace(name)});
}

std::optional<ExplainedError> error_of(const StreamEvent& event) {
  const xml::Element& element = *event.element;
  if (event.kind == EventKind::kSasl && event.local == "failure") {
    // In XEP-0388 an application's own element may stand beside the condition.
    for (const xml::Element& child : element.children()) {
      if (child.ns == ns::kSasl && child.local != "text") {
        return ExplainedError{child.local, payload::sasl_failure_meaning(child.local), {}};
      }
    }
    return std::nullopt;
  }
  if (event.kind == EventKind::kStreamError) {
    const std::optional<ErrorInfo> error = stream_error(element);
    if (!error || error->condition.empty()) return std::nullopt;
    return ExplainedError{error->condition, payload::stream_error_meaning(error->condition), {}};
  }
  if (event.stanza_type != "error") return std::nullopt;
  const std::optional<ErrorInfo> error = stanza_error(element);
  if (!error || error->condition.empty()) return std::nullopt;
  return ExplainedError{error->condition, payload::stanza_error_meaning(error->condition),
                        payload::error_type_meaning(error->type)};
}

}  // namespace

std::string_view stage(EventKind kind, Phase phase) {
  // What negotiates belongs to what it negotiates, though the phase behind it is already the next one.
  if (kind == EventKind::kStartTls || kind == EventKind::kTls) return "encryption";
  if (kind == EventKind::kSasl) return "login";
  if (kind == EventKind::kFooter || kind == EventKind::kClosed) return "goodbye";
  switch (phase) {
    case Phase::kConnected:
    case Phase::kHeaderSent:
    case Phase::kAwaitFeatures:
    case Phase::kFeaturesPlain:
      return "opening the stream";
    case Phase::kStartTls:
    case Phase::kTlsHandshake:
      return "encryption";
    case Phase::kFeaturesTls:
    case Phase::kSasl2Offered:
    case Phase::kSaslServer:
    case Phase::kSaslClient:
    case Phase::kSasl2Server:
    case Phase::kSasl2Client:
    case Phase::kTasks:
    case Phase::kLegacy:
      return "login";
    case Phase::kLoggedIn:
    case Phase::kBoundInline:
    case Phase::kResumedInline:
    case Phase::kRestart:
    case Phase::kRestartSent:
    case Phase::kRestartAwait:
    case Phase::kFeaturesAuth:
    case Phase::kBinding:
    case Phase::kResuming:
    case Phase::kBound:
      return "becoming reachable";
    case Phase::kEstablished:
    case Phase::kMidSession:
      return "session";
    case Phase::kClosing:
    case Phase::kClosed:
      return "goodbye";
    case Phase::kError:
      return "broken off";
  }
  return "session";
}

Explanation explain(const StreamEvent& event) {
  Explanation out;
  out.caption = caption(event.phase, event.stream, event.websocket);
  out.standing = captions(event.standing);
  out.breadcrumb = breadcrumb(event.progress);
  out.turn = turn(event.phase, event.stream);
  out.client = may_send(event.phase, Direction::kC2S, event.stream, event.websocket);
  out.server = may_send(event.phase, Direction::kS2C, event.stream, event.websocket);
  if (!event.element) return out;
  out.error = error_of(event);
  add(event.element->ns, out.namespaces);
  for (const xml::Element& child : event.element->children()) {
    add(child.ns, out.namespaces);
    // What is wrong stands inside of <error/>, which itself is of the stanza's namespace.
    if (child.local != "error") continue;
    for (const xml::Element& condition : child.children()) add(condition.ns, out.namespaces);
  }
  return out;
}

}  // namespace parser
