#include "viewer/ui/whole_view.h"

#include <array>

#include "viewer/ui/compare_view.h"
#include "viewer/ui/ladder_view.h"
#include "viewer/ui/lesson_view.h"

namespace viewer {

namespace {

constexpr std::array kViews = {
    WholeView{WindowView::kLadder, Action::kLadder, false, false, draw_ladder_view, act_in_ladder},
    WholeView{WindowView::kStatistics, Action::kStatistics, true, true, draw_statistics_view, nullptr},
    WholeView{WindowView::kCompare, Action::kCompare, true, true, draw_compare_view, act_in_compare},
    WholeView{WindowView::kLesson, Action::kLesson, false, true, draw_lesson_view, act_in_lesson},
};

}  // namespace

std::span<const WholeView> whole_views() {
  return kViews;
}

const WholeView* shown_whole_view(const Workspace& workspace) {
  for (const WholeView& one : kViews) {
    if (one.view == workspace.window_view()) return &one;
  }
  return nullptr;
}

bool act_in_whole_view(Workspace& workspace, UiState& ui, Action action) {
  for (const WholeView& one : kViews) {
    if (one.action != action) continue;
    const bool shown = workspace.window_view() == one.view;
    workspace.set_window_view(shown ? WindowView::kTable : one.view);
    if (shown) workspace.reveal_selection();
    return true;
  }
  const WholeView* shown = shown_whole_view(workspace);
  return shown != nullptr && shown->act != nullptr && shown->act(workspace, ui, action);
}

}  // namespace viewer
