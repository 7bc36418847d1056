// Everything is painted: rows are equally high, so what is in sight follows from the scroll position alone.
#include "viewer/ui/ladder_diagram.h"

#include <imgui.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "viewer/model/time_format.h"
#include "viewer/ui/draw.h"
#include "viewer/ui/ladder_scene.h"
#include "viewer/ui/paint.h"

namespace viewer {

namespace {

using parser::EventKind;

using Columns = LadderColumns;
using Scene = LadderScene;

void draw_names(const UiContext& c, const Columns& x, float y, const ConnectionSummary& of) {
  const auto name = [&](float at, Tone tone, std::string_view role, const std::string& who, Align align) {
    const float half = (x.server - x.client) / 2 - c.px(24);
    const float left = align == Align::kLeft    ? at - c.px(8)
                       : align == Align::kRight ? at - half
                                                : at - half / 2;
    ImGui::PushFont(c.fonts.semibold());
    paint_text(c, tone, role, {left, y + c.px(5)}, align == Align::kRight ? half + c.px(8) : half, align);
    ImGui::PopFont();
    ImGui::PushFont(c.fonts.small());
    paint_text(c, Tone::kMuted, display_text(who, Lines::kEscape, c.workspace.drawable()),
               {left, y + c.px(21)}, align == Align::kRight ? half + c.px(8) : half, align);
    ImGui::PopFont();
  };
  const std::string client = !of.bound_jid.empty() ? of.bound_jid
                             : of.info.client.address.empty()
                                 ? std::string()
                                 : of.info.client.address + ':' + std::to_string(of.info.client.port);
  name(x.client, Tone::kClient, "client", client, Align::kLeft);
  name(x.proxy, Tone::kText, "proxy", "stanzascope", Align::kCentre);
  name(x.server, Tone::kServer, "server", of.domain.empty() ? of.info.server.address : of.domain,
       Align::kRight);
  if (x.captions < x.right) {
    ImGui::PushFont(c.fonts.small());
    paint_text(c, Tone::kFaint, "WHOSE TURN    WHAT IS GOING ON", {x.captions, y + c.px(21)},
               x.right - x.captions);
    ImGui::PopFont();
  }
}

void draw_heading(Scene& s, size_t i, float y) {
  UiContext& c = s.c;
  const std::string words = s.ladder.heading(i);
  const float middle = std::floor(y + s.height / 2);
  const float text_y = middle - ImGui::GetTextLineHeight() / 2;
  const bool small = s.height < c.px(14);
  if (s.ladder[i].type == LadderItem::Type::kWait) {
    // The lifelines are interrupted: time passed here that the diagram has no room for.
    for (const float x : {s.x.client, s.x.proxy, s.x.server}) {
      paint_box(c, Tone::kPanel, {x - c.px(2), y}, {x + c.px(2), y + s.height});
      paint_dashed(c, Tone::kFaint, {x, y}, {x, y + s.height});
    }
    if (small) return;
    const float width = text_width(words) + c.px(20);
    const float left = s.x.proxy - width / 2;
    paint_box(c, Tone::kPanel, {left, y}, {left + width, y + s.height});
    paint_text(c, Tone::kFaint, words, {left, text_y}, width, Align::kCentre);
    return;
  }
  const bool connection = s.ladder[i].type == LadderItem::Type::kConnection;
  paint_box(c, connection ? Tone::kSelection : Tone::kRaised, {s.x.left, y + 1},
            {s.x.right, y + s.height - 1});
  if (small) return;
  ImGui::PushFont(c.fonts.semibold());
  paint_text(c, Tone::kText, words, {s.x.left + c.px(12), text_y}, s.x.right - s.x.left - c.px(24));
  ImGui::PopFont();
}

// A band over one leg: TLS is a matter of two neighbours.
void draw_tls(Scene& s, const Row& row, const Ladder::Words& words, float y) {
  const bool server = row.has(Row::kServerLeg);
  const float left = server ? s.x.proxy : s.x.client;
  const float right = server ? s.x.server : s.x.proxy;
  UiContext& c = s.c;
  const ImVec2 from{left + c.px(8), y + c.px(4)};
  const ImVec2 to{right - c.px(8), y + s.height - c.px(4)};
  paint_box(c, Tone::kSelection, from, to, 4);
  if (s.height < c.px(kLadderLabelsFrom)) return;
  ImGui::PushFont(c.fonts.small());
  paint_text(c, Tone::kText, words.summary,
             {from.x + c.px(8), (from.y + to.y - ImGui::GetTextLineHeight()) / 2}, to.x - from.x - c.px(16),
             Align::kCentre);
  ImGui::PopFont();
}

void draw_closed(Scene& s, const Row& row, const Ladder::Words& words, float y) {
  UiContext& c = s.c;
  const Tone tone = row.has(Row::kBrokenOff) ? Tone::kError : Tone::kMuted;
  const float line = std::floor(y + s.height / 2);
  const float arm = c.px(4);
  for (const float x : {s.x.client, s.x.server}) {
    paint_line(c, tone, {x - arm, line - arm}, {x + arm, line + arm}, 2);
    paint_line(c, tone, {x - arm, line + arm}, {x + arm, line - arm}, 2);
  }
  paint_line(c, tone, {s.x.client + arm * 2, line}, {s.x.server - arm * 2, line}, 1, 0.5f);
  if (s.height < c.px(kLadderLabelsFrom)) return;
  const float width = std::min(text_width(words.summary) + c.px(16), s.x.server - s.x.client - c.px(40));
  const float left = (s.x.client + s.x.server - width) / 2;
  const float text_y = line - ImGui::GetTextLineHeight() / 2;
  paint_box(c, Tone::kPanel, {left, text_y}, {left + width, text_y + ImGui::GetTextLineHeight()});
  paint_text(c, tone, words.summary, {left + c.px(8), text_y}, width - c.px(16), Align::kCentre);
}

// Facts of the proxy: a connection made (an arrow of one leg), or a note at its lifeline.
void draw_fact(Scene& s, const Row& row, const Ladder::Words& words, size_t i, float y) {
  UiContext& c = s.c;
  if (row.kind == EventKind::kTls) {
    draw_tls(s, row, words, y);
    return;
  }
  if (row.kind == EventKind::kClosed) {
    draw_closed(s, row, words, y);
    return;
  }
  const bool labels = s.height >= c.px(kLadderLabelsFrom);
  const float line = line_y(s, i);
  if (row.kind == EventKind::kOpened || row.kind == EventKind::kUpstream) {
    const bool upstream = row.kind == EventKind::kUpstream;
    const float from = upstream ? s.x.proxy : s.x.client;
    const float to = upstream ? s.x.server : s.x.proxy;
    paint_arrow(c, Tone::kMuted, {from, line}, {to, line}, 1);
    if (labels) {
      paint_text(c, Tone::kMuted, words.summary,
                 {from + c.px(12), line - ImGui::GetTextLineHeight() - c.px(3)}, to - from - c.px(24));
    }
    return;
  }
  const Tone tone = row.kind == EventKind::kEdit ? Tone::kEdit : Tone::kMuted;
  const float middle = std::floor(y + s.height / 2);
  ImGui::GetWindowDrawList()->AddCircleFilled({s.x.proxy, middle}, c.px(4), c.theme.u32(tone));
  if (!labels) return;
  const std::string text = row.kind == EventKind::kEdit ? "\u270e " + words.summary : words.summary;
  const float text_y = middle - ImGui::GetTextLineHeight() / 2;
  const float width = std::min(text_width(text), s.x.server - s.x.proxy - c.px(24));
  paint_box(c, Tone::kPanel, {s.x.proxy + c.px(8), text_y},
            {s.x.proxy + c.px(16) + width, text_y + c.px(18)});
  paint_text(c, tone, text, {s.x.proxy + c.px(12), text_y}, width + 1);
}

// The words on an arrow: its kind, then what it says, on a ground that clears the proxy's lifeline.
void draw_label(Scene& s, const Row& row, const Ladder::Words& words, float line, Tone ground) {
  UiContext& c = s.c;
  const bool from_client = row.direction == parser::Direction::kC2S;
  const float room = s.x.server - s.x.client - c.px(28);
  const float text_y = line - ImGui::GetTextLineHeight() - c.px(3);
  ImGui::PushFont(c.fonts.semibold());
  const float kind = std::min(text_width(words.kind), room / 2);
  ImGui::PopFont();
  const bool says_more = words.summary != words.kind;
  const float summary = says_more ? std::min(text_width(words.summary), room - kind - c.px(8)) : 0;
  const float whole = std::min(room, kind + c.px(8) + summary);
  float at = from_client ? s.x.client + c.px(14) : s.x.server - c.px(14) - whole;
  // Only what crosses the proxy's line needs the ground.
  if (at < s.x.proxy && at + whole > s.x.proxy) {
    paint_box(c, ground, {s.x.proxy - c.px(2), text_y},
              {s.x.proxy + c.px(2), text_y + ImGui::GetTextLineHeight()});
  }
  ImGui::PushFont(c.fonts.semibold());
  at += paint_text(c, Theme::of(row.direction), words.kind, {at, text_y}, kind + 1) + c.px(8);
  ImGui::PopFont();
  if (says_more) paint_text(c, Tone::kText, words.summary, {at, text_y}, summary + 1);
}

void draw_element(Scene& s, const Row& row, const Ladder::Words& words, size_t i, Tone ground) {
  UiContext& c = s.c;
  const Tone tone = Theme::of(row.direction);
  const float line = line_y(s, i);
  const bool selected = s.ladder[i].row == s.selected;
  const float thick = selected ? 2.0f : s.height < c.px(12) ? 1.0f : 1.5f;
  const float from = s.x.of(row.direction);
  const float to = s.x.to(row.direction);
  const bool edited = row.has(Row::kEdited);
  // The proxy passes on what it was sent, or something else: the second leg says which.
  // Also from afar the head says which way it goes, and not its hue alone.
  const float head = std::min(5.0f, s.height / c.scale * 0.5f);
  paint_arrow(c, tone, {from, line}, {s.x.proxy, line}, thick, 0);
  paint_arrow(c, edited ? Tone::kEdit : tone, {s.x.proxy, line}, {to, line}, thick, head);
  if (s.height >= c.px(10)) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    if (edited) {
      const float r = c.px(6);
      list->AddQuadFilled({s.x.proxy - r, line}, {s.x.proxy, line - r}, {s.x.proxy + r, line},
                          {s.x.proxy, line + r}, c.theme.u32(Tone::kEdit));
    } else {
      list->AddCircleFilled({s.x.proxy, line}, c.px(2.5f), c.theme.u32(tone));
    }
  }
  if (s.height >= c.px(kLadderLabelsFrom)) draw_label(s, row, words, line, ground);
}

void draw_marks(Scene& s, const Row& row, float y) {
  UiContext& c = s.c;
  const float middle = y + s.height / 2;
  if (row.has(Row::kEdited) && s.height >= c.px(14)) {
    paint_text(c, Tone::kEdit, "\u270e", {s.x.marks - c.px(18), middle - ImGui::GetTextLineHeight() / 2},
               c.px(16));
  }
  if (row.findings == 0) return;
  if (s.height < c.px(14)) {
    paint_box(c, Theme::of(row.worst), {s.x.marks, y},
              {s.x.marks + c.px(8), y + std::max(1.0f, s.height - 1)});
    return;
  }
  std::string mark(severity_mark(row.worst));
  if (row.findings > 1) mark += ' ' + std::to_string(row.findings);
  paint_text(c, Theme::of(row.worst), mark, {s.x.marks, middle - ImGui::GetTextLineHeight() / 2}, c.px(44));
}

void draw_caption(Scene& s, const Ladder::Words& words, float y) {
  UiContext& c = s.c;
  const float turn_width = c.px(76);
  const float width = s.x.right - s.x.captions - turn_width - c.px(8);
  if (width < c.px(100) || s.height < c.px(kLadderLabelsFrom)) return;
  ImGui::PushFont(c.fonts.small());
  const float line = ImGui::GetTextLineHeight();
  const float lines = std::floor((s.height - c.px(2)) / line);
  const bool one_line = text_width(words.caption.brief) <= width;
  const float high = std::min(lines, one_line ? 1.0f : 2.0f) * line;
  const float top = y + std::max(c.px(1), (s.height - (lines >= 4 ? lines * line : high)) / 2);
  const Turn turn = words.caption.turn;
  const Tone tone = turn == Turn::kClient   ? Tone::kClient
                    : turn == Turn::kServer ? Tone::kServer
                                            : Tone::kMuted;
  const float left = s.x.captions + turn_width;
  paint_text(c, tone, turn == Turn::kNobody ? "over" : std::string(turn_words(turn)) + " next",
             {s.x.captions, lines >= 4 ? top + (lines - 2) * line : top}, turn_width - c.px(4));
  if (lines >= 4) {
    // Zoomed in, there is room for what the step is, too.
    paint_wrapped(c, Tone::kText, words.caption.what, {left, top}, width, (lines - 2) * line);
    paint_wrapped(c, Tone::kMuted, words.caption.next, {left, top + (lines - 2) * line}, width, line * 2);
  } else {
    paint_wrapped(c, Tone::kMuted, words.caption.brief, {left, top}, width, high);
  }
  ImGui::PopFont();
}

void draw_scrollbar(UiContext& c, ScrollWindow& window, ImVec2 from, ImVec2 to) {
  if (window.furthest() <= 0) return;
  const double all = window.furthest() + window.in_sight();
  const float room = to.y - from.y;
  const float grab = std::max(c.px(24), room * static_cast<float>(window.in_sight() / all));
  ImGui::SetCursorScreenPos(from);
  ImGui::InvisibleButton("scrollbar", {to.x - from.x, room});
  if (ImGui::IsItemActive() && room > grab) {
    const float at = std::clamp((ImGui::GetIO().MousePos.y - from.y - grab / 2) / (room - grab), 0.0f, 1.0f);
    window.go_to(window.furthest() * static_cast<double>(at));
  }
  const float top = from.y + (room - grab) * static_cast<float>(window.top() / window.furthest());
  const float alpha = ImGui::IsItemActive() ? 1.0f : ImGui::IsItemHovered() ? 0.9f : 0.6f;
  paint_box(c, Tone::kScrollbar, {from.x + c.px(3), top}, {to.x - c.px(3), top + grab}, 4, alpha);
}

// Wheel, Ctrl and wheel, dragging; answers the item under the pointer.
std::optional<size_t> take_pointer(UiContext& c, Ladder& ladder, ImVec2 from, ImVec2 to) {
  ScrollWindow& window = ladder.window();
  ImGui::SetCursorScreenPos(from);
  ImGui::InvisibleButton(
      "ladder", {std::max(1.0f, to.x - from.x - c.px(kLadderScrollbar)), std::max(1.0f, to.y - from.y)});
  const ImGuiIO& io = ImGui::GetIO();
  if (ImGui::IsItemActive() && ImGui::IsMouseDragging(ImGuiMouseButton_Left)) {
    c.workspace.set_following(false);
    window.pan(static_cast<double>(-io.MouseDelta.y / c.scale));
    return std::nullopt;
  }
  const bool hovered = ImGui::IsItemHovered();
  const double below = static_cast<double>((io.MousePos.y - from.y) / c.scale);
  if (hovered && io.MouseWheel != 0) {
    if (io.KeyCtrl) {
      window.zoom(std::pow(1.15, static_cast<double>(io.MouseWheel)), below);
    } else {
      window.pan(static_cast<double>(-io.MouseWheel) * 80);
      // Scrolling up stops following, arriving at the end goes on with it.
      if (c.workspace.live()) c.workspace.set_following(window.top() >= window.furthest() - 0.5);
    }
  }
  if (!hovered) return std::nullopt;
  const double item = window.top() + below / window.item_height();
  if (item < 0 || item >= static_cast<double>(ladder.size())) return std::nullopt;
  return static_cast<size_t>(item);
}

void draw_rungs(Scene& s, size_t first, size_t last, size_t hovered, const LadderLook& look) {
  UiContext& c = s.c;
  const size_t known = std::min(last, look.hidden_from);
  for (size_t i = first; i < known; ++i) {
    const float y = y_of(s, static_cast<double>(i));
    if (s.ladder[i].type != LadderItem::Type::kRow) {
      draw_heading(s, i, y);
      continue;
    }
    const RowIndex index = s.ladder[i].row;
    const bool whole_width = index == s.selected || i == hovered;
    const Tone ground = index == s.selected      ? Tone::kSelection
                        : i == hovered           ? Tone::kRowHover
                        : s.ladder.negotiates(i) ? Tone::kRaised
                                                 : Tone::kPanel;
    if (ground != Tone::kPanel) {
      paint_box(c, ground, {whole_width ? s.x.left : s.x.client, y},
                {whole_width ? s.x.right : s.x.server, y + s.height});
      for (const float x : {s.x.client, s.x.proxy, s.x.server}) {
        paint_line(c, Tone::kScrollbar, {x, y}, {x, y + s.height});
      }
    }
    const Row& row = s.store.row(index);
    // Far out nothing is written, so nothing is read.
    static const Ladder::Words kNothing;
    const Ladder::Words& words = s.height >= c.px(kLadderLabelsFrom) ? s.ladder.words(index) : kNothing;
    if (parser::is_element(row.kind)) {
      draw_element(s, row, words, i, ground);
    } else {
      draw_fact(s, row, words, i, y);
    }
    draw_marks(s, row, y);
    if (s.height >= c.px(14)) {
      ImGui::PushFont(c.fonts.small());
      paint_text(c, Tone::kFaint, since_start(row.time_us, s.start_us),
                 {s.x.left, y + (s.height - ImGui::GetTextLineHeight()) / 2}, s.x.time_right - s.x.left,
                 Align::kRight);
      ImGui::PopFont();
    }
    if (look.captions) draw_caption(s, words, y);
  }
  draw_ladder_pairs(s, first, known);
}

}  // namespace

RowIndex draw_ladder(UiContext& c, Ladder& ladder, ImVec2 from, ImVec2 to, const LadderLook& look) {
  ScrollWindow& window = ladder.window();
  const CaptureStore& store = c.workspace.store();
  const ImVec2 body{from.x, from.y + c.px(kLadderHeader)};
  const size_t all = std::min(ladder.size(), look.hidden_from);
  const bool hides = all < ladder.size();
  window.resize(all + (hides ? 1 : 0), static_cast<double>((to.y - body.y) / c.scale));
  const std::optional<size_t> under = take_pointer(c, ladder, body, to);
  draw_scrollbar(c, window, {to.x - c.px(kLadderScrollbar), body.y}, to);

  Scene s{c,
          ladder,
          store,
          ladder_columns(c, from.x, to.x, look.captions),
          body.y,
          static_cast<float>(window.item_height()) * c.scale,
          c.workspace.selection().row.value_or(kNoRow),
          c.workspace.start_us()};
  if (ladder.connection()) {
    ConnectionSummary of = store.connection(*ladder.connection());
    // A connection that resumed binds nothing: the address is that of the one before.
    if (of.bound_jid.empty() && ladder.connections().size() > 1) {
      of.bound_jid = store.connection(ladder.connections().front()).bound_jid;
    }
    draw_names(c, s.x, from.y, of);
  }
  paint_line(c, Tone::kBorder, {from.x, body.y}, {to.x, body.y});
  const auto first = static_cast<size_t>(window.top());
  const auto last = std::min(all, first + static_cast<size_t>(window.in_sight()) + 2);
  ImGui::PushClipRect(body, to, true);
  const float end = std::min(to.y, y_of(s, static_cast<double>(all)));
  for (const float x : {s.x.client, s.x.proxy, s.x.server}) {
    paint_line(c, Tone::kScrollbar, {x, body.y}, {x, end});
  }
  draw_rungs(s, first, last, under && *under < all ? *under : ~size_t{0}, look);
  if (hides) {
    // What comes next is there, and is not told.
    const float y = y_of(s, static_cast<double>(all));
    const float line = std::floor(y + s.height * 0.7f);
    paint_dashed(c, Tone::kFaint, {s.x.client, line}, {s.x.server, line});
    const float width = s.x.server - s.x.client;
    const std::string_view words = "what comes next?";
    const float half = text_width(words) / 2 + c.px(8);
    const float text_y = line - ImGui::GetTextLineHeight() / 2;
    paint_box(c, Tone::kPanel, {s.x.client + width / 2 - half, text_y},
              {s.x.client + width / 2 + half, text_y + ImGui::GetTextLineHeight()});
    paint_text(c, Tone::kFaint, words, {s.x.client, text_y}, width, Align::kCentre);
  }
  ImGui::PopClipRect();
  if (!under || *under >= all || ladder[*under].type != LadderItem::Type::kRow) return kNoRow;
  return ladder[*under].row;
}

}  // namespace viewer
