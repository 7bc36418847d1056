// Rules that read several streams: what an earlier connection says about this one. They belong to the layers
// of login and binding, and have a file of their own for what they share: parser/stream/server_history.
#include "parser/stream/cross_stream.h"
#include "parser/jid/jid.h"
#include "parser/rules/checks.h"
#include "parser/rules/rulebook.h"

namespace parser::rules {
namespace {

// A client that comes back this soon does so by itself; later it may be its user.
constexpr Duration kReconnect = std::chrono::seconds(60);

void conflict_same_resource(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.payload == nullptr || event.payload->ns != ns::kBind || event.stanza_type != "set") return;
  const SessionState& session = context.session;
  const xml::Element* resource = event.payload->child("resource", ns::kBind);
  if (resource == nullptr || session.cross() == nullptr || event.direction != Direction::kC2S) return;
  const sasl::Login* login = session.login();
  if (login == nullptr || login->username().empty()) return;  // nobody knows who this is
  const std::string account = std::string(login->username()) + "@" + std::string(session.domain());
  const ServerHistory::Conflict* conflict = session.cross()->servers.conflict_of(account, resource->text());
  if (conflict == nullptr || event.time - conflict->time > kReconnect) return;
  report.add("The client asks for the resource " + quoted(conflict->resource) +
                 " again, which it was thrown out of with <conflict/> in frame " +
                 std::to_string(conflict->frame) + ".",
             resource->range, At{.frame = conflict->frame});
}

void resource_predictable(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.payload == nullptr || event.payload->ns != ns::kBind || event.stanza_type != "result") return;
  if (event.direction != Direction::kS2C || context.session.cross() == nullptr) return;
  constexpr size_t kLeast = 8;  // bytes; fewer are guessed by trying
  const ServerHistory::Pattern pattern = context.session.cross()->servers.resource_pattern(event.frame);
  const std::string_view resource = split_jid(context.session.bound_jid()).resource;
  if (pattern == ServerHistory::Pattern::kNone) {
    const Binding* binding = context.session.binding();
    const bool chosen = binding != nullptr && binding->left_to_server() && !resource.empty();
    if (!chosen || resource.size() >= kLeast) return;
    report.add(
        "The server made up the resource " + quoted(resource) + ", which is short enough to be guessed.",
        event.payload->range);
    return;
  }
  report.add("The server makes up resources that can be guessed: " + quoted(resource) +
                 (pattern == ServerHistory::Pattern::kSame ? " for the third time in a row."
                                                           : " is the third number in a row."),
             event.payload->range);
}

void failure_reveals(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kS2C || event.local != "failure") return;
  const sasl::Login* login = context.session.login();
  if (login == nullptr || context.session.cross() == nullptr) return;
  const auto& earlier = context.session.cross()->servers.unlike(event.frame);
  if (!earlier) {
    const bool by_error = login->scram_error() == "unknown-user";
    const bool by_condition =
        login->condition() == "invalid-authzid" && login->authzid().empty() && !login->username().empty();
    if (!by_error && !by_condition) return;
    report.add(
        by_error ? std::string("The server says unknown-user, so anybody can find out which accounts exist; "
                               "an answer as for a wrong password would not tell.")
                 : std::string("The server says invalid-authzid although the client asked for no other "
                               "identity, which tells that the account does not exist."),
        event.range);
    return;
  }
  report.add("The server refuses this user with " + quoted(login->condition()) +
                 ", and another one, in frame " + std::to_string(earlier->frame) + ", with " +
                 quoted(earlier->condition) + "; from the difference strangers learn which accounts exist.",
             event.range, At{.frame = earlier->frame});
}

#define NAMESPACES " version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>"
#define ASKS "C: <stream:stream to='example.com'" NAMESPACES "\n"
#define ANSWERS(id, features)                                                                              \
  "S: <stream:stream from='example.com' id='" id "' xml:lang='en'" NAMESPACES "<stream:features>" features \
  "</stream:features>\n"
#define MECHANISMS                                        \
  "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>" \
  "<mechanism>PLAIN</mechanism></mechanisms>"
#define BIND "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>"
#define AUTH(data) "C: <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>" data "</auth>\n"
#define LOGIN(id1, id2)                                                                            \
  "[tls]\n" ASKS ANSWERS(id1, MECHANISMS)                                                          \
      AUTH("AGp1bGlldABzZWNyZXQ=") "S: <success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>\n" ASKS \
      ANSWERS(id2, BIND)
#define THROWN_OUT                                                                          \
  "[bound juliet@example.com/balcony]\n"                                                    \
  "S: <stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>" \
  "</stream:stream>\nC: </stream:stream>\n[close]\n[connection 2]\n" LOGIN("7fGh2kQ9", "mQ81xVbz")
#define CHOSEN(resource)                                                        \
  "[authenticated]\nS: <stream:features>" BIND                                  \
  "</stream:features>\n"                                                        \
  "C: <iq id='b' type='set'>" BIND                                              \
  "</iq>\n"                                                                     \
  "S: <iq id='b' type='result'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>" \
  "<jid>juliet@example.com/" resource "</jid></bind></iq>\n"
#define REFUSED(condition) "S: <failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><" condition "/></failure>\n"

constexpr Rule kBindRules[] = {
    {
        .id = "bind-conflict-same-resource",
        .tier = 2,
        .layer = Layer::kBind,
        .severities = Severities{std::nullopt, Severity::kError},
        .who = Who::kClient,
        .citation = "RFC 6120 §4.9.3.3; RFC 6120 §7.7.2.2",
        .explanation =
            "<conflict/> tells a client that another one has taken its resource. If it comes back at "
            "once and asks for the same one, it throws that other client out, which does the same in "
            "turn, and two devices fight until a battery is empty. It asks for another resource "
            "instead, or leaves the choice to the server.",
        .violating =
            THROWN_OUT "C: <iq id='b' type='set'><bind "
                       "xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>balcony</resource></bind></iq>",
        .conforming = THROWN_OUT
        "C: <iq id='b' type='set'><bind "
        "xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>balcony-2</resource></bind></iq>\n"
        "S: <iq id='b' type='result'><bind "
        "xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>juliet@example.com/balcony-2</jid></bind></iq>",
        .kinds = on(EventKind::kIq),
        .check = conflict_same_resource,
    },
    {
        .id = "bind-resource-predictable",
        .tier = 3,
        .layer = Layer::kBind,
        .severities = Severities{std::nullopt, Severity::kNote},
        .who = Who::kServer,
        .citation = "RFC 6120 §7.5; RFC 6120 §7.6",
        .explanation =
            "Whoever knows a full address can write to it, and learn from the answer whether that "
            "device is online, without being a contact. So a resource that the server makes up should "
            "be random. Three in a row that are equal or count up can be guessed by anybody; names "
            "that clients choose themselves are their own affair.",
        .violating =
            CHOSEN("session17") "[connection 2]\n" CHOSEN("session18") "[connection 3]\n" CHOSEN("session19"),
        .conforming =
            CHOSEN("4db06f06") "[connection 2]\n" CHOSEN("a1c0ffee") "[connection 3]\n" CHOSEN("9e8d7c6b"),
        .kinds = on(EventKind::kIq),
        .check = resource_predictable,
    },
};

constexpr Rule kSaslRules[] = {
    {
        .id = "sasl-failure-reveals-account",
        .tier = 3,
        .layer = Layer::kSasl,
        .severities = kNotes,
        .who = Who::kServer,
        .citation = "RFC 6120 §6.5.10; RFC 6120 §13.11",
        .explanation =
            "A server that says one thing for a wrong password and another for an unknown name "
            "answers the question which accounts it has, to anybody who asks often enough. The same "
            "condition for both, not-authorized, gives nothing away; SCRAM servers also invent a salt "
            "for names that they do not know.",
        .violating = "[tls]\n" ASKS ANSWERS("7fGh2kQ9", MECHANISMS) AUTH("AGp1bGlldAB3cm9uZw==")
            REFUSED("not-authorized") "[connection 2]\n"
                                      "[tls]\n" ASKS ANSWERS("mQ81xVbz", MECHANISMS)
                                          AUTH("AG5vYm9keQB3cm9uZw==") REFUSED("invalid-authzid"),
        .conforming = "[tls]\n" ASKS ANSWERS("7fGh2kQ9", MECHANISMS) AUTH("AGp1bGlldAB3cm9uZw==")
            REFUSED("not-authorized") "[connection 2]\n"
                                      "[tls]\n" ASKS ANSWERS("mQ81xVbz", MECHANISMS)
                                          AUTH("AG5vYm9keQB3cm9uZw==") REFUSED("not-authorized"),
        .kinds = on(EventKind::kSasl),
        .check = failure_reveals,
    },
};

#undef NAMESPACES
#undef ASKS
#undef ANSWERS
#undef MECHANISMS
#undef BIND
#undef AUTH
#undef LOGIN
#undef THROWN_OUT
#undef CHOSEN
#undef REFUSED

}  // namespace

RuleTable sasl_history_rules() {
  return {kSaslRules};
}

RuleTable bind_history_rules() {
  return {kBindRules};
}

}  // namespace parser::rules
