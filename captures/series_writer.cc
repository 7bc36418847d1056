#include "captures/series_writer.h"

#include <algorithm>
#include <utility>

namespace captures {
namespace {

using parser::ConnectionId;
using parser::ConnectionInfo;
using parser::Direction;
using parser::EventKind;
using parser::Phase;
using parser::StreamEvent;

// Without one packet a file is not worth rotating.
constexpr uint64_t kEmptyFile = 1024;

bool is_handshake(const StreamEvent& event) {
  return event.phase != Phase::kEstablished && event.phase != Phase::kMidSession &&
         event.phase != Phase::kClosing && event.phase != Phase::kClosed;
}

// Roughly: the event itself, its bytes, its tree.
size_t size_of(const StreamEvent& event) {
  return sizeof(StreamEvent) + 512 + event.bytes.size() * 5;
}

}  // namespace

SeriesWriter::SeriesWriter(const SeriesOptions& options, Output* output)
    : options_(options), writer_(std::make_unique<Writer>(options.writer, output)) {}

SeriesWriter::SeriesWriter(const SeriesOptions& options, OutputSeries& series, parser::Time now)
    : options_(options), series_(&series), file_(0) {
  rotate(now);
}

SeriesWriter::~SeriesWriter() {
  finish();
}

void SeriesWriter::close_file() {
  if (!writer_) return;
  writer_->flush();
  frames_before_ += writer_->frames();
  bytes_before_ += writer_->bytes();
  writer_.reset();
  output_.reset();
}

void SeriesWriter::rotate(parser::Time now) {
  close_file();
  open_error_.clear();
  output_ = series_->next(now, open_error_);
  writer_ = std::make_unique<Writer>(options_.writer, output_.get());
  ++file_;
  file_begin_ = now;
  retry_at_ = now + options_.retry;
}

void SeriesWriter::rotate_if_due(parser::Time now) {
  if (!rotates() || !writer_) return;
  if (failed()) {
    if (now >= retry_at_) rotate(now);
    return;
  }
  if (writer_->frames() == 0 || writer_->bytes() <= kEmptyFile) return;
  const bool long_enough = options_.rotate_bytes > 0 && writer_->bytes() >= options_.rotate_bytes;
  const bool old_enough =
      options_.rotate_every > parser::Duration(0) && now >= file_begin_ + options_.rotate_every;
  if (long_enough || old_enough) rotate(now);
}

void SeriesWriter::forget_handshake(Connection& connection) {
  kept_size_ -= connection.kept_size;
  connection.kept_size = 0;
  connection.keeping = false;
  connection.kept_end = {};
  connection.all_between = false;
  if (connection.kept.empty()) return;
  // Who it was is kept.
  StreamEvent& opened = connection.kept.front().event;
  if (auto* info = std::get_if<ConnectionInfo>(&opened.fact)) {
    info->from_start = false;
    connection.kept.resize(1);
  } else {
    connection.kept.clear();
  }
}

void SeriesWriter::keep(Connection& connection, const StreamEvent& event) {
  if (!is_handshake(event)) {
    // Behind a handshake the TLS facts and the like stay where they are.
    connection.keeping = false;
    if (!connection.wanted) keep_between(connection, event);
    return;
  }
  const size_t size = size_of(event);
  if (connection.kept_size + size > options_.most_kept || kept_size_ + size > options_.most_kept_in_all) {
    forget_handshake(connection);
    return;
  }
  connection.kept_size += size;
  kept_size_ += size;
  Kept& kept = connection.kept.emplace_back(Kept{event, std::string(event.bytes)});
  kept.event.bytes = {};
  connection.kept_end = connection.seen;
}

void SeriesWriter::forget_between(Connection& connection) {
  kept_size_ -= connection.between_size;
  connection.between_size = 0;
  connection.between = {};
}

void SeriesWriter::keep_between(Connection& connection, const StreamEvent& event) {
  if (!connection.all_between) return;
  const size_t size = size_of(event);
  if (connection.between_size + size > options_.most_between ||
      kept_size_ + size > options_.most_kept_in_all) {
    forget_between(connection);
    connection.all_between = false;
    return;
  }
  connection.between_size += size;
  kept_size_ += size;
  connection.between.push_back({event, std::string(event.bytes)});
  connection.between.back().event.bytes = {};
}

void SeriesWriter::replay(std::vector<Kept>& events) {
  for (Kept& kept : events) {
    kept.event.bytes = kept.bytes;
    writer_->on_event(kept.event);
  }
}

void SeriesWriter::carry_over(ConnectionId id, Connection& connection, parser::Time now) {
  const bool in_earlier_file = connection.file != 0;
  connection.file = file_;
  replay(connection.kept);
  const bool whole = !in_earlier_file && connection.all_between;
  replay(connection.between);
  forget_between(connection);
  connection.all_between = false;
  if (whole || connection.kept.empty() || connection.seen == connection.kept_end) return;
  StreamEvent event;
  event.time = now;
  event.connection = id;
  event.session = id;
  event.kind = EventKind::kNotice;
  event.fact = parser::Notice{
      "recording-continued",
      in_earlier_file
          ? "this connection goes on from an earlier file of the recording; its beginning is repeated "
            "here, what was said since is there"
          : "nothing was to be recorded of this connection until here, but for its beginning"};
  writer_->on_event(event);
  for (const Direction direction : {Direction::kC2S, Direction::kS2C}) {
    const size_t i = parser::index(direction);
    if (connection.seen[i] <= connection.kept_end[i]) continue;
    event.kind = EventKind::kDropped;
    event.direction = direction;
    event.fact = parser::Dropped{direction, connection.seen[i] - connection.kept_end[i]};
    writer_->on_event(event);
  }
}

void SeriesWriter::on_event(const StreamEvent& event) {
  if (!writer_) return;
  if (!tracks()) {
    writer_->on_event(event);
    return;
  }
  if (event.kind == EventKind::kOpened) {
    const auto old = connections_.find(event.connection);
    if (old != connections_.end()) {
      kept_size_ -= old->second.kept_size + old->second.between_size;
      connections_.erase(old);
    }
  }
  Connection& connection = connections_[event.connection];
  connection.wanted = connection.wanted || !options_.wanted || options_.wanted(event);
  if (connection.wanted) {
    if (connection.file != file_) carry_over(event.connection, connection, event.time);
    writer_->on_event(event);
  }
  if (!event.bytes.empty()) connection.seen[parser::index(event.direction)] = event.range.end;
  if (const auto* dropped = std::get_if<parser::Dropped>(&event.fact)) {
    connection.seen[parser::index(dropped->direction)] += dropped->bytes;
  }
  if (event.kind == EventKind::kClosed) {
    kept_size_ -= connection.kept_size + connection.between_size;
    connections_.erase(event.connection);
  } else if (connection.keeping) {
    keep(connection, event);
  } else if (!connection.wanted) {
    keep_between(connection, event);
  }
  rotate_if_due(event.time);
}

uint64_t SeriesWriter::frame_of(ConnectionId id, EventKind kind, Direction direction, size_t bytes) {
  if (!writer_) return 0;
  if (tracks()) {
    const auto found = connections_.find(id);
    if (found == connections_.end() || kind == EventKind::kOpened) {
      if (options_.wanted) return 0;  // it is asked when the event is there
    } else if (!found->second.wanted) {
      return 0;
    } else if (found->second.file != file_) {
      // Its packets come first. The time is that of what came before; nobody knows this event's yet.
      carry_over(id, found->second, file_begin_);
    }
  }
  return writer_->frame_of(id, kind, direction, bytes);
}

void SeriesWriter::on_partial(parser::Time time, ConnectionId id, Direction direction,
                              std::string_view partial) {
  if (!writer_) return;
  if (tracks()) {
    const auto found = connections_.find(id);
    if (found == connections_.end() || found->second.file != file_) return;
  }
  writer_->on_partial(time, id, direction, partial);
}

void SeriesWriter::flush(parser::Time now) {
  if (!writer_) return;
  writer_->flush();
  rotate_if_due(now);
}

void SeriesWriter::add_keylog_line(std::string_view line) {
  if (writer_) writer_->add_keylog_line(line);
}

void SeriesWriter::finish() {
  if (!writer_) return;
  writer_->flush();
  if (writer_->failed()) open_error_ = writer_->error();
  close_file();
}

bool SeriesWriter::failed() const {
  return !open_error_.empty() || (writer_ && writer_->failed());
}

const std::string& SeriesWriter::error() const {
  return !open_error_.empty() || !writer_ ? open_error_ : writer_->error();
}

uint64_t SeriesWriter::frames() const {
  return frames_before_ + (writer_ ? writer_->frames() : 0);
}

uint64_t SeriesWriter::bytes() const {
  return bytes_before_ + (writer_ ? writer_->bytes() : 0);
}

}  // namespace captures
