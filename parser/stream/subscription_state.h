// Presence subscriptions that are being asked for on a client's stream (RFC 6121 §3): by others, and by the
// user.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "parser/stream/stream_event.h"

namespace parser {

class SubscriptionState {
 public:
  static constexpr size_t kMaxRequests = 64;  // in each direction; older ones are forgotten

  struct Request {
    uint64_t contact = 0;  // bare_key()
    uint64_t id = 0;       // text_key(); 0: none
    uint64_t frame = 0;
    Time time{};
    bool turned_to = false;  // the user had asked that contact, or approved them, before
  };

  void on_presence(const StreamEvent& event);

  // Requests of others that the user has not answered, oldest first.
  const std::vector<Request>& incoming() const { return incoming_; }
  // The user has asked this contact here, or approved them.
  bool turned_to(std::string_view address) const;
  // The request that the event fed last has approved; none where it approved none that is known.
  const std::optional<Request>& last_approved() const { return last_approved_; }
  // More than kMaxRequests came: that none is known proves nothing.
  bool forgot() const { return forgot_; }

 private:
  std::vector<Request> incoming_;
  std::vector<uint64_t> outgoing_;
  std::optional<Request> last_approved_;
  bool forgot_ = false;
};

}  // namespace parser
