// One card for each connection: who, how far, how secured, what was found. Only the visible cards are made.
#include <imgui.h>

#include <algorithm>
#include <string>

#include "viewer/model/time_format.h"
#include "viewer/ui/draw.h"

namespace viewer {

namespace {

std::string tls_words(const ConnectionSummary& s) {
  const auto leg = [&](parser::Leg which) -> std::string {
    const auto& tls = s.tls[static_cast<size_t>(which)];
    if (!tls) return "plain";
    // "TLSv1.3" is how OpenSSL says it; people say TLS 1.3.
    return tls->version.starts_with("TLSv") ? "TLS " + tls->version.substr(4) : tls->version;
  };
  const std::string client = leg(parser::Leg::kClient);
  const std::string server = leg(parser::Leg::kServer);
  return client == server ? client : client + " \u21c4 " + server;
}

std::string second_line(const ConnectionSummary& s) {
  std::string line = tls_words(s);
  if (!s.mechanism.empty()) line += " \u00b7 " + s.mechanism;
  if (s.stream_management) line += " \u00b7 SM";
  return line;
}

std::string phase_words(const ConnectionSummary& s) {
  std::string words = s.closed ? "closed" : std::string(parser::name(s.phase));
  std::replace(words.begin(), words.end(), '-', ' ');
  return words;
}

void draw_findings(const UiContext& c, const ConnectionSummary& s) {
  constexpr parser::Severity kOrder[] = {parser::Severity::kError, parser::Severity::kWarning,
                                         parser::Severity::kNote};
  for (const parser::Severity severity : kOrder) {
    const uint64_t n = s.findings[static_cast<size_t>(severity)];
    if (n == 0) continue;
    ImGui::SameLine(0, c.px(8));
    text(c, Theme::of(severity), std::string(severity_mark(severity)) + ' ' + count(n));
  }
  if (s.edits > 0) {
    ImGui::SameLine(0, c.px(8));
    text(c, Tone::kEdit, "\u270e " + count(s.edits));
  }
}

// Background, click and the bar that marks the selected row's session. True when clicked.
bool card_frame(const UiContext& c, ImVec2 size, bool shown_alone, bool current) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const bool pressed = ImGui::InvisibleButton("card", size);
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImVec2 end{at.x + size.x, at.y + size.y};
  if (shown_alone || ImGui::IsItemHovered()) {
    list->AddRectFilled(at, end, c.theme.u32(shown_alone ? Tone::kSelection : Tone::kRowHover), c.px(4));
  }
  if (current) {
    list->AddRectFilled({at.x, at.y + c.px(8)}, {at.x + c.px(3), end.y - c.px(8)}, c.theme.u32(Tone::kAccent),
                        c.px(2));
  }
  ImGui::SetCursorScreenPos({at.x + c.px(12), at.y + c.px(10)});
  return pressed;
}

void draw_card(UiContext& c, uint32_t index, ImVec2 size, std::optional<uint32_t> current) {
  const ConnectionSummary s = c.workspace.store().connection(index);
  const bool alone = c.workspace.view().connection() == index;
  ImGui::PushID(static_cast<int>(index));
  const ImVec2 start = ImGui::GetCursorPos();
  const bool pressed = card_frame(c, size, alone, current == index);
  const bool hovered = ImGui::IsItemHovered();
  const float width = size.x - c.px(24);
  ImGui::BeginGroup();
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(c.px(8), c.px(3)));
  text(c, s.closed ? Tone::kFaint : Tone::kLive, s.closed ? "\u25cb" : "\u25cf");
  ImGui::SameLine(0, c.px(8));
  ImGui::PushFont(c.fonts.semibold());
  elided(c, Tone::kText, display_text(s.title(), Lines::kEscape, c.workspace.drawable()), width - c.px(18));
  ImGui::PopFont();
  ImGui::PushFont(c.fonts.small());
  elided(c, Tone::kMuted, second_line(s), width);
  text(c, Tone::kMuted, phase_words(s));
  ImGui::SameLine(0, c.px(8));
  text(c, Tone::kClient, "\u2192 " + count(s.elements[0]));
  ImGui::SameLine(0, c.px(8));
  text(c, Tone::kServer, "\u2190 " + count(s.elements[1]));
  draw_findings(c, s);
  ImGui::PopFont();
  ImGui::PopStyleVar();
  ImGui::EndGroup();
  if (hovered && ImGui::IsMouseHoveringRect(ImGui::GetItemRectMin(), ImGui::GetItemRectMax())) {
    ImGui::SetTooltip("connection %llu\n%s:%u \u2192 %s:%u\nclick: only this session",
                      static_cast<unsigned long long>(s.id), s.info.client.address.c_str(),
                      s.info.client.port, s.info.server.address.c_str(), s.info.server.port);
  }
  if (pressed) c.workspace.show_connection(alone ? std::nullopt : std::optional(index));
  ImGui::SetCursorPos({start.x, start.y + size.y + c.px(4)});
  ImGui::PopID();
}

}  // namespace

void draw_sessions_panel(UiContext& c) {
  const size_t connections = c.workspace.store().connections();
  section(c, connections == 0 ? "SESSIONS" : "SESSIONS  " + count(connections));
  gap(c, 8);
  ImGui::BeginChild("cards");
  std::optional<uint32_t> current;
  if (const auto& row = c.workspace.selection().row) current = c.workspace.store().row(*row).connection;
  const ImVec2 size{ImGui::GetContentRegionAvail().x, c.px(68)};
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(connections), size.y + c.px(4));
  while (clipper.Step()) {
    for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
      draw_card(c, static_cast<uint32_t>(i), size, current);
    }
  }
  if (connections == 0) wrapped(c, Tone::kMuted, "Sessions are listed here as they are seen.");
  ImGui::EndChild();
}

}  // namespace viewer
