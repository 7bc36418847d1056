// The table of rows: virtual, so that a million rows cost what forty cost. It scrolls by rows with a scroll
// bar of its own: ImGui's counts pixels in floats, which at five million rows are no longer whole ones.
#include <imgui.h>
#include <imgui_internal.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "viewer/model/field_filter.h"
#include "viewer/model/kinds.h"
#include "viewer/model/time_format.h"
#include "viewer/ui/draw.h"
#include "viewer/ui/row_scroll.h"

namespace viewer {

namespace {

struct ColumnSpec {
  Column column;
  const char* title;
  const char* head;  // over the column, where the title has no room
  ImGuiTableColumnFlags flags;
  float width;       // pixels at scale 1, or the weight of a stretching column
  float hide_below;  // of the table's width at scale 1; infinite: hidden at first
  bool right;        // numbers stand to the right
};

constexpr float kHidden = 1e9f;
constexpr ImGuiTableColumnFlags kFixed = ImGuiTableColumnFlags_WidthFixed;
constexpr ImGuiTableColumnFlags kStretch = ImGuiTableColumnFlags_WidthStretch;
constexpr ImGuiTableColumnFlags kNarrow = kFixed | ImGuiTableColumnFlags_NoResize;
constexpr std::array<ColumnSpec, kColumns> kSpecs = {{
    {Column::kTime, "time", nullptr, kFixed | ImGuiTableColumnFlags_NoHide, 84, 0, true},
    {Column::kDelta, "\u0394", nullptr, kFixed, 50, 0, true},
    {Column::kSession, "session", "#", kFixed, 24, 0, true},
    {Column::kDirection, "direction", "", kNarrow, 16, 0, false},
    {Column::kKind, "kind", nullptr, kFixed, 116, 0, false},
    {Column::kSummary, "summary", nullptr, kStretch | ImGuiTableColumnFlags_NoHide, 4.5f, 0, false},
    {Column::kFrom, "from", nullptr, kStretch, 1.7f, 900, false},
    {Column::kTo, "to", nullptr, kStretch, 1.7f, 900, false},
    {Column::kType, "type", nullptr, kFixed, 64, kHidden, false},
    {Column::kId, "id", nullptr, kFixed, 80, 860, false},
    {Column::kSize, "size", nullptr, kFixed, 48, 1300, true},
    {Column::kRtt, "round trip", "rtt", kFixed, 64, 700, true},
    {Column::kFindings, "findings", "", kNarrow, 26, 0, false},
    {Column::kNote, "notes", "", kNarrow, 16, 0, false},
}};

constexpr bool in_order() {
  for (size_t i = 0; i < kSpecs.size(); ++i) {
    if (static_cast<size_t>(kSpecs[i].column) != i) return false;
  }
  return true;
}
static_assert(in_order());

float row_height(const UiContext& c) {
  return c.px(22);
}

void header_row(const UiContext& c) {
  ImGui::TableNextRow(ImGuiTableRowFlags_Headers, c.px(24));
  ImGui::PushFont(c.fonts.small());
  ImGui::PushStyleColor(ImGuiCol_Text, c.theme.u32(Tone::kFaint));
  for (size_t i = 0; i < kSpecs.size(); ++i) {
    if (!ImGui::TableSetColumnIndex(static_cast<int>(i))) continue;
    const ColumnSpec& spec = kSpecs[i];
    ImGui::PushID(static_cast<int>(i));
    const char* title = spec.head != nullptr ? spec.head : spec.title;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float room = ImGui::GetContentRegionAvail().x;
    const float width = ImGui::CalcTextSize(title).x;
    const auto& sort = c.workspace.order().sort();
    const bool sorted = sort && sort->column == spec.column;
    ImGui::TableHeader("##header");
    if (ImGui::IsItemHovered() && title != spec.title) ImGui::SetTooltip("%s", spec.title);
    // Names stand over their numbers: to the right where those are, but for the arrow of the sorting.
    const float shift = spec.right && !sorted ? std::max(0.0f, room - width) : 0;
    ImGui::GetWindowDrawList()->AddText({at.x + shift, at.y + c.px(2)},
                                        c.theme.u32(sorted ? Tone::kText : Tone::kFaint), title);
    ImGui::PopID();
  }
  ImGui::PopStyleColor();
  ImGui::PopFont();
}

void take_sorting(UiContext& c) {
  ImGuiTableSortSpecs* specs = ImGui::TableGetSortSpecs();
  if (specs == nullptr || !specs->SpecsDirty) return;
  specs->SpecsDirty = false;
  if (specs->SpecsCount == 0) {
    c.workspace.set_sort(std::nullopt);
    return;
  }
  const ImGuiTableColumnSortSpecs& one = specs->Specs[0];
  c.workspace.set_sort(Sort{kSpecs[static_cast<size_t>(one.ColumnIndex)].column,
                            one.SortDirection == ImGuiSortDirection_Descending});
}

class RowPainter {
 public:
  RowPainter(UiContext& c, bool several) : c_(c), store_(c.workspace.store()), several_(several) {}

  void draw(size_t position) {
    const RowIndex index = c_.workspace.shown(position);
    const Row& row = store_.row(index);
    const bool selected = c_.workspace.selection().row == index;
    const bool picked = c_.workspace.picked(index);
    ImGui::TableNextRow(ImGuiTableRowFlags_None, row_height(c_));
    ImGui::PushID(static_cast<int>(index));
    ImGui::TableSetColumnIndex(0);
    select_area(index, selected, picked, row);
    ImGui::SameLine(0, 0);
    const int64_t at = row.time_us;
    cell(Tone::kMuted,
         c_.workspace.time_mode() == TimeMode::kAbsolute ? clock_time(at)
                                                         : since_start(at, c_.workspace.start_us()),
         c_.fonts.mono(), true);
    if (column(Column::kDelta)) delta(position, row);
    if (several_ && column(Column::kSession)) {
      cell(Tone::kFaint, count(store_.session_id(row)), c_.fonts.small(), true);
    }
    const bool element = parser::is_element(row.kind);
    if (column(Column::kDirection) && element) {
      cell(Theme::of(row.direction), row.direction == parser::Direction::kC2S ? "\u2192" : "\u2190");
    }
    if (column(Column::kKind)) kind(row, element);
    if (column(Column::kSummary)) summary(row, index, element);
    if (column(Column::kFrom)) cell(Tone::kMuted, shown(store_.text(row.from)));
    if (column(Column::kTo)) cell(Tone::kMuted, shown(store_.text(row.to)));
    if (column(Column::kType)) cell(Tone::kMuted, shown(store_.text(row.type)));
    if (column(Column::kId)) cell(Tone::kMuted, shown(row.id()), c_.fonts.mono());
    if (column(Column::kSize) && row.bytes_size > 0) {
      cell(Tone::kFaint, count(row.bytes_size), c_.fonts.small(), true);
    }
    if (column(Column::kRtt)) round_trip(row);
    if (column(Column::kFindings) && row.findings > 0) {
      cell(Theme::of(row.worst), std::string(severity_mark(row.worst)) +
                                     (row.findings > 1 ? " " + count(row.findings) : std::string()));
    }
    if (column(Column::kNote)) note(index);
    ImGui::PopID();
  }

 private:
  static bool column(Column which) { return ImGui::TableSetColumnIndex(static_cast<int>(which)); }

  std::string shown(std::string_view words) const {
    return display_text(words, Lines::kEscape, c_.workspace.drawable());
  }

  void cell(Tone tone, const std::string& words, ImFont* font = nullptr, bool right = false) {
    if (words.empty()) return;
    if (font != nullptr) ImGui::PushFont(font);
    const float inner = row_height(c_) - ImGui::GetStyle().CellPadding.y * 2;
    ImGui::SetCursorPosY(ImGui::GetCursorPosY() + std::floor((inner - ImGui::GetTextLineHeight()) / 2));
    const float width = ImGui::GetContentRegionAvail().x;
    if (right) {
      elided_right(c_, tone, words, width);
    } else {
      elided(c_, tone, words, width);
    }
    if (font != nullptr) ImGui::PopFont();
  }

  // The whole row takes clicks; it lies under the cells.
  void select_area(RowIndex index, bool selected, bool picked, const Row& row) {
    const ImVec2 at = ImGui::GetCursorPos();
    const ImVec2 screen = ImGui::GetCursorScreenPos();
    constexpr auto kFlags = ImGuiSelectableFlags_SpanAllColumns | ImGuiSelectableFlags_AllowItemOverlap |
                            ImGuiSelectableFlags_AllowDoubleClick;
    if (ImGui::Selectable("##row", selected || picked, kFlags,
                          {0, row_height(c_) - ImGui::GetStyle().CellPadding.y * 2})) {
      press(index, row);
    }
    context_menu(index, row);
    if (selected || picked) {
      ImGui::TableSetBgColor(ImGuiTableBgTarget_RowBg0,
                             c_.theme.u32(selected ? Tone::kSelection : Tone::kRange, selected ? 1 : 0.6f));
    }
    if (selected) {
      const float left = ImGui::GetWindowPos().x;
      const float top = screen.y - ImGui::GetStyle().CellPadding.y;
      ImGui::GetWindowDrawList()->AddRectFilled({left, top}, {left + c_.px(3), top + row_height(c_)},
                                                c_.theme.u32(Tone::kAccent));
    }
    ImGui::SetCursorPos(at);
    ImGui::Dummy({0, 0});
  }

  void press(RowIndex index, const Row& row) {
    const ImGuiIO& io = ImGui::GetIO();
    if (io.KeyCtrl) {
      c_.workspace.pick(index);
    } else if (io.KeyShift) {
      c_.workspace.pick_to(index);
    } else {
      c_.workspace.select_row(index);
    }
    c_.workspace.take_scroll_target();  // it is in sight already
    if (ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) {
      const std::string wanted = hovered_filter(row);
      if (!wanted.empty()) apply_filter(c_, wanted);
    }
  }

  std::string hovered_filter(const Row& row) const {
    const int hovered = ImGui::TableGetHoveredColumn();
    if (hovered < 0 || hovered >= static_cast<int>(kColumns)) return {};
    return filter_for(store_, row, kSpecs[static_cast<size_t>(hovered)].column);
  }

  void context_menu(RowIndex index, const Row& row) {
    if (ImGui::IsItemHovered() && ImGui::IsMouseReleased(ImGuiMouseButton_Right)) {
      c_.ui.menu_filter = hovered_filter(row);
      if (!c_.workspace.picked(index)) c_.workspace.select_row(index);
      c_.workspace.take_scroll_target();
      ImGui::OpenPopup("row_menu");
    }
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(c_.px(12), c_.px(8)));
    if (ImGui::BeginPopup("row_menu")) {
      if (!c_.ui.menu_filter.empty()) {
        draw_filter_menu(c_, c_.ui.menu_filter);
        ImGui::Separator();
      }
      if (ImGui::BeginMenu("copy as")) {
        draw_copy_menu(c_);
        ImGui::EndMenu();
      }
      const auto item = [&](const char* label, Action action) {
        if (ImGui::MenuItem(label, std::string(shown_key(action)).c_str())) c_.act(action);
      };
      item("mark", Action::kMark);
      item("comment", Action::kComment);
      item("only this session, or all", Action::kOnlyConnection);
      item("to the request or the answer", Action::kPartner);
      ImGui::EndPopup();
    }
    ImGui::PopStyleVar();
  }

  void delta(size_t position, const Row& row) {
    if (position == 0) return;
    const int64_t passed = row.time_us - store_.row(c_.workspace.shown(position - 1)).time_us;
    // A wait that a person would feel stands out.
    const bool long_wait = passed >= 1'000'000;
    const std::string words = passed < 0 ? "\u2212" + span(-passed) : span(passed);
    cell(long_wait ? Tone::kText : Tone::kFaint, words, c_.fonts.small(), true);
  }

  // The same figure on the request and on its answer.
  void round_trip(const Row& row) {
    const RowIndex answer = store_.answered_by(row);
    if (!row.has(Row::kHasRtt) && answer == kNoRow) return;
    const uint32_t us = row.has(Row::kHasRtt) ? row.rtt_us : store_.row(answer).rtt_us;
    cell(Tone::kMuted, "\u21c4 " + span(us), c_.fonts.small(), true);
  }

  void kind(const Row& row, bool element) {
    const Tone tone = element ? Theme::of(row.direction) : Tone::kMuted;
    const float left = ImGui::GetCursorPosX();
    cell(tone, std::string(kind_glyph(row.kind)));
    ImGui::SameLine(0, 0);
    ImGui::SetCursorPosX(left + c_.px(18));
    ImGui::SetCursorPosY(
        ImGui::GetCursorPosY() -
        std::floor((row_height(c_) - ImGui::GetStyle().CellPadding.y * 2 - ImGui::GetTextLineHeight()) / 2));
    cell(tone, shown(kind_label(row, store_.text(row.type))));
  }

  void summary(const Row& row, RowIndex index, bool element) {
    if (row.has(Row::kEdited)) {
      text(c_, Tone::kEdit, "\u270e");
      ImGui::SameLine(0, c_.px(8));
    }
    std::string words = shown(c_.workspace.summary(index));
    if (row.has(Row::kBytesNotKept)) words += "  (bytes not kept)";
    cell(element ? Tone::kText : Tone::kMuted, words);
  }

  void note(RowIndex index) {
    const std::string* words = c_.workspace.note_of(index);
    if (words == nullptr) return;
    cell(Tone::kAccent, words->empty() ? "\u2691" : "\u275d");
    if (ImGui::IsItemHovered() && !words->empty()) ImGui::SetTooltip("%s", shown(*words).c_str());
  }

  UiContext& c_;
  const CaptureStore& store_;
  bool several_;
};

void draw_empty(const UiContext& c) {
  const Workspace::EmptyText empty = c.workspace.empty_text();
  if (empty.title.empty()) return;
  float widest = 0;
  ImGui::PushFont(c.fonts.mono());
  for (const std::string& line : empty.lines) widest = std::max(widest, ImGui::CalcTextSize(line.c_str()).x);
  ImGui::PopFont();
  ImGui::PushFont(c.fonts.title());
  widest = std::max(widest, ImGui::CalcTextSize(empty.title.c_str()).x);
  ImGui::PopFont();
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const float left = std::max(c.px(16), (room.x - widest) / 2);
  const float height = c.px(32 + 24 * static_cast<float>(empty.lines.size() + c.ui.recent.size()));
  ImGui::SetCursorPos({left, std::max(c.px(16), (room.y - height) / 2)});
  ImGui::PushFont(c.fonts.title());
  text(c, Tone::kText, empty.title);
  ImGui::PopFont();
  gap(c, 12);
  ImGui::PushFont(c.fonts.mono());
  for (const std::string& line : empty.lines) {
    ImGui::SetCursorPosX(left);
    elided(c, Tone::kMuted, display_text(line, Lines::kEscape, c.workspace.drawable()),
           room.x - left - c.px(16));
  }
  ImGui::PopFont();
  if (!c.workspace.path().empty() || c.ui.recent.empty()) return;
  gap(c, 20);
  ImGui::SetCursorPosX(left);
  text(c, Tone::kFaint, "OPENED LATELY");
  for (size_t i = 0; i < std::min<size_t>(c.ui.recent.size(), 8); ++i) {
    ImGui::SetCursorPosX(left);
    ImGui::PushID(static_cast<int>(i));
    if (link(c, "recent", display_text(c.ui.recent[i], Lines::kEscape, c.workspace.drawable()))) {
      c.ui.open_wanted = c.ui.recent[i];
    }
    ImGui::PopID();
  }
}

// "12 new below": a click follows again.
void draw_new_below(UiContext& c, ImVec2 low, ImVec2 high) {
  const size_t fresh = c.workspace.new_below();
  if (fresh == 0) return;
  const std::string words = "\u2193 " + count(fresh) + " new below";
  const ImVec2 size = ImGui::CalcTextSize(words.c_str());
  const ImVec2 pad{c.px(12), c.px(6)};
  const ImVec2 at{(low.x + high.x - size.x) / 2 - pad.x, high.y - size.y - pad.y * 2 - c.px(12)};
  ImGui::SetCursorScreenPos(at);
  const ImVec2 box{size.x + pad.x * 2, size.y + pad.y * 2};
  if (ImGui::InvisibleButton("new_below", box)) c.act(Action::kFollow);
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(at, {at.x + box.x, at.y + box.y}, c.theme.u32(Tone::kRaised), box.y / 2);
  list->AddRect(at, {at.x + box.x, at.y + box.y}, c.theme.u32(Tone::kScrollbar), box.y / 2);
  list->AddText({at.x + pad.x, at.y + pad.y}, c.theme.u32(Tone::kText), words.c_str());
}

}  // namespace

void draw_stanza_table(UiContext& c) {
  Workspace& workspace = c.workspace;
  if (workspace.view().size() == 0) {
    draw_empty(c);
    return;
  }
  const ImVec2 low = ImGui::GetCursorScreenPos();
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const float header = c.px(24);
  RowScroll scroll(c, room.y - header, row_height(c));
  scroll.keep_in_sight();
  scroll.take_wheel();
  const float bar = scroll.needed() ? c.px(12) : 0;
  constexpr auto kFlags = ImGuiTableFlags_Resizable | ImGuiTableFlags_Reorderable | ImGuiTableFlags_Hideable |
                          ImGuiTableFlags_Sortable | ImGuiTableFlags_SortTristate | ImGuiTableFlags_PadOuterX;
  // Many columns: less room between them than elsewhere.
  ImGui::PushStyleVar(ImGuiStyleVar_CellPadding, ImVec2(c.px(5), ImGui::GetStyle().CellPadding.y));
  if (ImGui::BeginTable("stanzas", static_cast<int>(kColumns), kFlags, {room.x - bar, 0})) {
    const bool several = workspace.store().connections() > 1;
    for (const ColumnSpec& spec : kSpecs) {
      ImGuiTableColumnFlags flags = spec.flags;
      if (room.x < c.px(spec.hide_below)) flags |= ImGuiTableColumnFlags_DefaultHide;
      if (spec.column == Column::kNote) flags |= ImGuiTableColumnFlags_NoSort;
      ImGui::TableSetupColumn(spec.title, flags, (spec.flags & kFixed) != 0 ? c.px(spec.width) : spec.width);
    }
    ImGui::TableSetColumnEnabled(static_cast<int>(Column::kSession), several);
    header_row(c);
    take_sorting(c);
    RowPainter painter(c, several);
    const size_t end = std::min(scroll.end(), workspace.view().size());
    for (size_t i = scroll.first(); i < end; ++i) painter.draw(i);
    if (end > 0) workspace.note_last_shown(end - 1);
    ImGui::EndTable();
  }
  ImGui::PopStyleVar();
  scroll.draw_bar({low.x + room.x - bar, low.y + header}, bar, room.y - header);
  draw_new_below(c, low, {low.x + room.x, low.y + room.y});
}

}  // namespace viewer
