// Whether a certificate is for an XMPP domain.
#pragma once

#include <openssl/types.h>

#include <string>
#include <string_view>

namespace proxy {

// RFC 6120 §13.7.1.2: the domain must be among the certificate's dNSName (with OpenSSL's wildcard rules),
// SRVName for `service` ("xmpp-client", "xmpp-server") or xmppAddr names; an IP literal among its iPAddress
// names. The common name counts only where no such name is there. `domain` is in ASCII form.
bool certificate_is_for(X509* certificate, std::string_view domain, std::string_view service);

// The names a certificate has, for people: "a.example, *.b.example"; at most about 200 bytes.
std::string certificate_names(X509* certificate);

}  // namespace proxy
