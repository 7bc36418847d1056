// Bind layer: getting an address (RFC 6120 §7).
#include "parser/jid/jid.h"
#include "parser/rules/checks.h"
#include "parser/rules/rulebook.h"

namespace parser::rules {
namespace {

using xml::Element;

void before_bind(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const SessionState& session = context.session;
  // Only where the server has told what comes after login, and the client has not asked for a resource yet:
  // what it sends behind its request is judged by the answer.
  if (event.direction != Direction::kC2S || context.before.phase != Phase::kFeaturesAuth) return;
  if (!session.from_start() || !is_client_stream(session) || context.before.closed[index(Direction::kC2S)])
    return;
  if (event.kind == EventKind::kIq) {
    if (event.payload != nullptr && (event.payload->ns == ns::kBind || event.payload->ns == ns::kIqRegister))
      return;
    if (event.stanza_type == "result" || event.stanza_type == "error") return;
  }
  if (context.profile == Profile::kRfc6120) {
    // RFC 6120 §7.1 leaves the client its server and its own account.
    const JidSplit to = split_jid(event.to);
    if (event.to.empty() ||
        (!to.has_resource && same_jid(to.domain, session.domain(), session.jid_profile())))
      return;
  }
  report.add("A <" + std::string(event.local) +
                 "/> before the client has bound a resource, so it has no address to "
                 "send from.",
             event.range);
}

void result_missing_jid(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const std::optional<OpenIq>& request = context.session.last_request();
  if (event.direction != Direction::kS2C || event.stanza_type != "result" || !request) return;
  if (context.session.last_match() != IqMatch::kAnswered || request->payload_ns != ns::kBind) return;
  const Element* bind = event.payload;
  const Element* jid = bind != nullptr && bind->ns == ns::kBind ? bind->child("jid", ns::kBind) : nullptr;
  if (jid != nullptr && jid->has_text()) return;
  report.add("The result of the bind request holds no <jid/>, so the client does not learn its address.",
             event.range);
}

constexpr Rule kRules[] = {
    {
        .id = "stanza-before-bind",
        .tier = 1,
        .layer = Layer::kBind,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "RFC 6120 §7.1; RFC 3920 §7",
        .explanation = "Login proves an account, but an account can be connected many times; the "
                       "resource tells these connections apart. Until it has one a client is not "
                       "addressable and may not write to others. RFC 6120 allows stanzas to the own "
                       "server and account before that, RFC 3920 nothing but the bind request.",
        .violating = "[authenticated]\n"
                     "C: <message to='romeo@example.net'><body>Hi</body></message>",
        .conforming = "[authenticated]\n"
                      "C: <iq id='b' type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>",
        .kinds = kStanzas,
        .check = before_bind,
        .when = When::kUntilEstablished,
    },
    {
        .id = "bind-result-missing-jid",
        .tier = 1,
        .layer = Layer::kBind,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "RFC 6120 §7.6.1; RFC 3920 §7",
        .explanation = "The server decides on the resource, and may give another than the client asked "
                       "for. The full JID in the result is how the client learns its own address, which "
                       "it needs to recognise answers, carbons and its own presence.",
        .violating = "[authenticated]\n"
                     "C: <iq id='b' type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>\n"
                     "S: <iq id='b' type='result'/>",
        .conforming =
            "[authenticated]\n"
            "C: <iq id='b' type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>\n"
            "S: <iq id='b' type='result'><bind "
            "xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>juliet@example.com/4db06f06</jid></bind></iq>",
        .kinds = on(EventKind::kIq),
        .check = result_missing_jid,
    },
};

}  // namespace

RuleTable bind_rules() {
  return {kRules};
}

}  // namespace parser::rules
