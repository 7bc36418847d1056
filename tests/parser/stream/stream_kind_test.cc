// Captions of streams between servers and of components.
#include "parser/stream/stream_kind.h"

#include <gtest/gtest.h>

#include "tests/parser/stream/session_driver.h"

namespace parser {
namespace {

using testing::SessionDriver;

TEST(StreamKind, WhoeverHasTheTurnIsToldWhatToSend) {
  size_t rows = 0;
  for (const StreamKind kind : {StreamKind::kServer, StreamKind::kServerWaiting, StreamKind::kServerBoth,
                                StreamKind::kComponentAccept, StreamKind::kComponentConnect}) {
    for (size_t i = 0; i <= static_cast<size_t>(Phase::kMidSession); ++i) {
      const auto phase = static_cast<Phase>(i);
      EXPECT_FALSE(caption(phase, kind).empty());
      if (phase_on(kind, phase) != nullptr) ++rows;
      const bool initiator = !may_send(phase, Direction::kC2S, kind).empty();
      const bool responder = !may_send(phase, Direction::kS2C, kind).empty();
      const std::string_view whose = turn(phase, kind);
      EXPECT_FALSE(whose.empty());
      if (whose == "client") {
        EXPECT_TRUE(initiator) << name(phase);
      }
      if (whose == "server") {
        EXPECT_TRUE(responder) << name(phase);
      }
      if (whose == "any" || whose == "both" || whose == "other") {
        EXPECT_TRUE(initiator && responder) << name(phase);
      }
    }
  }
  EXPECT_GT(rows, 30u);
}

TEST(StreamKind, ClientsHaveTheirOwnTable) {
  for (size_t i = 0; i <= static_cast<size_t>(Phase::kMidSession); ++i) {
    const auto phase = static_cast<Phase>(i);
    EXPECT_EQ(caption(phase, StreamKind::kClient), caption(phase));
  }
}

TEST(StreamKind, DialbackMovesFromAskingToWaitingToSending) {
  SessionDriver session;
  session.client(
      "<stream:stream from='example.com' to='example.net' version='1.0' xmlns='jabber:server' "
      "xmlns:stream='http://etherx.jabber.org/streams'>");
  EXPECT_EQ(session.state.kind(), StreamKind::kServer);
  session.server(
      "<stream:stream from='example.net' to='example.com' id='s1' version='1.0' xmlns='jabber:server' "
      "xmlns:stream='http://etherx.jabber.org/streams'>");
  session.server("<stream:features xmlns:stream='http://etherx.jabber.org/streams'/>");
  session.client(
      "<db:result xmlns:db='jabber:server:dialback' from='example.com' to='example.net'>key</db:result>");
  EXPECT_EQ(session.state.kind(), StreamKind::kServerWaiting);
  EXPECT_EQ(turn(session.state.phase(), session.state.kind()), "server");
  session.server(
      "<db:result xmlns:db='jabber:server:dialback' from='example.net' to='example.com' type='valid'/>");
  EXPECT_EQ(session.state.kind(), StreamKind::kServer);
  EXPECT_EQ(session.state.phase(), Phase::kEstablished);
}

TEST(StreamKind, ComponentWaitsForItsHandshakeToBeAccepted) {
  SessionDriver session;
  session.client(
      "<stream:stream to='gw.example.com' xmlns='jabber:component:accept' "
      "xmlns:stream='http://etherx.jabber.org/streams'>");
  session.server(
      "<stream:stream from='gw.example.com' id='c1' xmlns='jabber:component:accept' "
      "xmlns:stream='http://etherx.jabber.org/streams'>");
  EXPECT_EQ(session.state.kind(), StreamKind::kComponentAccept);
  EXPECT_EQ(may_send(session.state.phase(), Direction::kC2S, session.state.kind()),
            "<handshake/> with the hash");
}

}  // namespace
}  // namespace parser
