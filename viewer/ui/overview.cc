#include "viewer/ui/draw.h"

namespace viewer {

void draw_overview(UiContext& c) {
  section(c, "OVERVIEW");
}

}  // namespace viewer
