// OpenSSL reads from and writes to a BIO of our own whose two ends are buffers of the thread: the input is
// the caller's own view, the output one string per role. Memory BIOs cost a quarter more instructions, BIO
// pairs 49 KiB per idle session. OpenSSL is never told to read ahead (that costs half as much again).
#include "proxy/tls/tls_leg.h"

#include <fmt/format.h>
#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "proxy/tls/server_name.h"
#include "proxy/tls/tls_contexts_impl.h"
#include "proxy/tls/tls_failure.h"

namespace proxy {
namespace {

constexpr size_t kRecord = 16'384;          // RFC 8446 §5.1: the most plaintext a record holds
constexpr size_t kKeptOutput = 256 * 1024;  // an output buffer that grew beyond this is given back

struct Scratch {
  std::string_view input;
  std::array<std::string, 2> output;  // by Role
  std::array<bool, 2> taken{};        // output was handed out: the next write begins anew
  std::array<char, kRecord> plaintext;
};

Scratch& scratch() {
  thread_local Scratch instance;
  return instance;
}

TlsLeg::Role role_of(BIO* bio) {
  return BIO_get_data(bio) == nullptr ? TlsLeg::Role::kServer : TlsLeg::Role::kClient;
}

int bio_write(BIO* bio, const char* data, size_t size, size_t* written) {
  Scratch& s = scratch();
  const auto role = static_cast<size_t>(role_of(bio));
  std::string& out = s.output[role];
  if (s.taken[role]) {
    if (out.capacity() > kKeptOutput) std::string().swap(out);
    out.clear();
    s.taken[role] = false;
  }
  out.append(data, size);
  *written = size;
  return 1;
}

int bio_read(BIO* bio, char* data, size_t size, size_t* got) {
  BIO_clear_retry_flags(bio);
  Scratch& s = scratch();
  const size_t n = std::min(size, s.input.size());
  if (n == 0) {
    BIO_set_retry_read(bio);
    *got = 0;
    return 0;
  }
  std::memcpy(data, s.input.data(), n);
  s.input.remove_prefix(n);
  *got = n;
  return 1;
}

long bio_control(BIO*, int command, long, void*) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

int bio_create(BIO* bio) {
  BIO_set_init(bio, 1);
  return 1;
}

BIO_METHOD* scratch_bio_method() {
  static BIO_METHOD* const method = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "stanzascope scratch");
    BIO_meth_set_write_ex(made, &bio_write);
    BIO_meth_set_read_ex(made, &bio_read);
    BIO_meth_set_ctrl(made, &bio_control);
    BIO_meth_set_create(made, &bio_create);
    return made;
  }();
  return method;
}

std::string one_line(X509_NAME* name) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(bio.get(), name, 0, XN_FLAG_RFC2253);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return size > 0 ? std::string(data, static_cast<size_t>(size)) : std::string();
}

}  // namespace

TlsLeg::TlsLeg(SslPtr ssl, Start start) : ssl_(std::move(ssl)), start_(std::move(start)) {
  BIO* const bio = BIO_new(scratch_bio_method());
  // The role alone is stored: the BIO must not point at buffers that come and go.
  static char client_mark;
  BIO_set_data(bio, start_.role == Role::kClient ? &client_mark : nullptr);
  SSL_set_bio(ssl_.get(), bio, bio);
  SSL_set_ex_data(ssl_.get(), TlsContexts::Impl::leg_index(), this);
  if (start_.role == Role::kClient) {
    SSL_set_connect_state(ssl_.get());
  } else {
    SSL_set_accept_state(ssl_.get());
  }
}

TlsLeg::~TlsLeg() {
  if (ssl_ == nullptr) return;
  // Without this SSL_free() takes the connection for broken off and makes its session non-resumable.
  if (state_ != State::kFailed) SSL_set_shutdown(ssl_.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
}

void TlsLeg::start() {
  scratch().input = {};
  handshake();
}

void TlsLeg::fail() {
  const unsigned long code = ERR_peek_error();
  state_ = State::kFailed;
  if (start_.role == Role::kClient && verify_error_ != 0) {
    failure_ = verification();
  } else if (failure_.empty()) {
    failure_ = explain_tls_failure(start_.role, code, start_.domain);
  }
  ERR_clear_error();
}

bool TlsLeg::handshake() {
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_.get());
  if (result == 1) {
    if (start_.role == Role::kClient) {
      // Resuming skips the verification: what it said then came with the session.
      if (SSL_session_reused(ssl_.get()) == 1) verification_ = start_.resumed_verification;
      if (verification_.empty()) {
        // Complete, and no certificate was looked at: never trust that.
        verify_error_ = X509_V_ERR_UNSPECIFIED;
        verification_ = "the server showed no certificate";
        fail();
        return false;
      }
    }
    established_ = true;
    state_ = State::kUp;
    return true;
  }
  if (SSL_get_error(ssl_.get(), result) != SSL_ERROR_WANT_READ) fail();
  return false;
}

void TlsLeg::receive(std::string_view ciphertext, parser::Time now, Events& events) {
  if (state_ == State::kFailed || state_ == State::kEnded) return;
  Scratch& s = scratch();
  start_.now = now;
  s.input = ciphertext;
  if (state_ == State::kHandshake) {
    if (!handshake()) {
      s.input = {};
      return;
    }
    events.tls_established();
  }
  size_t filled = 0;
  bool more = true;
  while (more) {
    size_t got = 0;
    ERR_clear_error();
    const int result =
        SSL_read_ex(ssl_.get(), s.plaintext.data() + filled, s.plaintext.size() - filled, &got);
    if (result == 1) {
      filled += got;
    } else {
      more = false;
      const int error = SSL_get_error(ssl_.get(), result);
      if (error == SSL_ERROR_ZERO_RETURN) {
        state_ = State::kEnded;
      } else if (error != SSL_ERROR_WANT_READ) {
        fail();
      }
    }
    if (filled != 0 && (!more || filled == s.plaintext.size())) {
      events.tls_plaintext({s.plaintext.data(), filled});
      filled = 0;
    }
  }
  s.input = {};
}

void TlsLeg::write(std::string_view plaintext) {
  while (!plaintext.empty() && can_write()) {
    size_t written = 0;
    const size_t n = std::min(plaintext.size(), kRecord);
    ERR_clear_error();
    if (SSL_write_ex(ssl_.get(), plaintext.data(), n, &written) != 1) {
      fail();
      return;
    }
    plaintext.remove_prefix(written);
  }
}

void TlsLeg::close() {
  if (!can_write()) return;
  close_sent_ = true;
  ERR_clear_error();
  SSL_shutdown(ssl_.get());
  ERR_clear_error();
}

std::string_view TlsLeg::output() {
  Scratch& s = scratch();
  const auto role = static_cast<size_t>(start_.role);
  if (s.taken[role]) return {};
  s.taken[role] = true;
  return s.output[role];
}

std::string TlsLeg::abandoned() const {
  if (start_.role == Role::kServer) {
    return "the client closed the connection during the TLS handshake: it probably does not trust our CA; "
           "`stanzascope ca` shows how clients are told to trust it";
  }
  return fmt::format("the server for {} closed the connection during the TLS handshake; its log says why",
                     start_.domain);
}

std::string TlsLeg::sni() const {
  const char* name = SSL_get_servername(ssl_.get(), TLSEXT_NAMETYPE_host_name);
  return name == nullptr ? std::string() : std::string(name);
}

std::string TlsLeg::alpn() const {
  const unsigned char* data = nullptr;
  unsigned int size = 0;
  SSL_get0_alpn_selected(ssl_.get(), &data, &size);
  return std::string(reinterpret_cast<const char*>(data), size);
}

parser::TlsEstablished TlsLeg::facts() const {
  parser::TlsEstablished fact;
  fact.leg = start_.role == Role::kServer ? parser::Leg::kClient : parser::Leg::kServer;
  fact.version = SSL_get_version(ssl_.get());
  fact.cipher = SSL_get_cipher_name(ssl_.get());
  fact.alpn = alpn();
  fact.sni = sni();
  fact.resumed = SSL_session_reused(ssl_.get()) == 1;
  if (X509* peer = SSL_get0_peer_certificate(ssl_.get()); peer != nullptr) {
    fact.peer_subject = one_line(X509_get_subject_name(peer));
    fact.peer_issuer = one_line(X509_get_issuer_name(peer));
  }
  if (start_.role == Role::kClient) fact.verification = verification();
  return fact;
}

void TlsLeg::release_memory() {
  if (state_ == State::kUp) SSL_free_buffers(ssl_.get());
}

}  // namespace proxy
