#include "viewer/ui/lesson_view.h"

#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "viewer/model/time_format.h"
#include "viewer/ui/draw.h"
#include "viewer/ui/ladder_diagram.h"
#include "viewer/ui/ladder_view.h"
#include "viewer/ui/paint.h"

namespace viewer {

namespace {

// Onward: to the next step that was shown already, else the hidden one is shown.
bool step_on(Workspace& w) {
  const auto& selected = w.selection().row;
  const std::optional<size_t> at = selected ? w.ladder().position(*selected) : std::nullopt;
  if (at && *at + 1 < w.lesson().shown_items()) {
    w.select_row(*w.ladder().moved(selected, 1));
  } else if (const auto row = w.lesson().reveal()) {
    w.select_row(*row);
  }
  return true;
}

bool step_back(Workspace& w) {
  const auto& selected = w.selection().row;
  if (!selected || !w.ladder().position(*selected)) return true;
  w.select_row(*w.ladder().moved(selected, -1));
  return true;
}

void start_again(Workspace& w) {
  w.lesson().start_again();
  w.clear_selection();
}

void draw_progress(UiContext& c) {
  Lesson& lesson = c.workspace.lesson();
  section(c, "LESSON");
  ImGui::SameLine(0, c.px(12));
  ImGui::PushFont(c.fonts.small());
  text(c, Tone::kMuted, "step " + count(lesson.step()) + " of " + count(lesson.steps()));
  if (lesson.asked() > 0) {
    ImGui::SameLine(0, c.px(16));
    text(c, Tone::kMuted, "score " + count(lesson.right()) + " of " + count(lesson.asked()));
  }
  const std::string again = "start again";
  ImGui::SameLine(ImGui::GetWindowWidth() - text_width(again) - c.px(16));
  if (link(c, "again", again)) start_again(c.workspace);
  ImGui::PopFont();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x - c.px(4);
  const float share =
      lesson.steps() == 0 ? 0 : static_cast<float>(lesson.step()) / static_cast<float>(lesson.steps());
  paint_box(c, Tone::kRaised, at, {at.x + width, at.y + c.px(4)}, 2);
  paint_box(c, Tone::kAccent, at, {at.x + width * share, at.y + c.px(4)}, 2);
  ImGui::Dummy({0, c.px(16)});
}

// An answer that can be clicked, its text broken over as many lines as it needs.
bool draw_answer(UiContext& c, size_t i, const Question& question, std::optional<size_t> given) {
  const std::string& words = question.answers[i];
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x - c.px(4);
  const float text_room = width - c.px(72);
  const float high = ImGui::CalcTextSize(words.data(), words.data() + words.size(), false, text_room).y;
  const ImVec2 size{width, high + c.px(16)};
  ImGui::PushID(static_cast<int>(i));
  const bool pressed = ImGui::InvisibleButton("answer", size) && !given;
  const bool hovered = ImGui::IsItemHovered() && !given;
  ImGui::PopID();
  const bool right = given && i == question.right;
  const bool wrong = given && i == *given && !right;
  const Tone edge = right ? Tone::kLive : wrong ? Tone::kError : Tone::kBorder;
  const ImVec2 to{at.x + size.x, at.y + size.y};
  paint_box(c, hovered ? Tone::kSelection : Tone::kRaised, at, to, 4);
  paint_frame(c, edge, at, to, 4);
  if (hovered) ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
  const std::string mark = right ? "\u2713" : wrong ? "\u2715" : std::to_string(i + 1);
  paint_text(c, right || wrong ? edge : Tone::kFaint, mark, {at.x + c.px(12), at.y + c.px(8)}, c.px(20));
  paint_wrapped(c, given && !right && !wrong ? Tone::kMuted : Tone::kText, words,
                {at.x + c.px(36), at.y + c.px(8)}, text_room, high + 1);
  ImGui::Dummy({0, c.px(4)});
  return pressed;
}

void draw_question(UiContext& c) {
  Lesson& lesson = c.workspace.lesson();
  if (lesson.at_end()) {
    section(c, "THE END");
    gap(c, 4);
    std::string words = "That was the whole session.";
    if (lesson.asked() > 0) {
      words += " " + count(lesson.right()) + " of " + counted(lesson.asked(), "question") + " right.";
    }
    wrapped(c, Tone::kText, words);
    return;
  }
  const std::optional<Question>& question = lesson.question();
  section(c, "WHAT COMES NEXT?");
  gap(c, 6);
  if (!question) {
    wrapped(c, Tone::kMuted, "Space shows the next step.");
    return;
  }
  ImGui::PushFont(c.fonts.semibold());
  wrapped(c, Tone::kText, question->text);
  ImGui::PopFont();
  gap(c, 8);
  const std::optional<size_t> given = lesson.given();
  for (size_t i = 0; i < question->answers.size(); ++i) {
    if (draw_answer(c, i, *question, given)) lesson.answer(i);
  }
  gap(c, 8);
  if (!given) {
    ImGui::PushFont(c.fonts.small());
    wrapped(c, Tone::kFaint,
            "1 to " + std::to_string(question->answers.size()) +
                " answer \u00b7 Space shows what came without answering");
    ImGui::PopFont();
    return;
  }
  const bool right = *given == question->right;
  ImGui::PushFont(c.fonts.semibold());
  text(c, right ? Tone::kLive : Tone::kError, right ? "\u2713 Right." : "\u2715 Not quite.");
  ImGui::PopFont();
  wrapped(c, Tone::kText, question->explanation);
  gap(c, 6);
  ImGui::PushFont(c.fonts.small());
  wrapped(c, Tone::kFaint, "Space shows what this session did.");
  ImGui::PopFont();
}

void draw_step(UiContext& c) {
  Workspace& w = c.workspace;
  const auto& selected = w.selection().row;
  if (!selected || !w.ladder().position(*selected)) {
    section(c, "BEFORE THE FIRST STEP");
    gap(c, 4);
    wrapped(
        c, Tone::kText,
        "Nothing of this session is shown yet. Space shows it step by step; before a step comes, you may be "
        "asked what it must be.");
    gap(c, 16);
    return;
  }
  const Ladder::Words& words = w.ladder().words(*selected);
  const Row& row = w.store().row(*selected);
  ImGui::PushFont(c.fonts.title());
  wrapped(c, parser::is_element(row.kind) ? Theme::of(row.direction) : Tone::kText, words.kind);
  ImGui::PopFont();
  if (words.summary != words.kind) wrapped(c, Tone::kText, words.summary);
  gap(c, 12);
  section(c, "WHAT THIS IS");
  wrapped(c, Tone::kText, words.caption.what);
  gap(c, 10);
  section(c, "WHY IT COMES NOW");
  wrapped(c, Tone::kText, words.caption.why);
  gap(c, 10);
  if (row.findings > 0) {
    section(c, "WHAT IS WRONG WITH IT");
    for (const FindingDetail& finding : w.detail().findings) {
      wrapped(c, Theme::of(finding.severity),
              std::string(severity_mark(finding.severity)) + ' ' +
                  display_text(finding.message, Lines::kEscape, w.drawable()));
    }
    gap(c, 10);
  }
  // Whose turn it is would give the question away.
  const bool newest = !w.lesson().question() || w.lesson().given() ||
                      *w.ladder().position(*selected) + 1 < w.lesson().shown_items();
  if (newest) {
    section(c, "WHERE WE ARE NOW");
    wrapped(c, Tone::kText, words.caption.next);
    gap(c, 10);
  }
  gap(c, 8);
}

}  // namespace

bool act_in_lesson(Workspace& w, UiState& ui, Action action) {
  switch (action) {
    case Action::kReveal:
    case Action::kDown:
      return step_on(w);
    case Action::kUp:
      return step_back(w);
    case Action::kFirst:
      start_again(w);
      return true;
    case Action::kViewXml:
      w.lesson().answer(0);
      return true;
    case Action::kViewTree:
      w.lesson().answer(1);
      return true;
    case Action::kViewBytes:
      w.lesson().answer(2);
      return true;
    case Action::kViewRaw:
      w.lesson().answer(3);
      return true;
    case Action::kLast:
    case Action::kPageDown:
    case Action::kPageUp:
      return true;  // would show what is hidden
    case Action::kZoomIn:
    case Action::kZoomOut:
    case Action::kZoomUsual:
      return act_in_ladder(w, ui, action);
    default:
      return false;
  }
}

void draw_lesson_view(UiContext& c) {
  Workspace& w = c.workspace;
  if (w.ladder().size() == 0) {
    section(c, "LESSON");
    gap(c, 6);
    wrapped(c, Tone::kMuted,
            w.store().rows() == 0 ? "Open a capture, and its sessions can be learned from, step by step."
                                  : "The filter hides this session; Esc goes back to the table.");
    return;
  }
  const ImVec2 origin = ImGui::GetWindowPos();
  const ImVec2 room{ImGui::GetWindowWidth(), ImGui::GetWindowHeight()};
  const float left = std::floor(room.x * 0.6f);
  const float low = std::floor(room.y * 0.66f);
  const float line = c.px(1);
  const auto child = [&](const char* id, ImVec2 at, ImVec2 size, bool padded) {
    ImGui::SetCursorPos(at);
    if (!padded) ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(0, 0));
    ImGui::BeginChild(id, {std::max(1.0f, size.x), std::max(1.0f, size.y)}, false,
                      padded ? ImGuiWindowFlags_AlwaysUseWindowPadding : ImGuiWindowFlags_NoScrollbar);
    if (!padded) ImGui::PopStyleVar();
  };
  paint_box(c, Tone::kBorder, origin, {origin.x + room.x, origin.y + room.y});

  child("ladder_so_far", {0, 0}, {left, low}, false);
  Ladder& ladder = w.ladder();
  const RowIndex selected = w.selection().row.value_or(kNoRow);
  const size_t shown = w.lesson().shown_items();
  const std::optional<size_t> at = selected == kNoRow ? std::nullopt : ladder.position(selected);
  if (at && c.ui.ladder_row != selected) {
    ladder.window().resize(shown + 1, static_cast<double>(low / c.scale) - kLadderHeader);
    ladder.window().reveal(*at + 1 == shown ? shown : *at);
    c.ui.ladder_row = selected;
  }
  const ImVec2 from = ImGui::GetWindowPos();
  const RowIndex under =
      draw_ladder(c, ladder, from, {from.x + left, from.y + low}, LadderLook{false, shown});
  if (under != kNoRow && ImGui::IsMouseReleased(ImGuiMouseButton_Left) &&
      ImGui::GetMouseDragDelta(ImGuiMouseButton_Left).y == 0) {
    w.select_row(under);
    c.ui.ladder_row = under;
  }
  ImGui::EndChild();

  child("lesson_element", {0, low + line}, {left, room.y - low - line}, true);
  if (at) {
    draw_element_panel(c);
  } else {
    section(c, "ELEMENT");
  }
  ImGui::EndChild();

  child("lesson_card", {left + line, 0}, {room.x - left - line, room.y}, true);
  draw_progress(c);
  draw_step(c);
  draw_question(c);
  ImGui::EndChild();
}

}  // namespace viewer
