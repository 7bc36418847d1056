// Each file of a rotated recording is a capture by itself, and nothing is in none of them.
#include "captures/series_writer.h"

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tests/captures/recording.h"

namespace captures {
namespace {

using parser::Direction;
using parser::EventKind;
using parser::StreamEvent;
using testing::at;

// Files in memory; each may have a limited room.
class Files : public OutputSeries {
 public:
  std::unique_ptr<Output> next(parser::Time, std::string& error) override {
    ++asked;
    if (refuse) {
      error = "no space left on the device";
      return nullptr;
    }
    files.emplace_back();
    auto output = std::make_unique<File>(files.back());
    output->room = room;
    return output;
  }
  struct File : Output {
    explicit File(std::string& to) : bytes(to) {}
    std::string write(std::string_view piece) override {
      if (bytes.size() + piece.size() > room) return "no space left on the device";
      bytes.append(piece);
      return {};
    }
    std::string& bytes;
    size_t room = std::string::npos;
  };
  std::deque<std::string> files;
  size_t room = std::string::npos;
  bool refuse = false;
  unsigned asked = 0;
};

// A live recording of several files.
class Series : private parser::EventSink {
 public:
  Series(SeriesOptions options, Files& files)
      : writer(with_small_buffer(std::move(options)), files, at(0)), analyzer(numbered(), *this) {}

  SeriesWriter writer;
  parser::Analyzer analyzer;
  std::vector<std::string> bodies;  // of all messages, as they came
  std::vector<uint64_t> frames;     // … their frames
  std::set<std::string> found;      // rules that were broken

  void open(parser::ConnectionId id, int64_t time) {
    analyzer.opened(at(time), id, testing::some_connection());
    const std::string header =
        "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0' ";
    c2s(id, time, header + "to='example.com'>");
    s2c(id, time, header + "from='example.com' id='s" + std::to_string(id) + "'>");
    s2c(id, time,
        "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN"
        "</mechanism></mechanisms></stream:features>");
    c2s(id, time,
        "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGp1bGlldABzZWNyZXQ=</auth>");
    s2c(id, time, "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
    c2s(id, time, header + "to='example.com'>");
    s2c(id, time, header + "from='example.com' id='t" + std::to_string(id) + "'>");
    s2c(id, time, "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>");
    c2s(id, time, "<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>");
    s2c(id, time,
        "<iq type='result' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>u" +
            std::to_string(id) + "@example.com/r</jid></bind></iq>");
    c2s(id, time, "<presence/>");
  }
  void say(parser::ConnectionId id, int64_t time, const std::string& body) {
    c2s(id, time, "<message to='romeo@example.net'><body>" + body + "</body></message>");
  }
  void c2s(parser::ConnectionId id, int64_t time, const std::string& text) {
    analyzer.bytes(at(time), id, Direction::kC2S, text);
  }
  void s2c(parser::ConnectionId id, int64_t time, const std::string& text) {
    analyzer.bytes(at(time), id, Direction::kS2C, text);
  }

 private:
  static SeriesOptions with_small_buffer(SeriesOptions options) {
    options.writer.buffer_bytes = 512;
    return options;
  }
  parser::AnalyzerOptions numbered() {
    parser::AnalyzerOptions options;
    options.numbering = &writer;
    return options;
  }
  void on_event(const StreamEvent& event) override {
    if (event.kind == EventKind::kMessage) {
      bodies.push_back(event.element->child("body")->text());
      frames.push_back(event.frame);
    }
    for (const parser::Finding& finding : event.findings) found.emplace(finding.rule);
    writer.on_event(event);
  }
};

// What a file says.
class Said : public parser::EventSink {
 public:
  explicit Said(std::string_view file) : reader({}, *this) {
    reader.feed(file);
    reader.finish();
  }
  void on_event(const StreamEvent& event) override {
    ++kinds[event.kind];
    if (event.kind == EventKind::kMessage) {
      bodies.push_back(event.element->child("body")->text());
      frames.push_back(event.frame);
      offsets.push_back(event.range.begin);
    }
    if (event.kind == EventKind::kSasl && event.local == "auth") auth = event.element->text();
    for (const parser::Finding& finding : event.findings) {
      if (finding.severity > parser::Severity::kNote) found.push_back(std::string(finding.rule));
    }
    phase = event.phase;
  }
  std::vector<std::string> bodies;
  std::vector<uint64_t> frames;
  std::vector<uint64_t> offsets;
  std::vector<std::string> found;
  std::map<EventKind, int> kinds;
  std::string auth;
  parser::Phase phase{};
  Reader reader;
};

std::vector<std::string> joined(const Files& files, std::vector<uint64_t>* frames = nullptr) {
  std::vector<std::string> bodies;
  for (const std::string& file : files.files) {
    const Said said(file);
    EXPECT_FALSE(said.reader.failed()) << said.reader.error();
    for (const Damage& damage : said.reader.damage()) ADD_FAILURE() << damage.what;
    bodies.insert(bodies.end(), said.bodies.begin(), said.bodies.end());
    if (frames != nullptr) frames->insert(frames->end(), said.frames.begin(), said.frames.end());
  }
  return bodies;
}

TEST(SeriesWriter, NothingIsLostOrTwiceAndEachFileIsReadByItself) {
  Files files;
  SeriesOptions options;
  options.rotate_bytes = 12'000;
  Series series(options, files);
  for (parser::ConnectionId id = 1; id <= 3; ++id) series.open(id, 1);
  for (int i = 0; i < 200; ++i) series.say(1 + static_cast<unsigned>(i) % 3, 10 + i, std::to_string(i));
  series.analyzer.finish(at(1000));
  series.writer.finish();
  ASSERT_GT(files.files.size(), 4u);
  EXPECT_EQ(series.writer.files(), files.files.size());
  std::vector<uint64_t> frames;
  EXPECT_EQ(joined(files, &frames), series.bodies);
  EXPECT_EQ(frames, series.frames);  // a live line has the number that it has in its file
  for (const std::string& file : files.files) {
    const Said said(file);
    EXPECT_FALSE(said.kinds.contains(EventKind::kViolation));
    // Read by itself a file has no finding that was not there live.
    for (const std::string& rule : said.found) EXPECT_TRUE(series.found.contains(rule)) << rule;
  }
}

TEST(SeriesWriter, ALaterFileBeginsWithTheHandshakeAndKeepsOffsets) {
  Files files;
  SeriesOptions options;
  options.rotate_every = std::chrono::seconds(10);
  Series series(options, files);
  series.open(1, 1);
  series.say(1, 100, "one");
  series.say(1, 20'000, "two");
  series.say(1, 20'001, "three");
  series.writer.finish();
  ASSERT_EQ(files.files.size(), 2u);
  // The event that finds the file too old is the last in it.
  Said first(files.files[0]);
  Said second(files.files[1]);
  EXPECT_EQ(first.bodies, (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(second.bodies, (std::vector<std::string>{"three"}));
  EXPECT_EQ(second.kinds[EventKind::kSasl], 2);
  EXPECT_EQ(second.kinds[EventKind::kDropped], 1);
  EXPECT_EQ(second.kinds[EventKind::kNotice], 1);
  EXPECT_GT(second.offsets[0], first.offsets[1]);
  EXPECT_EQ(second.phase, parser::Phase::kClosed);
}

TEST(SeriesWriter, SecretsStayMaskedInEveryFile) {
  Files files;
  SeriesOptions options;
  options.rotate_bytes = 1'500;
  Series series(options, files);
  series.open(1, 1);
  for (int i = 0; i < 20; ++i) series.say(1, 10 + i, std::to_string(i));
  series.writer.finish();
  ASSERT_GT(files.files.size(), 2u);
  for (const std::string& file : files.files) EXPECT_EQ(file.find("AGp1bGlldABzZWNyZXQ="), std::string::npos);
}

TEST(SeriesWriter, ARecordFilterTakesTheWholeSessionOfWhomItMatches) {
  testing::StringOutput output;
  SeriesOptions options;
  options.writer.buffer_bytes = 512;
  options.wanted = [](const StreamEvent& event) {
    return event.kind == EventKind::kMessage && event.bytes.find("wanted") != std::string_view::npos;
  };
  SeriesWriter writer(options, &output);
  parser::AnalyzerOptions numbered;
  numbered.numbering = &writer;
  parser::Analyzer analyzer(numbered, writer);
  for (parser::ConnectionId id = 1; id <= 20; ++id) {
    analyzer.opened(at(1), id, testing::some_connection());
    for (const Direction direction : {Direction::kC2S, Direction::kS2C}) {
      analyzer.bytes(at(2), id, direction,
                     "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' "
                     "version='1.0' to='example.com' from='example.com' id='x'>");
    }
    analyzer.bytes(at(3), id, Direction::kS2C, "<stream:features/>");
    analyzer.bytes(at(4), id, Direction::kC2S, "<message><body>small talk</body></message>");
  }
  analyzer.bytes(at(5), 7, Direction::kC2S, "<message><body>wanted</body></message>");
  analyzer.bytes(at(6), 7, Direction::kC2S, "<message><body>and after</body></message>");
  analyzer.bytes(at(6), 8, Direction::kC2S, "<message><body>never</body></message>");
  analyzer.finish(at(7));
  writer.finish();
  const Said said(output.file);
  EXPECT_TRUE(said.reader.damage().empty());
  EXPECT_EQ(said.kinds.at(EventKind::kOpened), 1);
  EXPECT_EQ(said.kinds.at(EventKind::kHeader), 2);
  EXPECT_EQ(said.kinds.at(EventKind::kFeatures), 1);
  EXPECT_EQ(said.bodies, (std::vector<std::string>{"small talk", "wanted", "and after"}));
  EXPECT_EQ(said.kinds.count(EventKind::kDropped), 0u);
  EXPECT_EQ(output.file.find("never"), std::string::npos);
}

// Twice the same session; in the second one there is no room for what came before the match.
TEST(SeriesWriter, WhatCameBeforeTheMatchIsKeptWithinABound) {
  std::vector<std::string> found;
  for (const bool room : {true, false}) {
    Files files;
    SeriesOptions options;
    options.wanted = [](const StreamEvent& event) {
      return event.bytes.find("wanted") != std::string_view::npos;
    };
    if (!room) options.most_between = 20'000;
    Series series(options, files);
    series.open(1, 1);
    for (int i = 0; i < 40; ++i) series.say(1, 10 + i, std::to_string(i));
    series.say(1, 60, "wanted");
    series.say(1, 61, "after");
    series.writer.finish();
    ASSERT_EQ(files.files.size(), 1u);
    const Said said(files.files.back());
    EXPECT_TRUE(said.reader.damage().empty());
    if (room) found = said.found;
    EXPECT_EQ(said.found, found) << "what is left out makes no findings";
    EXPECT_EQ(said.kinds.count(EventKind::kDropped) > 0, !room);
    EXPECT_EQ(said.bodies.size(), room ? 42u : 2u);
    EXPECT_EQ(said.bodies.back(), "after");
  }
}

TEST(SeriesWriter, AHandshakeBeyondTheBoundMakesAConnectionInMidSession) {
  Files files;
  SeriesOptions options;
  options.rotate_bytes = 3'000;
  options.most_kept = 4'000;
  Series series(options, files);
  series.open(1, 1);
  for (int i = 0; i < 60; ++i) series.say(1, 10 + i, std::to_string(i));
  series.writer.finish();
  ASSERT_GT(files.files.size(), 3u);
  EXPECT_EQ(joined(files), series.bodies);
  const Said last(files.files.back());
  EXPECT_EQ(last.kinds.at(EventKind::kOpened), 1);
  EXPECT_EQ(last.kinds.count(EventKind::kSasl), 0u);
  EXPECT_EQ(last.found, std::vector<std::string>{});
}

TEST(SeriesWriter, AFullDiskStopsTheRecordingUntilThereIsRoom) {
  Files files;
  files.room = 2'000;  // the first file takes little
  SeriesOptions options;
  options.rotate_bytes = 1u << 20;
  Series series(options, files);
  series.open(1, 1);
  for (int i = 0; i < 20; ++i) series.say(1, 10 + i, "lost");
  series.writer.flush(at(40));
  EXPECT_TRUE(series.writer.failed());
  EXPECT_EQ(series.writer.error(), "no space left on the device");
  EXPECT_EQ(files.asked, 1u);
  files.refuse = true;
  series.say(1, 9'000, "lost");
  EXPECT_EQ(files.asked, 1u);
  series.say(1, 11'000, "lost");
  EXPECT_EQ(files.asked, 2u);
  EXPECT_TRUE(series.writer.failed());
  files.refuse = false;
  files.room = std::string::npos;
  series.writer.flush(at(22'000));
  EXPECT_FALSE(series.writer.failed());
  series.say(1, 22'001, "kept");
  series.writer.finish();
  ASSERT_EQ(files.files.size(), 2u);
  const Said said(files.files.back());
  EXPECT_TRUE(said.reader.damage().empty());
  EXPECT_EQ(said.bodies, std::vector<std::string>{"kept"});
  EXPECT_EQ(said.kinds.at(EventKind::kSasl), 2);
}

TEST(SeriesWriter, WithOneOutputWritesWhatAWriterWrites) {
  testing::Recording plain;
  testing::StringOutput output;
  SeriesOptions options;
  options.writer = {.record_secrets = true, .buffer_bytes = 4096, .application = "test"};
  SeriesWriter writer(options, &output);
  parser::AnalyzerOptions numbered;
  numbered.numbering = &writer;
  parser::Analyzer analyzer(numbered, writer);
  for (parser::Analyzer* one : {&plain.analyzer, &analyzer}) {
    one->opened(at(0), 1, testing::some_connection());
    one->bytes(at(1), 1, Direction::kC2S, "<stream:stream xmlns='jabber:client'><message/> <presence/>");
    one->finish(at(2));
  }
  plain.writer.flush();
  writer.finish();
  EXPECT_EQ(output.file, plain.output.file);
  EXPECT_EQ(writer.frames(), plain.writer.frames());
}

}  // namespace
}  // namespace captures
