// One table; its order is that of parser::EventKind, which a test holds it to.
#include "viewer/model/kinds.h"

#include <array>

namespace viewer {

namespace {

using parser::EventKind;

constexpr std::array<KindText, 22> kKinds = {{
    {EventKind::kHeader, "header",
     "Opens a stream: each side introduces itself, and the receiving side names the stream with an id. "
     "Behind "
     "TLS and behind a login the stream starts afresh with a new header.",
     "RFC 6120 §4.2, §4.7"},
    {EventKind::kFooter, "footer",
     "Closes this direction of the stream. The other direction may go on until it is closed too.",
     "RFC 6120 §4.4"},
    {EventKind::kKeepalive, "keepalive",
     "White space between elements. It says nothing, and keeps the connection from being taken for dead.",
     "RFC 6120 §4.6.1"},
    {EventKind::kFeatures, "features",
     "The receiving side lists what can be negotiated now, and what must be negotiated before stanzas may "
     "flow.",
     "RFC 6120 §4.3.2"},
    {EventKind::kStreamError, "stream error",
     "The stream cannot go on. The side that sends it closes its stream, and then the connection.",
     "RFC 6120 §4.9"},
    {EventKind::kStartTls, "starttls",
     "Negotiates encryption on the same connection: the client asks, the server says proceed, TLS follows, "
     "and the stream starts afresh.",
     "RFC 6120 §5"},
    {EventKind::kSasl, "sasl",
     "One step of the login: the client chooses a mechanism, challenges and responses follow, the server "
     "ends "
     "with success or failure.",
     "RFC 6120 §6"},
    {EventKind::kCompress, "compress", "Negotiates compression of the stream.", "XEP-0138"},
    {EventKind::kSm, "stream mgmt",
     "Stream management: counts handled stanzas, so that a session can be resumed without loss.", "XEP-0198"},
    {EventKind::kMessage, "message",
     "A one-way push of information to another entity; nothing needs to come back.", "RFC 6120 §8.2.1"},
    {EventKind::kPresence, "presence",
     "Tells those who subscribed whether and how an entity can be reached, or manages such a subscription.",
     "RFC 6120 §8.2.2"},
    {EventKind::kIq, "iq",
     "A question or an order (get, set) that must be answered by exactly one result or error with the same "
     "id.",
     "RFC 6120 §8.2.3"},
    {EventKind::kNonza, "nonza", "An element at stream level that is not a stanza: it is never routed.",
     "XEP-0360"},
    {EventKind::kViolation, "violation",
     "Bytes that XMPP does not allow in a stream. The finding says which, and why.", "RFC 6120 §11"},
    {EventKind::kUnparsed, "unparsed",
     "Bytes that could not be framed as elements: behind broken XML, or cut off by the end of the "
     "connection.",
     ""},
    {EventKind::kOpened, "opened", "A client connected to the proxy.", ""},
    {EventKind::kUpstream, "upstream", "The proxy reached the server on the client's behalf.", ""},
    {EventKind::kTls, "tls",
     "TLS is established on one of the proxy's two legs. Each leg has its own keys and its own certificate.",
     "RFC 6120 §5.4.3"},
    {EventKind::kEdit, "edit", "The proxy changed what it forwarded.", ""},
    {EventKind::kDropped, "not recorded",
     "These bytes passed the proxy, and were not recorded, as its queue was full.", ""},
    {EventKind::kNotice, "notice", "Something that the proxy noticed about the connection.", ""},
    {EventKind::kClosed, "closed", "The connection ended.", ""},
}};

}  // namespace

const KindText& kind_text(EventKind kind) {
  const auto at = static_cast<size_t>(kind);
  return kKinds[at < kKinds.size() ? at : 0];
}

std::string_view kind_glyph(parser::EventKind kind) {
  switch (kind) {
    case EventKind::kHeader:
      return "\u25b7";
    case EventKind::kFooter:
      return "\u25a1";
    case EventKind::kKeepalive:
      return "\u00b7";
    case EventKind::kFeatures:
      return "\u2261";
    case EventKind::kStreamError:
    case EventKind::kViolation:
    case EventKind::kUnparsed:
      return "\u2716";
    case EventKind::kStartTls:
    case EventKind::kTls:
      return "\u25a3";
    case EventKind::kSasl:
      return "\u26b7";
    case EventKind::kCompress:
      return "\u25a4";
    case EventKind::kSm:
      return "\u2116";
    case EventKind::kMessage:
      return "\u2709";
    case EventKind::kPresence:
      return "\u25c9";
    case EventKind::kIq:
      return "\u21c4";
    case EventKind::kNonza:
      return "\u25c7";
    case EventKind::kEdit:
      return "\u270e";
    case EventKind::kDropped:
      return "\u26a0";
    case EventKind::kOpened:
    case EventKind::kUpstream:
    case EventKind::kNotice:
    case EventKind::kClosed:
      return "\u2022";
  }
  return "";
}

std::string kind_label(const Row& row, std::string_view stanza_type) {
  std::string label(kind_text(row.kind).label);
  const bool stanza =
      row.kind == EventKind::kIq || row.kind == EventKind::kMessage || row.kind == EventKind::kPresence;
  if (stanza && !stanza_type.empty()) label.append(" ").append(stanza_type);
  return label;
}

}  // namespace viewer
