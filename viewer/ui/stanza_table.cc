// The table of rows: virtual, so that a million rows cost what forty cost.
#include <imgui.h>
#include <imgui_internal.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "viewer/model/kinds.h"
#include "viewer/model/time_format.h"
#include "viewer/ui/draw.h"

namespace viewer {

namespace {

enum Column : int {
  kTime,
  kDelta,
  kSession,
  kDirection,
  kKind,
  kSummary,
  kFrom,
  kTo,
  kId,
  kRtt,
  kFindings,
  kColumns,
};

struct ColumnSpec {
  const char* title;
  ImGuiTableColumnFlags flags;
  float width;       // pixels at scale 1, or the weight of a stretching column
  float hide_below;  // of the table's width at scale 1
};

constexpr ImGuiTableColumnFlags kFixed = ImGuiTableColumnFlags_WidthFixed;
constexpr ImGuiTableColumnFlags kStretch = ImGuiTableColumnFlags_WidthStretch;
constexpr std::array<ColumnSpec, kColumns> kSpecs = {{
    {"time", kFixed | ImGuiTableColumnFlags_NoHide, 76, 0},
    {"\u0394", kFixed, 56, 0},
    {"session", kFixed, 20, 0},
    {"dir", kFixed | ImGuiTableColumnFlags_NoResize, 16, 0},
    {"kind", kFixed, 104, 0},
    {"summary", kStretch | ImGuiTableColumnFlags_NoHide, 4, 0},
    {"from", kStretch, 1.7f, 900},
    {"to", kStretch, 1.7f, 900},
    {"id", kFixed, 88, 860},
    {"rtt", kFixed, 64, 700},
    {"findings", kFixed | ImGuiTableColumnFlags_NoResize, 28, 0},
}};

float row_height(const UiContext& c) {
  return c.px(22);
}

void header_row(const UiContext& c) {
  ImGui::TableNextRow(ImGuiTableRowFlags_Headers, c.px(24));
  ImGui::PushFont(c.fonts.small());
  ImGui::PushStyleColor(ImGuiCol_Text, c.theme.u32(Tone::kFaint));
  for (int i = 0; i < kColumns; ++i) {
    if (!ImGui::TableSetColumnIndex(i)) continue;
    ImGui::PushID(i);
    const char* title = kSpecs[static_cast<size_t>(i)].title;
    // Narrow columns have no room for their name; the menu of columns knows it.
    if (i == kDirection || i == kFindings) title = "";
    if (i == kSession) title = "#";
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float room = ImGui::GetContentRegionAvail().x;
    const float width = ImGui::CalcTextSize(title).x;
    // Names stand over their numbers: to the right where those are.
    const bool right = i == kTime || i == kDelta || i == kSession || i == kRtt;
    ImGui::TableHeader("##header");
    ImGui::GetWindowDrawList()->AddText({at.x + (right ? std::max(0.0f, room - width) : 0), at.y + c.px(2)},
                                        c.theme.u32(Tone::kFaint), title);
    ImGui::PopID();
  }
  ImGui::PopStyleColor();
  ImGui::PopFont();
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char ch : text) {
    if (ch == '"' || ch == '\\') out += '\\';
    out += ch;
  }
  return out + '"';
}

// What a double click on that cell filters for; empty: nothing sensible.
std::string filter_for(const CaptureStore& store, const Row& row, int column) {
  switch (column) {
    case kFrom:
      return row.from == 0 ? "" : "xmpp.from == " + quoted(store.text(row.from));
    case kTo:
      return row.to == 0 ? "" : "xmpp.to == " + quoted(store.text(row.to));
    case kId:
      return row.id_size == 0 ? "" : "xmpp.id == " + quoted(row.id());
    case kFindings:
      return row.findings == 0 ? "" : "xmpp.finding";
    case kKind:
      switch (row.kind) {
        case parser::EventKind::kIq:
          return "xmpp.iq";
        case parser::EventKind::kMessage:
          return "xmpp.message";
        case parser::EventKind::kPresence:
          return "xmpp.presence";
        default:
          return "";
      }
    default:
      return "";
  }
}

class RowPainter {
 public:
  RowPainter(UiContext& c, bool several) : c_(c), store_(c.workspace.store()), several_(several) {}

  void draw(size_t position) {
    const RowIndex index = c_.workspace.view()[position];
    const Row& row = store_.row(index);
    const bool selected = c_.workspace.selection().row == index;
    ImGui::TableNextRow(ImGuiTableRowFlags_None, row_height(c_));
    ImGui::PushID(static_cast<int>(index));
    ImGui::TableSetColumnIndex(kTime);
    select_area(index, selected, row);
    ImGui::SameLine(0, 0);
    const int64_t at = row.time_us;
    cell(Tone::kMuted,
         c_.workspace.time_mode() == TimeMode::kAbsolute ? clock_time(at)
                                                         : since_start(at, c_.workspace.start_us()),
         c_.fonts.mono(), true);
    if (ImGui::TableSetColumnIndex(kDelta)) delta(position, row);
    if (several_ && ImGui::TableSetColumnIndex(kSession)) {
      cell(Tone::kFaint, count(store_.connection(row.connection).id), c_.fonts.small(), true);
    }
    const bool element = parser::is_element(row.kind);
    if (ImGui::TableSetColumnIndex(kDirection) && element) {
      cell(Theme::of(row.direction), row.direction == parser::Direction::kC2S ? "\u2192" : "\u2190");
    }
    if (ImGui::TableSetColumnIndex(kKind)) {
      cell(element ? Theme::of(row.direction) : Tone::kMuted, shown(kind_label(row, store_.text(row.type))));
    }
    if (ImGui::TableSetColumnIndex(kSummary)) summary(row, element);
    if (ImGui::TableSetColumnIndex(kFrom)) cell(Tone::kMuted, shown(store_.text(row.from)));
    if (ImGui::TableSetColumnIndex(kTo)) cell(Tone::kMuted, shown(store_.text(row.to)));
    if (ImGui::TableSetColumnIndex(kId)) cell(Tone::kMuted, shown(row.id()), c_.fonts.mono());
    if (ImGui::TableSetColumnIndex(kRtt)) round_trip(row);
    if (ImGui::TableSetColumnIndex(kFindings) && row.findings > 0) {
      cell(Theme::of(row.worst), std::string(severity_mark(row.worst)) +
                                     (row.findings > 1 ? " " + count(row.findings) : std::string()));
    }
    ImGui::PopID();
  }

 private:
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
  void select_area(RowIndex index, bool selected, const Row& row) {
    const ImVec2 at = ImGui::GetCursorPos();
    const ImVec2 screen = ImGui::GetCursorScreenPos();
    constexpr auto kFlags = ImGuiSelectableFlags_SpanAllColumns | ImGuiSelectableFlags_AllowItemOverlap |
                            ImGuiSelectableFlags_AllowDoubleClick;
    if (ImGui::Selectable("##row", selected, kFlags,
                          {0, row_height(c_) - ImGui::GetStyle().CellPadding.y * 2})) {
      c_.workspace.select_row(index);
      c_.workspace.take_scroll_target();  // it is in sight already
      if (ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) {
        const std::string wanted = filter_for(store_, row, ImGui::TableGetHoveredColumn());
        if (!wanted.empty() && c_.workspace.set_filter(wanted)) c_.ui.filter_text = wanted;
      }
    }
    if (selected) {
      ImGui::TableSetBgColor(ImGuiTableBgTarget_RowBg0, c_.theme.u32(Tone::kSelection));
      const float left = ImGui::GetWindowPos().x;
      const float top = screen.y - ImGui::GetStyle().CellPadding.y;
      ImGui::GetWindowDrawList()->AddRectFilled({left, top}, {left + c_.px(3), top + row_height(c_)},
                                                c_.theme.u32(Tone::kAccent));
    }
    ImGui::SetCursorPos(at);
    ImGui::Dummy({0, 0});
  }

  void delta(size_t position, const Row& row) {
    if (position == 0) return;
    const int64_t passed = row.time_us - store_.row(c_.workspace.view()[position - 1]).time_us;
    // A wait that a person would feel stands out.
    const bool long_wait = passed >= 1'000'000;
    cell(long_wait ? Tone::kText : Tone::kFaint, span(passed), c_.fonts.small(), true);
  }

  // The same figure on the request and on its answer.
  void round_trip(const Row& row) {
    const RowIndex answer = store_.answered_by(row);
    if (!row.has(Row::kHasRtt) && answer == kNoRow) return;
    const uint32_t us = row.has(Row::kHasRtt) ? row.rtt_us : store_.row(answer).rtt_us;
    cell(Tone::kMuted, "\u21c4 " + span(us), c_.fonts.small(), true);
  }

  void summary(const Row& row, bool element) {
    if (row.has(Row::kEdited)) {
      text(c_, Tone::kEdit, "\u270e");
      ImGui::SameLine(0, c_.px(8));
    }
    std::string words = shown(row.summary());
    if (row.has(Row::kBytesNotKept)) words += "  (bytes not kept)";
    cell(element ? Tone::kText : Tone::kMuted, words);
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
  const float height = c.px(32 + 24 * static_cast<float>(empty.lines.size()));
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

void keep_in_sight(UiContext& c, float row_height, float header_height) {
  const auto target = c.workspace.take_scroll_target();
  if (!target) return;
  const float room = ImGui::GetWindowHeight() - header_height - row_height;
  const float at = static_cast<float>(*target) * row_height;
  const float scroll = ImGui::GetScrollY();
  // Whole rows below the header, and two rows of context ahead.
  const auto whole = [&](float y) { return std::max(0.0f, std::ceil(y / row_height) * row_height); };
  if (at < scroll) ImGui::SetScrollY(whole(at - row_height * 2));
  if (at > scroll + room) {
    const bool last = *target + 1 == c.workspace.view().size();
    ImGui::SetScrollY(last ? at - room + row_height : whole(at - room + row_height * 2));
  }
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
  constexpr auto kFlags = ImGuiTableFlags_ScrollY | ImGuiTableFlags_Resizable | ImGuiTableFlags_Reorderable |
                          ImGuiTableFlags_Hideable | ImGuiTableFlags_NoSavedSettings |
                          ImGuiTableFlags_PadOuterX;
  if (!ImGui::BeginTable("stanzas", kColumns, kFlags, room)) return;
  const bool several = workspace.store().connections() > 1;
  for (size_t i = 0; i < kSpecs.size(); ++i) {
    const ColumnSpec& spec = kSpecs[i];
    ImGuiTableColumnFlags flags = spec.flags;
    if (room.x < c.px(spec.hide_below)) flags |= ImGuiTableColumnFlags_DefaultHide;
    ImGui::TableSetupColumn(spec.title, flags, (spec.flags & kFixed) != 0 ? c.px(spec.width) : spec.width);
  }
  ImGui::TableSetColumnEnabled(kSession, several);
  ImGui::TableSetupScrollFreeze(0, 1);
  header_row(c);

  const float height = row_height(c);
  keep_in_sight(c, height, c.px(24));
  c.ui.page_rows = static_cast<size_t>(std::max(1.0f, room.y / height - 2));
  RowPainter painter(c, several);
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(std::min<size_t>(workspace.view().size(), 0x7fffffff)), height);
  size_t last = 0;
  while (clipper.Step()) {
    for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
      painter.draw(static_cast<size_t>(i));
      last = static_cast<size_t>(i);
    }
  }
  workspace.note_last_shown(last);
  // Scrolling up by hand lets go of the end.
  if (workspace.following() && ImGui::GetIO().MouseWheel > 0 && ImGui::IsWindowHovered()) {
    workspace.set_following(false);
  }
  ImGui::EndTable();
  draw_new_below(c, low, {low.x + room.x, low.y + room.y});
}

}  // namespace viewer
