// SASL layer: logging in (RFC 6120 §6, XEP-0388).
#include "parser/rules/checks.h"
#include "parser/rules/rulebook.h"
#include "parser/sasl/base64.h"

namespace parser::rules {
namespace {

using sasl::Base64;
using xml::Element;

bool is_login(const StreamEvent& event) {
  return event.direction == Direction::kC2S && event.element != nullptr &&
         (event.local == "auth" || event.local == "authenticate");
}

// SASL2 lists some mechanisms deeper down, those of FAST (XEP-0484) in <inline/>.
bool lists_mechanism(const Element& parent, std::string_view name) {
  for (const Element& child : parent.children()) {
    if (child.local == "mechanism" ? child.text() == name : lists_mechanism(child, name)) return true;
  }
  return false;
}

void mechanism_not_offered(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const Element* features = context.before.features;
  if (!is_login(event) || features == nullptr) return;
  // Ahead of the server, with the mechanisms of last time.
  if (context.session.side(Direction::kC2S).headers > context.session.side(Direction::kS2C).headers) return;
  const Element* list = event.ns == ns::kSasl2 ? features->child("authentication", ns::kSasl2)
                                               : features->child("mechanisms", ns::kSasl);
  if (list == nullptr) return;  // negotiation-feature-not-offered tells it
  const std::string_view mechanism = event.element->attribute("mechanism");
  if (lists_mechanism(*list, mechanism)) return;
  if (received_edited(report.memory(), Direction::kC2S, on(EventKind::kFeatures, EventKind::kSasl))) return;
  report.add("The client chose the mechanism " + quoted(mechanism) + ", which the server does not offer.",
             event.element->start_tag);
}

void plain_without_tls(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (!is_login(event) || event.element->attribute("mechanism") != "PLAIN") return;
  // A capture that began in mid-session does not tell whether TLS was there.
  if (context.before.encrypted[index(Direction::kC2S)] || !context.session.from_start()) return;
  report.add("The client sends its password with PLAIN over an unencrypted connection.", event.range);
}

void judge_data(const Element& data, const Context& context, Report& report) {
  const std::string text = data.text();
  if (text == "=") return;  // data of no length (RFC 6120 §6.4.2)
  const Base64 verdict = sasl::judge_base64(text);
  At at;
  std::string_view what;
  switch (verdict) {
    case Base64::kGood:
      return;
    case Base64::kSpaced:
      what = "contains whitespace";
      if (data.ns == ns::kSasl2) at.at_most = Severity::kWarning;  // XEP-0388 §2.2: SHOULD NOT
      break;
    case Base64::kPadBits:
      if (context.profile == Profile::kRfc3920) return;
      what = "has bits behind its end that are not zero";
      break;
    case Base64::kBad:
      what = "is not base64";
      break;
  }
  report.add("The data in <" + std::string(data.local) + "/> " + std::string(what) + ".", data.range, at);
}

void not_base64(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.element == nullptr) return;
  static constexpr std::string_view kHoldData[] = {"auth", "challenge", "response"};
  for (const std::string_view name : kHoldData) {
    if (event.local == name) return judge_data(*event.element, context, report);
  }
  if (event.local == "success" && event.ns == ns::kSasl) return judge_data(*event.element, context, report);
  if (event.ns != ns::kSasl2) return;
  for (const std::string_view name : {"initial-response", "additional-data"}) {
    const Element* data = event.element->child(name, ns::kSasl2);
    if (data != nullptr) judge_data(*data, context, report);
  }
}

void failure_without_condition(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kS2C || event.local != "failure" || event.element == nullptr) return;
  for (const Element& child : event.element->children()) {
    if (child.ns == ns::kSasl && child.local != "text") return;  // SASL2 keeps the old namespace for it
  }
  report.add("The <failure/> does not say why, for example with <not-authorized/>.", event.range);
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

void channel_binding(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (!is_login(event) || !event.element->attribute("mechanism").ends_with("-PLUS")) return;
  if (!context.session.tls(Leg::kClient) || !context.session.tls(Leg::kServer)) return;
  report.add(
      "The login with " + quoted(event.element->attribute("mechanism")) +
          " is bound to the client's own TLS connection, which ends at the proxy, so the server is right to "
          "refuse it.",
      event.element->start_tag);
}

constexpr KindSet kLogin = on(EventKind::kSasl);

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
                     "C: <response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>not base64!</response>",
        .conforming = "[tls]\n"
                      "C: <response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>Zm9v</response>",
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
        .id = "channel-binding-through-proxy",
        .tier = 1,
        .layer = Layer::kSasl,
        .severities = kNotes,
        .who = Who::kEither,
        .citation = "RFC 5802 §6; RFC 9266 §2; XEP-0440 §3",
        .explanation = "The methods that end in -PLUS mix a fingerprint of the TLS connection into the "
                       "proof of the password. With a proxy in between there are two TLS connections "
                       "with two fingerprints, so the login fails, and that is exactly what channel "
                       "binding is for. While inspecting, hide these methods from the client.",
        .violating = "[tls]\n"
                     "C: <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' "
                     "mechanism='SCRAM-SHA-256-PLUS'>cD10bHMtZXhwb3J0ZXIsLG49YSxyPWI=</auth>",
        .conforming = "[tls]\n"
                      "C: <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' "
                      "mechanism='SCRAM-SHA-256'>biwsbj1hLHI9Yg==</auth>",
        .kinds = kLogin,
        .check = channel_binding,
    },
};

}  // namespace

RuleTable sasl_rules() {
  return {kRules};
}

}  // namespace parser::rules
