// One table: what each phase of a session is called, what to tell somebody who watches, whose turn it is, and
// what each side may send then. Every side may send a stream error or close its stream at any time; that is
// said only where nothing else is due.
#include "parser/stream/phase.h"

#include <array>

namespace parser {
namespace {

struct Row {
  Phase phase;
  std::string_view name;
  std::string_view caption;  // what is going on; what comes next
  std::string_view turn;
  std::string_view client;  // what the client may send; empty: it waits
  std::string_view server;
};

constexpr std::string_view kStanzas =
    "<message/>, <presence/>, <iq/>, and <r/> and <a/> of stream management";

constexpr std::array kRows{
    Row{Phase::kConnected, "connected",
        "the connection is open and nothing has been said on this stream; the client opens it with its "
        "header",
        "client", "a stream header", ""},
    Row{Phase::kHeaderSent, "header-sent",
        "the client has introduced itself; the server answers with its own header and a stream id", "server",
        "", "a stream header with an id"},
    Row{Phase::kAwaitFeatures, "await-features",
        "both sides have introduced themselves; the server lists what can or must be negotiated", "server",
        "", "<stream:features/>"},
    Row{Phase::kFeaturesPlain, "features-plain",
        "the server's offers are known and everything is still readable on the wire; the client should ask "
        "for "
        "encryption",
        "client", "<starttls/>; <auth/> or <compress/> where the server offers it unencrypted", ""},
    Row{Phase::kStartTls, "starttls",
        "the client has asked for encryption; until the server answers, nobody may send XML", "server", "",
        "<proceed/> or <failure/>"},
    Row{Phase::kTlsHandshake, "tls-handshake",
        "the server agreed to encrypt; both sides run the TLS handshake, then the client opens a new stream",
        "both", "a TLS handshake, then a new stream header", "its part of the TLS handshake"},
    Row{Phase::kFeaturesTls, "features-tls",
        "the channel is encrypted and the server's offers are known; login comes next", "client",
        "<auth/> with one of the offered mechanisms (<authenticate/> in SASL2), or a registration", ""},
    Row{Phase::kSasl2Offered, "sasl2-offered",
        "the channel is encrypted and the server takes SASL2: the client logs in and can ask in the same "
        "breath for its resource or its old session; with a token of FAST it needs no password",
        "client",
        "<authenticate/> with one of the offered mechanisms, and in it <bind/>, <resume/>, <fast/>; <auth/> "
        "of "
        "the older SASL where that is offered, too",
        ""},
    Row{Phase::kSaslServer, "sasl-server",
        "the client has sent login data; the server accepts it, refuses it or asks for more", "server",
        "<abort/>", "<success/>, <failure/>, <challenge/> (in SASL2 also <continue/>)"},
    Row{Phase::kSaslClient, "sasl-client",
        "the server has asked a question of the login mechanism; the client answers it", "client",
        "<response/> or <abort/>", ""},
    Row{Phase::kSasl2Server, "sasl2-server",
        "the client has sent login data, with what it wants to have done behind the login; the server "
        "accepts "
        "it, refuses it or asks for more",
        "server", "<abort/>", "<success/>, <failure/>, <challenge/> or <continue/>"},
    Row{Phase::kSasl2Client, "sasl2-client",
        "the server has asked a question of the login mechanism; the client answers it", "client",
        "<response/> or <abort/>", ""},
    Row{Phase::kTasks, "sasl2-tasks",
        "the password was right, and the server wants a further task done, a second factor for example, "
        "before it lets the client in",
        "both", "<next/> with the task, then <task-data/>; <abort/>",
        "<task-data/>, <success/>, <failure/> or another <continue/>"},
    Row{Phase::kLoggedIn, "logged-in",
        "the client is logged in, and SASL2 restarts nothing; the server lists what is offered now, as a "
        "resource is still missing",
        "server", "", "<stream:features/>"},
    Row{Phase::kBoundInline, "bound-inline",
        "login and resource in one round trip: the client may send stanzas, and the server's new features "
        "follow directly",
        "server", "any stanza", "<stream:features/>, then any stanza"},
    Row{Phase::kResumedInline, "resumed-inline",
        "the login took up the earlier session again; no features follow, both sides repeat what was not "
        "acknowledged and go on",
        "any", "stanzas, first those that the server has not acknowledged",
        "stanzas, first those that the client has not acknowledged"},
    Row{Phase::kRestart, "restart",
        "the login succeeded; the client opens the stream afresh with a new header", "client",
        "a new stream header", ""},
    Row{Phase::kRestartSent, "restart-sent",
        "the client is logged in and has opened the stream again; the server answers with a new header and a "
        "new id",
        "server", "", "a new stream header with a new id"},
    Row{Phase::kRestartAwait, "restart-await",
        "the client is logged in; the server lists what is offered to it now, a resource to begin with",
        "server", "", "<stream:features/>"},
    Row{Phase::kFeaturesAuth, "features-auth",
        "the client is logged in but has no full address yet; it asks for a resource or for its old session",
        "client",
        "an <iq/> that binds a resource, or <resume/> for an earlier session; <compress/> where it is "
        "offered",
        ""},
    Row{Phase::kBinding, "binding",
        "the client has asked for a resource; the server assigns the full address", "server", "",
        "the result with the full address, or an error"},
    Row{Phase::kResuming, "resuming",
        "the client wants its earlier session back; the server resumes it or sends the client to bind anew",
        "server", "", "<resumed/> or <failed/>"},
    Row{Phase::kBound, "bound",
        "the client has its full address; it usually fetches its roster and announces its presence now",
        "any", "<presence/>, a roster request, <enable/>; any stanza", "any stanza for the new resource"},
    Row{Phase::kEstablished, "established", "the session is up; both sides send stanzas as they like", "any",
        kStanzas, kStanzas},
    Row{Phase::kClosing, "closing", "one side has said goodbye; the other sends what is left and closes, too",
        "other", "</stream:stream> unless it was the first, and what it still had to send",
        "</stream:stream> unless it was the first, and what it still had to send"},
    Row{Phase::kError, "error", "a stream error ended the session; both sides close the stream", "both",
        "</stream:stream>", "</stream:stream>"},
    Row{Phase::kClosed, "closed", "the session is over; whoever wants to go on opens a new connection",
        "none", "", ""},
    Row{Phase::kLegacy, "legacy",
        "this stream does not speak version 1.0, so there are no features; login comes next, with an iq of "
        "jabber:iq:auth, a component's handshake or a dialback key",
        "client", "an <iq/> of jabber:iq:auth; a component <handshake/>; a server <db:result/>",
        "the <iq/>'s answer, <handshake/>, <db:result/>"},
    Row{Phase::kMidSession, "mid-session",
        "the recording began after this session did; where it stands shows at the next telling element",
        "any", kStanzas, kStanzas},
};

constexpr bool in_order() {
  for (size_t i = 0; i < kRows.size(); ++i) {
    if (static_cast<size_t>(kRows[i].phase) != i) return false;
  }
  return true;
}
static_assert(in_order(), "the table follows the enumeration");
static_assert(kRows.size() == static_cast<size_t>(Phase::kMidSession) + 1);

// Where WebSocket (RFC 7395) makes a difference: <open/> and <close/> for the stream tags, no STARTTLS.
constexpr std::array kWebSocketRows{
    Row{Phase::kConnected, "connected",
        "the WebSocket is open and nothing has been said on it; the client opens the stream with <open/>",
        "client", "<open/>", ""},
    Row{Phase::kHeaderSent, "header-sent",
        "the client has introduced itself with <open/>; the server answers with its own <open/> and a stream "
        "id",
        "server", "", "<open/> with an id, or <close/> where it sends the client elsewhere"},
    Row{Phase::kAwaitFeatures, "await-features",
        "both sides have sent <open/>; the server lists what can or must be negotiated", "server", "",
        "<stream:features/>, in a message of its own"},
    Row{Phase::kFeaturesPlain, "features-plain",
        "the server's offers are known, and as this is ws and not wss everything is readable on the wire; "
        "there "
        "is no STARTTLS on WebSocket, so login comes next",
        "client", "<auth/> with one of the offered mechanisms, or a registration", ""},
    Row{Phase::kRestart, "restart",
        "the login succeeded; the client opens the stream afresh with a new <open/>, without a <close/>",
        "client", "<open/>", ""},
    Row{Phase::kRestartSent, "restart-sent",
        "the client is logged in and has sent <open/> again; the server answers with a new <open/> and a new "
        "id",
        "server", "", "<open/> with a new id"},
    Row{Phase::kFeaturesAuth, "features-auth",
        "the client is logged in but has no full address yet; it asks for a resource or for its old session",
        "client", "an <iq/> that binds a resource, or <resume/> for an earlier session", ""},
    Row{Phase::kClosing, "closing",
        "one side has said goodbye with <close/>; the other sends what is left and its own <close/>, then "
        "the "
        "WebSocket is closed",
        "other", "<close/> unless it was the first, and what it still had to send",
        "<close/> unless it was the first, and what it still had to send"},
    Row{Phase::kError, "error",
        "a stream error ended the session; both sides send <close/> and close the WebSocket", "both",
        "<close/>", "<close/>"},
};

const Row& row(Phase phase, bool websocket = false) {
  if (websocket) {
    for (const Row& other : kWebSocketRows) {
      if (other.phase == phase) return other;
    }
  }
  return kRows[static_cast<size_t>(phase)];
}

}  // namespace

std::string_view name(Phase phase) {
  return row(phase).name;
}

std::string_view caption(Phase phase, bool websocket) {
  return row(phase, websocket).caption;
}

std::string_view turn(Phase phase) {
  return row(phase).turn;
}

std::string_view may_send(Phase phase, Direction sender, bool websocket) {
  const Row& found = row(phase, websocket);
  return sender == Direction::kC2S ? found.client : found.server;
}

}  // namespace parser
