// What is promised: the same session with other names in it. Whatever is counted, paired, timed or found
// wrong is the same before and after, for every transcript of the rulebook and every recorded sample.
#include "captures/redact/redactor.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "captures/reader.h"
#include "captures/redact/word_search.h"
#include "captures/writer.h"
#include "parser/rules/rule.h"
#include "parser/transcript.h"
#include "tests/captures/recording.h"

namespace captures {
namespace {

using parser::StreamEvent;
using testing::at;
using testing::Recording;
using testing::StringOutput;

// What must not change about an event.
class Skeleton : public parser::EventSink {
 public:
  void on_event(const StreamEvent& event) override {
    std::ostringstream out;
    out << name(event.kind) << ' ' << event.time.time_since_epoch().count() << ' ' << event.connection << ' '
        << parser::index(event.direction) << " [" << event.range.begin << ',' << event.range.end << ") {"
        << event.ns << '}' << event.local << " type=" << event.stanza_type << ' ' << name(event.phase)
        << " ids " << event.id.size() << event.from.size() << event.to.size();
    if (event.answers) out << " answers " << event.answers->frame << ' ' << event.answers->rtt.count();
    for (const parser::Finding& finding : event.findings) {
      out << "\n  " << finding.rule << ' ' << name(finding.severity) << " [" << finding.range.begin << ','
          << finding.range.end << ") " << finding.frame;
    }
    if (event.error) out << "\n  error " << name(event.error->code);
    lines.push_back(out.str());
  }
  std::vector<std::string> lines;
};

std::string redact(std::string_view file, const RedactOptions& options, RedactSummary* summary = nullptr) {
  StringOutput output;
  Writer writer({.application = "test"}, &output);
  parser::AnalyzerOptions numbered;
  numbered.numbering = &writer;
  parser::Analyzer analyzer(numbered, writer);
  Redactor redactor(options, analyzer);
  parser::AnalyzerOptions silent;
  silent.rules = false;
  Reader reader(silent, redactor);
  reader.feed(file);
  reader.finish();
  EXPECT_FALSE(reader.failed()) << reader.error();
  analyzer.finish({});
  writer.flush();
  if (summary != nullptr) *summary = redactor.summary();
  return output.file;
}

std::vector<std::string> skeleton(std::string_view file) {
  Skeleton lines;
  Reader reader({}, lines);
  reader.feed(file);
  reader.finish();
  EXPECT_TRUE(reader.damage().empty());
  return lines.lines;
}

// Says the first difference, and goes on.
void expect_same_skeleton(std::string_view before, std::string_view after) {
  const std::vector<std::string> was = skeleton(before);
  const std::vector<std::string> is = skeleton(after);
  EXPECT_EQ(was.size(), is.size());
  for (size_t i = 0; i < was.size() && i < is.size(); ++i) {
    if (was[i] == is[i]) continue;
    ADD_FAILURE() << "event " << i << "\n" << was[i] << "\nbecame\n" << is[i];
    return;
  }
}

std::string record(std::string_view transcript) {
  const auto parsed = parser::parse_transcript(transcript);
  EXPECT_TRUE(std::holds_alternative<parser::Transcript>(parsed)) << transcript;
  Recording recording(false);
  const parser::Time end = parser::play(std::get<parser::Transcript>(parsed), recording.analyzer, 1, at(0));
  return recording.finish(end);
}

TEST(Redactor, EveryTranscriptOfTheRulebookKeepsItsFindings) {
  for (const parser::rules::Rule* rule : parser::rules::all_rules()) {
    // What is found in the words themselves cannot stay when others stand for them: ids that count upwards,
    // and what a client writes for those who cannot decrypt.
    if (rule->id == "stream-id-predictable" || rule->id == "bind-resource-predictable" ||
        rule->id == "omemo-plaintext-beside-ciphertext") {
      continue;
    }
    for (const std::string_view text : {rule->violating, rule->conforming}) {
      if (text.starts_with("[websocket]")) continue;  // captures do not hold it yet
      SCOPED_TRACE(std::string(rule->id) + "\n" + std::string(text));
      const std::string file = record(text);
      expect_same_skeleton(file, redact(file, {.seed = 7}));
    }
  }
}

TEST(Redactor, EverySampleKeepsItsFindingsAndLosesItsPeople) {
  size_t samples = 0;
  for (const auto& entry : std::filesystem::directory_iterator(STANZASCOPE_SOURCE_DIR "/captures/samples")) {
    if (entry.path().extension() != ".pcapng") continue;
    SCOPED_TRACE(entry.path());
    std::ostringstream bytes;
    bytes << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    const std::string file = std::move(bytes).str();
    for (const bool domains : {false, true}) {
      const std::string redacted =
          redact(file, {.seed = 11, .domains = domains, .avoid = {"juliet", "romeo", "montague", "capulet"}});
      expect_same_skeleton(file, redacted);
      WordSearch search({"juliet", "romeo"});
      search.feed(redacted);
      for (const WordFound& found : search.found()) {
        ADD_FAILURE() << found.word << " at " << found.offset << (found.base64 ? " in base64" : "") << ": "
                      << redacted.substr(found.offset < 80 ? 0 : found.offset - 80, 160);
      }
    }
    ++samples;
  }
  EXPECT_GE(samples, 6U);
}

std::string text_of(std::string_view file) {
  class Bytes : public parser::EventSink {
   public:
    void on_event(const StreamEvent& event) override { all += std::string(event.bytes) + "\n"; }
    std::string all;
  } bytes;
  Reader reader({}, bytes);
  reader.feed(file);
  reader.finish();
  return bytes.all;
}

TEST(Redactor, TheSameNameIsTheSameEverywhere) {
  const std::string after = text_of(redact(
      record("C: <message id='m1' to='Romeo@example.net/orchard'><body>romeo &amp; I</body></message>\n"
             "S: <message from='romeo@example.net/orchard' id='m2'><nick "
             "xmlns='http://jabber.org/protocol/nick'>"
             "Romeo</nick></message>"),
      {.seed = 3}));
  const size_t to = after.find("to='") + 4;
  const size_t from = after.find("from='") + 6;
  const size_t nick = after.find("nick'>") + 6;
  EXPECT_NE(after.substr(to, 5), "Romeo");
  EXPECT_EQ(after.substr(to + 1, 24), after.substr(from + 1, 24));
  EXPECT_EQ(after.substr(to, 5), after.substr(nick, 5));
  EXPECT_NE(after.find("@example.net/"), std::string::npos);
  EXPECT_NE(after.find(" &amp; "), std::string::npos);
  EXPECT_EQ(after.find("orchard"), std::string::npos);
}

TEST(Redactor, ReferencesStayReferencesOfTheirLength) {
  const std::string before =
      "C: <message to='a@example.net'><body>&#74;uliet &#x4E00;&lt;&#00074;</body></message>";
  const std::string after = text_of(redact(record(before), {.seed = 3}));
  EXPECT_EQ(after.find("uliet"), std::string::npos);
  EXPECT_EQ(after.find("&#74;"), std::string::npos) << after;
  EXPECT_EQ(after.find("&#x4E00;"), std::string::npos);
  EXPECT_NE(after.find("&lt;"), std::string::npos);
}

TEST(Redactor, WordsOfTheProtocolTimesAndNamespacesStay) {
  const std::string text =
      "<iq id='q' type='result' from='juliet@example.com'><query "
      "xmlns='http://jabber.org/protocol/disco#info'>"
      "<identity category='conference' type='text' name='Our Room'/><feature var='urn:xmpp:mam:2'/>"
      "<x xmlns='jabber:x:data' type='result'><field var='FORM_TYPE'><value>http://jabber.org/protocol/"
      "muc#roominfo</value></field><field var='muc#roominfo_description'><value>secret</value></field></x>"
      "</query></iq>";
  const std::string after = text_of(redact(record("S: " + text), {.seed = 3}));
  for (const std::string_view kept : {"urn:xmpp:mam:2", "category='conference'", "muc#roominfo</value>",
                                      "muc#roominfo_description", "type='result'", "name='"}) {
    EXPECT_NE(after.find(kept), std::string::npos) << kept;
  }
  for (const std::string_view gone : {"Our Room", "secret", "juliet"}) {
    EXPECT_EQ(after.find(gone), std::string::npos) << gone;
  }
}

TEST(Redactor, LoginDataLosesItsUser) {
  // n,,n=juliet,r=abc and the answer of PLAIN.
  const std::string after = text_of(redact(record("[tls]\nC: <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' "
                                                  "mechanism='PLAIN'>AGp1bGlldABzM2NyM3Q=</auth>"),
                                           {.seed = 3}));
  WordSearch search({"juliet", "s3cr3t"});
  search.feed(after);
  EXPECT_TRUE(search.found().empty());
  EXPECT_NE(after.find("mechanism='PLAIN'>"), std::string::npos);
}

TEST(Redactor, LoginDataInSloppyBase64LosesItsUserAndStaysSloppy) {
  // White space in the first one, pad bits that are not zero in the other.
  for (const char* data : {"AGp1\nbGlldABzM2NyM3Q=", "AGp1bGlldABzM2NyM3R="}) {
    const std::string before =
        record("[tls]\nC: <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>" +
               std::string(data) + "</auth>");
    const std::string after = redact(before, {.seed = 3});
    EXPECT_EQ(after.find("p1bGlldA"), std::string::npos) << data;
    EXPECT_EQ(after.find("bGlldA"), std::string::npos) << data;
    expect_same_skeleton(before, after);
  }
}

TEST(Redactor, FactsLoseTheirAddresses) {
  Recording recording;
  parser::ConnectionInfo info = testing::some_connection();
  info.client.address = "10.11.12.13";
  recording.analyzer.opened(at(0), 1, info);
  recording.analyzer.upstream(at(1), 1, {{"172.16.5.4", 5222, "xmpp.capulet.example"}, false});
  recording.analyzer.notice(
      at(2), 1, {"see-other-host", "The server sends juliet@capulet.example to 172.16.5.9:5222."});
  recording.analyzer.closed(at(3), 1, {parser::Closed::How::kReset, "10.11.12.13 went away."});
  RedactSummary summary;
  const std::string after =
      redact(recording.finish(at(4)), {.seed = 1, .domains = true, .avoid = {"capulet"}}, &summary);
  WordSearch search({"10.11.12.13", "172.16.", "capulet", "juliet"});
  search.feed(after);
  for (const WordFound& found : search.found()) ADD_FAILURE() << found.word << " at " << found.offset;
  EXPECT_NE(after.find("192.0.2.1"), std::string::npos);
}

TEST(Redactor, BytesThatAreNoXmlStayAsWrongAsTheyWere) {
  for (const std::string_view text :
       {"C: <message to='juliet@example.net'><body>secret &juliet; text</body></message>",
        "C: <message to='juliet@example.net' to='x'><body>secret</body></message>",
        "C: <message><body>sec${byte:C3 28}ret</body></message>", "C: juliet writes text between stanzas"}) {
    const std::string file = record(text);
    const std::string after = redact(file, {.seed = 5});
    expect_same_skeleton(file, after);
    EXPECT_EQ(text_of(after).find("secret"), std::string::npos) << text_of(after);
    EXPECT_EQ(text_of(after).find("juliet@"), std::string::npos) << text_of(after);
  }
}

}  // namespace
}  // namespace captures
