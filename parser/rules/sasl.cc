// SASL layer: which mechanisms are offered, and how the elements of a login follow each other (RFC 6120 §6).
// What the messages inside say is judged in sasl_messages.cc and sasl_scram.cc, SASL2 in sasl2.cc.
#include "parser/rules/checks.h"
#include "parser/rules/example_text.h"
#include "parser/rules/rulebook.h"
#include "parser/rules/sasl_checks.h"
#include "parser/sasl/base64.h"

namespace parser::rules {
namespace {

using sasl::Base64;
using sasl::Fault;
using xml::Element;

// --- offers -----------------------------------------------------------------------------------------------

void mechanism_not_offered(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const Element* features = context.before.features;
  if (!is_login(event) || features == nullptr || is_ahead(context.session)) return;
  const Element* list =
      mechanism_list(*features, event.ns == ns::kSasl2 ? sasl::Generation::kSasl2 : sasl::Generation::kSasl1);
  if (list == nullptr) return;  // negotiation-feature-not-offered tells it
  const std::string_view mechanism = event.element->attribute("mechanism");
  if (mechanism.empty() || lists_mechanism(*list, mechanism)) return;
  if (received_edited(report.memory(), Direction::kC2S, on(EventKind::kFeatures, EventKind::kSasl))) return;
  report.add("The client chose the mechanism " + quoted(mechanism) + ", which the server does not offer.",
             event.element->start_tag);
}

void mechanisms_empty(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  // Between servers an empty list says: no EXTERNAL for you, use dialback.
  if (event.direction != Direction::kS2C || event.element == nullptr || !is_client_stream(context.session))
    return;
  const Element* list = event.element->child("mechanisms", ns::kSasl);
  if (list == nullptr || list->child("mechanism", ns::kSasl) != nullptr || context.before.authenticated)
    return;
  report.add("The list of login mechanisms is empty; one mechanism at least was expected.", list->range);
}

void plain_offered(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kS2C || event.element == nullptr || !context.session.from_start()) return;
  if (context.before.encrypted[index(Direction::kS2C)] || context.before.authenticated) return;
  const Element* list = event.element->child("mechanisms", ns::kSasl);
  const Element* tls = event.element->child("starttls", ns::kTls);
  // Where STARTTLS is required the whole list is one fault too many.
  if (list == nullptr || (tls != nullptr && tls->child("required", ns::kTls) != nullptr)) return;
  for (const Element& child : list->children()) {
    if (child.text() != "PLAIN") continue;
    report.add(
        "The server offers PLAIN on an unencrypted stream, where it would be the password in the clear.",
        child.range);
    return;
  }
}

void offered_before_required_tls(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kS2C || event.element == nullptr) return;
  if (context.before.encrypted[index(Direction::kS2C)] || !context.session.from_start()) return;
  const Element* tls = event.element->child("starttls", ns::kTls);
  const Element* list = event.element->child("mechanisms", ns::kSasl);
  if (tls == nullptr || list == nullptr || tls->child("required", ns::kTls) == nullptr) return;
  if (list->child("mechanism", ns::kSasl) == nullptr) return;
  report.add("The server lists login mechanisms beside a STARTTLS that it requires first.", list->range);
}

void features_after_auth(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kS2C || event.element == nullptr) return;
  if (!context.before.authenticated || !context.session.from_start()) return;
  for (const Element& child : event.element->children()) {
    const bool login = child.is("mechanisms", ns::kSasl) || child.is("authentication", ns::kSasl2);
    // On an encrypted leg tls-starttls-reoffered-after-tls tells of STARTTLS.
    const bool tls = child.is("starttls", ns::kTls) && !context.before.encrypted[index(Direction::kS2C)];
    if (!login && !tls) continue;
    report.add("The server still offers " + tag_name(child) + " to a client that is logged in already.",
               child.range);
    return;
  }
}

void external_not_first(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kS2C || event.element == nullptr) return;
  const Element* list = event.element->child("mechanisms", ns::kSasl);
  if (list == nullptr) return;
  bool first = true;
  for (const Element& child : list->children()) {
    if (child.local != "mechanism") continue;
    if (!first && child.text() == "EXTERNAL") {
      report.add(
          "EXTERNAL stands behind other mechanisms; listed first it would encourage logins by certificate.",
          child.range);
      return;
    }
    first = false;
  }
}

void deprecated_mechanism(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.element == nullptr) return;
  const auto is_old = [](std::string_view name) {
    const sasl::Family family = sasl::mechanism_of(name).family;
    return family == sasl::Family::kDigestMd5 || family == sasl::Family::kCramMd5 ||
           family == sasl::Family::kLogin;
  };
  if (is_login(event)) {
    const std::string_view name = event.element->attribute("mechanism");
    if (is_old(name)) {
      report.add("The client logs in with " + quoted(name) + ", which has given way to SCRAM.",
                 event.element->start_tag);
    }
    return;
  }
  const Element* list =
      event.kind == EventKind::kFeatures ? event.element->child("mechanisms", ns::kSasl) : nullptr;
  if (event.direction != Direction::kS2C || list == nullptr) return;
  for (const Element& child : list->children()) {
    const std::string name = child.text();
    if (!is_old(name)) continue;
    report.add("The server offers " + quoted(name) + ", which has given way to SCRAM.", child.range);
    return;
  }
}

void weaker_mechanism(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const Element* features = context.before.features;
  const sasl::Login* login = context.session.login();
  if (!is_login(event) || features == nullptr || login == nullptr || is_ahead(context.session)) return;
  const int chosen = sasl::strength(login->mechanism().family);
  const Element* list = mechanism_list(*features, login->generation());
  if (chosen == 0 || list == nullptr || !lists_mechanism(*list, login->mechanism_name())) return;
  if (received_edited(report.memory(), Direction::kC2S, on(EventKind::kFeatures, EventKind::kSasl))) return;
  const bool hidden = report.memory().binding_hidden;
  std::string better;  // the strongest
  int best = chosen;
  bool plus = false;
  for (const Element& child : list->children()) {
    if (child.local != "mechanism") continue;
    const std::string name = child.text();
    const sasl::Mechanism mechanism = sasl::mechanism_of(name);
    if (mechanism.bound && hidden) continue;  // the client was not shown it
    if (const int strength = sasl::strength(mechanism.family); strength > best) {
      better = name;
      best = strength;
    }
    plus = plus || (mechanism.bound && mechanism.family == sasl::Family::kScram);
  }
  At at;
  if (better.empty()) {
    // Whether it can bind to the channel is known to the client alone.
    if (!plus || login->mechanism().family != sasl::Family::kScram || login->mechanism().bound) return;
    at.at_most = Severity::kNote;
    report.add("The client logs in with " + quoted(login->mechanism_name()) +
                   ", although the server offers a -PLUS mechanism that is bound to the TLS channel.",
               event.element->start_tag, at);
    return;
  }
  // What was refused before may have been the stronger one.
  if (login->attempts() > 1) at.at_most = Severity::kNote;
  report.add("The client logs in with " + quoted(login->mechanism_name()) + ", although the server offers " +
                 quoted(better) +
                 (chosen == 1 ? ", which does not show the password." : ", which is harder to break."),
             event.element->start_tag, at);
}

// --- elements ---------------------------------------------------------------------------------------------

void auth_missing_mechanism(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (!is_login(event) || event.ns != ns::kSasl || !event.element->attribute("mechanism").empty()) return;
  report.add("The <auth/> does not name its mechanism.", event.element->start_tag);
}

void plain_without_tls(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (!is_login(event) || event.element->attribute("mechanism") != "PLAIN") return;
  // A capture that began in mid-session does not tell whether TLS was there.
  if (context.before.encrypted[index(Direction::kC2S)] || !context.session.from_start()) return;
  report.add("The client sends its password with PLAIN over an unencrypted connection.", event.range);
}

void not_base64(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const Element* data = event.element == nullptr ? nullptr : sasl_data_element(*event.element);
  if (data == nullptr) return;
  const std::string text = data->text();
  if (text == "=") return;  // data of no length (RFC 6120 §6.4.2)
  At at;
  std::string_view what;
  switch (sasl::judge_base64(text)) {
    case Base64::kGood:
      return;
    case Base64::kSpaced:
      what = "contains whitespace";
      if (data->ns == ns::kSasl2) at.at_most = Severity::kWarning;  // XEP-0388 §2.2: SHOULD NOT
      break;
    case Base64::kPadBits:
      if (context.profile == Profile::kRfc3920) return;
      what = "has bits behind its end that are not zero";
      break;
    case Base64::kBad:
      what = "is not base64";
      break;
  }
  report.add("The data in <" + std::string(data->local) + "/> " + std::string(what) + ".", data->range, at);
}

void zero_length_initial_response(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const sasl::Login* login = context.session.login();
  if (!is_login(event) || login == nullptr) return;
  const Element* data = sasl_data_element(*event.element);
  if (event.ns == ns::kSasl2) {
    if (data == nullptr || data->text() != "=") return;
    report.add("SASL2 knows no '=' for data of no length; the <initial-response/> is left empty instead.",
               data->range);
    return;
  }
  if (data == nullptr || !data->text().empty() || !sasl::client_first(login->mechanism().family)) return;
  report.add("An empty <auth/> has no initial response, which costs a round trip with " +
                 quoted(login->mechanism_name()) + "; one of no length would be written '='.",
             event.range);
}

void whitespace_during(const Context& context, Report& report) {
  if (!during_login(context) || is_ahead(context.session)) return;
  report.add("White space was sent while the login was under way, where only elements of SASL may pass.",
             context.event.range);
}

void unexpected_element(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.element == nullptr || !during_login(context) || is_ahead(context.session)) return;
  // stanza-before-auth tells of a client's stanzas.
  const bool stanza = (on(event.kind) & kStanzas) != 0;
  if (stanza && event.direction == Direction::kC2S) return;
  report.add("A " + tag_name(*event.element) +
                 " came in the middle of a login, where only elements of SASL may pass.",
             event.range);
}

void failure_without_condition(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kS2C || event.local != "failure" || event.element == nullptr) return;
  for (const Element& child : event.element->children()) {
    if (child.ns == ns::kSasl && child.local != "text") return;  // SASL2 keeps the old namespace for it
  }
  report.add("The <failure/> does not say why, for example with <not-authorized/>.", event.range);
}

// RFC 6120 §6.5; the first ones are those of RFC 3920 §6.4, too.
constexpr std::string_view kConditions[] = {"aborted",
                                            "incorrect-encoding",
                                            "invalid-authzid",
                                            "invalid-mechanism",
                                            "mechanism-too-weak",
                                            "not-authorized",
                                            "temporary-auth-failure",
                                            "account-disabled",
                                            "credentials-expired",
                                            "encryption-required",
                                            "malformed-request"};
constexpr size_t kConditionsOf3920 = 7;

// Position in kConditions of a failure's condition; its size where it is none of them, or there is none.
size_t condition_of(const StreamEvent& event, const Element*& found) {
  found = nullptr;
  if (event.direction != Direction::kS2C || event.local != "failure" || event.element == nullptr) {
    return std::size(kConditions);
  }
  for (const Element& child : event.element->children()) {
    if (child.ns != ns::kSasl || child.local == "text") continue;
    found = &child;
    size_t at = 0;
    while (at < std::size(kConditions) && kConditions[at] != child.local) ++at;
    return at;
  }
  return std::size(kConditions);
}

void failure_condition_unknown(const Context& context, Report& report) {
  const Element* condition = nullptr;
  if (condition_of(context.event, condition) < std::size(kConditions) || condition == nullptr) return;
  report.add("The condition <" + std::string(condition->local.substr(0, 80)) +
                 "/> is not one that RFC 6120 defines, so clients take it for not-authorized.",
             condition->range);
}

void failure_condition_generation(const Context& context, Report& report) {
  const Element* condition = nullptr;
  const size_t at = condition_of(context.event, condition);
  if (at < kConditionsOf3920 || at == std::size(kConditions)) return;
  report.add("The condition <" + std::string(condition->local) +
                 "/> came with RFC 6120; a client of RFC 3920's time does not know it.",
             condition->range);
}

void too_many_retries(const Context& context, Report& report) {
  constexpr unsigned kMostRefusals = 6;  // the first attempt and five retries
  const sasl::Login* login = context.session.login();
  if (!is_login(context.event) || login == nullptr || login->refusals() < kMostRefusals) return;
  report.add("This is attempt number " + std::to_string(login->attempts()) +
                 " to log in on one stream, and " + std::to_string(login->refusals()) +
                 " were refused; a server is expected to close the stream after two to five retries.",
             context.event.element->start_tag);
}

void no_restart(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kC2S || context.before.phase != Phase::kRestart) return;
  const size_t client = index(Direction::kC2S);
  if (context.before.header_seen[client] || context.before.closed[client] || report.memory().compressed)
    return;
  report.add("The client goes on after <success/> without the new stream header that must come first.",
             event.range);
}

void legacy_iq_auth(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.stanza_type != "set" || event.payload == nullptr || !event.payload->is("query", ns::kIqAuth))
    return;
  // Streams of before 1.0 have nothing else.
  if (!is_client_stream(context.session) || !context.session.version_1()) return;
  report.add("The client logs in with jabber:iq:auth, which SASL has replaced.", event.payload->start_tag);
}

void turns(const Context& context, Report& report) {
  const sasl::Login* login = context.session.login();
  if (login == nullptr || !context.session.from_start()) return;
  const StreamEvent& event = context.event;
  if (login->has(Fault::kOutOfTurn) && report.of(verdict(Fault::kOutOfTurn))) {
    report.add("This <response/> answers no <challenge/>; it is the server's turn.", event.range);
  }
  if (login->has(Fault::kAbortIgnored) && report.of(verdict(Fault::kAbortIgnored))) {
    report.add("The client's <abort/> is answered with " +
                   (login->condition().empty() ? "<" + std::string(event.local) + "/>"
                                               : "the failure <" + std::string(login->condition()) + "/>") +
                   "; <aborted/> was expected.",
               event.range);
  }
  if (login->has(Fault::kSecondStart) && report.of(verdict(Fault::kSecondStart))) {
    report.add("The client begins a new login before the one before has ended, which is thereby given up.",
               event.range);
  }
}

constexpr KindSet kLogin = on(EventKind::kSasl);
constexpr KindSet kOffer = on(EventKind::kFeatures);
constexpr Severities kOnly6120Note{std::nullopt, Severity::kNote};

#define TRY_PLAIN "C: " AUTH("PLAIN", PLAIN_DATA) "\nS: " FAILURE("<not-authorized/>") "\n"

constexpr Rule kRules[] = {

    {
        .id = "sasl-mechanism-not-offered",
        .tier = 1,
        .layer = Layer::kSasl,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "RFC 6120 §6.6; RFC 6120 §6.5.7; RFC 3920 §6.3; RFC 3920 §6.4",
        .explanation = "The server lists the login methods that it will accept on this very stream, and "
                       "the client takes one of them. Names are compared as they stand, in upper case. "
                       "Any other method earns <invalid-mechanism/>; clients with a fixed favourite, "
                       "such as PLAIN, run into this when a server drops it.",
        .violating = "[tls]\n"
                     "S: <stream:features><mechanisms "
                     "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>SCRAM-SHA-1</mechanism></"
                     "mechanisms></stream:features>\n"
                     "C: <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='DIGEST-MD5'/>",
        .conforming = "[tls]\n"
                      "S: <stream:features><mechanisms "
                      "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>SCRAM-SHA-1</mechanism></"
                      "mechanisms></stream:features>\n"
                      "C: <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' "
                      "mechanism='SCRAM-SHA-1'>biwsbj1qdWxpZXQscj1meWtvK2QybGJiRmdPTlJ2OXFreGRhd0w=</auth>",
        .kinds = kLogin,
        .check = mechanism_not_offered,
    },
    {
        .id = "sasl-plain-used-without-tls",
        .tier = 1,
        .layer = Layer::kSasl,
        .severities = kErrorWarning3920,
        .who = Who::kClient,
        .citation = "RFC 6120 §13.8.3; RFC 4616 §5",
        .explanation = "PLAIN is the password itself in base64, which is no encryption. Over an "
                       "unencrypted connection everybody on the way can read and keep it. It may be used"
                       " inside TLS with a verified certificate; otherwise there is SCRAM, which never "
                       "sends the password.",
        .violating = "[plaintext]\n"
                     "C: <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' "
                     "mechanism='PLAIN'>AGp1bGlldABzZWNyZXQ=</auth>",
        .conforming = "[tls]\n"
                      "C: <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' "
                      "mechanism='PLAIN'>AGp1bGlldABzZWNyZXQ=</auth>",
        .kinds = kLogin,
        .check = plain_without_tls,
    },
    {
        .id = "sasl-not-base64",
        .tier = 1,
        .layer = Layer::kSasl,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §6.3.5; RFC 6120 §13.9.1; RFC 3920 §6.1",
        .explanation = "SASL data is binary and travels as strict base64: no line breaks, no foreign "
                       "characters, padding at the end only. Different decoders repair sloppy data "
                       "differently, so a login would work with one server and fail with the next. A "
                       "single '=' stands for data of no length.",
        .violating = "[tls]\n"
                     "C: " AUTH("SCRAM-SHA-1", "not base64!"),
        .conforming = "[tls]\n"
                      "C: " AUTH("SCRAM-SHA-1", SCRAM_FIRST),
        .kinds = kLogin,
        .check = not_base64,
    },
    {
        .id = "sasl-failure-without-condition",
        .tier = 1,
        .layer = Layer::kSasl,
        .severities = kErrorWarning3920,
        .who = Who::kServer,
        .citation = "RFC 6120 §6.4.5; RFC 3920 §6.2",
        .explanation = "A client reacts to the reason: it asks for the password again after "
                       "not-authorized, tries another method after invalid-mechanism, and waits after "
                       "temporary-auth-failure. Without a reason every failed login looks like a wrong "
                       "password to the person in front of it.",
        .violating = "[tls]\n"
                     "C: <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' "
                     "mechanism='PLAIN'>AGp1bGlldABzZWNyZXQ=</auth>\n"
                     "S: <failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>",
        .conforming = "[tls]\n"
                      "C: <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' "
                      "mechanism='PLAIN'>AGp1bGlldABzZWNyZXQ=</auth>\n"
                      "S: <failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>",
        .kinds = kLogin,
        .check = failure_without_condition,
    },
    {
        .id = "sasl-success-then-no-restart",
        .tier = 1,
        .layer = Layer::kSasl,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "RFC 6120 §6.4.6; RFC 3920 §6.2",
        .explanation = "SASL may have put a security layer on the connection, so after <success/> both "
                       "sides start over: the client sends a new stream header, without closing the old "
                       "stream, and gets features for a logged-in user. What it sends into the old "
                       "stream is lost. SASL2 did away with this restart.",
        .violating =
            "[tls]\n"
            "C: <stream:stream to='example.com' version='1.0' xmlns='jabber:client' "
            "xmlns:stream='http://etherx.jabber.org/streams'>\n"
            "S: <stream:stream from='example.com' id='a1' version='1.0' xml:lang='en' xmlns='jabber:client'"
            " xmlns:stream='http://etherx.jabber.org/streams'><stream:features><mechanisms "
            "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms></"
            "stream:features>\n"
            "C: <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' "
            "mechanism='PLAIN'>AGp1bGlldABzZWNyZXQ=</auth>\n"
            "S: <success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>\n"
            "C: <iq id='b' type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>",
        .conforming =
            "[tls]\n"
            "C: <stream:stream to='example.com' version='1.0' xmlns='jabber:client' "
            "xmlns:stream='http://etherx.jabber.org/streams'>\n"
            "S: <stream:stream from='example.com' id='a1' version='1.0' xml:lang='en' xmlns='jabber:client'"
            " xmlns:stream='http://etherx.jabber.org/streams'><stream:features><mechanisms "
            "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms></"
            "stream:features>\n"
            "C: <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' "
            "mechanism='PLAIN'>AGp1bGlldABzZWNyZXQ=</auth>\n"
            "S: <success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>\n"
            "C: <stream:stream to='example.com' version='1.0' xmlns='jabber:client' "
            "xmlns:stream='http://etherx.jabber.org/streams'>",
        .kinds = kStanzas | on(EventKind::kSasl, EventKind::kCompress, EventKind::kSm, EventKind::kNonza),
        .check = no_restart,
        .when = When::kUntilEstablished,
    },
    {
        .id = "sasl-mechanisms-empty",
        .tier = 2,
        .layer = Layer::kSasl,
        .severities = kErrorWarning6120,
        .who = Who::kServer,
        .citation = "RFC 6120 §6.4.1; RFC 6120 Appendix A.4; RFC 3920 §6.1",
        .explanation =
            "The list in the features is what a client can choose from. An empty one offers a login and "
            "takes it back in the same breath, and clients end in an error that names no cause. Usually "
            "every configured method was switched off for this connection, for example because it is not "
            "encrypted.",
        .violating = "[tls]\nS: " FEATURES(MECHANISMS("")),
        .conforming = "[tls]\nS: " FEATURES(MECHANISMS(MECHANISM("SCRAM-SHA-1"))),
        .kinds = kOffer,
        .check = mechanisms_empty,
        .when = When::kUntilEstablished,
    },
    {
        .id = "sasl-auth-missing-mechanism",
        .tier = 2,
        .layer = Layer::kSasl,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "RFC 6120 §6.4.2; RFC 3920 §6.2",
        .explanation =
            "The mechanism decides how every later byte of the login is read, so <auth/> has to name it. "
            "Without a name the server can only answer <invalid-mechanism/>. A variable that was never "
            "set in the client's code is the usual cause.",
        .violating = "[tls]\nC: <auth " NS_SASL ">" SCRAM_FIRST "</auth>",
        .conforming = "[tls]\nC: " AUTH("SCRAM-SHA-1", SCRAM_FIRST),
        .kinds = kLogin,
        .check = auth_missing_mechanism,
    },
    {
        .id = "sasl-plain-offered-without-tls",
        .tier = 2,
        .layer = Layer::kSasl,
        .severities = kErrorWarning3920,
        .who = Who::kServer,
        .citation = "RFC 6120 §13.8.3; RFC 4616 §5",
        .explanation =
            "A client that wants to please takes what is offered. Where PLAIN is offered before "
            "encryption, the password goes over the wire before anybody has had a chance to warn. Servers "
            "behind a proxy that ends TLS do this when they believe that they are on plaintext.",
        .violating = "[plaintext]\nS: " FEATURES("<starttls " NS_TLS "/>" MECHANISMS(MECHANISM("PLAIN"))),
        .conforming = "[tls]\nS: " FEATURES(MECHANISMS(MECHANISM("PLAIN"))),
        .kinds = kOffer,
        .check = plain_offered,
        .when = When::kUntilEstablished,
    },
    {
        .id = "sasl-mechanism-offered-before-required-tls",
        .tier = 2,
        .layer = Layer::kSasl,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "RFC 6120 §6.3.4; RFC 3920 §6.2",
        .explanation =
            "A mechanism that may only be used inside TLS is not listed before TLS, and where STARTTLS is "
            "required that holds for all of them. A list beside <required/> contradicts it: some clients "
            "take the shortcut and log in in the clear.",
        .violating = "[plaintext]\nS: " FEATURES(
            "<starttls " NS_TLS "><required/></starttls>" MECHANISMS(MECHANISM("SCRAM-SHA-1"))),
        .conforming = "[plaintext]\nS: " FEATURES("<starttls " NS_TLS "><required/></starttls>"),
        .kinds = kOffer,
        .check = offered_before_required_tls,
        .when = When::kUntilEstablished,
    },
    {
        .id = "sasl-features-offered-after-auth",
        .tier = 2,
        .layer = Layer::kSasl,
        .severities = kErrorWarning6120,
        .who = Who::kServer,
        .citation = "RFC 6120 §6.4.6; RFC 6120 §6.4.1; RFC 3920 §6.2",
        .explanation =
            "The features of the restarted stream say what is left to do, and login is not. A client that "
            "works through the list from the top may try to log in a second time. What has been "
            "negotiated is not offered again.",
        .violating = "[authenticated]\nS: " FEATURES(MECHANISMS(MECHANISM("SCRAM-SHA-1")) BIND_FEATURE),
        .conforming = "[authenticated]\nS: " FEATURES(BIND_FEATURE),
        .kinds = kOffer,
        .check = features_after_auth,
        .when = When::kUntilEstablished,
    },
    {
        .id = "sasl-weaker-mechanism-chosen",
        .tier = 2,
        .layer = Layer::kSasl,
        .severities = {Severity::kNote, Severity::kWarning},
        .who = Who::kClient,
        .citation = "RFC 6120 §13.8.3; RFC 6120 §6.3.3; RFC 6120 §13.9.4",
        .explanation =
            "Both sides order the mechanisms by strength, and the client takes the strongest that it "
            "knows. SCRAM proves that the password is known without showing it, also to a server that "
            "was broken into; PLAIN hands it over. A client that picks PLAIN beside SCRAM, or no channel "
            "binding beside -PLUS, gives protection away.",
        .violating = "[tls]\nS: " FEATURES(
            MECHANISMS(MECHANISM("SCRAM-SHA-256") MECHANISM("PLAIN"))) "\nC: " AUTH("PLAIN", PLAIN_DATA),
        .conforming = "[tls]\nS: " FEATURES(MECHANISMS(
            MECHANISM("SCRAM-SHA-256") MECHANISM("PLAIN"))) "\nC: " AUTH("SCRAM-SHA-256", SCRAM_FIRST),
        .kinds = kLogin,
        .check = weaker_mechanism,
    },
    {
        .id = "sasl-whitespace-during",
        .tier = 2,
        .layer = Layer::kSasl,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §6.3.5; RFC 3920 §6.1; XEP-0388 §2.4",
        .explanation =
            "A login may end with a security layer that begins at an exact byte, so from <auth/> to "
            "<success/> not even a newline may stand between the elements. It goes well in most cases, "
            "until a mechanism with such a layer is used. Line-oriented clients and keepalive timers that "
            "fire during a slow login cause it.",
        .violating = "[tls]\nC: " AUTH("SCRAM-SHA-1", SCRAM_FIRST) "\nS: " CHALLENGE(
            SCRAM_SERVER_FIRST) "${byte:20}\nC: " RESPONSE(SCRAM_FINAL),
        .conforming = "[tls]\nC: " AUTH(
            "SCRAM-SHA-1", SCRAM_FIRST) "\nS: " CHALLENGE(SCRAM_SERVER_FIRST) "\nC: " RESPONSE(SCRAM_FINAL),
        .kinds = on(EventKind::kKeepalive),
        .check = whitespace_during,
        .when = When::kUntilEstablished,
    },
    {
        .id = "sasl-zero-length-initial-response",
        .tier = 2,
        .layer = Layer::kSasl,
        .severities = kNotes,
        .who = Who::kClient,
        .citation = "RFC 6120 §6.4.2; RFC 3920 §6.2; XEP-0388 §2.2",
        .explanation =
            "No initial response and one of no length are different things, and XML cannot tell an empty "
            "element from a missing text. SASL therefore writes '=' for data of no length, while an empty "
            "<auth/> has none, and the server asks for it with an empty challenge. SASL2 dropped the "
            "sign: there the element itself says that there is data.",
        .violating = "[tls]\nC: <auth " NS_SASL " mechanism='EXTERNAL'></auth>",
        .conforming = "[tls]\nC: " AUTH("EXTERNAL", "="),
        .kinds = kLogin,
        .check = zero_length_initial_response,
    },
    {
        .id = "sasl-response-without-challenge",
        .tier = 2,
        .layer = Layer::kSasl,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "RFC 6120 §6.4.3; RFC 3920 §6.2",
        .explanation =
            "Client and server take turns: each <response/> answers one <challenge/>. A client that "
            "answers before it was asked cannot have used what the server was about to say, its nonce for "
            "example. The server will refuse the login.",
        .violating = "[tls]\nC: " AUTH("SCRAM-SHA-1", SCRAM_FIRST) "\nC: " RESPONSE(SCRAM_FINAL),
        .conforming = "[tls]\nC: " AUTH(
            "SCRAM-SHA-1", SCRAM_FIRST) "\nS: " CHALLENGE(SCRAM_SERVER_FIRST) "\nC: " RESPONSE(SCRAM_FINAL),
        .kinds = kLogin,
        .check = turns,
        .verdict = verdict(Fault::kOutOfTurn),
    },
    {
        .id = "sasl-abort-not-acknowledged",
        .tier = 2,
        .layer = Layer::kSasl,
        .severities = {std::nullopt, Severity::kError},
        .who = Who::kServer,
        .citation = "RFC 6120 §6.4.4; RFC 3920 §6.2",
        .explanation =
            "A client gives a login up with <abort/>, and knows by <aborted/> that both sides have "
            "forgotten it. Another condition reads as if the password had been wrong, and may lead to an "
            "alarm that nobody needs. RFC 6120 asks for exactly this answer.",
        .violating = "[tls]\nC: " AUTH("SCRAM-SHA-1", SCRAM_FIRST) "\nS: " CHALLENGE(
            SCRAM_SERVER_FIRST) "\nC: <abort " NS_SASL "/>\nS: " FAILURE("<not-authorized/>"),
        .conforming = "[tls]\nC: " AUTH("SCRAM-SHA-1", SCRAM_FIRST) "\nS: " CHALLENGE(
            SCRAM_SERVER_FIRST) "\nC: <abort " NS_SASL "/>\nS: " FAILURE("<aborted/>"),
        .kinds = kLogin,
        .check = turns,
        .verdict = verdict(Fault::kAbortIgnored),
    },
    {
        .id = "sasl-second-auth-discards-first",
        .tier = 3,
        .layer = Layer::kSasl,
        .severities = kOnly6120Note,
        .who = Who::kClient,
        .citation = "RFC 6120 §6.4.2",
        .explanation =
            "A client may change its mind and begin a new login while one is under way; the server throws "
            "the first one away. It is allowed, but an answer to the first attempt that is on its way "
            "looks like one to the second. With <abort/> both sides know where they are.",
        .violating = "[tls]\nC: " AUTH("SCRAM-SHA-1", SCRAM_FIRST) "\nC: " AUTH("PLAIN", PLAIN_DATA),
        .conforming = "[tls]\nC: " AUTH("SCRAM-SHA-1", SCRAM_FIRST) "\nC: <abort " NS_SASL "/>\nS: " FAILURE(
            "<aborted/>") "\nC: " AUTH("PLAIN", PLAIN_DATA),
        .kinds = kLogin,
        .check = turns,
        .verdict = verdict(Fault::kSecondStart),
    },
    {
        .id = "sasl-unexpected-element-during",
        .tier = 2,
        .layer = Layer::kSasl,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §6.4.3; RFC 6120 §4.3.5; XEP-0388 §2.4",
        .explanation =
            "Until the login has an end, the stream belongs to it: what else is sent there has been sent "
            "by somebody whom the other side does not know yet. Servers close the stream over it. Clients "
            "that want to save round trips wait for <success/> first, or use SASL2, which carries their "
            "wishes along.",
        .violating = "[tls]\nC: " AUTH("SCRAM-SHA-1", SCRAM_FIRST) "<r xmlns='urn:example:probe'/>",
        .conforming = "[tls]\nC: " AUTH("SCRAM-SHA-1", SCRAM_FIRST) "\nS: " CHALLENGE(SCRAM_SERVER_FIRST),
        .kinds = kStanzas | on(EventKind::kNonza, EventKind::kSm, EventKind::kCompress, EventKind::kStartTls),
        .check = unexpected_element,
        .when = When::kUntilEstablished,
    },
    {
        .id = "sasl-failure-condition-unknown",
        .tier = 2,
        .layer = Layer::kSasl,
        .severities = kErrorWarning3920,
        .who = Who::kServer,
        .citation = "RFC 6120 §6.5; RFC 3920 §6.4",
        .explanation =
            "Clients know the conditions that the RFC defines, and treat any other as if the password had "
            "been wrong. The person at the keyboard then types it again, although the cause is another. "
            "What is special about a failure belongs into <text/>, beside a condition that is known.",
        .violating = "[tls]\nC: " AUTH("PLAIN", PLAIN_DATA) "\nS: " FAILURE("<bad-protocol/>"),
        .conforming = "[tls]\nC: " AUTH("PLAIN", PLAIN_DATA) "\nS: " FAILURE(
            "<not-authorized/><text xml:lang='en'>No such account.</text>"),
        .kinds = kLogin,
        .check = failure_condition_unknown,
    },
    {
        .id = "sasl-failure-condition-generation",
        .tier = 3,
        .layer = Layer::kSasl,
        .severities = {Severity::kNote, std::nullopt},
        .who = Who::kServer,
        .citation = "RFC 6120 Appendix D; RFC 3920 §6.4",
        .explanation =
            "RFC 6120 added account-disabled, credentials-expired, encryption-required and "
            "malformed-request to the failures. A client of the first generation does not know them and "
            "falls back to a message of its own. Servers of that time said not-authorized.",
        .violating = "[tls]\nC: " AUTH("PLAIN", PLAIN_DATA) "\nS: " FAILURE("<account-disabled/>"),
        .conforming = "[tls]\nC: " AUTH("PLAIN", PLAIN_DATA) "\nS: " FAILURE("<not-authorized/>"),
        .kinds = kLogin,
        .check = failure_condition_generation,
    },
    {
        .id = "sasl-too-many-retries",
        .tier = 2,
        .layer = Layer::kSasl,
        .severities = kNotes,
        .who = Who::kEither,
        .citation = "RFC 6120 §6.4.5; RFC 6120 §13.9.4; RFC 3920 §6.2",
        .explanation =
            "A mistyped password deserves another try, a program that guesses passwords does not. Servers "
            "allow two to five retries and then close the stream, with policy-violation in RFC 6120. "
            "Trying one mechanism after the other is something else, and does not count here.",
        .violating = "[tls]\n" TRY_PLAIN TRY_PLAIN TRY_PLAIN TRY_PLAIN TRY_PLAIN TRY_PLAIN
                     "C: " AUTH("PLAIN", PLAIN_DATA),
        .conforming = "[tls]\n" TRY_PLAIN TRY_PLAIN TRY_PLAIN TRY_PLAIN TRY_PLAIN
                      "S: <stream:error><policy-violation xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
                      "</stream:error></stream:stream>\nC: </stream:stream>",
        .kinds = kLogin,
        .check = too_many_retries,
    },
    {
        .id = "sasl-legacy-iq-auth",
        .tier = 2,
        .layer = Layer::kSasl,
        .severities = kNotes,
        .who = Who::kClient,
        .citation = "XEP-0078 §3.1; RFC 3920 Appendix D.2",
        .explanation =
            "Before XMPP 1.0 a client logged in with an iq that held its name, its resource and the "
            "password, or a digest of it. SASL took its place in 2004, and the old way has no protection "
            "against a listener worth the name. It has its place on streams without a version only.",
        .violating =
            "[tls]\nC: <iq id='a' type='set'><query xmlns='jabber:iq:auth'><username>juliet</username>"
            "<digest>48fc78be9ec8f86d8ce1c39c320c97c21d62334d</digest><resource>r</resource></query></iq>",
        .conforming = "[tls]\nC: " AUTH("SCRAM-SHA-1", SCRAM_FIRST),
        .kinds = on(EventKind::kIq),
        .check = legacy_iq_auth,
        .when = When::kUntilEstablished,
    },
    {
        .id = "sasl-deprecated-mechanism",
        .tier = 3,
        .layer = Layer::kSasl,
        .severities = kOnly6120Note,
        .who = Who::kEither,
        .citation = "RFC 6120 §13.8; RFC 3920 §14.7",
        .explanation =
            "DIGEST-MD5 was the mechanism that every implementation of RFC 3920 had to have; RFC 6120 put "
            "SCRAM in its place, and RFC 6331 declared it historic. CRAM-MD5 and LOGIN never were a good "
            "choice. What remains of them is needed by very old clients only.",
        .violating = "[tls]\nS: " FEATURES(MECHANISMS(MECHANISM("DIGEST-MD5"))),
        .conforming = "[tls]\nS: " FEATURES(MECHANISMS(MECHANISM("SCRAM-SHA-256"))),
        .kinds = kLogin | kOffer,
        .check = deprecated_mechanism,
        .when = When::kUntilEstablished,
    },
    {
        .id = "sasl-external-not-first",
        .tier = 3,
        .layer = Layer::kSasl,
        .severities = kOnly6120Note,
        .who = Who::kServer,
        .citation = "RFC 6120 §6.3.4",
        .explanation =
            "A server that offers EXTERNAL has seen a certificate that it would accept. Listed first, it "
            "encourages the client to use it instead of a password. The order is a hint and no more: the "
            "client has its own preferences.",
        .violating = "[tls]\nS: " FEATURES(MECHANISMS(MECHANISM("SCRAM-SHA-1") MECHANISM("EXTERNAL"))),
        .conforming = "[tls]\nS: " FEATURES(MECHANISMS(MECHANISM("EXTERNAL") MECHANISM("SCRAM-SHA-1"))),
        .kinds = kOffer,
        .check = external_not_first,
        .when = When::kUntilEstablished,
    },
};

constexpr LeftOut kLeftOut[] = {
    {"sasl-success-zero-length-data",
     "Whether a mechanism ends with data of no length or with none at all cannot be told from outside, and "
     "no "
     "mechanism in use with XMPP ends with data of no length."},
    {"fast-token-exposed",
     "It is about what a program shows of a token, not about what travels: a token must travel, and captures "
     "and "
     "output mask it here."},
};

}  // namespace

RuleTable sasl_rules() {
  return {kRules, kLeftOut};
}

}  // namespace parser::rules
