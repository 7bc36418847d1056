#include "viewer/ui/draw.h"

namespace viewer {

void draw_lesson_view(UiContext& c) {
  section(c, "LESSON");
}

}  // namespace viewer
