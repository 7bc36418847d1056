// The line below everything: where one is, what was just done, the keys to begin with.
#include <imgui.h>

#include <string>

#include "viewer/model/time_format.h"
#include "viewer/ui/draw.h"

namespace viewer {

void draw_status_bar(UiContext& c) {
  const Workspace& w = c.workspace;
  ImGui::PushFont(c.fonts.small());
  std::string left;
  if (w.selection().row) {
    const size_t at = w.view().lower_bound(*w.selection().row);
    left = w.view().contains(*w.selection().row) ? "row " + count(at + 1) + " of " + count(w.view().size())
                                                 : "the selected row is hidden by the filter";
  } else {
    left = counted(w.view().size(), "row");
  }
  text(c, Tone::kMuted, left);
  const Totals totals = w.store().totals();
  if (const size_t picked = w.picked_rows().size(); picked > 1) {
    ImGui::SameLine(0, c.px(12));
    text(c, Tone::kAccent, count(picked) + " picked");
  }
  if (!w.message().empty()) {
    ImGui::SameLine(0, c.px(20));
    text(c, w.message_is_error() ? Tone::kError : Tone::kText,
         display_text(w.message(), Lines::kEscape, w.drawable()));
  }
  ImGui::SameLine(0, c.px(20));
  text(c, Tone::kFaint, bytes_amount(totals.memory_bytes) + " in memory");
  const std::string keys =
      "j k move \u00b7 n next finding \u00b7 e next error \u00b7 / find \u00b7 f filter \u00b7 ? all keys";
  const float width = ImGui::CalcTextSize(keys.c_str()).x;
  ImGui::SameLine(ImGui::GetWindowWidth() - width - c.px(12));
  text(c, Tone::kFaint, keys);
  ImGui::PopFont();
}

}  // namespace viewer
