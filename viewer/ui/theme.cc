// One row per tone, dark and light beside each other, so that neither theme is an afterthought. A test holds
// every text tone to a contrast of 4.5:1 on the surfaces that it is drawn on.
#include "viewer/ui/theme.h"

#include <cmath>

namespace viewer {

namespace {

struct ToneRow {
  Tone tone;
  uint32_t dark;
  uint32_t light;
};

constexpr std::array<ToneRow, kTones> kTable = {{
    {Tone::kWindow, 0x14171c, 0xe9ecf0},         {Tone::kPanel, 0x1b1f26, 0xfcfcfd},
    {Tone::kRaised, 0x242932, 0xf1f3f6},         {Tone::kRowHover, 0x232830, 0xf0f3f7},
    {Tone::kSelection, 0x2f3a4c, 0xd9e4f3},      {Tone::kRange, 0x3b475b, 0xcfdcee},
    {Tone::kBorder, 0x2c323c, 0xd5dae1},         {Tone::kScrollbar, 0x434b58, 0xb4bcc8},
    {Tone::kText, 0xe4e8ee, 0x1c222b},           {Tone::kMuted, 0xa9b2bf, 0x4b5563},
    {Tone::kFaint, 0x9da7b5, 0x5a6472},          {Tone::kAccent, 0xb9c8de, 0x34496b},
    {Tone::kClient, 0x6fb3f5, 0x0b5cad},         {Tone::kServer, 0x5fcfa0, 0x0d6b47},
    {Tone::kError, 0xff8a82, 0xb3261e},          {Tone::kWarning, 0xe8b64c, 0x855300},
    {Tone::kNote, 0xa9b2bf, 0x4b5563},           {Tone::kEdit, 0xcfa4f7, 0x7a37b0},
    {Tone::kLive, 0x5fcfa0, 0x0d6b47},           {Tone::kXmlTag, 0xe4e8ee, 0x1c222b},
    {Tone::kXmlAttribute, 0xb3bfd0, 0x42506a},   {Tone::kXmlValue, 0xd9c9ae, 0x6a4c1e},
    {Tone::kXmlNamespace, 0xa3adba, 0x566070},   {Tone::kXmlText, 0xf3f5f8, 0x0d1117},
    {Tone::kXmlPunctuation, 0x9da7b5, 0x5a6472},
}};

constexpr bool in_order() {
  for (size_t i = 0; i < kTable.size(); ++i) {
    if (static_cast<size_t>(kTable[i].tone) != i) return false;
  }
  return true;
}
static_assert(in_order());

double luminance(uint32_t rgb) {
  const auto channel = [&](int shift) {
    const double value = static_cast<double>((rgb >> shift) & 0xff) / 255.0;
    return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * channel(16) + 0.7152 * channel(8) + 0.0722 * channel(0);
}

}  // namespace

double contrast(uint32_t a, uint32_t b) {
  const double la = luminance(a);
  const double lb = luminance(b);
  return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

Theme::Theme(ThemeName name) : name_(name), colours_{} {
  for (size_t i = 0; i < kTones; ++i) {
    colours_[i] = name == ThemeName::kDark ? kTable[i].dark : kTable[i].light;
  }
}

ImVec4 Theme::vec(Tone tone, float alpha) const {
  const uint32_t c = rgb(tone);
  const auto channel = [&](int shift) { return static_cast<float>((c >> shift) & 0xff) / 255.0f; };
  return {channel(16), channel(8), channel(0), alpha};
}

ImU32 Theme::u32(Tone tone, float alpha) const {
  return ImGui::ColorConvertFloat4ToU32(vec(tone, alpha));
}

Tone Theme::of(parser::Direction direction) {
  return direction == parser::Direction::kC2S ? Tone::kClient : Tone::kServer;
}

Tone Theme::of(parser::Severity severity) {
  switch (severity) {
    case parser::Severity::kNote:
      return Tone::kNote;
    case parser::Severity::kWarning:
      return Tone::kWarning;
    case parser::Severity::kError:
      return Tone::kError;
  }
  return Tone::kNote;
}

Tone Theme::of(TokenKind token) {
  switch (token) {
    case TokenKind::kPunctuation:
      return Tone::kXmlPunctuation;
    case TokenKind::kTag:
      return Tone::kXmlTag;
    case TokenKind::kAttribute:
      return Tone::kXmlAttribute;
    case TokenKind::kValue:
      return Tone::kXmlValue;
    case TokenKind::kNamespace:
      return Tone::kXmlNamespace;
    case TokenKind::kText:
      return Tone::kXmlText;
    case TokenKind::kNote:
      return Tone::kMuted;
  }
  return Tone::kText;
}

void Theme::apply(float scale) const {
  ImGuiStyle style;
  style.WindowPadding = {12, 8};
  style.FramePadding = {8, 4};
  style.CellPadding = {8, 3};
  style.ItemSpacing = {8, 4};
  style.ItemInnerSpacing = {8, 4};
  style.IndentSpacing = 16;
  style.ScrollbarSize = 12;
  style.GrabMinSize = 24;
  style.WindowBorderSize = 0;
  style.ChildBorderSize = 0;
  style.PopupBorderSize = 1;
  style.FrameBorderSize = 0;
  style.WindowRounding = 0;
  style.ChildRounding = 0;
  style.FrameRounding = 4;
  style.PopupRounding = 6;
  style.ScrollbarRounding = 6;
  style.GrabRounding = 4;
  style.TabRounding = 4;
  style.ScaleAllSizes(scale);

  const auto set = [&](ImGuiCol slot, Tone tone, float alpha = 1) { style.Colors[slot] = vec(tone, alpha); };
  set(ImGuiCol_Text, Tone::kText);
  set(ImGuiCol_TextDisabled, Tone::kFaint);
  set(ImGuiCol_WindowBg, Tone::kWindow);
  set(ImGuiCol_ChildBg, Tone::kPanel);
  set(ImGuiCol_PopupBg, Tone::kRaised);
  set(ImGuiCol_Border, Tone::kBorder);
  set(ImGuiCol_BorderShadow, Tone::kWindow, 0);
  set(ImGuiCol_FrameBg, Tone::kRaised);
  set(ImGuiCol_FrameBgHovered, Tone::kRowHover);
  set(ImGuiCol_FrameBgActive, Tone::kRaised);
  set(ImGuiCol_TitleBg, Tone::kWindow);
  set(ImGuiCol_TitleBgActive, Tone::kWindow);
  set(ImGuiCol_MenuBarBg, Tone::kWindow);
  set(ImGuiCol_ScrollbarBg, Tone::kPanel, 0);
  set(ImGuiCol_ScrollbarGrab, Tone::kScrollbar, 0.6f);
  set(ImGuiCol_ScrollbarGrabHovered, Tone::kScrollbar, 0.9f);
  set(ImGuiCol_ScrollbarGrabActive, Tone::kScrollbar);
  set(ImGuiCol_CheckMark, Tone::kAccent);
  set(ImGuiCol_SliderGrab, Tone::kScrollbar);
  set(ImGuiCol_SliderGrabActive, Tone::kAccent);
  set(ImGuiCol_Button, Tone::kRaised);
  set(ImGuiCol_ButtonHovered, Tone::kSelection);
  set(ImGuiCol_ButtonActive, Tone::kRange);
  set(ImGuiCol_Header, Tone::kSelection);
  set(ImGuiCol_HeaderHovered, Tone::kRowHover);
  set(ImGuiCol_HeaderActive, Tone::kSelection);
  set(ImGuiCol_Separator, Tone::kBorder);
  set(ImGuiCol_SeparatorHovered, Tone::kScrollbar);
  set(ImGuiCol_SeparatorActive, Tone::kAccent);
  set(ImGuiCol_ResizeGrip, Tone::kBorder);
  set(ImGuiCol_ResizeGripHovered, Tone::kScrollbar);
  set(ImGuiCol_ResizeGripActive, Tone::kAccent);
  set(ImGuiCol_TableHeaderBg, Tone::kPanel);
  set(ImGuiCol_TableBorderStrong, Tone::kBorder);
  set(ImGuiCol_TableBorderLight, Tone::kBorder, 0);
  set(ImGuiCol_TableRowBg, Tone::kPanel, 0);
  set(ImGuiCol_TableRowBgAlt, Tone::kPanel, 0);
  set(ImGuiCol_TextSelectedBg, Tone::kRange);
  set(ImGuiCol_NavHighlight, Tone::kAccent);
  set(ImGuiCol_ModalWindowDimBg, Tone::kWindow, 0.6f);
  ImGui::GetStyle() = style;
}

}  // namespace viewer
