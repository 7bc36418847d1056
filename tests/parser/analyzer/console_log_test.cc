// Logs as real programs write them.
#include "parser/console_log.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
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

// What real programs wrote when they logged in to a Prosody on loopback (tests/cases/logs).
std::string real_log(const std::string& name) {
  std::ifstream file(std::string(STANZASCOPE_SOURCE_DIR) + "/tests/cases/logs/" + name, std::ios::binary);
  EXPECT_TRUE(file) << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

// Who says what: "C:stream S:stream …", elements by their names.
std::string names(const std::string& text) {
  const auto log = read_console_log(text, {}, "");
  std::string out;
  if (!log) return out;
  for (const Transcript& session : log->sessions) {
    for (const TranscriptStep& step : session.steps) {
      if (step.kind == TranscriptStep::Kind::kTls) out += " [tls]";
      if (step.kind != TranscriptStep::Kind::kSay) continue;
      const size_t header = step.bytes.starts_with("<?xml") ? step.bytes.find("?>") + 2 : 0;
      const size_t begin = step.bytes.find('<', header) + 1;
      out += step.direction == Direction::kC2S ? " C:" : " S:";
      out += step.bytes.substr(begin, step.bytes.find_first_of(" />", begin) - begin);
    }
  }
  return out;
}

constexpr std::string_view kSecured =
    " C:stream:stream S:stream:stream S:stream:features C:starttls S:proceed [tls] C:stream:stream "
    "S:stream:stream S:stream:features C:auth S:challenge C:response S:success C:stream:stream "
    "S:stream:stream S:stream:features";

TEST(RealLogs, DinoPrintsATreeInClarkNotation) {
  const std::string text = real_log("dino-0.4.2.log");
  EXPECT_EQ(names(text), std::string(kSecured) + " C:iq S:iq C:enable S:enabled S:message C:message");
  EXPECT_NE(said(text).find(
                "C:<message id='2ac9003f-a2a0-47eb-964f-64e36df68cdf' to='romeo@verona.example' type='chat'>"
                "<body>Wherefore &lt;art&gt; &apos;thou&apos; &amp; I?\na second line</body><active "
                "xmlns='http://jabber.org/protocol/chatstates'/>"),
            std::string::npos)
      << said(text);
  EXPECT_NE(
      said(text).find("C:<stream:stream xmlns='jabber:client' "
                      "xmlns:stream='http://etherx.jabber.org/streams' to='verona.example' version='1.0'>"),
      std::string::npos)
      << said(text);
}

TEST(RealLogs, DinoOnATerminalHidesNamespacesAndPaints) {
  const std::string text = real_log("dino-0.4.2-terminal.log");
  EXPECT_EQ(names(text), std::string(kSecured) + " C:iq S:iq C:enable S:enabled S:message");
  EXPECT_NE(
      said(text).find("<body>Two lines:\nthe second &lt;one&gt; &amp; more</body></message></forwarded>"),
      std::string::npos)
      << said(text);
}

TEST(RealLogs, DinoSortsByStreamAndPrintsSentHeadersTwice) {
  const auto mark = [](std::string_view way, std::string_view stream) {
    return "XMPP " + std::string(way) + " [a@b.example stream:" + std::string(stream) + " thread:0x1 now]\n";
  };
  const std::string header =
      "<{http://etherx.jabber.org/streams}:stream {http://www.w3.org/2000/xmlns/}:stream="
      "'http://etherx.jabber.org/streams'>\n";
  EXPECT_EQ(said(mark("OUT ROOT", "0x1") + header + "\n" + mark("OUT", "0x1") + header + mark("IN", "0x2") +
                 "<{u}:a />\n" + mark("OUT", "0x1") + "<{jabber:client}:b />\n" + mark("OUT", "0x1") +
                 "</stream:stream>\n"),
            "C:<stream:stream xmlns:stream='http://etherx.jabber.org/streams'> C:<b/> "
            "C:</stream:stream> | S:<a xmlns='u'/>");
}

TEST(RealLogs, DinosTextMayLookLikeAnything) {
  const std::string mark = "XMPP IN [a@b.example stream:0x1 thread:0x1 now]\n";
  EXPECT_EQ(said(mark + "<{jabber:client}:a {jabber:client}:b='c' d' {jabber:client}:e=''>\n  "
                        "</{jabber:client}:a>  \n<{x}:b "
                        "/>\n  <c>\n</{jabber:client}:a>\n"),
            "S:<a b='c&apos; d' e=''>&lt;/{jabber:client}:a&gt;\n&lt;{x}:b /&gt;\n&lt;c&gt;</a>");
  // What ends in the middle is left out, and what follows is read.
  EXPECT_EQ(said(mark + "<{jabber:client}:a>\n\n" + mark + "<{jabber:client}:b />\n"), "S:<b/>");
}

TEST(RealLogs, GajimWritesToItsLogAndToItsConsole) {
  // What one packet brought stands together.
  EXPECT_EQ(
      names(real_log("gajim-1.7.3-verbose.log")),
      " C:stream:stream S:stream:stream C:starttls S:proceed [tls] C:stream:stream S:stream:stream C:auth "
      "S:challenge C:response S:success C:stream:stream S:stream:stream C:iq S:iq C:enable C:iq S:message");
  EXPECT_EQ(names(real_log("gajim-1.7.3-console.txt")), " S:presence S:message S:r C:a S:presence S:r C:a");
}

TEST(RealLogs, GajimsAccountsAreSessions) {
  const auto line = [](std::string_view account, std::string_view way, std::string_view xml) {
    return "11/22/26 20:16:57 (I) nbxmpp.connection        |          (" + std::string(account) +
           ") ::::: DATA " + std::string(way) + " ::::\n\n" + std::string(xml) + "\n\n";
  };
  EXPECT_EQ(said(line("juliet", "SENT", "<a/>") + line("romeo", "SENT", "<b/>") +
                 line("juliet", "RECEIVED", "<c/>")),
            "C:<a/> S:<c/> | C:<b/>");
}

TEST(RealLogs, PsiSpeaksInColours) {
  const std::string expected = std::string(kSecured) +
                               " C:iq C:iq S:iq C:enable S:enabled C:iq S:r C:a S:iq C:iq S:r C:a S:iq "
                               "C:presence C:iq C:iq S:message C:a";
  EXPECT_EQ(names(real_log("psi-1.5-console.html")), expected);
  const auto log = read_console_log(real_log("psi-1.5-console.html"), {}, "");
  EXPECT_EQ(log->guessed, 0U);
  EXPECT_TRUE(log->nonzas_early);
  EXPECT_NE(said(real_log("psi-1.5-console.html"))
                .find("<body>Two lines:\nthe second &lt;one&gt; &amp; more</body>"),
            std::string::npos);
}

TEST(RealLogs, PsisPlainTextIsReadByWhatIsSaid) {
  // The last <a/> of the excerpt lost its <r/>.
  const std::string expected = std::string(kSecured) +
                               " C:iq C:iq S:iq C:enable S:enabled C:iq S:r C:a S:iq C:iq S:r C:a S:iq "
                               "C:presence C:iq C:iq S:message S:a";
  EXPECT_EQ(names(real_log("psi-1.5-console.txt")), expected);
  EXPECT_EQ(read_console_log(real_log("psi-1.5-console.txt"), {}, "")->guessed, 5U);
}

TEST(ConsoleLog, WordsOfAMessageAreNoMarks) {
  EXPECT_EQ(said("RECV: <a><b>hello\nsent from my phone</b>\nsent </a>\nSENT: <c/>"),
            "S:<a><b>hello\nsent from my phone</b>\nsent </a> C:<c/>");
}

TEST(ConsoleLog, ProseIsNoLog) {
  EXPECT_EQ(said("I sent a message in the morning."), "nothing");
  EXPECT_EQ(said(""), "nothing");
  EXPECT_EQ(said("<html>\n<body/>\n</html>"), "nothing");
}

}  // namespace
}  // namespace parser
