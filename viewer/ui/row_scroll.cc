#include "viewer/ui/row_scroll.h"

#include <cmath>

#include "viewer/ui/theme.h"

namespace viewer {

RowScroll::RowScroll(UiContext& c, float room, float row) : c_(c), size_(c.workspace.view().size()) {
  visible_ = std::max<size_t>(1, static_cast<size_t>(std::max(0.0f, room) / row));
  most_ = size_ > visible_ ? size_ - visible_ : 0;
  c.ui.page_rows = visible_ > 1 ? visible_ - 1 : 1;
}

void RowScroll::keep_in_sight() {
  if (const auto target = c_.workspace.take_scroll_target()) {
    constexpr size_t kContext = 2;
    if (*target < first()) c_.ui.table_top = *target > kContext ? *target - kContext : 0;
    if (*target >= first() + visible_) c_.ui.table_top = *target + 1 + kContext - visible_;
  }
  c_.ui.table_top = std::min(c_.ui.table_top, most_);
}

void RowScroll::take_wheel() {
  if (!ImGui::IsWindowHovered(ImGuiHoveredFlags_ChildWindows)) return;
  const float wheel = ImGui::GetIO().MouseWheel;
  if (wheel == 0 || ImGui::GetIO().KeyCtrl) return;
  const auto rows = static_cast<int64_t>(std::lround(-wheel * 3));
  move_to(static_cast<int64_t>(first()) + rows);
  // Scrolling up by hand lets go of the end.
  if (wheel > 0 && c_.workspace.following()) c_.workspace.set_following(false);
}

void RowScroll::draw_bar(ImVec2 at, float width, float height) {
  if (!needed()) return;
  const double share = static_cast<double>(visible_) / static_cast<double>(size_);
  const float thumb = std::max(c_.px(24), static_cast<float>(share) * height);
  const double free = static_cast<double>(height - thumb);
  ImGui::SetCursorScreenPos(at);
  ImGui::InvisibleButton("rows_bar", {width, height});
  const bool held = ImGui::IsItemActive();
  float top = static_cast<float>(free * static_cast<double>(first()) / static_cast<double>(most_));
  if (held && free > 0) {
    const double mouse = static_cast<double>(ImGui::GetIO().MousePos.y - at.y);
    if (ImGui::IsItemActivated()) {
      const bool on_thumb = mouse >= top && mouse <= top + thumb;
      c_.ui.table_grab = on_thumb ? static_cast<float>(mouse) - top : thumb / 2;
    }
    const double wanted = std::clamp((mouse - c_.ui.table_grab) / free, 0.0, 1.0);
    move_to(static_cast<int64_t>(std::llround(wanted * static_cast<double>(most_))));
    if (c_.workspace.following() && first() < most_) c_.workspace.set_following(false);
    top = static_cast<float>(free * static_cast<double>(first()) / static_cast<double>(most_));
  }
  draw_marks(at, width, height);
  const float alpha = held ? 1.0f : ImGui::IsItemHovered() ? 0.9f : 0.6f;
  ImGui::GetWindowDrawList()->AddRectFilled({at.x + c_.px(2), at.y + top},
                                            {at.x + width - c_.px(2), at.y + top + thumb},
                                            c_.theme.u32(Tone::kScrollbar, alpha), c_.px(4));
}

void RowScroll::move_to(int64_t row) {
  c_.ui.table_top = static_cast<size_t>(std::clamp<int64_t>(row, 0, static_cast<int64_t>(most_)));
}

// Where findings lie in the whole, at the bar's edge. Only a bounded number is looked at.
void RowScroll::draw_marks(ImVec2 at, float width, float height) const {
  const Workspace& w = c_.workspace;
  const size_t findings = w.store().findings();
  if (w.order().sort() || findings == 0 || size_ == 0) return;
  constexpr size_t kMost = 400;
  const size_t step = std::max<size_t>(1, findings / kMost);
  ImDrawList* list = ImGui::GetWindowDrawList();
  for (size_t i = 0; i < findings; i += step) {
    const FindingEntry& finding = w.store().finding(i);
    if (finding.severity == parser::Severity::kNote || !w.view().contains(finding.row)) continue;
    const double where = static_cast<double>(w.view().lower_bound(finding.row)) / static_cast<double>(size_);
    const float y = at.y + static_cast<float>(where) * height;
    list->AddRectFilled({at.x + width - c_.px(4), y}, {at.x + width, y + c_.px(2)},
                        c_.theme.u32(Theme::of(finding.severity)));
  }
}

}  // namespace viewer
