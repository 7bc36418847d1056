// The lines above and below the panels: menus with the state of the capture, the filter with its verdict, the
// status line.
#include <imgui.h>
#include <imgui_stdlib.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "viewer/model/filter_completion.h"
#include "viewer/model/settings.h"
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
  ImGui::PushID(static_cast<int>(*piece.findings));
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const ImVec2 size = ImGui::CalcTextSize(piece.words.c_str());
  if (ImGui::InvisibleButton("count", size)) {
    c.workspace.set_window_view(WindowView::kTable);
    if (c.workspace.move_to_next(*piece.findings)) {
      c.workspace.set_side_view(SideView::kExplanation);
    } else {
      c.workspace.say("The rows that have them are not shown.");
    }
  }
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImU32 colour = c.theme.u32(piece.tone);
  list->AddText(at, colour, piece.words.c_str());
  if (ImGui::IsItemHovered()) {
    ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
    list->AddLine({at.x, at.y + size.y}, {at.x + size.x, at.y + size.y}, colour);
    const std::string name(parser::name(*piece.findings));
    const std::string key(*piece.findings == parser::Severity::kError ? shown_key(Action::kNextError) : "");
    ImGui::SetTooltip("to the next %s%s", name.c_str(), key.empty() ? "" : ("  (" + key + ")").c_str());
  }
  ImGui::PopID();
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
  if (view.connection() || view.session()) words += " \u00b7 one session";
  if (w.order().sorting()) words += " \u00b7 sorting\u2026";
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

namespace {

// What ImGui's text field and the list of suggestions share while the field has the keyboard.
struct Typing {
  UiContext* c;
};

int on_typing(ImGuiInputTextCallbackData* data) {
  UiContext& c = *static_cast<Typing*>(data->UserData)->c;
  UiState& ui = c.ui;
  const auto count_of = static_cast<int>(ui.suggestions.suggestions.size());
  switch (data->EventFlag) {
    case ImGuiInputTextFlags_CallbackAlways: {
      const auto caret = static_cast<size_t>(data->CursorPos);
      const std::string_view now(data->Buf, static_cast<size_t>(data->BufTextLen));
      if (now == ui.suggested_for && caret == ui.suggested_at) break;
      ui.suggested_for = now;
      ui.suggested_at = caret;
      ui.suggestions = complete_filter(c.workspace.store(), now, caret);
      ui.suggestion = 0;
      break;
    }
    case ImGuiInputTextFlags_CallbackCompletion: {
      if (count_of == 0) break;
      const Suggestion chosen = ui.suggestions.suggestions[static_cast<size_t>(std::max(ui.suggestion, 0))];
      const auto begin = static_cast<int>(ui.suggestions.begin);
      data->DeleteChars(begin, static_cast<int>(ui.suggestions.end) - begin);
      data->InsertChars(begin, chosen.text.c_str());
      break;
    }
    case ImGuiInputTextFlags_CallbackHistory:
      if (count_of == 0) break;
      ui.suggestion += data->EventKey == ImGuiKey_UpArrow ? -1 : 1;
      ui.suggestion = (ui.suggestion + count_of) % count_of;
      break;
    default:
      break;
  }
  return 0;
}

void draw_suggestions(UiContext& c, ImVec2 at, float width) {
  const auto& all = c.ui.suggestions.suggestions;
  if (all.empty()) return;
  ImGui::SetNextWindowPos(at);
  ImGui::SetNextWindowSize({width, 0});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(c.px(8), c.px(6)));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, c.px(1));
  ImGui::PushStyleColor(ImGuiCol_WindowBg, c.theme.u32(Tone::kRaised));
  constexpr auto kFlags = ImGuiWindowFlags_Tooltip | ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                          ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoFocusOnAppearing |
                          ImGuiWindowFlags_NoNav | ImGuiWindowFlags_NoInputs;
  ImGui::Begin("suggestions", nullptr, kFlags);
  for (size_t i = 0; i < all.size(); ++i) {
    const bool chosen = static_cast<size_t>(c.ui.suggestion) == i;
    const ImVec2 row = ImGui::GetCursorScreenPos();
    if (chosen) {
      ImGui::GetWindowDrawList()->AddRectFilled(
          {row.x - c.px(4), row.y}, {row.x + width - c.px(12), row.y + ImGui::GetTextLineHeight()},
          c.theme.u32(Tone::kSelection), c.px(3));
    }
    ImGui::PushFont(c.fonts.mono());
    text(c, Tone::kText, display_text(all[i].text, Lines::kEscape, c.workspace.drawable()));
    ImGui::PopFont();
    ImGui::SameLine(0, c.px(16));
    text(c, Tone::kMuted, all[i].description);
  }
  ImGui::PushFont(c.fonts.small());
  text(c, Tone::kFaint, "Tab takes it \u00b7 \u2191 \u2193 choose \u00b7 Enter filters");
  ImGui::PopFont();
  ImGui::End();
  ImGui::PopStyleColor();
  ImGui::PopStyleVar(2);
}

void apply(UiContext& c) {
  if (c.workspace.set_filter(c.ui.filter_text)) remember(c.ui.filter_history, c.ui.filter_text);
}

void filter_items(UiContext& c, const std::vector<std::string>& list) {
  // A copy: a chosen one moves to the front.
  for (const std::string& one : std::vector<std::string>(list)) {
    ImGui::PushFont(c.fonts.mono());
    const bool chosen = ImGui::MenuItem(shorten(one, 90).c_str());
    ImGui::PopFont();
    if (!chosen) continue;
    c.ui.filter_text = one;
    apply(c);
  }
}

// Filters used before, and saved ones.
void draw_filter_list(UiContext& c) {
  if (c.ui.filter_list) ImGui::OpenPopup("filter_list");
  c.ui.filter_list = false;
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(c.px(12), c.px(8)));
  if (ImGui::BeginPopup("filter_list")) {
    const std::string& now = c.workspace.view().expression();
    auto& saved = c.ui.saved_filters;
    const bool is_saved = std::find(saved.begin(), saved.end(), now) != saved.end();
    if (ImGui::MenuItem(is_saved ? "\u2605 forget this filter" : "\u2605 keep this filter", nullptr, false,
                        !now.empty())) {
      if (is_saved) {
        saved.erase(std::remove(saved.begin(), saved.end(), now), saved.end());
      } else {
        remember(saved, now);
      }
    }
    if (!saved.empty()) section(c, "KEPT");
    ImGui::PushID("kept");
    filter_items(c, saved);
    ImGui::PopID();
    section(c, "USED LATELY");
    filter_items(c, c.ui.filter_history);
    if (c.ui.filter_history.empty()) text(c, Tone::kMuted, "none yet");
    section(c, "TO BEGIN WITH");
    ImGui::PushID("examples");
    filter_items(c, {"xmpp.finding.severity >= warning", "xmpp.iq && xmpp.type == \"error\"",
                     "xmpp.message.body", "xmpp.rtt > 1", "xmpp.edit", "xmpp.kind == \"sasl\""});
    ImGui::PopID();
    ImGui::EndPopup();
  }
  ImGui::PopStyleVar();
}

void draw_find_line(UiContext& c, float start) {
  Workspace& w = c.workspace;
  ImGui::AlignTextToFramePadding();
  text(c, Tone::kMuted, "Find");
  ImGui::SameLine(start + c.px(56));
  ImGui::SetNextItemWidth(c.px(360));
  if (c.ui.find_wanted) ImGui::SetKeyboardFocusHere();
  c.ui.find_wanted = false;
  const std::string before = c.ui.find_text;
  const bool entered = ImGui::InputTextWithHint("##find", "text in the stanzas", &c.ui.find_text,
                                                ImGuiInputTextFlags_EnterReturnsTrue);
  if (entered) {
    w.find(c.ui.find_text, !ImGui::GetIO().KeyShift);
    c.ui.find_wanted = true;
  } else if (c.ui.find_text != before) {
    w.find(c.ui.find_text, true, true);
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

// A line that asks for one text; true when it was entered.
bool draw_asking_line(UiContext& c, float start, const char* label, const char* hint, std::string& value,
                      bool& wanted, const std::string& words) {
  ImGui::AlignTextToFramePadding();
  text(c, Tone::kMuted, label);
  ImGui::SameLine(start + c.px(72));
  ImGui::SetNextItemWidth(c.px(520));
  if (wanted) ImGui::SetKeyboardFocusHere();
  wanted = false;
  ImGui::PushID(label);
  const bool entered = ImGui::InputTextWithHint("##ask", hint, &value, ImGuiInputTextFlags_EnterReturnsTrue);
  ImGui::PopID();
  ImGui::SameLine(0, c.px(12));
  text(c, Tone::kMuted, words);
  return entered;
}

}  // namespace

void draw_filter_bar(UiContext& c) {
  Workspace& w = c.workspace;
  ImGui::AlignTextToFramePadding();
  const float start = ImGui::GetCursorPosX();
  text(c, Tone::kMuted, "Filter");
  ImGui::SameLine(start + c.px(56));
  const std::string verdict = filter_verdict(w);
  const float whole = ImGui::GetContentRegionAvail().x - c.px(32);
  const float verdict_width =
      verdict.empty() ? 0 : std::min(ImGui::CalcTextSize(verdict.c_str()).x + c.px(28), whole * 0.5f);
  ImGui::SetNextItemWidth(whole - verdict_width);
  if (c.ui.filter_wanted) ImGui::SetKeyboardFocusHere();
  c.ui.filter_wanted = false;
  ImGui::PushFont(c.fonts.mono());
  const float lift = (c.fonts.sans()->FontSize - c.fonts.mono()->FontSize) / 2;
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, ImVec2(c.px(8), c.px(4) + lift));
  Typing typing{&c};
  const bool entered = ImGui::InputTextWithHint(
      "##filter", "show only \u2026   for example   xmpp.iq && xmpp.from contains \"juliet\"",
      &c.ui.filter_text,
      ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_CallbackAlways |
          ImGuiInputTextFlags_CallbackCompletion | ImGuiInputTextFlags_CallbackHistory,
      on_typing, &typing);
  const bool typing_now = ImGui::IsItemActive();
  const bool left = ImGui::IsItemDeactivatedAfterEdit();
  const ImVec2 low = ImGui::GetItemRectMin();
  const ImVec2 high = ImGui::GetItemRectMax();
  ImGui::PopStyleVar();
  ImGui::PopFont();
  if (entered || left) apply(c);
  if (typing_now) draw_suggestions(c, {low.x, high.y + c.px(2)}, std::min(high.x - low.x, c.px(720)));
  ImGui::SameLine(0, c.px(4));
  if (ImGui::Button("\u25be##filters", {c.px(24), 0})) c.ui.filter_list = true;
  if (ImGui::IsItemHovered()) ImGui::SetTooltip("filters used before, and kept ones (h)");
  if (!verdict.empty()) {
    ImGui::SameLine(0, c.px(12));
    ImGui::AlignTextToFramePadding();
    ImGui::SetCursorPosY(ImGui::GetCursorPosY() + c.px(4));
    elided(c, w.fault() ? Tone::kMuted : Tone::kText, verdict, ImGui::GetContentRegionAvail().x);
  }
  draw_filter_list(c);
  draw_fault(c);
  if (c.ui.find_open) draw_find_line(c, start);
  if (c.ui.comment_open &&
      draw_asking_line(c, start, "Comment", "what you want to remember about this row", c.ui.comment_text,
                       c.ui.comment_wanted, "Enter keeps it \u00b7 Esc: close")) {
    w.comment(c.ui.comment_text);
    c.ui.comment_open = false;
  }
  if (c.ui.open_bar &&
      draw_asking_line(c, start, "Open", "path of a capture, transcript or log", c.ui.open_text,
                       c.ui.open_bar_wanted, "Enter opens it \u00b7 Esc: close")) {
    c.ui.open_wanted = c.ui.open_text;
    c.ui.open_bar = false;
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
  if (const size_t picked = w.picked_rows().size(); picked > 1) {
    ImGui::SameLine(0, c.px(12));
    text(c, Tone::kAccent, count(picked) + " picked");
  }
  if (!w.message().empty()) {
    ImGui::SameLine(0, c.px(20));
    text(c, w.message_is_error() ? Tone::kError : Tone::kText,
         display_text(w.message(), Lines::kEscape, w.drawable()));
  }
  ImGui::SameLine(0, c.px(20));
  text(c, Tone::kFaint, bytes_amount(totals.memory_bytes) + " in memory");
  const std::string keys =
      "j k move \u00b7 n next finding \u00b7 e next error \u00b7 / find \u00b7 f filter \u00b7 ? all keys";
  const float width = ImGui::CalcTextSize(keys.c_str()).x;
  ImGui::SameLine(ImGui::GetWindowWidth() - width - c.px(12));
  text(c, Tone::kFaint, keys);
  ImGui::PopFont();
}

}  // namespace viewer
