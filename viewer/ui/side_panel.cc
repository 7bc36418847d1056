// What stands beside the element: its explanation, all findings, or an address under the lens.
#include <imgui.h>
#include <imgui_stdlib.h>

#include <algorithm>
#include <array>
#include <string>

#include "viewer/model/time_format.h"
#include "viewer/ui/draw.h"

namespace viewer {

namespace {

struct Side {
  SideView view;
  Action action;
  const char* title;
  void (*draw)(UiContext&);
};
constexpr std::array<Side, 3> kSides = {{
    {SideView::kExplanation, Action::kExplain, "Explanation", draw_explanation_panel},
    {SideView::kFindings, Action::kFindingsList, "Findings", draw_findings_panel},
    {SideView::kLens, Action::kLens, "Address", draw_lens_panel},
}};

// --- findings
// -----------------------------------------------------------------------------------------------

constexpr size_t kMostLines = 200;  // of one group; the filter shows the others

void draw_finding_line(UiContext& c, size_t index) {
  const CaptureStore& store = c.workspace.store();
  const FindingEntry& finding = store.finding(index);
  const Row& row = store.row(finding.row);
  ImGui::PushID(static_cast<int>(index));
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x;
  const float height = ImGui::GetTextLineHeight() + c.px(4);
  if (ImGui::InvisibleButton("line", {std::max(width, 1.0f), height})) c.workspace.select_finding(index);
  const bool current = c.workspace.selection().finding == index;
  if (current || ImGui::IsItemHovered()) {
    ImGui::GetWindowDrawList()->AddRectFilled(at, {at.x + width, at.y + height},
                                              c.theme.u32(current ? Tone::kSelection : Tone::kRowHover),
                                              c.px(3));
  }
  ImGui::SetCursorScreenPos({at.x + c.px(4), at.y + c.px(2)});
  ImGui::PushFont(c.fonts.small());
  text(c, Tone::kFaint, since_start(row.time_us, c.workspace.start_us()));
  ImGui::SameLine(0, c.px(8));
  text(c, Theme::of(finding.offender), finding.offender == parser::Direction::kC2S ? "\u2192" : "\u2190");
  ImGui::SameLine(0, c.px(8));
  elided(c, Tone::kText, display_text(finding.message, Lines::kEscape, c.workspace.drawable()),
         at.x + width - ImGui::GetCursorScreenPos().x - c.px(4));
  ImGui::PopFont();
  ImGui::SetCursorScreenPos({at.x, at.y + height});
  if (current) {
    // A copy: its links change the selection, and with it the detail.
    const std::vector<FindingDetail> findings = c.workspace.detail().findings;
    for (const FindingDetail& one : findings) {
      if (one.index == index) draw_finding_card(c, one);
    }
  }
  ImGui::PopID();
}

void draw_group(UiContext& c, const FindingsList::Group& group, FindingsList::By by) {
  ImGui::PushID(group.title.c_str());
  ImGui::PushStyleColor(ImGuiCol_Text, c.theme.u32(Theme::of(group.worst)));
  const std::string title = std::string(severity_mark(group.worst)) + " " +
                            display_text(group.title, Lines::kEscape, c.workspace.drawable());
  // The group of the finding that was just selected shows it.
  const auto& selected = c.workspace.selection().finding;
  if (selected && c.ui.shown_finding != selected &&
      std::binary_search(group.findings.begin(), group.findings.end(), static_cast<uint32_t>(*selected))) {
    c.ui.shown_finding = selected;
    ImGui::SetNextItemOpen(true);
  }
  const bool open = ImGui::TreeNodeEx("group", ImGuiTreeNodeFlags_SpanAvailWidth, "%s", title.c_str());
  ImGui::PopStyleColor();
  ImGui::SameLine(0, c.px(8));
  elided(c, Tone::kFaint,
         count(group.findings.size()) + (group.citation.empty() ? "" : "  " + group.citation),
         std::max(1.0f, ImGui::GetContentRegionAvail().x));
  if (open) {
    for (size_t i = 0; i < std::min(group.findings.size(), kMostLines); ++i) {
      draw_finding_line(c, group.findings[i]);
    }
    if (group.findings.size() > kMostLines && by == FindingsList::By::kRule &&
        link(c, "more", count(group.findings.size() - kMostLines) + " more: filter for this rule")) {
      c.ui.filter_text = "xmpp.finding == \"" + group.title + "\"";
      c.workspace.set_filter(c.ui.filter_text);
    }
    ImGui::TreePop();
  }
  ImGui::PopID();
}

}  // namespace

void draw_findings_panel(UiContext& c) {
  FindingsList& list = c.workspace.findings_list();
  list.update();
  struct Choice {
    FindingsList::By by;
    const char* name;
  };
  constexpr Choice kChoices[] = {{FindingsList::By::kRule, "by rule"},
                                 {FindingsList::By::kSeverity, "by severity"},
                                 {FindingsList::By::kWho, "by who"},
                                 {FindingsList::By::kSession, "by session"}};
  for (const Choice& choice : kChoices) {
    ImGui::PushFont(c.fonts.small());
    if (tab(c, choice.name, list.by() == choice.by, "")) list.group_by(choice.by);
    ImGui::PopFont();
  }
  ImGui::NewLine();
  gap(c, 6);
  ImGui::BeginChild("findings_list");
  if (list.groups().empty()) {
    wrapped(c, Tone::kMuted,
            c.workspace.store().rows() == 0 ? "What breaks a rule is listed here."
                                            : "Nothing here breaks any rule that the rulebook knows.");
  }
  const FindingsList::By by = list.by();
  for (const FindingsList::Group& group : list.groups()) draw_group(c, group, by);
  gap(c, 8);
  if (!list.groups().empty()) {
    ImGui::PushFont(c.fonts.small());
    text(c, Tone::kFaint, "n and N walk through them in the order of the capture");
    ImGui::PopFont();
  }
  ImGui::EndChild();
}

// --- the lens
// -----------------------------------------------------------------------------------------------

namespace {

void draw_steps(const UiContext& c, const LensVerdict& verdict) {
  constexpr auto kFlags = ImGuiTableFlags_NoSavedSettings | ImGuiTableFlags_SizingStretchProp |
                          ImGuiTableFlags_NoPadOuterX | ImGuiTableFlags_BordersInnerH;
  if (verdict.steps.empty() || !ImGui::BeginTable(verdict.profile.c_str(), 4, kFlags)) return;
  ImGui::TableSetupColumn("step", 0, 1.3f);
  ImGui::TableSetupColumn("before", 0, 1);
  ImGui::TableSetupColumn("after", 0, 1);
  ImGui::TableSetupColumn("clause", 0, 0.9f);
  ImGui::PushFont(c.fonts.small());
  const auto cell = [&](int column, Tone tone, const std::string& words) {
    ImGui::TableSetColumnIndex(column);
    elided(c, tone, words, ImGui::GetContentRegionAvail().x);
  };
  std::string part;
  for (const LensStep& step : verdict.steps) {
    if (step.part != part) {
      part = step.part;
      ImGui::TableNextRow();
      cell(0, Tone::kFaint, part);
    }
    ImGui::TableNextRow();
    const Tone tone = step.refused ? Tone::kError : step.changed ? Tone::kText : Tone::kMuted;
    cell(0, tone, "  " + step.name);
    cell(1, Tone::kMuted, step.before);
    cell(2, tone, step.refused || step.changed ? step.after : "\u2713");
    cell(3, Tone::kFaint, step.clause);
  }
  ImGui::PopFont();
  ImGui::EndTable();
}

}  // namespace

void draw_lens_panel(UiContext& c) {
  ImGui::SetNextItemWidth(-1);
  if (ImGui::InputTextWithHint("##address", "an address: juliet@example.com/balcony", &c.ui.lens_text,
                               ImGuiInputTextFlags_EnterReturnsTrue)) {
    c.workspace.look_at(c.ui.lens_text);
  }
  gap(c, 8);
  ImGui::BeginChild("lens");
  const JidLens* lens = c.workspace.lens();
  if (lens == nullptr) {
    wrapped(c, Tone::kMuted,
            "Double click an address in the element, or type one: every step of its preparation is shown "
            "here, by "
            "the rules of RFC 3920 and by those of RFC 7622.");
    ImGui::EndChild();
    return;
  }
  ImGui::PushFont(c.fonts.mono());
  wrapped(c, Tone::kText, lens->shown);
  ImGui::PopFont();
  gap(c, 8);
  for (const std::string& sentence : lens->disagreements) {
    wrapped(c, Tone::kWarning, "\u26a0 " + sentence);
  }
  if (lens->disagreements.empty()) text(c, Tone::kMuted, "The two generations agree.");
  for (const LensVerdict& verdict : lens->verdicts) {
    gap(c, 12);
    section(c, verdict.profile);
    ImGui::SameLine(0, c.px(8));
    ImGui::PushFont(c.fonts.small());
    wrapped(c, verdict.valid ? Tone::kLive : Tone::kError,
            verdict.valid ? "\u2713 valid: " + verdict.outcome : "\u2715 " + verdict.outcome);
    ImGui::PopFont();
    gap(c, 4);
    draw_steps(c, verdict);
    for (const std::string& note : verdict.notes) wrapped(c, Tone::kMuted, note);
  }
  ImGui::EndChild();
}

void draw_side_panel(UiContext& c) {
  const uint64_t findings = c.workspace.store().findings();
  for (const Side& side : kSides) {
    std::string title = side.title;
    if (side.view == SideView::kFindings && findings > 0) title += "  " + count(findings);
    if (tab(c, title, c.workspace.side_view() == side.view, shown_key(side.action))) {
      c.workspace.set_side_view(side.view);
    }
  }
  ImGui::NewLine();
  gap(c, 8);
  for (const Side& side : kSides) {
    if (side.view == c.workspace.side_view()) side.draw(c);
  }
}

}  // namespace viewer
