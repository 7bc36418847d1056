// Everything that was seen of a capture, live or from a file: rows, connections, findings, bytes.
//
// One thread writes (the loader, through EventSink); the window reads published rows without locking.
// Memory is bounded by StoreLimits; what is not kept is counted, and shown as such.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "parser/stream/stream_event.h"
#include "viewer/model/append_log.h"
#include "viewer/model/byte_store.h"
#include "viewer/model/interner.h"
#include "viewer/model/row.h"
#include "viewer/model/seen_characters.h"

namespace viewer {

struct StoreLimits {
  size_t max_rows = 50'000'000;
  uint64_t max_bytes = uint64_t{4} << 30;  // of elements and texts that are copied; mapped ones are free
  size_t max_findings = 1'000'000;
  size_t max_connections = 1'000'000;
  size_t max_summary = 400;  // bytes of one summary
};

// A finding with its row.
struct FindingEntry {
  RowIndex row = kNoRow;
  parser::Severity severity{};
  parser::Direction offender{};
  std::string_view rule;
  std::string_view citation;
  std::string_view message;
  parser::ByteRange range;
  uint64_t frame = 0;  // of the element at fault where it is an earlier one
};

// An edit that the proxy made in a row's bytes.
struct EditEntry {
  RowIndex row = kNoRow;
  parser::Direction direction{};
  parser::ByteRange range;
  std::string_view name;
  std::string_view reason;
  std::string_view replacement;
};

struct ConnectionSummary {
  parser::ConnectionId id = 0;
  // The logical session: the first of the connections that it has lived on; 0: nothing was said yet.
  parser::ConnectionId session = 0;
  parser::ConnectionInfo info;
  // By Leg; null: not encrypted. Without its offsets; connections that negotiated the same share it.
  std::array<std::shared_ptr<const parser::TlsEstablished>, 2> tls;
  std::string bound_jid;   // full JID as the server assigned it
  std::string domain;      // the stream's `to`
  std::string content_ns;  // "jabber:client", "jabber:server", …
  std::string mechanism;   // SASL
  parser::Phase phase{};
  parser::StreamKind stream{};
  parser::Progress progress;  // how far it came: the breadcrumb
  parser::Standing standing;
  parser::Time opened{};
  parser::Time last{};
  std::optional<parser::Closed> closed;
  bool stream_management = false;
  std::array<uint64_t, 2> elements{};  // by Direction
  std::array<uint64_t, 2> bytes{};
  std::array<uint64_t, 3> findings{};  // by Severity
  uint64_t edits = 0;
  uint64_t dropped_bytes = 0;
  RowIndex first_row = kNoRow;
  RowIndex last_row = 0;
  uint64_t rows = 0;

  uint64_t finding_count() const { return findings[0] + findings[1] + findings[2]; }
  // The name people know it by: bound JID, else the domain, else the client's address.
  std::string title() const;
};

struct Totals {
  uint64_t rows = 0;
  uint64_t elements = 0;
  uint64_t rows_not_kept = 0;  // the store was full
  uint64_t bytes_not_kept = 0;
  uint64_t findings_not_kept = 0;
  uint64_t dropped_bytes = 0;  // not recorded by the proxy
  std::array<uint64_t, 3> findings{};
  uint64_t memory_bytes = 0;  // taken by the store, about
};

class CaptureStore : public parser::EventSink {
 public:
  explicit CaptureStore(const StoreLimits& limits = {});

  // --- writer's thread ---------------------------------------------------------------------------------
  // Bytes of events that lie in this memory are not copied: it stays as long as the store lives. Before the
  // first event.
  void keep_in(std::string_view mapped) { mapped_ = mapped; }
  void on_event(const parser::StreamEvent& event) override;
  // Makes everything so far visible; on_event() does so by itself every few hundred events.
  void publish();

  // --- any thread --------------------------------------------------------------------------------------
  size_t rows() const { return rows_.size(); }
  const Row& row(size_t i) const { return rows_[i]; }
  std::string_view text(StringId id) const { return strings_[id]; }
  size_t strings() const { return strings_.size(); }  // ids below it have a text
  RowIndex answered_by(const Row& row) const;
  // Numbers of the row's connection and of its logical session; without a lock. A connection that resumes an
  // earlier session belongs to it as a whole, also with what it said before.
  parser::ConnectionId connection_id(const Row& row) const { return numbers_[row.connection].id; }
  parser::ConnectionId session_id(const Row& row) const;
  parser::ConnectionId session_of(uint32_t connection) const;  // as far as was published

  size_t findings() const { return findings_.size(); }
  const FindingEntry& finding(size_t i) const { return findings_[i]; }
  // First finding of a row at or behind `row`; findings() where there is none.
  size_t finding_from(RowIndex row) const;
  size_t edits() const { return edits_.size(); }
  const EditEntry& edit(size_t i) const { return edits_[i]; }
  std::vector<EditEntry> edits_of(RowIndex row) const;

  size_t connections() const;
  ConnectionSummary connection(size_t index) const;  // a copy: facts go on changing
  // The logical session that a connection belongs to: its connections (indexes, in order, that one among
  // them) and the rows that they lie within.
  struct SessionExtent {
    std::vector<uint32_t> connections;
    RowIndex first_row = kNoRow;
    RowIndex last_row = 0;
  };
  SessionExtent session_extent(uint32_t connection) const;
  Totals totals() const;
  // First row of that frame, kNoRow where there is none (never recorded, or not loaded yet).
  RowIndex row_of_frame(uint64_t frame) const;
  const SeenCharacters& characters() const { return characters_; }
  // Text that is made of what the store keeps, and shown: it may have characters that the bytes have not.
  void note_characters(std::string_view text) const { characters_.add(text); }
  const StoreLimits& limits() const { return limits_; }

 private:
  uint32_t connection_of(const parser::StreamEvent& event);
  std::shared_ptr<const parser::TlsEstablished> shared_tls(const parser::TlsEstablished& tls);
  Row make_row(const parser::StreamEvent& event, uint32_t connection, RowIndex index);
  // A copy of the text that stays; texts that came lately are not kept twice.
  std::string_view keep(std::string_view text);
  void keep_text(Row& row, const parser::StreamEvent& event);
  void keep_findings(Row& row, const parser::StreamEvent& event, RowIndex index);
  void link_answer(Row& row, const parser::StreamEvent& event, RowIndex index);

  // What rows need of their connection; `session` is written after publication.
  struct Numbers {
    parser::ConnectionId id = 0;
    parser::ConnectionId session = 0;
  };

  StoreLimits limits_;
  std::string_view mapped_;
  ByteStore bytes_;
  Interner strings_;
  AppendLog<Row> rows_;
  AppendLog<FindingEntry> findings_;
  AppendLog<EditEntry> edits_;
  AppendLog<Numbers> numbers_;  // by connection
  mutable SeenCharacters characters_;
  size_t unpublished_ = 0;
  std::array<std::shared_ptr<const parser::TlsEstablished>, 8> recent_tls_;  // the youngest in front
  std::vector<std::string_view> recent_texts_;                               // by hash; see keep()
  // What the rows to come need of a connection.
  struct Open {
    std::array<RowIndex, 2> headers{kNoRow, kNoRow};  // in force, by direction
    // Iq requests that wait for an answer, by frame. Those of one frame (several elements of one WebSocket
    // message) are told apart by their ids.
    std::vector<std::pair<uint64_t, RowIndex>> requests;
  };
  std::vector<Open> open_;  // by connection
  size_t waiting_ = 0;      // requests, of all connections
  std::unordered_map<parser::ConnectionId, uint32_t> connection_index_;
  std::pair<parser::ConnectionId, uint32_t> last_connection_{0, 0};  // that was looked up; 0: none

  mutable std::mutex mutex_;  // guards what follows
  std::deque<ConnectionSummary> connections_;
  Totals totals_;
};

}  // namespace viewer
