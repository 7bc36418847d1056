// Figures about rows, held against what the rows themselves say; and the containers below them.
#include "viewer/model/statistics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "parser/analyzer.h"
#include "parser/transcript.h"
#include "viewer/model/workspace.h"

namespace viewer {
namespace {

class Figures : public testing::Test {
 protected:
  void load(const std::string& sample) {
    w_.open(std::string(STANZASCOPE_SOURCE_DIR) + "/captures/samples/" + sample + ".pcapng", false);
    w_.loader()->wait_until_read();
    w_.set_window_view(WindowView::kStatistics);
    update();
  }
  void update() {
    w_.finish_filtering();
    w_.update(0, [] { return true; });
    ASSERT_TRUE(w_.statistics().complete());
  }
  uint64_t rows_where(const std::function<bool(const Row&)>& wanted) {
    uint64_t n = 0;
    for (size_t i = 0; i < w_.store().rows(); ++i) n += wanted(w_.store().row(i)) ? 1 : 0;
    return n;
  }

  Workspace w_;
};

TEST_F(Figures, EveryElementIsCountedOnce) {
  load("ejabberd-profanity");
  const Statistics& s = w_.statistics();
  const auto is_shown = [](const Row& row) {
    return parser::is_element(row.kind) && row.kind != parser::EventKind::kKeepalive;
  };
  EXPECT_EQ(s.total().all(0) + s.total().all(1), rows_where(is_shown));
  EXPECT_EQ(s.total().elements[static_cast<size_t>(TrafficKind::kMessage)][0] +
                s.total().elements[static_cast<size_t>(TrafficKind::kMessage)][1],
            rows_where([](const Row& row) { return row.kind == parser::EventKind::kMessage; }));
  uint64_t in_slices = 0;
  for (size_t i = 0; i < s.traffic().size(); ++i) in_slices += s.traffic()[i].all(0) + s.traffic()[i].all(1);
  EXPECT_EQ(in_slices, s.total().all(0) + s.total().all(1));
}

TEST_F(Figures, RoundTripsAreThoseOfTheRows) {
  load("ejabberd-profanity");
  Statistics& s = w_.statistics();
  const auto answers = rows_where([](const Row& row) { return row.has(Row::kHasRtt); });
  ASSERT_GT(answers, 10U);
  EXPECT_EQ(s.trips().count(), answers);
  uint64_t by_namespace = 0;
  uint64_t by_peer = 0;
  for (const auto& of : s.tables(1000).by_namespace) by_namespace += of.trips.count();
  for (const auto& of : s.tables(1000).by_peer) by_peer += of.trips.count();
  EXPECT_EQ(by_namespace, answers);
  EXPECT_EQ(by_peer, answers);
  const auto& tables = s.tables(1000);
  EXPECT_EQ(tables.unanswered_count, s.requests() - answers);
  for (const RowIndex row : tables.unanswered) {
    EXPECT_EQ(w_.store().answered_by(w_.store().row(row)), kNoRow);
  }
}

TEST_F(Figures, TablesAreSortedAndCut) {
  load("ejabberd-profanity");
  const auto& all = w_.statistics().tables(1000).namespaces;
  ASSERT_GT(all.size(), 5U);
  EXPECT_TRUE(
      std::is_sorted(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.bytes > b.bytes; }));
  const std::string first = all.front().name;
  const auto& few = w_.statistics().tables(3).namespaces;
  ASSERT_EQ(few.size(), 3U);
  EXPECT_EQ(few.front().name, first);
  EXPECT_THAT(few.front().title, testing::HasSubstr("XEP-0030"));
}

TEST_F(Figures, AChosenTimeRestrictsEverything) {
  load("ejabberd-profanity");
  const uint64_t all = w_.statistics().total().all(0);
  const int64_t start = w_.start_us();
  w_.show_time_range(TimeRange{start, start + 1'000'000});
  update();
  const Statistics& s = w_.statistics();
  EXPECT_LT(s.total().all(0), all);
  EXPECT_GT(s.total().all(0), 0U);
  for (size_t i = 0; i < w_.view().size(); ++i) {
    EXPECT_LE(w_.store().row(w_.view()[i]).time_us, start + 1'000'000) << "the table, too";
  }
  EXPECT_LE(s.traffic().last_us(), start + 1'000'000);
  w_.show_time_range(std::nullopt);
  update();
  EXPECT_EQ(w_.statistics().total().all(0), all);
}

TEST_F(Figures, TheFilterAndTheChosenSessionRestrictThemToo) {
  load("ejabberd-profanity");
  ASSERT_TRUE(w_.set_filter("xmpp.presence"));
  update();
  EXPECT_EQ(w_.statistics().trips().count(), 0U);
  EXPECT_EQ(w_.statistics().total().all(0) + w_.statistics().total().all(1),
            rows_where([](const Row& row) { return row.kind == parser::EventKind::kPresence; }));
  ASSERT_TRUE(w_.set_filter(""));
  w_.show_connection(0);
  update();
  const uint64_t one = w_.statistics().total().all(0);
  EXPECT_EQ(one, w_.store().connection(0).elements[0]);
}

TEST_F(Figures, PresenceChurnCountsComingAndGoing) {
  load("ejabberd-slixmpp-rooms");
  const auto& presence = w_.statistics().tables(100).presence;
  ASSERT_FALSE(presence.empty());
  uint64_t came = 0;
  uint64_t went = 0;
  for (const auto& of : presence) {
    came += of.available;
    went += of.unavailable;
    EXPECT_LE(of.flips + 1, of.available + of.unavailable);
  }
  const auto from_server = [&](std::string_view type) {
    return rows_where([&](const Row& row) {
      return row.kind == parser::EventKind::kPresence && row.direction == parser::Direction::kS2C &&
             row.from != 0 && w_.store().text(row.type) == type;
    });
  };
  EXPECT_EQ(came, from_server(""));
  EXPECT_EQ(went, from_server("unavailable"));
}

TEST_F(Figures, AcknowledgementsAreHeldAgainstWhatWasSent) {
  load("prosody-slixmpp-resume");
  const AckLag& lag = w_.statistics().lag();
  EXPECT_EQ(lag.sessions(), 2U) << "a resumed session is not another one";
  for (const auto sender : {parser::Direction::kC2S, parser::Direction::kS2C}) {
    const AckLag::Side& side = lag.side(sender);
    EXPECT_GT(side.counted, 0U);
    EXPECT_GT(side.acks, 0U);
    EXPECT_GT(side.most, 0U);
    EXPECT_LE(side.unacknowledged, side.most * 2);
    ASSERT_NE(side.most_at, kNoRow);
    EXPECT_EQ(w_.store().row(side.most_at).direction, sender);
  }
}

TEST_F(Figures, NothingIsNothing) {
  w_.set_window_view(WindowView::kStatistics);
  w_.update(0, [] { return true; });
  EXPECT_TRUE(w_.statistics().tables(8).namespaces.empty());
  EXPECT_EQ(w_.statistics().trips().quantile_us(0.5), 0);
}

// The login itself turns stream management on (XEP-0386): its stanzas wait for acknowledgement like any
// others.
TEST(AcknowledgementLag, IsFollowedWhereTheLoginBeganIt) {
  const auto read = parser::parse_transcript(
      "[tls]\n"
      "S: <stream:features><authentication xmlns='urn:xmpp:sasl:2'><mechanism>PLAIN</mechanism><inline>"
      "<bind xmlns='urn:xmpp:bind:0'/><sm "
      "xmlns='urn:xmpp:sm:3'/></inline></authentication></stream:features>\n"
      "C: <authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'>"
      "<initial-response>AGp1bGlldABzZWNyZXQ=</initial-response>"
      "<bind xmlns='urn:xmpp:bind:0'><enable xmlns='urn:xmpp:sm:3'/></bind></authenticate>\n"
      "S: <success xmlns='urn:xmpp:sasl:2'><authorization-identifier>juliet@example.com/x"
      "</authorization-identifier><bound xmlns='urn:xmpp:bind:0'><enabled xmlns='urn:xmpp:sm:3' "
      "id='a'/></bound>"
      "</success>\n"
      "C: <message to='romeo@example.net' id='1'><body>one</body></message>\n"
      "C: <message to='romeo@example.net' id='2'><body>two</body></message>\n"
      "C: <r xmlns='urn:xmpp:sm:3'/>\n"
      "S: <a xmlns='urn:xmpp:sm:3' h='2'/>\n"
      "C: <message to='romeo@example.net' id='3'><body>three</body></message>\n");
  Workspace w;
  parser::Analyzer analyzer(parser::AnalyzerOptions{}, w.store());
  parser::play(std::get<parser::Transcript>(read), analyzer, 1, {});
  w.store().publish();
  EXPECT_TRUE(w.store().connection(0).stream_management);
  w.set_window_view(WindowView::kStatistics);
  w.update(0, [] { return true; });
  const AckLag& lag = w.statistics().lag();
  EXPECT_EQ(lag.sessions(), 1U);
  const AckLag::Side& client = lag.side(parser::Direction::kC2S);
  EXPECT_EQ(client.counted, 3U);
  EXPECT_EQ(client.acks, 1U);
  EXPECT_EQ(client.most, 2U);
  EXPECT_EQ(client.unacknowledged, 1U);
}

TEST(RoundTripQuantiles, AreRightToEightPercent) {
  RoundTrips trips;
  for (int64_t us = 1; us <= 100'000; ++us) trips.add(us);
  for (const double share : {0.1, 0.5, 0.95}) {
    EXPECT_NEAR(static_cast<double>(trips.quantile_us(share)), share * 100'000, share * 100'000 * 0.08);
  }
  EXPECT_EQ(trips.quantile_us(1), 100'000);
  EXPECT_EQ(trips.longest_us(), 100'000);
  const auto bars = trips.histogram<28>();
  EXPECT_EQ(std::accumulate(bars.begin(), bars.end(), uint64_t{0}), 100'000U);
  trips.add(0);
  trips.add(int64_t{1} << 60);
  EXPECT_EQ(trips.count(), 100'002U);
}

TEST(TimeSlices, DoubleTheirWidthAndLoseNothing) {
  TrafficOverTime traffic;
  Row row;
  row.kind = parser::EventKind::kIq;
  row.bytes_size = 10;
  uint64_t added = 0;
  for (int64_t us = 0; us < 3'600'000'000; us += 7'654'321) {
    traffic.at(1'000'000 + us).add(row);
    ++added;
  }
  traffic.at(0).add(row);  // earlier than the first
  ++added;
  uint64_t sum = 0;
  for (size_t i = 0; i < traffic.size(); ++i) sum += traffic[i].all(0);
  EXPECT_EQ(sum, added);
  EXPECT_LE(traffic.size(), 256U);
  EXPECT_GT(traffic.size(), 100U);
  EXPECT_GE(traffic.width_us() * static_cast<int64_t>(traffic.size()),
            traffic.last_us() - traffic.start_us());
}

}  // namespace
}  // namespace viewer
