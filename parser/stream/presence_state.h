// What a client has said of its own presence (RFC 6121 §4): to everybody, and to some directly.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "parser/stream/stream_event.h"

namespace parser {

class PresenceState {
 public:
  static constexpr size_t kMaxDirected = 128;  // addresses; further ones are not remembered

  // `own`: the client's full JID; empty where it is not known.
  void on_presence(const StreamEvent& event, std::string_view own);

  bool available() const { return available_; }
  bool ever_available() const { return since_.has_value(); }
  // When the client last became available by a broadcast; none: never here.
  const std::optional<Time>& available_since() const { return since_; }
  // The event fed last made the client available.
  bool last_was_initial() const { return last_was_initial_; }
  int priority() const { return priority_; }  // -128..127, of the latest broadcast

  // The initial presence that the server has not reflected (RFC 6121 §4.2.2); none: it has, or there is none.
  struct Unreflected {
    uint64_t frame = 0;
    Time time{};
  };
  const std::optional<Unreflected>& unreflected() const { return unreflected_; }

  // Whether that address, in whatever form, was sent presence directly (RFC 6121 §4.6). True also where too
  // many were to tell.
  bool directed_to(std::string_view address) const;
  struct Directed {
    uint64_t full = 0;  // full_key() of what it was sent to
    uint64_t bare = 0;  // bare_key()
    bool operator==(const Directed&) const = default;
  };
  // Who got directed presence and no directed goodbye since; kMaxDirected may mean that there are more.
  const std::vector<Directed>& open_directed() const { return directed_; }

 private:
  void on_broadcast(const StreamEvent& event);
  void on_directed(const StreamEvent& event);

  std::vector<Directed> directed_;
  std::vector<uint64_t> ended_;  // bare keys whose directed presence was taken back; answers may still come
  std::optional<Time> since_;
  std::optional<Unreflected> unreflected_;
  bool available_ = false;
  bool last_was_initial_ = false;
  bool forgot_ = false;
  int8_t priority_ = 0;
};

}  // namespace parser
