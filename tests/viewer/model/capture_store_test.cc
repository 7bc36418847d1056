// The store, fed by the real analyzer.
#include "viewer/model/capture_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "parser/analyzer.h"
#include "tests/support/sample_session.h"
#include "viewer/model/detail.h"

namespace viewer {
namespace {

void load(CaptureStore& store) {
  parser::Analyzer analyzer(parser::AnalyzerOptions{}, store);
  test_support::play_sample_sessions(analyzer);
  store.publish();
}

RowIndex find_row(const CaptureStore& store, std::string_view id, std::string_view type) {
  for (RowIndex i = 0; i < store.rows(); ++i) {
    if (store.row(i).id() == id && store.text(store.row(i).type) == type) return i;
  }
  return kNoRow;
}

TEST(AppendLog, ShowsOnlyWhatWasPublished) {
  AppendLog<int, 4, 2> log;
  for (int i = 0; i < 8; ++i) EXPECT_TRUE(log.push(i));
  EXPECT_FALSE(log.push(8)) << "full";
  EXPECT_EQ(log.size(), 0U);
  log.publish();
  ASSERT_EQ(log.size(), 8U);
  EXPECT_EQ(log[5], 5);
}

TEST(AppendLog, AReaderNeverSeesHalfAnEntry) {
  AppendLog<std::pair<uint64_t, uint64_t>> log;
  std::atomic<bool> done{false};
  std::thread writer([&] {
    for (uint64_t i = 0; i < 200'000; ++i) {
      log.push({i, ~i});
      if (i % 100 == 0) log.publish();
    }
    log.publish();
    done = true;
  });
  uint64_t looked = 0;
  while (!done) {
    const size_t size = log.size();
    if (size == 0) continue;
    ASSERT_EQ(log[size - 1].first, ~log[size - 1].second);
    ASSERT_EQ(log[size - 1].first, size - 1);
    ++looked;
  }
  writer.join();
  EXPECT_EQ(log.size(), 200'000U);
  EXPECT_EQ(log[199'999].first, 199'999U) << "after " << looked << " looks";
}

TEST(ByteStore, ViewsStayWhereTheyAre) {
  const auto sample = [](size_t i) { return std::string(i % 50, static_cast<char>('a' + i % 26)); };
  ByteStore store(64);
  std::vector<std::string_view> views;
  for (size_t i = 0; i < 200; ++i) views.push_back(store.append(sample(i)));
  for (size_t i = 0; i < 200; ++i) EXPECT_EQ(views[i], sample(i));
  EXPECT_GE(store.reserved(), store.size());
}

TEST(Interner, GivesEqualStringsOneNumber) {
  ByteStore bytes;
  Interner strings(bytes, 2);
  const StringId juliet = strings.intern("juliet");
  EXPECT_EQ(strings.intern("juliet"), juliet);
  EXPECT_EQ(strings.intern(""), 0U);
  EXPECT_NE(strings.intern("romeo"), juliet);
  const StringId third = strings.intern("nurse");
  EXPECT_NE(strings.intern("nurse"), third) << "beyond the bound strings are kept, not recognised";
  strings.publish();
  EXPECT_EQ(strings[juliet], "juliet");
  EXPECT_EQ(strings[third], "nurse");
}

TEST(CaptureStore, ConnectionsHaveTheirFacts) {
  CaptureStore store;
  load(store);
  ASSERT_EQ(store.connections(), 2U);
  const ConnectionSummary juliet = store.connection(0);
  EXPECT_EQ(juliet.title(), "juliet@example.com/balcony");
  EXPECT_EQ(juliet.domain, "example.com");
  EXPECT_EQ(juliet.content_ns, "jabber:client");
  EXPECT_EQ(juliet.mechanism, "SCRAM-SHA-256");
  EXPECT_TRUE(juliet.stream_management);
  ASSERT_TRUE(juliet.tls[0] && juliet.tls[1]);
  EXPECT_EQ(juliet.tls[0]->version, "TLSv1.3");
  EXPECT_EQ(juliet.info.client.port, 54210);
  EXPECT_EQ(juliet.edits, 1U);
  EXPECT_GT(juliet.finding_count(), 0U);
  const ConnectionSummary romeo = store.connection(1);
  EXPECT_EQ(romeo.title(), "romeo@example.net/orchard");
  ASSERT_TRUE(romeo.closed);
  EXPECT_EQ(romeo.closed->how, parser::Closed::How::kFinished);
}

TEST(CaptureStore, RequestAndAnswerPointAtEachOther) {
  CaptureStore store;
  load(store);
  const RowIndex request = find_row(store, "roster_1", "get");
  const RowIndex answer = find_row(store, "roster_1", "result");
  ASSERT_NE(request, kNoRow);
  ASSERT_NE(answer, kNoRow);
  EXPECT_EQ(store.row(answer).answers, request);
  EXPECT_EQ(store.answered_by(store.row(request)), answer);
  EXPECT_TRUE(store.row(answer).has(Row::kHasRtt));
  EXPECT_EQ(store.row(answer).rtt_us, 10'900U);
}

TEST(CaptureStore, FindingsKnowTheirRows) {
  CaptureStore store;
  load(store);
  ASSERT_GT(store.findings(), 0U);
  EXPECT_EQ(store.finding(0).rule, "stream-from-missing-after-tls");  // a note on the header
  const FindingEntry& first = store.finding(1);
  EXPECT_EQ(first.rule, "iq-missing-id");
  EXPECT_EQ(store.finding_from(first.row), 1U);
  EXPECT_EQ(store.finding_from(first.row + 1), 2U);
  EXPECT_GT(store.row(first.row).findings, 0);
  EXPECT_EQ(store.totals().findings[2], store.connection(0).findings[2]);
}

TEST(CaptureStore, AFullStoreCountsWhatItLeavesOut) {
  StoreLimits limits;
  limits.max_rows = 10;
  CaptureStore store(limits);
  load(store);
  EXPECT_EQ(store.rows(), 10U);
  EXPECT_EQ(store.totals().rows, 10U);
  EXPECT_GT(store.totals().rows_not_kept, 20U);
}

TEST(CaptureStore, BytesBeyondTheLimitAreCountedAndTheRowSaysSo) {
  StoreLimits limits;
  limits.max_bytes = 4 << 20;
  CaptureStore store(limits);
  parser::Analyzer analyzer(parser::AnalyzerOptions{}, store);
  const parser::Time at = test_support::kSampleStart;
  analyzer.opened(at, 1, {});
  analyzer.bytes(at, 1, parser::Direction::kC2S,
                 "<stream:stream to='a' version='1.0' xmlns='jabber:client' "
                 "xmlns:stream='http://etherx.jabber.org/streams'>");
  const std::string body(200'000, 'x');
  for (int i = 0; i < 30; ++i) {
    analyzer.bytes(at, 1, parser::Direction::kC2S, "<message to='b'><body>" + body + "</body></message>");
  }
  store.publish();
  const Row& last = store.row(store.rows() - 1);
  EXPECT_TRUE(last.has(Row::kBytesNotKept));
  EXPECT_EQ(last.as_sent(), "");
  EXPECT_GT(last.bytes_size, 200'000U);
  EXPECT_GT(store.totals().bytes_not_kept, 1'000'000U);
  Reparser reparser(store);
  const Detail detail = make_detail(store, reparser, static_cast<RowIndex>(store.rows() - 1), {});
  EXPECT_THAT(detail.no_xml, testing::HasSubstr("not kept"));
}

TEST(Reparser, EveryStanzaComesBackAsItWas) {
  struct Compare : parser::EventSink {
    explicit Compare(CaptureStore& s) : store(s) {}
    void on_event(const parser::StreamEvent& event) override {
      store.on_event(event);
      expected.push_back({std::string(event.ns), std::string(event.local),
                          event.payload == nullptr ? "" : std::string(event.payload->ns)});
    }
    CaptureStore& store;
    std::vector<std::array<std::string, 3>> expected;
  };
  CaptureStore store;
  Compare compare(store);
  parser::Analyzer analyzer(parser::AnalyzerOptions{}, compare);
  test_support::play_sample_sessions(analyzer);
  store.publish();
  Reparser reparser(store);
  ASSERT_EQ(store.rows(), compare.expected.size());
  size_t stanzas = 0;
  // Backwards too: the order of looking must not matter.
  for (size_t k = 0; k < store.rows() * 2; ++k) {
    const size_t i = k < store.rows() ? k : store.rows() * 2 - 1 - k;
    const Row& row = store.row(i);
    const parser::StreamEvent& event = reparser.event(static_cast<RowIndex>(i));
    if (!parser::is_element(row.kind) || row.kind == parser::EventKind::kFooter) continue;
    EXPECT_EQ(event.ns, compare.expected[i][0]) << "row " << i;
    EXPECT_EQ(event.local, compare.expected[i][1]) << "row " << i;
    EXPECT_EQ(event.payload == nullptr ? "" : event.payload->ns, compare.expected[i][2]) << "row " << i;
    ++stanzas;
  }
  EXPECT_GT(stanzas, 80U);
}

TEST(Detail, ShowsXmlFindingsAndFacts) {
  CaptureStore store;
  load(store);
  Reparser reparser(store);
  const Detail detail = make_detail(store, reparser, store.finding(1).row, {});
  EXPECT_EQ(plain_text(detail.xml),
            "<iq type='get' to='example.com'>\n  <ping xmlns='urn:xmpp:ping'/>\n</iq>\n");
  ASSERT_EQ(detail.findings.size(), 1U);
  EXPECT_EQ(detail.findings[0].rule, "iq-missing-id");
  EXPECT_FALSE(detail.findings[0].explanation.empty());
  ASSERT_TRUE(detail.findings[0].range);
  EXPECT_EQ(detail.bytes.substr(detail.findings[0].range->begin, detail.findings[0].range->size()),
            "<iq type='get' to='example.com'>");
  EXPECT_EQ(detail.sender, "client \u2192 server");
  ASSERT_FALSE(detail.xml.empty());
  EXPECT_EQ(detail.xml[1].range, (parser::ByteRange{32, 61}));
}

TEST(Detail, MixedContentIsNotBrokenIntoLines) {
  CaptureStore store;
  parser::Analyzer analyzer(parser::AnalyzerOptions{}, store);
  const parser::Time at = test_support::kSampleStart;
  parser::ConnectionInfo info;
  info.from_start = false;
  analyzer.opened(at, 1, info);
  analyzer.bytes(at, 1, parser::Direction::kC2S,
                 "<message to='a'><html xmlns='x'><p>one <b>two</b> &lt;three</p></html></message>");
  store.publish();
  Reparser reparser(store);
  const Detail detail = make_detail(store, reparser, 1, {});
  EXPECT_EQ(
      plain_text(detail.xml),
      "<message to='a'>\n  <html xmlns='x'>\n    <p>one <b>two</b> &lt;three</p>\n  </html>\n</message>\n");
}

}  // namespace
}  // namespace viewer
