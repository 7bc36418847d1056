// Stream management: going on with a session over a new connection (XEP-0198 §5, §7, §9), and what stands
// still meanwhile (XEP-0352). Which connections are one session is known to parser/stream/session_registry.
#include "parser/rules/checks.h"
#include "parser/rules/rulebook.h"
#include "parser/rules/sm_elements.h"

namespace parser::rules {
namespace {

using Fault = StreamManagement::Fault;

constexpr std::string_view kCsi = "urn:xmpp:csi:0";
// How long behind a resumption a request for the roster is taken for a part of a login.
constexpr Duration kLogin = std::chrono::seconds(10);

void resume_attributes(const Context& context, Report& report) {
  const xml::Element* resume = sm_element(context.event, "resume");
  if (resume == nullptr || context.event.direction != Direction::kC2S) return;
  const bool previd = !resume->attribute("previd").empty();
  const bool h = resume->find_attribute("h") != nullptr;
  if (previd && h) return;
  report.add(std::string("The <resume/> has no ") +
                 (previd ? "h"
                  : h    ? "previd"
                         : "previd and no h") +
                 "; it names the earlier session by previd, and by h how much of it was received.",
             resume->start_tag);
}

void resumed_attributes(const Context& context, Report& report) {
  const xml::Element* resumed = sm_element(context.event, "resumed");
  if (resumed == nullptr || context.event.direction != Direction::kS2C) return;
  const bool previd = !resumed->attribute("previd").empty();
  const bool h = resumed->find_attribute("h") != nullptr;
  if (previd && h) return;
  report.add(std::string("The <resumed/> has no ") +
                 (previd ? "h"
                  : h    ? "previd"
                         : "previd and no h") +
                 "; it repeats previd, and says by h how much the server has handled.",
             resumed->start_tag);
}

void wrong_previd(const Context& context, Report& report) {
  const xml::Element* resumed = sm_element(context.event, "resumed");
  const StreamManagement* sm = context.session.sm();
  if (resumed == nullptr || sm == nullptr || context.event.direction != Direction::kS2C) return;
  const std::string_view previd = resumed->attribute("previd");
  if (previd.empty() || sm->last_unsolicited() || sm->previd().empty() || previd == sm->previd()) return;
  if (received_edited(report.memory(), Direction::kS2C, on(EventKind::kSm, EventKind::kSasl))) return;
  report.add("The server resumes the session " + quoted(previd) + ", but the client asked for " +
                 quoted(sm->previd()) + ".",
             resumed->start_tag);
}

void resume_after_bind(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kC2S || event.local != "resume" || !context.before.bound) return;
  report.add("<resume/> on a stream that has its own address already; it takes the place of binding one.",
             event.range);
}

void bind_after_resumed(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.payload == nullptr || event.payload->ns != ns::kBind || !context.session.resumed()) return;
  if (event.direction != Direction::kC2S || event.stanza_type != "set") return;
  report.add("The client binds a resource, though the resumed session has its address back.",
             event.payload->range);
}

// Holds the h of <resume/> against the session as it was left, and that of <resumed/> likewise.
void h_mismatch(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const StreamManagement* sm = context.session.sm();
  if (sm == nullptr) return;
  const auto& known = context.session.last_known_session();
  if (!known || known->sm == nullptr) return;  // that session was not seen
  StreamManagement::Claim claim;
  const xml::Element* element = nullptr;
  if (event.direction == Direction::kC2S) {
    element = sm_element(event, "resume");
    if (element == nullptr || !sm->resume_h()) return;
    claim = known->sm->judge(Direction::kS2C, *sm->resume_h());
  } else {
    element = sm_element(event, "resumed");
    if (element == nullptr || !sm->last_claim()) return;
    claim = *sm->last_claim();
  }
  if (claim.fault == Fault::kNone) return;
  const std::string_view other = event.direction == Direction::kC2S ? "the server" : "the client";
  std::string text = "The <" + std::string(element->local) + "/> says that " + std::to_string(claim.h) +
                     " stanzas were handled, but ";
  if (claim.fault == Fault::kTooHigh) {
    text += std::string(other) + " had sent only " + std::to_string(claim.sent) + " before the break.";
  } else {
    text += std::to_string(claim.acked) + " had been acknowledged before the break.";
  }
  report.add(text + drift_of(claim), element->start_tag, At{.frame = claim.stanza.frame()});
}

void not_retransmitted(const Context& context, Report& report) {
  const StreamManagement* sm = context.session.sm();
  if (sm == nullptr) return;
  const StreamEvent& event = context.event;
  const StreamManagement::Side& side = sm->side(event.direction);
  if (side.replay_readable == 0 || side.replayed != 0) return;
  if (event.time - side.resumed_at < context.ack_timeout || sm->connection() != event.connection) return;
  bool& said = report.memory().judged_replay[index(event.direction)];
  if (said) return;
  said = true;
  if (report.memory().edited[index(event.direction)] & on(EventKind::kDropped)) return;
  const bool one = side.replay_due == 1;
  report.add("When the session was resumed, " + std::to_string(side.replay_due) +
                 (one ? " stanza" : " stanzas") + " of this side had not been received; no message of " +
                 (one ? "that" : "these") + " has been sent again.",
             event.range);
}

// What was refused in a login: the client asked to resume, and nothing is said of it.
void inline_failed_missing(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kS2C || event.local != "success" || event.ns != ns::kSasl2) return;
  const InlineLogin* login = context.session.inline_login();
  if (login == nullptr || !login->asks_resume()) return;
  if (sm_element(event, "resumed") != nullptr || sm_element(event, "failed") != nullptr) return;
  // A server that does not know of it ignores the request.
  const xml::Element* offer = context.before.features == nullptr
                                  ? nullptr
                                  : context.before.features->child("authentication", ns::kSasl2);
  if (offer != nullptr) {
    const xml::Element* inlines = offer->child("inline", ns::kSasl2);
    if (inlines == nullptr || inlines->child("sm") == nullptr) return;
  }
  if (received_edited(report.memory(), Direction::kS2C, on(EventKind::kSasl))) return;
  report.add(
      "The client asked to resume its session within the login; <success/> has neither <resumed/> nor "
      "<failed/> for that.",
      event.element != nullptr ? event.element->start_tag : event.range);
}

// Requests that belong to the beginning of a session come at the beginning.
void login_after_resume(const Context& context, Report& report) {
  const SessionState& session = context.session;
  const StreamManagement* sm = session.sm();
  const StreamEvent& event = context.event;
  if (sm == nullptr || !session.resumed() || event.direction != Direction::kC2S) return;
  const StreamManagement::Side& side = sm->side(Direction::kC2S);
  if (side.replaying() || event.time - side.resumed_at > kLogin) return;
  if (event.kind == EventKind::kIq) {
    if (event.stanza_type != "get" || event.payload == nullptr ||
        !event.payload->is("query", "jabber:iq:roster")) {
      return;
    }
    report.add("The client asks for its roster again, though the resumed session has kept it.", event.range);
    return;
  }
  // One that says something is a change of status.
  if (!event.stanza_type.empty() || !event.to.empty() || event.element == nullptr ||
      event.element->first_child() != nullptr) {
    return;
  }
  report.add("The client announces itself again, though the resumed session has kept its presence.",
             event.range);
}

void id_reused(const Context& context, Report& report) {
  const xml::Element* enabled = sm_element(context.event, "enabled");
  const auto& known = context.session.last_known_session();
  const StreamManagement* sm = context.session.sm();
  if (enabled == nullptr || !known || sm == nullptr || context.event.direction != Direction::kS2C) return;
  if (known->first == sm->first_connection()) return;
  report.add("The server gives the id " + quoted(sm->id()) +
                 " to a second session; the first one got it in frame " +
                 std::to_string(known->enabled_frame) + ".",
             enabled->start_tag, At{.frame = known->enabled_frame});
}

void closed_before(const Context& context, Report& report) {
  const xml::Element* resume = sm_element(context.event, "resume");
  const auto& known = context.session.last_known_session();
  if (resume == nullptr || !known || context.event.direction != Direction::kC2S) return;
  if (known->end != SessionRegistry::End::kClosedByClient) return;
  report.add("The client wants a session back that it has ended itself, with </stream:stream> in frame " +
                 std::to_string(known->end_frame) +
                 "; one that is to go on is left by dropping the connection.",
             resume->start_tag, At{.frame = known->end_frame});
}

void csi_not_offered(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.ns != kCsi || event.direction != Direction::kC2S) return;
  const SessionState& session = context.session;
  if (!context.before.authenticated || context.before.features == nullptr) return;
  // With SASL2 it may stand among what can be done inline.
  if (session.offered("csi", kCsi) || session.offered("authentication", ns::kSasl2)) return;
  if (session.side(Direction::kC2S).headers > session.side(Direction::kS2C).headers) return;
  if (received_edited(report.memory(), Direction::kC2S, on(EventKind::kFeatures))) return;
  report.add("The client says <" + std::string(event.local) +
                 "/>, but the server's features list no <csi xmlns='" + std::string(kCsi) + "'>.",
             event.range);
}

constexpr KindSet kSm = on(EventKind::kSm);
constexpr KindSet kSmOrLogin = on(EventKind::kSm, EventKind::kSasl);

#define FEATURES                                                                                    \
  "S: <stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm xmlns='urn:xmpp:sm:3'/>" \
  "</stream:features>\n"
#define RESUME(h) "C: <resume xmlns='urn:xmpp:sm:3' previd='f4k3-1d' h='" h "'/>\n"
#define RESUMED(h) "S: <resumed xmlns='urn:xmpp:sm:3' previd='f4k3-1d' h='" h "'/>\n"
#define AGAIN "[authenticated]\n" FEATURES
#define MANAGED                                        \
  "[bound juliet@example.com/balcony]\n"               \
  "C: <enable xmlns='urn:xmpp:sm:3' resume='true'/>\n" \
  "S: <enabled xmlns='urn:xmpp:sm:3' id='f4k3-1d' resume='true' max='600'/>\n"
#define INLINE_OFFER                                                                         \
  "[tls]\n"                                                                                  \
  "S: <stream:features><authentication xmlns='urn:xmpp:sasl:2'><mechanism>PLAIN</mechanism>" \
  "<inline><bind xmlns='urn:xmpp:bind:0'/><sm xmlns='urn:xmpp:sm:3'/></inline>"              \
  "</authentication></stream:features>\n"                                                    \
  "C: <authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'>"                              \
  "<initial-response>AGp1bGlldABzZWNyZXQ=</initial-response>"                                \
  "<user-agent id='d4565fa7-4d72-4749-b3d3-740edbf87770'/>"                                  \
  "<bind xmlns='urn:xmpp:bind:0'/><resume xmlns='urn:xmpp:sm:3' previd='f4k3-1d' h='1'/>"    \
  "</authenticate>\n"

constexpr Rule kRules[] = {
    {
        .id = "sm-resume-missing-attributes",
        .tier = 2,
        .layer = Layer::kSm,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "XEP-0198 §5",
        .explanation =
            "<resume/> names the earlier session (previd) and says how many of its stanzas the client "
            "has handled (h). Without the id the server cannot find the session, and without h it "
            "does not know which stanzas were lost with the connection.",
        .violating = AGAIN "C: <resume xmlns='urn:xmpp:sm:3' previd='f4k3-1d'/>\n"
                           "S: <failed xmlns='urn:xmpp:sm:3'><bad-request "
                           "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>",
        .conforming = AGAIN RESUME("0") RESUMED("0"),
        .kinds = kSmOrLogin,
        .check = resume_attributes,
    },
    {
        .id = "sm-resumed-missing-attributes",
        .tier = 2,
        .layer = Layer::kSm,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "XEP-0198 §5",
        .explanation =
            "<resumed/> repeats the id of the session and says how many of the client's stanzas the "
            "server has handled. From that number on the client sends again; without it, it must "
            "either lose stanzas or double them.",
        .violating = AGAIN RESUME("7") "S: <resumed xmlns='urn:xmpp:sm:3' previd='f4k3-1d'/>",
        .conforming = AGAIN RESUME("7") RESUMED("9"),
        .kinds = kSmOrLogin,
        .check = resumed_attributes,
    },
    {
        .id = "sm-resumed-wrong-previd",
        .tier = 2,
        .layer = Layer::kSm,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "XEP-0198 §5",
        .explanation =
            "The server confirms the session that the client asked for. If it named another one, the "
            "client would go on under an address, and with stanzas, that belong to somebody else or "
            "to an older session of its own.",
        .violating = AGAIN RESUME("7") "S: <resumed xmlns='urn:xmpp:sm:3' previd='0th3r' h='9'/>",
        .conforming = AGAIN RESUME("7") RESUMED("9"),
        .kinds = kSmOrLogin,
        .check = wrong_previd,
    },
    {
        .id = "sm-resume-after-bind",
        .tier = 2,
        .layer = Layer::kSm,
        .severities = kNotes,
        .who = Who::kClient,
        .citation = "XEP-0198 §5",
        .explanation =
            "Resuming takes the place of binding: the client either gets its old address back or asks "
            "for a new one. Once it has bound, it has a new session, and most servers answer a "
            "<resume/> with unexpected-request.",
        .violating =
            AGAIN "C: <iq id='b' type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>\n"
                  "S: <iq id='b' type='result'><bind "
                  "xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>juliet@example.com/4db06f06</jid></bind></"
                  "iq>\n" RESUME("7") "S: <failed xmlns='urn:xmpp:sm:3'><unexpected-request "
                                      "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>",
        .conforming =
            AGAIN RESUME("7") RESUMED("9") "C: <message to='a@example.com'><body>back again</body></message>",
        .kinds = kSm,
        .check = resume_after_bind,
    },
    {
        .id = "sm-bind-after-resumed",
        .tier = 2,
        .layer = Layer::kSm,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "XEP-0198 §5; XEP-0198 §9.2",
        .explanation =
            "A resumed session has its address, its roster subscriptions and its presence back, as if "
            "the connection had never broken. A bind request on top of it would have to give it a "
            "second address; servers refuse it or close the stream.",
        .violating = AGAIN RESUME("7")
            RESUMED("9") "C: <iq id='b' type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>\n"
                         "S: <iq id='b' type='error'><error type='cancel'><not-allowed "
                         "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
        .conforming = AGAIN RESUME(
            "7") "S: <failed xmlns='urn:xmpp:sm:3'><item-not-found "
                 "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>\n"
                 "C: <iq id='b' type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>\n"
                 "S: <iq id='b' type='result'><bind "
                 "xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>juliet@example.com/4db06f06</jid></bind></"
                 "iq>",
        .kinds = on(EventKind::kIq),
        .check = bind_after_resumed,
    },
    {
        .id = "sm-h-mismatch-on-resume",
        .tier = 2,
        .layer = Layer::kSm,
        .severities = kWarnings,
        .who = Who::kEither,
        .citation = "XEP-0198 §5",
        .explanation =
            "At a resumption both sides say how much of the old connection they have handled, and "
            "from there the numbers go on. A number beyond what was sent loses stanzas, for the other "
            "side will not send them again; one below what was already acknowledged asks for stanzas "
            "that are gone.",
        .violating = MANAGED "S: <message id='m1' from='a@example.com'><body>1</body></message>\n"
                             "C: <a xmlns='urn:xmpp:sm:3' h='1'/>\n"
                             "S: <message id='m2' from='a@example.com'><body>2</body></message>\n"
                             "[reset]\n"
                             "[connection 2]\n" AGAIN RESUME("5") RESUMED("0"),
        .conforming = MANAGED "S: <message id='m1' from='a@example.com'><body>1</body></message>\n"
                              "C: <a xmlns='urn:xmpp:sm:3' h='1'/>\n"
                              "S: <message id='m2' from='a@example.com'><body>2</body></message>\n"
                              "[reset]\n"
                              "[connection 2]\n" AGAIN RESUME("1") RESUMED(
                                  "0") "S: <message id='m2' from='a@example.com'><body>2</body></message>\n"
                                       "C: <a xmlns='urn:xmpp:sm:3' h='2'/>",
        .kinds = kSmOrLogin,
        .check = h_mismatch,
    },
    {
        .id = "sm-resume-not-retransmitted",
        .tier = 2,
        .layer = Layer::kSm,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "XEP-0198 §5",
        .explanation =
            "The point of resuming is that nothing is lost: what the other side's h does not cover "
            "was on its way when the connection broke, and is sent again. A side that only goes on "
            "loses those messages without a trace, since both ends take them for delivered.",
        .violating = MANAGED "C: <message id='m1' to='a@example.com'><body>1</body></message>\n"
                             "C: <message id='m2' to='a@example.com'><body>2</body></message>\n"
                             "[reset]\n"
                             "[connection 2]\n" AGAIN RESUME("0") RESUMED(
                                 "1") "[wait 31s]\n"
                                      "C: <message id='m3' to='a@example.com'><body>3</body></message>",
        .conforming = MANAGED "C: <message id='m1' to='a@example.com'><body>1</body></message>\n"
                              "C: <message id='m2' to='a@example.com'><body>2</body></message>\n"
                              "[reset]\n"
                              "[connection 2]\n" AGAIN RESUME("0") RESUMED(
                                  "1") "C: <message id='m2' to='a@example.com'><body>2</body></message>\n"
                                       "[wait 31s]\n"
                                       "C: <message id='m3' to='a@example.com'><body>3</body></message>",
        .kinds = kStanzas,
        .check = not_retransmitted,
    },
    {
        .id = "sm-inline-failed-missing",
        .tier = 2,
        .layer = Layer::kSm,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "XEP-0198 §9.2.1; XEP-0386 §3.2",
        .explanation =
            "A SASL2 login may carry <resume/>, and beside it a bind request for the case that the "
            "session is gone. The server then says <failed/> inside <success/> and binds. Left out, "
            "the client cannot tell a session that was not found from a server that overlooked the "
            "question, and does not know what became of its unacknowledged stanzas.",
        .violating = INLINE_OFFER
        "S: <success "
        "xmlns='urn:xmpp:sasl:2'><authorization-identifier>juliet@example.com/x</"
        "authorization-identifier><bound xmlns='urn:xmpp:bind:0'/></success><stream:features/>",
        .conforming = INLINE_OFFER "S: <success "
                                   "xmlns='urn:xmpp:sasl:2'><authorization-identifier>juliet@example.com/x</"
                                   "authorization-identifier><failed xmlns='urn:xmpp:sm:3'><item-not-found "
                                   "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed><bound "
                                   "xmlns='urn:xmpp:bind:0'/></success><stream:features/>",
        .kinds = on(EventKind::kSasl),
        .check = inline_failed_missing,
    },
    {
        .id = "sm-roster-or-presence-after-resume",
        .tier = 3,
        .layer = Layer::kSm,
        .severities = kWarnings,
        .who = Who::kClient,
        .citation = "XEP-0198 §5",
        .explanation =
            "A resumed session is the old one: the server still knows that the client wants roster "
            "pushes, and its contacts never saw it leave. Asking for the roster or sending the "
            "initial presence again makes all of them answer once more, which is the traffic that "
            "resuming saves.",
        .violating = MANAGED "[reset]\n"
                             "[connection 2]\n" AGAIN RESUME("0") RESUMED(
                                 "0") "C: <iq id='r' type='get'><query xmlns='jabber:iq:roster'/></iq>\n"
                                      "S: <iq id='r' type='result'><query xmlns='jabber:iq:roster'/></iq>",
        .conforming = MANAGED "[reset]\n"
                              "[connection 2]\n" AGAIN RESUME("0")
                                  RESUMED("0") "C: <presence><show>away</show></presence>",
        .kinds = on(EventKind::kIq, EventKind::kPresence),
        .check = login_after_resume,
    },
    {
        .id = "sm-id-reused",
        .tier = 3,
        .layer = Layer::kSm,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "XEP-0198 §5",
        .explanation =
            "The id of a session is the key that a client comes back with, so no two sessions of a "
            "server may share one. With a second session under the same id, one of the two clients "
            "would be given the other's address and messages.",
        .violating = MANAGED "[connection 2]\n"
                             "[bound romeo@example.com/orchard]\n"
                             "C: <enable xmlns='urn:xmpp:sm:3' resume='true'/>\n"
                             "S: <enabled xmlns='urn:xmpp:sm:3' id='f4k3-1d' resume='true'/>",
        .conforming = MANAGED "[connection 2]\n"
                              "[bound romeo@example.com/orchard]\n"
                              "C: <enable xmlns='urn:xmpp:sm:3' resume='true'/>\n"
                              "S: <enabled xmlns='urn:xmpp:sm:3' id='an0ther' resume='true'/>",
        .kinds = kSmOrLogin,
        .check = id_reused,
    },
    {
        .id = "sm-close-vs-drop",
        .tier = 3,
        .layer = Layer::kSm,
        .severities = kNotes,
        .who = Who::kClient,
        .citation = "XEP-0198 §7",
        .explanation =
            "</stream:stream> says goodbye: the server ends the session and tells the contacts that "
            "the client is gone. A client that wants to come back, because its app only went into the "
            "background, drops the connection instead. Both are right, but a session that was closed "
            "cannot be resumed.",
        .violating = MANAGED
        "C: </stream:stream>\n"
        "S: </stream:stream>\n"
        "[close]\n"
        "[connection 2]\n" AGAIN RESUME("0") "S: <failed xmlns='urn:xmpp:sm:3'><item-not-found "
                                             "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>",
        .conforming = MANAGED "[reset]\n"
                              "[connection 2]\n" AGAIN RESUME("0") RESUMED("0"),
        .kinds = kSmOrLogin,
        .check = closed_before,
    },
    {
        .id = "csi-not-offered",
        .tier = 3,
        .layer = Layer::kSm,
        .severities = kWarnings,
        .who = Who::kClient,
        .citation = "XEP-0352 §4.1",
        .explanation =
            "With <active/> and <inactive/> a client says whether somebody is looking at it, so that "
            "the server may hold back what can wait. Nothing answers them, so a client that sends "
            "them to a server without the feature never learns that it saves nothing, and a strict "
            "server closes the stream for an unknown element.",
        .violating = AGAIN
        "C: <iq id='b' type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>\n"
        "S: <iq id='b' type='result'><bind "
        "xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>juliet@example.com/4db06f06</jid></bind></iq>\n"
        "C: <inactive xmlns='urn:xmpp:csi:0'/>",
        .conforming =
            "[authenticated]\n"
            "S: <stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><csi "
            "xmlns='urn:xmpp:csi:0'/></stream:features>\n"
            "C: <iq id='b' type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>\n"
            "S: <iq id='b' type='result'><bind "
            "xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>juliet@example.com/4db06f06</jid></bind></iq>\n"
            "C: <inactive xmlns='urn:xmpp:csi:0'/>",
        .kinds = on(EventKind::kNonza),
        .check = csi_not_offered,
    },
};

#undef FEATURES
#undef RESUME
#undef RESUMED
#undef AGAIN
#undef MANAGED
#undef INLINE_OFFER

}  // namespace

RuleTable sm_resumption_rules() {
  return {kRules};
}

}  // namespace parser::rules
