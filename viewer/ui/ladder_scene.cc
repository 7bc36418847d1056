#include "viewer/ui/ladder_scene.h"

#include <algorithm>
#include <cmath>

namespace viewer {

LadderColumns ladder_columns(const UiContext& c, float left, float right, bool captions) {
  LadderColumns x{};
  x.left = left;
  x.right = right - c.px(kLadderScrollbar);
  const float width = x.right - left;
  const bool room = captions && width > c.px(760);
  x.captions = room ? x.right - std::clamp(width * 0.3f, c.px(240), c.px(420)) : x.right;
  x.time_right = left + c.px(72);
  x.client = x.time_right + c.px(72);  // between them: round trips of what the client asked
  x.server = x.captions - c.px(room ? 84 : 56);
  x.marks = x.server + c.px(36);
  x.proxy = std::floor((x.client + x.server) / 2);
  return x;
}

float y_of(const LadderScene& s, double item) {
  return std::floor(s.top + static_cast<float>((item - s.ladder.window().top()) * s.height));
}

float line_y(const LadderScene& s, size_t item) {
  const float y = y_of(s, static_cast<double>(item));
  return s.height < s.c.px(kLadderLabelsFrom) ? std::floor(y + s.height / 2)
                                              : std::floor(y + s.height - s.c.px(10));
}

}  // namespace viewer
