// Where to connect for a domain, from its SRV records (RFC 6120 §3.2, RFC 2782, XEP-0368). Sans-I/O: the
// resolver brings the answers and a random source, this says which hosts to try in which order.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace proxy::net {

struct SrvRecord {
  uint16_t priority = 0;
  uint16_t weight = 0;
  uint16_t port = 0;
  std::string target;  // "." or empty: the service is decidedly not available (RFC 2782)
};

// The answer to one SRV query.
struct SrvAnswer {
  enum class Outcome : uint8_t {
    kRecords,
    kNone,      // no such name, or no records: the fallback applies
    kFailed,    // the DNS did not answer, or with an error
    kNotAsked,  // this kind of service is not wanted
  };
  Outcome outcome = Outcome::kNotAsked;
  std::vector<SrvRecord> records;
  std::string error;  // kFailed: in words
};

struct Target {
  std::string host;  // a name or a numeric address
  uint16_t port = 0;
  bool direct_tls = false;
  bool operator==(const Target&) const = default;
};

struct ConnectPlan {
  std::vector<Target> targets;  // in the order to try
  std::string error;            // why there are none, and what to do
};

// A number in [0, bound].
using RandomBelow = std::function<uint32_t(uint32_t bound)>;

// `domain` is in DNS form. Records of both services are merged and ordered by priority, within one priority
// by weighted chance (RFC 2782's algorithm); on equal priority neither service is preferred over the other
// (XEP-0368 §3). With no records: the domain itself, on 5222 (or 5223 where only direct TLS is wanted). At
// most 16 targets.
ConnectPlan plan_connection(const std::string& domain, const SrvAnswer& starttls, const SrvAnswer& direct_tls,
                            const RandomBelow& random);

}  // namespace proxy::net
