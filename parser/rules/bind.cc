// Bind layer: getting an address (RFC 6120 §7, Bind 2 of XEP-0386), and the session request that once
// followed (RFC 3921 §3).
#include "parser/jid/jid.h"
#include "parser/rules/checks.h"
#include "parser/rules/example_text.h"
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

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t first = text.find_first_not_of(kSpace);
  return first == std::string_view::npos ? std::string_view()
                                         : text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

// The <bind/> of an iq in that direction; null where it has none.
const Element* bind_of(const StreamEvent& event, Direction direction) {
  const bool here =
      event.direction == direction && event.payload != nullptr && event.payload->is("bind", ns::kBind);
  return here ? event.payload : nullptr;
}

// The <jid/> of a bind result.
const Element* bound_jid(const StreamEvent& event) {
  const Element* bind = bind_of(event, Direction::kS2C);
  return bind == nullptr || event.stanza_type != "result" ? nullptr : bind->child("jid", ns::kBind);
}

bool binds_inline(const SessionState& session) {
  return session.inline_login() != nullptr && session.inline_login()->bound();
}

void offered_before_auth(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kS2C || event.element == nullptr) return;
  if (context.before.authenticated || !context.session.from_start()) return;
  const Element* bind = event.element->child("bind", ns::kBind);
  if (bind == nullptr) return;
  report.add("The server offers resource binding to a client that has not logged in yet.", bind->range);
}

void not_offered_after_auth(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const SessionState& session = context.session;
  if (event.direction != Direction::kS2C || event.element == nullptr || !session.from_start()) return;
  if (!context.before.authenticated || context.before.bound || !is_client_stream(session)) return;
  if (!session.version_1() || event.element->child("bind", ns::kBind) != nullptr) return;
  report.add("The features after the login do not offer <bind/>, so the client cannot get an address.",
             event.range);
}

void wrong_iq_type(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (bind_of(event, Direction::kC2S) == nullptr || event.stanza_type != "get") return;
  report.add("The bind request has the type get; it changes something, so it is a set.",
             event.element->start_tag);
}

void result_not_full(const Context& context, Report& report) {
  const Element* jid = bound_jid(context.event);
  if (jid == nullptr || !jid->has_text()) return;
  const std::string text = jid->text();
  const JidSplit split = split_jid(trimmed(text));
  if (split.has_local && split.has_resource && !split.resource.empty()) return;
  report.add("The address " + quoted(trimmed(text)) + " in the bind result is not a full JID.", jid->range);
}

void bind_twice(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const Element* bind = bind_of(event, Direction::kC2S);
  if (bind == nullptr || event.stanza_type != "set" || !context.before.bound) return;
  // bind2-then-classic-bind and sm-bind-after-resumed tell of theirs.
  if (!context.session.from_start() || binds_inline(context.session) || context.session.resumed()) return;
  report.add("The client asks for a resource although this stream has one already.", bind->range);
}

void bind_after_bind2(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const Element* bind = bind_of(event, Direction::kC2S);
  if (bind == nullptr || event.stanza_type != "set" || !binds_inline(context.session)) return;
  report.add("The client asks for a resource although its login has bound one already.", bind->range);
}

void empty_resource(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const Element* bind = bind_of(event, Direction::kC2S);
  if (bind == nullptr || event.stanza_type != "set") return;
  const Element* resource = bind->child("resource", ns::kBind);
  if (resource == nullptr || !resource->text().empty()) return;
  report.add(
      "The client asks for a resource of no length; to let the server choose it leaves <resource/> out.",
      resource->range);
}

void resource_overridden(const Context& context, Report& report) {
  const Element* jid = bound_jid(context.event);
  const Binding* binding = context.session.binding();
  if (jid == nullptr || binding == nullptr || binding->requested().empty()) return;
  const std::string text = jid->text();
  const JidSplit split = split_jid(trimmed(text));
  if (!split.has_resource || split.resource == binding->requested()) return;
  report.add("The client asked for the resource " + quoted(binding->requested()) + " and was given " +
                 quoted(split.resource) + ", which it must use from now on.",
             jid->range);
}

void session_missing(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const Binding* binding = context.session.binding();
  if (event.direction != Direction::kC2S || context.before.phase != Phase::kBound || binding == nullptr)
    return;
  if (!binding->session_offered() || binding->session_requested() || context.session.resumed()) return;
  report.add("The client sends a <" + std::string(event.local) +
                 "/> without having asked for a session, which this server offers and RFC 3921 asks for.",
             event.range);
}

void session_obsolete(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kC2S || event.stanza_type != "set" || event.payload == nullptr) return;
  if (!event.payload->is("session", ns::kSession)) return;
  report.add("The session request does nothing any more, and costs a round trip.", event.payload->range);
}

// --- Bind 2 -----------------------------------------------------------------------------------------------

const Element* sasl2_success(const StreamEvent& event) {
  const bool here = event.direction == Direction::kS2C && event.ns == ns::kSasl2 && event.local == "success";
  return here ? event.element.get() : nullptr;
}

void success_without_bound(const Context& context, Report& report) {
  const Element* success = sasl2_success(context.event);
  const InlineLogin* inlined = context.session.inline_login();
  if (success == nullptr || inlined == nullptr || !inlined->asks_bind()) return;
  // What was resumed has its resource; the bind request is ignored then.
  if (inlined->bound() || inlined->resumed()) return;
  if (received_edited(report.memory(), Direction::kS2C, on(EventKind::kSasl))) return;
  report.add("The client asked for a resource together with its login, but the <success/> holds no <bound/>.",
             success->range);
}

void bind2_on_top(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kS2C || event.element == nullptr) return;
  const Element* bind = event.element->child("bind", ns::kBind2);
  if (bind == nullptr) return;
  report.add(
      "Bind 2 stands among the features themselves; it belongs into <inline/> of SASL2's <authentication/>.",
      bind->range);
}

void user_agent_exposed(const Context& context, Report& report) {
  constexpr size_t kLeast = 8;  // shorter ones are in many words by accident
  const Element* success = sasl2_success(context.event);
  const InlineLogin* inlined = context.session.inline_login();
  if (success == nullptr || inlined == nullptr || inlined->user_agent_id().size() < kLeast) return;
  const Element* identifier = success->child("authorization-identifier", ns::kSasl2);
  if (identifier == nullptr) return;
  const std::string text = identifier->text();
  if (split_jid(trimmed(text)).resource.find(inlined->user_agent_id()) == std::string_view::npos) return;
  report.add(
      "The resource that the server gives out holds the id of <user-agent/>, which everybody can see then.",
      identifier->range);
}

constexpr KindSet kOffer = on(EventKind::kFeatures);
#define BIND_SET(inside) "<iq id='b' type='set'><bind " NS_BIND ">" inside "</bind></iq>"
#define BIND_RESULT(jid) "<iq id='b' type='result'><bind " NS_BIND "><jid>" jid "</jid></bind></iq>"
#define BIND2_OFFER FEATURES(AUTHENTICATION(MECHANISM("PLAIN") "<inline><bind " NS_BIND2 "/></inline>"))
#define BIND2_LOGIN(more) \
  "[tls]\nS: " BIND2_OFFER "\nC: " AUTHENTICATE("PLAIN", PLAIN_DATA, "<bind " NS_BIND2 "/>" more)
#define BIND2_SUCCESS(jid) "\nS: " SUCCESS2(jid, "<bound " NS_BIND2 "/>")
#define SESSION_FEATURES FEATURES(BIND_FEATURE "<session " NS_SESSION "/>")

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
    {
        .id = "bind-offered-before-auth",
        .tier = 2,
        .layer = Layer::kBind,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "RFC 6120 §7.4; RFC 3920 §7",
        .explanation =
            "A resource is a place below an account, so there has to be an account first. A server "
            "that offers binding before the login invites requests that it cannot grant, and "
            "clients that take the first offer they know go the wrong way round. Bind 2 inside "
            "SASL2's list is something else and belongs there.",
        .violating = "[tls]\nS: " FEATURES(MECHANISMS(MECHANISM("SCRAM-SHA-1")) BIND_FEATURE),
        .conforming = "[authenticated]\nS: " FEATURES(BIND_FEATURE),
        .kinds = kOffer,
        .check = offered_before_auth,
        .when = When::kUntilEstablished,
    },
    {
        .id = "bind-not-offered-after-auth",
        .tier = 2,
        .layer = Layer::kBind,
        .severities = {Severity::kNote, Severity::kError},
        .who = Who::kServer,
        .citation = "RFC 6120 §7.4; RFC 3920 §7",
        .explanation = "After the login a client has an account but no address, and <bind/> in the features "
                       "is how it gets one. RFC 6120 makes the offer obligatory; in RFC 3920 it depended on "
                       "whether the server asks for a resource. Without it clients wait, or give up with an "
                       "error about the server.",
        .violating = "[authenticated]\nS: " FEATURES("<ver xmlns='urn:xmpp:features:rosterver'/>"),
        .conforming =
            "[authenticated]\nS: " FEATURES(BIND_FEATURE "<ver xmlns='urn:xmpp:features:rosterver'/>"),
        .kinds = kOffer,
        .check = not_offered_after_auth,
        .when = When::kUntilEstablished,
    },
    {
        .id = "bind-wrong-iq-type",
        .tier = 2,
        .layer = Layer::kBind,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "RFC 6120 §7.6.1; RFC 3920 §7",
        .explanation =
            "An iq of type get asks, one of type set changes. Binding gives the stream an address, "
            "which is a change. Servers look for the set and answer anything else with an error, "
            "so the client is left without a resource.",
        .violating = "[authenticated]\nC: <iq id='b' type='get'><bind " NS_BIND "/></iq>",
        .conforming = "[authenticated]\nC: <iq id='b' type='set'><bind " NS_BIND "/></iq>",
        .kinds = on(EventKind::kIq),
        .check = wrong_iq_type,
        .when = When::kUntilEstablished,
    },
    {
        .id = "bind-result-jid-not-full",
        .tier = 2,
        .layer = Layer::kBind,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "RFC 6120 §7.1; RFC 6120 §7.6.1; RFC 3920 §7",
        .explanation = "The result of binding is the full address: account, domain and resource. That is the "
                       "whole point of it, since the account was known before. A client that is given less "
                       "cannot tell its own connection from the other ones of its account.",
        .violating = "[authenticated]\nC: " BIND_SET("") "\nS: " BIND_RESULT("juliet@example.com"),
        .conforming =
            "[authenticated]\nC: " BIND_SET("") "\nS: " BIND_RESULT("juliet@example.com/4db06f06-1ea4"),
        .kinds = on(EventKind::kIq),
        .check = result_not_full,
        .when = When::kUntilEstablished,
    },
    {
        .id = "bind-twice",
        .tier = 2,
        .layer = Layer::kBind,
        .severities = kWarnings,
        .who = Who::kClient,
        .citation = "RFC 6120 §7.1; RFC 3920 §7",
        .explanation = "One stream carries one resource. Binding several was tried and dropped, and what a "
                       "server does with a second request is anybody's guess: an error, a new address, or "
                       "nothing. Another resource needs another connection. Asking again after an error is "
                       "fine.",
        .violating = "[authenticated]\nC: " BIND_SET("<resource>balcony</resource>") "\nS: " BIND_RESULT(
            "juliet@example.com/balcony") "\nC: <iq id='c' type='set'><bind " NS_BIND
                                          "><resource>garden</resource></bind></iq>",
        .conforming = "[authenticated]\nC: " BIND_SET(
            "<resource>balcony</resource>") "\nS: <iq id='b' type='error'><error type='cancel'><conflict "
                                            "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>\nC: "
                                            "<iq id='c' type='set'><bind " NS_BIND
                                            "><resource>garden</resource></bind></iq>",
        .kinds = on(EventKind::kIq),
        .check = bind_twice,
    },
    {
        .id = "bind-empty-resource",
        .tier = 2,
        .layer = Layer::kBind,
        .severities = {std::nullopt, Severity::kWarning},
        .who = Who::kClient,
        .citation = "RFC 6120 §7.7.1; RFC 6120 §7.7.2.1",
        .explanation = "A client that has no wish leaves <resource/> out, and the server makes one up. An "
                       "empty element asks for a resource of no length, which does not exist. Servers are "
                       "told to repair it, but an error is just as possible.",
        .violating = "[authenticated]\nC: " BIND_SET("<resource/>"),
        .conforming = "[authenticated]\nC: " BIND_SET(""),
        .kinds = on(EventKind::kIq),
        .check = empty_resource,
        .when = When::kUntilEstablished,
    },
    {
        .id = "session-request-missing",
        .tier = 2,
        .layer = Layer::kBind,
        .severities = {Severity::kError, std::nullopt},
        .who = Who::kClient,
        .citation = "RFC 3921 §3",
        .explanation = "In the first generation of XMPP a client that had bound a resource asked for a "
                       "session, and only then could it send messages and presence. RFC 6121 dropped the "
                       "step. A server of that time answers stanzas without it with an error.",
        .violating = "[authenticated]\nS: " SESSION_FEATURES "\nC: " BIND_SET("") "\nS: " BIND_RESULT(
            "juliet@example.com/4db06f06-1ea4") "\nC: <presence/>",
        .conforming = "[authenticated]\nS: " SESSION_FEATURES "\nC: " BIND_SET("") "\nS: " BIND_RESULT(
            "juliet@example.com/4db06f06-1ea4") "\nC: <iq id='s' type='set'><session " NS_SESSION
                                                "/></iq>\nS: <iq id='s' type='result'/>\nC: <presence/>",
        .kinds = on(EventKind::kMessage, EventKind::kPresence),
        .check = session_missing,
        .when = When::kUntilEstablished,
    },
    {
        .id = "session-request-obsolete",
        .tier = 3,
        .layer = Layer::kBind,
        .severities = {std::nullopt, Severity::kNote},
        .who = Who::kClient,
        .citation = "RFC 6121 Appendix E; RFC 3921 §3",
        .explanation = "The session request of RFC 3921 turned out to do nothing that binding had not done "
                       "already, and RFC 6121 removed it. Servers still answer it for the sake of old "
                       "clients. A client that leaves it out saves a round trip.",
        .violating = "[authenticated]\nC: " BIND_SET("") "\nS: " BIND_RESULT(
            "juliet@example.com/4db06f06-1ea4") "\nC: <iq id='s' type='set'><session " NS_SESSION "/></iq>",
        .conforming = "[authenticated]\nC: " BIND_SET("") "\nS: " BIND_RESULT(
            "juliet@example.com/4db06f06-1ea4") "\nC: <presence/>",
        .kinds = on(EventKind::kIq),
        .check = session_obsolete,
    },
    {
        .id = "bind-resource-overridden",
        .tier = 3,
        .layer = Layer::kBind,
        .severities = kNotes,
        .who = Who::kServer,
        .citation = "RFC 6120 §7.7.1; RFC 6120 §7.7.2.2; RFC 3920 §7",
        .explanation =
            "The server has the last word about the resource: it may be taken, or too long, or the "
            "server adds something random to it. That is no fault. But the client must use the "
            "address of the result, and one that goes on with its own wish writes from an address "
            "that does not exist.",
        .violating = "[authenticated]\nC: " BIND_SET("<resource>balcony</resource>") "\nS: " BIND_RESULT(
            "juliet@example.com/balcony-7f3a"),
        .conforming = "[authenticated]\nC: " BIND_SET("<resource>balcony</resource>") "\nS: " BIND_RESULT(
            "juliet@example.com/balcony"),
        .kinds = on(EventKind::kIq),
        .check = resource_overridden,
        .when = When::kUntilEstablished,
    },
    {
        .id = "bind2-success-without-bound",
        .tier = 2,
        .layer = Layer::kBind,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "XEP-0386 §3.2",
        .explanation = "Bind 2 rides along with the login: a <success/> that answers it holds <bound/> and "
                       "the full address. Without it the client has spent its request and has no resource, "
                       "and no way to tell whether one was given. Only an inline resumption takes its place.",
        .violating = BIND2_LOGIN("") "\nS: " SUCCESS2("juliet@example.com", ""),
        .conforming = BIND2_LOGIN("") BIND2_SUCCESS("juliet@example.com/App/x1"),
        .kinds = on(EventKind::kSasl),
        .check = success_without_bound,
    },
    {
        .id = "bind2-then-classic-bind",
        .tier = 2,
        .layer = Layer::kBind,
        .severities = kWarnings,
        .who = Who::kClient,
        .citation = "XEP-0386 §3.2; RFC 6120 §7.1",
        .explanation =
            "After Bind 2 the stream has its resource. Servers may still list the older <bind/> in "
            "the features that follow, for clients that did not use Bind 2, but asking for another "
            "resource has no meaning then. Which of the two addresses holds is up to the server.",
        .violating = BIND2_LOGIN("") BIND2_SUCCESS("juliet@example.com/App/x1") "\nS: " FEATURES(
            BIND_FEATURE) "\nC: <iq id='b' type='set'><bind " NS_BIND "/></iq>",
        .conforming = BIND2_LOGIN("")
            BIND2_SUCCESS("juliet@example.com/App/x1") "\nS: " FEATURES(BIND_FEATURE) "\nC: <presence/>",
        .kinds = on(EventKind::kIq),
        .check = bind_after_bind2,
    },
    {
        .id = "bind2-without-sasl2",
        .tier = 3,
        .layer = Layer::kBind,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "XEP-0386 §3.1",
        .explanation = "Bind 2 is asked for inside a login of SASL2 and nowhere else, so it is offered where "
                       "SASL2 lists what can ride along. As a feature of its own it offers nothing that a "
                       "client could do. Clients that look only into <inline/> do not find it.",
        .violating = "[tls]\nS: " FEATURES(AUTHENTICATION(MECHANISM("PLAIN")) "<bind " NS_BIND2 "/>"),
        .conforming = "[tls]\nS: " BIND2_OFFER,
        .kinds = kOffer,
        .check = bind2_on_top,
    },
    {
        .id = "bind2-user-agent-id-exposed",
        .tier = 3,
        .layer = Layer::kBind,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "XEP-0386 §3.2.1",
        .explanation = "The id of <user-agent/> is shared between one installation and its server, and helps "
                       "to prove who comes back. The resource is public: every contact and every room sees "
                       "it. A server that wants stable resources hashes the id.",
        .violating = BIND2_LOGIN("<user-agent id='d4565fa7-4d72-4749-b3d3-740edbf87770'/>")
            BIND2_SUCCESS("juliet@example.com/d4565fa7-4d72-4749-b3d3-740edbf87770"),
        .conforming = BIND2_LOGIN("<user-agent id='d4565fa7-4d72-4749-b3d3-740edbf87770'/>")
            BIND2_SUCCESS("juliet@example.com/App/rQ7Lwut0CcxW6"),
        .kinds = on(EventKind::kSasl),
        .check = user_agent_exposed,
    },
};

}  // namespace

RuleTable bind_rules() {
  return {kRules};
}

}  // namespace parser::rules
