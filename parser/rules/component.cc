// Component layer: external components (XEP-0114).
#include "parser/rules/checks.h"
#include "parser/rules/rulebook.h"

namespace parser::rules {
namespace {

// The direction that the component speaks in: it opens the connection in the accept variant only.
bool component_speaks(const Context& context) {
  const std::string_view content = context.session.content_namespace();
  if (content == ns::kComponentAccept) return context.event.direction == Direction::kC2S;
  return content == ns::kComponentConnect && context.event.direction == Direction::kS2C;
}

void handshake_missing(const Context& context, Report& report) {
  const SessionState& session = context.session;
  // In the connect variant the server sends the handshake.
  if (session.content_namespace() != ns::kComponentAccept || context.event.direction != Direction::kC2S)
    return;
  if (!session.from_start() || context.before.authenticated || report.memory().login_requested) return;
  if (!context.before.header_seen[index(Direction::kC2S)] || context.before.closed[index(Direction::kC2S)])
    return;
  report.add(
      "The component sends a stanza before its <handshake/>, so the server does not know yet who it is.",
      context.event.range);
}

void missing_addresses(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (!event.from.empty() && !event.to.empty()) return;
  if (event.element == nullptr || !report.memory().login_requested || !component_speaks(context)) return;
  const std::string_view missing = !event.to.empty()     ? "'from'"
                                   : !event.from.empty() ? "'to'"
                                                         : "'from' and 'to'";
  report.add("The component's stanza has no " + std::string(missing) + "; a component has to say both.",
             event.element->start_tag);
}

constexpr Rule kRules[] = {
    {
        .id = "component-handshake-missing",
        .tier = 1,
        .layer = Layer::kComponent,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "XEP-0114 §3",
        .explanation = "A component proves itself with a hash of the stream id and a shared secret, in "
                       "<handshake/>, and the server answers with an empty one. It is the first thing "
                       "behind the header; a stanza before it comes from an unknown party, and the "
                       "server closes the stream.",
        .violating = "C: <stream:stream to='gw.example.com' xmlns='jabber:component:accept' "
                     "xmlns:stream='http://etherx.jabber.org/streams'>\n"
                     "S: <stream:stream from='gw.example.com' id='c1' xmlns='jabber:component:accept' "
                     "xmlns:stream='http://etherx.jabber.org/streams'>\n"
                     "C: <message from='x@gw.example.com' to='a@example.com'/>",
        .conforming = "C: <stream:stream to='gw.example.com' xmlns='jabber:component:accept' "
                      "xmlns:stream='http://etherx.jabber.org/streams'>\n"
                      "S: <stream:stream from='gw.example.com' id='c1' xmlns='jabber:component:accept' "
                      "xmlns:stream='http://etherx.jabber.org/streams'>\n"
                      "C: <handshake>aaee83c26aeeafcbabeabfcbcd50df997e0a2a1e</handshake>\n"
                      "S: <handshake/>\n"
                      "C: <message from='x@gw.example.com' to='a@example.com'/>",
        .kinds = kStanzas,
        .check = handshake_missing,
        .when = When::kUntilEstablished,
    },
    {
        .id = "component-stanza-missing-addresses",
        .tier = 1,
        .layer = Layer::kComponent,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "XEP-0114 §3",
        .explanation = "A component speaks for every address at its domain, so the server cannot fill in"
                       " who is meant, as it does for a client. Libraries written for clients leave "
                       "'from' out; some servers then put the bare domain there, others refuse the "
                       "stanza.",
        .violating = "C: <stream:stream to='gw.example.com' xmlns='jabber:component:accept' "
                     "xmlns:stream='http://etherx.jabber.org/streams'>\n"
                     "S: <stream:stream from='gw.example.com' id='c1' xmlns='jabber:component:accept' "
                     "xmlns:stream='http://etherx.jabber.org/streams'>\n"
                     "C: <handshake>aaee83c26aeeafcbabeabfcbcd50df997e0a2a1e</handshake>\n"
                     "S: <handshake/>\n"
                     "C: <message to='a@example.com'><body>Hi</body></message>",
        .conforming = "C: <stream:stream to='gw.example.com' xmlns='jabber:component:accept' "
                      "xmlns:stream='http://etherx.jabber.org/streams'>\n"
                      "S: <stream:stream from='gw.example.com' id='c1' xmlns='jabber:component:accept' "
                      "xmlns:stream='http://etherx.jabber.org/streams'>\n"
                      "C: <handshake>aaee83c26aeeafcbabeabfcbcd50df997e0a2a1e</handshake>\n"
                      "S: <handshake/>\n"
                      "C: <message from='bot@gw.example.com' "
                      "to='a@example.com'><body>Hi</body></message>",
        .kinds = kStanzas,
        .check = missing_addresses,
    },
};

}  // namespace

RuleTable component_rules() {
  return {kRules};
}

}  // namespace parser::rules
