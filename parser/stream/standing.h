// Where an established client session stands with its account: the states inside of kBound and kEstablished.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace parser {

struct Standing {
  bool client : 1 = false;      // a client's session with an address, seen from where it was bound
  bool resumed : 1 = false;     // … that goes on from an earlier connection: roster and presence were there
  bool interested : 1 = false;  // the roster was requested: changes are pushed
  bool available : 1 = false;   // presence was broadcast
  bool unavailable : 1 = false;  // … and taken back while the stream stays open
  bool managed : 1 = false;      // stream management is on (XEP-0198)
  bool inactive : 1 = false;     // the client said that nobody looks (XEP-0352)
  bool operator==(const Standing&) const = default;
};

// "connected", "resumed", "interested", "available" or "unavailable", then "not-interested", "sm" and
// "csi-inactive" where they hold; empty where Standing::client is not set. Stable, for JSON.
std::vector<std::string_view> names(const Standing& standing);
// One sentence without capital and full stop for each of names(). Static.
std::vector<std::string_view> captions(const Standing& standing);

}  // namespace parser
