// What every test of a session with TLS needs: our contexts, and peers that have certificates and trust them.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "tests/proxy/rig.h"

namespace test {

class TlsSession : public ::testing::Test {
 protected:
  void SetUp() override {
    contexts_ = make_contexts();
    std::string error;
    server_context_ = server_context(*server_ca().mint("example.org", kNow, error));
    client_context_ = client_context(contexts_->ca().certificate());
  }
  Rig& rig(const RigOptions& options = {}) {
    rig_ = std::make_unique<Rig>(*contexts_, options);
    return *rig_;
  }
  // A client that wants a certificate for example.org.
  TlsPeer client_tls(std::string sni = {}, std::string alpn = {}) {
    return TlsPeer::client(client_context_.get(), std::move(sni), "example.org", std::move(alpn));
  }
  TlsPeer server_tls() { return TlsPeer::server(server_context_.get()); }

  std::unique_ptr<proxy::TlsContexts> contexts_;
  proxy::SslCtxPtr server_context_;
  proxy::SslCtxPtr client_context_;
  std::unique_ptr<Rig> rig_;
};

}  // namespace test
