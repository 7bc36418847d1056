#include "viewer/ui/paint.h"

#include <imgui.h>
#include <imgui_internal.h>

#include <algorithm>
#include <cmath>

#include "viewer/ui/draw.h"

namespace viewer {

float text_width(std::string_view words) {
  return ImGui::CalcTextSize(words.data(), words.data() + words.size()).x;
}

float paint_text(const UiContext& c, Tone tone, std::string_view words, ImVec2 at, float width, Align align) {
  if (words.empty() || width < 1) return 0;
  const char* begin = words.data();
  const char* end = begin + words.size();
  const ImVec2 size = ImGui::CalcTextSize(begin, end);
  at = {std::floor(at.x), std::floor(at.y)};
  if (size.x <= width) {
    const float room = width - size.x;
    at.x += align == Align::kRight ? room : align == Align::kCentre ? std::floor(room / 2) : 0;
    ImGui::GetWindowDrawList()->AddText(at, c.theme.u32(tone), begin, end);
    return size.x;
  }
  ImGui::PushStyleColor(ImGuiCol_Text, c.theme.u32(tone));
  const float right = at.x + width;
  ImGui::RenderTextEllipsis(ImGui::GetWindowDrawList(), at, {right, at.y + size.y * 2}, right, right, begin,
                            end, &size);
  ImGui::PopStyleColor();
  return width;
}

void paint_wrapped(const UiContext& c, Tone tone, std::string_view words, ImVec2 at, float width,
                   float height) {
  if (words.empty() || width < 8) return;
  const ImFont* font = ImGui::GetFont();
  const float line = ImGui::GetTextLineHeight();
  const float scale = ImGui::GetFontSize() / font->FontSize;
  const char* begin = words.data();
  const char* const end = begin + words.size();
  for (auto lines = std::max(1, static_cast<int>(height / line)); lines > 0 && begin < end; --lines) {
    const char* stop = lines == 1 ? end : font->CalcWordWrapPositionA(scale, begin, end, width);
    // Without room for one word, the word is shortened.
    if (stop == begin) stop = end;
    paint_text(c, tone, {begin, static_cast<size_t>(stop - begin)}, at, width);
    at.y += line;
    for (begin = stop; begin < end && (*begin == ' ' || *begin == '\n'); ++begin) {
    }
  }
}

void paint_box(const UiContext& c, Tone tone, ImVec2 from, ImVec2 to, float rounding, float alpha) {
  ImGui::GetWindowDrawList()->AddRectFilled(from, to, c.theme.u32(tone, alpha), c.px(rounding));
}

void paint_frame(const UiContext& c, Tone tone, ImVec2 from, ImVec2 to, float rounding, float alpha) {
  ImGui::GetWindowDrawList()->AddRect(from, to, c.theme.u32(tone, alpha), c.px(rounding));
}

void paint_line(const UiContext& c, Tone tone, ImVec2 from, ImVec2 to, float thickness, float alpha) {
  ImGui::GetWindowDrawList()->AddLine(from, to, c.theme.u32(tone, alpha), c.px(thickness));
}

void paint_arrow(const UiContext& c, Tone tone, ImVec2 from, ImVec2 to, float thickness, float head) {
  const float size = c.px(head);
  const float back = to.x > from.x ? -size : size;
  paint_line(c, tone, from, {to.x + back / 2, to.y}, thickness);
  if (head <= 0) return;
  ImVec2 corners[3] = {
      {to.x + back * 1.6f, to.y - size * 0.8f}, to, {to.x + back * 1.6f, to.y + size * 0.8f}};
  if (back > 0) std::swap(corners[0], corners[2]);  // the filler wants one sense of rotation
  ImGui::GetWindowDrawList()->AddTriangleFilled(corners[0], corners[1], corners[2], c.theme.u32(tone));
}

void paint_dashed(const UiContext& c, Tone tone, ImVec2 from, ImVec2 to) {
  const float dash = c.px(4);
  const bool level = from.y == to.y;
  for (float at = level ? from.x : from.y; at < (level ? to.x : to.y); at += dash * 2) {
    const float end = std::min(at + dash, level ? to.x : to.y);
    if (level) {
      paint_line(c, tone, {at, from.y}, {end, from.y});
    } else {
      paint_line(c, tone, {from.x, at}, {from.x, end});
    }
  }
}

void card_title(const UiContext& c, std::string_view title, std::string_view explanation) {
  ImGui::PushFont(c.fonts.semibold());
  text(c, Tone::kText, title);
  ImGui::PopFont();
  if (explanation.empty()) return;
  ImGui::SameLine(0, c.px(10));
  ImGui::PushFont(c.fonts.small());
  ImGui::SetCursorPosY(ImGui::GetCursorPosY() + c.px(2));
  elided(c, Tone::kFaint, explanation, ImGui::GetContentRegionAvail().x);
  ImGui::PopFont();
}

}  // namespace viewer
