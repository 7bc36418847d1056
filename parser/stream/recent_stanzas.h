// The stanzas of late that are no iq: what an error belongs to, and what comes back to its sender.
//
// Both directions of one client's connection. At most kKept stanzas of each are remembered; what is older is
// forgotten, and complete() says so.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "parser/jid/jid.h"
#include "parser/stream/connection.h"
#include "parser/stream/stream_event.h"

namespace parser {

struct RecentStanza {
  EventKind kind{};
  bool error = false;
  bool own_respelled = false;  // by the client, in whose 'from' its own address is spelled in another way
  bool came_back = false;      // sent to the sender's own full JID, and received from there
  std::string id;              // "" where it had none
  std::string peer;            // 'to' of what the client sends, 'from' of what it receives
  std::string lang;            // xml:lang; kept only of what a client sends to itself
  std::string condition;       // of an error
  uint64_t frame = 0;
  Time time{};
  ByteRange range;
};

class RecentStanzas {
 public:
  static constexpr size_t kKept = 8;
  static constexpr size_t kMostText = 1024;  // bytes of an id; of an address: three times that

  // A message or presence of either direction, or an iq error. `own`: the client's full JID; "" while it has
  // none that is known.
  void add(const StreamEvent& event, std::string_view own, JidProfile profile);

  // Oldest first.
  template <typename Look>
  void each(Direction direction, const Look& look) const {
    const Side& side = sides_[index(direction)];
    for (size_t i = 0; i < side.kept.size(); ++i) look(side.kept[(side.next + i) % side.kept.size()]);
  }
  // Whether nothing of that direction was forgotten yet.
  bool complete(Direction direction) const { return sides_[index(direction)].seen <= kKept; }

  // What the client had sent to itself, where the event that was added last is that message coming back.
  const RecentStanza* echoed() const { return echoed_; }
  // … and a later one of the client's to itself had come back before it.
  bool overtaken() const { return overtaken_; }

 private:
  struct Side {
    std::vector<RecentStanza> kept;  // a ring once it is full
    size_t next = 0;                 // where the next goes, once it is full
    uint64_t seen = 0;
  };
  void find_echo(const StreamEvent& event, std::string_view own);

  std::array<Side, 2> sides_;
  const RecentStanza* echoed_ = nullptr;
  bool overtaken_ = false;
};

}  // namespace parser
