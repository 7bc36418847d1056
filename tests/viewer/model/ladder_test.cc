// The sequence diagram without a window: which items there are, who belongs together, what is said of each.
#include "viewer/model/ladder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "captures/file.h"
#include "parser/analyzer.h"
#include "tests/support/sample_session.h"
#include "viewer/model/workspace.h"

namespace viewer {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Ladders : public testing::Test {
 protected:
  void load(const std::string& sample = {}) {
    if (sample.empty()) {
      parser::Analyzer analyzer(parser::AnalyzerOptions{}, w_.store());
      test_support::play_sample_sessions(analyzer);
      w_.store().publish();
    } else {
      w_.open(std::string(STANZASCOPE_SOURCE_DIR) + "/captures/samples/" + sample + ".pcapng", false);
      w_.loader()->wait_until_read();
    }
    w_.set_window_view(WindowView::kLadder);
    update();
  }
  void update() {
    w_.finish_filtering();
    w_.update(0, [] { return true; });
  }

  size_t count_of(LadderItem::Type type) {
    size_t n = 0;
    for (size_t i = 0; i < w_.ladder().size(); ++i) n += w_.ladder()[i].type == type ? 1 : 0;
    return n;
  }
  RowIndex first(parser::EventKind kind) {
    for (size_t i = 0; i < w_.ladder().size(); ++i) {
      const LadderItem& item = w_.ladder()[i];
      if (item.type == LadderItem::Type::kRow && w_.store().row(item.row).kind == kind) return item.row;
    }
    ADD_FAILURE() << "no such row";
    return kNoRow;
  }

  Workspace w_;
};

TEST_F(Ladders, HoldsTheRowsOfOneSessionInTheirOrder) {
  load();
  const Ladder& ladder = w_.ladder();
  ASSERT_GT(ladder.rows(), 20U);
  EXPECT_LT(ladder.rows(), w_.store().rows()) << "the other session is not in it";
  RowIndex before = 0;
  for (size_t i = 0; i < ladder.size(); ++i) {
    EXPECT_GE(ladder[i].row, before);
    before = ladder[i].row;
    EXPECT_EQ(w_.store().row(ladder[i].row).connection, 0U);
    if (ladder[i].type != LadderItem::Type::kRow) continue;
    EXPECT_EQ(ladder.position(ladder[i].row), i);
  }
}

TEST_F(Ladders, StagesHeadTheRowsBelowThem) {
  load("prosody-slixmpp");
  std::vector<std::string> stages;
  for (size_t i = 0; i < w_.ladder().size(); ++i) {
    if (w_.ladder()[i].type == LadderItem::Type::kStage) stages.push_back(w_.ladder().heading(i));
  }
  EXPECT_THAT(stages, testing::ElementsAre("Opening the stream", "Encryption", "Opening the stream", "Login",
                                           "Becoming reachable", "Session", "Goodbye"));
}

TEST_F(Ladders, FollowsTheSelectionIntoAnotherSession) {
  load();
  const RowIndex other = w_.store().connection(1).first_row;
  w_.select_row(other);
  update();
  EXPECT_EQ(w_.ladder().connection(), 1U);
  EXPECT_TRUE(w_.ladder().position(other));
  EXPECT_FALSE(w_.ladder().position(w_.store().connection(0).first_row));
}

TEST_F(Ladders, FollowsTheSessionThatIsShownAlone) {
  load();
  w_.select_row(w_.store().connection(0).first_row);
  w_.show_session(w_.store().connection(1).id);
  update();
  ASSERT_GT(w_.ladder().rows(), 0U) << "though the selection is in the other one";
  EXPECT_EQ(w_.ladder().connection(), 1U);
}

TEST_F(Ladders, AResumedSessionGoesOnInTheSameLadder) {
  load("prosody-slixmpp-resume");
  // Connection 2 was reset, connection 3 resumed its session.
  w_.select_row(w_.store().connection(1).first_row);
  update();
  EXPECT_EQ(count_of(LadderItem::Type::kConnection), 1U);
  bool broken_off = false;
  for (size_t i = 0; i < w_.ladder().size(); ++i) {
    if (w_.ladder()[i].type == LadderItem::Type::kStage) broken_off |= w_.ladder().heading(i) == "Broken off";
  }
  EXPECT_TRUE(broken_off) << "the first connection was reset";
  EXPECT_TRUE(w_.ladder().position(w_.store().connection(1).first_row));
  EXPECT_TRUE(w_.ladder().position(w_.store().connection(2).first_row));
  EXPECT_FALSE(w_.ladder().position(w_.store().connection(0).first_row));
}

TEST_F(Ladders, PairsRequestsWithAnswers) {
  load();
  size_t pairs = 0;
  for (size_t i = 0; i < w_.ladder().size(); ++i) {
    const auto partner = w_.ladder().partner(i);
    if (!partner) continue;
    EXPECT_EQ(w_.ladder().partner(*partner), i);
    ++pairs;
  }
  EXPECT_GE(pairs, 4U);
}

TEST_F(Ladders, ASilenceIsSaid) {
  load("prosody-slixmpp-resume");
  for (size_t i = 1; i < w_.ladder().size(); ++i) {
    if (w_.ladder()[i].type == LadderItem::Type::kWait) {
      EXPECT_THAT(w_.ladder().heading(i), HasSubstr("of silence"));
    }
  }
  size_t waits = 0;
  int64_t before = -1;
  for (RowIndex i = 0; i < w_.store().rows(); ++i) {
    if (w_.store().row(i).connection != 0) continue;
    if (before >= 0 && w_.store().row(i).time_us - before >= Ladder::kWaitUs) ++waits;
    before = w_.store().row(i).time_us;
  }
  EXPECT_EQ(count_of(LadderItem::Type::kWait), waits);
}

TEST_F(Ladders, TheFilterHoldsHereToo) {
  load();
  ASSERT_TRUE(w_.set_filter("xmpp.iq"));
  update();
  ASSERT_GT(w_.ladder().rows(), 2U);
  for (size_t i = 0; i < w_.ladder().size(); ++i) {
    EXPECT_EQ(w_.store().row(w_.ladder()[i].row).kind, parser::EventKind::kIq);
  }
  ASSERT_TRUE(w_.set_filter(""));
  update();
  EXPECT_EQ(w_.ladder().rows(), w_.store().connection(0).rows);
}

TEST_F(Ladders, MovesFromRowToRowOverHeadings) {
  load();
  const Ladder& ladder = w_.ladder();
  std::optional<RowIndex> at = ladder.moved(std::nullopt, 1);
  ASSERT_TRUE(at);
  size_t steps = 1;
  for (; steps < 10'000; ++steps) {
    const auto next = ladder.moved(at, 1);
    if (next == at) break;
    EXPECT_GT(*next, *at);
    at = next;
  }
  EXPECT_EQ(steps, ladder.rows());
  EXPECT_EQ(ladder.moved(std::nullopt, -1), at);
  EXPECT_EQ(ladder.moved(at, -1'000'000), ladder.moved(std::nullopt, 1));
}

TEST_F(Ladders, EveryStepOfEveryKindSaysWhatWhyAndNext) {
  load("ejabberd-slixmpp-rooms");
  for (uint32_t connection = 0; connection < w_.store().connections(); ++connection) {
    w_.select_row(w_.store().connection(connection).first_row);
    update();
    for (size_t i = 0; i < w_.ladder().size(); ++i) {
      if (w_.ladder()[i].type != LadderItem::Type::kRow) continue;
      const Ladder::Words& words = w_.ladder().words(w_.ladder()[i].row);
      EXPECT_THAT(words.kind, Not(IsEmpty()));
      EXPECT_THAT(words.caption.what, Not(IsEmpty()));
      EXPECT_THAT(words.caption.why, Not(IsEmpty())) << words.summary;
      EXPECT_THAT(words.caption.next, Not(IsEmpty()));
    }
  }
}

TEST_F(Ladders, TheCaptionOfStarttlsNamesWhoseTurnItWasAndIs) {
  load("prosody-slixmpp");
  const Ladder::Words words = w_.ladder().words(first(parser::EventKind::kStartTls));
  EXPECT_EQ(words.caption.turn, Turn::kServer);
  EXPECT_THAT(words.caption.why, HasSubstr("So the client sends <starttls/>"));
  EXPECT_THAT(words.caption.next, HasSubstr("Due: <proceed/> or <failure/>."));
}

TEST_F(Ladders, AnAnswerIsExplainedByItsRequest) {
  load("prosody-slixmpp");
  for (size_t i = 0; i < w_.ladder().size(); ++i) {
    if (w_.ladder()[i].type != LadderItem::Type::kRow) continue;
    const Row& row = w_.store().row(w_.ladder()[i].row);
    if (!row.has(Row::kHasRtt)) continue;
    EXPECT_THAT(w_.ladder().words(w_.ladder()[i].row).caption.why,
                testing::StartsWith("It answers the request in frame "));
  }
}

TEST_F(Ladders, ThePlaceStaysUnderThePointerWhenZooming) {
  load();
  ScrollWindow& window = w_.ladder().window();
  window.resize(1000, 400);
  window.go_to(500);
  const double under = window.top() + 100 / window.item_height();
  window.zoom(0.5, 100);
  EXPECT_NEAR(window.top() + 100 / window.item_height(), under, 1e-9);
  window.zoom(1000, 100);
  EXPECT_EQ(window.item_height(), 96);
  window.go_to(-5);
  EXPECT_EQ(window.top(), 0);
  window.reveal(999);
  EXPECT_NEAR(window.top(), window.furthest(), 1e-9);
  window.reveal(0);
  EXPECT_EQ(window.top(), 0);
}

TEST_F(Ladders, AnEmptyLadderHasNoSteps) {
  w_.set_window_view(WindowView::kLadder);
  update();
  EXPECT_EQ(w_.ladder().size(), 0U);
  EXPECT_FALSE(w_.ladder().moved(std::nullopt, 1));
  EXPECT_FALSE(w_.ladder().position(3));
}

}  // namespace
}  // namespace viewer
