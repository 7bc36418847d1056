// Traffic over time, drawn as bars: what the client says upwards, what the server says downwards. A span of
// time can be dragged in it.
#pragma once

#include <functional>

#include "viewer/model/traffic.h"
#include "viewer/ui/context.h"

namespace viewer {

struct TrafficStrip {
  const char* id;
  // How high the bar of a slice is, in any unit.
  std::function<double(const Traffic&, size_t direction)> amount;
  // What is said of a slice when the pointer rests on it.
  std::function<std::string(const Traffic&, int64_t width_us)> words;
  bool findings = false;  // mark the slices that have some
  bool labels = false;    // the time at both ends, below
};

// At ImGui's cursor, that many pixels large (labels included).
void draw_traffic_strip(UiContext& c, const TrafficOverTime& traffic, const TrafficStrip& strip, ImVec2 size);

}  // namespace viewer
