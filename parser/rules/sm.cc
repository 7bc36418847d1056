// Stream management: enabling it, and its acknowledgements (XEP-0198 §2 to §4, §6). What concerns resumption
// is in sm_resumption.cc. The counting is done by parser/stream/stream_management; the checks here read what
// it made of the element.
#include "parser/rules/checks.h"
#include "parser/rules/rulebook.h"
#include "parser/rules/sm_elements.h"

namespace parser::rules {
namespace {

using Fault = StreamManagement::Fault;

// The proxy changed what this side received of stream management, or bytes were not seen.
bool unsure(const Context& context, Report& report) {
  return !context.session.from_start() ||
         received_edited(report.memory(), context.event.direction, on(EventKind::kSm));
}

bool is_request(const StreamEvent& event) {
  return event.direction == Direction::kC2S && (event.local == "enable" || event.local == "resume");
}

void enable_before_bind(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kC2S || event.local != "enable" || context.before.bound) return;
  if (!context.session.from_start() || !is_client_stream(context.session)) return;
  // A bind request may be under way, or a login that binds (XEP-0386).
  if (context.before.phase != Phase::kFeaturesAuth) return;
  report.add("<enable/> before a resource is bound: there is no session yet whose stanzas could be counted.",
             event.range);
}

void before_auth(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (!is_request(event) || context.before.authenticated || !context.session.from_start()) return;
  if (!context.before.header_seen[index(Direction::kC2S)] || context.before.closed[index(Direction::kC2S)])
    return;
  // A client that knows the server may send ahead of the answer to its login.
  if (report.memory().login_requested) return;
  report.add("<" + std::string(event.local) +
                 "/> before login: stream management belongs to a session, and nobody is logged in yet.",
             event.range);
}

void not_offered(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kC2S || event.local != "enable" || !context.before.authenticated) return;
  // Before any features the client speaks from memory, which is allowed; so it is ahead of a restart's.
  const xml::Element* features = context.before.features;
  const SessionState& session = context.session;
  if (features == nullptr || session.offered("sm", event.ns)) return;
  if (session.side(Direction::kC2S).headers > session.side(Direction::kS2C).headers) return;
  if (received_edited(report.memory(), Direction::kC2S, on(EventKind::kFeatures))) return;
  // With SASL2 it may stand among what can be done inline.
  if (session.offered("authentication", ns::kSasl2)) return;
  const std::string_view other = event.ns == ns::kSm3 ? ns::kSm2 : ns::kSm3;
  report.add("The client enables stream management, but the server's features list no <sm xmlns='" +
                 std::string(event.ns) + "'>" +
                 (session.offered("sm", other) ? ", only the version " + quoted(other) + "." : "."),
             event.range);
}

void enable_twice(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const StreamManagement* sm = context.session.sm();
  if (event.direction != Direction::kC2S || event.local != "enable" || sm == nullptr) return;
  if (sm->enables() < 2) return;
  // By the letter it is one attempt; many clients try again when it was refused.
  report.add("A second <enable/> on this stream: stream management is negotiated once.", event.range,
             At{.at_most = sm->enabled() ? std::nullopt : std::optional(Severity::kWarning)});
}

// The client's request has waited too long for an answer, though the server has spoken since.
void unanswered(const Context& context, Report& report, const StreamManagement::Request& request,
                uint32_t& judged, std::string_view what) {
  const StreamEvent& event = context.event;
  if (!request.pending() || judged == static_cast<uint32_t>(request.frame)) return;
  if (event.time - request.time < context.ack_timeout || unsure(context, report)) return;
  judged = static_cast<uint32_t>(request.frame);
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(event.time - request.time).count();
  report.add("The server has not answered the client's " + std::string(what) + " for " +
                 std::to_string(seconds) + " s, though it goes on sending.",
             event.range, At{.frame = request.frame});
}

void enable_unanswered(const Context& context, Report& report) {
  const StreamManagement* sm = context.session.sm();
  if (sm == nullptr || context.event.direction != Direction::kS2C) return;
  unanswered(context, report, sm->enable(), report.memory().judged_request,
             "<enable/> with <enabled/> or <failed/>");
}

void resume_unanswered(const Context& context, Report& report) {
  const StreamManagement* sm = context.session.sm();
  if (sm == nullptr || context.event.direction != Direction::kS2C) return;
  unanswered(context, report, sm->resume(), report.memory().judged_request,
             "<resume/> with <resumed/> or <failed/>");
}

void unsolicited(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const StreamManagement* sm = context.session.sm();
  if (event.direction != Direction::kS2C || sm == nullptr || !sm->last_unsolicited()) return;
  const xml::Element* element = sm_element(event, "enabled");
  if (element == nullptr) element = sm_element(event, "resumed");
  if (element == nullptr || unsure(context, report)) return;
  report.add(
      "<" + std::string(element->local) + "/> came, though the client has asked for nothing that it answers.",
      element->range);
}

void resume_without_id(const Context& context, Report& report) {
  const xml::Element* enabled = sm_element(context.event, "enabled");
  if (enabled == nullptr || context.event.direction != Direction::kS2C) return;
  const SmElement read = as_sm(*enabled).value_or(SmElement{});
  if (!read.resume || !read.id.empty()) return;
  report.add("The server allows resumption, but <enabled/> has no id to resume by.", enabled->start_tag);
}

void resume_unrequested(const Context& context, Report& report) {
  const xml::Element* enabled = sm_element(context.event, "enabled");
  const StreamManagement* sm = context.session.sm();
  if (enabled == nullptr || sm == nullptr || context.event.direction != Direction::kS2C) return;
  if (!as_sm(*enabled).value_or(SmElement{}).resume || sm->wants_resumption()) return;
  if (sm->last_unsolicited() || unsure(context, report)) return;
  report.add(
      "The server allows resumption, though the client's <enable/> did not ask for it with resume='true'.",
      enabled->start_tag);
}

void id_too_long(const Context& context, Report& report) {
  const xml::Element* enabled = sm_element(context.event, "enabled");
  if (enabled == nullptr || context.event.direction != Direction::kS2C) return;
  const size_t size = enabled->attribute("id").size();
  if (size <= StreamManagement::kMaxText) return;
  report.add("The session's id has " + std::to_string(size) + " bytes; it should not have more than 4000.",
             enabled->start_tag);
}

void failed_condition(const Context& context, Report& report) {
  const xml::Element* failed = sm_element(context.event, "failed");
  if (failed == nullptr || context.event.direction != Direction::kS2C) return;
  for (const xml::Element& child : failed->children()) {
    // Anything of another namespace says something else.
    if (child.ns != ns::kSm3 && child.ns != ns::kSm2 && !child.ns.empty()) continue;
    report.add("The condition " + tag_name(child) +
                   " in <failed/> is not in the namespace of stanza errors, '" +
                   std::string(ns::kStanzaErrors) + "'.",
               child.range);
    return;
  }
}

void version_mixed(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const StreamManagement* sm = context.session.sm();
  if (sm == nullptr || event.ns == sm->ns()) return;
  bool& said = report.memory().mixed_sm[index(event.direction)];
  if (said) return;
  said = true;
  report.add("<" + std::string(event.local) + "/> is of " + quoted(event.ns) +
                 ", but this session's stream management began with " + quoted(sm->ns()) + ".",
             event.range);
}

// --- acknowledgements -------------------------------------------------------------------------------------

void ack_before_enabled(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const StreamManagement* sm = context.session.sm();
  if ((event.local != "a" && event.local != "r") || sm == nullptr || unsure(context, report)) return;
  if (sm->enabled()) return;
  // The client may go on right behind its request.
  if (event.direction == Direction::kC2S && (sm->enable().pending() || sm->resume().pending())) return;
  report.add("<" + std::string(event.local) + "/> on a stream on which stream management is not enabled.",
             event.range);
}

void ack_missing_h(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.element == nullptr || event.local != "a") return;
  if (event.element->find_attribute("h") != nullptr) return;
  report.add("The <a/> has no h, the number of stanzas handled so far.", event.range);
}

void h_not_number(const Context& context, Report& report) {
  for (const std::string_view local : {"a", "resume", "resumed", "failed"}) {
    const xml::Element* element = sm_element(context.event, local);
    const xml::Attribute* h = element == nullptr ? nullptr : element->find_attribute("h");
    if (h == nullptr || as_sm(*element).value_or(SmElement{}).h) continue;
    report.add("The h of the <" + std::string(local) + "/>, " + quoted(h->value) +
                   ", is not a number from 0 to 4294967295.",
               element->start_tag);
  }
}

// The claim of an <a/>, where something is wrong with it.
const StreamManagement::Claim* faulty_ack(const Context& context, Fault fault) {
  const StreamManagement* sm = context.session.sm();
  if (context.event.local != "a" || sm == nullptr || !sm->last_claim()) return nullptr;
  return sm->last_claim()->fault == fault ? &*sm->last_claim() : nullptr;
}

void ack_too_high(const Context& context, Report& report) {
  const StreamManagement::Claim* claim = faulty_ack(context, Fault::kTooHigh);
  if (claim == nullptr) return;
  report.add("The <a/> acknowledges " + std::to_string(claim->h) +
                 " stanzas, but the other side has sent only " + std::to_string(claim->sent) +
                 " since its counter began." + drift_of(*claim),
             context.event.range, At{.frame = claim->stanza.frame()});
}

void ack_decreased(const Context& context, Report& report) {
  const StreamManagement::Claim* claim = faulty_ack(context, Fault::kDecreased);
  if (claim == nullptr) return;
  report.add("The <a/> acknowledges " + std::to_string(claim->h) +
                 " stanzas, but an earlier one acknowledged " + std::to_string(claim->acked) +
                 "; the count only grows." + drift_of(*claim),
             context.event.range, At{.frame = claim->stanza.frame()});
}

void request_unanswered(const Context& context, Report& report) {
  const StreamManagement* sm = context.session.sm();
  if (sm == nullptr) return;
  const StreamEvent& event = context.event;
  const Direction asker = opposite(event.direction);
  const StreamManagement::Side& side = sm->side(asker);
  if (!side.asked.pending() || event.time - side.asked.time < context.ack_timeout) return;
  // A device that slept speaks before it has read on; one that has spoken before and speaks again was awake.
  if (side.spoke_since_asked == Time{} || event.time - side.spoke_since_asked < std::chrono::seconds(1)) {
    return;
  }
  uint32_t& judged = report.memory().judged_acks[index(asker)];
  if (judged == static_cast<uint32_t>(side.asked.frame) || !sm->enabled() ||
      sm->connection() != event.connection)
    return;
  if (unsure(context, report)) return;
  judged = static_cast<uint32_t>(side.asked.frame);
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(event.time - side.asked.time).count();
  report.add("The <r/> in frame " + std::to_string(side.asked.frame) + " has had no <a/> for " +
                 std::to_string(seconds) + " s, though its receiver has sent other things since.",
             event.range, At{.frame = side.asked.frame});
}

constexpr KindSet kSm = on(EventKind::kSm);
constexpr KindSet kSmOrLogin = on(EventKind::kSm, EventKind::kSasl);
constexpr KindSet kStanzasAndSm = kStanzas | on(EventKind::kSm);

#define FEATURES(of_sm) \
  "S: <stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>" of_sm "</stream:features>\n"
#define SM "<sm xmlns='urn:xmpp:sm:3'/>"
#define BIND                                                                         \
  "C: <iq id='b' type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>\n" \
  "S: <iq id='b' type='result'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"      \
  "<jid>juliet@example.com/4db06f06</jid></bind></iq>\n"
#define MANAGED                                        \
  "C: <enable xmlns='urn:xmpp:sm:3' resume='true'/>\n" \
  "S: <enabled xmlns='urn:xmpp:sm:3' id='f4k3-1d' resume='true'/>\n"

constexpr Rule kRules[] = {
    {
        .id = "sm-enable-before-bind",
        .tier = 1,
        .layer = Layer::kSm,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "XEP-0198 §3",
        .explanation =
            "Stream management counts the stanzas of a session so that it can be resumed under its "
            "address. On a client's stream there is none before a resource is bound, so <enable/> "
            "waits for the bind result, or for a bind request that goes ahead of it. Bind 2 carries "
            "<enable/> inside its own request instead.",
        .violating = "[authenticated]\n" FEATURES(SM) "C: <enable xmlns='urn:xmpp:sm:3'/>",
        .conforming =
            "[authenticated]\n" FEATURES(SM) BIND "C: <enable xmlns='urn:xmpp:sm:3' resume='true'/>",
        .kinds = kSm,
        .check = enable_before_bind,
        .when = When::kUntilEstablished,
    },
    {
        .id = "sm-ack-missing-h",
        .tier = 1,
        .layer = Layer::kSm,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "XEP-0198 §4",
        .explanation =
            "<a/> says how many stanzas have been handled, and h is that number. The receiver drops "
            "this many from its queue of what may have to be sent again; without the number the "
            "answer says nothing.",
        .violating = MANAGED "C: <a xmlns='urn:xmpp:sm:3'/>",
        .conforming = MANAGED "C: <a xmlns='urn:xmpp:sm:3' h='0'/>",
        .kinds = kSm,
        .check = ack_missing_h,
    },
    {
        .id = "sm-ack-h-too-high",
        .tier = 1,
        .layer = Layer::kSm,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "XEP-0198 §6",
        .explanation =
            "Nobody can have handled more stanzas than were sent, so the two sides disagree about "
            "what is counted, and after a resumption stanzas would be lost or doubled. Only message, "
            "presence and iq count, from <enable/> (client) and <enabled/> (server) on; <r/>, <a/> "
            "and everything else does not. The right reaction is to close the stream with handled- "
            "count-too-high.",
        .violating = MANAGED "S: <message from='a@example.com'><body>1</body></message>\n"
                             "S: <message from='a@example.com'><body>2</body></message>\n"
                             "C: <a xmlns='urn:xmpp:sm:3' h='3'/>",
        .conforming = "S: <message from='a@example.com'><body>not counted</body></message>\n"
                      "C: <enable xmlns='urn:xmpp:sm:3'/>\n"
                      "C: <presence/>\n"
                      "S: <enabled xmlns='urn:xmpp:sm:3'/>\n"
                      "S: <message from='a@example.com'><body>1</body></message>\n"
                      "S: <r xmlns='urn:xmpp:sm:3'/>\n"
                      "C: <a xmlns='urn:xmpp:sm:3' h='1'/>\n"
                      "S: <a xmlns='urn:xmpp:sm:3' h='1'/>",
        .kinds = kSm,
        .check = ack_too_high,
    },
    {
        .id = "sm-enable-not-offered",
        .tier = 2,
        .layer = Layer::kSm,
        .severities = kWarnings,
        .who = Who::kClient,
        .citation = "XEP-0198 §2; XEP-0198 §3",
        .explanation =
            "A server lists <sm/> among its features where stream management can be had. A client "
            "that enables it without having seen the offer gets <failed/> at best; a server that does "
            "not know the namespace may close the stream. Clients that remember the features of last "
            "time may go ahead of the list, but not against it.",
        .violating = "[authenticated]\n" FEATURES("") BIND "C: <enable xmlns='urn:xmpp:sm:3'/>\n"
                                                           "S: <failed xmlns='urn:xmpp:sm:3'/>",
        .conforming = "[authenticated]\n" FEATURES(SM) BIND "C: <enable xmlns='urn:xmpp:sm:3'/>\n"
                                                            "S: <enabled xmlns='urn:xmpp:sm:3'/>",
        .kinds = kSm,
        .check = not_offered,
    },
    {
        .id = "sm-before-auth",
        .tier = 2,
        .layer = Layer::kSm,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "XEP-0198 §3",
        .explanation =
            "A stream that nobody has logged in on carries no stanzas that could be counted, and no "
            "session that could be resumed: anybody who guessed an id could take over somebody "
            "else's. So <enable/> and <resume/> come behind the login, or, with SASL2, inside of it.",
        .violating = "[tls]\n"
                     "S: <stream:features><mechanisms "
                     "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms></"
                     "stream:features>\n"
                     "C: <resume xmlns='urn:xmpp:sm:3' previd='f4k3-1d' h='0'/>\n"
                     "S: <failed xmlns='urn:xmpp:sm:3'><unexpected-request "
                     "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>",
        .conforming =
            "[authenticated]\n" FEATURES(SM) "C: <resume xmlns='urn:xmpp:sm:3' previd='f4k3-1d' h='0'/>\n"
                                             "S: <resumed xmlns='urn:xmpp:sm:3' previd='f4k3-1d' h='0'/>",
        .kinds = kSm,
        .check = before_auth,
        .when = When::kUntilEstablished,
    },
    {
        .id = "sm-enable-twice",
        .tier = 2,
        .layer = Layer::kSm,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "XEP-0198 §3",
        .explanation = "One stream has one <enable/>. A second one would begin the numbers anew, and the two "
                       "sides would no longer know which stanzas an h speaks of; the server ends the stream. "
                       "Where the first attempt was refused, trying again is against the letter as well, but "
                       "harms nobody.",
        .violating = MANAGED "C: <enable xmlns='urn:xmpp:sm:3' resume='true'/>\n"
                             "S: <failed xmlns='urn:xmpp:sm:3'><unexpected-request "
                             "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>",
        .conforming = MANAGED "C: <presence/>\n"
                              "S: <r xmlns='urn:xmpp:sm:3'/>\n"
                              "C: <a xmlns='urn:xmpp:sm:3' h='0'/>",
        .kinds = kSm,
        .check = enable_twice,
    },
    {
        .id = "sm-unanswered-enable",
        .tier = 2,
        .layer = Layer::kSm,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "XEP-0198 §3",
        .explanation =
            "The server answers <enable/> with <enabled/> or <failed/>. Until then the client does "
            "not know whether its stanzas are being counted, so it has to keep them all, and it "
            "cannot resume when the connection breaks.",
        .violating = "C: <enable xmlns='urn:xmpp:sm:3' resume='true'/>\n"
                     "[wait 31s]\n"
                     "S: <message from='a@example.com'><body>Hi</body></message>",
        .conforming = "C: <enable xmlns='urn:xmpp:sm:3' resume='true'/>\n"
                      "S: <message from='a@example.com'><body>Hi</body></message>\n"
                      "[wait 5s]\n"
                      "S: <enabled xmlns='urn:xmpp:sm:3' id='f4k3-1d' resume='true'/>\n"
                      "[wait 60s]\n"
                      "S: <message from='a@example.com'><body>Hi</body></message>",
        .kinds = kStanzasAndSm,
        .check = enable_unanswered,
    },
    {
        .id = "sm-enabled-unsolicited",
        .tier = 2,
        .layer = Layer::kSm,
        .severities = kWarnings,
        .who = Who::kServer,
        .citation = "XEP-0198 §3",
        .explanation =
            "<enabled/> answers <enable/>, <resumed/> answers <resume/>. One that nobody asked for "
            "leaves the two sides with different ideas of whether stanzas are counted: the client, "
            "which did not begin, will acknowledge nothing.",
        .violating = "S: <enabled xmlns='urn:xmpp:sm:3'/>",
        .conforming = MANAGED "S: <r xmlns='urn:xmpp:sm:3'/>\n"
                              "C: <a xmlns='urn:xmpp:sm:3' h='0'/>",
        .kinds = kSmOrLogin,
        .check = unsolicited,
    },
    {
        .id = "sm-enabled-resume-without-id",
        .tier = 2,
        .layer = Layer::kSm,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "XEP-0198 §5",
        .explanation =
            "A session is resumed by its id: the client sends it as previd on the new connection. A "
            "server that grants resumption and gives no id promises something that cannot be used, "
            "and the client finds out only when it is needed.",
        .violating = "C: <enable xmlns='urn:xmpp:sm:3' resume='true'/>\n"
                     "S: <enabled xmlns='urn:xmpp:sm:3' resume='true'/>",
        .conforming = "C: <enable xmlns='urn:xmpp:sm:3' resume='true'/>\n"
                      "S: <enabled xmlns='urn:xmpp:sm:3' id='f4k3-1d' resume='1' max='300'/>",
        .kinds = kSmOrLogin,
        .check = resume_without_id,
    },
    {
        .id = "sm-enabled-resume-unrequested",
        .tier = 3,
        .layer = Layer::kSm,
        .severities = kWarnings,
        .who = Who::kServer,
        .citation = "XEP-0198 §3; XEP-0198 §5",
        .explanation = "Whether a session can be resumed is the client's wish: it says resume='true' in "
                       "<enable/>. A server that keeps sessions for clients that will never come back holds "
                       "their stanzas until the time has run out, instead of sending them elsewhere at once.",
        .violating = "C: <enable xmlns='urn:xmpp:sm:3'/>\n"
                     "S: <enabled xmlns='urn:xmpp:sm:3' id='f4k3-1d' resume='true'/>",
        .conforming = "C: <enable xmlns='urn:xmpp:sm:3' resume='true'/>\n"
                      "S: <enabled xmlns='urn:xmpp:sm:3' id='f4k3-1d' resume='true'/>",
        .kinds = kSmOrLogin,
        .check = resume_unrequested,
    },
    {
        .id = "sm-id-too-long",
        .tier = 3,
        .layer = Layer::kSm,
        .severities = kWarnings,
        .who = Who::kServer,
        .citation = "XEP-0198 §5",
        .explanation =
            "A client has to keep the session's id, often across a restart of the program, and send "
            "it back when it resumes. So there is a limit to plan with: an id should have no more "
            "than 4000 bytes.",
        .violating = "C: <enable xmlns='urn:xmpp:sm:3' resume='true'/>\n"
                     "S: <enabled xmlns='urn:xmpp:sm:3' id='${repeat:x:4001}' resume='true'/>",
        .conforming = "C: <enable xmlns='urn:xmpp:sm:3' resume='true'/>\n"
                      "S: <enabled xmlns='urn:xmpp:sm:3' id='${repeat:x:4000}' resume='true'/>",
        .kinds = kSmOrLogin,
        .check = id_too_long,
    },
    {
        .id = "sm-failed-condition-namespace",
        .tier = 3,
        .layer = Layer::kSm,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "XEP-0198 §6",
        .explanation =
            "<failed/> explains itself with one of the conditions of stanza errors, in their "
            "namespace. Written without xmlns the condition inherits that of stream management, where "
            "no such element exists, and a client that looks for item-not-found does not find it.",
        .violating = "C: <enable xmlns='urn:xmpp:sm:3'/>\n"
                     "S: <failed xmlns='urn:xmpp:sm:3'><unexpected-request/></failed>",
        .conforming = "C: <enable xmlns='urn:xmpp:sm:3'/>\n"
                      "S: <failed xmlns='urn:xmpp:sm:3'><unexpected-request "
                      "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>",
        .kinds = kSmOrLogin,
        .check = failed_condition,
    },
    {
        .id = "sm-namespace-version-mixed",
        .tier = 2,
        .layer = Layer::kSm,
        .severities = kWarnings,
        .who = Who::kEither,
        .citation = "XEP-0198 §3; XEP-0198 §4; XEP-0198 §12.2",
        .explanation =
            "urn:xmpp:sm:2 and urn:xmpp:sm:3 are two protocols: in the older one the numbers began "
            "differently. A server may offer both, but a session speaks the one that it began with; "
            "an element of the other is unknown to it.",
        .violating = "C: <enable xmlns='urn:xmpp:sm:2'/>\n"
                     "S: <enabled xmlns='urn:xmpp:sm:2'/>\n"
                     "C: <r xmlns='urn:xmpp:sm:3'/>",
        .conforming = "C: <enable xmlns='urn:xmpp:sm:2'/>\n"
                      "S: <enabled xmlns='urn:xmpp:sm:2'/>\n"
                      "C: <r xmlns='urn:xmpp:sm:2'/>\n"
                      "S: <a xmlns='urn:xmpp:sm:2' h='0'/>",
        .kinds = kSm,
        .check = version_mixed,
    },
    {
        .id = "sm-ack-before-enabled",
        .tier = 2,
        .layer = Layer::kSm,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "XEP-0198 §3; XEP-0198 §4",
        .explanation = "<r/> and <a/> speak of counters, and these begin when stream management is enabled. "
                       "Before that the other side has nothing to count with, and may take the element for "
                       "garbage. A client may send <r/> right behind its <enable/>.",
        .violating = "C: <r xmlns='urn:xmpp:sm:3'/>",
        .conforming = "C: <enable xmlns='urn:xmpp:sm:3'/><r xmlns='urn:xmpp:sm:3'/>\n"
                      "S: <enabled xmlns='urn:xmpp:sm:3'/><a xmlns='urn:xmpp:sm:3' h='0'/>\n"
                      "S: <r xmlns='urn:xmpp:sm:3'/>\n"
                      "C: <a xmlns='urn:xmpp:sm:3' h='0'/>",
        .kinds = kSm,
        .check = ack_before_enabled,
    },
    {
        .id = "sm-ack-h-not-number",
        .tier = 2,
        .layer = Layer::kSm,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "XEP-0198 §4; XEP-0198 §13",
        .explanation =
            "h is an unsigned number of 32 bits; behind 4294967295 comes 0. Anything else cannot be "
            "compared with what was sent, so the stanzas stay unacknowledged, and some libraries drop "
            "the connection.",
        .violating = MANAGED "C: <a xmlns='urn:xmpp:sm:3' h='-1'/>",
        .conforming = MANAGED "C: <a xmlns='urn:xmpp:sm:3' h='0'/>",
        .kinds = kSmOrLogin,
        .check = h_not_number,
    },
    {
        .id = "sm-ack-h-decreased",
        .tier = 2,
        .layer = Layer::kSm,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "XEP-0198 §4",
        .explanation =
            "What has been handled stays handled, so h only grows, but for the step from 4294967295 "
            "to 0. The other side has already dropped the stanzas that were acknowledged before; if "
            "the session is resumed with the lower number, they cannot be sent again.",
        .violating = MANAGED "S: <message id='m1' from='a@example.com'><body>1</body></message>\n"
                             "S: <message id='m2' from='a@example.com'><body>2</body></message>\n"
                             "C: <a xmlns='urn:xmpp:sm:3' h='2'/>\n"
                             "C: <a xmlns='urn:xmpp:sm:3' h='1'/>",
        .conforming = MANAGED "S: <message id='m1' from='a@example.com'><body>1</body></message>\n"
                              "S: <message id='m2' from='a@example.com'><body>2</body></message>\n"
                              "C: <a xmlns='urn:xmpp:sm:3' h='1'/>\n"
                              "C: <a xmlns='urn:xmpp:sm:3' h='2'/>\n"
                              "C: <a xmlns='urn:xmpp:sm:3' h='2'/>",
        .kinds = kSm,
        .check = ack_decreased,
    },
    {
        .id = "sm-ack-request-unanswered",
        .tier = 2,
        .layer = Layer::kSm,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "XEP-0198 §4",
        .explanation =
            "<r/> asks how far the other side has come, and must be answered with <a/> at once. "
            "Whoever asked keeps all stanzas until then, and after a while takes the connection for "
            "dead. One <a/> may answer several <r/>; a sleeping device may be late, but one that "
            "sends other things is awake.",
        .violating = MANAGED "S: <r xmlns='urn:xmpp:sm:3'/>\n"
                             "C: <message to='a@example.com'><body>still here</body></message>\n"
                             "[wait 31s]\n"
                             "C: <message to='a@example.com'><body>and here</body></message>",
        .conforming = MANAGED "S: <r xmlns='urn:xmpp:sm:3'/>\n"
                              "S: <r xmlns='urn:xmpp:sm:3'/>\n"
                              "[wait 90s]\n"
                              "C: <message to='a@example.com'><body>awake again</body></message>\n"
                              "C: <a xmlns='urn:xmpp:sm:3' h='0'/>\n"
                              "[wait 90s]\n"
                              "C: <message to='a@example.com'><body>and here</body></message>",
        .kinds = kStanzas,
        .check = request_unanswered,
    },
    {
        .id = "sm-resume-unanswered",
        .tier = 2,
        .layer = Layer::kSm,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "XEP-0198 §5",
        .explanation =
            "<resume/> is answered with <resumed/> or <failed/>, and only then does the client know "
            "whether it still has its address or must bind a new one. Until that it can do neither, "
            "and the stanzas of both sides wait.",
        .violating =
            "[authenticated]\n" FEATURES(SM) "C: <resume xmlns='urn:xmpp:sm:3' previd='f4k3-1d' h='1'/>\n"
                                             "[wait 31s]\n"
                                             "S: <message from='a@example.com'><body>Hi</body></message>",
        .conforming =
            "[authenticated]\n" FEATURES(SM) "C: <resume xmlns='urn:xmpp:sm:3' previd='f4k3-1d' h='1'/>\n"
                                             "[wait 3s]\n"
                                             "S: <resumed xmlns='urn:xmpp:sm:3' previd='f4k3-1d' h='1'/>\n"
                                             "[wait 60s]\n"
                                             "S: <message from='a@example.com'><body>Hi</body></message>",
        .kinds = kStanzasAndSm,
        .check = resume_unanswered,
    },
};

#undef FEATURES
#undef SM
#undef BIND
#undef MANAGED

}  // namespace

RuleTable sm_rules() {
  return {kRules};
}

}  // namespace parser::rules
