// Failed handshakes in words: what happened, and what to do.
#pragma once

#include <string>
#include <string_view>

#include "proxy/tls/tls_leg.h"

namespace proxy {

// `code` is OpenSSL's packed error code. `domain` is the one the leg is for (may be empty).
std::string explain_tls_failure(TlsLeg::Role role, unsigned long code, std::string_view domain);

// Why a server's certificate is refused. `names` are those it has; `verify_error` is an X509_V_ERR_* value.
std::string explain_certificate(long verify_error, std::string_view domain, std::string_view names);

}  // namespace proxy
