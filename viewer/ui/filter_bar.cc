// The filter with its completion, its verdict and what is wrong with it; below it the lines that ask for
// something: what to find, a comment, a file.
#include <imgui.h>
#include <imgui_stdlib.h>

#include <algorithm>
#include <string>

#include "viewer/model/filter_completion.h"
#include "viewer/model/settings.h"
#include "viewer/model/time_format.h"
#include "viewer/ui/draw.h"

namespace viewer {

namespace {

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

}  // namespace viewer
