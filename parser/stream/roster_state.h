// The contact list of a client's session as its stream tells it (RFC 6121 §2): what the server returned and
// pushed, and what the client changed.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "parser/stream/iq_pairing.h"
#include "parser/stream/stream_event.h"

namespace parser {

inline constexpr std::string_view kRosterNamespace = "jabber:iq:roster";

enum class Subscription : uint8_t { kNone, kTo, kFrom, kBoth };

struct RosterItem {
  Subscription subscription = Subscription::kNone;
  bool asked = false;  // a request of the user's is pending (ask='subscribe')
  // The contact gets the user's presence.
  bool seen() const { return subscription == Subscription::kFrom || subscription == Subscription::kBoth; }
  // The user gets the contact's.
  bool sees() const { return subscription == Subscription::kTo || subscription == Subscription::kBoth; }
};

// A roster set of the client that no push has followed yet.
struct RosterChange {
  uint64_t contact = 0;  // bare_key()
  uint64_t frame = 0;    // of the set
  // It changes the roster for certain: an item that is there is removed, or one that is not there is added.
  bool visible = false;
  bool granted = false;  // the server returned a result …
  Time granted_at{};     // … then
  bool judged = false;   // for the rules: it was spoken about
};

class RosterState {
 public:
  static constexpr size_t kMaxItems = 1024;  // 8 bytes each; of a larger roster nothing is known
  static constexpr size_t kMaxChanges = 8;   // without a push; older ones are forgotten

  // An iq of the jabber:iq:roster namespace, or the answer to one: `request` is what the event answers.
  void on_iq(const StreamEvent& event, const std::optional<OpenIq>& request);

  // The client has asked for the roster: its resource is "interested" (RFC 6121 §2.2).
  bool requested() const { return requested_; }
  // The server has answered that, if only to say that the client's copy is up to date.
  bool received() const { return received_; }
  // Every item is known: the whole roster was returned here, and it was not too large.
  bool complete() const { return complete_; }
  size_t size() const { return items_.size(); }
  // By the bare form of `address`. None: no such item, or not known.
  std::optional<RosterItem> find(std::string_view address) const;
  std::optional<RosterItem> find_key(uint64_t bare_key) const;

  // Frame of the client's latest roster get that had a ver attribute; 0: none.
  uint64_t versioned_get() const { return versioned_get_; }
  // Changes that no push has followed, oldest first.
  const std::vector<RosterChange>& changes() const { return changes_; }

 private:
  void on_get(const StreamEvent& event);
  void on_set(const StreamEvent& event);
  void on_result(const StreamEvent& event);
  void on_push(const StreamEvent& event);
  void put(const xml::Element& item);
  void forget_all();

  // Sorted keys with the item's state in the lowest three bits.
  std::vector<uint64_t> items_;
  std::vector<RosterChange> changes_;
  uint64_t versioned_get_ = 0;
  bool requested_ = false;
  bool received_ = false;
  bool complete_ = false;
};

}  // namespace parser
