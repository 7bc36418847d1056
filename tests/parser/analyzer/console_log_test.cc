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

const std::string kHeader = "<stream:stream xmlns:stream='http://etherx.jabber.org/streams'>";

TEST(ConsoleLog, AStreamBeginsAtItsHeaderAndProceedIsFollowedByTls) {
  EXPECT_EQ(said("SEND: " + kHeader + "\nRECV: " + kHeader +
                 "\nSEND: <starttls/>\nRECV: <proceed/>\nSEND: " + kHeader),
            "C:" + kHeader + " S:" + kHeader + " C:<starttls/> S:<proceed/> [tls] C:" + kHeader);
  const auto stream = read_console_log("SEND: <stream:stream>", {}, "");
  EXPECT_TRUE(stream->sessions[0].start.from_start);
  const auto middle = read_console_log("SEND: <a/>", {}, "a@b/c");
  EXPECT_FALSE(middle->sessions[0].start.from_start);
  EXPECT_EQ(middle->sessions[0].start.assumed->bound_jid, "a@b/c");
  EXPECT_FALSE(middle->sessions[0].start.assumed->complete);
}

TEST(ConsoleLog, BehindTheEndOfAStreamANewConnectionBegins) {
  EXPECT_EQ(said("SEND: " + kHeader + "\nSEND: </stream:stream>\nRECV: </stream:stream>\nSEND: " + kHeader),
            "C:" + kHeader + " C:</stream:stream> S:</stream:stream> | C:" + kHeader);
}

TEST(ConsoleLog, HeadersWithoutNamespacesGetTheUsualOnes) {
  const auto log = read_console_log("RECV: <stream:stream id='1' from='a.example'>\nRECV: <a/>", {}, "");
  EXPECT_TRUE(log->mended_headers);
  EXPECT_EQ(log->sessions[0].steps[0].bytes,
            "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='1' "
            "from='a.example'>");
}

TEST(ConsoleLog, ServersLinesAreSortedBySession) {
  EXPECT_EQ(said("c2s564ea5133ce0 debug\tRECV: <a/>\nc2s99990000ffff debug\tRECV: <b/>\n"
                 "c2s564ea5133ce0 debug\tSEND: <c/>\n"),
            "C:<a/> S:<c/> | C:<b/>");
  EXPECT_EQ(said("[debug] <0.1.0> (tls|<0.744.0>) Received XML on stream = <<\"<a/>\">>\n"
                 "[debug] <0.1.0> (tls|<0.755.0>) Received XML on stream = <<\"<b/>\">>\n"
                 "[debug] <0.1.0> (tls|<0.744.0>) Send XML on stream = <<\"<c/>\">>\n"),
            "C:<a/> S:<c/> | C:<b/>");
}

TEST(ConsoleLog, OfProsodyHasHeadersMadeUpAndFirstTagsClosed) {
  const std::string key = "c2s564ea5133ce0 debug\t";
  const std::string header =
      "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0' ";
  const std::string lines = key + "Client sent opening <stream:stream> to a.example\n" + key +
                            "Sending[c2s_unauthed]: <?xml version='1.0'?>\n" + key +
                            "Sent reply <stream:stream> to client\n";
  EXPECT_EQ(
      said(lines + key + "Received[c2s]: <iq id='1'>\n" + key + "Sending[c2s]: <r xmlns='u'/>\n" +
           "rostermanager debug\tload_roster: asked\n" + key + "Archiving stanza: <message> (body)\n"),
      "C:" + header + "to='a.example'> S:" + header + "from='a.example'> C:<iq id='1'/> S:<r xmlns='u'/>");
  // With mod_stanza_debug the whole stanzas are there, and the first tags are not taken twice.
  EXPECT_EQ(said(lines + key + "RECV: <iq id='1'><a/></iq>\n" + key + "Received[c2s]: <iq id='1'>\n" + key +
                 "Sending[c2s]: </stream:stream>\n"),
            "C:" + header + "to='a.example'> S:" + header +
                "from='a.example'> C:<iq id='1'><a/></iq> "
                "S:</stream:stream>");
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
