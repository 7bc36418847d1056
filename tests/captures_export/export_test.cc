// Exporters over real samples and over every transcript of the rulebook.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "captures/export/document.h"
#include "captures/export/frame_filter.h"
#include "captures/export/lesson.h"
#include "captures/export/report.h"
#include "captures/export/scansion.h"
#include "captures/export/transcript_export.h"
#include "captures/reader.h"
#include "parser/rules/rule.h"
#include "parser/transcript.h"
#include "tests/captures/recording.h"

namespace captures {
namespace {

using parser::StreamEvent;
using testing::at;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Recording;

std::string sample(const std::string& name) {
  std::ostringstream bytes;
  bytes << std::ifstream(STANZASCOPE_SOURCE_DIR "/captures/samples/" + name + ".pcapng", std::ios::binary)
               .rdbuf();
  return std::move(bytes).str();
}

void read(std::string_view file, parser::EventSink& sink) {
  Reader reader({}, sink);
  reader.feed(file);
  reader.finish();
  ASSERT_FALSE(reader.failed()) << reader.error();
}

std::string record(std::string_view transcript) {
  const auto parsed = parser::parse_transcript(transcript);
  EXPECT_TRUE(std::holds_alternative<parser::Transcript>(parsed)) << transcript;
  if (!std::holds_alternative<parser::Transcript>(parsed)) return {};
  Recording recording;
  const parser::Time end = parser::play(std::get<parser::Transcript>(parsed), recording.analyzer, 1, at(0));
  return recording.finish(end);
}

std::string transcript_of(std::string_view file, bool show_secrets = true) {
  TranscriptExport sink({.show_secrets = show_secrets});
  read(file, sink);
  return sink.text();
}

// What of an event a transcript can say.
class Said : public parser::EventSink {
 public:
  void on_event(const StreamEvent& event) override {
    if (!parser::is_element(event.kind)) return;
    std::string line = std::string(name(event.kind)) +
                       (event.direction == parser::Direction::kC2S ? " C " : " S ") +
                       std::string(event.bytes) + " " + std::string(name(event.phase));
    for (const parser::Finding& finding : event.findings) line += "\n  " + std::string(finding.rule);
    lines.push_back(line);
  }
  std::vector<std::string> lines;
};

std::vector<std::string> said_in(std::string_view file) {
  Said said;
  read(file, said);
  return said.lines;
}

TEST(TranscriptExport, EveryTranscriptOfTheRulebookComesBackWithItsFindings) {
  for (const parser::rules::Rule* rule : parser::rules::all_rules()) {
    for (const std::string_view text : {rule->violating, rule->conforming}) {
      const std::string file = record(text);
      const std::string again = transcript_of(file);
      SCOPED_TRACE(std::string(rule->id) + "\n" + std::string(text) + "\n-->\n" + again);
      ASSERT_NO_FATAL_FAILURE(testing::expect_same(said_in(file), said_in(record(again))));
    }
  }
}

TEST(TranscriptExport, SamplesComeBackByteForByte) {
  for (const std::string name : {"prosody-slixmpp", "prosody-gosendxmpp-directtls", "demo"}) {
    SCOPED_TRACE(name);
    Said first;
    read(sample(name), first);
    Said again;
    read(record(transcript_of(sample(name))), again);
    // What the proxy changed cannot be said in a transcript, so findings that take it into account differ.
    for (Said* said : {&first, &again}) {
      for (std::string& line : said->lines) line.erase(std::min(line.find("\n  "), line.size()));
    }
    ASSERT_NO_FATAL_FAILURE(testing::expect_same(first.lines, again.lines));
  }
}

TEST(TranscriptExport, SpellsWhatTheNotationWouldTakeForItsOwn) {
  EXPECT_EQ(spell_for_transcript("<a>\n<b/>\nC: x ${y}\n</a>\n"),
            "<a>\n<b/>${byte:0A}C: x ${byte:24}{y}\n</a>${byte:0A}");
  EXPECT_EQ(spell_for_transcript(" "), "${byte:20}");
  EXPECT_EQ(spell_for_transcript("\r\t\xFF\xC3\xA9"), "${byte:0D}${byte:09}${byte:FF}é");
}

TEST(TranscriptExport, MasksSecretsUnlessAsked) {
  const std::string file = record(
      "[tls]\nC: <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' "
      "mechanism='PLAIN'>AGp1bGlldABzM2NyM3Q=</auth>");
  EXPECT_THAT(transcript_of(file), HasSubstr("AGp1bGlldABzM2NyM3Q="));
  EXPECT_THAT(transcript_of(file, false), Not(HasSubstr("AGp1bGlldABzM2NyM3Q=")));
}

nlohmann::json lesson_data(const std::string& page) {
  const std::string open = "<script type=\"application/json\" id=\"data\">";
  const size_t begin = page.find(open) + open.size();
  return nlohmann::json::parse(page.substr(begin, page.find("</script>", begin) - begin));
}

TEST(Lesson, HoldsEachStepWithCaptionAndFindings) {
  Lesson lesson({.title = "A <lesson>"});
  read(sample("demo"), lesson);
  const std::string page = lesson.html();
  EXPECT_THAT(page, HasSubstr("<title>A &lt;lesson></title>"));
  const nlohmann::json data = lesson_data(page);
  ASSERT_GE(data["sessions"].size(), 1U);
  const nlohmann::json& events = data["sessions"][0]["events"];
  ASSERT_GE(events.size(), 20U);
  size_t findings = 0;
  size_t answers = 0;
  for (const nlohmann::json& event : events) {
    EXPECT_FALSE(event["caption"].get<std::string>().empty());
    EXPECT_FALSE(event["summary"].get<std::string>().empty());
    findings += event.value("findings", nlohmann::json::array()).size();
    answers += event.contains("rtt") ? 1 : 0;
    for (const nlohmann::json& finding : event.value("findings", nlohmann::json::array())) {
      EXPECT_GE(finding["explanation"].get<std::string>().size(), 50U);
    }
  }
  EXPECT_GE(findings, 3U);
  EXPECT_GE(answers, 3U);
}

TEST(Lesson, NothingThatAPeerSentCanBecomeMarkupOfThePage) {
  Lesson lesson({.title = "x"});
  read(record("C: <message "
              "to='a@example.com'><body><![CDATA[</script><script>alert(1)</script><!--]]></body></message>"),
       lesson);
  const std::string page = lesson.html();
  EXPECT_THAT(page, Not(HasSubstr("alert(1)</script>")));
  EXPECT_THAT(page, Not(HasSubstr("<!--]]>")));
  EXPECT_NO_THROW(lesson_data(page));
}

TEST(Lesson, LeavesOutWhatIsTooMuchAndSaysSo) {
  Lesson lesson({.title = "x", .most_events = 5});
  read(sample("demo"), lesson);
  EXPECT_GT(lesson.left_out(), 10U);
  EXPECT_THAT(lesson.html(), HasSubstr("later ones are left out"));
}

TEST(Lesson, MasksSecrets) {
  const std::string file = record(
      "[tls]\nC: <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' "
      "mechanism='PLAIN'>AGp1bGlldABzM2NyM3Q=</auth>");
  Lesson lesson({.title = "x"});
  read(file, lesson);
  EXPECT_THAT(lesson.html(), Not(HasSubstr("AGp1bGlldABzM2NyM3Q=")));
}

TEST(Report, TellsWhatIsWrongWhereAndHowBusyItWas) {
  Report report({.title = "demo"});
  read(sample("demo"), report);
  const std::string text = report.markdown();
  EXPECT_THAT(text, HasSubstr("# demo\n"));
  EXPECT_THAT(text, HasSubstr("## Findings\n"));
  EXPECT_THAT(text, HasSubstr("### error: "));
  EXPECT_THAT(text, HasSubstr("## Connections\n"));
  EXPECT_THAT(text, HasSubstr("| Kind | Elements | Bytes | Median round trip | Longest |\n"));
  EXPECT_THAT(text, HasSubstr("| iq | "));
  EXPECT_THAT(report.html(), HasSubstr("<h2>Findings</h2>"));
}

TEST(Report, SaysThatThereIsNothing) {
  Report report({.title = "x"});
  read(record("C: <message id='m' type='chat' to='a@example.com'><body>Hi</body></message>"), report);
  EXPECT_THAT(report.markdown(), HasSubstr("None: everything that was seen follows the rules"));
}

TEST(Report, CountsFindingsThatItDoesNotShow) {
  std::string text = "C: <message id='m' to='a@example.com' type='nonsense'><body>Hi</body></message>\n";
  std::string many;
  for (int i = 0; i < 10; ++i) many += text;
  Report report({.title = "x", .most_findings = 3});
  read(record(many), report);
  EXPECT_THAT(report.markdown(), HasSubstr("Found 10 times"));
  EXPECT_THAT(report.markdown(), HasSubstr("7 further findings are not shown"));
}

TEST(Document, EscapesWhatWouldBeMarkup) {
  Document document("a*b");
  document.paragraph("x <y> & |z|");
  document.table({"h|1"});
  document.row({"c`d"});
  document.excerpt("```\n<x/>");
  EXPECT_EQ(document.markdown(),
            "# a\\*b\n\nx \\<y\\> & \\|z\\|\n\n| h\\|1 |\n| --- |\n| c\\`d |\n\n````xml\n```\n<x/>\n````\n");
  EXPECT_THAT(document.html(), HasSubstr("<p>x &lt;y&gt; &amp; |z|</p>\n<table>\n<tr><th>h|1</th></tr>"));
  EXPECT_THAT(document.html(), HasSubstr("</table>\n<pre>```\n&lt;x/&gt;</pre>"));
}

TEST(Scansion, WritesClientsAndWhatTheySendAndReceive) {
  ScansionExport script("two clients");
  read(sample("prosody-slixmpp"), script);
  EXPECT_EQ(script.clients(), 2U);
  const std::string text = script.text();
  EXPECT_THAT(text, ::testing::StartsWith("# two clients\n\n[Client] "));
  EXPECT_THAT(text, HasSubstr("\tpassword: password\n"));
  EXPECT_THAT(text, HasSubstr(" connects\n"));
  EXPECT_THAT(text, HasSubstr(" sends:\n\t<message"));
  EXPECT_THAT(text, HasSubstr(" receives:\n\t<message"));
  EXPECT_THAT(text, Not(HasSubstr("xmpp-bind")));
}

TEST(FrameFilter, JoinsRuns) {
  FrameFilter filter;
  const auto frame = [&filter](uint64_t number) {
    StreamEvent event;
    event.frame = number;
    filter.on_event(event);
  };
  EXPECT_EQ(filter.text(), "frame.number == 0");
  for (const uint64_t number : {3, 4, 5, 5, 9, 12, 13}) frame(number);
  EXPECT_EQ(filter.text(), "frame.number in {3..5, 9, 12..13}");
  EXPECT_TRUE(filter.complete());
}

TEST(FrameFilter, EndsEarlyWhereThereAreTooManyRuns) {
  FrameFilter filter(2);
  for (uint64_t number = 1; number < 20; number += 2) {
    StreamEvent event;
    event.frame = number;
    filter.on_event(event);
  }
  EXPECT_FALSE(filter.complete());
  EXPECT_EQ(filter.text(), "frame.number in {1, 3}");
}

}  // namespace
}  // namespace captures
