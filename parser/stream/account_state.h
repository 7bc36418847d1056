// What a client's session does with its account: roster, presence, subscriptions, rooms, conversations, and
// the modes that it switched on. Made with the first stanza of a client's stream.
#pragma once

#include <optional>
#include <string_view>

#include "parser/stream/conversation_state.h"
#include "parser/stream/iq_pairing.h"
#include "parser/stream/presence_state.h"
#include "parser/stream/room_state.h"
#include "parser/stream/roster_state.h"
#include "parser/stream/stream_event.h"
#include "parser/stream/subscription_state.h"

namespace parser {

class AccountState {
 public:
  // Elements in their order. `request`: what an iq result or error answers; `own`: the client's full JID,
  // empty where it is not known.
  void on_element(const StreamEvent& event, const std::optional<OpenIq>& request, std::string_view own);

  const RosterState& roster() const { return roster_; }
  const PresenceState& presence() const { return presence_; }
  const SubscriptionState& subscriptions() const { return subscriptions_; }
  const RoomState& rooms() const { return rooms_; }
  const ConversationState& conversations() const { return conversations_; }

  uint64_t messages_sent() const { return messages_sent_; }  // by the client
  bool carbons() const { return carbons_; }    // asked for (XEP-0280): replies reach every device anyway
  bool inactive() const { return inactive_; }  // the client said so (XEP-0352)
  bool ever_inactive() const { return ever_inactive_; }
  // The client hides from some or all (XEP-0016, XEP-0186): what the server withholds is no fault then.
  bool hides() const { return hides_; }
  bool mixes() const { return mixes_; }  // the client asked for something of XEP-0369 or its kin

 private:
  void on_iq(const StreamEvent& event, const std::optional<OpenIq>& request);
  void on_login(const StreamEvent& event);

  RosterState roster_;
  PresenceState presence_;
  SubscriptionState subscriptions_;
  RoomState rooms_;
  ConversationState conversations_;
  uint64_t messages_sent_ = 0;
  bool carbons_ = false;
  bool inactive_ = false;
  bool ever_inactive_ = false;
  bool hides_ = false;
  bool mixes_ = false;
};

}  // namespace parser
