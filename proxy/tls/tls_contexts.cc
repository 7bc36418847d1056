// One SSL_CTX per role. Towards clients the certificate is chosen per connection (from the stream's `to`, or
// from the SNI once it is there), no session tickets are given out: sessions through a debugging proxy are
// few, tickets cost 70 µs each. Towards servers the certificate's names are checked here, inside OpenSSL's
// verification, because XMPP knows names (SRVName, xmppAddr) that OpenSSL does not.
#include "proxy/tls/tls_contexts.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cstring>
#include <ctime>

#include "proxy/tls/openssl_error.h"
#include "proxy/tls/server_name.h"
#include "proxy/tls/tls_contexts_impl.h"
#include "proxy/tls/tls_failure.h"
#include "proxy/tls/tls_leg.h"

namespace proxy {
namespace {

constexpr auto kLeafRenewal = std::chrono::hours(24);  // a cached leaf this close to its end is minted anew
constexpr char kAlpnClient[] = "\x0bxmpp-client";
constexpr char kAlpnServer[] = "\x0bxmpp-server";

time_t seconds(parser::Time time) {
  return std::chrono::system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(time));
}

bool is_literal(const std::string& domain) {
  const std::unique_ptr<ASN1_OCTET_STRING, OpenSslDelete<&ASN1_OCTET_STRING_free>> address(
      a2i_IPADDRESS(domain.c_str()));
  ERR_clear_error();
  return address != nullptr;
}

parser::Time end_of(X509* certificate) {
  std::tm parts{};
  if (certificate == nullptr || ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &parts) != 1) return {};
  return parser::Time{std::chrono::seconds(timegm(&parts))};
}

}  // namespace

TlsContexts::Impl::Impl(TlsOptions o, CertificateAuthority a)
    : options(std::move(o)),
      authority(std::move(a)),
      leaves(options.cached_leaves),
      sessions(options.cached_upstream_sessions) {}

int TlsContexts::Impl::leg_index() {
  static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

TlsLeg* TlsContexts::Impl::leg_of(const SSL* ssl) {
  return static_cast<TlsLeg*>(SSL_get_ex_data(ssl, leg_index()));
}

TlsContexts::Impl* TlsContexts::Impl::of(const SSL* ssl) {
  return leg_of(ssl)->start_.contexts;
}

std::string TlsContexts::Impl::set_up() {
  server.reset(SSL_CTX_new(TLS_server_method()));
  client.reset(SSL_CTX_new(TLS_client_method()));
  if (server == nullptr || client == nullptr) return "OpenSSL cannot be used: " + take_openssl_error();
  for (SSL_CTX* context : {server.get(), client.get()}) {
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    if (options.keylog) SSL_CTX_set_keylog_callback(context, &Impl::keylog);
  }
  SSL_CTX_set_options(server.get(), SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets(server.get(), 0);
  SSL_CTX_set_session_cache_mode(server.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_cert_cb(server.get(), &Impl::choose_certificate, nullptr);
  SSL_CTX_set_alpn_select_cb(server.get(), &Impl::choose_alpn, nullptr);

  SSL_CTX_set_verify(client.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_cert_verify_callback(client.get(), &Impl::verify, nullptr);
  SSL_CTX_set_session_cache_mode(client.get(), SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(client.get(), &Impl::keep_session);
  ERR_clear_error();
  if (options.upstream_ca_file.empty()) {
    if (SSL_CTX_set_default_verify_paths(client.get()) != 1) {
      return fmt::format("the system's CA certificates cannot be loaded: {}; name a file with --upstream-ca",
                         take_openssl_error());
    }
  } else if (SSL_CTX_load_verify_file(client.get(), options.upstream_ca_file.c_str()) != 1) {
    return fmt::format("no CA certificate can be loaded from {} ({}); --upstream-ca takes a PEM file",
                       options.upstream_ca_file, take_openssl_error());
  }
  if (const char* file = options.client_certificate_file.c_str(); *file != '\0') {
    if (SSL_CTX_use_certificate_chain_file(client.get(), file) != 1 ||
        SSL_CTX_use_PrivateKey_file(client.get(), file, SSL_FILETYPE_PEM) != 1) {
      return fmt::format(
          "no certificate with its key can be loaded from {} ({}); a PEM file with both is needed", file,
          take_openssl_error());
    }
  }
  ERR_clear_error();
  return {};
}

LeafPtr TlsContexts::Impl::leaf(std::string_view domain, parser::Time now, std::string& error) {
  const std::string key(domain);
  {
    const std::lock_guard lock(mutex);
    if (const LeafPtr* cached = leaves.find(key);
        cached != nullptr && (*cached)->not_after > now + kLeafRenewal) {
      return *cached;
    }
  }
  // Minted outside the lock: two threads may do so at once for a new domain, which does no harm.
  LeafPtr minted = authority.mint(domain, now, error);
  if (minted != nullptr) {
    const std::lock_guard lock(mutex);
    leaves.put(key, minted);
  }
  return minted;
}

bool TlsContexts::Impl::use_leaf(SSL* ssl, const Leaf& leaf) {
  return SSL_use_certificate(ssl, leaf.certificate.get()) == 1 &&
         SSL_use_PrivateKey(ssl, leaf.key.get()) == 1;
}

int TlsContexts::Impl::choose_certificate(SSL* ssl, void*) {
  TlsLeg* const leg = leg_of(ssl);
  std::string domain = leg->start_.domain;
  if (domain.empty()) domain = leg->sni();
  if (domain.empty()) domain = leg->start_.fallback_domain;
  const LeafPtr leaf = of(ssl)->leaf(domain, leg->start_.now, leg->failure_);
  return leaf != nullptr && use_leaf(ssl, *leaf) ? 1 : 0;
}

int TlsContexts::Impl::choose_alpn(SSL*, const unsigned char** out, unsigned char* out_size,
                                   const unsigned char* in, unsigned int in_size, void*) {
  // The client's first choice of the two that XEP-0368 knows. Others are left without an answer rather than
  // refused: the aim is to show what the client does next.
  for (unsigned int at = 0; at < in_size; at += 1U + in[at]) {
    for (const char* known : {kAlpnClient, kAlpnServer}) {
      const size_t size = std::strlen(known);
      if (at + size <= in_size && std::memcmp(in + at, known, size) == 0) {
        *out = in + at + 1;
        *out_size = in[at];
        return SSL_TLSEXT_ERR_OK;
      }
    }
  }
  return SSL_TLSEXT_ERR_NOACK;
}

int TlsContexts::Impl::verify(X509_STORE_CTX* store, void*) {
  auto* const ssl =
      static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  TlsLeg* const leg = leg_of(ssl);
  std::string& words = leg->verification_;
  if (leg->start_.insecure || of(ssl)->options.insecure_upstream) {
    words = "not verified (--insecure-upstream)";
    X509_STORE_CTX_set_error(store, X509_V_OK);
    return 1;
  }
  X509* const peer = X509_STORE_CTX_get0_cert(store);
  long error = X509_V_OK;
  if (X509_verify_cert(store) != 1) {
    error = X509_STORE_CTX_get_error(store);
    if (error == X509_V_OK) error = X509_V_ERR_UNSPECIFIED;
  } else if (!certificate_is_for(peer, leg->start_.domain, leg->start_.service)) {
    error = X509_V_ERR_HOSTNAME_MISMATCH;
    X509_STORE_CTX_set_error(store, X509_V_ERR_HOSTNAME_MISMATCH);
  }
  leg->verify_error_ = error;
  words = error == X509_V_OK ? "ok" : explain_certificate(error, leg->start_.domain, certificate_names(peer));
  return error == X509_V_OK ? 1 : 0;
}

int TlsContexts::Impl::keep_session(SSL* ssl, SSL_SESSION* session) {
  TlsLeg* const leg = leg_of(ssl);
  if (leg == nullptr || leg->start_.resumption_key.empty() || leg->verify_error_ != X509_V_OK ||
      leg->verification().empty() || SSL_SESSION_is_resumable(session) != 1) {
    return 0;
  }
  Impl& self = *of(ssl);
  // A copy: the original hangs on the SSL object, whose fate must not touch what is kept.
  SslSessionPtr kept(SSL_SESSION_dup(session));
  if (kept == nullptr) return 0;
  const std::lock_guard lock(self.mutex);
  self.sessions.put(leg->start_.resumption_key,
                    Resumable{std::move(kept), leg->verification(), end_of(SSL_SESSION_get0_peer(session))});
  return 0;
}

void TlsContexts::Impl::keylog(const SSL* ssl, const char* line) {
  of(ssl)->options.keylog(line);
}

TlsContexts::TlsContexts(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TlsContexts::~TlsContexts() = default;

std::unique_ptr<TlsContexts> TlsContexts::create(const TlsOptions& options, CertificateAuthority ca,
                                                 std::string& error) {
  auto impl = std::make_unique<Impl>(options, std::move(ca));
  error = impl->set_up();
  if (!error.empty()) return nullptr;
  return std::unique_ptr<TlsContexts>(new TlsContexts(std::move(impl)));
}

LeafPtr TlsContexts::leaf(std::string_view domain, parser::Time now, std::string& error) {
  return impl_->leaf(domain, now, error);
}

const CertificateAuthority& TlsContexts::ca() const {
  return impl_->authority;
}

std::unique_ptr<TlsLeg> TlsContexts::accept(std::string_view domain, std::string_view fallback_domain,
                                            parser::Time now, std::string& error) {
  // Minted here already, so that a name that no certificate can have is an error and not an alert.
  if (!domain.empty() && impl_->leaf(domain, now, error) == nullptr) return nullptr;
  SslPtr ssl(SSL_new(impl_->server.get()));
  if (ssl == nullptr) {
    error = "OpenSSL: " + take_openssl_error();
    return nullptr;
  }
  TlsLeg::Start start;
  start.contexts = impl_.get();
  start.role = TlsLeg::Role::kServer;
  start.domain = domain;
  start.fallback_domain = fallback_domain;
  start.now = now;
  return std::make_unique<TlsLeg>(std::move(ssl), std::move(start));
}

std::unique_ptr<TlsLeg> TlsContexts::connect(const Upstream& upstream, parser::Time now, std::string& error) {
  SslPtr ssl(SSL_new(impl_->client.get()));
  if (ssl == nullptr) {
    error = "OpenSSL: " + take_openssl_error();
    return nullptr;
  }
  TlsLeg::Start start;
  start.contexts = impl_.get();
  start.role = TlsLeg::Role::kClient;
  start.domain = upstream.domain;
  start.service = upstream.service;
  start.insecure = upstream.insecure;
  start.now = now;
  // RFC 6066 §3: no literal addresses in SNI.
  if (!start.domain.empty() && !is_literal(start.domain)) {
    // What the macro SSL_set_tlsext_host_name() does, without its old-style cast.
    SSL_ctrl(ssl.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, start.domain.data());
  }
  if (!upstream.alpn.empty()) {
    const char* list = upstream.alpn == "xmpp-server" ? kAlpnServer : kAlpnClient;
    SSL_set_alpn_protos(ssl.get(), reinterpret_cast<const unsigned char*>(list),
                        static_cast<unsigned int>(std::strlen(list)));
  }
  X509_VERIFY_PARAM_set_time(SSL_get0_param(ssl.get()), seconds(now));
  start.resumption_key = fmt::format("{}|{}|{}|{}|{}", upstream.domain, upstream.endpoint, upstream.alpn,
                                     upstream.service, upstream.insecure ? "insecure" : "");
  {
    const std::lock_guard lock(impl_->mutex);
    if (auto* kept = impl_->sessions.find(start.resumption_key); kept != nullptr) {
      if (kept->not_after > now || upstream.insecure || impl_->options.insecure_upstream) {
        // OpenSSL changes a session that it resumes, and other threads may offer the same one.
        const SslSessionPtr copy(SSL_SESSION_dup(kept->session.get()));
        if (copy != nullptr && SSL_set_session(ssl.get(), copy.get()) == 1) {
          start.resumed_verification = kept->verification;
        }
      } else {
        impl_->sessions.erase(start.resumption_key);
      }
    }
  }
  return std::make_unique<TlsLeg>(std::move(ssl), std::move(start));
}

}  // namespace proxy
