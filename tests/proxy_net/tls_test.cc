// TLS on both legs through the real proxy: STARTTLS and direct TLS, to the byte.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "tests/proxy_net/harness.h"

namespace proxy::net::testing {
namespace {

const std::string kStartTlsFeatures =
    "<stream:features><starttls "
    "xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls></stream:features>";
const std::string kHeaderOnly = kServerHeader.substr(0, kServerHeader.find("<stream:features>"));
const std::string kStartTls = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";
const std::string kProceed = "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";

// Blocking TLS over a socket that times out.
class Tls {
 public:
  Tls(Socket& socket, bool server, const LeafPtr& leaf)
      : context_(SSL_CTX_new(server ? TLS_server_method() : TLS_client_method())) {
    const timeval patience{kPatienceMs / 1000, 0};
    ::setsockopt(socket.fd(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (server) {
      SSL_CTX_use_certificate(context_.get(), leaf->certificate.get());
      SSL_CTX_use_PrivateKey(context_.get(), leaf->key.get());
    }
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_fd(ssl_.get(), socket.fd());
    if (!server) SSL_ctrl(ssl_.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name_.data());
    ok_ = (server ? SSL_accept(ssl_.get()) : SSL_connect(ssl_.get())) == 1;
  }
  bool ok() const { return ok_; }
  bool send(std::string_view bytes) {
    return SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())) ==
           static_cast<int>(bytes.size());
  }
  std::string read_exactly(size_t size) {
    std::string all(size, '\0');
    size_t got = 0;
    while (got < size) {
      const int n = SSL_read(ssl_.get(), all.data() + got, static_cast<int>(size - got));
      if (n <= 0) break;
      got += static_cast<size_t>(n);
    }
    all.resize(got);
    return all;
  }

 private:
  SslCtxPtr context_;
  SslPtr ssl_;
  std::string name_ = "example.com";
  bool ok_ = false;
};

std::string stanzas(size_t bytes) {
  std::string all;
  for (size_t i = 0; all.size() < bytes; ++i) {
    all += "<message id='m" + std::to_string(i) + "'><body>" + std::string(i * 37 % 900, 'b') +
           "</body></message>";
  }
  return all;
}

// Header, features, then much in both directions, byte for byte.
void exchange(Tls& client, Tls& server) {
  ASSERT_TRUE(client.send(kClientHeader));
  ASSERT_EQ(server.read_exactly(kClientHeader.size()), kClientHeader);
  ASSERT_TRUE(server.send(kServerHeader));
  ASSERT_EQ(client.read_exactly(kServerHeader.size()), kServerHeader);
  const std::string up = stanzas(1'000'000);
  const std::string down = stanzas(700'000);
  std::thread sends([&] { EXPECT_TRUE(client.send(up)); });
  EXPECT_TRUE(server.read_exactly(up.size()) == up);
  sends.join();
  std::thread answers([&] { EXPECT_TRUE(server.send(down)); });
  EXPECT_TRUE(client.read_exactly(down.size()) == down);
  answers.join();
}

TEST(TlsRelay, StartTlsUpgradesBothLegsAndCarriesEveryByte) {
  Listener upstream;
  TestProxy proxy(upstream.port());
  std::string error;
  const LeafPtr leaf = proxy.tls().leaf("example.com", now(), error);
  ASSERT_TRUE(leaf) << error;
  Socket client = Socket::connect(proxy.port());
  ASSERT_TRUE(client.send(kClientHeader));
  Socket server = upstream.accept();
  ASSERT_EQ(server.read_exactly(kClientHeader.size()), kClientHeader);
  ASSERT_TRUE(server.send(kHeaderOnly + kStartTlsFeatures));
  ASSERT_EQ(client.read_exactly(kHeaderOnly.size() + kStartTlsFeatures.size()),
            kHeaderOnly + kStartTlsFeatures);
  ASSERT_TRUE(client.send(kStartTls));
  ASSERT_EQ(server.read_exactly(kStartTls.size()), kStartTls);
  ASSERT_TRUE(server.send(kProceed));
  std::unique_ptr<Tls> server_tls;
  std::thread accepts([&] { server_tls = std::make_unique<Tls>(server, true, leaf); });
  ASSERT_EQ(client.read_exactly(kProceed.size()), kProceed);
  Tls client_tls(client, false, nullptr);
  accepts.join();
  ASSERT_TRUE(client_tls.ok());
  ASSERT_TRUE(server_tls->ok());
  exchange(client_tls, *server_tls);
}

TEST(TlsRelay, DirectTlsConnectsOnceAndCarriesEveryByte) {
  Listener upstream;
  TestProxy proxy(upstream.port(), [](ServerOptions& o) {
    o.listeners[0].direct_tls = true;
    o.session.upstream_security = UpstreamSecurity::kTls;
  });
  std::string error;
  const LeafPtr leaf = proxy.tls().leaf("example.com", now(), error);
  Socket client = Socket::connect(proxy.port());
  Socket server;
  std::unique_ptr<Tls> server_tls;
  std::thread accepts([&] {
    server = upstream.accept();
    server_tls = std::make_unique<Tls>(server, true, leaf);
  });
  Tls client_tls(client, false, nullptr);
  EXPECT_TRUE(client_tls.ok());
  accepts.join();
  ASSERT_TRUE(server_tls->ok());
  exchange(client_tls, *server_tls);
  EXPECT_FALSE(upstream.accept(100).ok()) << "one connection to the server for one of the client";
}

}  // namespace
}  // namespace proxy::net::testing
