#include "viewer/ui/draw.h"

namespace viewer {

void draw_ladder_view(UiContext& c) {
  section(c, "LADDER");
}

}  // namespace viewer
