#include "viewer/model/whole_view_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace viewer {

namespace {

using nlohmann::json;

json ladder_json(Workspace& w, size_t most) {
  Ladder& ladder = w.ladder();
  json out = {{"rows", ladder.rows()}, {"items", json::array()}};
  for (size_t i = 0; i < std::min(ladder.size(), most); ++i) {
    if (ladder[i].type == LadderItem::Type::kRow) {
      json item = {{"row", ladder[i].row}};
      if (const auto partner = ladder.partner(i)) item["partner"] = *partner;
      out["items"].push_back(std::move(item));
    } else {
      out["items"].push_back({{"heading", ladder.heading(i)}});
    }
  }
  out["caption"] = nullptr;
  const auto& selected = w.selection().row;
  if (selected && ladder.position(*selected)) {
    const Caption& caption = ladder.words(*selected).caption;
    out["caption"] = {{"what", caption.what},
                      {"why", caption.why},
                      {"next", caption.next},
                      {"turn", turn_words(caption.turn)}};
  }
  return out;
}

json lesson_json(Workspace& w) {
  Lesson& lesson = w.lesson();
  json out = {{"step", lesson.step()},   {"steps", lesson.steps()}, {"asked", lesson.asked()},
              {"right", lesson.right()}, {"question", nullptr},     {"given", nullptr}};
  if (const auto& question = lesson.question()) {
    out["question"] = {{"text", question->text}, {"answers", question->answers}, {"right", question->right}};
  }
  if (lesson.given()) out["given"] = *lesson.given();
  return out;
}

json statistics_json(Workspace& w, size_t most) {
  Statistics& figures = w.statistics();
  const Statistics::Tables& tables = figures.tables(most);
  const Traffic& total = figures.total();
  json out = {{"complete", figures.complete()},
              {"elements", {{"c2s", total.all(0)}, {"s2c", total.all(1)}}},
              {"bytes", {{"c2s", total.bytes[0]}, {"s2c", total.bytes[1]}}},
              {"requests", figures.requests()},
              {"answers", figures.trips().count()},
              {"median_us", figures.trips().quantile_us(0.5)},
              {"unanswered", tables.unanswered_count}};
  out["namespaces"] = json::array();
  for (const NamespaceFigures& of : tables.namespaces) {
    out["namespaces"].push_back({{"name", of.name}, {"count", of.count}, {"bytes", of.bytes}});
  }
  out["talkers"] = json::array();
  for (const TalkerFigures& of : tables.talkers) {
    out["talkers"].push_back({{"name", of.name}, {"stanzas", of.stanzas}, {"bytes", of.bytes}});
  }
  return out;
}

json comparison_json(Workspace& w, size_t most) {
  ComparisonList& list = w.comparison();
  json out = {{"error", list.error()}, {"differences", nullptr}};
  if (list.result() == nullptr) return out;
  out["differences"] = list.result()->comparison.differences;
  out["same"] = list.result()->comparison.same;
  out["sides"] = json::array();
  for (size_t side = 0; side < 2; ++side) {
    out["sides"].push_back({{"file", list.side(side).path}, {"session", list.side(side).session}});
  }
  out["rows"] = json::array();
  for (size_t i = 0; i < std::min(list.size(), most); ++i) {
    json row = {{"kind", captures::name(list.row(i).kind)}, {"first", list.is_first_difference(i)}};
    for (size_t side = 0; side < 2; ++side) {
      const captures::ComparedElement* element = list.element(i, side);
      row[side == 0 ? "a" : "b"] = element == nullptr ? json() : json(element->summary);
    }
    out["rows"].push_back(std::move(row));
  }
  out["selected"] = list.selected() ? json(*list.selected()) : json();
  return out;
}

}  // namespace

json whole_view_json(Workspace& w, size_t most) {
  switch (w.window_view()) {
    case WindowView::kTable:
      return nullptr;
    case WindowView::kLadder:
      return ladder_json(w, most);
    case WindowView::kStatistics:
      return statistics_json(w, most);
    case WindowView::kCompare:
      return comparison_json(w, most);
    case WindowView::kLesson:
      return lesson_json(w);
  }
  return nullptr;
}

}  // namespace viewer
