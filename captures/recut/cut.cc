#include "captures/recut/cut.h"

#include "captures/recut/told.h"

namespace captures {
namespace {

using parser::Direction;
using parser::Phase;
using parser::StreamEvent;

bool is_handshake(const StreamEvent& event) {
  return event.phase != Phase::kEstablished && event.phase != Phase::kMidSession &&
         event.phase != Phase::kClosing && event.phase != Phase::kClosed;
}

}  // namespace

bool Cut::in_time(const StreamEvent& event) const {
  return (!options_.from || event.time >= *options_.from) && (!options_.to || event.time <= *options_.to);
}

void Cut::tell_gaps(parser::Time time, parser::ConnectionId connection) {
  const auto found = gaps_.find(connection);
  if (found == gaps_.end()) return;
  for (const Direction direction : {Direction::kC2S, Direction::kS2C}) {
    const uint64_t bytes = found->second[parser::index(direction)];
    if (bytes > 0) out_.dropped(time, connection, {direction, bytes});
  }
  gaps_.erase(found);
}

void Cut::on_event(const StreamEvent& event) {
  if (!options_.connections.contains(event.connection)) return;
  const bool element = parser::is_element(event.kind);
  const bool lost = event.kind == parser::EventKind::kClosed && options_.to && event.time > *options_.to;
  if (lost) {
    out_.closed(event.time, event.connection,
                {parser::Closed::How::kLost, "the part that was cut out ends here"});
    gaps_.erase(event.connection);
    return;
  }
  if (element && !is_handshake(event) && !in_time(event)) {
    gaps_[event.connection][parser::index(event.direction)] += event.bytes.size();
    ++left_out_;
    return;
  }
  // Edits and notices outside of the time go with what they are about.
  if ((event.kind == parser::EventKind::kEdit || event.kind == parser::EventKind::kNotice) && !in_time(event))
    return;
  tell_gaps(event.time, event.connection);
  if (element) ++kept_;
  tell(told(event), event.connection, out_);
}

}  // namespace captures
