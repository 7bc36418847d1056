// What the Analyzer adds to reading and state: edits, frames, gaps, the end, and bounds.
#include "parser/analyzer.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "tests/parser/analyzer/session_script.h"

namespace parser {
namespace {

using testing::at_ms;
using testing::Recorder;

const std::string kHeader =
    "<stream:stream to='capulet.example' version='1.0' xmlns='jabber:client' "
    "xmlns:stream='http://etherx.jabber.org/streams'>";

// Keeps a line for each event: kind, range, names of edits.
struct EditRecorder : EventSink {
  void on_event(const StreamEvent& event) override {
    std::string line(name(event.kind));
    if (is_element(event.kind) || event.kind == EventKind::kEdit) {
      line += " " + std::to_string(event.range.begin) + "-" + std::to_string(event.range.end);
    }
    for (const Edit& edit : event.edits) line += " [" + edit.name + "]";
    if (const auto* edit = std::get_if<Edit>(&event.fact)) line += " " + edit->name;
    lines.push_back(line);
  }
  std::vector<std::string> lines;
};

Edit edit(std::string name, uint64_t begin, uint64_t end) {
  Edit fact;
  fact.direction = Direction::kS2C;
  fact.range = {begin, end};
  fact.name = std::move(name);
  return fact;
}

TEST(Analyzer, ADefaultConnectionBeginsWithItsOpening) {
  Recorder recorder;
  Analyzer analyzer({}, recorder);
  ConnectionInfo info;
  info.client = Endpoint{"127.0.0.1", 4711, "localhost"};
  bool seen = false;
  recorder.watch = [&](const StreamEvent& event) {
    const auto* fact = std::get_if<ConnectionInfo>(&event.fact);
    seen = event.kind == EventKind::kOpened && fact != nullptr && fact->client.port == 4711;
  };
  analyzer.opened(at_ms(1), 7, info);
  EXPECT_TRUE(seen);
  EXPECT_EQ(analyzer.open_connections(), 1u);
}

TEST(Analyzer, AttachesAnEditToTheElementThatItsBytesAreIn) {
  EditRecorder recorder;
  Analyzer analyzer({}, recorder);
  analyzer.opened(at_ms(0), 1, {});
  const uint64_t at = kHeader.size();
  analyzer.edited(at_ms(1), 1, edit("in-second", at + 14, at + 20));
  analyzer.edited(at_ms(1), 1, edit("whole-first", at, at + 10));
  analyzer.bytes(at_ms(2), 1, Direction::kS2C, kHeader);
  analyzer.bytes(at_ms(3), 1, Direction::kC2S, kHeader + "<message/>");
  analyzer.bytes(at_ms(4), 1, Direction::kS2C, "<message/><presence/>");
  const auto n = [&](uint64_t more) { return std::to_string(at + more); };
  EXPECT_EQ(recorder.lines, (std::vector<std::string>{"opened", "header 0-" + n(0), "header 0-" + n(0),
                                                      "message " + n(0) + "-" + n(10),
                                                      "message " + n(0) + "-" + n(10) + " [whole-first]",
                                                      "presence " + n(10) + "-" + n(21) + " [in-second]"}));
}

TEST(Analyzer, AnInsertionBetweenElementsIsAnEventOfItsOwn) {
  const uint64_t at = kHeader.size();
  for (const bool bytewise : {false, true}) {
    EditRecorder recorder;
    Analyzer analyzer({}, recorder);
    analyzer.opened(at_ms(0), 1, {});
    analyzer.edited(at_ms(1), 1, edit("between", at, at));
    analyzer.edited(at_ms(1), 1, edit("within", at + 3, at + 3));
    const std::string bytes = kHeader + "<message/>";
    for (size_t i = 0; i < bytes.size(); i += bytewise ? 1 : bytes.size()) {
      analyzer.bytes(at_ms(2), 1, Direction::kS2C,
                     std::string_view(bytes).substr(i, bytewise ? 1 : bytes.size()));
    }
    analyzer.edited(at_ms(3), 1, edit("after", at + 10, at + 10));
    const auto n = [&](uint64_t more) { return std::to_string(at + more); };
    EXPECT_EQ(recorder.lines,
              (std::vector<std::string>{
                  "opened", "header 0-" + n(0), "edit " + n(0) + "-" + n(0) + " between",
                  "message " + n(0) + "-" + n(10) + " [within]", "edit " + n(10) + "-" + n(10) + " after"}));
  }
}

TEST(Analyzer, AnEditThatNothingCoveredIsReportedAtTheEnd) {
  EditRecorder recorder;
  Analyzer analyzer({}, recorder);
  analyzer.opened(at_ms(0), 1, {});
  analyzer.edited(at_ms(1), 1, edit("never", 900, 910));
  analyzer.closed(at_ms(2), 1, {});
  EXPECT_EQ(recorder.lines, (std::vector<std::string>{"opened", "edit 900-910 never", "closed"}));
}

TEST(Analyzer, EditsThatNeverMeetTheirBytesAreBounded) {
  EditRecorder recorder;
  Analyzer analyzer({}, recorder);
  analyzer.opened(at_ms(0), 1, {});
  for (uint64_t i = 0; i < 2000; ++i) analyzer.edited(at_ms(1), 1, edit("e", 1000 + i, 1001 + i));
  EXPECT_EQ(recorder.lines.size(), 1u + 2000u - 1024u);
  EXPECT_EQ(recorder.lines[1], "edit 1000-1001 e");
}

TEST(Analyzer, NumbersItsEventsFromOneWithoutANumbering) {
  struct Frames : EventSink {
    void on_event(const StreamEvent& event) override { frames.push_back(event.frame); }
    std::vector<uint64_t> frames;
  } sink;
  Analyzer analyzer({}, sink);
  analyzer.opened(at_ms(0), 1, {});
  analyzer.bytes(at_ms(1), 1, Direction::kC2S, kHeader + "<presence/>");
  EXPECT_EQ(sink.frames, (std::vector<uint64_t>{1, 2, 3}));
}

TEST(Analyzer, AsksTheNumberingOncePerEventWithItsBytes) {
  struct Numbering : FrameNumbering {
    uint64_t frame_of(ConnectionId connection, EventKind kind, Direction, size_t bytes) override {
      asked +=
          std::to_string(connection) + " " + std::string(name(kind)) + " " + std::to_string(bytes) + "\n";
      return next += 10;
    }
    uint64_t next = 0;
    std::string asked;
  } numbering;
  struct Frames : EventSink {
    void on_event(const StreamEvent& event) override { last = event.frame; }
    uint64_t last = 0;
  } sink;
  AnalyzerOptions options;
  options.numbering = &numbering;
  Analyzer analyzer(options, sink);
  analyzer.opened(at_ms(0), 3, {});
  analyzer.bytes(at_ms(1), 3, Direction::kC2S, kHeader);
  analyzer.bytes(at_ms(1), 3, Direction::kC2S, "<presence/>");
  EXPECT_EQ(numbering.asked, "3 opened 0\n3 header " + std::to_string(kHeader.size()) + "\n3 presence 11\n");
  EXPECT_EQ(sink.last, 30u);
}

TEST(Analyzer, ShowsTheBytesOfAnUnfinishedElement) {
  Recorder recorder;
  Analyzer analyzer({}, recorder);
  analyzer.opened(at_ms(0), 1, {});
  analyzer.bytes(at_ms(1), 1, Direction::kC2S, kHeader + "<message><body>half");
  EXPECT_EQ(analyzer.partial(1, Direction::kC2S), "<message><body>half");
  EXPECT_EQ(analyzer.partial(1, Direction::kS2C), "");
  EXPECT_EQ(analyzer.partial(2, Direction::kC2S), "");
}

TEST(Analyzer, ReportsWhatLiesUnfinishedAtTheClose) {
  Recorder recorder;
  Analyzer analyzer({}, recorder);
  analyzer.opened(at_ms(0), 1, {});
  analyzer.bytes(at_ms(1), 1, Direction::kC2S, kHeader + "<message><body>half");
  analyzer.closed(at_ms(2), 1, Closed{Closed::How::kReset, "connection reset"});
  EXPECT_EQ(recorder.brief, (std::vector<std::string>{"opened connected client", "header header-sent server",
                                                      "unparsed header-sent server", "closed closed none"}));
  EXPECT_EQ(recorder.bytes[0], kHeader + "<message><body>half");
  EXPECT_EQ(analyzer.open_connections(), 0u);
}

TEST(Analyzer, EveryByteIsInExactlyOneEvent) {
  Recorder recorder;
  Analyzer analyzer({}, recorder);
  const std::string sent = kHeader +
                           "\n <message><!-- c --><body>x</body></message>stray<iq type='get' id='1'/>"
                           "<a><b></a></b><after/>";
  analyzer.opened(at_ms(0), 1, {});
  analyzer.bytes(at_ms(1), 1, Direction::kC2S, sent);
  analyzer.closed(at_ms(2), 1, {});
  EXPECT_EQ(recorder.bytes[0], sent);
}

TEST(Analyzer, FinishingLosesTheConnectionsThatAreOpenInTheirOrder) {
  struct Lost : EventSink {
    void on_event(const StreamEvent& event) override {
      if (const auto* fact = std::get_if<Closed>(&event.fact)) {
        EXPECT_EQ(fact->how, Closed::How::kLost);
        lost.push_back(event.connection);
      }
    }
    std::vector<ConnectionId> lost;
  } sink;
  Analyzer analyzer({}, sink);
  for (const ConnectionId id : {5u, 2u, 9u}) analyzer.opened(at_ms(0), id, {});
  analyzer.finish(at_ms(1));
  EXPECT_EQ(sink.lost, (std::vector<ConnectionId>{2, 5, 9}));
  EXPECT_EQ(analyzer.open_connections(), 0u);
}

TEST(Analyzer, ANumberThatIsUsedAgainEndsTheConnectionThatHadIt) {
  Recorder recorder;
  Analyzer analyzer({}, recorder);
  analyzer.opened(at_ms(0), 1, {});
  analyzer.bytes(at_ms(1), 1, Direction::kC2S, kHeader + "<mess");
  analyzer.opened(at_ms(2), 1, {});
  EXPECT_EQ(recorder.brief, (std::vector<std::string>{"opened connected client", "header header-sent server",
                                                      "unparsed header-sent server", "closed closed none",
                                                      "opened connected client"}));
  EXPECT_EQ(analyzer.open_connections(), 1u);
}

// A client need not wait for <success/> before it writes its new header, and the segment that brings the
// server's word may arrive anywhere within it.
TEST(Analyzer, TheServersWordMayComeInTheMiddleOfTheClientsNewHeader) {
  const std::string login =
      "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGEAYg==</auth>";
  const std::string features =
      "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
      "<mechanism>PLAIN</mechanism></mechanisms></stream:features>";
  const std::string other_prefix =
      "<s:stream to='capulet.example' version='1.0' xmlns='jabber:client' "
      "xmlns:s='http://etherx.jabber.org/streams'>";
  for (const std::string& again : {kHeader, "<?xml version='1.0'?>" + kHeader, "\n" + kHeader, other_prefix,
                                   "<?xml version='1.0' encoding='UTF-8'?>\n" + other_prefix}) {
    for (size_t cut = 0; cut <= again.size(); ++cut) {
      Recorder recorder;
      Analyzer analyzer({}, recorder);
      std::vector<std::string> phases;
      unsigned restarts = 0;
      recorder.watch = [&](const StreamEvent& event) {
        if (event.kind != EventKind::kKeepalive) phases.emplace_back(name(event.kind));
        restarts += event.restart ? 1u : 0u;
      };
      analyzer.opened(at_ms(0), 1, {});
      analyzer.bytes(at_ms(1), 1, Direction::kC2S, kHeader);
      analyzer.bytes(at_ms(1), 1, Direction::kS2C, kHeader + features);
      analyzer.bytes(at_ms(2), 1, Direction::kC2S, login + again.substr(0, cut));
      analyzer.bytes(at_ms(3), 1, Direction::kS2C, "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
      analyzer.bytes(at_ms(4), 1, Direction::kC2S, again.substr(cut));
      analyzer.bytes(at_ms(5), 1, Direction::kS2C, kHeader + "<stream:features/>");
      analyzer.bytes(at_ms(6), 1, Direction::kC2S, "<presence/>");
      const bool early = cut == again.size();
      EXPECT_EQ(phases, (std::vector<std::string>{"opened", "header", "header", "features", "sasl",
                                                  early ? "header" : "sasl", early ? "sasl" : "header",
                                                  "header", "features", "presence"}))
          << again << " cut at " << cut;
      EXPECT_EQ(restarts, 2u) << again << " cut at " << cut;
      EXPECT_EQ(recorder.brief.back(), "presence features-auth client") << again << " cut at " << cut;
    }
  }
}

TEST(Analyzer, TakesUpBytesOfAnUnknownConnectionInMidSession) {
  Recorder recorder;
  Analyzer analyzer({}, recorder);
  analyzer.bytes(at_ms(0), 8, Direction::kS2C, "<message/>");
  EXPECT_EQ(recorder.brief, (std::vector<std::string>{"opened mid-session any", "message established any"}));
}

TEST(Analyzer, GoesOnBehindAGapAndCountsItsBytes) {
  Recorder recorder;
  Analyzer analyzer({}, recorder);
  analyzer.opened(at_ms(0), 1, {});
  analyzer.bytes(at_ms(1), 1, Direction::kC2S, kHeader + "<message><bo");
  const uint64_t before = kHeader.size() + 12;
  analyzer.dropped(at_ms(2), 1, Dropped{Direction::kC2S, 1000});
  ByteRange range;
  recorder.watch = [&](const StreamEvent& event) { range = event.range; };
  analyzer.bytes(at_ms(3), 1, Direction::kC2S, "<presence/>");
  EXPECT_EQ(range, (ByteRange{before + 1000, before + 1011}));
  EXPECT_EQ(recorder.brief,
            (std::vector<std::string>{"opened connected client", "header header-sent server",
                                      "unparsed header-sent server", "dropped header-sent server",
                                      "presence header-sent server"}));
}

TEST(Analyzer, GivingBackIdleMemoryChangesNothing) {
  const std::string first = kHeader + "<presence/>";
  const std::string second = "<message to='a@b.example'><body>x</body></message>";
  std::vector<std::string> expected;
  for (const bool release : {false, true}) {
    Recorder recorder;
    Analyzer analyzer({}, recorder);
    analyzer.opened(at_ms(0), 1, {});
    for (const Direction direction : {Direction::kC2S, Direction::kS2C}) {
      analyzer.bytes(at_ms(1), 1, direction, first);
    }
    if (release) analyzer.release_idle(at_ms(1000));
    for (const Direction direction : {Direction::kC2S, Direction::kS2C}) {
      analyzer.bytes(at_ms(2000), 1, direction, second);
    }
    if (release) {
      EXPECT_EQ(recorder.full, expected);
    }
    expected = recorder.full;
  }
  EXPECT_EQ(expected.size(), 7u);
}

TEST(Analyzer, KeepsConnectionsApart) {
  std::map<ConnectionId, std::string> kinds;
  struct Sink : EventSink {
    explicit Sink(std::map<ConnectionId, std::string>& target) : kinds(target) {}
    void on_event(const StreamEvent& event) override {
      kinds[event.connection] += std::string(name(event.phase)) + " ";
    }
    std::map<ConnectionId, std::string>& kinds;
  } sink(kinds);
  Analyzer analyzer({}, sink);
  analyzer.opened(at_ms(0), 1, {});
  analyzer.opened(at_ms(0), 2, {});
  for (const char byte : kHeader) {
    analyzer.bytes(at_ms(1), 1, Direction::kC2S, std::string_view(&byte, 1));
    if (byte == '<') analyzer.bytes(at_ms(1), 2, Direction::kC2S, kHeader);
  }
  EXPECT_EQ(kinds[1], "connected header-sent ");
  EXPECT_EQ(kinds[2], "connected header-sent ");
}

TEST(Analyzer, PassesTheErrorOfRefusedXmlOn) {
  Recorder recorder;
  Analyzer analyzer({}, recorder);
  std::optional<xml::Error> error;
  recorder.watch = [&](const StreamEvent& event) {
    if (event.kind == EventKind::kViolation) error = event.error;
  };
  analyzer.opened(at_ms(0), 1, {});
  analyzer.bytes(at_ms(1), 1, Direction::kC2S, kHeader + "<!-- no -->");
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->code, xml::ErrorCode::kComment);
  EXPECT_EQ(error->range, (ByteRange{kHeader.size(), kHeader.size() + 11}));
}

}  // namespace
}  // namespace parser
