#include "app/text_lines.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "app/json_lines.h"
#include "app/tally.h"
#include "app/terminal.h"
#include "parser/stream/plain_text.h"
#include "tests/support/recorded_session.h"

namespace {

using app::TextOptions;

constexpr std::string_view kHeaders =
    "C: <stream:stream to='example.com' version='1.0' xmlns='jabber:client' "
    "xmlns:stream='http://etherx.jabber.org/streams'>\n"
    "S: <stream:stream from='example.com' id='1' version='1.0' xmlns='jabber:client' "
    "xmlns:stream='http://etherx.jabber.org/streams'>\n";

std::string printed(std::string_view session, TextOptions options = {}) {
  options.time = app::TimeStyle::kUtc;
  std::string out;
  app::TextLines lines(options, [&](std::string_view text) { out += text; });
  test_support::analyze_session(std::string(kHeaders) + std::string(session), lines);
  return out;
}

TextOptions with_xml(bool show_secrets = false) {
  TextOptions options;
  options.xml = true;
  options.show_secrets = show_secrets;
  return options;
}

TEST(TextLines, PrintOneLinePerEvent) {
  EXPECT_EQ(
      printed("C: <iq type='get' id='r1'><query xmlns='jabber:iq:roster'/></iq>\n"
              "S: <iq type='result' id='r1' to='j@example.com/b'><query xmlns='jabber:iq:roster'/></iq>\n"),
      "      22:13:20.000Z #1 ● opened       connection from 127.0.0.1:40000 to 127.0.0.2:5222 "
      "(example.com)\n"
      "    1 22:13:20.100Z #1 ▶ header       stream to example.com\n"
      "    2 22:13:20.200Z #1 ◀ header       stream from example.com\n"
      "    3 22:13:20.300Z #1 ▶ iq get       roster request  id r1\n"
      "    4 22:13:20.400Z #1 ◀ iq result    roster: 0 items  → j@example.com/b  id r1  ⇄ 100.0 ms, answers "
      "frame 3\n"
      "      22:13:20.400Z #1 ● closed       connection finished\n");
}

TEST(TextLines, FindingsAndEditsStandBeneath) {
  parser::StreamEvent event;
  event.kind = parser::EventKind::kIq;
  event.connection = 7;
  event.frame = 12;
  event.direction = parser::Direction::kC2S;
  event.findings.push_back(
      {"iq-missing-id", parser::Severity::kError, {}, "RFC 6120 §8.1.3", "The iq has no id.", {}, 9});
  const std::string bytes = "<iq><secret/><x/></iq>";
  event.bytes = bytes;
  event.range = {100, 100 + bytes.size()};
  event.edits.push_back({{}, {104, 113}, "", "hide", "Why it was hidden."});
  event.edits.push_back({{}, {113, 117}, "<y/>", "hide", "Why it was hidden."});
  TextOptions options;
  options.time = app::TimeStyle::kRelative;
  std::string out;
  app::TextLines lines(options, [&](std::string_view text) { out += text; });
  lines.on_event(event);
  EXPECT_EQ(out,
            "   12    +0.000 #7 ▶ iq           iq\n"
            "        ✎ edit hide: removed “<secret/>”\n"
            "        ✎ edit hide: put “<y/>” in place of “<x/>” (Why it was hidden.)\n"
            "        ✖ error iq-missing-id: The iq has no id. [RFC 6120 §8.1.3] (frame 9)\n");
}

TEST(TextLines, NothingThatAPeerSendsReachesTheTerminalAsControl) {
  const std::string evil = "\xc2\x9b\xe2\x80\xae";  // XML 1.0 has no ESC, but C1 and bidi marks it has
  for (const bool xml : {false, true}) {
    TextOptions options;
    options.xml = xml;
    const std::string out = printed(
        "C: <message to='a" + evil + "@b' id='&#10;&#13;" + evil + "' type='" + evil + "'><body>x&#13;&#10;" +
            evil + "</body></message>\nC: <iq type='" + evil + "' id='1'><q xmlns='" + evil + "'/></iq>\n",
        options);
    EXPECT_EQ(out.find("\xc2\x9b"), std::string::npos) << out;
    EXPECT_EQ(out.find("\xe2\x80\xae"), std::string::npos) << out;
    EXPECT_EQ(out.find('\r'), std::string::npos) << out;
    EXPECT_EQ(out.find('\x1b'), std::string::npos) << out;
    EXPECT_NE(out.find("\\u{9b}"), std::string::npos) << out;
  }
}

TEST(TextLines, EscapesInBytesThatAreNoXmlAreNeutralised) {
  const std::string out = printed("C: <message>\x1b[2J\x1b]0;title\x07</message>\n", with_xml());
  EXPECT_EQ(out.find('\x1b'), std::string::npos) << out;
  EXPECT_EQ(out.find('\x07'), std::string::npos) << out;
  EXPECT_NE(out.find("violation"), std::string::npos) << out;
}

TEST(TextLines, AreCutToTheTerminal) {
  TextOptions options;
  options.width = 60;
  const std::string out = printed("C: <message to='a@b'><body>" + std::string(500, 'x') +
                                      "</body></message>\nC: <iq type='get' id='1' to='" +
                                      std::string(300, 'y') + "'><q xmlns='u'/></iq>\n",
                                  options);
  size_t lines = 0;
  for (size_t begin = 0; begin < out.size(); ++lines) {
    const size_t end = out.find('\n', begin);
    EXPECT_LE(parser::columns(std::string_view(out).substr(begin, end - begin)), 60u);
    begin = end + 1;
  }
  EXPECT_EQ(lines, 6u);
}

TEST(TextLines, ColoursComeOnlyWhenAsked) {
  constexpr std::string_view kPing = "C: <iq type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>\n";
  EXPECT_EQ(printed(kPing).find('\x1b'), std::string::npos);
  TextOptions options;
  options.color = true;
  EXPECT_NE(printed(kPing, options).find("\x1b[36m▶"), std::string::npos);
}

TEST(TextLines, SecretsAreMaskedUnlessAskedFor) {
  constexpr std::string_view kLogin =
      "C: <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGp1bGlldABzZWNyZXQ=</auth>\n";
  const std::string hidden = printed(kLogin, with_xml());
  EXPECT_EQ(hidden.find("AGp1bGlldABzZWNyZXQ="), std::string::npos) << hidden;
  EXPECT_NE(hidden.find("<auth xmlns="), std::string::npos) << hidden;
  EXPECT_NE(hidden.find("(masked: "), std::string::npos) << hidden;
  const std::string shown = printed(kLogin, with_xml(true));
  EXPECT_NE(shown.find("AGp1bGlldABzZWNyZXQ="), std::string::npos) << shown;
}

TEST(TextLines, ExplainWhereTheSessionStandsAndWhatItSpeaksOf) {
  TextOptions options;
  options.explain = true;
  const std::string out = printed(
      "C: <iq type='get' id='1'><query xmlns='urn:xmpp:mam:2'/></iq>\n"
      "C: <message to='a@b'><body>x</body><x xmlns='urn:nobody:knows'/></message>\n",
      options);
  EXPECT_NE(
      out.find(
          "▶ header       stream to example.com\n"
          "        · way: ✓ connect › ● header › tls › auth › restart › bind › session › roster › presence\n"
          "        · now: the client has introduced itself; the server answers with its own header and a "
          "stream id\n"
          "        · turn: server; may send — server: a stream header with an id\n"
          "        · http://etherx.jabber.org/streams: RFC 6120 XMPP Core: streams. "),
      std::string::npos)
      << out;
  EXPECT_NE(out.find("        · urn:xmpp:mam:2: XEP-0313 Message Archive Management. Asks an archive"),
            std::string::npos)
      << out;
  EXPECT_NE(out.find("        · urn:nobody:knows: no specification of it is known\n"), std::string::npos)
      << out;
  EXPECT_EQ(out.find("· jabber:client"), std::string::npos) << out;
}

TEST(TextLines, ExplainNothingTwice) {
  TextOptions options;
  options.explain = true;
  const std::string out = printed(
      "C: <message to='a@b'><x xmlns='urn:xmpp:mam:2'/></message>\n"
      "C: <message to='a@b'><x xmlns='urn:xmpp:mam:2'/></message>\n"
      "C: <message to='a@b'><x xmlns='urn:xmpp:delay'/></message>\n"
      "C: </stream:stream>\n",
      options);
  const auto times = [&out](std::string_view text) {
    size_t count = 0;
    for (size_t at = out.find(text); at != std::string::npos; at = out.find(text, at + 1)) ++count;
    return count;
  };
  EXPECT_EQ(times("· now: both sides have introduced themselves"), 1U) << out;
  EXPECT_EQ(times("· urn:xmpp:mam:2: XEP-0313"), 1U) << out;
  EXPECT_EQ(times("· urn:xmpp:delay: XEP-0203"), 1U) << out;
  EXPECT_EQ(times("· now: "), 3U) << out;
}

TEST(JsonLines, ExplainOnlyWhenAsked) {
  parser::StreamEvent event;
  event.kind = parser::EventKind::kFooter;
  event.phase = parser::Phase::kClosing;
  EXPECT_FALSE(nlohmann::json::parse(app::json_line(event)).contains("explanation"));
  const auto told = nlohmann::json::parse(app::json_line(event, true))["explanation"];
  EXPECT_EQ(told["turn"], "other");
  EXPECT_EQ(told["caption"], parser::caption(parser::Phase::kClosing));
  EXPECT_TRUE(told["namespaces"].empty());
  EXPECT_TRUE(told["standing"].empty());
  ASSERT_EQ(told["progress"].size(), parser::kSteps);
  EXPECT_EQ(told["progress"][0]["step"], "connect");
  EXPECT_EQ(told["progress"][0]["state"], "open");
  EXPECT_TRUE(told["condition"].is_null());
}

TEST(JsonLines, HaveTheKeysOfTheContract) {
  std::string out;
  app::JsonLines lines([&](std::string_view text) { out += text; });
  test_support::analyze_session(std::string(kHeaders) +
                                    "C: <iq type='get' id='r1' to='b'><ping xmlns='urn:xmpp:ping'/></iq>\n"
                                    "S: <iq type='result' id='r1' from='b'/>\n",
                                lines);
  EXPECT_NE(
      out.find(R"({"type":"element","time":"2023-11-14T22:13:20.300000Z","connection":1,"direction":"c2s",)"
               R"("frame":3,"kind":"iq","name":"{jabber:client}iq","from":null,"to":"b","id":"r1",)"
               R"("stanza_type":"get","payload":"{urn:xmpp:ping}ping","bytes":64,)"),
      std::string::npos)
      << out;
  EXPECT_NE(out.find(R"("answers":3,"rtt_us":100000,"findings":[]})"), std::string::npos) << out;
  EXPECT_NE(out.find(R"({"type":"connection",)"), std::string::npos) << out;
  EXPECT_NE(out.find(R"("event":"closed")"), std::string::npos) << out;
}

TEST(Tally, CountsAndComparesSeverities) {
  app::Tally tally;
  EXPECT_FALSE(tally.reached(parser::Severity::kNote));
  parser::StreamEvent event;
  event.kind = parser::EventKind::kMessage;
  event.findings.push_back({"r", parser::Severity::kWarning, {}, "c", "m", {}, 0});
  tally.on_event(event);
  EXPECT_TRUE(tally.reached(parser::Severity::kNote));
  EXPECT_TRUE(tally.reached(parser::Severity::kWarning));
  EXPECT_FALSE(tally.reached(parser::Severity::kError));
  EXPECT_EQ(tally.words(), "1 element on 1 connection, findings: 0 errors, 1 warning, 0 notes");
}

TEST(Wrap, BreaksAtBlanksAndKeepsNewlines) {
  EXPECT_EQ(app::wrap("one two three four five six", 24, 4), "    one two three four\n    five six\n");
  EXPECT_EQ(app::wrap("a\n\nb", 40, 0), "a\n\nb\n");
  EXPECT_EQ(app::wrap("one two", 0, 2), "  one two\n");
}

}  // namespace
