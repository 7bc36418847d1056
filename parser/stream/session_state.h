// What is known about a session at one moment: both directions feed it, rules and captions read it.
// The table of states is that of docs/STATES.md, section 1 (client to server).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "parser/stream/connection.h"
#include "parser/stream/phase.h"
#include "parser/stream/stream_event.h"
#include "parser/xml/element.h"

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

// One direction's stream.
struct StreamSide {
  bool header_seen = false;  // in the current document
  xml::ElementPtr header;    // of the current document
  unsigned headers = 0;      // over all restarts
  bool closed = false;       // </stream:stream> was seen
  bool error_sent = false;   // <stream:error/> was seen
  Time header_time{};
  uint64_t header_frame = 0;
  ByteRange header_range;
};

struct SessionLimits {
  size_t max_open_iqs = 4096;     // per direction
  size_t max_answered_ids = 256;  // remembered per direction to tell a duplicate from an unsolicited answer
};

class SessionState {
 public:
  explicit SessionState(const SessionLimits& limits = {});

  // --- fed by the Analyzer, in order of time -------------------------------------------------------
  void on_opened(const ConnectionInfo& info);
  void on_tls(const TlsEstablished& fact);
  // Moves the machine and fills event.answers and event.phase.
  void on_element(StreamEvent& event);
  void on_closed(const Closed& fact);

  // --- read by rules and views ------------------------------------------------------------------------
  Phase phase() const { return phase_; }
  // False: began in mid-session, absence proves nothing. True also where ConnectionInfo::assumed says what
  // the session had come to.
  bool from_start() const { return from_start_; }
  // Whether the leg on which this direction's *sender* speaks is encrypted.
  bool encrypted(Direction sender) const;
  bool tls(Leg leg) const { return tls_[static_cast<size_t>(leg)]; }
  bool authenticated() const { return authenticated_; }
  bool bound() const { return !bound_jid_.empty(); }
  std::string_view bound_jid() const {
    return bound_jid_;
  }                                                    // full JID as the server assigned it; empty: none
  std::string_view domain() const { return domain_; }  // the stream's `to`, else the server's `from`
  std::string_view content_namespace() const { return content_ns_; }  // "jabber:client", …
  std::string_view sasl_mechanism() const { return sasl_mechanism_; }
  bool version_1() const;  // both headers have version 1.0 or later (RFC 6120 §4.7.5)
  const StreamSide& side(Direction d) const { return sides_[index(d)]; }
  // The latest <stream:features/> of the current document, null before it.
  const xml::Element* features() const { return features_.get(); }
  // Whether any features of this connection offered a child {ns}local (the current ones, or ones before a
  // restart).
  bool offered(std::string_view local, std::string_view ns) const;
  // Open requests sent in that direction, oldest first.
  const std::map<uint64_t, OpenIq>& open_iqs(Direction d) const { return open_[index(d)]; }
  // Of the iq result or error that was fed last, and the request it belongs to (also where the peer is
  // wrong).
  IqMatch last_match() const { return last_match_; }
  const std::optional<OpenIq>& last_request() const { return last_request_; }
  uint64_t forgotten_iqs() const { return forgotten_iqs_; }  // dropped by max_open_iqs

 private:
  Phase phase_ = Phase::kConnected;
  bool from_start_ = true;
  std::array<bool, 2> tls_{};
  bool authenticated_ = false;
  std::string bound_jid_;
  std::string domain_;
  std::string content_ns_;
  std::string sasl_mechanism_;
  std::array<StreamSide, 2> sides_;
  xml::ElementPtr features_;
  std::array<std::map<uint64_t, OpenIq>, 2> open_;  // keyed by a running number
  IqMatch last_match_ = IqMatch::kNone;
  std::optional<OpenIq> last_request_;
  uint64_t forgotten_iqs_ = 0;
  SessionLimits limits_;
};

}  // namespace parser
