// SASL layer, its second generation: SASL2 (XEP-0388), what rides along with it, and tokens (FAST, XEP-0484).
#include "parser/jid/jid.h"
#include "parser/rules/example_text.h"
#include "parser/rules/rulebook.h"
#include "parser/rules/sasl_checks.h"

namespace parser::rules {
namespace {

using sasl::Fault;
using sasl::Login;
using xml::Element;

bool is_authenticate(const StreamEvent& event) {
  return is_login(event) && event.ns == ns::kSasl2 && event.local == "authenticate";
}
bool is_success(const StreamEvent& event) {
  return event.direction == Direction::kS2C && event.element != nullptr && event.ns == ns::kSasl2 &&
         event.local == "success";
}

void before_tls(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.element == nullptr || context.before.encrypted[index(event.direction)]) return;
  if (!context.session.from_start()) return;
  if (event.kind == EventKind::kFeatures) {
    const Element* offer = event.element->child("authentication", ns::kSasl2);
    if (event.direction != Direction::kS2C || offer == nullptr) return;
    report.add("The server offers SASL2 on an unencrypted stream; it is for use inside TLS only.",
               offer->range);
  } else if (is_authenticate(event)) {
    report.add("The client logs in with SASL2 on an unencrypted stream; it is for use inside TLS only.",
               event.element->start_tag);
  }
}

void no_mechanism(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kS2C || event.element == nullptr) return;
  const Element* offer = event.element->child("authentication", ns::kSasl2);
  if (offer == nullptr || offer->child("mechanism", ns::kSasl2) != nullptr) return;
  report.add("The <authentication/> lists no mechanism, so no login can begin with it.", offer->range);
}

void missing_mechanism(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (!is_authenticate(event) || !event.element->attribute("mechanism").empty()) return;
  report.add("The <authenticate/> does not name its mechanism.", event.element->start_tag);
}

void order(const Context& context, Report& report) {
  const Login* login = context.session.login();
  if (login == nullptr) return;
  const StreamEvent& event = context.event;
  if (login->has(Fault::kMixedGenerations) && report.of(verdict(Fault::kMixedGenerations))) {
    const bool sasl2 = login->generation() == sasl::Generation::kSasl2;
    report.add("The login began with " + std::string(sasl2 ? "<authenticate/> of SASL2" : "<auth/> of SASL") +
                   ", but this " + tag_name(*event.element) + " is of the other protocol.",
               event.range);
  }
  if (login->has(Fault::kStartAfterSuccess) && report.of(verdict(Fault::kStartAfterSuccess))) {
    report.add("A further <authenticate/> on a stream whose login was accepted already.",
               event.element->start_tag);
  }
}

void missing_identifier(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (!is_success(event)) return;
  const Element* identifier = event.element->child("authorization-identifier", ns::kSasl2);
  if (identifier != nullptr && identifier->has_text()) return;
  report.add("The <success/> holds no <authorization-identifier/>, so the client does not learn its address.",
             event.range);
}

void restart_after_success(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const InlineLogin* inlined = context.session.inline_login();
  const Login* login = context.session.login();
  if (event.direction != Direction::kC2S || inlined == nullptr || login == nullptr || !login->succeeded())
    return;
  if (login->generation() != sasl::Generation::kSasl2 || !context.before.header_seen[index(Direction::kC2S)])
    return;
  const Phase phase = context.before.phase;
  const bool just_in = phase == Phase::kLoggedIn || phase == Phase::kBoundInline ||
                       phase == Phase::kResumedInline || phase == Phase::kFeaturesAuth;
  if (!just_in || report.memory().compressed) return;
  report.add("The client opens a new stream after SASL2's <success/>, which goes on in the old one.",
             event.range);
}

void features_missing(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const InlineLogin* inlined = context.session.inline_login();
  if (event.direction != Direction::kS2C || inlined == nullptr || !inlined->features_due()) return;
  const Phase phase = context.before.phase;
  if (phase != Phase::kLoggedIn && phase != Phase::kBoundInline) return;
  report.add(
      "A " + tag_name(*event.element) + " follows <success/>, where the new <stream:features/> come first.",
      event.range);
}

void features_after_resumption(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const InlineLogin* inlined = context.session.inline_login();
  if (event.direction != Direction::kS2C || inlined == nullptr || !inlined->resumed()) return;
  report.add("Features follow a login that resumed the earlier session, which is complete without them.",
             event.range);
}

void inline_not_offered(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const Element* features = context.before.features;
  if (!is_authenticate(event) || features == nullptr || is_ahead(context.session)) return;
  const Element* offer = features->child("authentication", ns::kSasl2);
  if (offer == nullptr) return;
  if (received_edited(report.memory(), Direction::kC2S, on(EventKind::kFeatures, EventKind::kSasl))) return;
  const Element* list = offer->child("inline", ns::kSasl2);
  struct Wish {
    std::string_view local;
    std::string_view ns;
    std::string_view offered_as;
    std::string_view offered_ns;
  };
  constexpr Wish kWishes[] = {{"bind", ns::kBind2, "bind", ns::kBind2},
                              {"resume", ns::kSm3, "sm", ns::kSm3},
                              {"fast", ns::kFast, "fast", ns::kFast},
                              {"request-token", ns::kFast, "fast", ns::kFast}};
  for (const Wish& wish : kWishes) {
    const Element* asked = event.element->child(wish.local, wish.ns);
    if (asked == nullptr || (list != nullptr && list->child(wish.offered_as, wish.offered_ns) != nullptr))
      continue;
    report.add("The client asks for " + tag_name(*asked) +
                   " together with its login, which the server's <inline/> "
                   "does not list.",
               asked->range);
    return;
  }
}

// Version 4, variant 1 (RFC 9562 §5.4), in the usual notation.
bool is_uuid4(std::string_view id) {
  if (id.size() != 36) return false;
  for (size_t i = 0; i < id.size(); ++i) {
    const char c = id[i];
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      if (c != '-') return false;
    } else if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'))) {
      return false;
    }
  }
  return id[14] == '4' && std::string_view("89abAB").find(id[19]) != std::string_view::npos;
}

void user_agent_id(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (!is_authenticate(event)) return;
  const Element* agent = event.element->child("user-agent", ns::kSasl2);
  const xml::Attribute* id = agent == nullptr ? nullptr : agent->find_attribute("id");
  // The id is a secret of the device, so it is not quoted.
  if (id == nullptr || is_uuid4(id->value)) return;
  report.add("The id of <user-agent/> is no random UUID of version 4.", agent->start_tag);
}

void continue_without_tasks(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kS2C || event.element == nullptr || event.ns != ns::kSasl2) return;
  if (event.local != "continue") return;
  const Element* tasks = event.element->child("tasks", ns::kSasl2);
  if (tasks != nullptr && tasks->child("task", ns::kSasl2) != nullptr) return;
  report.add("The <continue/> names no task, so the client does not know what is left to do.", event.range);
}

void fast_needs(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const InlineLogin* inlined = context.session.inline_login();
  if (!is_authenticate(event) || inlined == nullptr || !inlined->uses_token()) return;
  const xml::ElementPtr& header = context.session.side(Direction::kC2S).header;
  const bool agent = inlined->names_user_agent();
  const bool from = header == nullptr || header->find_attribute("from") != nullptr;  // null: not seen
  if (agent && from) return;
  report.add(
      "The client logs in with a token but names no " +
          std::string(agent  ? "account in the from of its stream header."
                      : from ? "<user-agent/> with an id."
                             : "<user-agent/> with an id, and no account in the from of its stream header."),
      event.element->start_tag);
}

void authzid_from_mismatch(const Context& context, Report& report) {
  if (!tells_identity(context)) return;
  const Login& login = *context.session.login();
  const xml::ElementPtr& header = context.session.side(Direction::kC2S).header;
  if (login.generation() != sasl::Generation::kSasl2 || login.authzid().empty() || header == nullptr) return;
  const std::string_view from = without_resource(header->attribute("from"));
  if (from.empty() || same_jid(from, without_resource(login.authzid()))) return;
  report.add("The client wants to act as " + quoted(login.authzid()) + ", but its stream header is from " +
                 quoted(from) + ", and the server must refuse that.",
             data_range(context.event));
}

constexpr KindSet kLogin = on(EventKind::kSasl);
constexpr KindSet kOffer = on(EventKind::kFeatures);
#define PLAIN_OFFER FEATURES(AUTHENTICATION(MECHANISM("PLAIN")))
#define LOG_IN "[tls]\nS: " PLAIN_OFFER "\nC: " AUTHENTICATE("PLAIN", PLAIN_DATA, "") "\n"
#define LOGGED_IN LOG_IN "S: " SUCCESS2("juliet@example.com", "") "\n"
#define RESUME "<resume xmlns='urn:xmpp:sm:3' previd='x' h='3'/>"
#define SM_OFFER FEATURES(AUTHENTICATION(MECHANISM("PLAIN") "<inline><sm xmlns='urn:xmpp:sm:3'/></inline>"))
#define AGENT "<user-agent id='d4565fa7-4d72-4749-b3d3-740edbf87770'><software>App</software></user-agent>"
#define TOKEN_OFFER                                                                   \
  FEATURES(AUTHENTICATION(MECHANISM("PLAIN") "<inline><fast xmlns='urn:xmpp:fast:0'>" \
                                             "<mechanism>HT-SHA-256-NONE</mechanism></fast></inline>"))
#define TOKEN_LOGIN(more) \
  AUTHENTICATE("HT-SHA-256-NONE", "anVsaWV0AEhBU0hIQVNISEFTSEhBU0g=", "<fast xmlns='urn:xmpp:fast:0'/>" more)

constexpr Rule kRules[] = {
    {
        .id = "sasl2-before-tls",
        .tier = 2,
        .layer = Layer::kSasl,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "XEP-0388 §3",
        .explanation =
            "SASL2 was written for a world in which every stream is encrypted: it carries the id of the "
            "device, tokens and the wish to resume beside the password. None of that may be seen by others. "
            "So it is neither offered nor used before TLS.",
        .violating =
            "[plaintext]\nS: " FEATURES("<starttls " NS_TLS "/>" AUTHENTICATION(MECHANISM("SCRAM-SHA-1"))),
        .conforming = "[tls]\nS: " FEATURES(AUTHENTICATION(MECHANISM("SCRAM-SHA-1"))),
        .kinds = kLogin | kOffer,
        .check = before_tls,
        .when = When::kUntilEstablished,
    },
    {
        .id = "sasl2-no-mechanism",
        .tier = 3,
        .layer = Layer::kSasl,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "XEP-0388 §2.1",
        .explanation =
            "A client begins SASL2 by naming a mechanism from the list. Where there is none, there is "
            "nothing to begin with, and the feature must not be sent at all. A client that prefers SASL2 "
            "may otherwise overlook that the older SASL would have worked.",
        .violating = "[tls]\nS: " FEATURES(AUTHENTICATION("") MECHANISMS(MECHANISM("SCRAM-SHA-1"))),
        .conforming = "[tls]\nS: " FEATURES(AUTHENTICATION(MECHANISM("SCRAM-SHA-1"))
                                                MECHANISMS(MECHANISM("SCRAM-SHA-1"))),
        .kinds = kOffer,
        .check = no_mechanism,
        .when = When::kUntilEstablished,
    },
    {
        .id = "sasl2-mixed-namespaces",
        .tier = 2,
        .layer = Layer::kSasl,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "XEP-0388 §4.3; RFC 6120 §6.4",
        .explanation =
            "SASL and SASL2 look alike and differ in what follows: one restarts the stream after "
            "<success/>, the other does not. A login that began in one of them is answered in it. Only the "
            "conditions of a failure stay in the old namespace on purpose.",
        .violating = "[tls]\nS: " PLAIN_OFFER
                     "\nC: " AUTHENTICATE("PLAIN", PLAIN_DATA, "") "\nS: <success " NS_SASL "/>",
        .conforming = "[tls]\nS: " PLAIN_OFFER "\nC: " AUTHENTICATE("PLAIN", PLAIN_DATA, "") "\nS: " SUCCESS2(
            "juliet@example.com", ""),
        .kinds = kLogin,
        .check = order,
        .verdict = verdict(Fault::kMixedGenerations),
    },
    {
        .id = "sasl2-authenticate-missing-mechanism",
        .tier = 2,
        .layer = Layer::kSasl,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "XEP-0388 §2.3",
        .explanation =
            "The one attribute that <authenticate/> must have is the mechanism, one of those that the "
            "server listed; tokens take theirs from the list inside <fast/>. Without it the data of the "
            "initial response has no meaning.",
        .violating = "[tls]\nC: <authenticate " NS_SASL2 "><initial-response>" SCRAM_FIRST
                     "</initial-response></authenticate>",
        .conforming = "[tls]\nC: " AUTHENTICATE("SCRAM-SHA-256", SCRAM_FIRST, ""),
        .kinds = kLogin,
        .check = missing_mechanism,
    },
    {
        .id = "sasl2-success-missing-authorization-identifier",
        .tier = 2,
        .layer = Layer::kSasl,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "XEP-0388 §2.6.1; XEP-0386 §3.2",
        .explanation =
            "SASL2 tells the client who it is now: the bare JID, or the full one where Bind 2 gave it a "
            "resource. A client cannot guess it, since servers map names. Without the address it does not "
            "know which stanzas are its own.",
        .violating = LOG_IN "S: <success " NS_SASL2 "/>",
        .conforming = LOGGED_IN,
        .kinds = kLogin,
        .check = missing_identifier,
    },
    {
        .id = "sasl2-restart-after-success",
        .tier = 2,
        .layer = Layer::kSasl,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "XEP-0388 §2.6.1",
        .explanation =
            "The restart after a login was a relic of security layers that nobody uses, and cost a round "
            "trip. SASL2 has none: the server sends its new features at once, in the same stream. A new "
            "header there is a second root element, and the server will close the stream.",
        .violating = "[tls]\nC: " CLIENT_HEADER "\nS: " SERVER_HEADER("a1") PLAIN_OFFER "\nC: " AUTHENTICATE(
            "PLAIN", PLAIN_DATA, "") "\nS: " SUCCESS2("juliet@example.com", "") "\nC: " CLIENT_HEADER,
        .conforming = "[tls]\nC: " CLIENT_HEADER "\nS: " SERVER_HEADER("a1") PLAIN_OFFER
        "\nC: " AUTHENTICATE("PLAIN", PLAIN_DATA, "") "\nS: " SUCCESS2("juliet@example.com",
                                                                       "") "\nS: " FEATURES(BIND_FEATURE),
        .kinds = on(EventKind::kHeader),
        .check = restart_after_success,
        .when = When::kUntilEstablished,
    },
    {
        .id = "sasl2-features-missing-after-success",
        .tier = 2,
        .layer = Layer::kSasl,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "XEP-0388 §2.6.1",
        .explanation =
            "Behind <success/> the server sends the features of the stream as it is now, before anything "
            "else. Clients wait for them: to bind a resource, or to know what else they may use. Only where "
            "an earlier session was resumed none follow.",
        .violating = "[tls]\nS: " FEATURES(AUTHENTICATION(MECHANISM(
            "PLAIN") "<inline><bind " NS_BIND2
                     "/></inline>")) "\nC: " AUTHENTICATE("PLAIN", PLAIN_DATA,
                                                          "<bind " NS_BIND2
                                                          "/>") "\nS: " SUCCESS2("juliet@example.com/x1",
                                                                                 "<bound " NS_BIND2
                                                                                 "/>") "\nS: <message "
                                                                                       "from='romeo@example."
                                                                                       "net/orchard' "
                                                                                       "to='juliet@example."
                                                                                       "com/x1'><body>Hi</"
                                                                                       "body></message>",
        .conforming = "[tls]\nS: " FEATURES(AUTHENTICATION(MECHANISM(
            "PLAIN") "<inline><bind " NS_BIND2
                     "/></inline>")) "\nC: " AUTHENTICATE("PLAIN", PLAIN_DATA,
                                                          "<bind " NS_BIND2
                                                          "/>") "\nS: " SUCCESS2("juliet@example.com/x1",
                                                                                 "<bound " NS_BIND2
                                                                                 "/>") "\nS: " FEATURES("<sm "
                                                                                                        "xmln"
                                                                                                        "s='"
                                                                                                        "urn:"
                                                                                                        "xmpp"
                                                                                                        ":sm:"
                                                                                                        "3'/"
                                                                                                        ">"),
        .kinds = kStanzas | on(EventKind::kSm, EventKind::kNonza, EventKind::kCompress),
        .check = features_missing,
        .when = When::kUntilEstablished,
    },
    {
        .id = "sasl2-features-after-inline-resume",
        .tier = 2,
        .layer = Layer::kSasl,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "XEP-0198 §9.2",
        .explanation =
            "A session that was resumed has everything negotiated already, so it goes on at once with the "
            "stanzas that are still owed. Features there would be taken for the beginning of a new session. "
            "Servers written before this was settled still send them.",
        .violating = "[tls]\nS: " SM_OFFER "\nC: " AUTHENTICATE("PLAIN", PLAIN_DATA, RESUME) "\nS: " SUCCESS2(
            "juliet@example.com",
            "<resumed xmlns='urn:xmpp:sm:3' previd='x' h='3'/>") "\nS: " FEATURES("<sm "
                                                                                  "xmlns='urn:xmpp:sm:3'/>"),
        .conforming =
            "[tls]\nS: " SM_OFFER "\nC: " AUTHENTICATE("PLAIN", PLAIN_DATA, RESUME) "\nS: " SUCCESS2(
                "juliet@example.com",
                "<resumed xmlns='urn:xmpp:sm:3' previd='x' h='3'/>") "\nS: <message "
                                                                     "from='romeo@example.net/"
                                                                     "orchard'><body>Hi</body></message>",
        .kinds = kOffer,
        .check = features_after_resumption,
    },
    {
        .id = "sasl2-inline-feature-not-offered",
        .tier = 2,
        .layer = Layer::kSasl,
        .severities = kNotes,
        .who = Who::kClient,
        .citation = "XEP-0388 §2.1; XEP-0386 §3.1",
        .explanation =
            "What may be asked for together with the login stands in <inline/>. Anything else is ignored by "
            "most servers, and the client waits for an answer that does not come. Clients that remember a "
            "server's features may know better than this list, so it is a note.",
        .violating =
            "[tls]\nS: " PLAIN_OFFER "\nC: " AUTHENTICATE("PLAIN", PLAIN_DATA, "<bind " NS_BIND2 "/>"),
        .conforming = "[tls]\nS: " FEATURES(AUTHENTICATION(MECHANISM(
            "PLAIN") "<inline><bind " NS_BIND2 "/></inline>")) "\nC: " AUTHENTICATE("PLAIN", PLAIN_DATA,
                                                                                    "<bind " NS_BIND2 "/>"),
        .kinds = kLogin,
        .check = inline_not_offered,
    },
    {
        .id = "sasl2-authenticate-after-success",
        .tier = 2,
        .layer = Layer::kSasl,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "XEP-0388 §4.8",
        .explanation =
            "A login that was accepted, or accepted but for a further task, cannot be begun anew on the "
            "same stream. After <continue/> the client sends <next/>; after <success/> it is in. The server "
            "answers another <authenticate/> with a stream error. After <failure/> trying again is fine.",
        .violating = LOGGED_IN "C: " AUTHENTICATE("PLAIN", PLAIN_DATA, ""),
        .conforming = LOG_IN "S: <continue " NS_SASL2
                             "><tasks><task>TOTP-EXAMPLE</task></tasks></continue>\nC: <next " NS_SASL2
                             " task='TOTP-EXAMPLE'/>",
        .kinds = kLogin,
        .check = order,
        .verdict = verdict(Fault::kStartAfterSuccess),
    },
    {
        .id = "sasl2-user-agent-id-not-uuid4",
        .tier = 3,
        .layer = Layer::kSasl,
        .severities = kWarnings,
        .who = Who::kClient,
        .citation = "XEP-0388 §2.3",
        .explanation =
            "The id tells a server that the same installation comes back, and nothing more. A random UUID of "
            "version 4 cannot give away a device's name or a serial number, and no other installation can "
            "have the same by accident. Tokens are tied to it.",
        .violating = "[tls]\nC: " AUTHENTICATE("PLAIN", PLAIN_DATA, "<user-agent id='laptop-of-juliet'/>"),
        .conforming = "[tls]\nC: " AUTHENTICATE("PLAIN", PLAIN_DATA, AGENT),
        .kinds = kLogin,
        .check = user_agent_id,
    },
    {
        .id = "sasl2-continue-without-tasks",
        .tier = 3,
        .layer = Layer::kSasl,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "XEP-0388 §2.6.3",
        .explanation =
            "<continue/> says: the password is right, and something else is to be done, a second factor or a "
            "new password. Which of them the client can choose from stands in its list of tasks. Without "
            "the list the login is stuck.",
        .violating = LOG_IN "S: <continue " NS_SASL2 "/>",
        .conforming = LOG_IN "S: <continue " NS_SASL2 "><tasks><task>TOTP-EXAMPLE</task></tasks></continue>",
        .kinds = kLogin,
        .check = continue_without_tasks,
    },
    {
        .id = "fast-without-from-or-agent",
        .tier = 3,
        .layer = Layer::kSasl,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "XEP-0484 §4.1",
        .explanation =
            "A token belongs to one account and one installation, and the server looks it up by both: by "
            "the from of the stream header and the id of <user-agent/>. When one is missing, it finds no "
            "token and refuses the login, and the client falls back to the password.",
        .violating = "[tls]\nC: " CLIENT_HEADER_FROM("juliet@example.com") "\nS: " SERVER_HEADER_TO(
            "a1", "juliet@example.com") TOKEN_OFFER "\nC: " TOKEN_LOGIN(""),
        .conforming = "[tls]\nC: " CLIENT_HEADER_FROM("juliet@example.com") "\nS: " SERVER_HEADER_TO(
            "a1", "juliet@example.com") TOKEN_OFFER "\nC: " TOKEN_LOGIN(AGENT),
        .kinds = kLogin,
        .check = fast_needs,
    },
    {
        .id = "sasl2-authzid-from-mismatch",
        .tier = 3,
        .layer = Layer::kSasl,
        .severities = {std::nullopt, Severity::kNote},
        .who = Who::kClient,
        .citation = "XEP-0388 §2.3; XEP-0388 §4.4",
        .explanation =
            "A client of SASL2 names its account in the from of the stream header, and the server chooses "
            "its "
            "offers for that account. An authorization identity that names another one contradicts it, and "
            "the login must fail. Who wants to act for somebody else names that account in from.",
        .violating = "[tls]\nC: " CLIENT_HEADER_FROM("juliet@example.com") "\nS: " SERVER_HEADER_TO(
            "a1", "juliet@example.com") PLAIN_OFFER
        "\nC: " AUTHENTICATE("PLAIN", "cm9tZW9AZXhhbXBsZS5jb20AanVsaWV0AHNlY3JldA==", ""),
        .conforming = "[tls]\nC: " CLIENT_HEADER_FROM("romeo@example.com") "\nS: " SERVER_HEADER_TO(
            "a1", "romeo@example.com") PLAIN_OFFER
        "\nC: " AUTHENTICATE("PLAIN", "cm9tZW9AZXhhbXBsZS5jb20AanVsaWV0AHNlY3JldA==", ""),
        .kinds = kLogin,
        .check = authzid_from_mismatch,
    },
};

}  // namespace

RuleTable sasl2_rules() {
  return {kRules};
}

}  // namespace parser::rules
