#include "viewer/ui/draw.h"

namespace viewer {

void draw_statistics_view(UiContext& c) {
  section(c, "STATISTICS");
}

}  // namespace viewer
