// A reader that has seen the stream header in force knows the prefixes of what follows; it is kept for the
// next row of the same stream, so that filtering a million rows does not make a million parsers.
#include "viewer/model/reparser.h"

#include <string>

#include "parser/stream/stanza.h"

namespace viewer {

namespace {

using parser::StreamItem;

constexpr size_t kMaxReaders = 32;

class Ignore : public parser::StreamReader::Handler {
 public:
  void on_item(const StreamItem&) override {}
};

class TakeElement : public parser::StreamReader::Handler {
 public:
  void on_item(const StreamItem& item) override {
    if (item.element != nullptr) element = item.element;
  }
  parser::xml::ElementPtr element;
};

}  // namespace

bool has_tree(parser::EventKind kind) {
  using parser::EventKind;
  return parser::is_element(kind) && kind != EventKind::kFooter && kind != EventKind::kKeepalive &&
         kind != EventKind::kViolation && kind != EventKind::kUnparsed;
}

parser::StreamReader& Reparser::reader_for(const Row& row, uint64_t key) {
  const auto known = readers_.find(key);
  if (known != readers_.end() && !known->second.failed() && known->second.partial().empty()) {
    return known->second;
  }
  if (known != readers_.end()) readers_.erase(known);
  if (readers_.size() >= kMaxReaders) readers_.clear();
  const std::string content_ns = store_.connection(row.connection).content_ns;
  parser::StreamReader::Options options;
  options.limits.element_bytes = size_t{64} << 20;  // what was recorded is shown
  options.limits.header_bytes = size_t{1} << 20;
  options.expect_header = false;
  if (!content_ns.empty()) options.assumed_content_namespace = content_ns;
  parser::StreamReader& reader = readers_.emplace(key, parser::StreamReader(options)).first->second;
  if (row.header != kNoRow) {
    Ignore ignore;
    reader.feed(store_.row(row.header).as_sent(), ignore);
  }
  return reader;
}

const parser::StreamEvent& Reparser::event(RowIndex index) {
  outline(index);
  return complete(index);
}

const parser::StreamEvent& Reparser::outline(RowIndex index) {
  const Row& row = store_.row(index);
  event_.element.reset();
  event_.payload = nullptr;
  event_.ns = event_.local = {};
  event_.findings.clear();
  event_.edits.clear();
  event_.frame = row.frame;
  event_.time = parser::Time(parser::Duration(row.time_us));
  event_.connection = store_.connection_id(row);
  event_.session = store_.session_id(row);
  event_.direction = row.direction;
  event_.kind = row.kind;
  event_.range = {row.range_begin, row.range_begin + row.bytes_size};
  event_.bytes = row.as_sent();
  event_.from = store_.text(row.from);
  event_.to = store_.text(row.to);
  event_.id = row.id();
  event_.stanza_type = store_.text(row.type);
  event_.phase = row.phase;
  event_.stream = row.stream;
  event_.restart = row.has(Row::kRestart);
  event_.websocket = row.has(Row::kWebSocket);
  event_.standing = row.standing;
  event_.answers.reset();
  if (row.has(Row::kHasRtt)) {
    event_.answers.emplace();
    event_.answers->rtt = parser::Duration(row.rtt_us);
    if (row.answers != kNoRow) event_.answers->frame = store_.row(row.answers).frame;
  }
  for (size_t i = row.first_finding; i < row.first_finding + row.findings; ++i) {
    const FindingEntry& entry = store_.finding(i);
    event_.findings.push_back({entry.rule, entry.severity, entry.offender, entry.citation,
                               std::string(entry.message), entry.range, entry.frame});
  }
  if (row.has(Row::kEdited)) {
    for (const EditEntry& edit : store_.edits_of(index)) {
      event_.edits.push_back({edit.direction, edit.range, std::string(edit.replacement),
                              std::string(edit.name), std::string(edit.reason)});
    }
  }
  base_ = 0;
  return event_;
}

const parser::StreamEvent& Reparser::complete(RowIndex index) {
  const Row& row = store_.row(index);
  if (!has_tree(row.kind) || event_.bytes.empty()) return event_;

  // A header begins its own document: it gets a reader of its own.
  const uint64_t key = row.kind == parser::EventKind::kHeader ? (uint64_t{1} << 40) + index
                       : row.header != kNoRow
                           ? row.header
                           : (uint64_t{1} << 41) + row.connection * 2 + parser::index(row.direction);
  Row alone;
  alone.connection = row.connection;
  parser::StreamReader& reader = reader_for(row.kind == parser::EventKind::kHeader ? alone : row, key);
  base_ = reader.offset();
  TakeElement take;
  reader.feed(event_.bytes, take);
  event_.element = take.element;
  if (row.kind == parser::EventKind::kHeader) readers_.erase(key);
  if (event_.element == nullptr) return event_;
  event_.ns = event_.element->ns;
  event_.local = event_.element->local;
  event_.payload = parser::payload_of(*event_.element);
  return event_;
}

}  // namespace viewer
