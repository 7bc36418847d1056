// Transport layer: STARTTLS and what goes with it (RFC 6120 §5). TLS belongs to a leg: each side is judged by
// the leg that it speaks on.
#include "parser/rules/checks.h"
#include "parser/rules/rulebook.h"

namespace parser::rules {
namespace {

using xml::Element;

constexpr KindSet kSpoken =
    kStanzas | on(EventKind::kFeatures, EventKind::kStreamError, EventKind::kStartTls, EventKind::kSasl,
                  EventKind::kCompress, EventKind::kSm, EventKind::kNonza);

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
        .violating = "[plaintext]\n"
                     "S: <stream:features><starttls "
                     "xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls><mechanisms "
                     "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>SCRAM-SHA-1</mechanism></"
                     "mechanisms></stream:features>\n"
                     "C: <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' "
                     "mechanism='SCRAM-SHA-1'>biwsbj1qdWxpZXQscj1meWtvK2QybGJiRmdPTlJ2OXFreGRhd0w=</auth>",
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
};

}  // namespace

RuleTable transport_rules() {
  return {kRules};
}

}  // namespace parser::rules
