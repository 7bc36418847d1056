// Direct TLS, and the two bridges between direct TLS and STARTTLS.
#include <gtest/gtest.h>

#include "tests/proxy/streams.h"
#include "tests/proxy/tls_session.h"

namespace test {
namespace {

using parser::Direction;
using parser::Leg;

class DirectTlsSession : public TlsSession {
 protected:
  static RigOptions direct() {
    RigOptions options;
    options.direct_tls = true;
    return options;
  }
  TlsPeer client_tls(std::string sni = "example.org", std::string alpn = "xmpp-client") {
    return TlsSession::client_tls(std::move(sni), std::move(alpn));
  }
  void expect_dialogue_passes() {
    Rig& r = *rig_;
    r.client_sends(kClientHeader);
    r.server_sends(kServerHeader + kFeaturesPlus);
    r.client_sends(kAuth);
    r.server_sends(kSuccess);
    r.client_sends(kClientHeader);
    r.server_sends(kServerHeader + kFeaturesBind);
    r.client_sends(kMessage);
    r.server_sends(kMessage);
    EXPECT_TRUE(r.got(Side::kServer).ends_with(kClientHeader + kAuth + kClientHeader + kMessage));
    EXPECT_TRUE(r.got(Side::kClient)
                    .ends_with(kServerHeader + kFeaturesNoPlus + kSuccess + kServerHeader + kFeaturesBind +
                               kMessage));
    r.expect_books_balance();
  }
};

TEST_F(DirectTlsSession, SniLeadsToTheServer) {
  Rig& r = rig(direct());
  r.begin_tls(Side::kClient, client_tls());
  EXPECT_EQ(r.lines, (std::vector<std::string>{"connect example.org"}));
  EXPECT_TRUE(r.tls(Side::kClient).established());
  r.upstream_is_there(true);
  r.begin_tls(Side::kServer, server_tls());
  EXPECT_TRUE(r.tls(Side::kServer).established());
  expect_dialogue_passes();
  ASSERT_EQ(r.tls_facts.size(), 2U);
  for (const auto& fact : r.tls_facts) {
    EXPECT_EQ(fact.alpn, "xmpp-client");
    EXPECT_EQ(fact.sni, "example.org");
    EXPECT_EQ(fact.c2s_offset, 0U);
  }
  EXPECT_TRUE(r.upstream_fact->direct_tls);
  EXPECT_TRUE(r.notices.empty());
}

TEST_F(DirectTlsSession, EveryChunkingForwardsTheSame) {
  for (const size_t chunk : {size_t{1}, size_t{3}, size_t{64}}) {
    RigOptions options = direct();
    options.chunk = chunk;
    Rig& r = rig(options);
    r.begin_tls(Side::kClient, client_tls());
    r.upstream_is_there(true);
    r.begin_tls(Side::kServer, server_tls());
    expect_dialogue_passes();
  }
}

TEST_F(DirectTlsSession, WithoutSniTheHeaderLeadsToTheServer) {
  std::string error;
  Rig& r = rig(direct());
  client_context_ = client_context(nullptr);
  r.begin_tls(Side::kClient, TlsPeer::client(client_context_.get(), {}, {}, {}));
  EXPECT_TRUE(r.tls(Side::kClient).established());
  EXPECT_TRUE(r.lines.empty());
  ASSERT_EQ(r.notices.size(), 1U);
  EXPECT_EQ(r.notices[0].name, "no-sni");
  r.client_sends(kClientHeader);
  EXPECT_EQ(r.lines, (std::vector<std::string>{"connect example.org"}));
  r.upstream_is_there(true);
  r.begin_tls(Side::kServer, server_tls());
  EXPECT_EQ(r.got(Side::kServer), kClientHeader);
  r.expect_books_balance();
}

TEST_F(DirectTlsSession, GivenUpstreamWithoutSniIsVerifiedForTheHeadersDomain) {
  RigOptions options = direct();
  options.config.upstream_given = true;
  options.config.upstream_security = proxy::UpstreamSecurity::kTls;
  client_context_ = client_context(nullptr);
  Rig& r = rig(options);
  r.upstream_is_there();
  r.begin_tls(Side::kClient, TlsPeer::client(client_context_.get(), {}, {}, {}));
  EXPECT_TRUE(r.tls_facts.size() == 1) << "the server's TLS waits for the domain";
  r.client_sends(kClientHeader);
  r.begin_tls(Side::kServer, server_tls());
  ASSERT_EQ(r.tls_facts.size(), 2U);
  EXPECT_EQ(r.tls_facts[1].sni, "example.org");
  EXPECT_EQ(r.got(Side::kServer), kClientHeader);
  r.expect_books_balance();
}

TEST_F(DirectTlsSession, PlaintextOnTheTlsListenerIsExplained) {
  Rig& r = rig(direct());
  r.expect_all_received = false;
  r.session().received(Side::kClient, kClientHeader, r.now);
  ASSERT_TRUE(r.session().finished());
  EXPECT_EQ(
      r.closed_fact->reason,
      "TLS with the client failed: what the client sent is not TLS; a client that begins with plaintext and "
      "STARTTLS needs --listen, not --listen-tls");
}

TEST_F(DirectTlsSession, ServerThatSpeaksNoTlsIsExplained) {
  Rig& r = rig(direct());
  r.begin_tls(Side::kClient, client_tls());
  r.upstream_is_there(true);
  r.session().received(Side::kServer, kServerHeader, r.now);
  r.client_sends(kClientHeader);
  EXPECT_NE(r.got(Side::kClient).find("<remote-connection-failed"), std::string::npos);
  EXPECT_NE(r.got(Side::kClient).find("the server does not speak TLS there"), std::string::npos);
}

TEST_F(DirectTlsSession, UpstreamWithoutEncryptionGetsPlaintext) {
  RigOptions options = direct();
  options.config.upstream_security = proxy::UpstreamSecurity::kNone;
  Rig& r = rig(options);
  r.begin_tls(Side::kClient, client_tls());
  r.upstream_is_there();
  expect_dialogue_passes();
  EXPECT_EQ(r.tls_facts.size(), 1U);
}

TEST_F(DirectTlsSession, BridgeAsksTheServerForStartTls) {
  for (const size_t chunk : {size_t{0}, size_t{1}}) {
    RigOptions options = direct();
    options.chunk = chunk;
    Rig& r = rig(options);
    r.begin_tls(Side::kClient, client_tls());
    r.upstream_is_there(false);
    EXPECT_EQ(r.got(Side::kServer),
              "<?xml version='1.0'?><stream:stream to='example.org' version='1.0' xmlns='jabber:client' "
              "xmlns:stream='http://etherx.jabber.org/streams'>");
    r.client_sends(kClientHeader);
    r.server_sends(kServerHeader + kFeaturesStartTls);
    EXPECT_TRUE(r.got(Side::kServer).ends_with("'>" + kStartTls)) << "the client's header waits for TLS";
    r.server_sends(kProceed);
    r.begin_tls(Side::kServer, server_tls());
    EXPECT_TRUE(r.tls(Side::kServer).established());
    EXPECT_TRUE(r.got(Side::kServer).ends_with(kStartTls + kClientHeader));
    EXPECT_EQ(r.got(Side::kClient), "") << "what the server said to us is not for the client";
    r.server_sends(kServerHeader + kFeaturesPlain);
    EXPECT_EQ(r.got(Side::kClient), kServerHeader + kFeaturesPlain);
    for (const auto& edit : r.edits) {
      EXPECT_EQ(edit.name, "bridge-starttls");
      EXPECT_FALSE(edit.reason.empty());
    }
    EXPECT_EQ(r.edits.size(), 5U);
    r.expect_books_balance();
  }
}

TEST_F(DirectTlsSession, BridgeRefusesAServerWithoutStartTls) {
  Rig& r = rig(direct());
  r.begin_tls(Side::kClient, client_tls());
  r.upstream_is_there(false);
  r.client_sends(kClientHeader);
  r.server_sends(kServerHeader + kFeaturesPlain);
  ASSERT_EQ(r.logs.size(), 1U);
  EXPECT_EQ(
      r.logs[0].second,
      "the server for example.org does not offer STARTTLS; choose --upstream-security tls for a TLS port, or "
      "none to go without encryption");
  EXPECT_NE(r.got(Side::kClient).find("does not offer STARTTLS"), std::string::npos);
  EXPECT_EQ(r.got(Side::kServer).find("to='example.org' xmlns='jabber:client'"), std::string::npos)
      << "nothing of the client's goes out in plaintext";
  r.ends(Side::kClient);
  EXPECT_TRUE(r.session().finished());
}

TEST_F(DirectTlsSession, BridgeOffersStartTlsToTheClient) {
  for (const size_t chunk : {size_t{0}, size_t{1}}) {
    RigOptions options;
    options.chunk = chunk;
    options.config.upstream_security = proxy::UpstreamSecurity::kTls;
    Rig& r = rig(options);
    r.client_sends(kClientHeader);
    r.upstream_is_there(true);
    r.begin_tls(Side::kServer, server_tls());
    EXPECT_EQ(
        r.got(Side::kClient),
        "<?xml version='1.0'?><stream:stream from='example.org' id='proxy-7' version='1.0' "
        "xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'><stream:features><starttls "
        "xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls></stream:features>");
    EXPECT_EQ(r.got(Side::kServer), "");
    r.client_sends(kStartTls);
    EXPECT_TRUE(r.got(Side::kClient).ends_with(kProceed));
    r.begin_tls(Side::kClient, client_tls({}, {}));
    EXPECT_TRUE(r.tls(Side::kClient).established());
    expect_dialogue_passes();
    EXPECT_EQ(r.edit_names(),
              (std::vector<std::string>{"bridge-starttls", "bridge-starttls", "bridge-starttls",
                                        "bridge-starttls", "hide-channel-binding", "hide-channel-binding"}));
  }
}

TEST_F(DirectTlsSession, BridgeTakesANewlineBehindStartTls) {
  RigOptions options;
  options.config.upstream_security = proxy::UpstreamSecurity::kTls;
  Rig& r = rig(options);
  r.client_sends(kClientHeader);
  r.upstream_is_there(true);
  r.begin_tls(Side::kServer, server_tls());
  r.client_sends(kStartTls + "\n");
  r.begin_tls(Side::kClient, client_tls({}, {}));
  EXPECT_TRUE(r.tls(Side::kClient).established());
  expect_dialogue_passes();
}

TEST_F(DirectTlsSession, BridgeInsistsOnStartTls) {
  RigOptions options;
  options.config.upstream_security = proxy::UpstreamSecurity::kTls;
  Rig& r = rig(options);
  r.client_sends(kClientHeader);
  r.upstream_is_there(true);
  r.begin_tls(Side::kServer, server_tls());
  r.client_sends(kAuth);
  EXPECT_NE(r.got(Side::kClient).find("<policy-violation"), std::string::npos);
  EXPECT_EQ(r.got(Side::kServer), "");
  r.ends(Side::kClient);
  EXPECT_TRUE(r.session().finished());
  r.expect_books_balance();
}

TEST_F(DirectTlsSession, BridgedServersCertificateIsVerifiedToo) {
  std::string error;
  server_context_ = server_context(*server_ca().mint("other.example", kNow, error));
  RigOptions options;
  options.config.upstream_security = proxy::UpstreamSecurity::kTls;
  Rig& r = rig(options);
  r.client_sends(kClientHeader);
  r.upstream_is_there(true);
  r.begin_tls(Side::kServer, server_tls());
  EXPECT_TRUE(r.tls(Side::kServer).failed());
  EXPECT_NE(r.got(Side::kClient).find("is not for example.org"), std::string::npos);
  r.ends(Side::kClient);
  EXPECT_EQ(r.closed_fact->how, parser::Closed::How::kTlsFailed);
  r.expect_books_balance();
}

TEST_F(DirectTlsSession, ServerToServerAsksForItsOwnProtocol) {
  Rig& r = rig(direct());
  r.begin_tls(Side::kClient, client_tls("example.org", "xmpp-server"));
  r.upstream_is_there(true);
  r.begin_tls(Side::kServer, server_tls());
  ASSERT_EQ(r.tls_facts.size(), 2U);
  EXPECT_EQ(r.tls_facts[0].alpn, "xmpp-server");
  EXPECT_EQ(r.tls_facts[1].alpn, "xmpp-server");
}

TEST_F(DirectTlsSession, OtherDomainInTheHeaderIsNoticed) {
  Rig& r = rig(direct());
  r.begin_tls(Side::kClient, client_tls());
  r.upstream_is_there(true);
  r.begin_tls(Side::kServer, server_tls());
  std::string header = kClientHeader;
  header.replace(header.find("example.org"), 11, "example.net");
  r.client_sends(header);
  ASSERT_EQ(r.notices.size(), 1U);
  EXPECT_EQ(r.notices[0].name, "domain-changed");
  EXPECT_EQ(r.got(Side::kServer), header);
}

}  // namespace
}  // namespace test
