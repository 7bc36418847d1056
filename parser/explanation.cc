// Nothing is found out here: the phase's table and the table of namespaces are put together.
#include "parser/explanation.h"

#include <algorithm>

#include "parser/stream/stanza.h"

namespace parser {
namespace {

void add(std::string_view name, std::vector<ExplainedNamespace>& out) {
  if (name.empty() || is_content_namespace(name) || out.size() >= kMaxExplainedNamespaces) return;
  const bool listed =
      std::any_of(out.begin(), out.end(), [&](const ExplainedNamespace& one) { return one.name == name; });
  if (!listed) out.push_back({name, knowledge::find_namespace(name)});
}

}  // namespace

Explanation explain(const StreamEvent& event) {
  Explanation out;
  out.caption = caption(event.phase, event.stream, event.websocket);
  out.standing = captions(event.standing);
  out.breadcrumb = breadcrumb(event.progress);
  out.turn = turn(event.phase, event.stream);
  out.client = may_send(event.phase, Direction::kC2S, event.stream, event.websocket);
  out.server = may_send(event.phase, Direction::kS2C, event.stream, event.websocket);
  if (!event.element) return out;
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
