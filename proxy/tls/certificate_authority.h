// Our certificate authority: one P-256 key with which certificates for any domain are minted. No files
// here; proxy/tls/ca_store.h keeps it in a folder.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "parser/stream/connection.h"
#include "proxy/tls/openssl_types.h"

namespace proxy {

// A minted certificate and its key.
struct Leaf {
  X509Ptr certificate;
  EvpPkeyPtr key;
  parser::Time not_after;
};
using LeafPtr = std::shared_ptr<const Leaf>;

class CertificateAuthority {
 public:
  static constexpr auto kLifetime = std::chrono::days(3650);
  static constexpr auto kLeafLifetime = std::chrono::days(199);  // counted from its backdated start
  static constexpr auto kBackdate = std::chrono::days(2);        // for peers whose clocks are slow

  // A new CA whose validity starts two days before `now`. Nothing and `error` only if OpenSSL fails.
  static std::optional<CertificateAuthority> generate(parser::Time now, std::string& error);
  // From PEM text with the private key and the certificate, in any order. `error` says what is wrong: no
  // key, no certificate, the two do not belong together, not a CA, expired at `now`.
  static std::optional<CertificateAuthority> from_pem(std::string_view pem, parser::Time now,
                                                      std::string& error);

  // Mints a certificate for a domain in ASCII form (A-labels), or an IPv4 or IPv6 literal without
  // brackets. SANs: dNSName, SRVName (RFC 4985) `_xmpp-client.` and `_xmpp-server.`, xmppAddr (RFC 6120
  // §13.7.1.4); for a literal, iPAddress and xmppAddr. Null and `error` for a name that cannot be in a
  // certificate. Thread-safe.
  LeafPtr mint(std::string_view domain, parser::Time now, std::string& error) const;

  std::string certificate_pem() const;
  std::string key_and_certificate_pem() const;
  std::string subject() const;      // "CN=stanzascope CA …"
  std::string fingerprint() const;  // SHA-256 of the certificate, "AB:CD:…"
  parser::Time not_after() const;
  X509* certificate() const { return certificate_.get(); }

 private:
  CertificateAuthority(X509Ptr certificate, EvpPkeyPtr key);
  X509Ptr certificate_;
  EvpPkeyPtr key_;
};

}  // namespace proxy
