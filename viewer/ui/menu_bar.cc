// The line above everything: menus, and the state of the capture with what was found in it.
#include <imgui.h>

#include <array>
#include <cmath>
#include <optional>
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
  std::optional<parser::Severity> findings{};  // that a click goes to
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
    std::string words = "reading " + std::to_string(percent) + " %";
    if (status.seconds > 0.2) {
      const double rate = static_cast<double>(status.done) / status.seconds;
      words += " \u00b7 " + bytes_amount(static_cast<uint64_t>(rate)) + "/s";
    }
    pieces.push_back({Tone::kMuted, std::move(words)});
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
                        std::string(severity_mark(severity)) + ' ' + counted(n, parser::name(severity)),
                        severity});
    }
  }
  if (w.notes().unsaved()) pieces.push_back({Tone::kAccent, "\u2691 notes not saved"});
  if (!status.damage.empty()) pieces.push_back({Tone::kError, "\u2715 file damaged"});
  return pieces;
}

// Findings of one gravity: a click goes from one to the next.
void draw_finding_count(UiContext& c, const Piece& piece) {
  text(c, piece.tone, piece.words);
  if (!ImGui::IsItemHovered()) return;
  const ImVec2 low = ImGui::GetItemRectMin();
  const ImVec2 high = ImGui::GetItemRectMax();
  ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
  ImGui::GetWindowDrawList()->AddLine({low.x, high.y}, high, c.theme.u32(piece.tone));
  const std::string name(parser::name(*piece.findings));
  const bool error = *piece.findings == parser::Severity::kError;
  const std::string key = error ? "  (" + std::string(shown_key(Action::kNextError)) + ")" : std::string();
  ImGui::SetTooltip("to the next %s%s", name.c_str(), key.c_str());
  if (!ImGui::IsMouseClicked(ImGuiMouseButton_Left)) return;
  c.workspace.set_window_view(WindowView::kTable);
  if (c.workspace.move_to_next(*piece.findings)) {
    c.workspace.set_side_view(SideView::kExplanation);
  } else {
    c.workspace.say("The rows that have them are not shown.");
  }
}

void draw_pieces_right(UiContext& c, const std::vector<Piece>& pieces) {
  const float space = c.px(20);
  float width = 0;
  for (const Piece& piece : pieces) width += ImGui::CalcTextSize(piece.words.c_str()).x + space;
  const float left = ImGui::GetWindowWidth() - width - c.px(12) + space;
  float x = std::max(left, ImGui::GetCursorPosX() + c.px(24));
  for (const Piece& piece : pieces) {
    ImGui::SetCursorPosX(x);
    if (piece.findings) {
      draw_finding_count(c, piece);
    } else {
      text(c, piece.tone, piece.words);
    }
    x += ImGui::CalcTextSize(piece.words.c_str()).x + space;
  }
}

}  // namespace

void draw_menu_bar(UiContext& c) {
  if (!ImGui::BeginMenuBar()) return;
  Workspace& w = c.workspace;
  if (ImGui::BeginMenu("File")) {
    const bool reading = w.status().state == Loader::State::kLoading;
    if (ImGui::MenuItem("Stop reading", nullptr, false, reading) && w.loader() != nullptr)
      w.loader()->cancel();
    menu_item(c, "Open\u2026", Action::kOpen);
    if (ImGui::BeginMenu("Open lately", !c.ui.recent.empty())) {
      for (const std::string& path : c.ui.recent) {
        if (ImGui::MenuItem(display_text(path, Lines::kEscape, w.drawable()).c_str()))
          c.ui.open_wanted = path;
      }
      ImGui::EndMenu();
    }
    menu_item(c, "Save marks and comments", Action::kSaveNotes, false, w.notes().unsaved());
    ImGui::Separator();
    menu_item(c, "Copy as sent", Action::kCopy, false, w.selection().row.has_value());
    if (ImGui::BeginMenu("Copy as", w.selection().row.has_value())) {
      draw_copy_menu(c);
      ImGui::EndMenu();
    }
    menu_item(c, "Mark", Action::kMark, false, w.selection().row.has_value());
    menu_item(c, "Comment\u2026", Action::kComment, false, w.selection().row.has_value());
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
    menu_item(c, "Next error", Action::kNextError);
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

}  // namespace viewer
