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
    take_sm(row, index, counts);
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

void AckLag::take_sm(const Row& row, RowIndex index, bool counts) {
  const parser::StreamEvent& event = reparser_.event(index);
  if (event.element == nullptr) return;
  if (event.local == "resumed") {
    on_resumed(event, row);
    return;
  }
  parser::StreamManagement& sm = *counter(row.connection);
  sm.begin_event();
  if (event.local == "enable") {
    sm.on_enable(event, *event.element);
  } else if (event.local == "enabled") {
    sm.on_enabled(event, *event.element);
    ++sessions_;
  } else if (event.local == "resume") {
    sm.on_resume(event, *event.element);
  } else if (event.local == "failed") {
    sm.on_failed(event);
  } else if (event.local == "r") {
    sm.on_request(event);
  } else if (event.local == "a") {
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
void AckLag::on_resumed(const parser::StreamEvent& event, const Row& row) {
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
  earlier->on_resumed(event, *event.element, asked);
  for (const Direction d : {Direction::kC2S, Direction::kS2C}) {
    Side& side = sides_[parser::index(d)];
    side.unacknowledged -= std::min(side.unacknowledged, before[parser::index(d)]);
    side.unacknowledged += earlier->side(d).pending();
  }
  counters_[row.connection] = earlier;
}

}  // namespace viewer
