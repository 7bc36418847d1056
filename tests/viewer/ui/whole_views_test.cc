// The views that take the table's place, drawn without a window over every sample: nothing crashes, no widget
// has another's name, and what is drawn does not grow with the capture.
#include "viewer/ui/whole_view.h"

#include <gtest/gtest.h>
#include <imgui.h>
#include <imgui_internal.h>

#include <algorithm>
#include <filesystem>

#include "parser/analyzer.h"
#include "tests/support/sample_session.h"
#include "viewer/ui/shell.h"

namespace viewer {
namespace {

class WholeViews : public testing::Test {
 protected:
  WholeViews() : context_(ImGui::CreateContext()) {
    ImGui::GetIO().DisplaySize = {1440, 900};
    ImGui::GetIO().MousePos = {-1e6f, -1e6f};
  }
  ~WholeViews() override { ImGui::DestroyContext(context_); }

  int draw(Workspace& workspace, Shell& shell, int frames = 2) {
    for (int i = 0; i < frames; ++i) {
      workspace.update(seconds_, [] { return true; });
      shell.prepare(seconds_);
      ImGui::GetIO().DeltaTime = 1.0f / 60;
      ImGui::NewFrame();
      shell.draw();
      ImGui::Render();
      seconds_ += 1.0;
    }
    return ImGui::GetDrawData()->TotalVtxCount;
  }
  static void press(Shell& shell, char32_t key) { shell.key({key, SpecialKey::kNone, false}); }

  ImGuiContext* context_;
  double seconds_ = 0;
};

TEST_F(WholeViews, AreDrawnOverEverySample) {
  size_t samples = 0;
  for (const auto& entry : std::filesystem::directory_iterator(STANZASCOPE_SOURCE_DIR "/captures/samples")) {
    if (entry.path().extension() != ".pcapng") continue;
    ++samples;
    Workspace workspace;
    workspace.open(entry.path(), false);
    workspace.loader()->wait_until_read();
    Shell shell(workspace, samples % 2 == 0 ? ThemeName::kDark : ThemeName::kLight, 1);
    for (const WholeView& view : whole_views()) {
      SCOPED_TRACE(entry.path().filename().string() + ", " + std::string(name(view.view)));
      workspace.set_window_view(view.view);
      const auto step = static_cast<RowIndex>(std::max<size_t>(1, workspace.store().rows() / 12));
      for (RowIndex row = 0; row < workspace.store().rows(); row += step) {
        workspace.select_row(row);
        EXPECT_GT(draw(workspace, shell, 1), 500);
        // The pointer over everything, so that tooltips and hover states are drawn, too.
        ImGui::GetIO().MousePos = {static_cast<float>(300 + row * 37 % 1100),
                                   static_cast<float>(row * 53 % 880)};
      }
      for (const char32_t key : {U'j', U'k', U'G', U'g', U' ', U'+', U'-', U'0', U'1', U'2', U'n'}) {
        press(shell, key);
        draw(workspace, shell, 1);
      }
      ImGui::GetIO().MousePos = {-1e6f, -1e6f};
    }
  }
  EXPECT_GE(samples, 20U);
}

TEST_F(WholeViews, AreDrawnInSmallWindowsAndLargeOnes) {
  Workspace workspace;
  parser::Analyzer analyzer(parser::AnalyzerOptions{}, workspace.store());
  test_support::play_sample_sessions(analyzer);
  workspace.store().publish();
  Shell shell(workspace, ThemeName::kDark, 1);
  for (const ImVec2 size : {ImVec2{200, 120}, ImVec2{640, 400}, ImVec2{3000, 2000}}) {
    ImGui::GetIO().DisplaySize = size;
    for (const WholeView& view : whole_views()) {
      workspace.set_window_view(view.view);
      EXPECT_GT(draw(workspace, shell), 100);
    }
  }
}

TEST_F(WholeViews, AreDrawnWithNothingLoaded) {
  Workspace workspace;
  Shell shell(workspace, ThemeName::kLight, 1);
  for (const WholeView& view : whole_views()) {
    workspace.set_window_view(view.view);
    EXPECT_GT(draw(workspace, shell), 100);
  }
}

TEST_F(WholeViews, CostNoMoreForManyRows) {
  Workspace workspace;
  const auto load = [&](parser::ConnectionId copy) {
    parser::Analyzer analyzer(parser::AnalyzerOptions{}, workspace.store());
    test_support::play_sample_sessions(analyzer, copy * 2);
    workspace.store().publish();
  };
  load(0);
  Shell shell(workspace, ThemeName::kDark, 1);
  std::vector<int> few;
  for (const WholeView& view : whole_views()) {
    workspace.set_window_view(view.view);
    few.push_back(draw(workspace, shell, 3));
  }
  for (parser::ConnectionId i = 1; i < 150; ++i) load(i);
  for (size_t i = 0; i < whole_views().size(); ++i) {
    workspace.set_window_view(whole_views()[i].view);
    EXPECT_LT(draw(workspace, shell, 3), few[i] * 4 + 4000) << name(whole_views()[i].view);
  }
}

TEST_F(WholeViews, KeysOfTheLadderMoveTheOneSelection) {
  Workspace workspace;
  parser::Analyzer analyzer(parser::AnalyzerOptions{}, workspace.store());
  test_support::play_sample_sessions(analyzer);
  workspace.store().publish();
  Shell shell(workspace, ThemeName::kDark, 1);
  press(shell, 'L');
  draw(workspace, shell);
  press(shell, 'j');
  press(shell, 'j');
  draw(workspace, shell);
  EXPECT_EQ(workspace.selection().row,
            workspace.ladder().moved(workspace.ladder().moved(std::nullopt, 1), 1));
  const double before = workspace.ladder().window().item_height();
  press(shell, '+');
  draw(workspace, shell);
  EXPECT_GT(workspace.ladder().window().item_height(), before);
  press(shell, '0');
  press(shell, 'G');
  draw(workspace, shell);
  EXPECT_EQ(workspace.ladder().window().item_height(), before);
  EXPECT_EQ(workspace.selection().row, workspace.ladder().moved(std::nullopt, -1));
  EXPECT_NEAR(workspace.ladder().window().top(), workspace.ladder().window().furthest(), 0.01)
      << "the last step is in sight";
  press(shell, 'L');
  draw(workspace, shell);
  EXPECT_EQ(workspace.window_view(), WindowView::kTable) << "the same key closes it";
}

}  // namespace
}  // namespace viewer
