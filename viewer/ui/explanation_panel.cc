// Understanding beside the facts: where the session is, what is wrong and why, what the proxy changed, what
// kind of element this is.
#include <imgui.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

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

// How it is done right: a transcript in the notation of the rulebook.
void draw_example(UiContext& c, const std::string& transcript) {
  if (transcript.empty()) return;
  if (!ImGui::TreeNodeEx("a conforming example", ImGuiTreeNodeFlags_SpanAvailWidth)) return;
  ImGui::PushFont(c.fonts.mono());
  std::string_view rest = transcript;
  while (!rest.empty()) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.empty()) continue;
    const Tone tone = line.starts_with("C:")   ? Tone::kClient
                      : line.starts_with("S:") ? Tone::kServer
                                               : Tone::kFaint;
    wrapped(c, tone, line);
  }
  ImGui::PopFont();
  ImGui::TreePop();
}

}  // namespace

void draw_finding_card(UiContext& c, const FindingDetail& finding) {
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
    draw_example(c, finding.conforming);
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

namespace {

// What was sent and what was forwarded, beneath each other, so that the same stands below the same.
void draw_change(UiContext& c, const EditDetail& edit) {
  if (edit.before.empty() && edit.behind.empty() && edit.removed.empty()) {
    wrapped(c, Tone::kMuted, "forwarded instead: " + edit.forwarded);
    return;
  }
  const auto side = [&](const char* name, const std::string& changed, bool struck) {
    text(c, Tone::kFaint, name);
    ImGui::PushFont(c.fonts.mono());
    wrapped(c, Tone::kMuted, edit.before);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    wrapped(c, Tone::kEdit, changed.empty() ? "(nothing)" : changed);
    const ImVec2 end = ImGui::GetItemRectMax();
    ImGui::GetWindowDrawList()->AddRectFilled({at.x - c.px(6), at.y}, {at.x - c.px(4), end.y},
                                              c.theme.u32(Tone::kEdit, struck ? 0.5f : 1));
    wrapped(c, Tone::kMuted, edit.behind);
    ImGui::PopFont();
  };
  if (!ImGui::BeginTable("change", 2, ImGuiTableFlags_NoSavedSettings | ImGuiTableFlags_NoPadOuterX)) return;
  ImGui::TableNextRow();
  ImGui::TableSetColumnIndex(0);
  side("SENT", edit.removed, true);
  ImGui::TableSetColumnIndex(1);
  side("FORWARDED", edit.inserted, false);
  ImGui::EndTable();
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
    gap(c, 4);
    draw_change(c, edit);
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

void draw_guesses(const UiContext& c) {
  for (const std::string& guess : c.workspace.status().guesses) {
    card(c, Tone::kNote, [&] { wrapped(c, Tone::kMuted, guess); });
  }
}

void draw_note(UiContext& c) {
  const auto& row = c.workspace.selection().row;
  const std::string* note = row ? c.workspace.note_of(*row) : nullptr;
  if (note == nullptr) return;
  card(c, Tone::kAccent, [&] {
    text(c, Tone::kFaint, note->empty() ? "\u2691 marked" : "\u275d your comment");
    if (!note->empty()) wrapped(c, Tone::kText, display_text(*note, Lines::kKeep, c.workspace.drawable()));
    if (c.workspace.notes().unsaved()) text(c, Tone::kFaint, "not saved yet \u00b7 Ctrl S saves");
  });
}

// The addresses of the element, each a way to the lens.
void draw_addresses(UiContext& c) {
  const std::vector<std::string> addresses = c.workspace.detail().addresses;
  if (addresses.empty()) return;
  gap(c, 12);
  section(c, "ADDRESSES");
  for (size_t i = 0; i < addresses.size(); ++i) {
    ImGui::PushID(static_cast<int>(i));
    if (link(c, "address", display_text(addresses[i], Lines::kEscape, c.workspace.drawable()))) {
      c.workspace.look_at(addresses[i]);
    }
    ImGui::PopID();
  }
}

// What the element's namespaces are, and what its error means: the short form of the decoded view.
void draw_meanings(UiContext& c) {
  const Detail& detail = c.workspace.detail();
  for (const DecodedItem& item : detail.decoded) {
    if (item.group != "error" && item.group != "namespace") continue;
    gap(c, 4);
    text(c, item.group == "error" ? Tone::kWarning : Tone::kFaint, item.name);
    wrapped(c, Tone::kMuted, item.group == "error" ? item.value + " " + item.meaning : item.meaning);
  }
}

}  // namespace

void draw_explanation_panel(UiContext& c) {
  ImGui::BeginChild("explanation");
  draw_losses(c);
  draw_guesses(c);
  if (!c.workspace.selection().row) {
    section(c, "EXPLANATION");
    gap(c, 8);
    wrapped(c, Tone::kMuted,
            "What a row means, what is wrong with it and which clause says so is explained here. "
            "n goes to the next finding, e to the next error.");
    ImGui::EndChild();
    return;
  }
  const Detail& detail = c.workspace.detail();
  section(c, "WHERE WE ARE");
  wrapped(c, Tone::kText, capitalised(detail.where) + " \u2014 " + detail.turn + ".");
  gap(c, 12);
  draw_note(c);
  if (!detail.findings.empty()) {
    section(c, detail.findings.size() == 1 ? "FINDING" : "FINDINGS");
    gap(c, 6);
    // The links change the selection, and with it the detail: work on a copy of what is drawn.
    const std::vector<FindingDetail> findings = detail.findings;
    for (const FindingDetail& finding : findings) draw_finding_card(c, finding);
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
  draw_meanings(c);
  gap(c, 12);
  section(c, "FACTS");
  draw_facts(c, now);
  if ((now.request != kNoRow || now.answer != kNoRow) &&
      link(c, "partner", now.request != kNoRow ? "go to the request (p)" : "go to the answer (p)")) {
    c.workspace.move_to_partner();
  }
  draw_addresses(c);
  ImGui::EndChild();
}

}  // namespace viewer
