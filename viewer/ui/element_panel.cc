// The selected element, four ways: XML, tree, bytes, as sent. A click on a line, a node or a finding selects
// its bytes in all of them.
#include <imgui.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <string>

#include "viewer/model/field_filter.h"
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
constexpr std::array<Tab, 5> kTabs = {{
    {ElementView::kXml, Action::kViewXml, "XML"},
    {ElementView::kTree, Action::kViewTree, "Tree"},
    {ElementView::kBytes, Action::kViewBytes, "Bytes"},
    {ElementView::kRaw, Action::kViewRaw, "As sent"},
    {ElementView::kDecoded, Action::kViewDecoded, "Decoded"},
}};

constexpr float kGutter = 8;  // left of the text, for the bar of a finding

void draw_tabs(UiContext& c) {
  for (const Tab& one : kTabs) {
    const bool active = c.workspace.element_view() == one.view;
    if (tab(c, one.title, active, shown_key(one.action))) c.workspace.set_element_view(one.view);
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

bool overlaps(const std::optional<parser::ByteRange>& selected, parser::ByteRange range) {
  return selected && selected->begin < range.end && range.begin < selected->end;
}

// What a right click on something with a filter or an address offers.
void value_menu(UiContext& c, const std::string& filter, const std::string& address) {
  if (filter.empty() && address.empty()) return;
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(c.px(12), c.px(8)));
  if (ImGui::BeginPopup("value_menu")) {
    ImGui::PushFont(c.fonts.sans());
    if (!filter.empty()) draw_filter_menu(c, filter);
    if (!address.empty()) {
      if (!filter.empty()) ImGui::Separator();
      if (ImGui::MenuItem("look at this address")) c.workspace.look_at(address);
      if (ImGui::MenuItem("show what it sends")) {
        c.ui.filter_text = "xmpp.from == " + quoted(address);
        c.workspace.set_filter(c.ui.filter_text);
      }
      if (ImGui::MenuItem("copy it")) ImGui::SetClipboardText(address.c_str());
    }
    ImGui::PopFont();
    ImGui::EndPopup();
  }
  ImGui::PopStyleVar();
}

void tooltip(const UiContext& c, const std::string& words) {
  ImGui::PushFont(c.fonts.sans());
  ImGui::BeginTooltip();
  ImGui::PushTextWrapPos(c.px(480));
  ImGui::TextUnformatted(words.c_str());
  ImGui::PopTextWrapPos();
  ImGui::EndTooltip();
  ImGui::PopFont();
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

// Tokens with a place of their own take the click; what they mean is told where the mouse is.
void draw_tokens(UiContext& c, const XmlLine& line, bool pressed) {
  const auto& selected = c.workspace.selection().range;
  const ImGuiIO& io = ImGui::GetIO();
  bool taken = false;
  for (size_t i = 0; i < line.tokens.size(); ++i) {
    const Token& token = line.tokens[i];
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const ImVec2 size = ImGui::CalcTextSize(token.text.data(), token.text.data() + token.text.size());
    if (!token.range.empty() && same_range(selected, token.range)) {
      ImGui::GetWindowDrawList()->AddRectFilled(
          {at.x, at.y - c.px(2)}, {at.x + size.x, at.y + size.y + c.px(2)}, c.theme.u32(Tone::kRange));
    }
    const bool hovered = ImGui::IsWindowHovered() && io.MousePos.x >= at.x && io.MousePos.x < at.x + size.x &&
                         io.MousePos.y >= at.y && io.MousePos.y < at.y + size.y;
    ImGui::PushID(static_cast<int>(i));
    if (hovered && !token.range.empty()) {
      if (pressed) {
        c.workspace.select_range(token.range);
        taken = true;
        if (io.MouseDoubleClicked[0] && !token.address.empty()) c.workspace.look_at(token.address);
      }
      if (!token.hint.empty()) tooltip(c, token.hint);
      if (!token.address.empty() && io.MouseDownDuration[0] < 0) {
        const float y = at.y + size.y;
        ImGui::GetWindowDrawList()->AddLine({at.x, y}, {at.x + size.x, y}, c.theme.u32(Tone::kAccent));
      }
      if (ImGui::IsMouseReleased(ImGuiMouseButton_Right)) ImGui::OpenPopup("value_menu");
    }
    text(c, Theme::of(token.kind), token.text);
    value_menu(c, token.kind == TokenKind::kNamespace ? "xmpp.xmlns == " + quoted(token.text) : std::string(),
               token.address);
    ImGui::SameLine(0, 0);
    ImGui::PopID();
  }
  if (pressed && !taken) c.workspace.select_range(line.range);
  ImGui::NewLine();
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
    ImGui::PushID(i);
    const bool pressed = line_frame(c, i, same_range(selected, line.range), finding_at(detail, line.range));
    ImGui::SetCursorPosX(start.x + c.px(kGutter) + c.px(16) * static_cast<float>(line.indent));
    draw_tokens(c, line, pressed);
    end_line(c, start);
    ImGui::PopID();
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
    ImGui::PushID(i);
    if (line_frame(c, i, same_range(selected, node.range),
                   node.attribute ? nullptr : finding_at(detail, node.range))) {
      c.workspace.select_range(node.range);
      if (ImGui::GetIO().MouseDoubleClicked[0] && !node.address.empty()) c.workspace.look_at(node.address);
    }
    const ImVec2 low = ImGui::GetItemRectMin();
    const ImVec2 high = ImGui::GetItemRectMax();
    if (ImGui::IsWindowHovered() && ImGui::IsMouseHoveringRect(low, high)) {
      if (!node.ns.empty()) tooltip(c, namespace_words(node.ns));
      if (ImGui::IsMouseReleased(ImGuiMouseButton_Right)) ImGui::OpenPopup("value_menu");
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
    value_menu(c, node.filter, node.address);
    end_line(c, start);
    ImGui::PopID();
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

// The column of a hex line under the mouse; none where there is no byte.
std::optional<size_t> byte_under(float x, float hex_x, float ascii_x, float advance) {
  if (x >= ascii_x) {
    const auto column = static_cast<size_t>((x - ascii_x) / advance);
    return column < kHexColumns ? std::optional(column) : std::nullopt;
  }
  for (size_t column = kHexColumns; column-- > 0;) {
    const float left = hex_x + advance * static_cast<float>(hex_column_position(column));
    if (x >= left) return column;
  }
  return std::nullopt;
}

// A byte selects the innermost thing that it belongs to, in every view.
void select_byte(UiContext& c, const Detail& detail, std::optional<size_t> column, size_t line) {
  if (!column) return;
  const uint64_t byte = line * kHexColumns + *column;
  if (byte >= detail.bytes.size()) return;
  const TreeNode* node = node_at(detail, byte);
  c.workspace.select_range(node != nullptr ? node->range : parser::ByteRange{byte, byte + 1});
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
    ImGui::PushID(i);
    const ImVec2 size{ascii_x + advance * static_cast<float>(kHexColumns),
                      ImGui::GetTextLineHeight() + c.px(4)};
    if (ImGui::InvisibleButton("line", size)) {
      const float x = ImGui::GetIO().MousePos.x - at.x;
      select_byte(c, detail, byte_under(x, hex_x, ascii_x, advance), static_cast<size_t>(i));
    }
    ImGui::PopID();
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
  const auto& selected = c.workspace.selection().range;
  const bool more = detail.raw_left_out > 0;
  lines(c, detail.raw.size() + (more ? 1 : 0), [&](int i) {
    const ImVec2 start = ImGui::GetCursorPos();
    if (static_cast<size_t>(i) == detail.raw.size()) {
      text(c, Tone::kMuted, "\u2026 " + bytes_amount(detail.raw_left_out) + " more; see the bytes");
      end_line(c, start);
      return;
    }
    const parser::ByteRange line = detail.raw[static_cast<size_t>(i)];
    // Before, within and behind what is selected.
    const uint64_t from = overlaps(selected, line) ? std::max(line.begin, selected->begin) : line.end;
    const uint64_t to = overlaps(selected, line) ? std::min(line.end, selected->end) : line.end;
    const parser::ByteRange parts[] = {{line.begin, from}, {from, to}, {to, line.end}};
    ImGui::SetCursorPosY(start.y + c.px(2));
    for (size_t p = 0; p < 3; ++p) {
      if (parts[p].empty()) continue;
      const std::string words = display_text(detail.bytes.substr(parts[p].begin, parts[p].size()),
                                             Lines::kEscape, c.workspace.drawable());
      const ImVec2 at = ImGui::GetCursorScreenPos();
      const ImVec2 size = ImGui::CalcTextSize(words.c_str());
      if (p == 1) {
        ImGui::GetWindowDrawList()->AddRectFilled(
            {at.x, at.y - c.px(2)}, {at.x + size.x, at.y + size.y + c.px(2)}, c.theme.u32(Tone::kRange));
      }
      text(c, Tone::kText, words);
      if (ImGui::IsItemClicked()) {
        // As many characters in as the mouse is, which is exact but for escapes.
        const float share = (ImGui::GetIO().MousePos.x - at.x) / std::max(size.x, 1.0f);
        const auto byte = parts[p].begin + static_cast<uint64_t>(share * static_cast<float>(parts[p].size()));
        const TreeNode* node = node_at(detail, std::min(byte, parts[p].end - 1));
        if (node != nullptr) c.workspace.select_range(node->range);
      }
      ImGui::SameLine(0, 0);
    }
    ImGui::NewLine();
    end_line(c, start);
  });
}

void draw_decoded(UiContext& c, const Detail& detail) {
  ImGui::PushFont(c.fonts.sans());
  if (detail.decoded.empty()) {
    wrapped(c, Tone::kMuted,
            "Nothing in this element needs decoding: no login, no error, no time stamp, no base64, and no "
            "namespace "
            "beyond that of the stream.");
  }
  std::string_view group;
  for (size_t i = 0; i < detail.decoded.size(); ++i) {
    const DecodedItem& item = detail.decoded[i];
    if (item.group != group) {
      if (!group.empty()) gap(c, 10);
      group = item.group;
      std::string title(group);
      for (char& letter : title) letter = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
      section(c, title == "NAMESPACE" ? "NAMESPACES" : title);
      gap(c, 4);
    }
    ImGui::PushID(static_cast<int>(i));
    if (item.range && same_range(c.workspace.selection().range, *item.range)) {
      const ImVec2 at = ImGui::GetCursorScreenPos();
      ImGui::GetWindowDrawList()->AddRectFilled({at.x - c.px(6), at.y}, {at.x - c.px(3), at.y + c.px(18)},
                                                c.theme.u32(Tone::kAccent));
    }
    if (item.range && link(c, "range", item.name)) c.workspace.select_range(item.range);
    if (!item.range) text(c, Tone::kText, item.name);
    if (!item.value.empty()) {
      ImGui::SameLine(0, c.px(12));
      ImGui::PushFont(c.fonts.mono());
      wrapped(c, Tone::kXmlValue, item.value);
      ImGui::PopFont();
    }
    if (!item.meaning.empty()) {
      ImGui::Indent(c.px(12));
      wrapped(c, Tone::kMuted, item.meaning);
      ImGui::Unindent(c.px(12));
    }
    gap(c, 4);
    ImGui::PopID();
  }
  ImGui::PopFont();
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
    case ElementView::kDecoded:
      draw_decoded(c, detail);
      break;
  }
  ImGui::PopFont();
  ImGui::EndChild();
}

}  // namespace viewer
