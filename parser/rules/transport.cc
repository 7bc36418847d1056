// Transport layer: STARTTLS and what goes with it (RFC 6120 §5). TLS belongs to a leg: each side is judged by
// the leg that it speaks on.
#include "parser/jid/jid.h"
#include "parser/rules/checks.h"
#include "parser/rules/example_text.h"
#include "parser/rules/rulebook.h"

namespace parser::rules {
namespace {

using xml::Element;

constexpr KindSet kSpoken =
    kStanzas | on(EventKind::kFeatures, EventKind::kStreamError, EventKind::kStartTls, EventKind::kSasl,
                  EventKind::kCompress, EventKind::kSm, EventKind::kNonza);

// A server may always end the stream with an error.
constexpr KindSet kSpokenByServer = kSpoken & ~on(EventKind::kStreamError);

void starttls_reoffered(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kS2C || event.element == nullptr) return;
  if (!context.before.encrypted[index(Direction::kS2C)] || event.websocket) return;  // ws-starttls-offered
  const Element* offer = event.element->child("starttls", ns::kTls);
  if (offer == nullptr) return;
  report.add("The server offers STARTTLS on a connection that is encrypted already.", offer->range);
}

void required_but_skipped(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const Element* features = context.before.features;
  if (event.direction != Direction::kC2S || features == nullptr) return;
  if (event.local != "auth" && event.local != "authenticate") return;
  if (context.before.encrypted[index(Direction::kC2S)]) return;
  const Element* offer = features->child("starttls", ns::kTls);
  if (offer == nullptr) return;
  // RFC 6120 §5.3.1: STARTTLS as the only feature is mandatory, whether or not it says so.
  const bool only = context.profile == Profile::kRfc6120 && features->child_count() == 1;
  if (offer->child("required", ns::kTls) == nullptr && !only) return;
  if (received_edited(report.memory(), Direction::kC2S, on(EventKind::kFeatures))) return;
  report.add("The client logs in on the unencrypted stream, although the server requires STARTTLS first.",
             event.range);
}

void data_after_starttls(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const Phase phase = context.before.phase;
  const bool client = event.direction == Direction::kC2S;
  // Behind <proceed/> nobody, behind <starttls/> the client may not speak. What a server sends ahead of
  // <proceed/> was on its way.
  const bool waiting = phase == Phase::kTlsHandshake || (client && phase == Phase::kStartTls);
  if (!waiting || context.before.closed[index(event.direction)]) return;
  report.add(std::string("This was sent unencrypted behind ") + (client ? "<starttls/>" : "<proceed/>") +
                 ", where only the TLS handshake may follow.",
             event.range);
}

void no_restart_after_tls(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const SessionState& session = context.session;
  const size_t client = index(Direction::kC2S);
  if (event.direction != Direction::kC2S || context.before.header_seen[client]) return;
  if (!context.before.encrypted[client] || context.before.authenticated || context.before.closed[client])
    return;
  // With direct TLS there is no stream before the handshake that could be restarted.
  if (!session.from_start() || session.side(Direction::kC2S).headers == 0) return;
  if (context.before.phase != Phase::kConnected) return;
  report.add("The client goes on after the TLS handshake without the new stream header that must come first.",
             event.range);
}

void starttls_unanswered(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kS2C || context.before.phase != Phase::kStartTls) return;
  const bool answer =
      event.kind == EventKind::kStartTls && (event.local == "proceed" || event.local == "failure");
  if (answer || event.element == nullptr || context.before.closed[index(Direction::kS2C)]) return;
  report.add("The client's <starttls/> is followed by " + tag_name(*event.element) +
                 "; <proceed/> or <failure/> was expected.",
             event.range);
}

void whitespace_during_starttls(const Context& context, Report& report) {
  const Phase phase = context.before.phase;
  if (phase != Phase::kStartTls && phase != Phase::kTlsHandshake) return;
  report.add(
      "White space was sent between <starttls/> and the TLS handshake, where a stray byte is taken for a "
      "part of it.",
      context.event.range);
}

void failure_not_closed(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kS2C || !context.session.starttls_refused()) return;
  if (context.before.phase != Phase::kClosing || context.before.closed[index(Direction::kS2C)]) return;
  report.add("The server refused STARTTLS and goes on all the same; it has to close the stream.",
             event.range);
}

void starttls_after_sasl(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (event.direction != Direction::kC2S || event.local != "starttls" || !context.before.authenticated)
    return;
  if (context.before.encrypted[index(Direction::kC2S)]) return;
  report.add("The client asks for encryption after it has logged in.", event.range);
}

void plaintext_credentials(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const sasl::Login* login = context.session.login();
  // sasl2-before-tls tells of <authenticate/>.
  if (event.direction != Direction::kC2S || event.local != "auth" || login == nullptr) return;
  if (context.before.encrypted[index(Direction::kC2S)] || !context.session.from_start()) return;
  switch (login->mechanism().family) {
    case sasl::Family::kPlain:      // sasl-plain-used-without-tls
    case sasl::Family::kAnonymous:  // nothing to protect
    case sasl::Family::kExternal:   // the credentials are elsewhere
      return;
    default:
      break;
  }
  const Element* features = context.before.features;
  const Element* offer = features == nullptr ? nullptr : features->child("starttls", ns::kTls);
  // tls-required-but-skipped
  if (offer != nullptr && (offer->child("required", ns::kTls) != nullptr || features->child_count() == 1))
    return;
  report.add("The client logs in over an unencrypted connection, where everybody on the way can read along.",
             event.range);
}

void server_identity(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const TlsEstablished* fact = context.session.tls_fact(Leg::kServer);
  if (event.direction != Direction::kS2C || fact == nullptr || context.before.authenticated) return;
  const std::string& words = fact->verification;
  if (words.empty() || words == "ok" || words.starts_with("not verified")) return;
  report.add("The server's certificate was not found to be one for " + quoted(context.session.domain()) +
                 ": " + words + ".",
             event.range);
}

void weak_version(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const Leg leg = event.direction == Direction::kC2S ? Leg::kClient : Leg::kServer;
  const TlsEstablished* fact = context.session.tls_fact(leg);
  if (fact == nullptr || context.before.authenticated) return;
  for (const std::string_view old : {"SSLv2", "SSLv3", "TLSv1", "TLSv1.0", "TLSv1.1"}) {
    if (fact->version != old) continue;
    report.add("This leg is encrypted with " + fact->version +
                   ", which is known to be breakable; TLS 1.2 and 1.3 are not.",
               event.range);
  }
}

void close_after_failed_handshake(const Context& context, Report& report) {
  if (context.event.direction != Direction::kS2C || context.before.phase != Phase::kTlsHandshake) return;
  report.add(
      "The server closes the stream in the clear after a TLS handshake that did not succeed; it should only "
      "end the "
      "connection.",
      context.event.range);
}

void starttls_unadvertised(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const Element* features = context.before.features;
  if (event.direction != Direction::kC2S || event.local != "starttls" || features == nullptr) return;
  if (features->child("starttls", ns::kTls) != nullptr || context.before.authenticated) return;
  const SessionState& session = context.session;
  if (session.side(Direction::kC2S).headers > session.side(Direction::kS2C).headers) return;
  if (received_edited(report.memory(), Direction::kC2S, on(EventKind::kFeatures))) return;
  report.add("The client tries STARTTLS although it was not offered, which RFC 7590 encourages.",
             event.range);
}

// The handshake of a connection that began with TLS, at the client's first header; null at all else.
const TlsEstablished* direct_start(const Context& context) {
  const SessionState& session = context.session;
  const bool first = context.event.direction == Direction::kC2S && session.side(Direction::kC2S).headers == 1;
  return first && session.direct_tls() ? session.tls_fact(Leg::kClient) : nullptr;
}

void sni_not_domain(const Context& context, Report& report) {
  const TlsEstablished* fact = direct_start(context);
  // An address of digits cannot be named there (RFC 6066 §3).
  if (fact == nullptr || fact->sni.empty() || context.event.to.empty()) return;
  if (same_jid(fact->sni, context.event.to)) return;
  report.add("The TLS handshake named " + quoted(fact->sni) + ", but the stream is for " +
                 quoted(context.event.to) + ".",
             context.event.range);
}

void alpn_wrong(const Context& context, Report& report) {
  const TlsEstablished* fact = direct_start(context);
  if (fact == nullptr || fact->alpn.empty() || fact->alpn == "xmpp-client" || fact->alpn == "xmpp-server")
    return;
  report.add("The TLS handshake agreed on the protocol " + quoted(fact->alpn) + "; xmpp-client was expected.",
             context.event.range);
}

void wrong_service(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const SessionState& session = context.session;
  if (event.direction != Direction::kC2S || event.element == nullptr) return;
  if (session.side(Direction::kC2S).headers != 1) return;
  const std::string_view content = content_namespace_of(*event.element);
  const bool server_to_clients = content == ns::kServer && session.server_port() == 5222;
  const bool client_to_servers = content == ns::kClient && session.server_port() == 5269;
  if (!server_to_clients && !client_to_servers) return;
  report.add("A stream with the namespace " + quoted(content) + " on port " +
                 std::to_string(session.server_port()) + ", which usually is the one for " +
                 (client_to_servers ? "servers." : "clients."),
             event.element->start_tag);
}

#define STARTTLS "<starttls " NS_TLS "/>"
#define UP_TO_STARTTLS \
  "C: " CLIENT_HEADER "\nS: " SERVER_HEADER("a1") FEATURES(STARTTLS) "\nC: " STARTTLS "\n"
#define DIRECT_TLS(details) "[start]\n[tls " details "]\nC: " CLIENT_HEADER

constexpr Rule kRules[] = {
    {
        .id = "tls-starttls-reoffered-after-tls",
        .tier = 1,
        .layer = Layer::kTransport,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "RFC 6120 §5.4.3.3; RFC 3920 §5.1; XEP-0368 §3",
        .explanation = "Once a connection is encrypted there is nothing left to upgrade, so STARTTLS "
                       "must be gone from the features, and on a port for direct TLS it never belongs "
                       "there. A client that follows the offer would negotiate TLS inside TLS. The usual"
                       " cause is a proxy that ends TLS in front of a server which believes itself to be"
                       " on plaintext.",
        .violating = "[tls]\n"
                     "S: <stream:features><starttls "
                     "xmlns='urn:ietf:params:xml:ns:xmpp-tls'/><mechanisms "
                     "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>SCRAM-SHA-1</mechanism></"
                     "mechanisms></stream:features>",
        .conforming = "[tls]\n"
                      "S: <stream:features><mechanisms "
                      "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>SCRAM-SHA-1</mechanism></"
                      "mechanisms></stream:features>",
        .kinds = on(EventKind::kFeatures),
        .check = starttls_reoffered,
    },
    {
        .id = "tls-required-but-skipped",
        .tier = 1,
        .layer = Layer::kTransport,
        .severities = kErrorWarning3920,
        .who = Who::kClient,
        .citation = "RFC 6120 §5.3.1; RFC 6120 §4.3.2; RFC 3920 §5.2",
        .explanation = "A server that marks STARTTLS as <required/>, or under RFC 6120 offers nothing "
                       "else, wants encryption before anything that matters. A client that logs in "
                       "regardless shows its credentials to everybody on the way, and will be refused. "
                       "Closing the stream is the alternative when it cannot encrypt.",
        .violating = "[plaintext]\nS: " FEATURES("<starttls " NS_TLS "><required/></starttls>") "\nC: " AUTH(
            "SCRAM-SHA-1", SCRAM_FIRST),
        .conforming = "[plaintext]\n"
                      "S: <stream:features><starttls "
                      "xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls></stream:features>\n"
                      "C: <starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
        .kinds = on(EventKind::kSasl),
        .check = required_but_skipped,
    },
    {
        .id = "tls-data-after-starttls",
        .tier = 1,
        .layer = Layer::kTransport,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §5.3.3; RFC 6120 §5.4.3.1; RFC 3920 §5.2",
        .explanation = "Between <starttls/> and the first encrypted byte there is nothing to say in "
                       "plaintext. Bytes that are queued there can be planted by an attacker, and a "
                       "careless peer takes them for part of the encrypted stream: the command injection"
                       " that many mail and chat servers have suffered. What is buffered at that moment "
                       "has to be thrown away.",
        .violating =
            "C: <stream:stream to='example.com' version='1.0' xmlns='jabber:client' "
            "xmlns:stream='http://etherx.jabber.org/streams'>\n"
            "S: <stream:stream from='example.com' id='a1' version='1.0' xml:lang='en' xmlns='jabber:client'"
            " xmlns:stream='http://etherx.jabber.org/streams'><stream:features><starttls "
            "xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>\n"
            "C: <starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/><iq id='r1' "
            "type='get'><query xmlns='jabber:iq:register'/></iq>\n"
            "S: <proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
        .conforming =
            "C: <stream:stream to='example.com' version='1.0' xmlns='jabber:client' "
            "xmlns:stream='http://etherx.jabber.org/streams'>\n"
            "S: <stream:stream from='example.com' id='a1' version='1.0' xml:lang='en' xmlns='jabber:client'"
            " xmlns:stream='http://etherx.jabber.org/streams'><stream:features><starttls "
            "xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>\n"
            "C: <starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>\n"
            "S: <proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>\n"
            "[tls]\n"
            "C: <stream:stream to='example.com' version='1.0' xmlns='jabber:client' "
            "xmlns:stream='http://etherx.jabber.org/streams'>",
        .kinds = kSpoken,
        .check = data_after_starttls,
        .when = When::kUntilEstablished,
    },
    {
        .id = "tls-no-restart-after-tls",
        .tier = 1,
        .layer = Layer::kTransport,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "RFC 6120 §5.4.3.3; RFC 3920 §5.2",
        .explanation = "What was said in plaintext could have been forged, so both sides forget it when "
                       "TLS begins: the client sends a new stream header and gets new features. A client"
                       " that goes on in the old stream relies on a list of login methods which nobody "
                       "protected, and the server's parser, waiting for a new document, refuses what it "
                       "sends.",
        .violating =
            "C: <stream:stream to='example.com' version='1.0' xmlns='jabber:client' "
            "xmlns:stream='http://etherx.jabber.org/streams'>\n"
            "S: <stream:stream from='example.com' id='a1' version='1.0' xml:lang='en' xmlns='jabber:client'"
            " xmlns:stream='http://etherx.jabber.org/streams'><stream:features><starttls "
            "xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>\n"
            "C: <starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>\n"
            "S: <proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>\n"
            "[tls]\n"
            "C: <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' "
            "mechanism='PLAIN'>AGp1bGlldABzZWNyZXQ=</auth>",
        .conforming =
            "C: <stream:stream to='example.com' version='1.0' xmlns='jabber:client' "
            "xmlns:stream='http://etherx.jabber.org/streams'>\n"
            "S: <stream:stream from='example.com' id='a1' version='1.0' xml:lang='en' xmlns='jabber:client'"
            " xmlns:stream='http://etherx.jabber.org/streams'><stream:features><starttls "
            "xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>\n"
            "C: <starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>\n"
            "S: <proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>\n"
            "[tls]\n"
            "C: <stream:stream to='example.com' version='1.0' xmlns='jabber:client' "
            "xmlns:stream='http://etherx.jabber.org/streams'>",
        .kinds = kSpoken,
        .check = no_restart_after_tls,
        .when = When::kUntilEstablished,
    },
    {
        .id = "tls-starttls-unanswered",
        .tier = 2,
        .layer = Layer::kTransport,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "RFC 6120 §5.4.2.1; RFC 3920 §5.2",
        .explanation = "After <starttls/> the next byte may be one of TLS, so there are two answers only: "
                       "<proceed/> and <failure/>. Anything else leaves the client in doubt which layer is "
                       "talking. A stream error is the way out for a server that wants neither.",
        .violating = UP_TO_STARTTLS "S: <success " NS_TLS "/>",
        .conforming = UP_TO_STARTTLS "S: <proceed " NS_TLS "/>",
        .kinds = kSpokenByServer,
        .check = starttls_unanswered,
        .when = When::kUntilEstablished,
    },
    {
        .id = "tls-whitespace-during-starttls",
        .tier = 2,
        .layer = Layer::kTransport,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 6120 §5.3.3; RFC 3920 §5.1",
        .explanation = "White space between elements is a keepalive anywhere else. Behind <starttls/> it is "
                       "dangerous: the peer may have switched to TLS already and take the byte for the "
                       "beginning of a record. Clients that end each element with a newline run into this.",
        .violating = UP_TO_STARTTLS "S: ${byte:20}<proceed " NS_TLS "/>",
        .conforming = UP_TO_STARTTLS "S: <proceed " NS_TLS "/>",
        .kinds = on(EventKind::kKeepalive),
        .check = whitespace_during_starttls,
        .when = When::kUntilEstablished,
    },
    {
        .id = "tls-failure-stream-not-closed",
        .tier = 2,
        .layer = Layer::kTransport,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "RFC 6120 §5.4.2.2; RFC 3920 §5.2",
        .explanation =
            "A server that refuses STARTTLS ends the stream and the connection, so that nobody "
            "goes on in the clear by mistake. A client that wanted encryption and was refused must "
            "not be served without it. It may take a moment until the end arrives.",
        .violating = UP_TO_STARTTLS "S: <failure " NS_TLS
                                    "/>\nS: " FEATURES(MECHANISMS(MECHANISM("SCRAM-SHA-1")) STARTTLS),
        .conforming = UP_TO_STARTTLS "S: <failure " NS_TLS "/></stream:stream>\nC: </stream:stream>",
        .kinds = kSpokenByServer,
        .check = failure_not_closed,
        .when = When::kUntilEstablished,
    },
    {
        .id = "tls-starttls-after-sasl",
        .tier = 2,
        .layer = Layer::kTransport,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "RFC 6120 §5.3.4; RFC 3920 §5.1",
        .explanation = "Encryption comes before the login, since it is the login that needs protection most. "
                       "Afterwards the credentials have crossed the wire in the clear already. A server that "
                       "still offers STARTTLS at that point shares the blame.",
        .violating = "[plaintext]\nS: <success " NS_SASL "/>\nC: " CLIENT_HEADER "\nS: " SERVER_HEADER("a2")
            FEATURES(BIND_FEATURE) "\nC: " STARTTLS,
        .conforming = UP_TO_STARTTLS "S: <proceed " NS_TLS "/>",
        .kinds = on(EventKind::kStartTls),
        .check = starttls_after_sasl,
        .when = When::kUntilEstablished,
    },
    {
        .id = "tls-plaintext-credentials",
        .tier = 2,
        .layer = Layer::kTransport,
        .severities = kWarnings,
        .who = Who::kClient,
        .citation = "RFC 6120 §5.2; RFC 6120 §13.9.4; RFC 3920 §5.1",
        .explanation = "A login over an unencrypted connection shows the user name to everybody on the way, "
                       "and material to guess the password from. Whoever can change bytes can also take over "
                       "the session once it is open. SCRAM makes it less bad than PLAIN, but not good.",
        .violating = "[plaintext]\nS: " FEATURES(STARTTLS MECHANISMS(MECHANISM("SCRAM-SHA-1"))) "\nC: " AUTH(
            "SCRAM-SHA-1", SCRAM_FIRST),
        .conforming = "[tls]\nC: " AUTH("SCRAM-SHA-1", SCRAM_FIRST),
        .kinds = on(EventKind::kSasl),
        .check = plaintext_credentials,
        .when = When::kUntilEstablished,
    },
    {
        .id = "tls-server-identity-not-stream-to",
        .tier = 2,
        .layer = Layer::kTransport,
        .severities = kWarnings,
        .who = Who::kServer,
        .citation = "RFC 6120 §5.4.3.1; RFC 6120 §13.7.2.1; RFC 6120 §13.9.5; RFC 3920 §5.1",
        .explanation = "A client checks the certificate against the domain that the user typed, which is the "
                       "to of the stream, and never against the host that DNS led to. Otherwise whoever can "
                       "forge a DNS answer could pass for the server. Hosting providers need a certificate "
                       "for each domain, or a delegation by POSH or DANE.",
        .violating = "[start]\n[tls verification='it names xmpp7.hosting.example']\nC: " CLIENT_HEADER
                     "\nS: " SERVER_HEADER("a1"),
        .conforming = "[start]\n[tls]\nC: " CLIENT_HEADER "\nS: " SERVER_HEADER("a1"),
        .kinds = on(EventKind::kHeader),
        .check = server_identity,
        .when = When::kUntilEstablished,
    },
    {
        .id = "tls-weak-version",
        .tier = 2,
        .layer = Layer::kTransport,
        .severities = kNotes,
        .who = Who::kEither,
        .citation = "RFC 7590 §3; RFC 6120 §13.9.5",
        .explanation = "SSL and the first versions of TLS have faults in their design that no implementation "
                       "can mend. Browsers and servers have switched them off; RFC 6120 forbids SSL 2.0 "
                       "outright. A device that speaks nothing newer should at least be known.",
        .violating = DIRECT_TLS("version=TLSv1.0"),
        .conforming = DIRECT_TLS("version=TLSv1.2"),
        .kinds = on(EventKind::kHeader),
        .check = weak_version,
        .when = When::kUntilEstablished,
    },
    {
        .id = "tls-handshake-failed-then-stream-close",
        .tier = 3,
        .layer = Layer::kTransport,
        .severities = {std::nullopt, Severity::kWarning},
        .who = Who::kServer,
        .citation = "RFC 6120 §5.4.3.2",
        .explanation = "A TLS handshake that fails leaves a connection on which neither TLS nor XML means "
                       "anything any more. The receiving side ends the TCP connection without a word. A "
                       "closing tag in the clear would be read as part of the handshake.",
        .violating = UP_TO_STARTTLS "S: <proceed " NS_TLS "/>\nS: </stream:stream>",
        .conforming = UP_TO_STARTTLS "S: <proceed " NS_TLS "/>\n[close]",
        .kinds = on(EventKind::kFooter),
        .check = close_after_failed_handshake,
        .when = When::kUntilEstablished,
    },
    {
        .id = "tls-starttls-unadvertised",
        .tier = 3,
        .layer = Layer::kTransport,
        .severities = kNotes,
        .who = Who::kClient,
        .citation = "RFC 7590 §3.1; RFC 6120 §5.4.2.1",
        .explanation =
            "Somebody in between could have cut the offer of STARTTLS out, so a client may ask for "
            "it without having been offered it. If it works, the cut was shown; if not, nothing is "
            "lost. This is no fault, but worth to know.",
        .violating = "[plaintext]\nS: " FEATURES(
            "<register xmlns='http://jabber.org/features/iq-register'/>") "\nC: " STARTTLS,
        .conforming = "[plaintext]\nS: " FEATURES(
            STARTTLS "<register xmlns='http://jabber.org/features/iq-register'/>") "\nC: " STARTTLS,
        .kinds = on(EventKind::kStartTls),
        .check = starttls_unadvertised,
        .when = When::kUntilEstablished,
    },
    {
        .id = "tls-sni-not-jid-domain",
        .tier = 3,
        .layer = Layer::kTransport,
        .severities = kWarnings,
        .who = Who::kClient,
        .citation = "XEP-0368 §3",
        .explanation = "With TLS from the first byte the server has to choose its certificate before it has "
                       "seen a stream header, by the name in the handshake. That name is the domain of the "
                       "account, not the host that DNS pointed to. With the wrong one a server for many "
                       "domains shows the wrong certificate.",
        .violating = DIRECT_TLS("sni=xmpp7.hosting.example"),
        .conforming = DIRECT_TLS("sni=example.com"),
        .kinds = on(EventKind::kHeader),
        .check = sni_not_domain,
        .when = When::kUntilEstablished,
    },
    {
        .id = "tls-alpn-wrong",
        .tier = 3,
        .layer = Layer::kTransport,
        .severities = kWarnings,
        .who = Who::kClient,
        .citation = "XEP-0368 §3",
        .explanation =
            "Several protocols can share a port such as 443 when each connection says by ALPN what "
            "it speaks. For XMPP these names are xmpp-client and xmpp-server. Another name sends "
            "the connection to the web server, or has it refused; no name at all is fine.",
        .violating = DIRECT_TLS("alpn=http/1.1"),
        .conforming = DIRECT_TLS("alpn=xmpp-client"),
        .kinds = on(EventKind::kHeader),
        .check = alpn_wrong,
        .when = When::kUntilEstablished,
    },
    {
        .id = "transport-xml-on-wrong-service",
        .tier = 3,
        .layer = Layer::kTransport,
        .severities = kNotes,
        .who = Who::kEither,
        .citation = "RFC 6120 §14.7; RFC 3920 §15.9",
        .explanation = "Port 5222 is where clients connect and 5269 where servers do, and the namespace in "
                       "the stream header says which of them is speaking. When the two do not match, the "
                       "connection probably went to the wrong port. Ports are conventions only, so this is a "
                       "hint.",
        .violating = "C: <stream:stream from='example.net' to='example.com' version='1.0' xml:lang='en' "
                     "xmlns='jabber:server' "
                     "xmlns:db='jabber:server:dialback' xmlns:stream='http://etherx.jabber.org/streams'>",
        .conforming = "C: " CLIENT_HEADER,
        .kinds = on(EventKind::kHeader),
        .check = wrong_service,
        .when = When::kUntilEstablished,
    },
};

}  // namespace

RuleTable transport_rules() {
  return {kRules};
}

}  // namespace parser::rules
