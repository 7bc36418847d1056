// What the analyser makes of a session's tap: with blameless peers nobody may be blamed, whatever the proxy
// said or left out by itself.
#include <gtest/gtest.h>

#include "parser/analyzer.h"
#include "tests/proxy/streams.h"
#include "tests/proxy/tls_session.h"

namespace test {
namespace {

class AnalyzingTap final : public proxy::Tap, public parser::EventSink {
 public:
  AnalyzingTap() : analyzer_(parser::AnalyzerOptions(), *this) {}
  std::vector<std::string> findings;
  size_t elements = 0;

  void on_event(const parser::StreamEvent& event) override {
    ++elements;
    for (const auto& finding : event.findings) {
      if (finding.severity < parser::Severity::kWarning) continue;
      // The peers of these tests say the same header, without xml:lang, on every stream.
      if (finding.rule == "stream-id-reused" || finding.rule == "stream-response-lang-missing") continue;
      findings.push_back(std::string(finding.rule) + ": " + finding.message);
    }
  }
  void opened(parser::Time t, parser::ConnectionId id, const parser::ConnectionInfo& i) override {
    analyzer_.opened(t, id, i);
  }
  void upstream(parser::Time t, parser::ConnectionId id, const parser::UpstreamConnected& f) override {
    analyzer_.upstream(t, id, f);
  }
  void tls_established(parser::Time t, parser::ConnectionId id, const parser::TlsEstablished& f) override {
    analyzer_.tls_established(t, id, f);
  }
  void bytes(parser::Time t, parser::ConnectionId id, parser::Direction d, std::string_view b) override {
    analyzer_.bytes(t, id, d, b);
  }
  void edited(parser::Time t, parser::ConnectionId id, const parser::Edit& e) override {
    analyzer_.edited(t, id, e);
  }
  void notice(parser::Time t, parser::ConnectionId id, const parser::Notice& n) override {
    analyzer_.notice(t, id, n);
  }
  void closed(parser::Time t, parser::ConnectionId id, const parser::Closed& c) override {
    analyzer_.closed(t, id, c);
  }

 private:
  parser::Analyzer analyzer_;
};

class AnalyzedSession : public TlsSession {
 protected:
  AnalyzedSession() { options_.mirror = &tap_; }
  TlsPeer client_tls() { return TlsSession::client_tls("example.org", "xmpp-client"); }
  static void log_in_and_leave(Rig& r) {
    r.client_sends(kClientHeader);
    r.server_sends(kServerHeader + kFeaturesPlain);
    r.client_sends(kAuth);
    r.server_sends(kSuccess);
    r.client_sends(kClientHeader);
    r.server_sends(kServerHeader + kFeaturesBind);
    r.client_sends("<iq type='set' id='b1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>");
    r.server_sends(
        "<iq type='result' id='b1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>"
        "a@example.org/x</jid></bind></iq>");
    r.client_sends("<presence/>");
    r.client_sends(kEnd);
    r.server_sends(kEnd);
    r.ends(Side::kClient);
    r.ends(Side::kServer);
    EXPECT_TRUE(r.session().finished());
  }

  AnalyzingTap tap_;
  RigOptions options_;
};

TEST_F(AnalyzedSession, StartTlsOnBothLegsHasNoFindings) {
  Rig r(*contexts_, options_);
  r.client_sends(kClientHeader);
  r.upstream_is_there();
  r.server_sends(kServerHeader + kFeaturesStartTls);
  r.client_sends(kStartTls);
  r.server_sends(kProceed);
  r.begin_tls(Side::kServer, server_tls());
  r.begin_tls(Side::kClient, client_tls());
  log_in_and_leave(r);
  EXPECT_GT(tap_.elements, 15U);
  EXPECT_EQ(tap_.findings, std::vector<std::string>{});
}

TEST_F(AnalyzedSession, DirectTlsOnBothLegsHasNoFindings) {
  options_.direct_tls = true;
  Rig r(*contexts_, options_);
  r.begin_tls(Side::kClient, client_tls());
  r.upstream_is_there(true);
  r.begin_tls(Side::kServer, server_tls());
  log_in_and_leave(r);
  EXPECT_GT(tap_.elements, 12U);
  EXPECT_EQ(tap_.findings, std::vector<std::string>{});
}

TEST_F(AnalyzedSession, StartTlsThatTheProxyOfferedHasNoFindings) {
  options_.config.upstream_security = proxy::UpstreamSecurity::kTls;
  Rig r(*contexts_, options_);
  r.client_sends(kClientHeader);
  r.upstream_is_there(true);
  r.begin_tls(Side::kServer, server_tls());
  r.client_sends(kStartTls);
  r.begin_tls(Side::kClient, client_tls());
  log_in_and_leave(r);
  EXPECT_GT(tap_.elements, 15U);
  EXPECT_EQ(tap_.findings, std::vector<std::string>{});
}

TEST_F(AnalyzedSession, StartTlsThatTheProxyAskedForHasNoFindings) {
  options_.direct_tls = true;
  Rig r(*contexts_, options_);
  r.begin_tls(Side::kClient, client_tls());
  r.upstream_is_there(false);
  r.server_sends(kServerHeader + kFeaturesStartTls);
  r.server_sends(kProceed);
  r.begin_tls(Side::kServer, server_tls());
  log_in_and_leave(r);
  EXPECT_GT(tap_.elements, 15U);
  EXPECT_EQ(tap_.findings, std::vector<std::string>{});
}

}  // namespace
}  // namespace test
