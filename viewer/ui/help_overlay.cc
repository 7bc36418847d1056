// Every key, from the one table of keys.
#include <imgui.h>
#include <imgui_internal.h>

#include <string>

#include "viewer/ui/draw.h"

namespace viewer {

void draw_help_overlay(UiContext& c) {
  const ImGuiViewport* screen = ImGui::GetMainViewport();
  ImGui::SetNextWindowPos(screen->GetCenter(), ImGuiCond_Always, {0.5f, 0.5f});
  ImGui::SetNextWindowBgAlpha(1);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(c.px(24), c.px(20)));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, c.px(8));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, c.px(1));
  ImGui::PushStyleColor(ImGuiCol_WindowBg, c.theme.u32(Tone::kRaised));
  constexpr auto kFlags = ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                          ImGuiWindowFlags_AlwaysAutoResize | ImGuiWindowFlags_NoSavedSettings |
                          ImGuiWindowFlags_NoNav;
  ImGui::Begin("help", nullptr, kFlags);
  ImGui::PushFont(c.fonts.title());
  text(c, Tone::kText, "Keys");
  ImGui::PopFont();
  std::string_view group;
  size_t lines = 0;
  const size_t half = key_bindings().size() / 2;
  ImGui::BeginGroup();
  for (const KeyBinding& binding : key_bindings()) {
    if (binding.group != group) {
      // The second column begins with a group.
      if (lines + 2 >= half) {
        lines = 0;
        ImGui::EndGroup();
        ImGui::SameLine(0, c.px(40));
        ImGui::BeginGroup();
      }
      group = binding.group;
      gap(c, 12);
      section(c, group);
    }
    ++lines;
    const float left = ImGui::GetCursorPosX();
    ImGui::PushFont(c.fonts.mono());
    text(c, Tone::kText, binding.shown);
    ImGui::PopFont();
    ImGui::SameLine();
    ImGui::SetCursorPosX(left + c.px(104));
    text(c, Tone::kMuted, binding.help);
  }
  ImGui::EndGroup();
  gap(c, 12);
  ImGui::PushFont(c.fonts.small());
  text(c, Tone::kFaint,
       "Double click on an address, an id or a kind: filter for it. Right click: more. Ctrl and Shift click: "
       "pick "
       "several rows.   Esc closes.");
  ImGui::PopFont();
  ImGui::BringWindowToDisplayFront(ImGui::GetCurrentWindow());
  ImGui::End();
  ImGui::PopStyleColor();
  ImGui::PopStyleVar(3);
}

}  // namespace viewer
