// What the owner of a stream reader relies on beside the items themselves (those are in tests/cases/xml):
// restarts, pauses, gaps, memory, and long lives.
#include "parser/stream/stream_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <malloc.h>

#include <functional>
#include <string>
#include <vector>

#include "tests/support/chunking.h"
#include "tests/support/stream_trace.h"

namespace parser {
namespace {

using Kind = StreamItem::Kind;

constexpr std::string_view kHeader =
    "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>";

std::string with_header(std::string_view rest) {
  return std::string(kHeader) += rest;
}

struct Seen {
  Kind kind;
  ByteRange range;
  std::string bytes;
  xml::ElementPtr element;
  xml::Error error;
  bool restart;
};

class Recorder : public StreamReader::Handler {
 public:
  void on_item(const StreamItem& item) override {
    seen.push_back({item.kind, item.range, std::string(item.bytes), item.element, item.error, item.restart});
    if (then) then(item);
  }
  std::vector<Kind> kinds() const {
    std::vector<Kind> all;
    for (const Seen& item : seen) all.push_back(item.kind);
    return all;
  }
  std::vector<Seen> seen;
  std::function<void(const StreamItem&)> then;
};

StreamReader::Options mid_session() {
  StreamReader::Options options;
  options.expect_header = false;
  return options;
}

TEST(StreamReader, RestartInACallbackBeginsADocumentBehindThatItem) {
  test::TraceOptions options;
  options.restart_behind = {"success"};
  const std::string input = with_header("<success/><presence/>") + std::string(kHeader) + "<iq/>";
  const std::string trace =
      test::every_chunking(input, [&](const test::Chunks& chunks) { return test::trace(chunks, options); });
  EXPECT_EQ(trace,
            "header 0..85 {http://etherx.jabber.org/streams}stream:stream[0,85,85) xmlns:='jabber:client' "
            "xmlns:stream='http://etherx.jabber.org/streams'\n"
            "element 85..95 {jabber:client}success[85,95,95)\n"
            "violation 95..106 no-stream-header (bad-format): A stream must begin with a stream header: the "
            "first element is <presence>.\n"
            "element 95..106 {jabber:client}presence[95,106,106)\n"
            "header 106..191 {http://etherx.jabber.org/streams}stream:stream[106,191,191) "
            "xmlns:='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' restart\n"
            "element 191..196 {jabber:client}iq[191,196,196)\n");
}

TEST(StreamReader, PauseLeavesTheRestOfTheChunkToTheCaller) {
  StreamReader reader;
  Recorder recorder;
  recorder.then = [&reader](const StreamItem& item) {
    if (item.kind == Kind::kElement) reader.pause();
  };
  const std::string input = with_header("<proceed/>") + "\x16\x03\x01";
  const size_t used = reader.feed(input, recorder);
  EXPECT_EQ(used, 95u);
  EXPECT_EQ(reader.offset(), 95u);
  EXPECT_THAT(recorder.kinds(), testing::ElementsAre(Kind::kHeader, Kind::kElement));
  EXPECT_FALSE(reader.failed());
}

TEST(StreamReader, PausesAreTheSameInEveryChunking) {
  test::TraceOptions options;
  options.pause_behind = {"proceed", "a"};
  const std::string input =
      with_header("<proceed/><a/><a/> <b/>") + std::string(kHeader) + "<a/></stream:stream>";
  const std::string trace =
      test::every_chunking(input, [&](const test::Chunks& chunks) { return test::trace(chunks, options); });
  EXPECT_EQ(trace, test::trace({input}));
}

TEST(StreamReader, OffsetInACallbackIsTheEndOfTheItem) {
  test::every_chunking(
      with_header(" <a/><!-- c --><b><c/></b>x</stream:stream>"), [](const test::Chunks& chunks) {
        StreamReader reader;
        Recorder recorder;
        recorder.then = [&reader](const StreamItem& item) { EXPECT_EQ(reader.offset(), item.range.end); };
        for (std::string_view chunk : chunks) reader.feed(chunk, recorder);
        return std::to_string(reader.offset());
      });
}

TEST(StreamReader, RestartFromOutsideHandsOutWhatIsUnfinished) {
  StreamReader reader;
  Recorder recorder;
  reader.feed(with_header("<a><b"), recorder);
  EXPECT_EQ(reader.partial(), "<a><b");
  reader.restart();
  reader.feed(kHeader, recorder);
  EXPECT_THAT(recorder.kinds(), testing::ElementsAre(Kind::kHeader, Kind::kUnparsed, Kind::kHeader));
  EXPECT_EQ(recorder.seen[1].bytes, "<a><b");
  EXPECT_EQ(recorder.seen[2].range, (ByteRange{90, 175}));
  EXPECT_TRUE(recorder.seen[2].restart);
}

TEST(StreamReader, RestartHealsAFailure) {
  StreamReader reader;
  Recorder recorder;
  reader.feed(with_header("<a></b>"), recorder);
  EXPECT_TRUE(reader.failed());
  EXPECT_FALSE(recorder.seen.back().restart);
  reader.restart();
  EXPECT_FALSE(reader.failed());
  reader.feed(with_header("<c/>"), recorder);
  EXPECT_EQ(recorder.seen.back().kind, Kind::kElement);
  EXPECT_EQ(recorder.seen.back().element->local, "c");
}

TEST(StreamReader, SkippedBytesCountAndAreNotRead) {
  StreamReader reader;
  Recorder recorder;
  reader.feed(with_header("<a/>"), recorder);
  reader.skip(1000);
  EXPECT_EQ(reader.offset(), 1089u);
  reader.feed("<b/>", recorder);
  EXPECT_EQ(recorder.seen.back().range, (ByteRange{1089, 1093}));
}

TEST(StreamReader, BytesSkippedInTheMiddleOfAnElementEndIt) {
  StreamReader reader;
  Recorder recorder;
  reader.feed(with_header("<a><x>"), recorder);
  reader.skip(10);
  EXPECT_EQ(reader.offset(), 101u);
  reader.feed("<b/>", recorder);
  EXPECT_THAT(recorder.kinds(), testing::ElementsAre(Kind::kHeader, Kind::kUnparsed, Kind::kElement));
  EXPECT_EQ(recorder.seen[1].bytes, "<a><x>");
  EXPECT_EQ(recorder.seen[2].range, (ByteRange{101, 105}));
  EXPECT_EQ(recorder.seen[2].element->range, (ByteRange{101, 105}));
}

TEST(StreamReader, OffsetsGoBeyondFourGigabytes) {
  StreamReader reader;
  Recorder recorder;
  reader.feed(kHeader, recorder);
  const uint64_t far = (uint64_t{1} << 32) - 3;
  reader.skip(far - reader.offset());
  for (char c : std::string("<a><b x='1'/></a><c></d>")) reader.feed({&c, 1}, recorder);
  ASSERT_EQ(recorder.seen[1].kind, Kind::kElement);
  EXPECT_EQ(recorder.seen[1].range, (ByteRange{far, far + 17}));
  EXPECT_EQ(recorder.seen[1].element->first_child()->range, (ByteRange{far + 3, far + 13}));
  ASSERT_EQ(recorder.seen[2].kind, Kind::kViolation);
  EXPECT_EQ(recorder.seen[2].error.range, (ByteRange{far + 20, far + 24}));
}

TEST(StreamReader, ItemsOfAChunkAreViewsIntoIt) {
  StreamReader reader;
  const std::string input = with_header("<a/> <b>text</b></stream:stream>");
  Recorder recorder;
  recorder.then = [&input](const StreamItem& item) {
    EXPECT_EQ(item.bytes.data(), input.data() + item.range.begin);  // not a copy
  };
  reader.feed(input, recorder);
  EXPECT_EQ(recorder.seen.size(), 5u);
}

TEST(StreamReader, ElementsOutliveTheReaderAndLaterElements) {
  Recorder recorder;
  {
    StreamReader reader;
    reader.feed(with_header("<a x='1'>one</a><b y='2'><c/>two</b>"), recorder);
    for (int i = 0; i < 100; ++i) reader.feed("<d z='3'>three</d>", recorder);
    reader.release_memory();
  }
  EXPECT_EQ(recorder.seen[1].element->attribute("x"), "1");
  EXPECT_EQ(recorder.seen[1].element->text(), "one");
  EXPECT_EQ(recorder.seen[2].element->text(), "two");
  EXPECT_EQ(recorder.seen[2].element->first_child()->ns, "jabber:client");
}

TEST(StreamReader, ReleasingMemoryChangesNothing) {
  test::TraceOptions released;
  released.release_between_feeds = true;
  const std::string input = "<?xml version='1.0'?>" +
                            with_header("<a><b x='&amp;'>t</b></a> <x:y/><!-- c --><c/></stream:stream><d/>");
  const std::string trace =
      test::every_chunking(input, [&](const test::Chunks& chunks) { return test::trace(chunks, released); });
  EXPECT_EQ(trace, test::trace({input}));
}

TEST(StreamReader, SaysWhereItStands) {
  StreamReader reader;
  Recorder recorder;
  EXPECT_FALSE(reader.in_document());
  EXPECT_EQ(reader.header(), nullptr);
  reader.feed(kHeader, recorder);
  EXPECT_TRUE(reader.in_document());
  ASSERT_NE(reader.header(), nullptr);
  EXPECT_EQ(reader.header()->prefix, "stream");
  reader.feed("<a>", recorder);
  EXPECT_EQ(reader.partial(), "<a>");
  reader.feed("</a></stream:stream>", recorder);
  EXPECT_EQ(reader.partial(), "");
  EXPECT_FALSE(reader.in_document());
  reader.restart();
  EXPECT_EQ(reader.header(), nullptr);
}

TEST(StreamReader, AReaderThatExpectsNoHeaderIsInADocument) {
  StreamReader reader(mid_session());
  EXPECT_TRUE(reader.in_document());
  EXPECT_EQ(reader.header(), nullptr);
}

TEST(StreamReader, AssumesTheContentNamespaceThatItIsGiven) {
  StreamReader::Options options = mid_session();
  options.assumed_content_namespace = "jabber:server";
  StreamReader reader(options);
  Recorder recorder;
  reader.feed("<message/>", recorder);
  EXPECT_TRUE(recorder.seen.at(0).element->is("message", "jabber:server"));
}

TEST(StreamReader, CanBeMovedInTheMiddleOfAnElement) {
  StreamReader first;
  Recorder recorder;
  first.feed(with_header("<a><b/>"), recorder);
  StreamReader second = std::move(first);
  second.feed("</a>", recorder);
  EXPECT_EQ(recorder.seen.back().element->child_count(), 1u);
}

TEST(StreamReader, AnElementOfTheLargestSizeArrivesByteByByte) {
  StreamReader reader;
  Recorder recorder;
  reader.feed(kHeader, recorder);
  const size_t limit = xml::Limits().element_bytes;
  std::string element = "<a>";
  while (element.size() + 20 < limit) element += "<b c='d'>&lt;</b>";
  element += std::string(limit - element.size() - 4, 'x') + "</a>";
  ASSERT_EQ(element.size(), limit);
  for (char c : element) reader.feed({&c, 1}, recorder);
  ASSERT_EQ(recorder.seen.size(), 2u);
  EXPECT_EQ(recorder.seen[1].bytes, element);
  EXPECT_EQ(recorder.seen[1].element->range.size(), limit);
}

TEST(StreamReader, EndlessTextBetweenElementsIsHandedOutInPieces) {
  StreamReader::Options options;
  options.limits.element_bytes = 1000;
  StreamReader reader(options);
  Recorder recorder;
  reader.feed(kHeader, recorder);
  for (int i = 0; i < 10'000; ++i) reader.feed("x", recorder);
  EXPECT_LE(reader.partial().size(), 1000u);
  EXPECT_EQ(recorder.seen.size(), 10u);  // the header, and nine full pieces that one more byte followed
}

TEST(StreamReader, WhatIsWrongIsToldOnOneLine) {
  for (const std::string_view input : {"<?xml version='1.\n0'?>", "<?xml version='1.0' encoding='\nutf-8'?>",
                                       "<a>&b\nc;</a>", "<a>&#\n;</a>", "<a></b\n>", "<!\nA>", "te\nxt<a/>",
                                       "<?a\nb?><a/>", "<a b='\n' b='\n'/>", "<a b=\n c/>"}) {
    StreamReader reader(mid_session());
    Recorder recorder;
    reader.feed(input, recorder);
    reader.finish(recorder);
    size_t errors = 0;
    for (const Seen& item : recorder.seen) {
      if (item.kind != Kind::kViolation) continue;
      ++errors;
      EXPECT_EQ(xml::describe(item.error).find('\n'), std::string::npos) << xml::describe(item.error);
    }
    EXPECT_GT(errors, 0U) << input;
  }
}

TEST(StreamReader, TextThatItsLimitCutsInMidCharacterLosesNothing) {
  test::TraceOptions options;
  options.reader.expect_header = false;
  options.reader.limits.element_bytes = 8;
  for (const std::string_view character : {"\u00e9", "\u20ac", "\U0001F600"}) {
    for (size_t before = 5; before < 9; ++before) {
      const std::string text = std::string(before, 'x') + std::string(character) + "more text <presence/>";
      EXPECT_THAT(test::every_chunking(
                      text, [&](const test::Chunks& chunks) { return test::trace(chunks, options); }),
                  ::testing::Not(::testing::HasSubstr("fault")))
          << before;
    }
  }
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
size_t heap_in_use() {
  return mallinfo2().uordblks;
}

TEST(StreamReader, MemoryStaysBoundedOverManyDistinctNames) {
  StreamReader reader;
  Recorder quiet;
  reader.feed(kHeader, quiet);
  quiet.then = [&quiet](const StreamItem&) { quiet.seen.clear(); };
  size_t most = 0;
  const size_t before = heap_in_use();
  for (int i = 0; i < 200'000; ++i) {
    const std::string number = std::to_string(i);
    reader.feed("<name-" + number + " attribute-" + number + "='1' xmlns='urn:" + number + "'/>", quiet);
    if (i % 1000 == 0) most = std::max(most, heap_in_use() - before);
  }
  EXPECT_FALSE(reader.failed());
  EXPECT_LT(most, size_t{2} << 20);
}

TEST(StreamReader, AnIdleReaderIsSmall) {
  constexpr size_t kReaders = 200;
  const std::string header =
      "<?xml version='1.0'?><stream:stream xmlns='jabber:client' "
      "xmlns:stream='http://etherx.jabber.org/streams' from='capulet.example' to='juliet@capulet.example' "
      "id='++TR84Sm6A3hnt3Q065SnAbbk3Y=' version='1.0' xml:lang='en'>";
  std::vector<StreamReader> readers;
  readers.reserve(kReaders);
  class Nothing : public StreamReader::Handler {
    void on_item(const StreamItem&) override {}
  } nothing;
  const auto use = [&](StreamReader& reader) {
    reader.feed(header, nothing);
    reader.feed("<presence><show>away</show></pres", nothing);
    reader.feed("ence><iq><a/></iq>", nothing);
    reader.release_memory();
  };
  StreamReader first;  // what libraries set up once is no reader's
  use(first);
  const size_t before = heap_in_use();
  for (size_t i = 0; i < kReaders; ++i) use(readers.emplace_back());
  EXPECT_LE((heap_in_use() - before) / kReaders, 1536u);
}
#endif

}  // namespace
}  // namespace parser
