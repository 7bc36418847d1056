// One pass over the rows in the order of their time. A row is parsed again only where its payload matters;
// acknowledgements are counted over all rows, as a count that begins in the middle would be wrong.
#include "viewer/model/statistics.h"

#include <algorithm>

#include "parser/knowledge/namespaces.h"
#include "parser/stream/stanza.h"

namespace viewer {

namespace {

using parser::EventKind;

constexpr std::string_view kOthers = "others";

std::string_view bare(std::string_view jid) {
  return jid.substr(0, jid.find('/'));
}

std::string title_of(std::string_view ns) {
  const parser::knowledge::Namespace* known = parser::knowledge::find_namespace(ns);
  return known == nullptr ? std::string() : parser::knowledge::cite(*known);
}

template <typename Table>
auto& entry(Table& table, std::string_view name) {
  const auto known = table.find(name);
  if (known != table.end()) return known->second;
  return table[std::string(table.size() < Statistics::kMostNames ? name : kOthers)];
}

// The largest by `key`, named; ties in the order of their names.
template <typename Table, typename Figures, typename Key>
auto largest(const Table& table, size_t most, const Figures& figures, const Key& key) {
  std::vector<const typename Table::value_type*> all;
  all.reserve(table.size());
  for (const auto& one : table) all.push_back(&one);
  const auto larger = [&](const auto* a, const auto* b) {
    const auto key_a = key(figures(a->second));
    const auto key_b = key(figures(b->second));
    return key_a != key_b ? key_a > key_b : a->first < b->first;
  };
  const size_t shown = std::min(most, all.size());
  std::partial_sort(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(shown), all.end(), larger);
  std::vector<std::decay_t<decltype(figures(all.front()->second))>> out;
  out.reserve(shown);
  for (size_t i = 0; i < shown; ++i) {
    out.push_back(figures(all[i]->second));
    out.back().name = all[i]->first;
  }
  return out;
}

constexpr auto kItself = [](const auto& value) -> const auto& {
  return value;
};

}  // namespace

Statistics::Statistics(const CaptureStore& store, const RowFilter& view)
    : store_(store), view_(view), reparser_(store), lag_(store, reparser_) {}

void Statistics::restart() {
  ++version_;
  taken_ = position_ = 0;
  traffic_.clear();
  total_ = {};
  trips_ = {};
  lag_.clear();
  requests_ = 0;
  waiting_.clear();
  by_namespace_.clear();
  by_peer_.clear();
  namespaces_.clear();
  talkers_.clear();
  presence_.clear();
  clients_.clear();
}

bool Statistics::in_scope(const Row& row) const {
  if (view_.connection() && row.connection != *view_.connection()) return false;
  if (view_.session() && store_.session_id(row) != *view_.session()) return false;
  return !view_.time_range() || view_.time_range()->contains(row.time_us);
}

bool Statistics::step(size_t most) {
  if (generation_ != view_.generation()) {
    generation_ = view_.generation();
    restart();
  }
  const size_t judged = std::min(view_.scanned(), store_.rows());
  if (taken_ < judged) ++version_;
  for (; most > 0 && taken_ < judged; --most, ++taken_) {
    const auto index = static_cast<RowIndex>(taken_);
    lag_.take(index, in_scope(store_.row(index)));
    if (position_ >= view_.size() || view_[position_] != index) continue;
    ++position_;
    take(index);
  }
  return taken_ < judged;
}

void Statistics::take(RowIndex index) {
  const Row& row = store_.row(index);
  total_.add(row);
  traffic_.at(row.time_us).add(row);
  if (row.kind == EventKind::kMessage || row.kind == EventKind::kPresence || row.kind == EventKind::kIq) {
    take_stanza(index, row);
  }
}

// Who said it: the address in it, else the client or the server itself.
std::string Statistics::talker(const Row& row) {
  if (row.from != 0) return std::string(bare(store_.text(row.from)));
  if (row.connection >= clients_.size()) clients_.resize(row.connection + 1);
  std::string& client = clients_[row.connection];
  if (client.empty()) {
    const ConnectionSummary connection = store_.connection(row.connection);
    client = connection.bound_jid.empty() ? "the client" : std::string(bare(connection.bound_jid));
  }
  return row.direction == parser::Direction::kC2S ? client : "the server";
}

void Statistics::take_stanza(RowIndex index, const Row& row) {
  TalkerFigures& sender = entry(talkers_, talker(row));
  ++sender.stanzas;
  sender.bytes += row.bytes_size;
  if (row.kind == EventKind::kPresence) take_presence(row);
  const parser::StreamEvent& event = reparser_.event(index);
  if (event.element == nullptr) return;
  take_payloads(*event.element);
  if (row.kind == EventKind::kIq) take_iq(index, row, event.payload == nullptr ? "" : event.payload->ns);
}

void Statistics::take_payloads(const parser::xml::Element& stanza) {
  for (const parser::xml::Element& child : stanza.children()) {
    if (parser::is_content_namespace(child.ns)) continue;  // <body/>, <show/> and the like
    NamespaceFigures& used = entry(namespaces_, child.ns);
    if (used.count++ == 0) used.title = title_of(child.ns);
    used.bytes += child.range.end - child.range.begin;
  }
}

void Statistics::take_iq(RowIndex index, const Row& row, std::string_view payload) {
  const std::string_view type = store_.text(row.type);
  if (type == "get" || type == "set") {
    ++requests_;
    RequestFigures& of = entry(by_namespace_, payload);
    if (of.requests++ == 0) of.title = title_of(payload);
    ++entry(by_peer_, row.to == 0 ? "the server" : bare(store_.text(row.to))).requests;
    if (waiting_.size() < kMostWaiting) waiting_.push_back(index);
    return;
  }
  if (!row.has(Row::kHasRtt)) return;
  trips_.add(row.rtt_us);
  if (row.answers == kNoRow) return;
  const Row& asked = store_.row(row.answers);
  const std::string peer = asked.to == 0 ? "the server" : std::string(bare(store_.text(asked.to)));
  const parser::StreamEvent& request = reparser_.event(row.answers);
  const std::string_view about = request.payload == nullptr ? std::string_view() : request.payload->ns;
  for (RequestFigures* figures : {&entry(by_namespace_, about), &entry(by_peer_, peer)}) {
    figures->trips.add(row.rtt_us);
    if (type == "error") ++figures->errors;
  }
}

void Statistics::take_presence(const Row& row) {
  const std::string_view type = store_.text(row.type);
  if (row.direction != parser::Direction::kS2C || row.from == 0 || (!type.empty() && type != "unavailable")) {
    return;
  }
  Contact& contact = entry(presence_, bare(store_.text(row.from)));
  const bool available = type.empty();
  ++(available ? contact.figures.available : contact.figures.unavailable);
  if (contact.known && contact.available != available) ++contact.figures.flips;
  contact.known = true;
  contact.available = available;
}

const Statistics::Tables& Statistics::tables(size_t most) {
  if (tables_version_ == version_ && tables_most_ == most) return tables_;
  tables_version_ = version_;
  tables_most_ = most;
  const auto requests = [](const RequestFigures& of) { return of.requests; };
  tables_.by_namespace = largest(by_namespace_, most, kItself, requests);
  tables_.by_peer = largest(by_peer_, most, kItself, requests);
  tables_.namespaces =
      largest(namespaces_, most, kItself, [](const NamespaceFigures& of) { return of.bytes; });
  tables_.talkers = largest(talkers_, most, kItself, [](const TalkerFigures& of) { return of.stanzas; });
  tables_.presence = largest(
      presence_, most, [](const Contact& contact) -> const PresenceFigures& { return contact.figures; },
      [](const PresenceFigures& of) { return of.available + of.unavailable; });
  tables_.unanswered.clear();
  tables_.unanswered_count = 0;
  for (const RowIndex row : waiting_) {
    if (store_.answered_by(store_.row(row)) != kNoRow) continue;
    if (tables_.unanswered_count++ < most) tables_.unanswered.push_back(row);
  }
  return tables_;
}

}  // namespace viewer
