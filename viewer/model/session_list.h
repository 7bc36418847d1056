// Logical sessions: connections that were resumed one after the other are one (XEP-0198 §5).
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "viewer/model/capture_store.h"

namespace viewer {

class SessionList {
 public:
  struct Session {
    parser::ConnectionId id = 0;        // of its first connection
    std::vector<uint32_t> connections;  // indices of the store, in order
  };

  explicit SessionList(const CaptureStore& store) : store_(store) {}

  // Once per frame; looks only at connections that were young when they were looked at last.
  void update();
  const std::vector<Session>& all() const { return sessions_; }  // by their first connection
  const Session* find(parser::ConnectionId session) const;       // null: none

 private:
  const CaptureStore& store_;
  std::vector<parser::ConnectionId> known_;  // session by connection
  std::vector<Session> sessions_;
  std::unordered_map<parser::ConnectionId, size_t> index_;
};

// The name people know it by: the address that one of its connections was bound to, else what the newest
// says.
std::string session_title(const CaptureStore& store, const SessionList::Session& session);

struct SessionFact {
  std::string name;
  std::string value;
};
// What there is to say of one connection, for people: ends, TLS on both legs with certificates and their
// verification, how it stands and how it ended.
std::vector<SessionFact> connection_facts(const ConnectionSummary& connection);
// "TLS 1.3 → authenticated → bound → SM on"; what has not come is left out, what failed is said.
std::string short_way(const ConnectionSummary& connection);

}  // namespace viewer
