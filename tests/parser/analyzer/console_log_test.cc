// Logs as real programs write them.
#include "parser/console_log.h"

#include <gtest/gtest.h>

#include <string>

namespace parser {
namespace {

// "C:<a/> S:<b/>", sessions apart by "|".
std::string said(std::string_view text, std::optional<Direction> writer = {}) {
  const auto log = read_console_log(text, writer, "");
  if (!log) return "nothing";
  std::string out;
  for (const Transcript& session : log->sessions) {
    if (!out.empty()) out += " |";
    for (const TranscriptStep& step : session.steps) {
      if (step.kind == TranscriptStep::Kind::kTls) out += " [tls]";
      if (step.kind != TranscriptStep::Kind::kSay) continue;
      out += (step.direction == Direction::kC2S ? " C:" : " S:") + step.bytes;
    }
  }
  return out.substr(out.empty() ? 0 : 1);
}

TEST(ConsoleLog, MarksOfManyProgramsAreKnown) {
  const struct {
    std::string_view line;
    std::string_view expected;
  } lines[] = {
      {"2024-05-01 12:00:00,123 DEBUG SEND: <a/>", "C:<a/>"},  // slixmpp
      {"DEBUG    slixmpp.xmlstream RECV: <a/>", "S:<a/>"},
      {"xmpp DEBUG SENT: <a/>", "C:<a/>"},                               // libstrophe
      {"(12:03:04) jabber: Sending (ssl) (j@e.com/x): <a/>", "C:<a/>"},  // libpurple
      {"(12:03:04) jabber: Recv (ssl)(123): <a/>", "S:<a/>"},
      {"12:03:04 PM RECV (0): <a/>", "S:<a/>"},                          // Smack
      {"May 01 12:00:00 c2s55ab debug\tReceived[c2s]: <a/>", "C:<a/>"},  // Prosody: the other side's view
      {"May 01 12:00:00 c2s55ab debug\tSending[c2s]: <a/>", "S:<a/>"},
      {"[debug] (tls|<0.526.0>) Received XML on stream = <<\"<a b=\\\"c\\\"/>\">>",
       "C:<a b=\"c\"/>"},  // ejabberd
      {"[debug] (tls|<0.526.0>) Send XML on stream = <<\"<a/>\">>", "S:<a/>"},
      {"xmpp OUT <a/>", "C:<a/>"},
      {"[IN] <a/>", "S:<a/>"},
      {"⮈ IN <a/>", "S:<a/>"},
      {">> <a/>", "C:<a/>"},
      {"<< <a/>", "S:<a/>"},
      {"<<<a/>", "S:<a/>"},
      {"12:00 --> <a/>", "C:<a/>"},
      {"12:00 <-- <a/>", "S:<a/>"},
      {"C->S: <a/>", "C:<a/>"},
      {"S → C <a/>", "S:<a/>"},
      {"client: <a/>", "C:<a/>"},
      {"[12:00] server: <a/>", "S:<a/>"},
  };
  for (const auto& line : lines) EXPECT_EQ(said(line.line), line.expected) << line.line;
}

TEST(ConsoleLog, AMarkMayStandAboveItsXml) {
  EXPECT_EQ(said("SENT:\n<a/>\n\nRECV:\n<b>\n</b>\n<c/>\n"), "C:<a/> S:<b>\n</b><c/>");
  EXPECT_EQ(said("<!-- Out Mon May 1 -->\n<a/>\n<!-- In Mon May 1 -->\n<b/>\n"), "C:<a/> S:<b/>");
}

TEST(ConsoleLog, AnElementGoesOnUntilItIsComplete) {
  EXPECT_EQ(said("SEND: <a\n x='1'>\nRECV: is text here\n  <b/>\n</a>\nnoise\nRECV: <c/>"),
            "C:<a\n x='1'>\nRECV: is text here\n  <b/>\n</a> S:<c/>");
}

TEST(ConsoleLog, DecorationAndNoiseAreDropped) {
  const auto log = read_console_log("starting\nSEND: '<a/>' (5 bytes)\nparsed <iq/>\nRECV: <b/>\r\n", {}, "");
  ASSERT_TRUE(log);
  EXPECT_EQ(log->entries, 2U);
  EXPECT_EQ(log->skipped, 2U);
  EXPECT_EQ(log->sessions[0].steps[0].bytes, "<a/>");
  EXPECT_EQ(log->sessions[0].steps[1].bytes, "<b/>");
}

TEST(ConsoleLog, WhoWroteItCanBeSaid) {
  EXPECT_EQ(said("SENT: <a/>", Direction::kS2C), "S:<a/>");
  EXPECT_EQ(said("Sending[c2s]: <a/>", Direction::kC2S), "C:<a/>");
  EXPECT_EQ(said("C->S: <a/>", Direction::kS2C), "C:<a/>");
}

TEST(ConsoleLog, AStreamBeginsAtItsHeaderAndProceedIsFollowedByTls) {
  EXPECT_EQ(said("SEND: <stream:stream>\nRECV: <stream:stream>\nSEND: <starttls/>\nRECV: <proceed/>\nSEND: "
                 "<stream:stream>"),
            "C:<stream:stream> S:<stream:stream> C:<starttls/> S:<proceed/> [tls] C:<stream:stream>");
  const auto stream = read_console_log("SEND: <stream:stream>", {}, "");
  EXPECT_TRUE(stream->sessions[0].start.from_start);
  const auto middle = read_console_log("SEND: <a/>", {}, "a@b/c");
  EXPECT_FALSE(middle->sessions[0].start.from_start);
  EXPECT_EQ(middle->sessions[0].start.assumed->bound_jid, "a@b/c");
  EXPECT_FALSE(middle->sessions[0].start.assumed->complete);
}

TEST(ConsoleLog, BehindTheEndOfAStreamANewConnectionBegins) {
  EXPECT_EQ(
      said("SEND: <stream:stream>\nSEND: </stream:stream>\nRECV: </stream:stream>\nSEND: <stream:stream>"),
      "C:<stream:stream> C:</stream:stream> S:</stream:stream> | C:<stream:stream>");
}

TEST(ConsoleLog, EachByteKnowsWhereItStood) {
  const std::string text =
      "x\r\nSEND: <a>\r\n <b c=\"1\"/></a> junk\nRECV: <d/>\nXML on stream = <<\"<e f=\\\"g\\\"/>\">>";
  const auto log = read_console_log(text + "\nReceived XML on stream = <<\"<e f=\\\"g\\\"/>\">>", {}, "");
  ASSERT_TRUE(log);
  for (const Transcript& session : log->sessions) {
    for (const TranscriptStep& step : session.steps) {
      std::string again;
      for (const SourcePiece& piece : step.source) {
        EXPECT_EQ(piece.at, again.size());
        again += piece.literal ? (text + "\nReceived XML on stream = <<\"<e f=\\\"g\\\"/>\">>")
                                     .substr(piece.offset, piece.size)
                               : "\"";
      }
      EXPECT_EQ(again, step.bytes);
    }
  }
}

TEST(ConsoleLog, ProseIsNoLog) {
  EXPECT_EQ(said("I sent a message in the morning."), "nothing");
  EXPECT_EQ(said(""), "nothing");
  EXPECT_EQ(said("<html>\n<body/>\n</html>"), "nothing");
}

}  // namespace
}  // namespace parser
