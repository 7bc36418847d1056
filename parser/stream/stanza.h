// Typed reading of depth-1 elements: what kind of thing an element is, and what its usual parts say.
//
// All views point into the element that was given; nothing is copied except joined text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/stream/stream_event.h"
#include "parser/xml/element.h"

namespace parser {

// The namespaces that the stream itself is made of.
namespace ns {
inline constexpr std::string_view kStreams = "http://etherx.jabber.org/streams";
inline constexpr std::string_view kClient = "jabber:client";
inline constexpr std::string_view kServer = "jabber:server";
inline constexpr std::string_view kComponentAccept = "jabber:component:accept";
inline constexpr std::string_view kComponentConnect = "jabber:component:connect";
inline constexpr std::string_view kFraming = "urn:ietf:params:xml:ns:xmpp-framing";
inline constexpr std::string_view kDialback = "jabber:server:dialback";
inline constexpr std::string_view kBidi = "urn:xmpp:bidi";
inline constexpr std::string_view kTls = "urn:ietf:params:xml:ns:xmpp-tls";
inline constexpr std::string_view kSasl = "urn:ietf:params:xml:ns:xmpp-sasl";
inline constexpr std::string_view kSasl2 = "urn:xmpp:sasl:2";
inline constexpr std::string_view kBind = "urn:ietf:params:xml:ns:xmpp-bind";
inline constexpr std::string_view kBind2 = "urn:xmpp:bind:0";
inline constexpr std::string_view kFast = "urn:xmpp:fast:0";
inline constexpr std::string_view kChannelBinding = "urn:xmpp:sasl-cb:0";
inline constexpr std::string_view kSession = "urn:ietf:params:xml:ns:xmpp-session";
inline constexpr std::string_view kStanzaErrors = "urn:ietf:params:xml:ns:xmpp-stanzas";
inline constexpr std::string_view kStreamErrors = "urn:ietf:params:xml:ns:xmpp-streams";
inline constexpr std::string_view kSm2 = "urn:xmpp:sm:2";
inline constexpr std::string_view kSm3 = "urn:xmpp:sm:3";
inline constexpr std::string_view kCompress = "http://jabber.org/protocol/compress";
inline constexpr std::string_view kCompressFeature = "http://jabber.org/features/compress";
inline constexpr std::string_view kIqAuth = "jabber:iq:auth";
inline constexpr std::string_view kIqAuthFeature = "http://jabber.org/features/iq-auth";
inline constexpr std::string_view kIqRegister = "jabber:iq:register";
}  // namespace ns

// What a depth-1 element is on a stream with that content namespace ("": not known). A stanza is told by its
// name and one of the namespaces that carry stanzas; whether that is the right one here is for the rules.
EventKind classify(const xml::Element& element, std::string_view content_namespace);
// "jabber:client", "jabber:server" and the two component namespaces.
bool is_content_namespace(std::string_view name);
// The default namespace that a stream header declares for what comes inside; "" where it declares none.
std::string_view content_namespace_of(const xml::Element& header);
// Whether a header's version attribute says 1.0 or later (RFC 6120 §4.7.5).
bool is_version_1(const xml::Element& header);

// The first child element that is not the stanza's <error/>; null where none.
const xml::Element* payload_of(const xml::Element& stanza);

// <error/> of a stanza, or a <stream:error/>.
struct ErrorInfo {
  std::string_view type;         // "cancel", …; empty in stream errors and where absent
  std::string_view condition;    // local name of the defined condition; empty: none (legacy errors)
  std::string text;              // human-readable
  std::string_view legacy_code;  // "404": what came before conditions (XEP-0086)
  const xml::Element* application = nullptr;  // an application's own condition (RFC 6120 §8.3.4)
};
// Of a message, presence or iq with an <error/> child.
std::optional<ErrorInfo> stanza_error(const xml::Element& stanza);
// Of a <stream:error/>; legacy servers put bare text in it.
std::optional<ErrorInfo> stream_error(const xml::Element& element);

struct Message {
  std::string_view type;  // as sent; absent means "normal" (RFC 6121 §5.2.2)
  std::string body;       // the first one, whatever its language
  std::string subject;
  std::string thread;
  bool has_body = false;
  bool has_subject = false;
};
std::optional<Message> as_message(const xml::Element& stanza);

struct Presence {
  std::string_view type;  // as sent; absent means available
  std::string show;       // "", "away", "chat", "dnd", "xa"
  std::string status;     // the first one, whatever its language
  int priority = 0;       // -128..127; 0 where absent or not a number (RFC 6121 §4.7.2.3)
};
std::optional<Presence> as_presence(const xml::Element& stanza);

struct Iq {
  std::string_view type;  // "get", "set", "result", "error", or what was sent instead
  const xml::Element* payload = nullptr;
  bool request() const { return type == "get" || type == "set"; }
  bool response() const { return type == "result" || type == "error"; }
};
std::optional<Iq> as_iq(const xml::Element& stanza);

// Elements of SASL (RFC 6120 §6) and SASL2 (XEP-0388).
struct Sasl {
  std::string_view step;       // "auth", "authenticate", "challenge", "success", …
  std::string_view mechanism;  // of <auth/> and <authenticate/>, else empty
  bool sasl2 = false;
};
std::optional<Sasl> as_sasl(const xml::Element& element);
// The element inside an element of SASL or SASL2 whose text is its data, maybe the element itself; null where
// it carries none: <success/>, <initial-response/> and <additional-data/> are where SASL2 differs.
const xml::Element* sasl_data_element(const xml::Element& element);
// That data, in base64 as sent, white space around it taken off; nothing where there is none.
std::optional<std::string> sasl_data(const xml::Element& element);

// Elements of stream management (XEP-0198).
struct SmElement {
  std::string_view step;      // "enable", "enabled", "resume", "resumed", "failed", "r", "a"
  std::optional<uint32_t> h;  // absent or not a number: none
  std::string_view id;        // of <enabled/>
  std::string_view previd;    // of <resume/> and <resumed/>
  bool resume = false;        // asked for, or granted
};
std::optional<SmElement> as_sm(const xml::Element& element);

// The step of an element in the TLS namespace: "starttls", "proceed", "failure"; "" otherwise.
std::string_view starttls_step(const xml::Element& element);

// An attribute that holds an address, somewhere in an element.
struct AddressUse {
  const xml::Element* element = nullptr;
  std::string_view attribute;  // "from", "to", "jid"
  std::string_view value;
};
// The addresses of a stanza or header: its own from and to first, then any jid attribute of what is inside
// (roster items, disco items, …), in document order; at most `most`.
std::vector<AddressUse> addresses_of(const xml::Element& element, size_t most = 256);

}  // namespace parser
