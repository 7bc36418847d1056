// What all sessions' TLS shares: the CA with its minted certificates, the settings of both legs, the trust
// store, the sessions that upstream servers let us resume, and the key log. One object serves all threads.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "parser/stream/connection.h"
#include "proxy/tls/certificate_authority.h"

namespace proxy {

class TlsLeg;

struct TlsOptions {
  // PEM file with the CAs that may sign for upstream servers, in place of the system's. Empty: the system's.
  std::string upstream_ca_file;
  // PEM file with a certificate and its key, shown to upstream servers that ask for one. Empty: none.
  std::string client_certificate_file;
  // Accept any certificate from upstream servers. The TLS fact says so.
  bool insecure_upstream = false;
  // Called with each line of NSS key log format (no line end), for both legs, from any thread.
  std::function<void(std::string_view line)> keylog;
  size_t cached_leaves = 1024;             // minted certificates kept, least recently used go first
  size_t cached_upstream_sessions = 1024;  // upstream TLS sessions kept for resumption
};

class TlsContexts {
 public:
  // Null and `error` (one line, with what to do) when the trust store cannot be loaded.
  static std::unique_ptr<TlsContexts> create(const TlsOptions& options, CertificateAuthority ca,
                                             std::string& error);
  ~TlsContexts();
  TlsContexts(const TlsContexts&) = delete;
  TlsContexts& operator=(const TlsContexts&) = delete;

  // The cached or newly minted certificate for a domain in ASCII form or an IP literal.
  LeafPtr leaf(std::string_view domain, parser::Time now, std::string& error);

  // The TLS server's end towards a client. With an empty domain the certificate follows the SNI, and
  // without one it is `fallback_domain`'s. Null and `error` when no certificate can be minted.
  std::unique_ptr<TlsLeg> accept(std::string_view domain, std::string_view fallback_domain, parser::Time now,
                                 std::string& error);

  struct Upstream {
    std::string_view domain;    // the JID's domain in ASCII form, or an IP literal: SNI, and verified
    std::string_view endpoint;  // address and port: sessions are resumed with the same endpoint only
    std::string_view alpn;      // "xmpp-client", "xmpp-server", or empty for none (STARTTLS)
    std::string_view service;   // "xmpp-client" or "xmpp-server": which SRVName counts
    bool insecure = false;      // in addition to TlsOptions::insecure_upstream
  };
  // The TLS client's end towards a server.
  std::unique_ptr<TlsLeg> connect(const Upstream& upstream, parser::Time now, std::string& error);

  const CertificateAuthority& ca() const;

 private:
  friend class TlsLeg;
  class Impl;
  explicit TlsContexts(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace proxy
