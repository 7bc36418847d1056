#include "viewer/ui/traffic_strip.h"

#include <imgui.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "viewer/model/time_format.h"
#include "viewer/ui/draw.h"
#include "viewer/ui/paint.h"

namespace viewer {

namespace {

// The time that the strip shows, on its pixels.
struct Axis {
  float left, right;
  int64_t begin, end;

  float x(int64_t us) const {
    const double share =
        static_cast<double>(us - begin) / static_cast<double>(std::max<int64_t>(1, end - begin));
    return left + (right - left) * static_cast<float>(std::clamp(share, 0.0, 1.0));
  }
  int64_t at(float pixel) const {
    const double share = std::clamp(
        static_cast<double>(pixel - left) / std::max(1.0, static_cast<double>(right - left)), 0.0, 1.0);
    return begin + static_cast<int64_t>(share * static_cast<double>(end - begin));
  }
};

void draw_bars(UiContext& c, const TrafficOverTime& traffic, const TrafficStrip& strip, const Axis& axis,
               float top, float bottom) {
  const float zero = std::floor((top + bottom) / 2);
  const float room = (bottom - top) / 2 - 1;
  // Slices that fall on the same pixels are one bar, as high as the highest of them.
  const auto bars = static_cast<size_t>(std::max(1.0f, (axis.right - axis.left) / c.px(3)));
  std::vector<std::array<double, 2>> heights(bars, {0, 0});
  double highest = 0;
  for (size_t slice = 0; slice < traffic.size(); ++slice) {
    const float from = axis.x(traffic.slice_start_us(slice));
    const auto bar = std::min(bars - 1, static_cast<size_t>((from - axis.left) / c.px(3)));
    for (size_t d = 0; d < 2; ++d) {
      heights[bar][d] = std::max(heights[bar][d], strip.amount(traffic[slice], d));
      highest = std::max(highest, heights[bar][d]);
    }
  }
  paint_line(c, Tone::kBorder, {axis.left, zero}, {axis.right, zero});
  if (highest <= 0) return;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const std::array<ImU32, 2> colours = {c.theme.u32(Tone::kClient), c.theme.u32(Tone::kServer)};
  for (size_t bar = 0; bar < bars; ++bar) {
    const float x = axis.left + static_cast<float>(bar) * c.px(3);
    for (size_t d = 0; d < 2; ++d) {
      if (heights[bar][d] <= 0) continue;
      // The root, so that one stanza can be seen beside a burst of a thousand.
      const float high =
          std::max(c.px(1.5f), room * static_cast<float>(std::sqrt(heights[bar][d] / highest)));
      list->AddRectFilled({x, d == 0 ? zero - high : zero + 1},
                          {x + c.px(2), d == 0 ? zero : zero + 1 + high}, colours[d]);
    }
  }
}

void draw_findings(UiContext& c, const TrafficOverTime& traffic, const Axis& axis, float y) {
  for (size_t slice = 0; slice < traffic.size(); ++slice) {
    const auto& found = traffic[slice].findings;
    for (size_t severity = found.size(); severity-- > 0;) {
      if (found[severity] == 0) continue;
      const float x = axis.x(traffic.slice_start_us(slice));
      const float r = c.px(severity == 0 ? 1.5f : 2.5f);
      ImGui::GetWindowDrawList()->AddCircleFilled(
          {x, y}, r, c.theme.u32(Theme::of(static_cast<parser::Severity>(severity))));
      break;
    }
  }
}

// Dragging picks a time, a click without dragging gives all of it back.
void take_drag(UiContext& c, const Axis& axis, float top, float bottom) {
  const ImGuiIO& io = ImGui::GetIO();
  const float began = io.MouseClickedPos[ImGuiMouseButton_Left].x;
  const bool dragged = std::abs(io.MousePos.x - began) >= c.px(3);
  if (ImGui::IsItemActive() && dragged) {
    paint_box(c, Tone::kAccent, {std::min(began, io.MousePos.x), top},
              {std::max(began, io.MousePos.x), bottom}, 0, 0.25f);
  }
  if (!ImGui::IsItemDeactivated()) return;
  if (!dragged) {
    c.workspace.show_time_range(std::nullopt);
    return;
  }
  const int64_t a = axis.at(began);
  const int64_t b = axis.at(io.MousePos.x);
  c.workspace.show_time_range(TimeRange{std::min(a, b), std::max(a, b)});
}

}  // namespace

void draw_traffic_strip(UiContext& c, const TrafficOverTime& traffic, const TrafficStrip& strip,
                        ImVec2 size) {
  const ImVec2 from = ImGui::GetCursorScreenPos();
  size = {std::max(size.x, c.px(24)), std::max(size.y, c.px(16))};
  ImGui::InvisibleButton(strip.id, size);
  const float label = strip.labels ? ImGui::GetFontSize() : 0;
  const float bottom = from.y + size.y - label;
  paint_box(c, Tone::kRaised, from, {from.x + size.x, bottom}, 2, 0.6f);
  if (traffic.empty()) return;
  const Axis axis{from.x, from.x + size.x, traffic.start_us(),
                  std::max(traffic.last_us(), traffic.start_us() + TrafficOverTime::kFinest)};
  // A strip of nothing but the chosen time needs no mark.
  const auto& range = c.workspace.view().time_range();
  if (range && (range->begin_us > axis.begin || range->end_us < axis.end)) {
    const float left = axis.x(range->begin_us);
    paint_box(c, Tone::kRange, {left, from.y}, {std::max(axis.x(range->end_us), left + 1), bottom});
  }
  draw_bars(c, traffic, strip, axis, from.y + c.px(2), bottom - c.px(strip.findings ? 7 : 2));
  if (strip.findings) draw_findings(c, traffic, axis, bottom - c.px(3.5f));
  if (const auto& row = c.workspace.selection().row) {
    const float x = std::floor(axis.x(c.workspace.store().row(*row).time_us));
    paint_line(c, Tone::kText, {x, from.y}, {x, bottom}, 1, 0.8f);
  }
  take_drag(c, axis, from.y, bottom);
  if (ImGui::IsItemHovered() && !ImGui::IsItemActive()) {
    const int64_t us = axis.at(ImGui::GetIO().MousePos.x);
    const auto slice =
        static_cast<size_t>(std::max<int64_t>(0, us - traffic.start_us()) / traffic.width_us());
    if (slice < traffic.size()) {
      ImGui::SetTooltip("%s s, for %s\n%s\ndrag: only that time   click: all of it",
                        since_start(us, c.workspace.start_us()).c_str(), span(traffic.width_us()).c_str(),
                        strip.words(traffic[slice], traffic.width_us()).c_str());
    }
  }
  if (!strip.labels) return;
  paint_text(c, Tone::kFaint, since_start(axis.begin, c.workspace.start_us()), {from.x, bottom + 1},
             size.x / 2);
  paint_text(c, Tone::kFaint, since_start(axis.end, c.workspace.start_us()) + " s",
             {from.x + size.x / 2, bottom + 1}, size.x / 2, Align::kRight);
}

}  // namespace viewer
