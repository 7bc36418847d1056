// The captions are complete, and say the same as whose turn it is.
#include "parser/stream/phase.h"

#include <gtest/gtest.h>

namespace parser {
namespace {

TEST(Phase, WhoeverHasTheTurnIsToldWhatToSend) {
  for (size_t i = 0; i <= static_cast<size_t>(Phase::kMidSession); ++i) {
    const auto phase = static_cast<Phase>(i);
    EXPECT_FALSE(caption(phase).empty()) << name(phase);
    const bool client = !may_send(phase, Direction::kC2S).empty();
    const bool server = !may_send(phase, Direction::kS2C).empty();
    const std::string_view whose = turn(phase);
    if (whose == "client") {
      EXPECT_TRUE(client) << name(phase);
    }
    if (whose == "server") {
      EXPECT_TRUE(server) << name(phase);
    }
    if (whose == "both" || whose == "any" || whose == "other") {
      EXPECT_TRUE(client && server) << name(phase);
    }
    if (whose == "none") {
      EXPECT_FALSE(client || server) << name(phase);
    }
  }
}

TEST(Phase, TheOtherSideWaitsDuringTheHandshake) {
  EXPECT_EQ(may_send(Phase::kStartTls, Direction::kC2S), "");
  EXPECT_EQ(may_send(Phase::kStartTls, Direction::kS2C), "<proceed/> or <failure/>");
  EXPECT_EQ(may_send(Phase::kConnected, Direction::kS2C), "");
  EXPECT_EQ(may_send(Phase::kBinding, Direction::kC2S), "");
  // RFC 6120 §6.4.4: the initiating entity may abort while the server thinks.
  EXPECT_EQ(may_send(Phase::kSaslServer, Direction::kC2S), "<abort/>");
}

}  // namespace
}  // namespace parser
