// The strip below the sessions: the whole capture, waits and bursts, and where something is wrong.
#include <imgui.h>

#include <string>

#include "viewer/model/time_format.h"
#include "viewer/ui/draw.h"
#include "viewer/ui/traffic_strip.h"

namespace viewer {

void draw_overview(UiContext& c) {
  Workspace& w = c.workspace;
  section(c, "OVERVIEW");
  if (const auto& range = w.view().time_range()) {
    ImGui::SameLine(0, c.px(8));
    ImGui::PushFont(c.fonts.small());
    const std::string words = "only " + span(range->end_us - range->begin_us) + "  \u2715";
    if (link(c, "all of the time", words)) w.show_time_range(std::nullopt);
    if (ImGui::IsItemHovered()) ImGui::SetTooltip("show all of the time again");
    ImGui::PopFont();
  }
  gap(c, 6);
  const ImVec2 room = ImGui::GetContentRegionAvail();
  if (w.overview().traffic().empty()) {
    wrapped(c, Tone::kMuted, "How much is said when; drag a time here to see only that.");
    return;
  }
  ImGui::PushFont(c.fonts.small());
  const TrafficStrip strip{
      "overview", [](const Traffic& t, size_t d) { return static_cast<double>(t.all(d)); },
      [](const Traffic& t, int64_t) {
        return counted(t.all(0), "element") + " from the client, " + count(t.all(1)) + " from the server";
      },
      true, true};
  draw_traffic_strip(c, w.overview().traffic(), strip, {room.x, room.y - c.px(2)});
  ImGui::PopFont();
}

}  // namespace viewer
