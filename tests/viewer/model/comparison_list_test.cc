// Comparing from the window: which sessions are taken, what is listed, how one walks through it. The
// alignment itself is tested in tests/captures_compare.
#include "viewer/model/comparison_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "viewer/model/workspace.h"

namespace viewer {
namespace {

using captures::ComparedRow;
using testing::HasSubstr;

std::string sample(const std::string& name) {
  return std::string(STANZASCOPE_SOURCE_DIR) + "/captures/samples/" + name + ".pcapng";
}

TEST(Comparisons, OfACaptureWithItselfFindTwoSessionsOfIt) {
  Workspace w;
  w.open(sample("prosody-slixmpp"), false);
  w.loader()->wait_until_read();
  w.set_window_view(WindowView::kCompare);
  w.update(0, [] { return true; });
  w.comparison().wait();
  const ComparisonList& list = w.comparison();
  ASSERT_NE(list.result(), nullptr) << list.error();
  EXPECT_EQ(list.side(0).session, 1U);
  EXPECT_EQ(list.side(1).session, 2U);
  EXPECT_GT(list.result()->comparison.differences, 0U) << "two people do not say the same";
  ASSERT_TRUE(list.selected());
  EXPECT_TRUE(list.is_first_difference(*list.selected())) << "the first divergence is what one wants to see";
}

TEST(Comparisons, OfASessionWithItselfFindNothing) {
  ComparisonList list;
  list.set_side(0, {sample("prosody-slixmpp"), 1});
  list.set_side(1, {sample("prosody-slixmpp"), 1});
  list.wait();
  ASSERT_NE(list.result(), nullptr) << list.error();
  EXPECT_EQ(list.result()->comparison.differences, 0U);
  EXPECT_FALSE(list.selected());
  EXPECT_FALSE(list.move_to_difference(true));
  EXPECT_TRUE(list.lines().empty());
  list.set_differences_only(true);
  EXPECT_EQ(list.size(), 0U);
  list.move(1);
  EXPECT_FALSE(list.selected());
}

TEST(Comparisons, OfTwoCapturesTakeTheSameAccount) {
  ComparisonList list;
  list.set_side(0, {sample("prosody-slixmpp"), 2});
  list.set_side(1, {sample("ejabberd-slixmpp"), 0});
  list.wait();
  ASSERT_NE(list.result(), nullptr) << list.error();
  const auto& sessions = list.result()->sessions[1];
  const auto chosen = std::find_if(sessions.begin(), sessions.end(),
                                   [&](const auto& one) { return one.session == list.side(1).session; });
  ASSERT_NE(chosen, sessions.end());
  EXPECT_EQ(chosen->account, "juliet@verona.example");
}

// A log of what works beside a capture of what fails: whatever the viewer opens can be compared.
TEST(Comparisons, TakeTranscriptsAndXmlBesideCaptures) {
  const std::string path = testing::TempDir() + "/viewer-compared.transcript";
  std::ofstream(path) << "C: <iq type='get' id='a'><query xmlns='jabber:iq:roster'/></iq>\n"
                         "S: <iq type='result' id='a'><query xmlns='jabber:iq:roster'/></iq>\n"
                         "C: <presence/>\n";
  ComparisonList list;
  list.set_side(0, {path, 1});
  list.set_side(1, {sample("prosody-slixmpp"), 2});
  list.wait();
  ASSERT_NE(list.result(), nullptr) << list.error();
  EXPECT_GE(list.result()->compared[0].elements().size(), 3U);
  EXPECT_GT(list.result()->compared[1].elements().size(), 20U);
  list.set_side(1, {path, 1});
  list.wait();
  EXPECT_EQ(list.result()->comparison.differences, 0U) << list.error();
}

TEST(Comparisons, CanBeWalkedThrough) {
  ComparisonList list;
  list.set_side(0, {sample("prosody-slixmpp"), 1});
  list.set_side(1, {sample("ejabberd-slixmpp"), 0});
  list.wait();
  ASSERT_NE(list.result(), nullptr) << list.error();
  list.move(INT32_MIN);
  EXPECT_EQ(list.selected(), 0U);
  size_t differences = list.row(0).kind == ComparedRow::Kind::kSame ? 0 : 1;
  while (list.move_to_difference(true)) {
    ++differences;
    EXPECT_FALSE(list.lines().empty() && list.row(*list.selected()).kind == ComparedRow::Kind::kChanged);
  }
  EXPECT_EQ(differences, list.result()->comparison.differences);
  list.move(INT32_MAX);
  EXPECT_EQ(list.selected(), list.size() - 1);
  const size_t all = list.size();
  list.set_differences_only(true);
  EXPECT_EQ(list.size(), differences);
  EXPECT_LT(list.size(), all);
  list.set_differences_only(false);
  EXPECT_EQ(list.size(), all);
}

TEST(Comparisons, WithAnyAccountFindLess) {
  ComparisonList list;
  list.set_side(0, {sample("prosody-slixmpp"), 1});
  list.set_side(1, {sample("prosody-slixmpp"), 2});
  list.wait();
  ASSERT_NE(list.result(), nullptr) << list.error();
  const size_t before = list.result()->comparison.differences;
  list.set_any_account(true);
  list.wait();
  EXPECT_LT(list.result()->comparison.differences, before);
}

TEST(Comparisons, SayWhatIsWrongWithAFile) {
  ComparisonList list;
  list.set_side(0, {sample("prosody-slixmpp"), 1});
  list.set_side(1, {"/does/not/exist.pcapng", 0});
  list.wait();
  EXPECT_EQ(list.result(), nullptr);
  EXPECT_THAT(list.error(), HasSubstr("/does/not/exist.pcapng"));
  list.set_side(1, {sample("prosody-slixmpp"), 77});
  list.wait();
  EXPECT_THAT(list.error(), HasSubstr("no such session"));
}

}  // namespace
}  // namespace viewer
