// Thin wrappers over ImGui, so that panels speak of tones and not of colours.
#include "viewer/ui/draw.h"

#include <imgui.h>
#include <imgui_internal.h>

#include <algorithm>

namespace viewer {

void text(const UiContext& c, Tone tone, std::string_view words) {
  ImGui::PushStyleColor(ImGuiCol_Text, c.theme.u32(tone));
  ImGui::TextUnformatted(words.data(), words.data() + words.size());
  ImGui::PopStyleColor();
}

void wrapped(const UiContext& c, Tone tone, std::string_view words) {
  ImGui::PushTextWrapPos(ImGui::GetContentRegionMax().x - c.px(8));
  text(c, tone, words);
  ImGui::PopTextWrapPos();
}

void elided(const UiContext& c, Tone tone, std::string_view words, float width) {
  const char* begin = words.data();
  const char* end = begin + words.size();
  const ImVec2 size = ImGui::CalcTextSize(begin, end);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  width = std::max(width, 1.0f);
  ImGui::Dummy({std::min(size.x, width), size.y});
  if (!ImGui::IsItemVisible()) return;
  ImGui::PushStyleColor(ImGuiCol_Text, c.theme.u32(tone));
  const float right = at.x + width;
  // The clip goes below the line, or descenders would be cut.
  ImGui::RenderTextEllipsis(ImGui::GetWindowDrawList(), at, {right, at.y + size.y * 2}, right, right, begin,
                            end, &size);
  ImGui::PopStyleColor();
  if (size.x > width && ImGui::IsItemHovered()) {
    ImGui::BeginTooltip();
    ImGui::PushTextWrapPos(c.px(560));
    ImGui::TextUnformatted(begin, end);
    ImGui::PopTextWrapPos();
    ImGui::EndTooltip();
  }
}

void elided_right(const UiContext& c, Tone tone, std::string_view words, float width) {
  const float size = ImGui::CalcTextSize(words.data(), words.data() + words.size()).x;
  if (size < width) ImGui::SetCursorPosX(ImGui::GetCursorPosX() + width - size);
  elided(c, tone, words, std::max(size < width ? size : width, 1.0f));
}

void section(const UiContext& c, std::string_view words) {
  ImGui::PushFont(c.fonts.small());
  text(c, Tone::kFaint, words);
  ImGui::PopFont();
}

bool link(const UiContext& c, const char* id, std::string_view words) {
  ImGui::PushID(id);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const ImVec2 size = ImGui::CalcTextSize(words.data(), words.data() + words.size());
  const bool pressed = ImGui::InvisibleButton("link", size);
  const ImU32 colour = c.theme.u32(Tone::kAccent);
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddText(at, colour, words.data(), words.data() + words.size());
  if (ImGui::IsItemHovered()) {
    ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
    list->AddLine({at.x, at.y + size.y}, {at.x + size.x, at.y + size.y}, colour);
  }
  ImGui::PopID();
  return pressed;
}

bool tab(const UiContext& c, std::string_view title, bool active, std::string_view key) {
  ImGui::PushID(title.data(), title.data() + title.size());
  if (active) ImGui::PushFont(c.fonts.semibold());
  const ImVec2 size = ImGui::CalcTextSize(title.data(), title.data() + title.size());
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const bool pressed = ImGui::InvisibleButton("tab", {size.x, c.px(24)});
  const bool hovered = ImGui::IsItemHovered();
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddText({at.x, at.y + (c.px(24) - size.y) / 2},
                c.theme.u32(active || hovered ? Tone::kText : Tone::kMuted), title.data(),
                title.data() + title.size());
  if (active) {
    list->AddRectFilled({at.x, at.y + c.px(23)}, {at.x + size.x, at.y + c.px(25)},
                        c.theme.u32(Tone::kAccent));
    ImGui::PopFont();
  }
  if (hovered) ImGui::SetTooltip("%s", std::string(key).c_str());
  ImGui::PopID();
  ImGui::SameLine(0, c.px(16));
  return pressed;
}

std::string_view severity_mark(parser::Severity severity) {
  switch (severity) {
    case parser::Severity::kNote:
      return "\u2139";
    case parser::Severity::kWarning:
      return "\u26a0";
    case parser::Severity::kError:
      return "\u2715";
  }
  return "";
}

void hairline(const UiContext& c) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const ImVec2 window = ImGui::GetWindowPos();
  ImGui::GetWindowDrawList()->AddLine({window.x, at.y}, {window.x + ImGui::GetWindowWidth(), at.y},
                                      c.theme.u32(Tone::kBorder));
  ImGui::Dummy({0, c.px(1)});
}

void gap(const UiContext& c, float pixels) {
  ImGui::Dummy({0, std::max(0.0f, c.px(pixels) - ImGui::GetStyle().ItemSpacing.y)});
}

}  // namespace viewer
