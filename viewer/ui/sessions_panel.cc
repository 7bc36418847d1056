// One card for each connection: who, how far, how secured, what was found. Only the visible cards are made.
#include <imgui.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "viewer/model/time_format.h"
#include "viewer/ui/draw.h"

namespace viewer {

namespace {

// Counts of all connections of a session.
struct Sum {
  std::array<uint64_t, 2> elements{};
  std::array<uint64_t, 3> findings{};
  uint64_t edits = 0;
};

Sum sum_of(const CaptureStore& store, const SessionList::Session& session) {
  Sum sum;
  for (const uint32_t index : session.connections) {
    const ConnectionSummary c = store.connection(index);
    for (size_t i = 0; i < 2; ++i) sum.elements[i] += c.elements[i];
    for (size_t i = 0; i < 3; ++i) sum.findings[i] += c.findings[i];
    sum.edits += c.edits;
  }
  return sum;
}

void draw_findings(const UiContext& c, const Sum& s) {
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

void draw_card(UiContext& c, const SessionList::Session& session, ImVec2 size,
               std::optional<parser::ConnectionId> current) {
  const CaptureStore& store = c.workspace.store();
  const uint32_t newest = session.connections.back();
  const ConnectionSummary s = store.connection(newest);
  const Sum sum = sum_of(store, session);
  const bool alone = c.workspace.view().session() == session.id;
  ImGui::PushID(static_cast<int>(newest));
  const ImVec2 start = ImGui::GetCursorPos();
  const bool pressed = card_frame(c, size, alone, current == session.id);
  const bool hovered = ImGui::IsItemHovered();
  const float width = size.x - c.px(24);
  ImGui::BeginGroup();
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(c.px(8), c.px(3)));
  text(c, s.closed ? Tone::kFaint : Tone::kLive, s.closed ? "\u25cb" : "\u25cf");
  ImGui::SameLine(0, c.px(8));
  ImGui::PushFont(c.fonts.semibold());
  elided(c, Tone::kText, display_text(session_title(store, session), Lines::kEscape, c.workspace.drawable()),
         width - c.px(18));
  ImGui::PopFont();
  ImGui::PushFont(c.fonts.small());
  const bool failed =
      s.progress.steps[static_cast<size_t>(parser::Step::kAuth)] == parser::StepState::kFailed ||
      s.progress.steps[static_cast<size_t>(parser::Step::kTls)] == parser::StepState::kFailed;
  elided(c, failed ? Tone::kError : Tone::kMuted, short_way(s), width);
  text(c, Tone::kClient, "\u2192 " + count(sum.elements[0]));
  ImGui::SameLine(0, c.px(8));
  text(c, Tone::kServer, "\u2190 " + count(sum.elements[1]));
  if (session.connections.size() > 1) {
    ImGui::SameLine(0, c.px(8));
    text(c, Tone::kMuted, counted(session.connections.size(), "connection"));
  }
  draw_findings(c, sum);
  ImGui::PopFont();
  ImGui::PopStyleVar();
  ImGui::EndGroup();
  if (hovered && ImGui::IsMouseHoveringRect(ImGui::GetItemRectMin(), ImGui::GetItemRectMax())) {
    ImGui::SetTooltip("%s:%u \u2192 %s:%u\nclick: only this session", s.info.client.address.c_str(),
                      s.info.client.port, s.info.server.address.c_str(), s.info.server.port);
  }
  if (pressed) c.workspace.show_session(alone ? std::nullopt : std::optional(session.id));
  ImGui::SetCursorPos({start.x, start.y + size.y + c.px(4)});
  ImGui::PopID();
}

// The session that is looked at: that of the selected row, else the one that is shown alone, else the only
// one.
const SessionList::Session* looked_at(const UiContext& c) {
  const Workspace& w = c.workspace;
  if (w.selection().row) return w.sessions().find(w.store().session_id(w.store().row(*w.selection().row)));
  if (w.view().session()) return w.sessions().find(*w.view().session());
  return w.sessions().all().size() == 1 ? &w.sessions().all().front() : nullptr;
}

// Verification that went wrong is the fact that people look for.
Tone tone_of(const SessionFact& fact) {
  if (fact.name == "verification") return fact.value == "ok" ? Tone::kLive : Tone::kWarning;
  if (fact.value == "not encrypted") return Tone::kWarning;
  return Tone::kText;
}

void draw_facts(UiContext& c, const SessionList::Session& session) {
  for (const uint32_t index : session.connections) {
    const ConnectionSummary connection = c.workspace.store().connection(index);
    ImGui::PushID(static_cast<int>(index));
    if (session.connections.size() > 1) {
      if (link(c, "connection", "connection " + count(connection.id)) && connection.first_row != kNoRow) {
        c.workspace.select_row(connection.first_row);
      }
    }
    for (const SessionFact& fact : connection_facts(connection)) {
      ImGui::PushFont(c.fonts.small());
      text(c, Tone::kFaint, fact.name);
      ImGui::SameLine(c.px(72));
      wrapped(c, tone_of(fact), display_text(fact.value, Lines::kEscape, c.workspace.drawable()));
      ImGui::PopFont();
    }
    gap(c, 10);
    ImGui::PopID();
  }
}

}  // namespace

void draw_sessions_panel(UiContext& c) {
  const auto& sessions = c.workspace.sessions().all();
  section(c, sessions.empty() ? "SESSIONS" : "SESSIONS  " + count(sessions.size()));
  gap(c, 8);
  const SessionList::Session* shown = looked_at(c);
  const float room = ImGui::GetContentRegionAvail().y;
  const ImVec2 size{ImGui::GetContentRegionAvail().x, c.px(68)};
  // The facts get what the cards leave, but at least half.
  const float cards = (size.y + c.px(4)) * static_cast<float>(std::max<size_t>(sessions.size(), 1)) + c.px(4);
  const float height = shown == nullptr ? 0 : std::max(c.px(72), std::min(cards, room * 0.5f));
  ImGui::BeginChild("cards", {0, height});
  std::optional<parser::ConnectionId> current;
  if (const auto& row = c.workspace.selection().row) {
    current = c.workspace.store().session_id(c.workspace.store().row(*row));
  }
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(sessions.size()), size.y + c.px(4));
  while (clipper.Step()) {
    for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
      draw_card(c, sessions[static_cast<size_t>(i)], {ImGui::GetContentRegionAvail().x, size.y}, current);
    }
  }
  if (sessions.empty()) wrapped(c, Tone::kMuted, "Sessions are listed here as they are seen.");
  ImGui::EndChild();
  if (shown == nullptr) return;
  gap(c, 8);
  hairline(c);
  gap(c, 8);
  section(c, "THIS SESSION");
  gap(c, 4);
  ImGui::BeginChild("session_facts");
  draw_facts(c, *shown);
  ImGui::EndChild();
}

}  // namespace viewer
