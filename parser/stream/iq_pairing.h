// Which iq answers which. A response never pairs by its id alone: kind, id, direction and peer all count
// (RFC 6120 §8.2.3), and addresses are compared in prepared form.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "parser/jid/jid.h"
#include "parser/stream/connection.h"
#include "parser/stream/stream_event.h"

namespace parser {

// A request that has no answer yet.
struct OpenIq {
  std::string id;
  std::string from;  // as sent; usually empty where a client asks
  std::string to;    // as sent; empty: to the server (or to the client's own account)
  std::string type;  // "get" or "set"
  std::string payload_ns;
  std::string payload_local;
  uint64_t frame = 0;
  Time time{};
  ByteRange range;
};

// What became of an iq result or error when it was held against the open requests. A response never
// pairs by id alone: kind, id, direction and peer all count (RFC 6120 §8.2.3).
enum class IqMatch : uint8_t { kNone, kAnswered, kWrongFrom, kDuplicate, kUnsolicited };

struct SessionLimits {
  size_t max_open_iqs = 4096;  // per direction; older ones are forgotten
  // What their ids, addresses and payload names may take, per direction: enough for 4096 usual ones, and not
  // for 4096 ids of the length that one stanza may have.
  size_t max_open_iq_bytes = size_t{1} << 20U;
  size_t max_answered_ids = 128;  // remembered per direction to tell a duplicate from an unsolicited answer
};

// Who the two ends are; decides who may answer a request that names nobody.
struct Self {
  std::string_view jid;  // full JID of the client; empty: not known (yet)
  std::string_view domain;
  JidProfile profile = JidProfile::kRfc3920;  // how addresses are compared
};

// Open requests of both directions of one connection.
class IqPairing {
 public:
  explicit IqPairing(const SessionLimits& limits = {}) : limits_(limits) {}

  // Remembers a get or set. One without an id cannot be answered and is not kept.
  void request(const StreamEvent& event);

  struct Match {
    IqMatch match = IqMatch::kUnsolicited;
    std::optional<OpenIq> request;  // kAnswered: taken out of the open ones; kWrongFrom: a copy
  };
  // Holds a result or error against the requests of the opposite direction.
  Match response(const StreamEvent& event, const Self& self);

  // Requests sent in that direction that have no answer yet, oldest first; keyed by a running number.
  const std::map<uint64_t, OpenIq>& open(Direction d) const { return sides_[index(d)].open; }
  uint64_t forgotten() const { return forgotten_[0] + forgotten_[1]; }
  uint64_t forgotten(Direction d) const { return forgotten_[index(d)]; }

 private:
  struct Side {
    std::map<uint64_t, OpenIq> open;
    std::set<std::pair<uint64_t, uint64_t>> by_id;  // hash of the id, number in `open`
    std::vector<uint32_t> answered;                 // hashes of id and peer; a ring once it is full
    size_t answered_next = 0;
    size_t bytes = 0;  // of the texts in `open`
    uint64_t next_number = 1;
  };
  void forget(Side& side, std::map<uint64_t, OpenIq>::iterator request, uint64_t id_hash);
  void remember_answered(Side& side, uint32_t answer);

  SessionLimits limits_;
  std::array<Side, 2> sides_;
  std::array<uint64_t, 2> forgotten_{};
};

}  // namespace parser
