// XMPP over WebSocket: one message, one element (RFC 7395). What concerns every message is one check, which
// returns at once on a stream of bytes.
#include <algorithm>

#include "parser/rules/checks.h"
#include "parser/rules/rulebook.h"

namespace parser::rules {
namespace {

#define FRAMING "xmlns='urn:ietf:params:xml:ns:xmpp-framing'"
#define STREAMS "xmlns:stream='http://etherx.jabber.org/streams'"
#define SASL "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'"
#define CLIENT_OPEN "<open " FRAMING " to='example.com' version='1.0'/>"
#define SERVER_OPEN "<open " FRAMING " from='example.com' id='a1' version='1.0' xml:lang='en'/>"
#define SERVER_OPEN_AGAIN "<open " FRAMING " from='example.com' id='b2' version='1.0' xml:lang='en'/>"
#define MECHANISMS                                 \
  "<stream:features " STREAMS "><mechanisms " SASL \
  "><mechanism>PLAIN</mechanism></mechanisms></stream:features>"

using xml::Element;

// Which of the rules about messages speaks; the number in their rows.
enum Verdict : uint8_t {
  kFirst = 1,
  kNamespace,
  kSeveral,
  kNoMarkup,
  kBinary,
  kDeclaration,
  kPrefix,
  kErrorFirst,
};

bool is_whole_element(EventKind kind) {
  return kind != EventKind::kKeepalive && kind != EventKind::kViolation && kind != EventKind::kUnparsed;
}

ByteRange tag_of(const StreamEvent& event) {
  return event.element != nullptr && !event.element->start_tag.empty() ? event.element->start_tag
                                                                       : event.range;
}

// The first thing that a side says, where that is no <open/>.
void first_message(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const StreamSide& side = context.session.side(event.direction);
  if (side.headers != 0 || side.elements != 1 || !context.session.from_start()) return;
  if (event.direction == Direction::kS2C) {
    if (event.kind == EventKind::kFooter) return;  // it may send the client elsewhere at once
    if (event.kind == EventKind::kStreamError) {
      if (report.of(kErrorFirst))
        report.add("The server refuses the stream without the <open/> that has to come before the error.",
                   event.range);
      return;
    }
  }
  if (report.of(kFirst))
    report.add("The first message of each side is <open/>, and this is another one.", event.range);
}

void message(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (!event.websocket) return;
  const MessageInfo& message = event.message;
  const bool begins = event.range.begin == message.range.begin;
  if (message.binary && begins && report.of(kBinary)) {
    report.add("The message is a binary one, but XMPP is sent in text messages only.", event.range);
  }
  if (begins && !event.bytes.empty() && event.bytes[0] != '<' && event.kind != EventKind::kUnparsed &&
      report.of(kNoMarkup)) {
    report.add(event.kind == EventKind::kKeepalive
                   ? "The message begins with white space, where every message begins with '<'."
                   : "The message begins with text, where every message begins with '<'.",
               event.range);
  }
  if (is_undeclared_stream_prefix(event) && report.of(kPrefix)) {
    report.add(
        "The prefix 'stream' is not declared in this message, and no other message's declaration counts.",
        event.error->range);
  }
  if (!is_whole_element(event.kind)) return;
  if (message.elements == 1 && report.of(kSeveral)) {
    report.add("This is the second element in one message, which holds one element only.", event.range);
  }
  if (event.bytes.starts_with("<?xml") && report.of(kDeclaration)) {
    report.add("The message has an XML declaration, which is allowed but better left away.",
               {event.range.begin, event.range.begin + event.bytes.find("?>") + 2});
  }
  first_message(context, report);
  if (event.element == nullptr || !event.ns.empty()) return;
  if ((on(event.kind) & kStanzas) != 0 && event.element->prefix.empty() && report.of(kNamespace)) {
    report.add(
        "The stanza declares no namespace, such as xmlns='jabber:client', and there is nothing around it "
        "that does.",
        tag_of(event));
  }
}

// --- its frame --------------------------------------------------------------------------------------------

void subprotocol_missing(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const WebSocketInfo* info = context.session.websocket();
  if (info == nullptr || context.session.side(event.direction).headers != 1) return;
  constexpr std::string_view kXmpp = "xmpp";
  if (event.direction == Direction::kC2S) {
    if (std::find(info->offered.begin(), info->offered.end(), kXmpp) != info->offered.end()) return;
    report.add("The client's WebSocket handshake does not name the subprotocol 'xmpp'.", tag_of(event));
  } else if (info->chosen != kXmpp) {
    report.add(info->chosen.empty()
                   ? std::string(
                         "The server's WebSocket handshake names no subprotocol, where it has to say 'xmpp'.")
                   : "The server's WebSocket handshake names the subprotocol " + quoted(info->chosen) +
                         " and not 'xmpp'.",
               tag_of(event));
  }
}

void plaintext(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (!event.websocket || event.direction != Direction::kC2S || !context.session.from_start()) return;
  if (context.session.side(Direction::kC2S).headers != 1) return;
  if (context.session.encrypted(Direction::kC2S)) return;
  report.add("The WebSocket is not inside TLS (ws and not wss), so everything on it can be read on the way.",
             tag_of(event));
}

void stream_tag_used(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (!event.websocket) return;
  if (event.kind == EventKind::kHeader ? event.local != "stream" : event.element != nullptr) return;
  report.add(event.kind == EventKind::kHeader
                 ? "On WebSocket a stream is opened with <open/> and not with this tag."
                 : "On WebSocket a stream is closed with <close/> and not with this tag.",
             tag_of(event));
}

void wrong_framing_namespace(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (!event.websocket || event.element == nullptr || event.local == "stream" || event.ns == ns::kFraming)
    return;
  report.add("<" + std::string(event.local) + "/> is in the namespace " + quoted(event.ns) +
                 " and not in urn:ietf:params:xml:ns:xmpp-framing.",
             tag_of(event));
}

// --- the life of its stream -------------------------------------------------------------------------------

void starttls_offered(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (!event.websocket || event.direction != Direction::kS2C || event.element == nullptr) return;
  const Element* offer = event.element->child("starttls", ns::kTls);
  if (offer == nullptr) return;
  report.add("The server offers STARTTLS, which does not exist on WebSocket: wss encrypts it.", offer->range);
}

void close_on_restart(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  const StreamSide& side = context.session.side(event.direction);
  if (!event.websocket || !side.reopened) return;
  report.add(
      "The client closes the stream before it restarts it; the new <open/> alone would have done that.",
      side.footer, {.frame = side.footer_frame});
}

void multiplexed_streams(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (!event.websocket || event.direction != Direction::kC2S) return;
  // Behind the client's own <close/>, too, only a new WebSocket carries a new stream.
  const bool closed =
      context.before.closed[index(Direction::kC2S)] && context.before.header_seen[index(Direction::kC2S)];
  if (!closed && !is_needless_header(context, report.memory())) return;
  report.add("This opens a second stream on the WebSocket, which carries one at a time.", tag_of(event));
}

void no_close(const Context& context, Report& report) {
  const SessionState& session = context.session;
  const Closed* closed = std::get_if<Closed>(&context.event.fact);
  if (!context.event.websocket || closed == nullptr || !closed->by || !session.from_start()) return;
  if (closed->how != Closed::How::kFinished) return;  // the network broke, not a WebSocket closed
  for (const Direction direction : {Direction::kC2S, Direction::kS2C}) {
    if (session.side(direction).closed || received_edited(report.memory(), direction, 0)) return;
  }
  const StreamSide& side = session.side(*closed->by);
  if (side.last.empty()) return;
  At at{.offender = *closed->by, .frame = side.last_frame};
  if (session.sm_enabled()) at.at_most = Severity::kNote;  // so the session can be resumed
  report.add("The WebSocket was closed behind this without a <close/>, which ends the stream first.",
             side.last, at);
}

void see_other_uri(const Context& context, Report& report) {
  const StreamEvent& event = context.event;
  if (!event.websocket || event.direction != Direction::kS2C || event.element == nullptr) return;
  const std::string_view uri = event.element->attribute("see-other-uri");
  if (!context.session.encrypted(Direction::kS2C)) return;
  if (!uri.starts_with("ws:") && !uri.starts_with("http:")) return;
  report.add("The redirect to " + quoted(uri) + " leads from an encrypted connection to one that is not.",
             tag_of(event));
}

constexpr KindSet kElements =
    kStanzas | on(EventKind::kFeatures, EventKind::kStreamError, EventKind::kStartTls, EventKind::kSasl,
                  EventKind::kCompress, EventKind::kSm, EventKind::kNonza, EventKind::kFooter);
constexpr KindSet kAll =
    kElements | on(EventKind::kHeader, EventKind::kKeepalive, EventKind::kViolation, EventKind::kUnparsed);

constexpr Rule kRules[] = {
    {
        .id = "ws-first-frame-not-open",
        .tier = 1,
        .layer = Layer::kWebSocket,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 7395 §3.4",
        .explanation = "Each side begins with <open/>, which names the stream as a header does. Nothing that "
                       "comes before it belongs to a stream. Only a server may send <close/> as its first "
                       "message, to send the client elsewhere.",
        .violating = "[websocket]\nC: <close " FRAMING "/>",
        .conforming = "[websocket]\nC: " CLIENT_OPEN "\nS: " SERVER_OPEN,
        .kinds = kElements,
        .check = message,
        .verdict = kFirst,
    },
    {
        .id = "ws-missing-namespace-declaration",
        .tier = 1,
        .layer = Layer::kWebSocket,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 7395 §3.3.3",
        .explanation = "On TCP the stream header declares jabber:client once for everything in the stream. "
                       "On WebSocket every message is a document of its own, with nothing around it, so each "
                       "stanza has to declare its namespace. Many receivers guess it; one that resolves "
                       "namespaces as XML does sees an unknown element.",
        .violating = "[websocket]\nC: <message to='a@example.com'><body>Hi</body></message>",
        .conforming =
            "[websocket]\nC: <message xmlns='jabber:client' to='a@example.com'><body>Hi</body></message>",
        .kinds = kStanzas,
        .check = message,
        .verdict = kNamespace,
    },
    {
        .id = "ws-subprotocol-missing",
        .tier = 2,
        .layer = Layer::kWebSocket,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 7395 §3.1",
        .explanation = "The WebSocket handshake agrees on what is spoken inside: the client's request and "
                       "the server's answer both name the subprotocol xmpp. Without it a server that speaks "
                       "several protocols cannot know which one is meant, and browsers close a connection "
                       "whose answer names another than they asked for.",
        .violating = "[websocket] [offered chat]\nC: " CLIENT_OPEN,
        .conforming = "[websocket] [offered chat, xmpp] [chosen xmpp]\nC: " CLIENT_OPEN "\nS: " SERVER_OPEN,
        .kinds = on(EventKind::kHeader),
        .check = subprotocol_missing,
    },
    {
        .id = "ws-stream-tag-used",
        .tier = 2,
        .layer = Layer::kWebSocket,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 7395 §3.3.1; RFC 7395 §3.3.3",
        .explanation = "A message holds one complete element, and a <stream:stream> that stays open is none. "
                       "<open/> and <close/> stand for its two tags. Drafts before the RFC did send the "
                       "tags, and some old servers still do.",
        .violating =
            "[websocket]\nC: <stream:stream to='example.com' version='1.0' xmlns='jabber:client' " STREAMS
            ">",
        .conforming = "[websocket]\nC: " CLIENT_OPEN,
        .kinds = on(EventKind::kHeader, EventKind::kFooter),
        .check = stream_tag_used,
    },
    {
        .id = "ws-wrong-framing-namespace",
        .tier = 2,
        .layer = Layer::kWebSocket,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 7395 §3.3.2",
        .explanation = "<open/> and <close/> belong to the namespace urn:ietf:params:xml:ns:xmpp-framing, "
                       "since they are no elements of a stream but stand around one. In any other namespace "
                       "they are unknown elements, and a strict server waits for the stream to be opened.",
        .violating = "[websocket]\nC: <open xmlns='jabber:client' to='example.com' version='1.0'/>",
        .conforming = "[websocket]\nC: " CLIENT_OPEN,
        .kinds = on(EventKind::kHeader, EventKind::kFooter),
        .check = wrong_framing_namespace,
    },
    {
        .id = "ws-multiple-elements-in-frame",
        .tier = 2,
        .layer = Layer::kWebSocket,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 7395 §3.3.3",
        .explanation =
            "A message is one element. A receiver hands each message to a parser as a document, and a "
            "document has one root: at the second element the parser reports an error, and both may be lost. "
            "A message may travel in several fragments, but that is another layer.",
        .violating = "[websocket]\nC: <presence xmlns='jabber:client'/><presence xmlns='jabber:client'/>",
        .conforming =
            "[websocket]\nC: <presence xmlns='jabber:client'/>\nC: <presence xmlns='jabber:client'/>",
        .kinds = kElements | on(EventKind::kHeader),
        .check = message,
        .verdict = kSeveral,
    },
    {
        .id = "ws-frame-not-starting-with-lt",
        .tier = 2,
        .layer = Layer::kWebSocket,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 7395 §3.3.3; RFC 7395 §3.8",
        .explanation =
            "Every message begins with '<', so that a receiver can tell a message of XMPP by its first byte. "
            "White space in front of an element is as wrong as a message of white space alone. A connection "
            "is kept alive by WebSocket's own ping, or by a ping of XMPP.",
        .violating = "[websocket]\nC: ${byte:20}",
        .conforming = "[websocket]\nC: <iq xmlns='jabber:client' type='get' id='p' to='example.com'><ping "
                      "xmlns='urn:xmpp:ping'/></iq>\nS: <iq xmlns='jabber:client' type='result' id='p' "
                      "from='example.com'/>",
        .kinds = on(EventKind::kKeepalive, EventKind::kViolation),
        .check = message,
        .verdict = kNoMarkup,
    },
    {
        .id = "ws-stream-prefix-undeclared",
        .tier = 2,
        .layer = Layer::kWebSocket,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 7395 §3.3.3",
        .explanation =
            "The prefix of <stream:features> and <stream:error> is declared by the stream header on TCP. On "
            "WebSocket there is no header around a message, so these elements declare xmlns:stream "
            "themselves, or do without the prefix. A parser refuses a prefix that nothing declares.",
        .violating = "[websocket]\nC: " CLIENT_OPEN "\nS: " SERVER_OPEN "\nS: <stream:features/>",
        .conforming =
            "[websocket]\nC: " CLIENT_OPEN "\nS: " SERVER_OPEN "\nS: <stream:features " STREAMS "/>",
        .kinds = on(EventKind::kViolation),
        .check = message,
        .verdict = kPrefix,
    },
    {
        .id = "ws-binary-frame",
        .tier = 2,
        .layer = Layer::kWebSocket,
        .severities = kErrors,
        .who = Who::kEither,
        .citation = "RFC 7395 §3.2",
        .explanation =
            "XML in UTF-8 is text, and goes into text messages. Browsers hand a binary message over as a "
            "block of bytes instead of a string, so a client in a browser does not even see XML in it.",
        .violating = "[websocket]\n[binary] C: <presence xmlns='jabber:client'/>",
        .conforming = "[websocket]\nC: <presence xmlns='jabber:client'/>",
        .kinds = kAll,
        .check = message,
        .verdict = kBinary,
    },
    {
        .id = "ws-starttls-offered",
        .tier = 2,
        .layer = Layer::kWebSocket,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "RFC 7395 §3.9",
        .explanation =
            "Encryption is agreed on before the WebSocket handshake, by the scheme wss, so that the two "
            "would be one inside the other. A server must not offer STARTTLS on a WebSocket. It happens "
            "where a reverse proxy takes TLS off and the server behind it knows nothing of that.",
        .violating = "[websocket]\nC: " CLIENT_OPEN "\nS: " SERVER_OPEN "\nS: <stream:features " STREAMS
                     "><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>",
        .conforming = "[websocket]\nC: " CLIENT_OPEN "\nS: " SERVER_OPEN "\nS: " MECHANISMS,
        .kinds = on(EventKind::kFeatures),
        .check = starttls_offered,
    },
    {
        .id = "ws-plaintext",
        .tier = 2,
        .layer = Layer::kWebSocket,
        .severities = kNotes,
        .who = Who::kClient,
        .citation = "RFC 7395 §3.9",
        .explanation = "With ws instead of wss everything can be read and changed on the way, the login "
                       "included, and there is no STARTTLS to mend that later. Inside one machine, behind a "
                       "reverse proxy that has taken TLS off, it is the usual thing.",
        .violating = "[websocket] [plaintext]\nC: " CLIENT_OPEN,
        .conforming = "[websocket]\nC: " CLIENT_OPEN,
        .kinds = on(EventKind::kHeader),
        .check = plaintext,
    },
    {
        .id = "ws-close-on-restart",
        .tier = 2,
        .layer = Layer::kWebSocket,
        .severities = kErrors,
        .who = Who::kClient,
        .citation = "RFC 7395 §3.7",
        .explanation = "After a login the client sends a new <open/>, which stands for the end of the old "
                       "stream and the beginning of the new one. A <close/> before it says that the session "
                       "is over, and the server closes the WebSocket.",
        .violating = "[websocket]\nC: " CLIENT_OPEN "\nS: " SERVER_OPEN "\nS: " MECHANISMS "\nC: <auth " SASL
                     " mechanism='PLAIN'>AGEAYg==</auth>\nS: <success " SASL "/>\nC: <close " FRAMING
                     "/>\nC: " CLIENT_OPEN,
        .conforming = "[websocket]\nC: " CLIENT_OPEN "\nS: " SERVER_OPEN "\nS: " MECHANISMS "\nC: <auth " SASL
                      " mechanism='PLAIN'>AGEAYg==</auth>\nS: <success " SASL "/>\nC: " CLIENT_OPEN
                      "\nS: " SERVER_OPEN_AGAIN,
        .kinds = on(EventKind::kHeader),
        .check = close_on_restart,
    },
    {
        .id = "ws-multiplexed-streams",
        .tier = 2,
        .layer = Layer::kWebSocket,
        .severities = Severities{std::nullopt, Severity::kError},
        .who = Who::kClient,
        .citation = "RFC 7395 §3.4",
        .explanation = "One WebSocket carries one stream at a time. A second <open/> is right only as a "
                       "restart of that stream, after a login or compression. Whoever wants two streams, to "
                       "two domains or as two accounts, opens two WebSockets.",
        .violating = "[websocket]\nC: " CLIENT_OPEN "\nS: " SERVER_OPEN "\nS: " MECHANISMS
                     "\nC: <open " FRAMING " to='example.net' version='1.0'/>",
        .conforming = "[websocket]\nC: " CLIENT_OPEN "\nS: " SERVER_OPEN "\nS: " MECHANISMS "\nC: <auth " SASL
                      " mechanism='PLAIN'>AGEAYg==</auth>\nS: <success " SASL "/>\nC: " CLIENT_OPEN
                      "\nS: " SERVER_OPEN_AGAIN,
        .kinds = on(EventKind::kHeader),
        .check = multiplexed_streams,
    },
    {
        .id = "ws-no-close-before-ws-close",
        .tier = 3,
        .layer = Layer::kWebSocket,
        .severities = kWarnings,
        .who = Who::kEither,
        .citation = "RFC 7395 §3.6",
        .explanation = "The stream is closed first, with <close/> from both sides, and then the WebSocket. "
                       "If the WebSocket goes without it, the other side cannot tell a farewell from a "
                       "network that broke, and keeps the session for a while. Browsers do this when a tab "
                       "is closed; with stream management it is what makes a session resumable.",
        .violating = "[websocket]\nC: <presence xmlns='jabber:client'/>\n[close C]",
        .conforming = "[websocket]\nC: " CLIENT_OPEN "\nS: " SERVER_OPEN "\nC: <close " FRAMING
                      "/>\nS: <close " FRAMING "/>\n[close C]",
        .kinds = on(EventKind::kClosed),
        .check = no_close,
    },
    {
        .id = "ws-see-other-uri-downgrade",
        .tier = 3,
        .layer = Layer::kWebSocket,
        .severities = kWarnings,
        .who = Who::kServer,
        .citation = "RFC 7395 §3.6.1",
        .explanation =
            "With see-other-uri a server sends a client to another address. From wss it may only lead to wss "
            "or https: otherwise one answer is enough to bring a client from an encrypted connection to one "
            "that everybody can read. A client must not follow such a redirect.",
        .violating =
            "[websocket]\nC: " CLIENT_OPEN "\nS: <close " FRAMING " see-other-uri='ws://other.example/'/>",
        .conforming =
            "[websocket]\nC: " CLIENT_OPEN "\nS: <close " FRAMING " see-other-uri='wss://other.example/'/>",
        .kinds = on(EventKind::kFooter),
        .check = see_other_uri,
    },
    {
        .id = "ws-error-without-open",
        .tier = 3,
        .layer = Layer::kWebSocket,
        .severities = kErrors,
        .who = Who::kServer,
        .citation = "RFC 7395 §3.5",
        .explanation = "A server that refuses the client's <open/> still answers with its own, then the "
                       "error, then <close/>. The error is an element of a stream, and without an <open/> "
                       "there is no stream that it could belong to.",
        .violating =
            "[websocket]\nC: " CLIENT_OPEN "\nS: <stream:error " STREAMS
            "><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>\nS: <close " FRAMING
            "/>",
        .conforming =
            "[websocket]\nC: " CLIENT_OPEN "\nS: " SERVER_OPEN "\nS: <stream:error " STREAMS
            "><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>\nS: <close " FRAMING
            "/>",
        .kinds = on(EventKind::kStreamError),
        .check = message,
        .verdict = kErrorFirst,
    },
    {
        .id = "ws-xml-declaration",
        .tier = 3,
        .layer = Layer::kWebSocket,
        .severities = kNotes,
        .who = Who::kEither,
        .citation = "RFC 7395 §3.3.3",
        .explanation = "Each message is a document, so each could begin with an XML declaration. But it says "
                       "nothing that is not known, costs bytes in every message, and not every receiver "
                       "expects it. The RFC advises against it.",
        .violating = "[websocket] [bound juliet@example.com/balcony]\nC: <?xml version='1.0'?><presence "
                     "xmlns='jabber:client'/>",
        .conforming = "[websocket]\nC: <presence xmlns='jabber:client'/>",
        .kinds = kElements | on(EventKind::kHeader),
        .check = message,
        .verdict = kDeclaration,
    },
};

}  // namespace

RuleTable websocket_rules() {
  return {kRules};
}

}  // namespace parser::rules
