// Owning pointers for OpenSSL's objects.
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>

namespace proxy {

template <auto Free>
struct OpenSslDelete {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};

using X509Ptr = std::unique_ptr<X509, OpenSslDelete<&X509_free>>;
using EvpPkeyPtr = std::unique_ptr<EVP_PKEY, OpenSslDelete<&EVP_PKEY_free>>;
using SslPtr = std::unique_ptr<SSL, OpenSslDelete<&SSL_free>>;
using SslCtxPtr = std::unique_ptr<SSL_CTX, OpenSslDelete<&SSL_CTX_free>>;
using SslSessionPtr = std::unique_ptr<SSL_SESSION, OpenSslDelete<&SSL_SESSION_free>>;
using BioPtr = std::unique_ptr<BIO, OpenSslDelete<&BIO_free_all>>;

}  // namespace proxy
