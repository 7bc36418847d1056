// Figures as cards: when, how fast, of what, by whom. Hues say direction here as everywhere; bars that say
// how much are grey.
#include <imgui.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string>
#include <vector>

#include "viewer/model/kinds.h"
#include "viewer/model/time_format.h"
#include "viewer/ui/draw.h"
#include "viewer/ui/paint.h"
#include "viewer/ui/traffic_strip.h"

namespace viewer {

namespace {

constexpr size_t kRows = 8;  // of each table

std::string shown(const UiContext& c, std::string_view words) {
  return display_text(words, Lines::kEscape, c.workspace.drawable());
}

std::string scope_words(const Workspace& w) {
  const RowFilter& view = w.view();
  std::string words = view.active() ? count(view.size()) + " of " + counted(w.store().rows(), "row")
                                    : "all " + counted(w.store().rows(), "row");
  if (view.connection() || view.session()) words += ", one session";
  if (view.time_range()) words += ", " + span(view.time_range()->end_us - view.time_range()->begin_us);
  if (!w.statistics().complete() && w.store().rows() > 0) {
    words += " \u00b7 counted " + std::to_string(w.statistics().taken() * 100 / w.store().rows()) + " %";
  }
  return words;
}

std::string per_second(uint64_t n, int64_t us) {
  const double rate = static_cast<double>(n) * 1e6 / static_cast<double>(std::max<int64_t>(us, 1));
  char out[32];
  std::snprintf(out, sizeof out, rate < 10 ? "%.1f/s" : "%.0f/s", rate);
  return out;
}

// One figure with its name below, several beside each other.
void tiles(UiContext& c, std::span<const std::array<std::string, 2>> figures) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x / static_cast<float>(figures.size());
  for (size_t i = 0; i < figures.size(); ++i) {
    const float x = at.x + static_cast<float>(i) * width;
    ImGui::PushFont(c.fonts.title());
    paint_text(c, Tone::kText, figures[i][0], {x, at.y}, width - c.px(8));
    ImGui::PopFont();
    ImGui::PushFont(c.fonts.small());
    paint_text(c, Tone::kFaint, figures[i][1], {x, at.y + c.px(24)}, width - c.px(8));
    ImGui::PopFont();
  }
  ImGui::Dummy({0, c.px(40)});
}

struct Figure {
  std::string words;
  Tone tone = Tone::kText;
};

struct FigureRow {
  std::string name;
  std::string hint;  // shown when the pointer rests on the row, and beside the name where it is no advice
  std::vector<Figure> figures;
  double share = 0;       // of the largest row, for the bar under it
  RowIndex row = kNoRow;  // that a click selects
};

// Names at the left, figures in columns at the right, a bar under each row.
void figure_table(UiContext& c, const char* id, std::string_view name, std::span<const char* const> columns,
                  const std::vector<FigureRow>& rows, std::string_view nothing) {
  if (rows.empty()) {
    wrapped(c, Tone::kMuted, nothing);
    return;
  }
  ImGui::PushID(id);
  const float column = c.px(72);
  const float width = ImGui::GetContentRegionAvail().x - c.px(8);
  const float names = std::max(c.px(80), width - column * static_cast<float>(columns.size()));
  const auto cell_x = [&](float left, size_t i) { return left + names + column * static_cast<float>(i); };
  ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::PushFont(c.fonts.small());
  paint_text(c, Tone::kFaint, name, at, names);
  for (size_t i = 0; i < columns.size(); ++i) {
    paint_text(c, Tone::kFaint, columns[i], {cell_x(at.x, i), at.y}, column, Align::kRight);
  }
  ImGui::Dummy({width, ImGui::GetTextLineHeight()});
  ImGui::PopFont();
  for (size_t r = 0; r < rows.size(); ++r) {
    const FigureRow& row = rows[r];
    ImGui::PushID(static_cast<int>(r));
    at = ImGui::GetCursorScreenPos();
    const ImVec2 size{width, c.px(22)};
    if (ImGui::InvisibleButton("row", size) && row.row != kNoRow) {
      c.workspace.select_row(row.row);
      c.workspace.set_window_view(WindowView::kTable);
      c.workspace.reveal_selection();
    }
    if (ImGui::IsItemHovered()) {
      paint_box(c, Tone::kRowHover, at, {at.x + size.x, at.y + size.y}, 2);
      if (row.row != kNoRow) ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
      ImGui::SetTooltip("%s", row.hint.empty() ? row.name.c_str() : row.hint.c_str());
    }
    const float used =
        paint_text(c, Tone::kText, row.name, {at.x, at.y + c.px(2)}, names - c.px(8)) + c.px(8);
    const bool room = names - used > c.px(72);  // for more than its first letters
    if (room && !row.hint.empty() && row.row == kNoRow && row.hint != row.name) {
      ImGui::PushFont(c.fonts.small());
      paint_text(c, Tone::kFaint, row.hint, {at.x + used, at.y + c.px(4)}, names - c.px(8) - used);
      ImGui::PopFont();
    }
    for (size_t i = 0; i < row.figures.size(); ++i) {
      paint_text(c, row.figures[i].tone, row.figures[i].words, {cell_x(at.x, i), at.y + c.px(2)}, column,
                 Align::kRight);
    }
    const float line = at.y + size.y - c.px(2);
    paint_box(c, Tone::kBorder, {at.x, line}, {at.x + width, line + c.px(1)});
    if (row.share > 0) {
      paint_box(c, Tone::kScrollbar, {at.x, line - c.px(0.5f)},
                {at.x + std::max(c.px(2), width * static_cast<float>(row.share)), line + c.px(1.5f)});
    }
    ImGui::PopID();
  }
  ImGui::PopID();
}

double share_of(uint64_t part, uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

void draw_rates(UiContext& c) {
  const Statistics& figures = c.workspace.statistics();
  card_title(c, "Rates over time", "client \u2191   server \u2193   drag a time to see only that");
  gap(c, 8);
  struct Lane {
    const char* name;
    std::function<double(const Traffic&, size_t)> amount;
    bool bytes;
  };
  const auto of_kind = [](TrafficKind kind) {
    return [kind](const Traffic& t, size_t d) {
      return static_cast<double>(t.elements[static_cast<size_t>(kind)][d]);
    };
  };
  const std::array<Lane, 6> lanes = {
      Lane{"elements", [](const Traffic& t, size_t d) { return static_cast<double>(t.all(d)); }, false},
      Lane{"bytes", [](const Traffic& t, size_t d) { return static_cast<double>(t.bytes[d]); }, true},
      Lane{"messages", of_kind(TrafficKind::kMessage), false},
      Lane{"presence", of_kind(TrafficKind::kPresence), false},
      Lane{"iq", of_kind(TrafficKind::kIq), false},
      Lane{"negotiation", of_kind(TrafficKind::kOther), false}};
  const float left = c.px(88);
  const float right = c.px(168);
  const float width = ImGui::GetContentRegionAvail().x - left - right;
  ImGui::PushFont(c.fonts.small());
  for (size_t i = 0; i < lanes.size(); ++i) {
    const Lane& lane = lanes[i];
    const bool last = i + 1 == lanes.size();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float height = c.px(34);
    const float middle = at.y + (height - ImGui::GetTextLineHeight()) / 2;
    paint_text(c, Tone::kMuted, lane.name, {at.x, middle}, left - c.px(8));
    ImGui::SetCursorScreenPos({at.x + left, at.y});
    const auto amount = [&](const Traffic& t, size_t d) {
      const auto n = static_cast<uint64_t>(lane.amount(t, d));
      return lane.bytes ? bytes_amount(n) : count(n);
    };
    const TrafficStrip strip{lane.name, lane.amount,
                             [&](const Traffic& t, int64_t) {
                               return std::string(lane.name) + ": " + amount(t, 0) + " from the client, " +
                                      amount(t, 1) + " from the server";
                             },
                             false, last};
    draw_traffic_strip(c, figures.traffic(), strip, {width, height + (last ? ImGui::GetFontSize() : 0)});
    const float x = at.x + left + width + c.px(12);
    const Traffic& total = figures.total();
    paint_text(c, Tone::kClient, "\u2192 " + amount(total, 0), {x, middle}, c.px(76));
    paint_text(c, Tone::kServer, "\u2190 " + amount(total, 1), {x + c.px(80), middle}, c.px(76));
  }
  ImGui::PopFont();
}

// Four classes a decade from 10 µs to 100 s.
void draw_trip_bars(UiContext& c, const RoundTrips& trips) {
  constexpr size_t kBars = RoundTrips::kDecades * 4;
  const auto bars = trips.histogram<kBars>();
  const uint64_t highest = *std::max_element(bars.begin(), bars.end());
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x - c.px(8);
  const float height = c.px(72);
  ImGui::Dummy({width, height + c.px(16)});
  const float step = width / kBars;
  paint_line(c, Tone::kBorder, {at.x, at.y + height}, {at.x + width, at.y + height});
  constexpr std::array<const char*, 8> kDecadeNames = {"10 \u00b5s", "100 \u00b5s", "1 ms", "10 ms",
                                                       "100 ms",     "1 s",         "10 s", ""};
  ImGui::PushFont(c.fonts.small());
  for (size_t i = 0; i < kBars; ++i) {
    const float x = at.x + step * static_cast<float>(i);
    if (i % 4 == 0) {
      paint_text(c, Tone::kFaint, kDecadeNames[i / 4], {x, at.y + height + c.px(2)}, step * 4);
      paint_line(c, Tone::kBorder, {x, at.y}, {x, at.y + height}, 1, 0.6f);
    }
    if (bars[i] == 0) continue;
    const float high =
        std::max(c.px(2), (height - c.px(14)) * static_cast<float>(share_of(bars[i], highest)));
    paint_box(c, Tone::kAccent, {x + 1, at.y + height - high}, {x + step - 1, at.y + height}, 1, 0.75f);
    paint_text(c, Tone::kMuted, count(bars[i]), {x, at.y + height - high - c.px(14)}, step, Align::kCentre);
  }
  ImGui::PopFont();
}

std::vector<FigureRow> request_rows(const UiContext& c, const std::vector<RequestFigures>& figures,
                                    std::string_view unnamed) {
  std::vector<FigureRow> rows;
  rows.reserve(figures.size());
  const uint64_t most = figures.empty() ? 0 : figures.front().requests;
  for (const RequestFigures& of : figures) {
    FigureRow row;
    const std::string name = of.name.empty() ? std::string(unnamed) : of.name;
    row.name = shown(c, of.title.empty() ? name : of.title);
    row.hint = shown(c, name);
    row.share = share_of(of.requests, most);
    const bool answered = of.trips.count() > 0;
    row.figures = {
        {count(of.requests)},
        {answered ? span(of.trips.quantile_us(0.5)) : "\u2013"},
        {answered ? span(of.trips.quantile_us(0.95)) : "\u2013"},
        {of.errors > 0 ? count(of.errors) : "\u2013", of.errors > 0 ? Tone::kWarning : Tone::kFaint}};
    rows.push_back(std::move(row));
  }
  return rows;
}

void draw_requests(UiContext& c, const Statistics::Tables& tables) {
  const Statistics& figures = c.workspace.statistics();
  card_title(c, "iq round trips", "from the request\u2019s last byte to the answer\u2019s");
  gap(c, 6);
  if (figures.trips().count() == 0) {
    wrapped(c, Tone::kMuted, "No request among these rows was answered.");
  } else {
    draw_trip_bars(c, figures.trips());
  }
  gap(c, 10);
  constexpr std::array kColumns = {"requests", "median", "95 %", "errors"};
  figure_table(c, "by_namespace", "asked about", kColumns, request_rows(c, tables.by_namespace, "no payload"),
               "Nothing was asked.");
  gap(c, 12);
  figure_table(c, "by_peer", "asked whom", kColumns, request_rows(c, tables.by_peer, "nobody"), "");
}

void draw_unanswered(UiContext& c, const Statistics::Tables& tables) {
  card_title(c, "Unanswered iqs",
             tables.unanswered_count == 0 ? "" : count(tables.unanswered_count) + ", oldest first");
  gap(c, 6);
  const CaptureStore& store = c.workspace.store();
  std::vector<FigureRow> rows;
  for (const RowIndex index : tables.unanswered) {
    const Row& row = store.row(index);
    FigureRow out;
    out.name = shown(c, c.workspace.summary(index));
    out.hint = "go to this row";
    out.row = index;
    out.figures = {{shown(c, row.id()), Tone::kMuted},
                   {since_start(row.time_us, c.workspace.start_us()), Tone::kMuted}};
    rows.push_back(std::move(out));
  }
  constexpr std::array kColumns = {"id", "at"};
  figure_table(c, "unanswered", "request", kColumns, rows, "Every request got its answer.");
}

void draw_namespaces(UiContext& c, const Statistics::Tables& tables) {
  card_title(c, "What stanzas carry", "payloads by bytes");
  gap(c, 6);
  std::vector<FigureRow> rows;
  for (const NamespaceFigures& of : tables.namespaces) {
    rows.push_back({shown(c, of.title.empty() ? of.name : of.title),
                    shown(c, of.name),
                    {{count(of.count)}, {bytes_amount(of.bytes)}},
                    share_of(of.bytes, tables.namespaces.front().bytes)});
  }
  constexpr std::array kColumns = {"times", "bytes"};
  figure_table(c, "namespaces", "namespace", kColumns, rows, "No stanza among these rows carries a payload.");
}

void draw_talkers(UiContext& c, const Statistics::Tables& tables) {
  card_title(c, "Top talkers", "who sends the stanzas");
  gap(c, 6);
  std::vector<FigureRow> rows;
  for (const TalkerFigures& of : tables.talkers) {
    rows.push_back({shown(c, of.name),
                    {},
                    {{count(of.stanzas)}, {bytes_amount(of.bytes)}},
                    share_of(of.stanzas, tables.talkers.front().stanzas)});
  }
  constexpr std::array kColumns = {"stanzas", "bytes"};
  figure_table(c, "talkers", "address", kColumns, rows, "Nobody sent a stanza among these rows.");
}

void draw_presence(UiContext& c, const Statistics::Tables& tables) {
  card_title(c, "Presence churn", "how often somebody came and went, as the client was told");
  gap(c, 6);
  std::vector<FigureRow> rows;
  for (const PresenceFigures& of : tables.presence) {
    rows.push_back({shown(c, of.name),
                    {},
                    {{count(of.available)}, {count(of.unavailable)}, {count(of.flips)}},
                    share_of(of.available + of.unavailable,
                             tables.presence.front().available + tables.presence.front().unavailable)});
  }
  constexpr std::array kColumns = {"came", "went", "changes"};
  figure_table(c, "presence", "contact", kColumns, rows, "Nobody\u2019s presence came among these rows.");
}

void draw_lag(UiContext& c) {
  const AckLag& lag = c.workspace.statistics().lag();
  card_title(c, "Stream management", "what a broken connection would leave to be sent again");
  gap(c, 6);
  if (lag.sessions() == 0) {
    wrapped(c, Tone::kMuted, "No session of this capture turned it on (XEP-0198).");
    return;
  }
  std::vector<FigureRow> rows;
  for (const auto sender : {parser::Direction::kC2S, parser::Direction::kS2C}) {
    const AckLag::Side& side = lag.side(sender);
    const bool client = sender == parser::Direction::kC2S;
    FigureRow row;
    row.name = client ? "client\u2019s stanzas" : "server\u2019s stanzas";
    row.hint = side.most_at == kNoRow ? row.name : "go to where most were unacknowledged";
    row.row = side.most_at;
    row.figures = {{count(side.counted)},
                   {count(side.acks)},
                   {count(side.most)},
                   {count(side.unacknowledged)},
                   {side.delays.count() > 0 ? span(side.delays.quantile_us(0.5)) : "\u2013"}};
    rows.push_back(std::move(row));
  }
  constexpr std::array kColumns = {"counted", "acks", "most open", "open now", "ack after"};
  figure_table(c, "lag", "", kColumns, rows, "");
}

template <typename Draw>
void card(const UiContext& c, const Draw& draw) {
  draw();
  gap(c, 22);
}

}  // namespace

void draw_statistics_view(UiContext& c) {
  Workspace& w = c.workspace;
  section(c, "STATISTICS");
  ImGui::SameLine(0, c.px(12));
  ImGui::PushFont(c.fonts.small());
  elided(c, Tone::kMuted, scope_words(w), ImGui::GetContentRegionAvail().x);
  ImGui::PopFont();
  gap(c, 6);
  if (w.store().rows() == 0) {
    wrapped(c, Tone::kMuted,
            "Figures appear here as soon as a capture is open: rates, round trips, who says what.");
    return;
  }
  ImGui::BeginChild("figures");
  Statistics& figures = w.statistics();
  const Statistics::Tables& tables = figures.tables(kRows);
  const Traffic& total = figures.total();
  const TrafficOverTime& traffic = figures.traffic();
  const int64_t lasted = traffic.empty() ? 0 : traffic.last_us() - traffic.start_us();
  const uint64_t elements = total.all(0) + total.all(1);
  const RoundTrips& trips = figures.trips();
  const std::array<std::array<std::string, 2>, 6> overview = {{
      {count(elements), "elements"},
      {bytes_amount(total.bytes[0] + total.bytes[1]), "bytes of XML"},
      {span(lasted), "from first to last"},
      {per_second(elements, lasted), "elements on average"},
      {trips.count() == 0 ? "\u2013" : span(trips.quantile_us(0.5)), "median round trip"},
      {count(tables.unanswered_count), "iqs unanswered"},
  }};
  tiles(c, overview);
  gap(c, 12);
  card(c, [&] { draw_rates(c); });
  const bool two = ImGui::GetContentRegionAvail().x > c.px(820);
  if (ImGui::BeginTable("cards", two ? 2 : 1,
                        ImGuiTableFlags_NoSavedSettings | ImGuiTableFlags_NoPadOuterX)) {
    ImGui::TableNextColumn();
    card(c, [&] { draw_requests(c, tables); });
    card(c, [&] { draw_unanswered(c, tables); });
    ImGui::TableNextColumn();
    card(c, [&] { draw_namespaces(c, tables); });
    card(c, [&] { draw_talkers(c, tables); });
    card(c, [&] { draw_presence(c, tables); });
    card(c, [&] { draw_lag(c); });
    ImGui::EndTable();
  }
  ImGui::EndChild();
}

}  // namespace viewer
