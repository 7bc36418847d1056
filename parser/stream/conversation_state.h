// Who has written to a client, and from which device: what replies are judged by (RFC 6121 §5.1).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "parser/stream/stream_event.h"

namespace parser {

class ConversationState {
 public:
  static constexpr size_t kMaxPartners =
      8;  // one-to-one chats under way; the one longest silent is forgotten

  void on_message(const StreamEvent& event);
  void on_presence(const StreamEvent& event);

  // Whether a message of this address, in whatever form, may have come in: false only where none did.
  bool may_have_written(std::string_view address) const;
  // The message fed last went to the bare JID of somebody whose latest chat message came from one device that
  // has said nothing else since; the first such message of each partner.
  bool last_reply_unlocked() const { return last_reply_unlocked_; }

 private:
  struct Partner {
    uint64_t contact = 0;  // bare_key(); 0: free
    uint64_t turn = 0;     // of its latest message
    bool locked = false;
    bool told = false;
  };
  Partner* find(uint64_t contact);

  // Two bits for each sender; a set bit may also be another sender's.
  std::array<uint64_t, 16> senders_{};
  std::array<Partner, kMaxPartners> partners_{};
  uint64_t turn_ = 0;
  bool last_reply_unlocked_ = false;
};

}  // namespace parser
