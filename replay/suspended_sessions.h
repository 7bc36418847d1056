// Sessions of a replayed server whose connection broke, kept until their client comes back (XEP-0198 §5) or
// their time is over.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "parser/stream/connection.h"
#include "replay/rewriting.h"

namespace replay {

struct SuspendedSession {
  std::string user;
  std::string domain;
  size_t session = 0;                        // of the book
  Rewriting rewriting;                       // with the address that was bound
  std::vector<bool> met;                     // of the recorded client's elements: it was sent in this run
  std::vector<bool> sent;                    // of pushes
  size_t unsent = 0;                         // … that are not
  uint32_t handled = 0;                      // stanzas of the client
  uint32_t said = 0;                         // … of the server
  std::deque<std::string> unacknowledged{};  // the last ones of these
};

class SuspendedSessions {
 public:
  static constexpr size_t kMost = 1000;
  static constexpr parser::Duration kKept = std::chrono::minutes(5);

  std::string new_id() { return "replay-sm-" + std::to_string(++ids_); }
  // The oldest one goes where there are too many.
  void put(std::string id, SuspendedSession session, parser::Time now);
  // Null where there is none by that id of that user; it is gone from here otherwise.
  std::optional<SuspendedSession> take(std::string_view id, std::string_view user, parser::Time now);
  size_t size() const { return kept_.size(); }

 private:
  struct Kept {
    parser::Time since;
    SuspendedSession session;
  };
  void forget_old(parser::Time now, size_t most);

  uint64_t ids_ = 0;
  std::map<std::string, Kept, std::less<>> kept_;
  std::deque<std::pair<parser::Time, std::string>> order_;  // ids as they came; some are gone
};

}  // namespace replay
