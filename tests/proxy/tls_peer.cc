#include "tests/proxy/tls_peer.h"

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <unistd.h>

#include <fstream>

namespace test {
namespace {

time_t now_seconds() {
  return std::chrono::system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(kNow));
}

int choose_alpn(SSL*, const unsigned char** out, unsigned char* size, const unsigned char* in, unsigned int,
                void*) {
  *out = in + 1;
  *size = in[0];
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace

const proxy::CertificateAuthority& server_ca() {
  static const proxy::CertificateAuthority ca = [] {
    std::string error;
    auto made = proxy::CertificateAuthority::generate(kNow - std::chrono::days(400), error);
    EXPECT_TRUE(made.has_value()) << error;
    return std::move(*made);
  }();
  return ca;
}

std::string server_ca_file() {
  const std::string path = testing::TempDir() + "server-ca-" + std::to_string(::getpid()) + ".pem";
  std::ofstream(path) << server_ca().certificate_pem();
  return path;
}

proxy::SslCtxPtr server_context(const proxy::Leaf& leaf, int max_version) {
  proxy::SslCtxPtr context(SSL_CTX_new(TLS_server_method()));
  SSL_CTX_set_max_proto_version(context.get(), max_version);
  SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
  EXPECT_EQ(SSL_CTX_use_certificate(context.get(), leaf.certificate.get()), 1);
  EXPECT_EQ(SSL_CTX_use_PrivateKey(context.get(), leaf.key.get()), 1);
  SSL_CTX_set_alpn_select_cb(context.get(), &choose_alpn, nullptr);
  return context;
}

proxy::SslCtxPtr client_context(X509* ca, int max_version) {
  proxy::SslCtxPtr context(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_max_proto_version(context.get(), max_version);
  if (ca != nullptr) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), ca);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    X509_VERIFY_PARAM_set_time(SSL_CTX_get0_param(context.get()), now_seconds());
  }
  return context;
}

TlsPeer::TlsPeer(SSL_CTX* context, bool server, std::string sni, std::string verified, std::string alpn)
    : ssl_(SSL_new(context)), in_(BIO_new(BIO_s_mem())), out_(BIO_new(BIO_s_mem())) {
  BIO_ctrl(in_, BIO_C_SET_BUF_MEM_EOF_RETURN, -1, nullptr);
  SSL_set_bio(ssl_.get(), in_, out_);
  if (server) {
    SSL_set_accept_state(ssl_.get());
    return;
  }
  SSL_set_connect_state(ssl_.get());
  if (!sni.empty()) SSL_ctrl(ssl_.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, sni.data());
  if (!verified.empty()) SSL_set1_host(ssl_.get(), verified.c_str());
  if (!alpn.empty()) {
    const std::string list = static_cast<char>(alpn.size()) + alpn;
    SSL_set_alpn_protos(ssl_.get(), reinterpret_cast<const unsigned char*>(list.data()),
                        static_cast<unsigned int>(list.size()));
  }
  advance();
}

void TlsPeer::receive(std::string_view ciphertext) {
  BIO_write(in_, ciphertext.data(), static_cast<int>(ciphertext.size()));
  advance();
}

void TlsPeer::advance() {
  if (failed_) return;
  ERR_clear_error();
  if (!established()) {
    const int result = SSL_do_handshake(ssl_.get());
    if (result != 1) {
      failed_ = SSL_get_error(ssl_.get(), result) == SSL_ERROR_SSL;
      return;
    }
    if (!pending_.empty()) {
      SSL_write(ssl_.get(), pending_.data(), static_cast<int>(pending_.size()));
      pending_.clear();
    }
  }
  char buffer[16'384];
  for (;;) {
    const int size = SSL_read(ssl_.get(), buffer, sizeof buffer);
    if (size <= 0) {
      failed_ = failed_ || SSL_get_error(ssl_.get(), size) == SSL_ERROR_SSL;
      return;
    }
    plaintext_.append(buffer, static_cast<size_t>(size));
  }
}

void TlsPeer::write(std::string_view plaintext) {
  if (plaintext.empty()) return;
  if (!established()) {
    pending_ += plaintext;
    return;
  }
  ASSERT_GT(SSL_write(ssl_.get(), plaintext.data(), static_cast<int>(plaintext.size())), 0);
}

void TlsPeer::close_notify() {
  SSL_shutdown(ssl_.get());
}

std::string TlsPeer::take_output() {
  char* data = nullptr;
  const long size = BIO_get_mem_data(out_, &data);
  std::string bytes(data, size > 0 ? static_cast<size_t>(size) : 0);
  static_cast<void>(BIO_ctrl(out_, BIO_CTRL_RESET, 0, nullptr));
  return bytes;
}

std::string TlsPeer::take_plaintext() {
  return std::exchange(plaintext_, {});
}

}  // namespace test
