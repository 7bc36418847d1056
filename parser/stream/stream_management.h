// Stream management (XEP-0198) of one logical session: how many stanzas each side has truly sent, how many
// the other one says it handled, and what is needed to go on over a new connection.
//
// The number of a stanza is its place in its direction since that direction's counter began: with <enable/>
// for the initiator, with <enabled/> for the responder, or in SASL2 with the bytes that carried them. Only
// message, presence and iq have numbers, which wrap at 2^32. They survive a resumption: what is sent again
// has its old number again.
//
// Bounds: the places of the last kRecent stanzas of each direction are kept, ids cut at kMaxId bytes.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/stream/connection.h"
#include "parser/stream/stanza.h"
#include "parser/stream/stream_event.h"

namespace parser {

// A stanza that was counted: enough to name it in a finding.
class CountedStanza {
 public:
  static constexpr size_t kMaxId = 36;  // a UUID

  CountedStanza() = default;
  explicit CountedStanza(const StreamEvent& event);
  uint64_t frame() const { return frame_; }
  ByteRange range() const { return {begin_, begin_ + size_}; }
  EventKind kind() const { return kind_; }
  std::string_view id() const { return {id_.data(), id_size_}; }  // the first kMaxId bytes of it
  bool readable() const { return readable_; }                     // a message with a body

 private:
  uint64_t frame_ = 0;
  uint64_t begin_ = 0;
  uint32_t size_ = 0;
  EventKind kind_{};
  bool readable_ = false;
  uint8_t id_size_ = 0;
  std::array<char, kMaxId> id_{};
};

class AccountState;

class StreamManagement {
 public:
  static constexpr size_t kRecent = 64;      // stanzas of each direction whose places are kept
  static constexpr size_t kMaxText = 4000;   // bytes of the id (XEP-0198 §5), of location; longer: none
  static constexpr size_t kMaxReplays = 64;  // stanzas that a resumption left to be sent again

  // What is wrong with an h, held against what was seen.
  enum class Fault : uint8_t { kNone, kTooHigh, kDecreased };
  // An h and what it was held against.
  struct Claim {
    Fault fault = Fault::kNone;
    uint32_t h = 0;
    uint32_t sent = 0;         // by the other side when the claim was made
    uint32_t acked = 0;        // by the claims before that fitted
    uint64_t fitted = 0;       // frame of the last of these; 0: there was none
    uint32_t first = 0;        // number of the first stanza from which the count no longer fits
    CountedStanza stanza;      // that one; frame() is 0 where it was never sent or is forgotten
    uint32_t not_counted = 0;  // elements that have no number, sent by the other side since that claim
    uint32_t too_early =
        0;  // stanzas that the other side sent before its counter began, but behind <enable/>
  };

  // A request of the initiator's that waits for its answer.
  struct Request {
    uint64_t frame = 0;  // 0: nothing waits
    Time time{};
    ByteRange range;
    bool pending() const { return frame != 0; }
  };

  // One direction's stanzas, as their sender counts them.
  struct Side {
    bool counting = false;
    // The proxy changed how many stanzas arrive, or bytes passed unseen: numbers here prove nothing.
    bool blurred = false;
    uint32_t sent = 0;             // since the counter began, modulo 2^32
    uint32_t acked = 0;            // the highest h of the other side that fitted
    uint32_t resumed_from = 0;     // `sent` at the last resumption
    uint32_t replay_due = 0;       // stanzas that it left to be sent again
    uint32_t replayed = 0;         // of those with an id that were readable: seen again
    uint32_t replay_readable = 0;  // how many these are
    bool replay_known = false;     // how many that are
    Time resumed_at{};
    Request asked;             // the oldest <r/> of this direction's sender without an <a/>
    Time spoke_since_asked{};  // when the other side first said anything behind it; epoch: not yet
    uint32_t pending() const { return sent - acked; }
    // Whether the stanza that was sent last may be one that is sent again.
    bool replaying() const { return !replay_known || sent - resumed_from <= replay_due; }
  };

  explicit StreamManagement(ConnectionId connection) : first_(connection), current_(connection) {}

  // --- fed in order of time --------------------------------------------------------------------------
  // A message, presence or iq of either direction. Cheap: no allocation once the ring is full.
  void on_stanza(const StreamEvent& event);
  // Anything else that has no number.
  void on_other(const StreamEvent& event);
  void on_enable(const StreamEvent& event, const xml::Element& enable);
  void on_enabled(const StreamEvent& event, const xml::Element& enabled);
  void on_failed(const StreamEvent& event);
  void on_request(const StreamEvent& event);  // <r/>
  void on_ack(const StreamEvent& event);      // <a/>
  void on_resume(const StreamEvent& event, const xml::Element& resume);
  // What the direction's receiver got is not what was sent.
  void blur(Direction direction) { sides_[index(direction)].blurred = true; }
  // On the new connection, where `asked` made the request: the numbers go on.
  void on_resumed(const StreamEvent& event, const xml::Element& resumed, const StreamManagement& asked);
  // Holds a claimed h about that direction's stanzas against what was seen, without remembering it.
  Claim judge(Direction direction, uint32_t h) const;

  // --- read --------------------------------------------------------------------------------------------
  const Side& side(Direction sender) const { return sides_[index(sender)]; }
  ConnectionId first_connection() const { return first_; }  // of the logical session
  ConnectionId connection() const { return current_; }      // that it lives on, or lived on last
  std::string_view jid() const { return jid_; }             // full; empty: not known
  void set_jid(std::string_view jid);
  // What the session has done with its account, whichever connection it lives on; null: not known.
  const std::shared_ptr<AccountState>& account() const { return account_; }
  void set_account(std::shared_ptr<AccountState> account) { account_ = std::move(account); }
  std::string_view ns() const { return ns3_ ? ns::kSm3 : ns::kSm2; }  // of its first element
  uint32_t enables() const { return enables_; }  // times that <enable/> was sent on this connection
  const Request& enable() const { return enable_; }
  const Request& resume() const { return resume_; }
  bool wants_resumption() const { return wants_resumption_; }
  bool enabled() const { return enabled_; }
  bool resumable() const { return resumable_; }
  std::string_view id() const { return id_; }          // of <enabled/>; or what was to be resumed
  std::string_view previd() const { return previd_; }  // of the last <resume/>
  std::optional<uint32_t> resume_h() const { return resume_h_; }
  std::string_view location() const { return location_; }
  std::optional<Duration> max() const { return max_; }  // how long the server keeps the session
  // Whether stanzas that have to be counted may have been seen: <enable/> or <resume/> was sent.
  bool begun() const { return enables_ > 0 || resume_seen_ || enabled_; }
  // Of the element that was fed last: what its h says; whether nothing had asked for it.
  const std::optional<Claim>& last_claim() const { return last_claim_; }
  bool last_unsolicited() const { return last_unsolicited_; }
  void begin_event() {
    last_claim_.reset();
    last_unsolicited_ = false;
  }

 private:
  struct Ring {
    std::vector<CountedStanza> stanzas;
    size_t next = 0;
    void add(const StreamEvent& event);
    const CountedStanza* back(uint32_t distance) const;  // 0: the latest; null: forgotten
    void drop_back(uint32_t count);
  };
  struct Book {  // per direction of the stanzas
    Ring ring;
    uint64_t fitted = 0;       // frame of the last claim that fitted
    uint32_t skew = 0;         // what the other side counts too much, once that was said
    uint32_t not_counted = 0;  // since that claim
    uint32_t too_early = 0;
    std::vector<uint64_t> replays;  // hashes of the ids that are to be seen again
  };
  void count_from_here(Direction direction);
  Claim claim(Direction direction, uint32_t h, uint64_t frame);
  void go_on(Direction direction, uint32_t handled, const Request& claimed);
  void learn_ns(const xml::Element& element);

  ConnectionId first_;
  ConnectionId current_;
  std::string jid_;
  std::shared_ptr<AccountState> account_;
  std::string id_;
  std::string previd_;
  std::string location_;
  std::optional<uint32_t> resume_h_;
  std::optional<Duration> max_;
  std::array<Side, 2> sides_;
  std::array<Book, 2> books_;
  Request enable_;
  Request resume_;
  uint32_t enables_ = 0;
  uint32_t ahead_ = 0;  // stanzas of the initiator behind its <resume/>
  bool ns3_ = true;
  bool ns_known_ = false;
  bool wants_resumption_ = false;
  bool enabled_ = false;
  bool resumable_ = false;
  bool resume_seen_ = false;
  bool last_unsolicited_ = false;
  std::optional<Claim> last_claim_;
};

}  // namespace parser
