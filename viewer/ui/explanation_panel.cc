// Understanding beside the facts: where the session is, what is wrong and why, what the proxy changed, what
// kind of element this is.
#include <imgui.h>

#include <string>

#include "viewer/model/time_format.h"
#include "viewer/ui/draw.h"

namespace viewer {

namespace {

// A card with a bar at its left in the given tone; `draw` fills it.
template <typename Draw>
void card(const UiContext& c, Tone tone, const Draw& draw) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->ChannelsSplit(2);
  list->ChannelsSetCurrent(1);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float right = at.x + ImGui::GetContentRegionAvail().x;
  ImGui::Dummy({0, c.px(4)});
  ImGui::Indent(c.px(16));
  draw();
  ImGui::Unindent(c.px(16));
  ImGui::Dummy({0, c.px(2)});
  const float bottom = ImGui::GetCursorScreenPos().y;
  list->ChannelsSetCurrent(0);
  list->AddRectFilled(at, {right, bottom}, c.theme.u32(Tone::kRaised), c.px(4));
  list->AddRectFilled({at.x, at.y}, {at.x + c.px(3), bottom}, c.theme.u32(tone), c.px(2));
  list->ChannelsMerge();
  gap(c, 10);
}

void draw_finding(UiContext& c, const FindingDetail& finding) {
  ImGui::PushID(static_cast<int>(finding.index));
  card(c, Theme::of(finding.severity), [&] {
    text(c, Theme::of(finding.severity),
         std::string(severity_mark(finding.severity)) + ' ' + std::string(parser::name(finding.severity)));
    ImGui::SameLine(0, c.px(8));
    ImGui::PushFont(c.fonts.semibold());
    text(c, Tone::kText, finding.rule);
    ImGui::PopFont();
    wrapped(c, Tone::kText, display_text(finding.message, Lines::kEscape, c.workspace.drawable()));
    ImGui::PushFont(c.fonts.small());
    wrapped(c, Tone::kFaint, finding.citation + " \u00b7 " + finding.offender);
    ImGui::PopFont();
    if (!finding.explanation.empty()) {
      gap(c, 6);
      wrapped(c, Tone::kMuted, finding.explanation);
    }
    if (finding.range && link(c, "bytes", "show its bytes")) {
      c.workspace.select_finding(finding.index);
      c.workspace.set_element_view(ElementView::kBytes);
      c.ui.scroll_bytes = true;
    }
    if (finding.elsewhere) {
      const RowIndex row = c.workspace.store().row_of_frame(finding.frame);
      if (row != kNoRow && link(c, "frame", "go to frame " + count(finding.frame)))
        c.workspace.select_row(row);
    }
  });
  ImGui::PopID();
}

void draw_edit(UiContext& c, const EditDetail& edit, int id) {
  ImGui::PushID(id);
  card(c, Tone::kEdit, [&] {
    text(c, Tone::kEdit, "\u270e changed by the proxy");
    ImGui::SameLine(0, c.px(8));
    ImGui::PushFont(c.fonts.semibold());
    text(c, Tone::kText, edit.name);
    ImGui::PopFont();
    wrapped(c, Tone::kText, edit.reason);
    wrapped(c, Tone::kMuted, "forwarded instead: " + edit.forwarded);
    if (edit.range && link(c, "bytes", "show its bytes")) {
      c.workspace.select_range(edit.range);
      c.workspace.set_element_view(ElementView::kBytes);
      c.ui.scroll_bytes = true;
    }
  });
  ImGui::PopID();
}

void draw_facts(UiContext& c, const Detail& detail) {
  if (!ImGui::BeginTable("facts", 2, ImGuiTableFlags_NoSavedSettings | ImGuiTableFlags_NoPadOuterX)) return;
  ImGui::TableSetupColumn("name", ImGuiTableColumnFlags_WidthFixed, c.px(72));
  ImGui::TableSetupColumn("value", ImGuiTableColumnFlags_WidthStretch);
  for (const Fact& fact : detail.facts) {
    ImGui::TableNextRow();
    ImGui::TableSetColumnIndex(0);
    text(c, Tone::kFaint, fact.name);
    ImGui::TableSetColumnIndex(1);
    wrapped(c, Tone::kText, fact.value);
  }
  ImGui::EndTable();
}

void draw_losses(const UiContext& c) {
  const Totals totals = c.workspace.store().totals();
  for (const captures::Damage& damage : c.workspace.status().damage) {
    card(c, Tone::kError, [&] {
      wrapped(c, Tone::kText,
              "The file is damaged at byte " + count(damage.offset) + ", behind frame " +
                  count(damage.frame) + ": " + damage.what);
    });
  }
  if (totals.dropped_bytes > 0) {
    card(c, Tone::kWarning, [&] {
      wrapped(c, Tone::kText,
              bytes_amount(totals.dropped_bytes) + " passed the proxy and were not recorded.");
    });
  }
  if (totals.rows_not_kept > 0) {
    card(c, Tone::kWarning, [&] {
      wrapped(c, Tone::kText, "The viewer is full: " + counted(totals.rows_not_kept, "row") + " not shown.");
    });
  }
}

}  // namespace

void draw_explanation_panel(UiContext& c) {
  ImGui::BeginChild("explanation");
  draw_losses(c);
  if (!c.workspace.selection().row) {
    section(c, "EXPLANATION");
    gap(c, 8);
    wrapped(c, Tone::kMuted,
            "What a row means, what is wrong with it and which clause says so is explained here. "
            "n goes to the next finding.");
    ImGui::EndChild();
    return;
  }
  const Detail& detail = c.workspace.detail();
  section(c, "WHERE WE ARE");
  wrapped(c, Tone::kText, capitalised(detail.where) + " \u2014 " + detail.turn + ".");
  gap(c, 12);
  if (!detail.findings.empty()) {
    section(c, detail.findings.size() == 1 ? "FINDING" : "FINDINGS");
    gap(c, 6);
    // The links change the selection, and with it the detail: work on a copy of what is drawn.
    const std::vector<FindingDetail> findings = detail.findings;
    for (const FindingDetail& finding : findings) draw_finding(c, finding);
    gap(c, 6);
  }
  if (!c.workspace.detail().edits.empty()) {
    section(c, "EDITS");
    gap(c, 6);
    const std::vector<EditDetail> edits = c.workspace.detail().edits;
    for (size_t i = 0; i < edits.size(); ++i) draw_edit(c, edits[i], static_cast<int>(i));
    gap(c, 6);
  }
  const Detail& now = c.workspace.detail();
  section(c, "WHAT IT IS");
  wrapped(c, Tone::kText, now.summary);
  gap(c, 6);
  wrapped(c, Tone::kMuted, now.meaning);
  ImGui::PushFont(c.fonts.small());
  if (!now.meaning_citation.empty()) wrapped(c, Tone::kFaint, now.meaning_citation);
  ImGui::PopFont();
  gap(c, 12);
  section(c, "FACTS");
  draw_facts(c, now);
  if ((now.request != kNoRow || now.answer != kNoRow) &&
      link(c, "partner", now.request != kNoRow ? "go to the request (p)" : "go to the answer (p)")) {
    c.workspace.move_to_partner();
  }
  ImGui::EndChild();
}

}  // namespace viewer
