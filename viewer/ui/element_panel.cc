// The selected element, four ways: XML, tree, bytes, as sent. A click on a line, a node or a finding selects
// its bytes in all of them.
#include <imgui.h>

#include <algorithm>
#include <array>
#include <string>

#include "viewer/model/hex_lines.h"
#include "viewer/model/time_format.h"
#include "viewer/ui/draw.h"

namespace viewer {

namespace {

struct Tab {
  ElementView view;
  Action action;
  const char* title;
};
constexpr std::array<Tab, 4> kTabs = {{
    {ElementView::kXml, Action::kViewXml, "XML"},
    {ElementView::kTree, Action::kViewTree, "Tree"},
    {ElementView::kBytes, Action::kViewBytes, "Bytes"},
    {ElementView::kRaw, Action::kViewRaw, "As sent"},
}};

constexpr float kGutter = 8;  // left of the text, for the bar of a finding

void draw_tabs(UiContext& c) {
  for (const Tab& tab : kTabs) {
    const bool active = c.workspace.element_view() == tab.view;
    ImGui::PushID(tab.title);
    if (active) ImGui::PushFont(c.fonts.semibold());
    const ImVec2 size = ImGui::CalcTextSize(tab.title);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    if (ImGui::InvisibleButton("tab", {size.x, c.px(24)})) c.workspace.set_element_view(tab.view);
    const bool hovered = ImGui::IsItemHovered();
    ImDrawList* list = ImGui::GetWindowDrawList();
    list->AddText({at.x, at.y + (c.px(24) - size.y) / 2},
                  c.theme.u32(active || hovered ? Tone::kText : Tone::kMuted), tab.title);
    if (active) {
      list->AddRectFilled({at.x, at.y + c.px(23)}, {at.x + size.x, at.y + c.px(25)},
                          c.theme.u32(Tone::kAccent));
      ImGui::PopFont();
    }
    if (hovered) ImGui::SetTooltip("%s", std::string(shown_key(tab.action)).c_str());
    ImGui::PopID();
    ImGui::SameLine(0, c.px(16));
  }
  ImGui::NewLine();
}

// The gravest finding whose bytes are exactly those, or lie in that start tag.
const FindingDetail* finding_at(const Detail& detail, parser::ByteRange range) {
  for (const FindingDetail& finding : detail.findings) {
    if (finding.range && *finding.range == range) return &finding;
  }
  return nullptr;
}

bool same_range(const std::optional<parser::ByteRange>& selected, parser::ByteRange range) {
  return selected && *selected == range;
}

// Background and click of one line of text; the cursor is left where the line begins.
bool line_frame(const UiContext& c, int id, bool selected, const FindingDetail* finding) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const ImVec2 local = ImGui::GetCursorPos();
  const float width = std::max(ImGui::GetContentRegionAvail().x, c.px(64));
  const float height = ImGui::GetTextLineHeight() + c.px(4);
  ImGui::PushID(id);
  const bool pressed = ImGui::InvisibleButton("line", {width, height});
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float left = ImGui::GetWindowPos().x;
  const ImVec2 end{left + ImGui::GetWindowWidth(), at.y + height};
  if (selected || ImGui::IsItemHovered()) {
    list->AddRectFilled({left, at.y}, end, c.theme.u32(selected ? Tone::kRange : Tone::kRowHover));
  }
  if (finding != nullptr) {
    list->AddRectFilled({left, at.y}, {left + c.px(3), end.y}, c.theme.u32(Theme::of(finding->severity)));
  }
  ImGui::PopID();
  ImGui::SetCursorPos({local.x, local.y + c.px(2)});
  return pressed;
}

void end_line(const UiContext& c, ImVec2 start) {
  ImGui::SetCursorPos({start.x, start.y + ImGui::GetTextLineHeight() + c.px(4)});
}

template <typename Draw>
void lines(const UiContext& c, size_t count, const Draw& draw) {
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 0));
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(count), ImGui::GetTextLineHeight() + c.px(4));
  while (clipper.Step()) {
    for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) draw(i);
  }
  ImGui::PopStyleVar();
}

void draw_xml(UiContext& c, const Detail& detail) {
  if (detail.xml.empty()) {
    wrapped(c, Tone::kMuted, detail.no_xml);
    return;
  }
  const auto& selected = c.workspace.selection().range;
  lines(c, detail.xml.size(), [&](int i) {
    const XmlLine& line = detail.xml[static_cast<size_t>(i)];
    const ImVec2 start = ImGui::GetCursorPos();
    if (line_frame(c, i, same_range(selected, line.range), finding_at(detail, line.range))) {
      c.workspace.select_range(line.range);
    }
    ImGui::SetCursorPosX(start.x + c.px(kGutter) + c.px(16) * static_cast<float>(line.indent));
    for (const Token& token : line.tokens) {
      text(c, Theme::of(token.kind), token.text);
      ImGui::SameLine(0, 0);
    }
    ImGui::NewLine();
    end_line(c, start);
  });
}

void draw_tree(UiContext& c, const Detail& detail) {
  if (detail.tree.empty()) {
    wrapped(c, Tone::kMuted, detail.no_xml);
    return;
  }
  const auto& selected = c.workspace.selection().range;
  lines(c, detail.tree.size(), [&](int i) {
    const TreeNode& node = detail.tree[static_cast<size_t>(i)];
    const ImVec2 start = ImGui::GetCursorPos();
    if (line_frame(c, i, same_range(selected, node.range) && !node.attribute,
                   node.attribute ? nullptr : finding_at(detail, node.range))) {
      c.workspace.select_range(node.range);
    }
    ImGui::SetCursorPosX(start.x + c.px(kGutter) + c.px(16) * static_cast<float>(node.depth));
    text(c, node.attribute ? Tone::kXmlAttribute : Tone::kXmlTag,
         node.attribute ? "@" + node.label : node.label);
    if (!node.value.empty()) {
      ImGui::SameLine(0, c.px(12));
      text(c, node.attribute ? Tone::kXmlValue : Tone::kXmlText, node.value);
    }
    if (!node.ns.empty()) {
      ImGui::SameLine(0, c.px(12));
      text(c, Tone::kXmlNamespace, node.ns);
    }
    end_line(c, start);
  });
}

// Marks the columns of one hex line that lie in `range`.
void mark_range(const UiContext& c, parser::ByteRange range, size_t line, float hex_x, float ascii_x,
                float y) {
  const uint64_t begin = std::max<uint64_t>(range.begin, line * kHexColumns);
  const uint64_t end = std::min<uint64_t>(range.end, (line + 1) * kHexColumns);
  if (begin >= end) return;
  const float advance = ImGui::CalcTextSize("0").x;
  const auto column = [&](uint64_t byte) { return static_cast<size_t>(byte % kHexColumns); };
  const float height = ImGui::GetTextLineHeight() + c.px(4);
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImU32 colour = c.theme.u32(Tone::kRange);
  const float from = hex_x + advance * static_cast<float>(hex_column_position(column(begin)));
  const float to = hex_x + advance * static_cast<float>(hex_column_position(column(end - 1)) + 2);
  list->AddRectFilled({from - c.px(2), y}, {to + c.px(2), y + height}, colour);
  list->AddRectFilled({ascii_x + advance * static_cast<float>(column(begin)), y},
                      {ascii_x + advance * static_cast<float>(column(end - 1) + 1), y + height}, colour);
}

void draw_bytes(UiContext& c, const Detail& detail) {
  if (detail.bytes.empty()) {
    wrapped(c, Tone::kMuted, detail.no_xml);
    return;
  }
  const float advance = ImGui::CalcTextSize("0").x;
  const auto& selected = c.workspace.selection().range;
  if (c.ui.scroll_bytes && selected) {
    const auto row = selected->begin / kHexColumns;
    const float line = static_cast<float>(row);
    ImGui::SetScrollY(std::max(0.0f, (line - 2) * (ImGui::GetTextLineHeight() + c.px(4))));
  }
  c.ui.scroll_bytes = false;
  lines(c, hex_line_count(detail.bytes), [&](int i) {
    const HexLine line = hex_line(detail.bytes, static_cast<size_t>(i));
    const ImVec2 start = ImGui::GetCursorPos();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float hex_x = advance * 10;
    const float ascii_x = hex_x + advance * static_cast<float>(hex_column_position(kHexColumns - 1) + 4);
    if (selected) {
      mark_range(c, *selected, static_cast<size_t>(i), at.x + hex_x, at.x + ascii_x, at.y);
    }
    ImGui::SetCursorPos({start.x, start.y + c.px(2)});
    text(c, Tone::kFaint, line.offset);
    ImGui::SameLine(start.x + hex_x);
    text(c, Tone::kText, line.hex);
    ImGui::SameLine(start.x + ascii_x);
    text(c, Tone::kMuted, line.ascii);
    end_line(c, start);
  });
}

void draw_raw(UiContext& c, const Detail& detail) {
  if (detail.raw.empty()) wrapped(c, Tone::kMuted, detail.no_xml);
  lines(c, detail.raw.size(), [&](int i) {
    const ImVec2 start = ImGui::GetCursorPos();
    ImGui::SetCursorPosY(start.y + c.px(2));
    text(c, Tone::kText, detail.raw[static_cast<size_t>(i)]);
    end_line(c, start);
  });
}

}  // namespace

void draw_element_panel(UiContext& c) {
  if (!c.workspace.selection().row) {
    section(c, "ELEMENT");
    gap(c, 8);
    wrapped(c, Tone::kMuted, "Select a row to see its element: j and k move, a click selects.");
    return;
  }
  const Detail& detail = c.workspace.detail();
  const Row& row = c.workspace.store().row(detail.row);
  ImGui::PushFont(c.fonts.semibold());
  text(c, detail.sender.empty() ? Tone::kText : Theme::of(row.direction), detail.title);
  ImGui::PopFont();
  if (!detail.sender.empty()) {
    ImGui::SameLine(0, c.px(12));
    text(c, Tone::kMuted, detail.sender);
  }
  ImGui::SameLine(0, c.px(12));
  std::string facts = clock_time(row.time_us) + " UTC";
  if (row.bytes_size > 0) facts = bytes_amount(row.bytes_size) + " \u00b7 " + facts;
  elided_right(c, Tone::kFaint, facts, ImGui::GetContentRegionAvail().x);
  draw_tabs(c);
  gap(c, 8);
  ImGui::BeginChild("element", {0, 0}, false, ImGuiWindowFlags_HorizontalScrollbar);
  ImGui::PushFont(c.fonts.mono());
  switch (c.workspace.element_view()) {
    case ElementView::kXml:
      draw_xml(c, detail);
      break;
    case ElementView::kTree:
      draw_tree(c, detail);
      break;
    case ElementView::kBytes:
      draw_bytes(c, detail);
      break;
    case ElementView::kRaw:
      draw_raw(c, detail);
      break;
  }
  ImGui::PopFont();
  ImGui::EndChild();
}

}  // namespace viewer
