// Panels without a window: an ImGui context with a built atlas and no renderer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <imgui.h>

#include <filesystem>
#include <set>

#include "parser/analyzer.h"
#include "tests/support/sample_session.h"
#include "viewer/ui/keys.h"
#include "viewer/ui/shell.h"

namespace viewer {
namespace {

class Panels : public testing::Test {
 protected:
  Panels() : context_(ImGui::CreateContext()) {
    ImGui::GetIO().DisplaySize = {1280, 800};
    ImGui::GetIO().MousePos = {-1e6f, -1e6f};
  }
  ~Panels() override { ImGui::DestroyContext(context_); }

  void load() {
    parser::Analyzer analyzer(parser::AnalyzerOptions{}, workspace_.store());
    test_support::play_sample_sessions(analyzer);
    workspace_.store().publish();
  }

  // Draws frames and answers how many vertices the last one had.
  int draw(Shell& shell, int frames = 3) {
    for (int i = 0; i < frames; ++i) {
      workspace_.update(seconds_, [] { return true; });
      shell.prepare(seconds_);
      ImGui::GetIO().DeltaTime = 1.0f / 60;
      ImGui::NewFrame();
      shell.draw();
      ImGui::Render();
      seconds_ += 1.0;
    }
    return ImGui::GetDrawData()->TotalVtxCount;
  }

  ImGuiContext* context_;
  Workspace workspace_;
  double seconds_ = 0;
};

TEST_F(Panels, DrawWithNothingLoaded) {
  Shell shell(workspace_, ThemeName::kDark, 1);
  EXPECT_GT(draw(shell), 100);
}

TEST_F(Panels, DrawEveryRowInEveryView) {
  load();
  Shell shell(workspace_, ThemeName::kLight, 1);
  const int empty = draw(shell);
  for (const ElementView view :
       {ElementView::kXml, ElementView::kTree, ElementView::kBytes, ElementView::kRaw}) {
    workspace_.set_element_view(view);
    for (RowIndex row = 0; row < workspace_.store().rows(); ++row) {
      workspace_.select_row(row);
      ASSERT_GT(draw(shell, 1), empty / 2) << "row " << row;
    }
  }
}

TEST_F(Panels, KeysDoWhatTheTableSays) {
  load();
  Shell shell(workspace_, ThemeName::kDark, 1);
  draw(shell);
  for (const char c : {'j', 'j', 'j', 'k'}) shell.key({static_cast<char32_t>(c), SpecialKey::kNone, false});
  draw(shell, 1);
  EXPECT_EQ(workspace_.selection().row, RowIndex{1}) << "all four keys of one frame count";
  shell.key({'G', SpecialKey::kNone, false});
  draw(shell, 1);
  EXPECT_EQ(workspace_.selection().row, workspace_.store().rows() - 1);
  shell.key({'g', SpecialKey::kNone, false});
  shell.key({'n', SpecialKey::kNone, false});
  draw(shell, 1);
  EXPECT_GT(workspace_.store().row(*workspace_.selection().row).findings, 0);
  shell.key({'?', SpecialKey::kNone, false});
  draw(shell);
  EXPECT_TRUE(shell.ui().show_help);
  shell.key({0, SpecialKey::kEscape, false});
  draw(shell);
  EXPECT_FALSE(shell.ui().show_help);
  shell.key({'3', SpecialKey::kNone, false});
  draw(shell);
  EXPECT_EQ(workspace_.element_view(), ElementView::kBytes);
  shell.key({'q', SpecialKey::kNone, true});
  draw(shell, 1);
  EXPECT_TRUE(shell.quit_wanted());
}

TEST_F(Panels, TheFilterBarTakesWhatIsTyped) {
  load();
  Shell shell(workspace_, ThemeName::kDark, 1);
  draw(shell);
  shell.key({'f', SpecialKey::kNone, false});
  draw(shell);
  ASSERT_TRUE(ImGui::GetIO().WantTextInput);
  for (const char c : std::string("xmpp.message")) {
    ImGui::GetIO().AddInputCharacter(static_cast<unsigned>(c));
    shell.key({static_cast<char32_t>(c), SpecialKey::kNone, false});
    draw(shell, 1);
  }
  EXPECT_EQ(shell.ui().filter_text, "xmpp.message") << "the field has the letters";
  EXPECT_FALSE(workspace_.selection().row) << "and no letter was taken for a command";
  ImGuiIO& io = ImGui::GetIO();
  io.KeyMap[ImGuiKey_Enter] = 257;
  io.KeysDown[257] = true;
  draw(shell, 1);
  io.KeysDown[257] = false;
  draw(shell);
  EXPECT_EQ(workspace_.view().expression(), "xmpp.message");
}

TEST_F(Panels, EveryViewIsOpenedByItsKeyAndLeftByEscape) {
  load();
  Shell shell(workspace_, ThemeName::kDark, 1);
  draw(shell);
  for (const auto& [key, view] :
       {std::pair{U'L', WindowView::kLadder}, std::pair{U'S', WindowView::kStatistics},
        std::pair{U'C', WindowView::kCompare}, std::pair{U'T', WindowView::kLesson}}) {
    shell.key({key, SpecialKey::kNone, false});
    EXPECT_GT(draw(shell), 100);
    EXPECT_EQ(workspace_.window_view(), view);
    shell.key({0, SpecialKey::kEscape, false});
    draw(shell, 1);
    EXPECT_EQ(workspace_.window_view(), WindowView::kTable);
  }
}

TEST_F(Panels, AreDrawnOverEverySample) {
  size_t samples = 0;
  for (const auto& entry : std::filesystem::directory_iterator(STANZASCOPE_SOURCE_DIR "/captures/samples")) {
    if (entry.path().extension() != ".pcapng") continue;
    ++samples;
    Workspace w;
    w.open(entry.path(), false);
    w.loader()->wait_until_read();
    Shell shell(w, ThemeName::kDark, 1);
    double seconds = 0;
    const auto frame = [&] {
      w.update(seconds, [] { return true; });
      shell.prepare(seconds);
      ImGui::GetIO().DeltaTime = 1.0f / 60;
      ImGui::NewFrame();
      shell.draw();
      ImGui::Render();
      seconds += 1;
    };
    for (const ElementView view : {ElementView::kXml, ElementView::kTree, ElementView::kBytes,
                                   ElementView::kRaw, ElementView::kDecoded}) {
      w.set_element_view(view);
      for (const SideView side : {SideView::kExplanation, SideView::kFindings, SideView::kLens}) {
        w.set_side_view(side);
        for (size_t row = 0; row < w.store().rows(); row += 7) {
          w.select_row(static_cast<RowIndex>(row));
          if (side == SideView::kLens && !w.detail().addresses.empty())
            w.look_at(w.detail().addresses.front());
          frame();
        }
        w.move_to_first();
        if (w.move_to_finding(true)) frame();
      }
    }
    ASSERT_GT(ImGui::GetDrawData()->TotalVtxCount, 1000) << entry.path();
  }
  EXPECT_GE(samples, 15U);
}

TEST_F(Panels, ScrollByWholeRowsHoweverManyThereAre) {
  for (parser::ConnectionId i = 0; i < 40; ++i) {
    parser::Analyzer analyzer(parser::AnalyzerOptions{}, workspace_.store());
    test_support::play_sample_sessions(analyzer, i * 2);
  }
  workspace_.store().publish();
  Shell shell(workspace_, ThemeName::kDark, 1);
  draw(shell);
  const size_t rows = workspace_.store().rows();
  workspace_.move_to_last();
  draw(shell);
  EXPECT_GE(shell.ui().table_top + shell.ui().page_rows + 1, rows) << "the last row is in sight";
  EXPECT_LT(shell.ui().table_top, rows);
  workspace_.select_row(static_cast<RowIndex>(rows / 2));
  draw(shell);
  EXPECT_LE(shell.ui().table_top, rows / 2);
  EXPECT_GT(shell.ui().table_top + shell.ui().page_rows, rows / 2);
  workspace_.move_to_first();
  draw(shell);
  EXPECT_EQ(shell.ui().table_top, 0U);
}

TEST_F(Panels, KeysOpenWhatBelongsToThem) {
  load();
  Shell shell(workspace_, ThemeName::kDark, 1);
  draw(shell);
  const auto press = [&](char c) {
    shell.key({static_cast<char32_t>(c), SpecialKey::kNone, false});
    draw(shell);
  };
  press('n');
  press('m');
  EXPECT_EQ(workspace_.notes().size(), 1U);
  press('7');
  EXPECT_EQ(workspace_.side_view(), SideView::kFindings);
  press('5');
  EXPECT_EQ(workspace_.element_view(), ElementView::kDecoded);
  press('c');
  EXPECT_TRUE(workspace_.view().session());
  press(';');
  EXPECT_TRUE(shell.ui().comment_open);
  EXPECT_TRUE(ImGui::GetIO().WantTextInput);
}

TEST_F(Panels, AMillionRowsCostWhatTheVisibleOnesCost) {
  Shell shell(workspace_, ThemeName::kDark, 1);
  load();
  const int few = draw(shell);
  for (parser::ConnectionId i = 1; i < 150; ++i) {
    parser::Analyzer analyzer(parser::AnalyzerOptions{}, workspace_.store());
    test_support::play_sample_sessions(analyzer, i * 2);
  }
  workspace_.store().publish();
  ASSERT_GT(workspace_.store().rows(), 9'000U);
  EXPECT_LT(draw(shell), few * 2) << "only visible rows and cards are drawn";
}

TEST_F(Panels, CharactersOfTheTextAreInTheAtlasOrEscaped) {
  load();
  Shell shell(workspace_, ThemeName::kDark, 1);
  draw(shell);
  ASSERT_TRUE(workspace_.drawable());
  EXPECT_TRUE(workspace_.drawable()(0x2192));
  EXPECT_FALSE(workspace_.drawable()(0x0e01)) << "no Thai was loaded";
}

TEST(Keys, NoKeyHasTwoMeanings) {
  std::set<std::tuple<char32_t, SpecialKey, bool>> seen;
  for (const KeyBinding& binding : key_bindings()) {
    EXPECT_FALSE(binding.help.empty());
    for (const KeyPress& key : {binding.first, binding.second}) {
      if (key == KeyPress{}) continue;
      EXPECT_TRUE(seen.insert({key.character, key.special, key.ctrl}).second) << binding.shown;
      EXPECT_EQ(action_of(key), binding.action);
    }
  }
  EXPECT_FALSE(action_of({'~', SpecialKey::kNone, false}));
}

TEST(Themes, EveryTextStandsOutFromWhatItIsDrawnOn) {
  using enum Tone;
  for (const ThemeName name : {ThemeName::kDark, ThemeName::kLight}) {
    const Theme theme(name);
    for (const Tone tone :
         {kText, kMuted, kFaint, kAccent, kClient, kServer, kError, kWarning, kNote, kEdit, kLive, kXmlTag,
          kXmlAttribute, kXmlValue, kXmlNamespace, kXmlText, kXmlPunctuation}) {
      for (const Tone ground : {kWindow, kPanel, kRaised, kRowHover, kSelection}) {
        EXPECT_GE(contrast(theme.rgb(tone), theme.rgb(ground)), 4.5)
            << "tone " << static_cast<int>(tone) << " on " << static_cast<int>(ground)
            << (name == ThemeName::kDark ? ", dark" : ", light");
      }
    }
  }
  EXPECT_NEAR(contrast(0x000000, 0xffffff), 21, 0.01);
}

}  // namespace
}  // namespace viewer
