// A real TLS client or server in memory, for the other end of a session's legs.
#pragma once

#include <string>
#include <string_view>

#include "proxy/tls/certificate_authority.h"
#include "proxy/tls/openssl_types.h"

namespace test {

// 2026-01-15 00:00 UTC, the time of all proxy tests.
inline constexpr parser::Time kNow{std::chrono::sys_days{std::chrono::year{2026} / 1 / 15}};

// A CA of its own, as the operators of a test server might have.
const proxy::CertificateAuthority& server_ca();
// Writes server_ca()'s certificate to a file of this test and returns its path.
std::string server_ca_file();

// Contexts, so that several peers can share one (resumption needs that).
proxy::SslCtxPtr server_context(const proxy::Leaf& leaf, int max_version = TLS1_3_VERSION);
// Trusts `ca` alone, or anything where it is null.
proxy::SslCtxPtr client_context(X509* ca, int max_version = TLS1_3_VERSION);

class TlsPeer {
 public:
  static TlsPeer server(SSL_CTX* context) { return TlsPeer(context, true, {}, {}, {}); }
  // `verified`: the name that the certificate must have; `alpn`: "xmpp-client" or empty.
  static TlsPeer client(SSL_CTX* context, std::string sni, std::string verified, std::string alpn) {
    return TlsPeer(context, false, std::move(sni), std::move(verified), std::move(alpn));
  }

  void receive(std::string_view ciphertext);
  void write(std::string_view plaintext);
  void close_notify();
  std::string take_output();
  std::string take_plaintext();

  bool established() const { return SSL_is_init_finished(ssl_.get()) == 1; }
  bool failed() const { return failed_; }
  bool got_close_notify() const { return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0; }
  bool resumed() const { return SSL_session_reused(ssl_.get()) == 1; }
  SSL* ssl() const { return ssl_.get(); }

 private:
  TlsPeer(SSL_CTX* context, bool server, std::string sni, std::string verified, std::string alpn);
  void advance();

  proxy::SslPtr ssl_;
  BIO* in_ = nullptr;
  BIO* out_ = nullptr;
  std::string pending_;  // to be written once the handshake is over
  std::string plaintext_;
  bool failed_ = false;
};

}  // namespace test
