// The lines above and below the panels: menus with the state of the capture, the filter with its verdict, the
// status line.
#include <imgui.h>
#include <imgui_stdlib.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "viewer/model/time_format.h"
#include "viewer/ui/draw.h"

namespace viewer {

namespace {

void menu_item(UiContext& c, const char* label, Action action, bool on = false, bool enabled = true) {
  if (ImGui::MenuItem(label, std::string(shown_key(action)).c_str(), on, enabled)) c.act(action);
}

struct Piece {
  Tone tone;
  std::string words;
};

std::vector<Piece> capture_state(const UiContext& c) {
  const Workspace& w = c.workspace;
  const Loader::Status status = w.status();
  const Totals totals = w.store().totals();
  std::vector<Piece> pieces;
  const size_t slash = w.path().find_last_of('/');
  if (!w.path().empty()) {
    pieces.push_back(
        {Tone::kText, display_text(slash == std::string::npos ? w.path() : w.path().substr(slash + 1),
                                   Lines::kEscape, w.drawable())});
  }
  if (status.state == Loader::State::kLoading) {
    const uint64_t percent = status.all == 0 ? 0 : status.done * 100 / status.all;
    pieces.push_back({Tone::kMuted, "reading " + std::to_string(percent) + " %"});
  }
  if (w.live() && status.state != Loader::State::kFailed && status.state != Loader::State::kCancelled) {
    pieces.push_back(
        {Tone::kLive, "\u25cf live " + count(static_cast<uint64_t>(std::llround(w.rate()))) + "/s"});
  }
  if (totals.elements > 0) pieces.push_back({Tone::kMuted, counted(totals.elements, "element")});
  constexpr std::array kOrder = {parser::Severity::kError, parser::Severity::kWarning,
                                 parser::Severity::kNote};
  for (const parser::Severity severity : kOrder) {
    const uint64_t n = totals.findings[static_cast<size_t>(severity)];
    if (n > 0) {
      pieces.push_back({Theme::of(severity),
                        std::string(severity_mark(severity)) + ' ' + counted(n, parser::name(severity))});
    }
  }
  if (!status.damage.empty()) pieces.push_back({Tone::kError, "\u2715 file damaged"});
  return pieces;
}

void draw_pieces_right(const UiContext& c, const std::vector<Piece>& pieces) {
  const float space = c.px(20);
  float width = 0;
  for (const Piece& piece : pieces) width += ImGui::CalcTextSize(piece.words.c_str()).x + space;
  const float left = ImGui::GetWindowWidth() - width - c.px(12) + space;
  float x = std::max(left, ImGui::GetCursorPosX() + c.px(24));
  for (const Piece& piece : pieces) {
    ImGui::SetCursorPosX(x);
    text(c, piece.tone, piece.words);
    x += ImGui::CalcTextSize(piece.words.c_str()).x + space;
  }
}

// The caret line under a faulty filter.
void draw_fault(const UiContext& c) {
  const auto& fault = c.workspace.fault();
  if (!fault) return;
  ImGui::PushFont(c.fonts.mono());
  const float advance = ImGui::CalcTextSize("0").x;
  const size_t at = std::min(fault->error.offset, fault->expression.size());
  const float before = ImGui::CalcTextSize(fault->expression.data(), fault->expression.data() + at).x;
  const ImVec2 cursor = ImGui::GetCursorScreenPos();
  const float left = cursor.x + c.px(64) + before;
  const float width = advance * static_cast<float>(std::max<size_t>(fault->error.length, 1));
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImU32 colour = c.theme.u32(Tone::kError);
  list->AddTriangleFilled({left + advance / 2, cursor.y}, {left + advance, cursor.y + c.px(5)},
                          {left, cursor.y + c.px(5)}, colour);
  list->AddRectFilled({left, cursor.y + c.px(5)}, {left + width, cursor.y + c.px(7)}, colour);
  ImGui::PopFont();
  ImGui::Dummy({0, c.px(8)});
  ImGui::Indent(c.px(64));
  wrapped(c, Tone::kError,
          "\u2715 " + display_text(fault->error.message, Lines::kEscape, c.workspace.drawable()));
  ImGui::Unindent(c.px(64));
}

std::string filter_verdict(const Workspace& w) {
  const RowFilter& view = w.view();
  if (!view.active()) return {};
  std::string words = count(view.size()) + " of " + count(w.store().rows());
  if (!view.complete() && w.store().rows() > 0) {
    words = std::to_string(view.scanned() * 100 / w.store().rows()) + " % \u00b7 " + words;
  }
  if (!view.explain().empty()) words += " \u00b7 " + view.explain();
  if (view.connection()) words += " \u00b7 one session";
  if (view.time_range()) {
    words += " \u00b7 " + span(view.time_range()->end_us - view.time_range()->begin_us) + " of the time";
  }
  return words;
}

}  // namespace

void draw_menu_bar(UiContext& c) {
  if (!ImGui::BeginMenuBar()) return;
  Workspace& w = c.workspace;
  if (ImGui::BeginMenu("File")) {
    const bool reading = w.status().state == Loader::State::kLoading;
    if (ImGui::MenuItem("Stop reading", nullptr, false, reading) && w.loader() != nullptr)
      w.loader()->cancel();
    menu_item(c, "Copy element", Action::kCopy, false, w.selection().row.has_value());
    ImGui::Separator();
    menu_item(c, "Quit", Action::kQuit);
    ImGui::EndMenu();
  }
  if (ImGui::BeginMenu("View")) {
    menu_item(c, "Ladder", Action::kLadder, w.window_view() == WindowView::kLadder);
    menu_item(c, "Statistics", Action::kStatistics, w.window_view() == WindowView::kStatistics);
    menu_item(c, "Compare", Action::kCompare, w.window_view() == WindowView::kCompare);
    ImGui::Separator();
    menu_item(c, "XML", Action::kViewXml, w.element_view() == ElementView::kXml);
    menu_item(c, "Tree", Action::kViewTree, w.element_view() == ElementView::kTree);
    menu_item(c, "Bytes", Action::kViewBytes, w.element_view() == ElementView::kBytes);
    menu_item(c, "As sent", Action::kViewRaw, w.element_view() == ElementView::kRaw);
    ImGui::Separator();
    menu_item(c, "Time of day", Action::kTimeMode, w.time_mode() == TimeMode::kAbsolute);
    menu_item(c, "Light theme", Action::kTheme, c.theme.name() == ThemeName::kLight);
    menu_item(c, "Follow", Action::kFollow, w.following());
    ImGui::EndMenu();
  }
  if (ImGui::BeginMenu("Go")) {
    menu_item(c, "Find\u2026", Action::kFind);
    menu_item(c, "Filter\u2026", Action::kFilter);
    ImGui::Separator();
    menu_item(c, "Next finding", Action::kNextFinding);
    menu_item(c, "Finding before", Action::kPreviousFinding);
    menu_item(c, "Request or answer", Action::kPartner);
    ImGui::Separator();
    menu_item(c, "First row", Action::kFirst);
    menu_item(c, "Last row", Action::kLast);
    menu_item(c, "Only this session", Action::kOnlyConnection, w.view().connection().has_value());
    ImGui::EndMenu();
  }
  if (ImGui::BeginMenu("Lesson")) {
    menu_item(c, "Step through this session", Action::kLesson, w.window_view() == WindowView::kLesson);
    ImGui::EndMenu();
  }
  if (ImGui::BeginMenu("Help")) {
    menu_item(c, "All keys", Action::kHelp, c.ui.show_help);
    ImGui::EndMenu();
  }
  draw_pieces_right(c, capture_state(c));
  ImGui::EndMenuBar();
}

void draw_filter_bar(UiContext& c) {
  Workspace& w = c.workspace;
  ImGui::AlignTextToFramePadding();
  const float start = ImGui::GetCursorPosX();
  text(c, Tone::kMuted, "Filter");
  ImGui::SameLine(start + c.px(56));
  const std::string verdict = filter_verdict(w);
  const float whole = ImGui::GetContentRegionAvail().x;
  const float verdict_width =
      verdict.empty() ? 0 : std::min(ImGui::CalcTextSize(verdict.c_str()).x + c.px(28), whole * 0.5f);
  ImGui::SetNextItemWidth(whole - verdict_width);
  if (c.ui.filter_wanted) ImGui::SetKeyboardFocusHere();
  c.ui.filter_wanted = false;
  ImGui::PushFont(c.fonts.mono());
  const float lift = (c.fonts.sans()->FontSize - c.fonts.mono()->FontSize) / 2;
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, ImVec2(c.px(8), c.px(4) + lift));
  const bool entered = ImGui::InputTextWithHint(
      "##filter", "show only \u2026   for example   xmpp.iq && xmpp.from contains \"juliet\"",
      &c.ui.filter_text, ImGuiInputTextFlags_EnterReturnsTrue);
  const bool left = ImGui::IsItemDeactivatedAfterEdit();
  ImGui::PopStyleVar();
  ImGui::PopFont();
  if (entered || left) w.set_filter(c.ui.filter_text);
  if (!verdict.empty()) {
    ImGui::SameLine(0, c.px(12));
    ImGui::AlignTextToFramePadding();
    ImGui::SetCursorPosY(ImGui::GetCursorPosY() + c.px(4));
    elided(c, w.fault() ? Tone::kMuted : Tone::kText, verdict, ImGui::GetContentRegionAvail().x);
  }
  draw_fault(c);
  if (!c.ui.find_open) return;

  ImGui::AlignTextToFramePadding();
  text(c, Tone::kMuted, "Find");
  ImGui::SameLine(start + c.px(56));
  ImGui::SetNextItemWidth(c.px(360));
  if (c.ui.find_wanted) ImGui::SetKeyboardFocusHere();
  c.ui.find_wanted = false;
  if (ImGui::InputTextWithHint("##find", "text in the stanzas", &c.ui.find_text,
                               ImGuiInputTextFlags_EnterReturnsTrue)) {
    w.find(c.ui.find_text, !ImGui::GetIO().KeyShift);
    c.ui.find_wanted = true;
  }
  const FindState& find = w.find_state();
  ImGui::SameLine(0, c.px(12));
  if (find.searching) {
    text(c, Tone::kMuted, "searching\u2026 " + count(find.left) + " rows left");
  } else if (!find.text.empty() && !find.found) {
    text(c, Tone::kWarning, "not found");
  } else {
    text(c, Tone::kMuted, "Enter: next \u00b7 Shift Enter: before \u00b7 Esc: close");
  }
}

void draw_status_bar(UiContext& c) {
  const Workspace& w = c.workspace;
  ImGui::PushFont(c.fonts.small());
  std::string left;
  if (w.selection().row) {
    const size_t at = w.view().lower_bound(*w.selection().row);
    left = w.view().contains(*w.selection().row) ? "row " + count(at + 1) + " of " + count(w.view().size())
                                                 : "the selected row is hidden by the filter";
  } else {
    left = counted(w.view().size(), "row");
  }
  text(c, Tone::kMuted, left);
  const Totals totals = w.store().totals();
  ImGui::SameLine(0, c.px(20));
  text(c, Tone::kFaint, bytes_amount(totals.memory_bytes) + " in memory");
  const std::string keys = "j k move \u00b7 n next finding \u00b7 / find \u00b7 f filter \u00b7 ? all keys";
  const float width = ImGui::CalcTextSize(keys.c_str()).x;
  ImGui::SameLine(ImGui::GetWindowWidth() - width - c.px(12));
  text(c, Tone::kFaint, keys);
  ImGui::PopFont();
}

}  // namespace viewer
