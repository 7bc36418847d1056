// Queries to message archives, those under way and those that have ended lately (XEP-0313 §4).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/payload/mam.h"
#include "parser/stream/session_state.h"
#include "parser/stream/stream_event.h"

namespace parser::payload {

struct ArchiveQuery {
  std::string archive;  // address as asked; empty: the own account's
  std::string iq;       // id of the request
  std::string queryid;
  uint64_t frame = 0;
  bool flipped = false;
  bool ended = false;
  std::optional<Time> last;  // the stamp of the latest result
};

// What a result was, held against the queries.
enum class ResultMatch : uint8_t {
  kNone,         // the event is no result
  kExpected,     // belongs to a query under way
  kOutOfOrder,   // so does it, but it is older than the one before
  kWrongId,      // of an archive that was asked, with another queryid
  kAfterEnd,     // of a query that has ended
  kUnsolicited,  // of an archive that was not asked
};

class ArchiveQueries {
 public:
  static constexpr size_t kMost = 32;  // the oldest is forgotten first, and then nothing is unsolicited
  // Client's queries, the server's results and answers.
  void on_iq(const StreamEvent& event, const SessionState& session);
  void on_message(const StreamEvent& event, const SessionState& session);
  void forget_last() { last_ = ResultMatch::kNone; }

  ResultMatch last() const { return last_; }
  const ArchiveQuery* last_query() const;  // that the result is held against; null where none
  bool complete() const { return !forgotten_; }

 private:
  std::vector<ArchiveQuery> queries_;  // in the order of their requests
  ResultMatch last_ = ResultMatch::kNone;
  size_t last_query_ = kMost;
  bool forgotten_ = false;
};

}  // namespace parser::payload
