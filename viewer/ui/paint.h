// Drawing at a place rather than at ImGui's cursor: what diagrams and charts are made of. All positions are
// screen pixels, in the current window and font.
#pragma once

#include <string_view>

#include "viewer/ui/context.h"

namespace viewer {

enum class Align : uint8_t { kLeft, kCentre, kRight };

// One line within `width` from `at`, ended by … where it is longer. Answers how wide it became.
float paint_text(const UiContext& c, Tone tone, std::string_view words, ImVec2 at, float width,
                 Align align = Align::kLeft);
// As many whole lines as `height` has room for, broken at `width`; the last one ends in … where there is
// more.
void paint_wrapped(const UiContext& c, Tone tone, std::string_view words, ImVec2 at, float width,
                   float height);
float text_width(std::string_view words);

void paint_box(const UiContext& c, Tone tone, ImVec2 from, ImVec2 to, float rounding = 0, float alpha = 1);
void paint_frame(const UiContext& c, Tone tone, ImVec2 from, ImVec2 to, float rounding = 0, float alpha = 1);
void paint_line(const UiContext& c, Tone tone, ImVec2 from, ImVec2 to, float thickness = 1, float alpha = 1);
// A level line with a head at its `to`, that many pixels at scale 1; 0: none.
void paint_arrow(const UiContext& c, Tone tone, ImVec2 from, ImVec2 to, float thickness, float head = 5);
void paint_dashed(const UiContext& c, Tone tone, ImVec2 from, ImVec2 to);
// A heading of a card with its explanation beside it, at ImGui's cursor.
void card_title(const UiContext& c, std::string_view title, std::string_view explanation);

}  // namespace viewer
