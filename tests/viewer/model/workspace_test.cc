// The window's logic: filtering, moving, following, finding; and the loader below it.
#include "viewer/model/workspace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "captures/file.h"
#include "captures/writer.h"
#include "parser/analyzer.h"
#include "tests/support/sample_session.h"
#include "viewer/model/state_json.h"

namespace viewer {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

void load(Workspace& workspace) {
  parser::Analyzer analyzer(parser::AnalyzerOptions{}, workspace.store());
  test_support::play_sample_sessions(analyzer);
  workspace.store().publish();
}

std::string write_sample(const std::string& name) {
  const std::string path = testing::TempDir() + "/" + name;
  std::string error;
  const auto file = captures::FileOutput::create(path, true, error);
  EXPECT_NE(file, nullptr) << error;
  captures::Writer writer({}, file.get());
  parser::AnalyzerOptions options;
  options.numbering = &writer;
  parser::Analyzer analyzer(options, writer);
  test_support::play_sample_sessions(analyzer);
  writer.flush();
  return path;
}

void finish(Workspace& workspace) {
  while (!workspace.view().complete() || workspace.find_state().searching) {
    workspace.update(0, [] { return true; });
  }
}

TEST(SplitConjunction, SplitsOnlyAtTheTop) {
  EXPECT_THAT(split_conjunction("xmpp.iq && (a || b) and c"), ElementsAre("xmpp.iq", "(a || b)", "c"));
  EXPECT_THAT(split_conjunction("xmpp.body contains \"a && b\""),
              ElementsAre("xmpp.body contains \"a && b\""));
  EXPECT_THAT(split_conjunction("a && b || c"), ElementsAre("a && b || c"));
  EXPECT_THAT(split_conjunction("band && android"), ElementsAre("band", "android"));
}

TEST(Workspace, AFilterShowsWhatMatches) {
  Workspace w;
  load(w);
  EXPECT_EQ(w.view().size(), w.store().rows());
  ASSERT_TRUE(w.set_filter("xmpp.message"));
  finish(w);
  ASSERT_GT(w.view().size(), 3U);
  for (size_t i = 0; i < w.view().size(); ++i) {
    EXPECT_EQ(w.store().row(w.view()[i]).kind, parser::EventKind::kMessage);
  }
  ASSERT_TRUE(w.set_filter(""));
  EXPECT_EQ(w.view().size(), w.store().rows());
}

TEST(Workspace, AFaultyFilterKeepsTheOldOneAndSaysWhere) {
  Workspace w;
  load(w);
  ASSERT_TRUE(w.set_filter("xmpp.presence"));
  finish(w);
  const size_t before = w.view().size();
  EXPECT_FALSE(w.set_filter("xmpp.iq && xmpp.form"));
  ASSERT_TRUE(w.fault());
  EXPECT_EQ(w.fault()->error.offset, 11U);
  EXPECT_EQ(w.view().size(), before);
  EXPECT_TRUE(w.set_filter("xmpp.iq"));
  EXPECT_FALSE(w.fault());
}

TEST(Workspace, NoMatchNamesThePartThatExcludedEverything) {
  Workspace w;
  load(w);
  ASSERT_TRUE(w.set_filter("xmpp.iq && xmpp.from contains \"nobody\""));
  finish(w);
  const Workspace::EmptyText text = w.empty_text();
  EXPECT_EQ(text.title, "No row matches the filter");
  ASSERT_GE(text.lines.size(), 2U);
  EXPECT_THAT(text.lines[0], HasSubstr("xmpp.iq   alone matches"));
  EXPECT_THAT(text.lines[1], HasSubstr("matches nothing"));
}

TEST(Workspace, OneSessionCanBeShownAlone) {
  Workspace w;
  load(w);
  w.show_connection(1);
  finish(w);
  ASSERT_GT(w.view().size(), 10U);
  for (size_t i = 0; i < w.view().size(); ++i) EXPECT_EQ(w.store().row(w.view()[i]).connection, 1U);
}

TEST(Workspace, MovesWithinTheView) {
  Workspace w;
  load(w);
  ASSERT_TRUE(w.set_filter("xmpp.iq"));
  finish(w);
  w.move(1);
  EXPECT_EQ(w.selection().row, w.view()[0]) << "with nothing selected, the first";
  w.move(1);
  EXPECT_EQ(w.selection().row, w.view()[1]);
  w.move(-10);
  EXPECT_EQ(w.selection().row, w.view()[0]);
  w.move_to_last();
  EXPECT_EQ(w.selection().row, w.view()[w.view().size() - 1]);
  w.move(5);
  EXPECT_EQ(w.selection().row, w.view()[w.view().size() - 1]);
  w.select_row(0);  // a row that the filter hides
  w.move(1);
  EXPECT_EQ(w.selection().row, w.view()[0]) << "down from a hidden row is the next shown one";
}

TEST(Workspace, StepsThroughFindingsThatAreShown) {
  Workspace w;
  load(w);
  std::vector<RowIndex> rows;
  while (w.move_to_finding(true)) rows.push_back(*w.selection().row);
  ASSERT_GE(rows.size(), 3U);
  EXPECT_TRUE(std::is_sorted(rows.begin(), rows.end()));
  EXPECT_TRUE(w.selection().finding);
  EXPECT_TRUE(w.move_to_finding(false));
  EXPECT_EQ(w.selection().row, rows[rows.size() - 2]);
  ASSERT_TRUE(w.set_filter("xmpp.kind == \"starttls\""));
  finish(w);
  w.clear_selection();
  EXPECT_FALSE(w.move_to_finding(true)) << "no shown row has one";
}

TEST(Workspace, GoesRoundThroughFindingsOfOneGravity) {
  Workspace w;
  load(w);
  const uint64_t errors = w.store().totals().findings[static_cast<size_t>(parser::Severity::kError)];
  ASSERT_GT(errors, 0U);
  std::vector<size_t> seen;
  for (uint64_t i = 0; i < errors; ++i) {
    ASSERT_TRUE(w.move_to_next(parser::Severity::kError));
    seen.push_back(*w.selection().finding);
    EXPECT_EQ(w.store().finding(seen.back()).severity, parser::Severity::kError);
    EXPECT_EQ(w.store().finding(seen.back()).row, *w.selection().row);
  }
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
  EXPECT_EQ(std::adjacent_find(seen.begin(), seen.end()), seen.end()) << "each once";
  ASSERT_TRUE(w.move_to_next(parser::Severity::kError));
  EXPECT_EQ(*w.selection().finding, seen.front()) << "round the end";
  w.set_filter("xmpp.presence && !xmpp.presence");
  w.finish_filtering();
  w.update(0, [] { return true; });
  EXPECT_FALSE(w.move_to_next(parser::Severity::kError)) << "no row is shown";
}

TEST(Workspace, GoesFromRequestToAnswerAndBack) {
  Workspace w;
  load(w);
  w.find("roster_1", true);
  finish(w);
  ASSERT_TRUE(w.find_state().found);
  const RowIndex request = *w.selection().row;
  ASSERT_TRUE(w.move_to_partner());
  EXPECT_EQ(w.store().row(*w.selection().row).answers, request);
  ASSERT_TRUE(w.move_to_partner());
  EXPECT_EQ(w.selection().row, request);
}

TEST(Workspace, FindGoesOnRoundTheEndAndSaysWhenThereIsNothing) {
  Workspace w;
  load(w);
  w.find("WHEREFORE", true);
  finish(w);
  ASSERT_TRUE(w.find_state().found);
  const auto first = w.selection().row;
  w.find("wherefore", true);
  finish(w);
  EXPECT_EQ(w.selection().row, first) << "the only place, found again round the end";
  w.find("no such words", false);
  finish(w);
  EXPECT_FALSE(w.find_state().found);
  EXPECT_EQ(w.selection().row, first);
}

TEST(Workspace, FollowsTheEndUntilARowAboveIsSelected) {
  Workspace w;
  load(w);
  w.set_following(true);
  EXPECT_EQ(w.take_scroll_target(), w.view().size() - 1);
  w.select_row(3);
  EXPECT_FALSE(w.following());
}

TEST(Workspace, FollowingGoesAlongWithEveryRowThatComes) {
  Workspace w;
  const auto one_more = [&] {
    parser::StreamEvent event;
    event.connection = event.session = 1;
    event.kind = parser::EventKind::kKeepalive;
    event.bytes = " ";
    w.store().on_event(event);
    w.store().publish();
    w.update(0, [] { return true; });
  };
  one_more();
  w.set_following(true);
  w.take_scroll_target();
  for (size_t last = 1; last < 4; ++last) {
    one_more();
    EXPECT_EQ(w.take_scroll_target(), last);
  }
  w.update(0, [] { return true; });
  EXPECT_FALSE(w.take_scroll_target()) << "nothing came";
  w.set_following(false);
  one_more();
  EXPECT_FALSE(w.take_scroll_target());
}

TEST(Workspace, EmptyStatesTeach) {
  Workspace w;
  EXPECT_EQ(w.empty_text().title, "No capture is open");
  EXPECT_THAT(w.empty_text().lines, testing::Contains(HasSubstr("stanzascope demo")));
}

TEST(Loader, ReadsWhatTheWriterWrote) {
  Workspace direct;
  load(direct);
  Workspace w;
  w.open(write_sample("viewer-whole.pcapng"), false);
  w.loader()->wait_until_read();
  EXPECT_EQ(w.status().state, Loader::State::kDone) << w.status().error;
  EXPECT_TRUE(w.status().damage.empty());
  ASSERT_EQ(w.store().connections(), 2U);
  EXPECT_EQ(w.store().totals().elements, direct.store().totals().elements);
  EXPECT_EQ(w.store().connection(0).title(), "juliet@example.com/balcony");
}

TEST(Loader, ACutFileShowsWhatIsThereAndTheDamage) {
  const std::string path = write_sample("viewer-cut.pcapng");
  std::filesystem::resize_file(path, std::filesystem::file_size(path) - 7);
  Workspace w;
  w.open(path, false);
  w.loader()->wait_until_read();
  EXPECT_GT(w.store().rows(), 50U);
  ASSERT_EQ(w.status().damage.size(), 1U);
  EXPECT_THAT(state_json(w), HasSubstr("\"damage\": [\n"));
}

TEST(Loader, WhatIsNotACaptureIsRefusedInWords) {
  const std::string path = testing::TempDir() + "/viewer-nonsense.pcapng";
  std::ofstream(path) << "this is not a capture, however long it goes on and on";
  Workspace w;
  w.open(path, false);
  w.loader()->wait_until_read();
  EXPECT_EQ(w.status().state, Loader::State::kFailed);
  EXPECT_EQ(w.empty_text().title, "This capture cannot be read");
  EXPECT_FALSE(w.status().error.empty());
}

TEST(Loader, FollowsAFileThatGrows) {
  const std::string whole = write_sample("viewer-source.pcapng");
  std::ifstream in(whole, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(in)), {});
  const std::string path = testing::TempDir() + "/viewer-growing.pcapng";
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size() / 2)).flush();
  Workspace w;
  w.open(path, true);
  w.loader()->wait_until_read();
  EXPECT_EQ(w.status().state, Loader::State::kFollowing) << w.status().error;
  const size_t half = w.store().rows();
  EXPECT_GT(half, 10U);
  out.write(bytes.data() + bytes.size() / 2, static_cast<std::streamsize>(bytes.size() - bytes.size() / 2))
      .flush();
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (w.status().done < bytes.size() && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_GT(w.store().rows(), half);
  w.select_row(0);
  w.update(1, [] { return true; });
  EXPECT_FALSE(w.following());
}

TEST(StateJson, SaysWhatTheWindowShows) {
  Workspace w;
  load(w);
  ASSERT_TRUE(w.set_filter("xmpp.iq"));
  finish(w);
  w.move_to_finding(true);
  const auto state = nlohmann::json::parse(state_json(w, 3));
  EXPECT_EQ(state["filter"]["shown"], w.view().size());
  EXPECT_EQ(state["rows"].size(), 3U);
  EXPECT_EQ(state["rows_left_out"], w.view().size() - 3);
  EXPECT_EQ(state["selection"]["kind"], "iq");
  EXPECT_EQ(state["detail"]["findings"][0]["rule"], "iq-missing-id");
  EXPECT_EQ(state["connections"][0]["tls_client"], "TLSv1.3");
}

}  // namespace
}  // namespace viewer
