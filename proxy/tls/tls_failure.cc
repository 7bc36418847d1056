// Two tables, keyed by OpenSSL's reason codes and X509_V_ERR_* values: never by its texts, which change.
#include "proxy/tls/tls_failure.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/sslerr.h>
#include <openssl/x509_vfy.h>

namespace proxy {
namespace {

struct Reason {
  int code;
  const char* words;
};

constexpr char kDoesNotTrustUs[] =
    "the client does not trust our CA; `stanzascope ca` shows where its certificate is and how clients are "
    "told "
    "to trust it";

// What our client may do to us while we are the TLS server.
constexpr Reason kFromClient[] = {
    {SSL_R_TLSV1_ALERT_UNKNOWN_CA, kDoesNotTrustUs},
    {SSL_R_SSLV3_ALERT_BAD_CERTIFICATE, kDoesNotTrustUs},
    {SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN, kDoesNotTrustUs},
    {SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE,
     "the client does not take our certificate (P-256, SHA-256); it may be too old"},
    {SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED,
     "the client says that our certificate has expired; compare the clocks of both machines"},
    {SSL_R_TLSV1_ALERT_USER_CANCELLED, kDoesNotTrustUs},
    {SSL_R_TLSV1_UNRECOGNIZED_NAME,
     "the client does not accept the name in our certificate; compare the domain it logs in to with the "
     "stream's "
     "`to`"},
    {SSL_R_UNSUPPORTED_PROTOCOL,
     "the client offers nothing newer than TLS 1.1; it must speak TLS 1.2 or 1.3"},
    {SSL_R_VERSION_TOO_LOW, "the client offers nothing newer than TLS 1.1; it must speak TLS 1.2 or 1.3"},
    {SSL_R_NO_SHARED_CIPHER,
     "the client offers no cipher that fits our P-256 certificate; it must support ECDHE-ECDSA or TLS 1.3"},
    {SSL_R_WRONG_VERSION_NUMBER,
     "what the client sent is not TLS; a client that begins with plaintext and STARTTLS needs --listen, not "
     "--listen-tls"},
    {SSL_R_HTTP_REQUEST, "the client speaks HTTP"},
    {SSL_R_NO_APPLICATION_PROTOCOL,
     "the client asks by ALPN for something that is not XMPP; it should ask for xmpp-client"},
};

// What an upstream server may do to us while we are the TLS client.
constexpr Reason kFromServer[] = {
    {SSL_R_WRONG_VERSION_NUMBER,
     "the server does not speak TLS there; for a port that begins with plaintext use --upstream-security "
     "starttls"},
    {SSL_R_UNSUPPORTED_PROTOCOL,
     "the server offers nothing newer than TLS 1.1; it must speak TLS 1.2 or 1.3"},
    {SSL_R_TLSV1_ALERT_PROTOCOL_VERSION,
     "the server offers nothing newer than TLS 1.1; it must speak TLS 1.2 or 1.3"},
    {SSL_R_TLSV1_UNRECOGNIZED_NAME,
     "the server has no certificate for this domain; check the domain and the server's virtual hosts"},
    {SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE,
     "the server refused the TLS handshake; its log says why (often: no certificate for this domain, or no "
     "common "
     "cipher)"},
    {SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL,
     "the server does not know ALPN xmpp-client; this may not be its XMPP port"},
    {SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED,
     "the server demands a client certificate, which a proxy in the middle cannot pass on"},
    {SSL_R_TLSV1_ALERT_INTERNAL_ERROR,
     "the server had an internal error in the TLS handshake; its log says more"},
};

constexpr Reason kCertificate[] = {
    {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
     "it is self-signed; trust it with --upstream-ca FILE, or accept anything with --insecure-upstream"},
    {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
     "its CA is not trusted here; trust it with --upstream-ca FILE, or accept anything with "
     "--insecure-upstream"},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
     "its CA is not trusted here, or the server does not send the intermediate certificate; trust the CA "
     "with "
     "--upstream-ca FILE, or accept anything with --insecure-upstream"},
    {X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE,
     "its CA is not trusted here, or the server does not send the intermediate certificate; trust the CA "
     "with "
     "--upstream-ca FILE, or accept anything with --insecure-upstream"},
    {X509_V_ERR_CERT_HAS_EXPIRED,
     "it has expired; renew it on the server, or accept anything with --insecure-upstream"},
    {X509_V_ERR_CERT_NOT_YET_VALID, "it is not valid yet; compare the clocks of both machines"},
    {X509_V_ERR_CERT_REVOKED, "it is revoked"},
    {X509_V_ERR_INVALID_PURPOSE, "it is not made for TLS servers"},
};

template <size_t Size>
const char* find(const Reason (&table)[Size], long code) {
  for (const Reason& reason : table) {
    if (reason.code == code) return reason.words;
  }
  return nullptr;
}

}  // namespace

std::string explain_tls_failure(TlsLeg::Role role, unsigned long code, std::string_view domain) {
  const int reason = ERR_GET_REASON(code);
  const bool ours = role == TlsLeg::Role::kServer;
  const char* words = ERR_GET_LIB(code) != ERR_LIB_SSL ? nullptr
                      : ours                           ? find(kFromClient, reason)
                                                       : find(kFromServer, reason);
  const std::string who =
      ours ? "TLS with the client failed"
           : fmt::format("TLS with the server for {} failed", domain.empty() ? "this domain" : domain);
  if (words != nullptr) return fmt::format("{}: {}", who, words);
  if (ERR_GET_LIB(code) == ERR_LIB_SSL && reason >= SSL_AD_REASON_OFFSET) {
    return fmt::format("{}: it sent the alert \"{}\"", who,
                       SSL_alert_desc_string_long(reason - SSL_AD_REASON_OFFSET));
  }
  const char* text = ERR_reason_error_string(code);
  return fmt::format("{}: {}", who, text != nullptr ? text : "unknown error");
}

std::string explain_certificate(long verify_error, std::string_view domain, std::string_view names) {
  if (verify_error == X509_V_ERR_HOSTNAME_MISMATCH) {
    return fmt::format(
        "the server's certificate is not for {} (it is for: {}); check the domain, or accept anything with "
        "--insecure-upstream",
        domain, names);
  }
  const char* words = find(kCertificate, verify_error);
  return fmt::format("the server's certificate for {} is refused: {}", domain,
                     words != nullptr ? words : X509_verify_cert_error_string(verify_error));
}

}  // namespace proxy
