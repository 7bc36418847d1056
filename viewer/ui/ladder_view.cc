#include "viewer/ui/ladder_view.h"

#include <imgui.h>

#include <algorithm>
#include <array>
#include <string>

#include "viewer/ui/draw.h"
#include "viewer/ui/ladder_diagram.h"
#include "viewer/ui/paint.h"

namespace viewer {

namespace {

void draw_tooltip(UiContext& c, const Ladder::Words& words) {
  ImGui::BeginTooltip();
  ImGui::PushTextWrapPos(c.px(480));
  const auto part = [&](std::string_view title, std::string_view told) {
    section(c, title);
    text(c, Tone::kText, told);
    gap(c, 8);
  };
  part("WHAT THIS IS", words.caption.what);
  part("WHY IT COMES NOW", words.caption.why);
  part("WHAT IS NEXT", words.caption.next);
  ImGui::PopTextWrapPos();
  ImGui::EndTooltip();
}

// The three answers about the selected step, side by side below the diagram.
void draw_answers(UiContext& c, Ladder& ladder, RowIndex row, ImVec2 from, ImVec2 to) {
  paint_box(c, Tone::kRaised, from, to);
  paint_line(c, Tone::kBorder, from, {to.x, from.y});
  const Ladder::Words& words = ladder.words(row);
  const float width = (to.x - from.x - c.px(24)) / 3;
  const Turn turn = words.caption.turn;
  const std::string next = turn == Turn::kClient   ? "NEXT: THE CLIENT"
                           : turn == Turn::kServer ? "NEXT: THE SERVER"
                           : turn == Turn::kEither ? "NEXT: EITHER SIDE"
                                                   : "NEXT: NOBODY";
  const std::array<std::pair<std::string_view, std::string_view>, 3> parts = {
      {{"WHAT THIS IS", words.caption.what},
       {"WHY IT COMES NOW", words.caption.why},
       {next, words.caption.next}}};
  ImGui::PushFont(c.fonts.small());
  float x = from.x + c.px(12);
  for (const auto& [title, told] : parts) {
    paint_text(c, Tone::kFaint, title, {x, from.y + c.px(8)}, width - c.px(20));
    paint_wrapped(c, Tone::kText, told, {x, from.y + c.px(24)}, width - c.px(20), to.y - from.y - c.px(28));
    x += width;
  }
  ImGui::PopFont();
}

}  // namespace

bool act_in_ladder(Workspace& workspace, UiState& ui, Action action) {
  Ladder& ladder = workspace.ladder();
  const auto page = static_cast<int64_t>(std::max(1.0, ladder.window().in_sight() - 2));
  const double middle = ladder.window().in_sight() * ladder.window().item_height() / 2;
  const auto move = [&](std::optional<RowIndex> from, int64_t by) {
    if (const auto row = ladder.moved(from, by)) workspace.select_row(*row);
    ui.ladder_row = kNoRow;  // shown again, also where the selection stayed
    return true;
  };
  const auto& here = workspace.selection().row;
  switch (action) {
    case Action::kDown:
      return move(here, 1);
    case Action::kUp:
      return move(here, -1);
    case Action::kPageDown:
      return move(here, page);
    case Action::kPageUp:
      return move(here, -page);
    case Action::kFirst:
      return move(std::nullopt, 1);
    case Action::kLast:
      return move(std::nullopt, -1);
    case Action::kZoomIn:
      ladder.window().zoom(1.25, middle);
      return true;
    case Action::kZoomOut:
      ladder.window().zoom(0.8, middle);
      return true;
    case Action::kZoomUsual:
      ladder.window().zoom_to_usual(middle);
      return true;
    default:
      return false;
  }
}

void draw_ladder_view(UiContext& c) {
  Workspace& w = c.workspace;
  Ladder& ladder = w.ladder();
  const ImVec2 from = ImGui::GetWindowPos();
  const ImVec2 to{from.x + ImGui::GetWindowWidth(), from.y + ImGui::GetWindowHeight()};
  if (ladder.size() == 0) {
    const Workspace::EmptyText empty = w.empty_text();
    ImGui::SetCursorPos({c.px(24), c.px(24)});
    ImGui::BeginGroup();
    ImGui::PushFont(c.fonts.title());
    text(c, Tone::kText, empty.title.empty() ? "Nothing of this session is shown" : empty.title);
    ImGui::PopFont();
    for (const std::string& line : empty.lines) text(c, Tone::kMuted, line);
    if (empty.title.empty()) text(c, Tone::kMuted, "The filter hides all of it; Esc goes back to the table.");
    ImGui::EndGroup();
    return;
  }
  const RowIndex selected = w.selection().row.value_or(kNoRow);
  const std::optional<size_t> at = selected == kNoRow ? std::nullopt : ladder.position(selected);
  const float answers = at && to.y - from.y > c.px(300) ? c.px(88) : 0;
  if (at && c.ui.ladder_row != selected) {
    ladder.window().resize(ladder.size(),
                           static_cast<double>((to.y - from.y - answers) / c.scale) - kLadderHeader);
    ladder.window().reveal(*at);
    c.ui.ladder_row = selected;
  }
  if (w.following()) ladder.window().go_to(static_cast<double>(ladder.size()));
  const RowIndex under = draw_ladder(c, ladder, from, {to.x, to.y - answers}, {});
  if (answers > 0) draw_answers(c, ladder, selected, {from.x, to.y - answers}, to);
  if (under == kNoRow) return;
  if (ImGui::IsMouseReleased(ImGuiMouseButton_Left) &&
      ImGui::GetMouseDragDelta(ImGuiMouseButton_Left).y == 0) {
    w.select_row(under);
    c.ui.ladder_row = under;  // a click does not scroll
  } else if (ladder.window().item_height() >= 14 && !ImGui::IsMouseDown(ImGuiMouseButton_Left)) {
    draw_tooltip(c, ladder.words(under));
  }
}

}  // namespace viewer
