// Merging and cutting: what is kept is what it was.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

#include "captures/reader.h"
#include "captures/recut/cut.h"
#include "captures/recut/merge.h"
#include "captures/writer.h"
#include "tests/captures/recording.h"

namespace captures {
namespace {

using parser::Direction;
using parser::StreamEvent;
using testing::at;
using testing::StringOutput;

std::string sample(const std::string& name) {
  std::ostringstream bytes;
  bytes << std::ifstream(STANZASCOPE_SOURCE_DIR "/captures/samples/" + name + ".pcapng", std::ios::binary)
               .rdbuf();
  return std::move(bytes).str();
}

Source pieces_of(std::string file, size_t piece) {
  auto done = std::make_shared<size_t>(0);
  return [file = std::move(file), piece, done] {
    const std::string bytes = file.substr(std::min(*done, file.size()), piece);
    *done += bytes.size();
    return bytes;
  };
}

// Element lines by connection, with what was found; frames are those of the file.
class Lines : public parser::EventSink {
 public:
  void on_event(const StreamEvent& event) override {
    EXPECT_GE(event.time, last);
    last = event.time;
    std::string line = std::string(name(event.kind)) + " " + std::to_string(event.range.begin) + " " +
                       std::string(event.bytes);
    for (const parser::Finding& finding : event.findings) {
      if (finding.severity > parser::Severity::kNote) line += "\n  " + std::string(finding.rule);
    }
    if (parser::is_element(event.kind)) of[event.connection].push_back(line);
  }
  std::map<parser::ConnectionId, std::vector<std::string>> of;
  parser::Time last{};
};

Lines lines_of(std::string_view file) {
  Lines lines;
  Reader reader({}, lines);
  reader.feed(file);
  reader.finish();
  EXPECT_FALSE(reader.failed()) << reader.error();
  EXPECT_TRUE(reader.damage().empty());
  return lines;
}

template <typename Work>
std::string written(const Work& work) {
  StringOutput output;
  Writer writer({.application = "test"}, &output);
  parser::AnalyzerOptions options;
  options.numbering = &writer;
  parser::Analyzer analyzer(options, writer);
  work(analyzer);
  analyzer.finish(at(1'000'000));
  writer.flush();
  return output.file;
}

TEST(Merge, KeepsEachSessionAndTheOrderOfTime) {
  const std::string first = sample("demo");
  const std::string second = sample("prosody-slixmpp");
  for (const size_t piece : {size_t{7}, size_t{4096}, size_t{1} << 20U}) {
    std::vector<MergedInput> results;
    const std::string merged = written([&](parser::Analyzer& out) {
      results = merge({pieces_of(first, piece), pieces_of(second, piece)}, out);
    });
    ASSERT_EQ(results.size(), 2U);
    EXPECT_EQ(results[0].error, "");
    EXPECT_GT(results[1].events, 40U);
    const Lines together = lines_of(merged);
    const Lines alone = lines_of(first);
    const Lines others = lines_of(second);
    ASSERT_EQ(together.of.size(), alone.of.size() + others.of.size());
    // prosody-slixmpp was recorded before the demo.
    EXPECT_EQ(together.of.at(1), others.of.at(1));
    EXPECT_EQ(together.of.at(2), others.of.at(2));
    EXPECT_EQ(together.of.at(3), alone.of.at(1));
  }
}

TEST(Merge, SaysWhichInputIsNone) {
  std::vector<MergedInput> results;
  const std::string merged = written([&](parser::Analyzer& out) {
    results = merge({pieces_of("no capture at all, really none", 9), pieces_of(sample("demo"), 999)}, out);
  });
  EXPECT_NE(results[0].error, "");
  EXPECT_EQ(results[1].error, "");
  EXPECT_EQ(lines_of(merged).of.size(), 1U);
}

std::string cut(std::string_view file, const CutOptions& options) {
  return written([&](parser::Analyzer& out) {
    Cut part(options, out);
    parser::AnalyzerOptions silent;
    silent.rules = false;
    Reader reader(silent, part);
    reader.feed(file);
    reader.finish();
  });
}

TEST(Cut, AConnectionIsKeptWhole) {
  const std::string file = sample("prosody-slixmpp");
  const Lines part = lines_of(cut(file, {.connections = {2}}));
  ASSERT_EQ(part.of.size(), 1U);
  EXPECT_EQ(part.of.at(2), lines_of(file).of.at(2));
}

TEST(Cut, ATimeIsKeptWithItsHandshakeAndNobodyIsBlamed) {
  testing::Recording recording;
  recording.analyzer.opened(at(0), 1, testing::some_connection());
  const auto say = [&](int64_t time, Direction direction, std::string_view bytes) {
    recording.analyzer.bytes(at(time), 1, direction, bytes);
  };
  constexpr std::string_view kStream =
      "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0' ";
  say(1, Direction::kC2S, std::string(kStream) + "to='example.com'>");
  say(2, Direction::kS2C,
      std::string(kStream) +
          "from='example.com' id='s'><stream:features><bind xmlns='urn:ietf:"
          "params:xml:ns:xmpp-bind'/></stream:features>");
  say(3, Direction::kC2S, "<iq id='early' type='get' to='example.com'><ping xmlns='urn:xmpp:ping'/></iq>");
  for (int64_t i = 0; i < 10; ++i)
    say(100 + i, Direction::kC2S, "<message to='a@example.com'><body>x</body></message>");
  const std::string file = recording.finish(at(200));
  const std::string part = cut(file, {.connections = {1}, .from = at(104), .to = at(106)});
  const Lines lines = lines_of(part);
  size_t messages = 0;
  for (const std::string& line : lines.of.at(1)) messages += line.starts_with("message") ? 1 : 0;
  const Lines before = lines_of(file);
  size_t all = 0;
  for (const std::string& line : before.of.at(1)) all += line.starts_with("message") ? 1 : 0;
  EXPECT_EQ(all, 10U);
  EXPECT_LE(messages, 10U);
  // What is kept has the offsets that it had.
  for (const std::string& line : lines.of.at(1)) {
    const std::string place = line.substr(0, line.find('<'));
    EXPECT_TRUE(std::any_of(before.of.at(1).begin(), before.of.at(1).end(), [&](const std::string& old) {
      return old.starts_with(place);
    })) << line;
  }
}

TEST(Cut, OfAnEstablishedSessionOnlyTheTimeIsKept) {
  const std::string file = sample("prosody-slixmpp");
  // The chat of connection 2 and nothing behind it.
  class Times : public parser::EventSink {
   public:
    void on_event(const StreamEvent& event) override {
      if (event.connection == 2 && event.kind == parser::EventKind::kMessage) times.push_back(event.time);
      if (event.connection == 2 && parser::is_element(event.kind)) ++elements;
    }
    std::vector<parser::Time> times;
    size_t elements = 0;
  } times;
  Reader reader({}, times);
  reader.feed(file);
  reader.finish();
  ASSERT_GE(times.times.size(), 2U);
  const std::string part =
      cut(file, {.connections = {2}, .from = times.times.front(), .to = times.times.front()});
  const Lines lines = lines_of(part);
  size_t messages = 0;
  size_t findings = 0;
  for (const std::string& line : lines.of.at(2)) {
    messages += line.starts_with("message") ? 1 : 0;
    findings += line.find("\n  ") == std::string::npos ? 0 : 1;
  }
  EXPECT_EQ(messages, 1U);
  EXPECT_EQ(findings, 0U);
  EXPECT_LT(lines.of.at(2).size(), times.elements);
}

TEST(ConnectionSearch, FindsWhoSaidIt) {
  ConnectionSearch search([](const StreamEvent& event) { return event.kind == parser::EventKind::kMessage; });
  Reader reader({}, search);
  reader.feed(sample("prosody-slixmpp"));
  reader.finish();
  EXPECT_EQ(search.found().size(), 2U);
  EXPECT_TRUE(search.begin().has_value());
}

}  // namespace
}  // namespace captures
