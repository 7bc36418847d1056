#include "viewer/ui/compare_view.h"

#include <imgui.h>
#include <imgui_stdlib.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "viewer/model/time_format.h"
#include "viewer/ui/draw.h"
#include "viewer/ui/paint.h"

namespace viewer {

namespace {

using captures::ComparedElement;
using captures::ComparedLine;
using captures::ComparedRow;
using captures::ListedSession;

std::string file_name(const std::string& path) {
  const size_t slash = path.find_last_of('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

std::string session_words(const UiContext& c, const ListedSession& session) {
  const std::string account = session.account.empty()
                                  ? "connection " + std::to_string(session.session)
                                  : display_text(session.account, Lines::kEscape, c.workspace.drawable());
  return account + " \u00b7 " + std::to_string(session.session) + " \u00b7 " +
         counted(session.elements, "element");
}

// Which session of which file: a list of the sessions, and for B a field for another file.
void draw_side(UiContext& c, size_t i, float width) {
  ComparisonList& list = c.workspace.comparison();
  const ComparedSide side = list.side(i);
  ImGui::PushID(static_cast<int>(i));
  ImGui::AlignTextToFramePadding();
  ImGui::PushFont(c.fonts.semibold());
  text(c, Tone::kText, i == 0 ? "A" : "B");
  ImGui::PopFont();
  ImGui::SameLine(0, c.px(8));
  const Comparer::Result* result = list.result();
  std::string shown = side.session == 0 ? "choose a session" : "session " + std::to_string(side.session);
  if (result != nullptr) {
    for (const ListedSession& one : result->sessions[i]) {
      if (one.session == side.session) shown = session_words(c, one);
    }
  }
  ImGui::SetNextItemWidth(width - c.px(24));
  if (ImGui::BeginCombo("##session", shown.c_str())) {
    if (result != nullptr) {
      for (const ListedSession& one : result->sessions[i]) {
        ImGui::PushID(static_cast<int>(one.session));
        if (ImGui::Selectable(session_words(c, one).c_str(), one.session == side.session)) {
          list.set_side(i, {side.path, one.session});
        }
        ImGui::PopID();
      }
    }
    ImGui::EndCombo();
  }
  ImGui::PushFont(c.fonts.small());
  ImGui::Dummy({c.px(14), 1});
  ImGui::SameLine(0, c.px(8));
  if (i == 0) {
    ImGui::SetNextItemWidth(width - c.px(24));
    elided(c, Tone::kMuted, file_name(side.path), width - c.px(24));
  } else {
    ImGui::SetNextItemWidth(width - c.px(24));
    const bool other = !side.path.empty() && side.path != c.workspace.path();
    const std::string hint =
        other ? file_name(side.path) : std::string("this capture; or the path of another one");
    if (ImGui::InputTextWithHint("##file", hint.c_str(), &c.ui.compare_file,
                                 ImGuiInputTextFlags_EnterReturnsTrue) &&
        !c.ui.compare_file.empty()) {
      list.set_side(1, {c.ui.compare_file, 0});
    }
  }
  ImGui::PopFont();
  ImGui::PopID();
}

void draw_head(UiContext& c) {
  section(c, "COMPARE");
  ImGui::SameLine(0, c.px(12));
  ImGui::PushFont(c.fonts.small());
  elided(c, Tone::kFaint, "ids, times, resources, counters and the order of siblings do not count",
         ImGui::GetContentRegionAvail().x);
  ImGui::PopFont();
  gap(c, 6);
  const float half = (ImGui::GetContentRegionAvail().x - c.px(24)) / 2;
  ImGui::BeginGroup();
  draw_side(c, 0, half);
  ImGui::EndGroup();
  ImGui::SameLine(0, c.px(24));
  ImGui::BeginGroup();
  draw_side(c, 1, half);
  ImGui::EndGroup();
  gap(c, 10);
}

std::string verdict(const captures::Comparison& comparison) {
  if (comparison.differences == 0) return "No difference in " + counted(comparison.same, "element") + ".";
  return counted(comparison.differences, "difference") + ", " + counted(comparison.same, "element") +
         " the same.";
}

void draw_verdict(UiContext& c) {
  ComparisonList& list = c.workspace.comparison();
  const Comparer::Result& result = *list.result();
  ImGui::AlignTextToFramePadding();
  ImGui::PushFont(c.fonts.semibold());
  text(c, Tone::kText, verdict(result.comparison));
  ImGui::PopFont();
  if (list.busy()) {
    ImGui::SameLine(0, c.px(12));
    text(c, Tone::kMuted, "comparing\u2026");
  }
  const float right = ImGui::GetWindowWidth() - c.px(440);
  ImGui::SameLine(std::max(right, ImGui::GetCursorPosX() + c.px(260)));
  ImGui::PushStyleVar(ImGuiStyleVar_FrameBorderSize, std::max(1.0f, c.px(1)));
  bool only = list.differences_only();
  if (ImGui::Checkbox("differences only", &only)) list.set_differences_only(only);
  ImGui::SameLine(0, c.px(16));
  bool any = list.any_account();
  if (ImGui::Checkbox("any account and server", &any)) list.set_any_account(any);
  ImGui::PopStyleVar();
  if (result.compared[0].truncated() || result.compared[1].truncated()) {
    text(c, Tone::kWarning, "Only the beginning is compared: a session is longer than 128 MiB of text.");
  }
}

void draw_cell(UiContext& c, const ComparedElement* element, ImVec2 at, float width, float height,
               bool differs) {
  if (element == nullptr) {
    // Where one side says nothing there is a gap, seen without reading.
    paint_dashed(c, Tone::kScrollbar, {at.x + c.px(8), at.y + height / 2},
                 {at.x + width - c.px(16), at.y + height / 2});
    return;
  }
  const float y = at.y + (height - ImGui::GetTextLineHeight()) / 2;
  const bool client = element->direction == parser::Direction::kC2S;
  paint_text(c, Theme::of(element->direction), client ? "\u2192" : "\u2190", {at.x + c.px(8), y}, c.px(16));
  ImGui::PushFont(c.fonts.small());
  const std::string frame = count(element->frame);
  const float used = c.px(52);
  paint_text(c, Tone::kFaint, frame, {at.x + width - used, y + c.px(1)}, used - c.px(8), Align::kRight);
  ImGui::PopFont();
  paint_text(c, differs ? Tone::kText : Tone::kMuted,
             display_text(element->summary, Lines::kEscape, c.workspace.drawable()), {at.x + c.px(28), y},
             width - c.px(36) - used);
}

void draw_rows(UiContext& c) {
  ComparisonList& list = c.workspace.comparison();
  const ImVec2 from = ImGui::GetWindowPos();
  const ImVec2 size = ImGui::GetWindowSize();
  ScrollWindow& window = list.window();
  window.resize(list.size(), static_cast<double>(size.y / c.scale));
  if (list.selected() && c.ui.compare_row != list.selected()) {
    window.reveal(*list.selected());
    c.ui.compare_row = list.selected();
  }
  ImGui::InvisibleButton("rows", {std::max(1.0f, size.x), std::max(1.0f, size.y)});
  const ImGuiIO& io = ImGui::GetIO();
  const bool hovered = ImGui::IsItemHovered();
  if (hovered && io.MouseWheel != 0) window.pan(static_cast<double>(-io.MouseWheel) * 72);
  const float height = static_cast<float>(window.item_height()) * c.scale;
  const float kind = c.px(92);
  const float half = std::floor((size.x - kind - c.px(12)) / 2);
  const auto first = static_cast<size_t>(window.top());
  const size_t last = std::min(list.size(), first + static_cast<size_t>(window.in_sight()) + 2);
  for (size_t i = first; i < last; ++i) {
    const float y = std::floor(from.y + static_cast<float>(static_cast<double>(i) - window.top()) * height);
    const bool under = hovered && io.MousePos.y >= y && io.MousePos.y < y + height;
    if (under && ImGui::IsMouseClicked(ImGuiMouseButton_Left)) {
      list.select(i);
      c.ui.compare_row = list.selected();
    }
    const ComparedRow& row = list.row(i);
    const bool differs = row.kind != ComparedRow::Kind::kSame;
    const ImVec2 end{from.x + size.x, y + height};
    if (list.selected() == i || under) {
      paint_box(c, list.selected() == i ? Tone::kSelection : Tone::kRowHover, {from.x, y}, end);
    } else if (differs) {
      paint_box(c, Tone::kRaised, {from.x, y + 1}, {end.x, end.y - 1});
    }
    if (list.is_first_difference(i)) paint_box(c, Tone::kAccent, {from.x, y}, {from.x + c.px(3), end.y});
    draw_cell(c, list.element(i, 0), {from.x, y}, half, height, differs);
    ImGui::PushFont(c.fonts.small());
    paint_text(c, differs ? Tone::kAccent : Tone::kFaint,
               differs ? (list.is_first_difference(i) ? "parts here" : kind_words(row.kind)) : "=",
               {from.x + half, y + (height - ImGui::GetTextLineHeight()) / 2}, kind, Align::kCentre);
    ImGui::PopFont();
    draw_cell(c, list.element(i, 1), {from.x + half + kind, y}, half, height, differs);
  }
  if (window.furthest() > 0) {
    const float all = static_cast<float>(window.furthest() + window.in_sight());
    const float grab = std::max(c.px(24), size.y * static_cast<float>(window.in_sight()) / all);
    const float top = from.y + (size.y - grab) * static_cast<float>(window.top() / window.furthest());
    paint_box(c, Tone::kScrollbar, {from.x + size.x - c.px(9), top}, {from.x + size.x - c.px(3), top + grab},
              4, 0.6f);
  }
}

void draw_lines(UiContext& c) {
  ComparisonList& list = c.workspace.comparison();
  if (!list.selected()) {
    wrapped(c, Tone::kMuted, "The two sessions say the same.");
    return;
  }
  const size_t at = *list.selected();
  const ComparedRow& row = list.row(at);
  ImGui::PushFont(c.fonts.semibold());
  std::string title(kind_words(row.kind));
  if (list.is_first_difference(at)) title = "First divergence: " + title;
  title.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(title.front())));
  text(c, Tone::kText, title);
  ImGui::PopFont();
  for (size_t side = 0; side < 2; ++side) {
    const ComparedElement* element = list.element(at, side);
    if (element == nullptr || list.side(side).path != c.workspace.path()) continue;
    ImGui::SameLine(0, c.px(20));
    const std::string words =
        std::string(side == 0 ? "A" : "B") + ": frame " + count(element->frame) + " in the table";
    const RowIndex target = c.workspace.store().row_of_frame(element->frame);
    if (target != kNoRow && link(c, side == 0 ? "a" : "b", words)) {
      c.workspace.select_row(target);
      c.workspace.set_window_view(WindowView::kTable);
      c.workspace.reveal_selection();
      return;
    }
  }
  gap(c, 6);
  ImGui::BeginChild("lines");
  ImGui::PushFont(c.fonts.mono());
  const auto& lines = list.lines();
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(lines.size()), ImGui::GetTextLineHeightWithSpacing());
  while (clipper.Step()) {
    for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
      const ComparedLine& line = lines[static_cast<size_t>(i)];
      const ImVec2 from = ImGui::GetCursorScreenPos();
      const float width = ImGui::GetContentRegionAvail().x;
      const bool both = line.in == ComparedLine::In::kBoth;
      if (!both) {
        paint_box(c, Tone::kRange, {from.x, from.y - c.px(2)},
                  {from.x + width, from.y + ImGui::GetTextLineHeight() + c.px(2)}, 0, 0.7f);
      }
      paint_text(c, Tone::kAccent,
                 both                              ? ""
                 : line.in == ComparedLine::In::kA ? "A \u2212"
                                                   : "B +",
                 {from.x + c.px(4), from.y}, c.px(40));
      paint_text(c, both ? Tone::kMuted : Tone::kText,
                 display_text(line.text, Lines::kEscape, c.workspace.drawable()), {from.x + c.px(40), from.y},
                 width - c.px(44));
      ImGui::Dummy({width, ImGui::GetTextLineHeight()});
    }
  }
  ImGui::PopFont();
  ImGui::EndChild();
}

}  // namespace

bool act_in_compare(Workspace& w, UiState&, Action action) {
  ComparisonList& list = w.comparison();
  const auto page = static_cast<int64_t>(std::max(1.0, list.window().in_sight() - 1));
  switch (action) {
    case Action::kDown:
      list.move(1);
      return true;
    case Action::kUp:
      list.move(-1);
      return true;
    case Action::kPageDown:
      list.move(page);
      return true;
    case Action::kPageUp:
      list.move(-page);
      return true;
    case Action::kFirst:
      list.move(INT32_MIN);
      return true;
    case Action::kLast:
      list.move(INT32_MAX);
      return true;
    case Action::kNextFinding:
      list.move_to_difference(true);
      return true;
    case Action::kPreviousFinding:
      list.move_to_difference(false);
      return true;
    default:
      return false;
  }
}

void draw_compare_view(UiContext& c) {
  Workspace& w = c.workspace;
  ComparisonList& list = w.comparison();
  if (w.path().empty()) {
    section(c, "COMPARE");
    gap(c, 6);
    wrapped(
        c, Tone::kMuted,
        "Open a capture, and two of its sessions, or one of it and one of another capture, are shown side by "
        "side: \u201cworks with that client, fails with mine\u201d.");
    return;
  }
  draw_head(c);
  if (list.result() == nullptr || !list.error().empty()) {
    wrapped(c, list.error().empty() ? Tone::kMuted : Tone::kError,
            list.error().empty() ? std::string("Comparing\u2026")
                                 : display_text(list.error(), Lines::kEscape, w.drawable()));
    if (list.result() == nullptr) return;
  }
  draw_verdict(c);
  gap(c, 6);
  const float room = ImGui::GetContentRegionAvail().y;
  ImGui::BeginChild("rows", {0, std::max(c.px(60), room * 0.58f)}, false,
                    ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
  draw_rows(c);
  ImGui::EndChild();
  hairline(c);
  gap(c, 6);
  ImGui::BeginChild("difference");
  draw_lines(c);
  ImGui::EndChild();
}

}  // namespace viewer
