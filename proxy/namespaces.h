// The namespaces that the proxy itself has to know.
#pragma once

#include <string_view>

namespace proxy::ns {

inline constexpr std::string_view kStreams = "http://etherx.jabber.org/streams";          // RFC 6120 §4.8.1
inline constexpr std::string_view kStreamErrors = "urn:ietf:params:xml:ns:xmpp-streams";  // RFC 6120 §4.9
inline constexpr std::string_view kTls = "urn:ietf:params:xml:ns:xmpp-tls";               // RFC 6120 §5
inline constexpr std::string_view kSasl = "urn:ietf:params:xml:ns:xmpp-sasl";             // RFC 6120 §6
inline constexpr std::string_view kBind = "urn:ietf:params:xml:ns:xmpp-bind";
inline constexpr std::string_view kSasl2 = "urn:xmpp:sasl:2";                         // XEP-0388
inline constexpr std::string_view kChannelBinding = "urn:xmpp:sasl-cb:0";             // XEP-0440
inline constexpr std::string_view kCompress = "http://jabber.org/protocol/compress";  // XEP-0138
inline constexpr std::string_view kDialback = "jabber:server:dialback";               // XEP-0220
inline constexpr std::string_view kServer = "jabber:server";
inline constexpr std::string_view kClient = "jabber:client";

}  // namespace proxy::ns
