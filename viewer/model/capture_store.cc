// Turns events into rows. Strings that repeat (addresses, types) are interned, strings that do not (summary,
// id) lie behind one another in the byte store, and the element's tree is not kept at all: it can be parsed
// again from its bytes (see Reparser), and so can its summary. That is what makes a million rows fit.
#include "viewer/model/capture_store.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include "parser/payload/summary.h"
#include "parser/stream/stanza.h"
#include "viewer/model/display_text.h"
#include "viewer/model/reparser.h"

namespace viewer {

namespace {

using parser::EventKind;
using parser::StreamEvent;

constexpr size_t kPublishEvery = 256;
constexpr size_t kMaxRequests = 65'536;
constexpr size_t kRecentTexts = 16'384;  // a power of two

int64_t microseconds(parser::Time time) {
  return time.time_since_epoch().count();
}

bool is_request(const StreamEvent& event) {
  return event.kind == EventKind::kIq && (event.stanza_type == "get" || event.stanza_type == "set");
}

// The address that the server gives the connection: in the answer to a bind, or with the login itself (SASL2;
// a bare address says who logged in, and that nothing is bound yet).
void take_address(ConnectionSummary& connection, const StreamEvent& event) {
  if (event.direction != parser::Direction::kS2C || event.element == nullptr) return;
  if (event.kind == EventKind::kIq && event.stanza_type == "result" && event.payload != nullptr &&
      event.payload->is("bind", parser::ns::kBind)) {
    if (const auto* jid = event.payload->child("jid", parser::ns::kBind)) connection.bound_jid = jid->text();
  }
  if (event.kind == EventKind::kSasl && event.element->is("success", parser::ns::kSasl2)) {
    const auto* identifier = event.element->child("authorization-identifier", parser::ns::kSasl2);
    if (identifier == nullptr) return;
    std::string address = identifier->text();
    if (address.find('/') != std::string::npos) connection.bound_jid = std::move(address);
  }
}

void take_header(ConnectionSummary& connection, const StreamEvent& event) {
  const bool from_client = event.direction == parser::Direction::kC2S;
  const std::string_view domain = from_client ? event.to : event.from;
  if (!domain.empty() && (from_client || connection.domain.empty())) connection.domain = domain;
  if (event.element != nullptr) connection.content_ns = parser::content_namespace_of(*event.element);
}

// What the bytes and facts of an event say about its connection as a whole.
void take_facts(ConnectionSummary& connection, const StreamEvent& event) {
  connection.phase = event.phase;
  connection.stream = event.stream;
  connection.progress = event.progress;
  connection.standing = event.standing;
  if (event.session != 0) connection.session = event.session;
  connection.last = event.time;
  if (const auto* opened = std::get_if<parser::ConnectionInfo>(&event.fact)) connection.info = *opened;
  if (const auto* upstream = std::get_if<parser::UpstreamConnected>(&event.fact)) {
    connection.info.server = upstream->server;
  }
  if (const auto* dropped = std::get_if<parser::Dropped>(&event.fact)) {
    connection.dropped_bytes += dropped->bytes;
  }
  if (const auto* closed = std::get_if<parser::Closed>(&event.fact)) connection.closed = *closed;

  if (event.kind == EventKind::kHeader) take_header(connection, event);
  if (event.kind == EventKind::kSasl && event.element != nullptr &&
      (event.local == "auth" || event.local == "authenticate")) {
    connection.mechanism = event.element->attribute("mechanism");
  }
  connection.stream_management = connection.stream_management || event.standing.managed;
  take_address(connection, event);

  if (parser::is_element(event.kind)) {
    if (event.kind != EventKind::kKeepalive) ++connection.elements[parser::index(event.direction)];
    connection.bytes[parser::index(event.direction)] += event.bytes.size();
  }
  for (const parser::Finding& finding : event.findings) {
    ++connection.findings[static_cast<size_t>(finding.severity)];
  }
  connection.edits += event.edits.size() + (event.kind == EventKind::kEdit ? 1 : 0);
}

}  // namespace

std::string ConnectionSummary::title() const {
  if (!bound_jid.empty()) return bound_jid;
  if (!domain.empty()) return domain;
  if (!info.client.address.empty()) return info.client.address + ':' + std::to_string(info.client.port);
  return "connection " + std::to_string(id);
}

CaptureStore::CaptureStore(const StoreLimits& limits)
    : limits_(limits), strings_(bytes_), recent_texts_(kRecentTexts) {}

// "available", "asks for acknowledgement": most summaries are among a few thousand.
std::string_view CaptureStore::keep(std::string_view text) {
  if (text.empty()) return {};
  std::string_view& recent = recent_texts_[std::hash<std::string_view>{}(text) % kRecentTexts];
  if (recent != text) recent = bytes_.append(text);
  return recent;
}

void CaptureStore::on_event(const StreamEvent& event) {
  const uint32_t connection = connection_of(event);
  const auto index = static_cast<RowIndex>(rows_.written());
  const bool full = rows_.written() >= limits_.max_rows || rows_.written() >= kNoRow ||
                    bytes_.reserved() / 5 * 4 > limits_.max_bytes;
  if (!full) {
    rows_.push(make_row(event, connection, index));
    if (event.kind == EventKind::kHeader) open_[connection].headers[parser::index(event.direction)] = index;
  }
  {
    const std::lock_guard lock(mutex_);
    ConnectionSummary& facts = connections_[connection];
    take_facts(facts, event);
    if (const auto* tls = std::get_if<parser::TlsEstablished>(&event.fact)) {
      facts.tls[static_cast<size_t>(tls->leg)] = shared_tls(*tls);
    }
    if (full) {
      ++totals_.rows_not_kept;
    } else {
      if (facts.rows++ == 0) facts.first_row = index;
      facts.last_row = index;
      ++totals_.rows;
      if (parser::is_element(event.kind)) ++totals_.elements;
      if (rows_.at_writer(index).has(Row::kBytesNotKept)) totals_.bytes_not_kept += event.bytes.size();
    }
    if (const auto* dropped = std::get_if<parser::Dropped>(&event.fact)) {
      totals_.dropped_bytes += dropped->bytes;
    }
    for (const parser::Finding& finding : event.findings) {
      ++totals_.findings[static_cast<size_t>(finding.severity)];
    }
  }
  if (++unpublished_ >= kPublishEvery) publish();
}

// The clients of a server mostly negotiate the same, and those of one run with the same certificate.
std::shared_ptr<const parser::TlsEstablished> CaptureStore::shared_tls(const parser::TlsEstablished& tls) {
  const auto facts = [](const parser::TlsEstablished& t) {
    return std::tie(t.leg, t.version, t.cipher, t.alpn, t.sni, t.resumed, t.peer_subject, t.peer_issuer,
                    t.verification);
  };
  for (const auto& known : recent_tls_) {
    if (known != nullptr && facts(*known) == facts(tls)) return known;
  }
  auto fresh = std::make_shared<parser::TlsEstablished>(tls);
  fresh->c2s_offset = fresh->s2c_offset = 0;
  std::move_backward(recent_tls_.begin(), recent_tls_.end() - 1, recent_tls_.end());
  recent_tls_.front() = fresh;
  return fresh;
}

void CaptureStore::publish() {
  unpublished_ = 0;
  strings_.publish();
  numbers_.publish();
  // Findings and edits before their rows: a reader that sees a row sees all of it.
  findings_.publish();
  edits_.publish();
  rows_.publish();
  const std::lock_guard lock(mutex_);
  totals_.memory_bytes = bytes_.reserved() + rows_.memory_bytes() + findings_.memory_bytes();
}

uint32_t CaptureStore::connection_of(const StreamEvent& event) {
  if (event.connection == last_connection_.first && event.connection != 0) return last_connection_.second;
  const auto known = connection_index_.find(event.connection);
  if (known != connection_index_.end()) {
    last_connection_ = *known;
    return known->second;
  }
  const std::lock_guard lock(mutex_);
  if (connections_.size() >= limits_.max_connections) return static_cast<uint32_t>(connections_.size() - 1);
  const auto index = static_cast<uint32_t>(connections_.size());
  ConnectionSummary fresh;
  fresh.id = event.connection;
  fresh.session = event.session != 0 ? event.session : event.connection;
  fresh.opened = event.time;
  connections_.push_back(std::move(fresh));
  open_.emplace_back();
  numbers_.push({event.connection, event.connection});
  connection_index_.emplace(event.connection, index);
  return index;
}

Row CaptureStore::make_row(const StreamEvent& event, uint32_t connection, RowIndex index) {
  Row row;
  row.time_us = microseconds(event.time);
  row.frame = static_cast<uint32_t>(std::min<uint64_t>(event.frame, 0xffffffff));
  row.connection = connection;
  row.kind = event.kind;
  row.direction = event.direction;
  row.phase = event.phase;
  row.stream = event.stream;
  row.standing = event.standing;
  row.range_begin = event.range.begin;
  row.header = open_[connection].headers[parser::index(event.direction)];
  row.bytes_size = static_cast<uint32_t>(std::min<size_t>(event.bytes.size(), 0xffffffff));
  if (!event.bytes.empty()) {
    const auto at = reinterpret_cast<uintptr_t>(event.bytes.data());
    const auto low = reinterpret_cast<uintptr_t>(mapped_.data());
    if (!mapped_.empty() && at >= low && at + event.bytes.size() <= low + mapped_.size()) {
      row.bytes = event.bytes.data();
      characters_.add(event.bytes);
    } else if (bytes_.size() + event.bytes.size() <= limits_.max_bytes) {
      row.bytes = bytes_.append(event.bytes).data();
      characters_.add(event.bytes);
    } else {
      row.flags |= Row::kBytesNotKept;
    }
  }
  row.from = strings_.intern(event.from);
  row.to = strings_.intern(event.to);
  row.type = strings_.intern(event.stanza_type);
  if (event.restart) row.flags |= Row::kRestart;
  if (event.websocket) row.flags |= Row::kWebSocket;
  if (const auto* tls = std::get_if<parser::TlsEstablished>(&event.fact)) {
    if (tls->leg == parser::Leg::kServer) row.flags |= Row::kServerLeg;
  }
  if (const auto* closed = std::get_if<parser::Closed>(&event.fact)) {
    using How = parser::Closed::How;
    if (closed->how != How::kFinished && closed->how != How::kLost) row.flags |= Row::kBrokenOff;
  }
  if (event.session != 0 && event.session != event.connection) {
    std::atomic_ref<parser::ConnectionId>(numbers_.at_writer(connection).session)
        .store(event.session, std::memory_order_relaxed);
  }
  keep_text(row, event);
  keep_findings(row, event, index);
  link_answer(row, event, index);
  return row;
}

void CaptureStore::keep_text(Row& row, const StreamEvent& event) {
  constexpr size_t kMaxId = 4096;
  std::string text;
  if (has_tree(event.kind) && event.element != nullptr && row.bytes != nullptr) {
    row.flags |= Row::kSummaryFromBytes;
  } else {
    text = parser::summary(event);
    characters_.add(text);
    if (text.size() > limits_.max_summary) {
      text = shorten(text, limits_.max_summary);
      row.flags |= Row::kCut;
    }
  }
  row.summary_size = static_cast<uint16_t>(text.size());
  // Nearly every id stands in the element's bytes as it is: it is not kept twice.
  const size_t in_bytes = row.bytes == nullptr || event.id.size() > kMaxId ? std::string_view::npos
                                                                           : row.as_sent().find(event.id);
  if (in_bytes <= std::numeric_limits<uint16_t>::max()) {
    row.id_offset = static_cast<uint16_t>(in_bytes);
    row.id_size = static_cast<uint16_t>(event.id.size());
  } else if (!event.id.empty()) {
    const std::string id = shorten(event.id, kMaxId);
    if (id.size() != event.id.size()) row.flags |= Row::kCut;
    row.flags |= Row::kIdInText;
    row.id_size = static_cast<uint16_t>(id.size());
    text += id;
  }
  row.text = keep(text).data();
}

void CaptureStore::keep_findings(Row& row, const StreamEvent& event, RowIndex index) {
  row.first_finding = static_cast<uint32_t>(findings_.written());
  for (const parser::Finding& finding : event.findings) {
    if (findings_.written() >= limits_.max_findings || row.findings == std::numeric_limits<uint16_t>::max()) {
      const std::lock_guard lock(mutex_);
      ++totals_.findings_not_kept;
      continue;
    }
    characters_.add(finding.message);
    findings_.push({index, finding.severity, finding.offender, finding.rule, finding.citation,
                    keep(finding.message), finding.range, finding.frame});
    ++row.findings;
    row.worst = std::max(row.worst, finding.severity);
  }
  const auto keep_edit = [&](const parser::Edit& edit) {
    row.flags |= Row::kEdited;
    if (edits_.written() >= limits_.max_findings) return;
    edits_.push(
        {index, edit.direction, edit.range, keep(edit.name), keep(edit.reason), keep(edit.replacement)});
  };
  for (const parser::Edit& edit : event.edits) keep_edit(edit);
  if (const auto* edit = std::get_if<parser::Edit>(&event.fact)) keep_edit(*edit);
}

void CaptureStore::link_answer(Row& row, const StreamEvent& event, RowIndex index) {
  auto& requests = open_[row.connection].requests;
  if (event.kind == EventKind::kClosed) {
    waiting_ -= requests.size();
    requests = {};
  }
  if (is_request(event)) {
    // A flood of requests that are never answered must not fill memory: start afresh then. The answers
    // keep their round-trip time and lose only the link.
    if (waiting_ >= kMaxRequests) {
      for (Open& open : open_) open.requests = {};
      waiting_ = 0;
    }
    requests.emplace_back(event.frame, index);
    ++waiting_;
  }
  if (!event.answers) return;
  row.flags |= Row::kHasRtt;
  row.rtt_us = static_cast<uint32_t>(std::clamp<int64_t>(event.answers->rtt.count(), 0, 0xffffffff));
  const uint64_t frame = event.answers->frame;
  auto request = std::lower_bound(requests.begin(), requests.end(), std::pair(frame, RowIndex{0}));
  for (; request != requests.end() && request->first == frame; ++request) {
    Row& asked = rows_.at_writer(request->second);
    if (asked.id() != event.id) continue;
    row.answers = request->second;
    std::atomic_ref<RowIndex>(asked.answered_by).store(index, std::memory_order_relaxed);
    requests.erase(request);
    --waiting_;
    return;
  }
}

parser::ConnectionId CaptureStore::session_id(const Row& row) const {
  const parser::ConnectionId session = session_of(row.connection);
  return session != 0 ? session : connection_id(row);
}

parser::ConnectionId CaptureStore::session_of(uint32_t connection) const {
  if (connection >= numbers_.size()) return 0;
  auto& field = const_cast<parser::ConnectionId&>(numbers_[connection].session);  // as answered_by()
  return std::atomic_ref<parser::ConnectionId>(field).load(std::memory_order_relaxed);
}

RowIndex CaptureStore::answered_by(const Row& row) const {
  // atomic_ref wants a mutable object even to load (C++20); the row is ours, and nothing is changed.
  auto& field = const_cast<RowIndex&>(row.answered_by);
  const RowIndex answer = std::atomic_ref<RowIndex>(field).load(std::memory_order_relaxed);
  return answer < rows() ? answer : kNoRow;  // the answer may not be published yet
}

size_t CaptureStore::finding_from(RowIndex row) const {
  size_t low = 0;
  size_t high = findings();
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (findings_[middle].row < row) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

std::vector<EditEntry> CaptureStore::edits_of(RowIndex row) const {
  std::vector<EditEntry> found;
  size_t low = 0;
  size_t high = edits();
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (edits_[middle].row < row) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  for (; low < edits() && edits_[low].row == row; ++low) found.push_back(edits_[low]);
  return found;
}

size_t CaptureStore::connections() const {
  const std::lock_guard lock(mutex_);
  return connections_.size();
}

ConnectionSummary CaptureStore::connection(size_t index) const {
  const std::lock_guard lock(mutex_);
  return index < connections_.size() ? connections_[index] : ConnectionSummary{};
}

CaptureStore::SessionExtent CaptureStore::session_extent(uint32_t connection) const {
  const std::lock_guard lock(mutex_);
  SessionExtent found;
  if (connection >= connections_.size()) return found;
  const parser::ConnectionId session = connections_[connection].session;
  const auto take = [&](size_t i) {
    found.connections.push_back(static_cast<uint32_t>(i));
    found.first_row = std::min(found.first_row, connections_[i].first_row);
    found.last_row = std::max(found.last_row, connections_[i].last_row);
  };
  if (session == 0) {
    take(connection);
    return found;
  }
  for (size_t i = 0; i < connections_.size(); ++i) {
    if (connections_[i].session == session) take(i);
  }
  return found;
}

Totals CaptureStore::totals() const {
  const std::lock_guard lock(mutex_);
  return totals_;
}

RowIndex CaptureStore::row_of_frame(uint64_t frame) const {
  if (frame == 0) return kNoRow;
  // Frames grow with the rows apart from facts, which may stand slightly out of order: search, then look
  // around.
  size_t low = 0;
  size_t high = rows();
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (rows_[middle].frame < frame) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  const size_t from = low > 64 ? low - 64 : 0;
  const size_t until = std::min(rows(), low + 64);
  for (size_t i = from; i < until; ++i) {
    if (rows_[i].frame == frame && parser::is_element(rows_[i].kind)) return static_cast<RowIndex>(i);
  }
  for (size_t i = from; i < until; ++i) {
    if (rows_[i].frame == frame) return static_cast<RowIndex>(i);
  }
  return kNoRow;
}

}  // namespace viewer
