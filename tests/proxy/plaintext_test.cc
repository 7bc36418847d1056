// Sessions without TLS, as playbooks.
#include <gtest/gtest.h>

#include "tests/proxy/rig.h"
#include "tests/proxy/streams.h"
#include "tests/support/playbook.h"

namespace test {
namespace {

class PlaintextSession : public testing::Test {
 protected:
  static proxy::TlsContexts& contexts() {
    static const auto instance = make_contexts();
    return *instance;
  }
  Rig& rig(const RigOptions& options = {}) {
    rig_ = std::make_unique<Rig>(contexts(), options);
    return *rig_;
  }
  std::unique_ptr<Rig> rig_;
};

TEST_F(PlaintextSession, ClientAndServerTalkAndPart) {
  Rig& r = rig();
  Playbook book(r.lines);
  book.step("the client's header", [&] { r.client_sends(kClientHeader); }, {"connect example.org"});
  book.step("the upstream is there", [&] { r.upstream_is_there(); }, {"to server: " + kClientHeader});
  book.step("the server's header", [&] { r.server_sends(kServerHeader); }, {"to client: " + kServerHeader});
  book.step("features", [&] { r.server_sends(kFeaturesPlain); }, {"to client: " + kFeaturesPlain});
  book.step("auth", [&] { r.client_sends(kAuth); }, {"to server: " + kAuth});
  book.step("success", [&] { r.server_sends(kSuccess); }, {"to client: " + kSuccess});
  book.step("the second header", [&] { r.client_sends(kClientHeader); }, {"to server: " + kClientHeader});
  book.step("the second answer", [&] { r.server_sends(kServerHeader + kFeaturesBind); },
            {"to client: " + kServerHeader, "to client: " + kFeaturesBind});
  book.step("a part of a message", [&] { r.client_sends("<message"); }, {"to server: <message"});
  book.step("the rest", [&] { r.client_sends(" to='b'/>"); }, {"to server:  to='b'/>"});
  book.step("the client ends its stream", [&] { r.client_sends(kEnd); }, {"to server: " + kEnd});
  book.step("and its half of the connection", [&] { r.ends(Side::kClient); }, {"shutdown server"});
  book.step("the server does so too", [&] { r.server_sends(kEnd); }, {"to client: " + kEnd});
  book.step("and is gone", [&] { r.ends(Side::kServer); }, {"close"});
  book.run();
  ASSERT_TRUE(r.closed());
  EXPECT_EQ(r.closed_fact->how, parser::Closed::How::kFinished);
  EXPECT_EQ(r.closed_fact->reason, "");
  EXPECT_TRUE(r.edits.empty());
  r.expect_books_balance();
}

TEST_F(PlaintextSession, GivenUpstreamIsConnectedAtOnce) {
  RigOptions options;
  options.config.upstream_given = true;
  Rig& r = rig(options);
  EXPECT_EQ(r.lines, (std::vector<std::string>{"connect "}));
  r.upstream_is_there();
  r.client_sends(kClientHeader);
  EXPECT_EQ(r.got(Side::kServer), kClientHeader);
  r.expect_books_balance();
}

TEST_F(PlaintextSession, HeaderAndWhatFollowsWaitForTheUpstream) {
  Rig& r = rig();
  r.client_sends(kClientHeader + kAuth);
  EXPECT_EQ(r.got(Side::kServer), "");
  EXPECT_EQ(r.tapped(parser::Direction::kC2S), "") << "tapped only when it is known what becomes of it";
  r.upstream_is_there();
  EXPECT_EQ(r.got(Side::kServer), kClientHeader + kAuth);
  r.expect_books_balance();
}

TEST_F(PlaintextSession, ClientIsHeldBackWhileTheUpstreamConnects) {
  RigOptions options;
  options.config.max_header_bytes = 1000;
  Rig& r = rig(options);
  EXPECT_TRUE(r.session().wants(Side::kClient));
  r.client_sends(kClientHeader);
  EXPECT_TRUE(r.session().wants(Side::kClient));
  r.client_sends(std::string(1000, ' '));
  EXPECT_FALSE(r.session().wants(Side::kClient));
  r.upstream_is_there();
  EXPECT_TRUE(r.session().wants(Side::kClient));
  r.expect_books_balance();
}

TEST_F(PlaintextSession, UpstreamFailureReachesTheClientAsAStreamError) {
  Rig& r = rig();
  Playbook book(r.lines);
  book.step("header", [&] { r.client_sends(kClientHeader); }, {"connect example.org"});
  book.step("no way", [&] { r.upstream_fails("nothing listens on 127.0.0.1:1; is the server up?"); },
            {"to client: <?xml version='1.0'?><stream:stream from='example.org' id='proxy-7' version='1.0' "
             "xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'><stream:error>"
             "<remote-connection-failed xmlns='urn:ietf:params:xml:ns:xmpp-streams'/><text "
             "xmlns='urn:ietf:params:xml:ns:xmpp-streams' xml:lang='en'>nothing listens on 127.0.0.1:1; is "
             "the server "
             "up?</text></stream:error></stream:stream>",
             "shutdown client"});
  book.step("the client goes", [&] { r.ends(Side::kClient); }, {"close"});
  book.run();
  EXPECT_EQ(r.closed_fact->how, parser::Closed::How::kUpstreamFailed);
  ASSERT_EQ(r.logs.size(), 1U);
  EXPECT_EQ(r.logs[0].second, "nothing listens on 127.0.0.1:1; is the server up?");
  EXPECT_EQ(r.edit_names(), (std::vector<std::string>{"not-forwarded", "proxy-stream-error"}));
  r.expect_books_balance();
}

TEST_F(PlaintextSession, ErrorWaitsForTheHeaderOfAClientThatHasNotSpoken) {
  RigOptions options;
  options.config.upstream_given = true;
  Rig& r = rig(options);
  r.upstream_fails("refused");
  EXPECT_EQ(r.got(Side::kClient), "");
  r.client_sends(kClientHeader);
  EXPECT_NE(r.got(Side::kClient).find("<remote-connection-failed"), std::string::npos);
  // A client that does not hang up is not waited for.
  EXPECT_FALSE(r.session().finished());
  r.time_passes(std::chrono::seconds(3));
  EXPECT_TRUE(r.session().finished());
  r.expect_books_balance();
}

TEST_F(PlaintextSession, WhatComesBehindAFailureIsNotKept) {
  Rig& r = rig();
  r.client_sends(kClientHeader);
  r.upstream_fails("no route to host");
  r.expect_all_received = false;
  // A comment between stanzas is a violation that framing survives.
  const std::string text = "<!--" + std::string(100'000, 'x') + "-->";
  for (int i = 0; i < 5; ++i) {
    r.client_sends(text);
    EXPECT_EQ(r.tapped(parser::Direction::kC2S).size(), kClientHeader.size() + (i + 1) * text.size())
        << "reported, so that it need not be held";
  }
  r.expect_books_balance();
}

TEST_F(PlaintextSession, ManySmallElementsInOneReadCostTimeInProportion) {
  const auto time_of = [](size_t bytes) {
    RigOptions options;
    options.config.upstream_given = true;
    options.show_bytes = false;
    Rig r(contexts(), options);
    r.upstream_is_there();
    r.client_sends(kClientHeader);
    std::string elements;
    while (elements.size() < bytes) elements += "<a/>";
    const auto begin = std::chrono::steady_clock::now();
    r.client_sends(elements);
    const auto end = std::chrono::steady_clock::now();
    EXPECT_EQ(r.got(Side::kServer), kClientHeader + elements);
    return std::chrono::duration<double>(end - begin).count();
  };
  // Twenty times as much; what was quadratic took four hundred times as long.
  const double small = time_of(20'000);
  EXPECT_LT(time_of(400'000), 120 * small);
}

TEST_F(PlaintextSession, HeaderWithoutDomainIsAnswered) {
  Rig& r = rig();
  r.client_sends(
      "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>");
  EXPECT_NE(r.got(Side::kClient).find("<host-unknown"), std::string::npos);
  EXPECT_NE(r.got(Side::kClient).find("--upstream HOST:PORT"), std::string::npos);
  r.cuts(Side::kClient);
  EXPECT_EQ(r.closed_fact->how, parser::Closed::How::kRefused);
  r.expect_books_balance();
}

TEST_F(PlaintextSession, TlsOnThePlaintextListenerIsExplained) {
  Rig& r = rig();
  r.client_sends(std::string("\x16\x03\x01\x02\x00\x01", 6));
  ASSERT_EQ(r.logs.size(), 1U);
  EXPECT_EQ(
      r.logs[0].second,
      "the client began with TLS on a listener for plaintext and STARTTLS; let it connect to the one of "
      "--listen-tls");
  r.cuts(Side::kClient);
  EXPECT_TRUE(r.session().finished());
  r.expect_books_balance();
}

TEST_F(PlaintextSession, OtherProtocolsAreTurnedAway) {
  Rig& r = rig();
  r.client_sends("GET / HTTP/1.1\r\nHost: example.org\r\n\r\n");
  EXPECT_NE(r.got(Side::kClient).find("<stream:error><not-well-formed"), std::string::npos);
  r.cuts(Side::kClient);
  EXPECT_EQ(r.closed_fact->how, parser::Closed::How::kRefused);
  r.expect_books_balance();
}

TEST_F(PlaintextSession, MalformedXmlIsForwardedAsItIs) {
  Rig& r = rig();
  r.client_sends(kClientHeader);
  r.upstream_is_there();
  r.server_sends(kServerHeader + kFeaturesPlain);
  r.client_sends("<iq></wrong><more");
  EXPECT_EQ(r.got(Side::kServer), kClientHeader + "<iq></wrong><more");
  r.client_sends(">\xFF");
  EXPECT_EQ(r.got(Side::kServer), kClientHeader + "<iq></wrong><more>\xFF");
  ASSERT_FALSE(r.logs.empty());
  EXPECT_EQ(r.logs[0].first, "warning");
  r.server_sends("<stream:error/>" + kEnd);
  EXPECT_TRUE(r.got(Side::kClient).ends_with("<stream:error/>" + kEnd));
  r.expect_books_balance();
}

TEST_F(PlaintextSession, CommentsBetweenStanzasAreForwardedAtOnce) {
  Rig& r = rig();
  r.client_sends(kClientHeader);
  r.upstream_is_there();
  r.client_sends("<!-- hello -->");
  EXPECT_EQ(r.got(Side::kServer), kClientHeader + "<!-- hello -->");
  r.client_sends("<iq type='get' id='1'><!-- inside --><x xmlns='y'/></iq> ");
  EXPECT_EQ(r.got(Side::kServer),
            kClientHeader + "<!-- hello --><iq type='get' id='1'><!-- inside --><x xmlns='y'/></iq> ");
  r.expect_books_balance();
}

TEST_F(PlaintextSession, WithoutUpstreamEncryptionStartTlsIsHidden) {
  RigOptions options;
  options.config.upstream_security = proxy::UpstreamSecurity::kNone;
  Rig& r = rig(options);
  r.client_sends(kClientHeader);
  r.upstream_is_there();
  r.server_sends(kServerHeader + kFeaturesStartTls);
  EXPECT_EQ(r.got(Side::kClient), kServerHeader + "<stream:features></stream:features>");
  EXPECT_EQ(r.edit_names(), (std::vector<std::string>{"hide-starttls"}));
  r.expect_books_balance();
}

TEST_F(PlaintextSession, RefusedStartTlsGoesOnInPlaintext) {
  Rig& r = rig();
  r.client_sends(kClientHeader);
  r.upstream_is_there();
  r.server_sends(kServerHeader + kFeaturesStartTls);
  r.client_sends(kStartTls);
  r.client_sends(kAuth);
  EXPECT_EQ(r.got(Side::kServer), kClientHeader + kStartTls)
      << "it may be TLS: it waits for the server's word";
  r.server_sends(kTlsFailure);
  EXPECT_EQ(r.got(Side::kServer), kClientHeader + kStartTls + kAuth);
  r.expect_books_balance();
}

TEST_F(PlaintextSession, SeeOtherHostIsForwardedAndReported) {
  Rig& r = rig();
  r.client_sends(kClientHeader);
  r.upstream_is_there();
  const std::string error =
      "<stream:error><see-other-host xmlns='urn:ietf:params:xml:ns:xmpp-streams'>node2.example.org:5222"
      "</see-other-host></stream:error>" +
      kEnd;
  r.server_sends(kServerHeader + error);
  EXPECT_EQ(r.got(Side::kClient), kServerHeader + error);
  ASSERT_EQ(r.notices.size(), 1U);
  EXPECT_EQ(r.notices[0].name, "see-other-host");
  EXPECT_NE(r.notices[0].text.find("node2.example.org:5222"), std::string::npos);
  r.expect_books_balance();
}

TEST_F(PlaintextSession, ResetDeliversWhatCameBeforeAndClosesBothSides) {
  Rig& r = rig();
  r.client_sends(kClientHeader);
  r.upstream_is_there();
  r.server_sends(kServerHeader + "<stream:fea");
  r.lines.clear();
  r.resets(Side::kServer);
  EXPECT_EQ(r.lines, (std::vector<std::string>{"to client: <stream:fea", "close"}));
  EXPECT_EQ(r.closed_fact->how, parser::Closed::How::kReset);
  EXPECT_EQ(r.closed_fact->reason, "the server's connection broke: connection reset by peer");
  r.expect_books_balance();
}

TEST_F(PlaintextSession, SilentClientIsTimedOut) {
  Rig& r = rig();
  ASSERT_TRUE(r.wake.has_value());
  EXPECT_EQ(*r.wake, kNow + std::chrono::seconds(30));
  r.time_passes(std::chrono::seconds(29));
  EXPECT_FALSE(r.session().finished());
  r.time_passes(std::chrono::seconds(1));
  EXPECT_TRUE(r.session().finished());
  EXPECT_EQ(r.closed_fact->how, parser::Closed::How::kTimeout);
  EXPECT_EQ(r.closed_fact->reason, "the client sent no stream header within 30 s");
  EXPECT_NE(r.got(Side::kClient).find("<connection-timeout"), std::string::npos);
  r.expect_books_balance();
}

TEST_F(PlaintextSession, HalfClosedConnectionThatNeverEndsIsEnded) {
  Rig& r = rig();
  r.client_sends(kClientHeader);
  r.upstream_is_there();
  r.ends(Side::kClient);
  r.time_passes(std::chrono::seconds(20));
  r.server_sends(kServerHeader);  // still talking: the time begins anew
  r.time_passes(std::chrono::seconds(20));
  EXPECT_FALSE(r.session().finished());
  r.time_passes(std::chrono::seconds(11));
  EXPECT_TRUE(r.session().finished());
  EXPECT_EQ(r.closed_fact->how, parser::Closed::How::kTimeout);
  r.expect_books_balance();
}

TEST_F(PlaintextSession, HalfClosedConnectionLivesWhileItsOutputIsTaken) {
  Rig& r = rig();
  r.client_sends(kClientHeader);
  r.upstream_is_there();
  r.server_sends(kServerHeader);
  r.ends(Side::kClient);
  for (int i = 0; i < 4; ++i) {  // the server is not read meanwhile: the client is slow
    r.time_passes(std::chrono::seconds(20));
    r.session().output_taken(r.now);
  }
  EXPECT_FALSE(r.session().finished());
  r.time_passes(std::chrono::seconds(31));
  EXPECT_TRUE(r.session().finished());
  EXPECT_EQ(r.closed_fact->how, parser::Closed::How::kTimeout);
}

TEST_F(PlaintextSession, ShutdownTellsBothSidesBetweenElements) {
  Rig& r = rig();
  r.client_sends(kClientHeader);
  r.upstream_is_there();
  r.server_sends(kServerHeader + kFeaturesPlain);
  r.session().shutdown(r.now);
  r.pump();
  EXPECT_TRUE(r.got(Side::kClient).ends_with("</stream:error></stream:stream>"));
  EXPECT_TRUE(r.got(Side::kServer).ends_with("</stream:error></stream:stream>"));
  EXPECT_NE(r.got(Side::kClient).find("<system-shutdown"), std::string::npos);
  EXPECT_EQ(r.closed_fact->how, parser::Closed::How::kShutdown);
  r.expect_books_balance();
}

TEST_F(PlaintextSession, ShutdownPutsNothingIntoAnElementThatIsUnderWay) {
  Rig& r = rig();
  r.client_sends(kClientHeader);
  r.upstream_is_there();
  r.server_sends(kServerHeader + "<stream:features");
  r.session().shutdown(r.now);
  r.pump();
  EXPECT_EQ(r.got(Side::kClient), kServerHeader + "<stream:features");
  EXPECT_TRUE(r.session().finished());
  r.expect_books_balance();
}

TEST_F(PlaintextSession, IdleTimeoutIsToldToBothSides) {
  Rig& r = rig();
  r.client_sends(kClientHeader);
  r.upstream_is_there();
  r.server_sends(kServerHeader + kFeaturesPlain);
  r.session().idle_timeout(r.now);
  r.pump();
  EXPECT_NE(r.got(Side::kClient).find("<connection-timeout"), std::string::npos);
  EXPECT_EQ(r.closed_fact->how, parser::Closed::How::kTimeout);
  r.expect_books_balance();
}

TEST_F(PlaintextSession, ClientThatLeavesBeforeTheServerIsReachedEndsTheSession) {
  Rig& r = rig();
  r.client_sends(kClientHeader);
  r.lines.clear();
  r.ends(Side::kClient);
  EXPECT_EQ(r.lines, (std::vector<std::string>{"close"}));
  EXPECT_EQ(r.closed_fact->reason, "the client left before the server was reached");
}

TEST_F(PlaintextSession, CompressedStreamIsForwardedRaw) {
  Rig& r = rig();
  r.client_sends(kClientHeader);
  r.upstream_is_there();
  r.server_sends(kServerHeader + "<compressed xmlns='http://jabber.org/protocol/compress'/>");
  r.server_sends(std::string("\x78\x9c\x00\xff<", 5));
  r.client_sends(std::string("\x78\x9c\x00\xfe>", 5));
  EXPECT_TRUE(r.got(Side::kClient).ends_with(std::string("\x78\x9c\x00\xff<", 5)));
  EXPECT_TRUE(r.got(Side::kServer).ends_with(std::string("\x78\x9c\x00\xfe>", 5)));
  EXPECT_TRUE(r.logs.empty());
  r.expect_books_balance();
}

}  // namespace
}  // namespace test
