#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "viewer/model/time_format.h"
#include "viewer/ui/draw.h"
#include "viewer/ui/ladder_scene.h"
#include "viewer/ui/paint.h"

namespace viewer {

void draw_ladder_pairs(LadderScene& s, size_t first, size_t last) {
  UiContext& c = s.c;
  constexpr size_t kLanes = 5;
  std::array<std::array<size_t, kLanes>, 2> taken_until{};
  for (size_t i = first; i < last; ++i) {
    if (s.ladder[i].type != LadderItem::Type::kRow) continue;
    const Row& row = s.store.row(s.ladder[i].row);
    if (row.kind != parser::EventKind::kIq) continue;
    const std::optional<size_t> other = s.ladder.partner(i);
    if (!other) continue;
    const size_t begin = std::min(i, *other);
    const size_t end = std::max(i, *other);
    if (end == i && begin >= first) continue;  // drawn with its request
    const Row& request = s.store.row(s.ladder[begin].row);
    const Row& answer = s.store.row(s.ladder[end].row);
    auto& lanes = taken_until[parser::index(request.direction)];
    size_t lane = 0;
    while (lane + 1 < kLanes && lanes[lane] > begin) ++lane;
    lanes[lane] = end;
    const bool client = request.direction == parser::Direction::kC2S;
    const float side = client ? -1.0f : 1.0f;
    const float from = s.x.of(request.direction) + side * c.px(4);
    const float x = from + side * c.px(4 + 5 * static_cast<float>(lane));
    const bool selected = s.ladder[begin].row == s.selected || s.ladder[end].row == s.selected;
    const Tone tone = selected ? Tone::kAccent : Tone::kFaint;
    const float thick = selected ? 2 : 1;
    const float high = std::max(line_y(s, begin), s.top - c.px(4));
    const float low = std::min(line_y(s, end), y_of(s, static_cast<double>(last) + 1));
    paint_line(c, tone, {x, high}, {x, low}, thick);
    if (begin >= first) paint_line(c, tone, {from, high}, {x, high}, thick);
    if (end >= last) continue;
    paint_line(c, tone, {from, low}, {x, low}, thick);
    if (s.height < c.px(kLadderLabelsFrom)) continue;
    ImGui::PushFont(c.fonts.small());
    const std::string rtt = span(answer.rtt_us);
    const float text_y = low - ImGui::GetTextLineHeight();
    if (client) {
      paint_text(c, selected ? Tone::kText : Tone::kMuted, rtt, {x - c.px(52), text_y}, c.px(48),
                 Align::kRight);
    } else {
      paint_text(c, selected ? Tone::kText : Tone::kMuted, rtt, {x + c.px(4), text_y}, c.px(48));
    }
    ImGui::PopFont();
  }
}

}  // namespace viewer
