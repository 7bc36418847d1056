// Where the parts of a ladder stand on the screen: what everything that draws one shares.
#pragma once

#include <cstddef>
#include <cstdint>

#include "viewer/model/ladder.h"
#include "viewer/ui/context.h"

namespace viewer {

inline constexpr float kLadderScrollbar = 12;
inline constexpr float kLadderLabelsFrom = 24;  // pixels of a row: below, there is no room for words

// Where things stand across the diagram, in pixels of the screen.
struct LadderColumns {
  float left, time_right, client, proxy, server, marks, captions, right;

  float of(parser::Direction sender) const { return sender == parser::Direction::kC2S ? client : server; }
  float to(parser::Direction sender) const { return sender == parser::Direction::kC2S ? server : client; }
};

LadderColumns ladder_columns(const UiContext& c, float left, float right, bool captions);

struct LadderScene {
  UiContext& c;
  Ladder& ladder;
  const CaptureStore& store;
  LadderColumns x;
  float top;
  float height;  // of an item
  RowIndex selected;
  int64_t start_us;
};

float y_of(const LadderScene& s, double item);
// Where the arrow of an item lies.
float line_y(const LadderScene& s, size_t item);

// Requests and their answers, joined at the side of who asked. Pairs that overlap get lanes of their own.
void draw_ladder_pairs(LadderScene& s, size_t first, size_t last);

}  // namespace viewer
