// STARTTLS on both legs, with real TLS peers in memory.
#include <gtest/gtest.h>
#include <openssl/pem.h>

#include "tests/proxy/streams.h"
#include "tests/proxy/tls_session.h"

namespace test {
namespace {

using parser::Leg;

class StartTlsSession : public TlsSession {
 protected:
  // Up to the server's features in plaintext.
  void begin() {
    rig_->client_sends(kClientHeader);
    rig_->upstream_is_there();
    rig_->server_sends(kServerHeader + kFeaturesStartTls);
  }
  void upgrade() {
    rig_->client_sends(kStartTls);
    rig_->server_sends(kProceed);
    rig_->begin_tls(Side::kServer, server_tls());
    rig_->begin_tls(Side::kClient, client_tls());
  }
  // From behind TLS to the last header of the client.
  void log_in_but_for_the_last_features() {
    rig_->client_sends(kClientHeader);
    rig_->server_sends(kServerHeader + kFeaturesPlus);
    rig_->client_sends(kAuth);
    rig_->server_sends(kSuccess);
    rig_->client_sends(kClientHeader);
  }
  // … to the established session.
  void log_in() {
    log_in_but_for_the_last_features();
    rig_->server_sends(kServerHeader + kFeaturesBind);
  }
};

// A message of at least so many bytes, no two parts of it alike.
std::string message_of(size_t size) {
  std::string text = "<message><body>";
  for (int i = 0; text.size() < size; ++i) text += std::to_string(i) + ' ';
  return text + "</body></message>";
}

// The server end uses a certificate that is made for this case.
class UpstreamCertificate : public StartTlsSession {
 protected:
  // The whole dialogue up to the failure, and what the client was told.
  std::string told_with(const proxy::Leaf& leaf) {
    server_context_ = server_context(leaf);
    Rig& r = rig();
    begin();
    upgrade();
    EXPECT_TRUE(r.tls(Side::kServer).failed()) << "the server is told by an alert";
    r.client_sends(kClientHeader);
    EXPECT_TRUE(r.tls(Side::kClient).established());
    EXPECT_FALSE(r.logs.empty());
    EXPECT_TRUE(r.tls(Side::kClient).got_close_notify());
    r.ends(Side::kClient);
    EXPECT_TRUE(r.session().finished());
    EXPECT_EQ(r.closed_fact->how, parser::Closed::How::kTlsFailed);
    EXPECT_EQ(r.closed_fact->reason, r.logs.at(0).second) << "the same words everywhere";
    for (const auto& fact : r.tls_facts) EXPECT_EQ(fact.leg, Leg::kClient);
    r.expect_books_balance();
    return r.logs.at(0).second;
  }
};

TEST_F(StartTlsSession, BothLegsAreUpgradedAndEverythingPasses) {
  Rig& r = rig();
  begin();
  upgrade();
  EXPECT_TRUE(r.tls(Side::kClient).established()) << "it verified our leaf for the stream's `to`";
  EXPECT_TRUE(r.tls(Side::kServer).established());
  ASSERT_EQ(r.tls_facts.size(), 2U);
  for (const auto& fact : r.tls_facts) {
    EXPECT_EQ(fact.version, "TLSv1.3");
    EXPECT_EQ(fact.c2s_offset, kClientHeader.size() + kStartTls.size());
    EXPECT_EQ(fact.s2c_offset, kServerHeader.size() + kFeaturesStartTls.size() + kProceed.size());
    EXPECT_FALSE(fact.resumed);
    if (fact.leg == Leg::kServer) {
      EXPECT_EQ(fact.verification, "ok");
      EXPECT_EQ(fact.sni, "example.org");
      EXPECT_EQ(fact.peer_subject, "CN=example.org");
      EXPECT_NE(fact.peer_issuer.find("stanzascope CA"), std::string::npos);
    }
  }
  log_in();
  r.client_sends(kMessage);
  r.server_sends(kMessage + kMessage);
  EXPECT_TRUE(r.got(Side::kServer).ends_with(kMessage));
  EXPECT_TRUE(r.got(Side::kClient).ends_with(kMessage + kMessage));
  EXPECT_EQ(r.edit_names(), (std::vector<std::string>{"hide-channel-binding", "hide-channel-binding"}));
  EXPECT_NE(r.got(Side::kClient).find(kFeaturesNoPlus), std::string::npos);
  EXPECT_TRUE(r.logs.empty());
  r.expect_books_balance();
}

TEST_F(StartTlsSession, KeepChannelBindingLeavesFeaturesAlone) {
  RigOptions options;
  options.config.keep_channel_binding = true;
  Rig& r = rig(options);
  begin();
  upgrade();
  log_in();
  EXPECT_TRUE(r.edits.empty());
  EXPECT_NE(r.got(Side::kClient).find(kFeaturesPlus), std::string::npos);
  r.expect_books_balance();
}

TEST_F(StartTlsSession, ClientHelloRightBehindStartTlsIsKeptForTls) {
  Rig& r = rig();
  begin();
  TlsPeer eager = client_tls();
  r.client_sends(kStartTls);
  r.session().received(Side::kClient, eager.take_output(), r.now);
  r.server_sends(kProceed);
  r.begin_tls(Side::kServer, server_tls());
  r.begin_tls(Side::kClient, std::move(eager));
  EXPECT_TRUE(r.tls(Side::kClient).established());
  log_in();
  r.expect_books_balance();
}

TEST_F(StartTlsSession, NewlineBehindStartTlsGoesToTheServerAndNotIntoTls) {
  for (const bool in_one_piece : {true, false}) {
    Rig& r = rig();
    begin();
    if (in_one_piece) {
      r.client_sends(kStartTls + "\n");
    } else {
      r.client_sends(kStartTls);
      r.client_sends("\n");
    }
    r.server_sends(kProceed);
    r.begin_tls(Side::kServer, server_tls());
    r.begin_tls(Side::kClient, client_tls());
    EXPECT_TRUE(r.tls(Side::kClient).established());
    log_in();
    EXPECT_NE(r.got(Side::kServer).find(kStartTls + "\n"), std::string::npos);
    r.expect_books_balance();
  }
}

TEST_F(StartTlsSession, PlaintextBehindStartTlsIsNeverTakenForEncrypted) {
  // The injection of CVE-2011-0411: words before TLS that would count as said behind it.
  Rig& r = rig();
  r.expect_all_received = false;
  begin();
  r.session().received(Side::kClient, kStartTls + kAuth, r.now);
  r.pump();
  r.server_sends(kProceed);
  r.begin_tls(Side::kServer, server_tls());
  EXPECT_TRUE(r.session().finished());
  EXPECT_EQ(r.closed_fact->how, parser::Closed::How::kTlsFailed);
  EXPECT_EQ(r.got(Side::kServer).find("<auth"), std::string::npos);
}

TEST_F(StartTlsSession, EveryChunkingForwardsTheSame) {
  std::string whole_client;
  std::string whole_server;
  std::vector<std::string> whole_edits;
  for (const size_t chunk : {size_t{0}, size_t{1}, size_t{2}, size_t{7}, size_t{100}}) {
    RigOptions options;
    options.chunk = chunk;
    Rig& r = rig(options);
    begin();
    upgrade();
    log_in();
    r.client_sends(kMessage);
    r.server_sends(kMessage + kEnd);
    r.client_sends(kEnd);
    r.ends(Side::kServer);
    r.ends(Side::kClient);
    EXPECT_TRUE(r.session().finished());
    EXPECT_EQ(r.closed_fact->how, parser::Closed::How::kFinished) << r.closed_fact->reason;
    r.expect_books_balance();
    if (chunk == 0) {
      whole_client = r.got(Side::kClient);
      whole_server = r.got(Side::kServer);
      whole_edits = r.edit_names();
    }
    EXPECT_EQ(r.got(Side::kClient), whole_client) << "in chunks of " << chunk;
    EXPECT_EQ(r.got(Side::kServer), whole_server) << "in chunks of " << chunk;
    EXPECT_EQ(r.edit_names(), whole_edits) << "in chunks of " << chunk;
  }
  EXPECT_FALSE(whole_client.empty());
}

TEST_F(StartTlsSession, LargeTransfersPassUnchanged) {
  Rig& r = rig();
  begin();
  upgrade();
  log_in();
  std::string large = "<message><body>";
  for (int i = 0; large.size() < 300'000; ++i) large += std::to_string(i) + ' ';
  large += "</body></message>";
  r.server_sends(large);
  r.client_sends(large);
  EXPECT_TRUE(r.got(Side::kClient).ends_with(large));
  EXPECT_TRUE(r.got(Side::kServer).ends_with(large));
  r.expect_books_balance();
}

TEST_F(StartTlsSession, RecordsBehindTheEndOfTheNegotiationKeepTheirOrder) {
  Rig& r = rig();
  begin();
  upgrade();
  log_in_but_for_the_last_features();
  // One read brings the last features and, in further records, what the session then forwards without
  // parsing.
  const std::string large = message_of(100'000);
  r.server_sends(kServerHeader + kFeaturesBind + large);
  EXPECT_TRUE(r.got(Side::kClient).ends_with(kFeaturesBind + large));
  r.expect_books_balance();
}

TEST_F(StartTlsSession, RecordsBehindTheEndOfTheNegotiationAreNotLostAtTheEnd) {
  Rig& r = rig();
  begin();
  upgrade();
  log_in_but_for_the_last_features();
  const std::string large = message_of(40'000);
  // The same read also brings the close_notify.
  r.tls(Side::kServer).write(kServerHeader + kFeaturesBind + large);
  r.tls(Side::kServer).close_notify();
  r.sends_raw(Side::kServer, r.tls_bytes(Side::kServer));
  EXPECT_TRUE(r.got(Side::kClient).ends_with(kFeaturesBind + large));
}

TEST_F(StartTlsSession, AlertAfterOurLastWordIsAnEndAndNoFault) {
  Rig& r = rig();
  begin();
  upgrade();
  log_in();
  r.client_sends(kMessage);
  r.cuts(Side::kClient);  // so the server's leg ends without a close_notify too
  ASSERT_FALSE(r.session().finished());
  r.sends_raw(Side::kServer, "no TLS record");
  EXPECT_TRUE(r.logs.empty());
  EXPECT_EQ(r.closed_fact->how, parser::Closed::How::kFinished);
}

TEST_F(StartTlsSession, CloseNotifyIsPassedOnInBothDirections) {
  Rig& r = rig();
  begin();
  upgrade();
  log_in();
  r.client_sends(kEnd);
  r.lines.clear();
  r.ends(Side::kClient);
  EXPECT_TRUE(r.tls(Side::kServer).got_close_notify());
  EXPECT_EQ(r.lines, (std::vector<std::string>{"shutdown server"}));
  EXPECT_FALSE(r.session().finished());
  r.server_sends(kEnd);
  r.ends(Side::kServer);
  EXPECT_TRUE(r.tls(Side::kClient).got_close_notify());
  EXPECT_EQ(r.closed_fact->how, parser::Closed::How::kFinished);
  EXPECT_TRUE(r.notices.empty());
  r.expect_books_balance();
}

TEST_F(StartTlsSession, CutConnectionIsNoticedAndNotMadeToLookClean) {
  Rig& r = rig();
  begin();
  upgrade();
  log_in();
  r.server_sends("<message><bo");
  r.cuts(Side::kServer);
  ASSERT_EQ(r.notices.size(), 1U);
  EXPECT_EQ(r.notices[0].name, "tls-truncated");
  EXPECT_FALSE(r.tls(Side::kClient).got_close_notify());
  EXPECT_TRUE(r.got(Side::kClient).ends_with("<message><bo"));
  r.expect_books_balance();
}

TEST_F(StartTlsSession, EndWithoutCloseNotifyBehindTheFooterIsNoTruncation) {
  Rig& r = rig();
  begin();
  upgrade();
  log_in();
  r.server_sends(kEnd);
  r.cuts(Side::kServer);
  EXPECT_TRUE(r.notices.empty());
  EXPECT_TRUE(r.tls(Side::kClient).got_close_notify());
}

TEST_F(StartTlsSession, ServerThatLeavesEarlyDoesNotCutTheClientsHandshake) {
  Rig& r = rig();
  begin();
  r.client_sends(kStartTls);
  r.server_sends(kProceed);
  r.begin_tls(Side::kServer, server_tls());
  ASSERT_TRUE(r.tls(Side::kServer).established());
  r.server_sends(kServerHeader +
                 "<stream:error><system-shutdown "
                 "xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>" +
                 kEnd);
  r.ends(Side::kServer);
  EXPECT_FALSE(r.session().finished());
  r.begin_tls(Side::kClient, client_tls());
  EXPECT_TRUE(r.tls(Side::kClient).established());
  EXPECT_TRUE(r.got(Side::kClient).ends_with(kEnd)) << "what the server said last arrives";
  EXPECT_TRUE(r.tls(Side::kClient).got_close_notify());
  EXPECT_EQ(r.lines.back(), "shutdown client");
  r.ends(Side::kClient);
  EXPECT_TRUE(r.session().finished());
  EXPECT_EQ(r.closed_fact->how, parser::Closed::How::kFinished);
  r.expect_books_balance();
}

TEST_F(StartTlsSession, ServerThatWantsACertificateOfItsClientIsExplained) {
  // With TLS 1.3 the server refuses behind the end of our handshake.
  SSL_CTX_set_verify(server_context_.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  Rig& r = rig();
  begin();
  upgrade();
  r.expect_all_received = false;
  r.client_sends(kClientHeader);
  EXPECT_TRUE(r.tls(Side::kServer).failed());
  EXPECT_NE(r.got(Side::kClient).find("<remote-connection-failed"), std::string::npos);
  EXPECT_TRUE(r.tls(Side::kClient).got_close_notify());
  ASSERT_FALSE(r.logs.empty());
  EXPECT_NE(r.logs.at(0).second.find("certificate"), std::string::npos) << r.logs.at(0).second;
  r.ends(Side::kClient);
  EXPECT_EQ(r.closed_fact->how, parser::Closed::How::kTlsFailed);
  r.expect_books_balance();
}

TEST_F(StartTlsSession, ClientThatDoesNotTrustOurCaIsExplained) {
  client_context_ = client_context(server_ca().certificate());
  Rig& r = rig();
  begin();
  upgrade();
  EXPECT_TRUE(r.tls(Side::kClient).failed());
  ASSERT_TRUE(r.session().finished());
  EXPECT_EQ(r.closed_fact->how, parser::Closed::How::kTlsFailed);
  EXPECT_EQ(r.closed_fact->reason,
            "TLS with the client failed: the client does not trust our CA; `stanzascope ca` shows where its "
            "certificate is and how clients are told to trust it");
  r.expect_books_balance();
}

TEST_F(StartTlsSession, ClientThatHangsUpInTheHandshakeIsExplained) {
  Rig& r = rig();
  begin();
  r.client_sends(kStartTls);
  r.server_sends(kProceed);
  r.begin_tls(Side::kServer, server_tls());
  r.cuts(Side::kClient);
  ASSERT_TRUE(r.session().finished());
  EXPECT_EQ(r.closed_fact->how, parser::Closed::How::kTlsFailed);
  EXPECT_NE(r.closed_fact->reason.find("probably does not trust our CA"), std::string::npos);
}

TEST_F(StartTlsSession, Tls12WorksToo) {
  std::string error;
  server_context_ = server_context(*server_ca().mint("example.org", kNow, error), TLS1_2_VERSION);
  client_context_ = client_context(contexts_->ca().certificate(), TLS1_2_VERSION);
  Rig& r = rig();
  begin();
  upgrade();
  log_in();
  ASSERT_EQ(r.tls_facts.size(), 2U);
  EXPECT_EQ(r.tls_facts[0].version, "TLSv1.2");
  EXPECT_EQ(r.tls_facts[1].version, "TLSv1.2");
  r.expect_books_balance();
}

TEST_F(StartTlsSession, ClientOfTls11IsTurnedAway) {
  client_context_ = client_context(contexts_->ca().certificate(), TLS1_1_VERSION);
  SSL_CTX_set_security_level(client_context_.get(), 0);
  SSL_CTX_set_min_proto_version(client_context_.get(), TLS1_VERSION);
  Rig& r = rig();
  begin();
  upgrade();
  ASSERT_TRUE(r.session().finished());
  EXPECT_NE(r.closed_fact->reason.find("it must speak TLS 1.2 or 1.3"), std::string::npos)
      << r.closed_fact->reason;
}

TEST_F(StartTlsSession, HandshakeThatHangsIsTimedOut) {
  Rig& r = rig();
  begin();
  r.client_sends(kStartTls);
  r.server_sends(kProceed);
  r.begin_tls(Side::kClient, client_tls());
  r.client_sends(kClientHeader);
  r.time_passes(std::chrono::seconds(30));  // the server never answers our ClientHello
  EXPECT_NE(r.got(Side::kClient).find("did not finish the TLS handshake within 30 s"), std::string::npos);
  r.ends(Side::kClient);
  EXPECT_EQ(r.closed_fact->how, parser::Closed::How::kTlsFailed);
}

TEST_F(StartTlsSession, ShutdownOfAnEstablishedSessionTellsBothSides) {
  Rig& r = rig();
  begin();
  upgrade();
  log_in();
  r.client_sends(kMessage);
  r.session().shutdown(r.now);
  r.pump();
  EXPECT_TRUE(r.got(Side::kClient).ends_with("</stream:error></stream:stream>"));
  EXPECT_TRUE(r.got(Side::kServer).ends_with("</stream:error></stream:stream>"));
  EXPECT_TRUE(r.tls(Side::kClient).got_close_notify());
  EXPECT_TRUE(r.tls(Side::kServer).got_close_notify());
  r.expect_books_balance();
}

TEST_F(StartTlsSession, SleepingSessionWakesUpUnchanged) {
  Rig& r = rig();
  begin();
  upgrade();
  r.session().release_memory();
  log_in();
  r.session().release_memory();
  r.client_sends(kMessage);
  r.session().release_memory();
  r.server_sends(kMessage);
  EXPECT_TRUE(r.got(Side::kClient).ends_with(kMessage));
  r.expect_books_balance();
}

TEST_F(StartTlsSession, SecondUpstreamHandshakeIsResumedAndStillVerified) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    contexts_ = make_contexts();
    client_context_ = client_context(contexts_->ca().certificate());
    std::string error;
    server_context_ = server_context(*server_ca().mint("example.org", kNow, error), version);
    for (const bool second : {false, true}) {
      Rig& r = rig();
      begin();
      upgrade();
      log_in();
      r.server_sends(kEnd);
      EXPECT_EQ(r.tls(Side::kServer).resumed(), second);
      for (const auto& fact : r.tls_facts) {
        EXPECT_EQ(fact.resumed, second && fact.leg == Leg::kServer);
        if (fact.leg == Leg::kServer) {
          EXPECT_EQ(fact.verification, "ok");
          EXPECT_EQ(fact.peer_subject, "CN=example.org");
        }
      }
      r.ends(Side::kServer);
      r.ends(Side::kClient);
      r.expect_books_balance();
    }
  }
}

TEST_F(UpstreamCertificate, FromAnUnknownCaIsRefused) {
  std::string error;
  const auto other = proxy::CertificateAuthority::generate(kNow, error);
  const std::string told = told_with(*other->mint("example.org", kNow, error));
  EXPECT_NE(told.find("its CA is not trusted here"), std::string::npos) << told;
  EXPECT_NE(told.find("--upstream-ca FILE"), std::string::npos) << told;
  EXPECT_NE(rig_->got(Side::kClient).find("<remote-connection-failed"), std::string::npos);
  EXPECT_NE(rig_->got(Side::kClient).find("its CA is not trusted here"), std::string::npos);
}

TEST_F(UpstreamCertificate, ForAnotherNameIsRefused) {
  std::string error;
  const std::string told = told_with(*server_ca().mint("other.example", kNow, error));
  EXPECT_EQ(
      told,
      "the server's certificate is not for example.org (it is for: other.example); check the domain, or "
      "accept anything with --insecure-upstream");
}

TEST_F(UpstreamCertificate, ThatHasExpiredIsRefused) {
  std::string error;
  const std::string told = told_with(*server_ca().mint("example.org", kNow - std::chrono::days(300), error));
  EXPECT_NE(told.find("it has expired"), std::string::npos) << told;
}

TEST_F(UpstreamCertificate, ThatIsSelfSignedIsRefused) {
  std::string error;
  auto ca = proxy::CertificateAuthority::generate(kNow, error);
  const std::string pem = ca->key_and_certificate_pem();
  proxy::Leaf leaf;
  const proxy::BioPtr key(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const proxy::BioPtr certificate(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  leaf.key.reset(PEM_read_bio_PrivateKey(key.get(), nullptr, nullptr, nullptr));
  leaf.certificate.reset(PEM_read_bio_X509(certificate.get(), nullptr, nullptr, nullptr));
  const std::string told = told_with(leaf);
  EXPECT_NE(told.find("it is self-signed"), std::string::npos) << told;
}

TEST_F(UpstreamCertificate, ErrorComesAlsoToAClientThatSendsNoHeader) {
  std::string error;
  server_context_ = server_context(*server_ca().mint("other.example", kNow, error));
  Rig& r = rig();
  begin();
  upgrade();
  EXPECT_EQ(r.got(Side::kClient).find("<stream:error"), std::string::npos);
  r.time_passes(std::chrono::seconds(5));
  EXPECT_NE(r.got(Side::kClient).find("<remote-connection-failed"), std::string::npos);
  r.time_passes(std::chrono::seconds(3));
  EXPECT_TRUE(r.session().finished());
}

TEST_F(UpstreamCertificate, IsAcceptedWhenTheUserSaysSo) {
  contexts_ = make_contexts(true);
  client_context_ = client_context(contexts_->ca().certificate());
  std::string error;
  server_context_ = server_context(*server_ca().mint("other.example", kNow, error));
  Rig& r = rig();
  begin();
  upgrade();
  log_in();
  bool seen = false;
  for (const auto& fact : r.tls_facts) {
    if (fact.leg != Leg::kServer) continue;
    seen = true;
    EXPECT_EQ(fact.verification, "not verified (--insecure-upstream)");
  }
  EXPECT_TRUE(seen);
  r.expect_books_balance();
}

}  // namespace
}  // namespace test
