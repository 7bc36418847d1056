#include "viewer/ui/draw.h"

namespace viewer {

void draw_compare_view(UiContext& c) {
  section(c, "COMPARE");
}

}  // namespace viewer
