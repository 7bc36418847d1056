#include "viewer/model/ack_lag.h"

#include <algorithm>

namespace viewer {

namespace {
using parser::Direction;
using parser::EventKind;
}  // namespace

void AckLag::clear() {
  counters_.clear();
  sides_ = {};
  sessions_ = 0;
}

AckLag::Counter& AckLag::counter(uint32_t connection) {
  constexpr size_t kMost = 65'536;
  if (counters_.size() >= kMost) counters_.clear();  // a flood of sessions: counted afresh from here
  Counter& known = counters_[connection];
  if (known == nullptr) known = std::make_shared<parser::StreamManagement>(connection);
  return known;
}

void AckLag::take(RowIndex index, bool counts) {
  const Row& row = store_.row(index);
  if (row.kind == EventKind::kSm) {
    const parser::StreamEvent& event = reparser_.event(index);
    if (event.element != nullptr) take_sm(row, event, *event.element, counts);
    return;
  }
  if (row.kind == EventKind::kSasl && row.as_sent().find("urn:xmpp:sm:") != std::string_view::npos) {
    const parser::StreamEvent& event = reparser_.event(index);
    if (event.element != nullptr && event.ns == parser::ns::kSasl2) take_login(row, event);
    return;
  }
  const bool stanza =
      row.kind == EventKind::kMessage || row.kind == EventKind::kPresence || row.kind == EventKind::kIq;
  if (!stanza || !row.standing.managed) return;
  const auto known = counters_.find(row.connection);
  if (known == counters_.end()) return;
  // The tree is not needed for counting, and parsing it would be most of the work.
  parser::StreamEvent event;
  event.frame = row.frame;
  event.time = parser::Time(parser::Duration(row.time_us));
  event.direction = row.direction;
  event.kind = row.kind;
  event.range = {row.range_begin, row.range_begin + row.bytes_size};
  event.id = row.id();
  parser::StreamManagement& sm = *known->second;
  const uint32_t before = sm.side(row.direction).pending();
  sm.on_stanza(event);
  const parser::StreamManagement::Side& now = sm.side(row.direction);
  Side& side = sides_[parser::index(row.direction)];
  if (now.counting) side.unacknowledged += now.pending() - before;
  if (!counts || !now.counting) return;
  ++side.counted;
  if (now.pending() > side.most) {
    side.most = now.pending();
    side.most_at = index;
  }
}

// <enable/> and <resume/> of the client's, what the server answers, directly or in what Bind 2 carries.
void AckLag::take_login(const Row& row, const parser::StreamEvent& event) {
  if (event.local != (row.direction == Direction::kC2S ? "authenticate" : "success")) return;
  const auto each = [&](const parser::xml::Element& parent) {
    for (const parser::xml::Element& child : parent.children()) {
      const bool sm = child.ns == parser::ns::kSm3 || child.ns == parser::ns::kSm2;
      if (sm && child.local != "r" && child.local != "a") take_sm(row, event, child, false);
    }
  };
  each(*event.element);
  for (const parser::xml::Element& child : event.element->children()) {
    if (child.is("bind", parser::ns::kBind2) || child.is("bound", parser::ns::kBind2)) each(child);
  }
  // A login that says nothing about <enable/> did not do it.
  if (row.direction == Direction::kC2S) return;
  const auto known = counters_.find(row.connection);
  if (known != counters_.end() && known->second->enable().pending()) known->second->on_failed(event);
}

void AckLag::take_sm(const Row& row, const parser::StreamEvent& event, const parser::xml::Element& element,
                     bool counts) {
  if (element.local == "resumed") {
    on_resumed(event, element, row);
    return;
  }
  parser::StreamManagement& sm = *counter(row.connection);
  sm.begin_event();
  if (element.local == "enable") {
    sm.on_enable(event, element);
  } else if (element.local == "enabled") {
    sm.on_enabled(event, element);
    ++sessions_;
  } else if (element.local == "resume") {
    sm.on_resume(event, element);
  } else if (element.local == "failed") {
    sm.on_failed(event);
  } else if (element.local == "r") {
    sm.on_request(event);
  } else if (element.local == "a") {
    const Direction acked = opposite(row.direction);
    const uint32_t before = sm.side(acked).pending();
    const parser::StreamManagement::Request asked = sm.side(acked).asked;
    sm.on_ack(event);
    Side& side = sides_[parser::index(acked)];
    side.unacknowledged -= std::min(side.unacknowledged, before - sm.side(acked).pending());
    if (!counts) return;
    ++side.acks;
    if (asked.pending()) side.delays.add((event.time - asked.time).count());
  }
}

// The numbers go on from the connection that the session lived on before.
void AckLag::on_resumed(const parser::StreamEvent& event, const parser::xml::Element& resumed,
                        const Row& row) {
  const parser::StreamManagement asked = *counter(row.connection);
  Counter earlier;
  for (const uint32_t member : store_.session_extent(row.connection).connections) {
    if (member == row.connection) break;
    const auto known = counters_.find(member);
    if (known != counters_.end() && known->second->enabled()) earlier = known->second;
  }
  if (earlier == nullptr) earlier = counter(row.connection);
  const std::array<uint32_t, 2> before = {earlier->side(Direction::kC2S).pending(),
                                          earlier->side(Direction::kS2C).pending()};
  earlier->begin_event();
  earlier->on_resumed(event, resumed, asked);
  for (const Direction d : {Direction::kC2S, Direction::kS2C}) {
    Side& side = sides_[parser::index(d)];
    side.unacknowledged -= std::min(side.unacknowledged, before[parser::index(d)]);
    side.unacknowledged += earlier->side(d).pending();
  }
  counters_[row.connection] = earlier;
}

}  // namespace viewer
