// What earlier connections say about the next one: who was thrown out, what resources a server makes up, how
// it refuses logins. One for all connections of an Analyzer; rules about several streams read it.
//
// Bounds: kMostAccounts accounts and kMostServers servers, the oldest forgotten first; kSamples of each kind
// for a server. Names longer than 1024 bytes are not followed. Passwords never get here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "parser/stream/connection.h"

namespace parser {

class ServerHistory {
 public:
  static constexpr size_t kMostAccounts = 1024;
  static constexpr size_t kMostServers = 256;
  static constexpr size_t kSamples = 16;

  struct Conflict {
    std::string account;   // "juliet@example.com"
    std::string resource;  // that it was thrown out of
    uint64_t frame = 0;    // of the stream error
    Time time{};
  };
  // The session of a full JID was ended by <conflict/>.
  void thrown_out(std::string_view jid, uint64_t frame, Time time);
  // The latest one of that account and resource; null: none.
  const Conflict* conflict_of(std::string_view account, std::string_view resource) const;

  // How a resource follows from those before it.
  enum class Pattern : uint8_t {
    kNone,     // nothing to see, or too few samples
    kSame,     // every time the same
    kCounted,  // a number that goes up by a little
  };
  // The server chose that resource itself.
  void chose_resource(std::string_view domain, std::string_view resource, uint64_t frame);
  Pattern resource_pattern(uint64_t frame) const {  // of the one that was chosen in that frame
    return resource_frame_ == frame ? pattern_ : Pattern::kNone;
  }

  struct Failure {
    uint64_t user = 0;  // hash
    std::string mechanism;
    std::string condition;
    uint64_t frame = 0;
  };
  // A login was refused.
  void refused(std::string_view domain, std::string_view user, std::string_view mechanism,
               std::string_view condition, uint64_t frame);
  // The refusal in that frame has another condition than an earlier one for somebody else; that earlier one.
  const std::optional<Failure>& unlike(uint64_t frame) const {
    return failure_frame_ == frame ? unlike_ : none_;
  }

 private:
  struct Server {
    std::string domain;
    std::deque<std::string> resources;
    std::deque<Failure> failures;
    bool told_failures = false;
  };
  Server& server(std::string_view domain);

  std::deque<Conflict> conflicts_;
  std::deque<Server> servers_;
  Pattern pattern_ = Pattern::kNone;
  uint64_t resource_frame_ = 0;
  std::optional<Failure> unlike_;
  std::optional<Failure> none_;
  uint64_t failure_frame_ = 0;
};

}  // namespace parser
