// One table of what is different; what it has no row for is as on a client's stream.
#include "parser/stream/stream_kind.h"

namespace parser {
namespace {

struct Row {
  StreamKind kind;
  Phase phase;
  PhaseOnStream is;
};

constexpr std::string_view kAllStanzas = "<message/>, <presence/>, <iq/>";

constexpr Row kRows[] = {
    // --- server to server
    {StreamKind::kServer,
     Phase::kConnected,
     {"the connection is open and nothing has been said on this stream; the calling server opens it with its "
      "header",
      "client", "a stream header in jabber:server, with 'from' and 'to'", ""}},
    {StreamKind::kServer,
     Phase::kHeaderSent,
     {"the calling server has introduced itself; the called one answers with its header and a stream id, "
      "from "
      "which dialback keys are made",
      "server", "", "a stream header with an id"}},
    {StreamKind::kServer,
     Phase::kAwaitFeatures,
     {"both servers have introduced themselves; the called one lists what can be negotiated", "server", "",
      "<stream:features/>"}},
    {StreamKind::kServer,
     Phase::kFeaturesPlain,
     {"the offers are known and everything is still readable on the wire; the calling server should ask for "
      "encryption, or proves its domain by dialback right here",
      "client", "<starttls/>; <db:result/> with a key, <db:verify/>", "the answers to dialback"}},
    {StreamKind::kServer,
     Phase::kStartTls,
     {"the calling server has asked for encryption; until the other one answers, nobody may send XML",
      "server", "", "<proceed/> or <failure/>"}},
    {StreamKind::kServer,
     Phase::kTlsHandshake,
     {"both servers run the TLS handshake, with a certificate of each; then the calling one opens a new "
      "stream",
      "both", "a TLS handshake, then a new stream header with 'from'", "its part of the TLS handshake"}},
    {StreamKind::kServer,
     Phase::kFeaturesTls,
     {"the channel is encrypted; the calling server proves its domain, by its certificate or by a dialback "
      "key",
      "client",
      "<bidi/> where it is offered; <auth mechanism='EXTERNAL'/>, or <db:result/> with a key; <db:verify/>",
      "the answers to dialback"}},
    {StreamKind::kServer,
     Phase::kSaslServer,
     {"the calling server points at its certificate; the called one accepts it or refuses it", "server",
      "<abort/>", "<success/>, <failure/>, or an empty <challenge/> that asks for the domain"}},
    {StreamKind::kServer,
     Phase::kSaslClient,
     {"the called server asks as which domain the other one comes", "client",
      "<response/> with the domain or '='", ""}},
    {StreamKind::kServer,
     Phase::kRestart,
     {"the certificate was accepted; the calling server opens the stream afresh", "client",
      "a new stream header", ""}},
    {StreamKind::kServer,
     Phase::kRestartSent,
     {"the calling server has opened the stream again; the called one answers with a new header and a new id",
      "server", "", "a new stream header with a new id"}},
    {StreamKind::kServer,
     Phase::kRestartAwait,
     {"the domain is proven; the called server lists what else it offers, often nothing", "server", "",
      "<stream:features/>"}},
    {StreamKind::kServer,
     Phase::kFeaturesAuth,
     {"the calling server wants its earlier stream back", "any", "stanzas of the pairs that were proven",
      "<resumed/> or <failed/>"}},
    {StreamKind::kServer,
     Phase::kResuming,
     {"the calling server wants its earlier stream back; the called one resumes it or not", "server", "",
      "<resumed/> or <failed/>"}},
    {StreamKind::kServer,
     Phase::kEstablished,
     {"a pair of domains is proven: its stanzas flow from the calling server to the called one, whose own "
      "take "
      "another connection",
      "any", "stanzas from proven domains to those that agreed; <db:result/> for further pairs, <db:verify/>",
      "the answers to dialback, <a/> and <r/>, no stanzas"}},
    {StreamKind::kServer,
     Phase::kLegacy,
     {"this stream does not speak version 1.0, so there are no features; the calling server proves its "
      "domain by "
      "dialback, or has a key verified",
      "client", "<db:result/> with a key, <db:verify/>", "the answers to dialback"}},
    {StreamKind::kServer,
     Phase::kMidSession,
     {"the recording began after this stream did; which domains are proven is not known", "any", kAllStanzas,
      "the answers to dialback, <a/> and <r/>"}},

    // --- while a key waits for its answer
    {StreamKind::kServerWaiting,
     Phase::kFeaturesPlain,
     {"a dialback key was sent, unencrypted; the called server asks the domain's own server whether it is "
      "genuine, "
      "and stanzas of that pair wait",
      "server", "keys for other pairs, <db:verify/>", "<db:result/> of type valid, invalid or error"}},
    {StreamKind::kServerWaiting,
     Phase::kFeaturesTls,
     {"a dialback key was sent; the called server asks the domain's own server whether it is genuine, and "
      "stanzas "
      "of that pair wait",
      "server", "keys for other pairs, <db:verify/>", "<db:result/> of type valid, invalid or error"}},
    {StreamKind::kServerWaiting,
     Phase::kLegacy,
     {"a dialback key was sent; the called server asks the domain's own server whether it is genuine, and "
      "stanzas "
      "of that pair wait",
      "server", "keys for other pairs, <db:verify/>", "<db:result/> of type valid, invalid or error"}},
    {StreamKind::kServerWaiting,
     Phase::kEstablished,
     {"some pairs of domains are proven and their stanzas flow; a key for another one waits for its answer",
      "any", "stanzas of the pairs that are proven; further keys, <db:verify/>",
      "<db:result/> of type valid, invalid or error"}},

    // --- both directions on one connection
    {StreamKind::kServerBoth,
     Phase::kEstablished,
     {"a pair of domains is proven and both servers send their stanzas over this connection", "any",
      "stanzas of the pairs that are proven; further keys, <db:verify/>",
      "stanzas of the same pairs the other way round; keys of its own"}},

    // --- components
    {StreamKind::kComponentAccept,
     Phase::kConnected,
     {"the connection is open; the component opens the stream with a header that names it in 'to'", "client",
      "a stream header in jabber:component:accept", ""}},
    {StreamKind::kComponentAccept,
     Phase::kHeaderSent,
     {"the component has said which one it is; the server answers with a header whose id the handshake is "
      "made from",
      "server", "", "a stream header with an id"}},
    {StreamKind::kComponentAccept,
     Phase::kAwaitFeatures,
     {"both headers are there; the component proves itself with a hash of the stream id and its secret",
      "client", "<handshake/> with the hash", ""}},
    {StreamKind::kComponentAccept,
     Phase::kLegacy,
     {"both headers are there; the component proves itself with a hash of the stream id and its secret",
      "client", "<handshake/> with the hash", ""}},
    {StreamKind::kComponentAccept,
     Phase::kFeaturesPlain,
     {"features came, which components do not know; the component proves itself with a hash of the stream id "
      "and "
      "its secret",
      "client", "<handshake/> with the hash", ""}},
    {StreamKind::kComponentAccept,
     Phase::kSaslServer,
     {"the component has sent its handshake; the server compares it with what the secret should give",
      "server", "", "an empty <handshake/>, or the error not-authorized"}},
    {StreamKind::kComponentAccept,
     Phase::kEstablished,
     {"the component is accepted; it speaks for every address at its domain, and gets what is sent there",
      "any", "stanzas with 'from' at its domain and 'to'", "stanzas for the component's domain"}},
    {StreamKind::kComponentAccept,
     Phase::kMidSession,
     {"the recording began after this component had connected", "any", kAllStanzas, kAllStanzas}},
    {StreamKind::kComponentConnect,
     Phase::kConnected,
     {"the server has connected to its component and opens the stream", "client",
      "a stream header in jabber:component:connect", ""}},
    {StreamKind::kComponentConnect,
     Phase::kHeaderSent,
     {"the server has opened the stream; the component answers with a header whose id the handshake is made "
      "from",
      "server", "", "a stream header with an id"}},
    {StreamKind::kComponentConnect,
     Phase::kAwaitFeatures,
     {"both headers are there; the server proves itself with a hash of the stream id and the secret",
      "client", "<handshake/> with the hash", ""}},
    {StreamKind::kComponentConnect,
     Phase::kLegacy,
     {"both headers are there; the server proves itself with a hash of the stream id and the secret",
      "client", "<handshake/> with the hash", ""}},
    {StreamKind::kComponentConnect,
     Phase::kSaslServer,
     {"the server has sent its handshake; the component compares it with what the secret should give",
      "server", "", "an empty <handshake/>, or the error not-authorized"}},
    {StreamKind::kComponentConnect,
     Phase::kEstablished,
     {"the two have accepted each other; the component speaks for every address at its domain", "any",
      "stanzas for the component's domain", "stanzas with 'from' at its domain and 'to'"}},
};

bool is_server(StreamKind kind) {
  return kind == StreamKind::kServer || kind == StreamKind::kServerWaiting || kind == StreamKind::kServerBoth;
}

}  // namespace

const PhaseOnStream* phase_on(StreamKind kind, Phase phase) {
  if (kind == StreamKind::kClient) return nullptr;
  const PhaseOnStream* general = nullptr;
  for (const Row& row : kRows) {
    if (row.phase != phase) continue;
    if (row.kind == kind) return &row.is;
    if (row.kind == StreamKind::kServer && is_server(kind)) general = &row.is;
  }
  return general;
}

std::string_view caption(Phase phase, StreamKind kind, bool websocket) {
  const PhaseOnStream* here = phase_on(kind, phase);
  return here == nullptr ? caption(phase, websocket) : here->caption;
}

std::string_view turn(Phase phase, StreamKind kind) {
  const PhaseOnStream* here = phase_on(kind, phase);
  return here == nullptr ? turn(phase) : here->turn;
}

std::string_view may_send(Phase phase, Direction sender, StreamKind kind, bool websocket) {
  const PhaseOnStream* here = phase_on(kind, phase);
  if (here == nullptr) return may_send(phase, sender, websocket);
  return sender == Direction::kC2S ? here->initiator : here->responder;
}

}  // namespace parser
