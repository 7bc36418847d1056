// Which connections are one logical session: what XEP-0198 lets go on over a new connection.
//
// One registry serves all connections of an Analyzer. A session is known from its <enabled id/> on. It lives
// on one connection at a time (N2), hibernates when that breaks (N3) for as long as the server said (max),
// and is over when the client closes its stream or the server refuses to resume it (N0). What is over is
// still remembered for a while, so that an id that comes again, or a resumption that comes too late, can be
// told.
//
// Bounds: kMost sessions; the one that was touched least recently is forgotten first. Deterministic: time is
// that of the events, never a clock's.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "parser/stream/connection.h"
#include "parser/stream/stream_management.h"

namespace parser {

class SessionRegistry {
 public:
  static constexpr size_t kMost = 4096;
  static constexpr size_t kMaxKey = 512;  // bytes of domain and id; longer ones are not followed

  enum class State : uint8_t {
    kLive,         // N2
    kHibernating,  // N3
    kOver,         // N0
  };
  enum class End : uint8_t { kNone, kClosedByClient, kRefused, kExpired };

  struct Session {
    std::shared_ptr<StreamManagement> sm;  // null where it is over
    State state = State::kLive;
    End end = End::kNone;
    ConnectionId first = 0;       // the logical session's number
    ConnectionId connection = 0;  // it lives on, or lived on last
    uint64_t enabled_frame = 0;   // of the <enabled/> that gave the id
    uint64_t end_frame = 0;       // of the element that ended it; 0: none did
    Time since{};                 // of the state
    Time expires{};               // kHibernating: when the server may forget it; epoch: it did not say
  };

  // `domain` is the server's: ids are unique for one server only.
  // An <enabled/> gave `sm` an id. Returns what was known under that id before; null where nothing was. That
  // pointer is valid until the next call that is not const.
  const Session* granted(std::string_view domain, const std::shared_ptr<StreamManagement>& sm, uint64_t frame,
                         Time time);
  // Null where the id is not known (any more).
  const Session* find(std::string_view domain, std::string_view id) const;
  // The session goes on over `connection`. Null where it is not known, or is over.
  std::shared_ptr<StreamManagement> resumed(std::string_view domain, std::string_view id,
                                            ConnectionId connection, Time time);
  // The connection of a session broke.
  void broke(std::string_view domain, const StreamManagement& sm, Time time);
  void ended(std::string_view domain, std::string_view id, End how, uint64_t frame, Time time);

  size_t size() const { return sessions_.size(); }

 private:
  struct Entry {
    Session session;
    std::list<std::string>::iterator place;  // in order_
  };
  static std::string key_of(std::string_view domain, std::string_view id);
  Entry* touch(const std::string& key);
  void expire(Time now);

  std::unordered_map<std::string, Entry> sessions_;
  std::list<std::string> order_;  // keys, the least recently touched first
  Session replaced_;
};

}  // namespace parser
