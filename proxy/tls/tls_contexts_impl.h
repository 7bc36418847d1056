// The inside of TlsContexts, shared between its own file and TlsLeg.
#pragma once

#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "proxy/tls/openssl_types.h"
#include "proxy/tls/tls_contexts.h"
#include "proxy/tls/tls_leg.h"

namespace proxy {

// A map of bounded size from which the least recently used entry goes first.
template <typename Value>
class RecentMap {
 public:
  explicit RecentMap(size_t capacity) : capacity_(capacity) {}
  // Null where it is absent; valid until the next call.
  Value* find(const std::string& key) {
    const auto it = index_.find(key);
    if (it == index_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, it->second);
    return &it->second->second;
  }
  void put(const std::string& key, Value value) {
    if (capacity_ == 0) return;
    erase(key);
    if (index_.size() >= capacity_) {
      index_.erase(entries_.back().first);
      entries_.pop_back();
    }
    entries_.emplace_front(key, std::move(value));
    index_[key] = entries_.begin();
  }
  void erase(const std::string& key) {
    const auto it = index_.find(key);
    if (it == index_.end()) return;
    entries_.erase(it->second);
    index_.erase(it);
  }
  size_t size() const { return index_.size(); }

 private:
  using Entries = std::list<std::pair<std::string, Value>>;
  size_t capacity_;
  Entries entries_;
  std::unordered_map<std::string, typename Entries::iterator> index_;
};

class TlsContexts::Impl {
 public:
  Impl(TlsOptions options, CertificateAuthority authority);

  // Empty, or what went wrong.
  std::string set_up();
  LeafPtr leaf(std::string_view domain, parser::Time now, std::string& error);
  static bool use_leaf(SSL* ssl, const Leaf& leaf);

  // Where an SSL keeps the TlsLeg that owns it.
  static int leg_index();
  static TlsLeg* leg_of(const SSL* ssl);
  static Impl* of(const SSL* ssl);

  // OpenSSL's callbacks.
  static int choose_certificate(SSL* ssl, void*);
  static int choose_alpn(SSL* ssl, const unsigned char** out, unsigned char* out_size,
                         const unsigned char* in, unsigned int in_size, void*);
  static int verify(X509_STORE_CTX* store, void*);
  static int keep_session(SSL* ssl, SSL_SESSION* session);
  static void keylog(const SSL* ssl, const char* line);

  // A session that a server lets us resume, with what its certificate's verification said: resuming skips
  // the verification, so the result has to live exactly as long as the session.
  struct Resumable {
    SslSessionPtr session;
    std::string verification;
    parser::Time not_after;  // of the certificate: nothing is resumed beyond it
  };

  const TlsOptions options;
  const CertificateAuthority authority;
  SslCtxPtr server;
  SslCtxPtr client;
  std::mutex mutex;  // of the two maps
  RecentMap<LeafPtr> leaves;
  RecentMap<Resumable> sessions;
};

}  // namespace proxy
