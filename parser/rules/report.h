// Where a check puts what it found, and the little that is remembered of a connection between events.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "parser/jid/jid.h"
#include "parser/rules/address_verdict.h"
#include "parser/rules/rule.h"

namespace parser::rules {

// A stanza to something that is no address, which its server owes a refusal.
struct AwaitedRefusal {
  Time time{};
  uint64_t frame = 0;
  std::string id;
};

// What is one fault however often it shows: told once for each side of a connection.
enum class Once : uint8_t {
  kAfterClose,
  kAfterError,
  kKeepalives,
  kHeaderPrefix,
  kUnescaped,
  kNoFrom,
  kNoDeclaration,
  kNoId,
  kNoType,
  kNeverPresent,
  kPresenceNotReflected,
  kNoRosterPush,
  kComponentName,
  kBindingFails,
  kBindingFailed,
};

// What the engine remembers of one connection. One lives in every session, so it is small while nothing is
// wrong: no heap memory before the first finding.
struct RuleCounters {
  struct Count {
    uint16_t rule = 0;  // position in the engine's rules
    uint16_t findings = 0;
    bool muted = false;  // the cap was reached: nothing is added any more
  };
  std::vector<Count> counts;  // rules with a finding on this connection, in the order of their first one
  // By position in the engine's rules: whether the call that begins with that row is not made any more, for
  // it is alone and muted, or its check threw. May be shorter than the rules; null while none is.
  std::unique_ptr<std::vector<bool>> silent;
  void silence(uint16_t rule) {
    if (silent == nullptr) silent = std::make_unique<std::vector<bool>>();
    if (silent->size() <= rule) silent->resize(size_t{rule} + 1);
    (*silent)[rule] = true;
  }
  bool is_silent(uint16_t rule) const {
    return silent != nullptr && rule < silent->size() && (*silent)[rule];
  }

  // Kinds of events, by direction, in which the proxy changed something before it forwarded them; on(kEdit)
  // for insertions, on(kDropped) where bytes passed unseen. What a peer received is unknown there, so nobody
  // is blamed for the reaction to it. Edits of the SASL mechanism lists inside <stream:features/> count as
  // on(kSasl), not as on(kFeatures).
  std::array<KindSet, 2> edited{};
  // By direction of the requests: key in SessionState::open_iqs() of the first not yet judged as overdue.
  std::array<uint64_t, 2> judged_iqs{};
  uint64_t judged_header = 0;    // end offset of the response header whose missing features were judged
  bool login_requested = false;  // the client asked to log in, and that was not refused
  bool binding_hidden = false;   // the proxy took -PLUS mechanisms or binding types out of the features
  bool compressed = false;       // <compressed/> was the last thing that called for a restart
  uint8_t vendors_told = 0;      // bits of vendors whose ways were explained
  // Stream management: low bits of the frames of the requests whose missing answer was reported: <enable/> or
  // <resume/>, then <r/> by its sender.
  uint32_t judged_request = 0;
  std::array<uint32_t, 2> judged_acks{};
  std::unique_ptr<AwaitedRefusal> awaited_refusal;  // the oldest; null: none
  // Dialback, by asker: low bits of the frame of the latest request that was reported as unanswered.
  std::array<uint32_t, 2> judged_dialback{};
  bool judged_refusal = false;          // dialback: a stream whose only pair was refused stays open
  std::array<bool, 2> judged_replay{};  // by sender: what a resumption left to be sent again
  std::array<bool, 2> mixed_sm{};       // by sender: two versions of it, already reported
  std::array<uint16_t, 2> said_once{};  // by offender: bits of Once that were reported
};

// What is out of the ordinary about a finding.
struct At {
  std::optional<Direction> offender{};  // default: the sender of the event
  uint64_t frame = 0;                   // of the earlier element that it is about; 0: the event's own
  std::optional<Severity> at_most{};    // softens the finding below what the profile says
};

// The event's own addresses, cut into their parts when the first rule asks.
class Addresses {
 public:
  explicit Addresses(const StreamEvent& event) : event_(event) {}
  const JidSplit& to() { return split(0, event_.to); }
  const JidSplit& from() { return split(1, event_.from); }

 private:
  const JidSplit& split(size_t which, std::string_view address) {
    std::optional<JidSplit>& slot = splits_[which];
    if (!slot) slot = split_jid(address);
    return *slot;
  }
  const StreamEvent& event_;
  std::array<std::optional<JidSplit>, 2> splits_;
};

// A row as the engine runs it: with what the profile says of it.
struct ActiveRule {
  const Rule* rule = nullptr;
  Severity severity{};
  uint16_t number = 0;  // position in the engine's rules
};

// The collector that a check gets. It fills in what the rule's row knows: id, citation, severity.
class Report {
 public:
  // At most `cap` findings of each rule are kept on one connection.
  Report(const Context& context, RuleCounters& counters, AddressBook& book, std::vector<Finding>& out,
         size_t cap)
      : context_(context),
        counters_(counters),
        book_(book),
        addresses_(context.event),
        out_(out),
        cap_(cap) {}
  // What is added from here on is by the first of `rows`, which share one check.
  void begin(std::span<const ActiveRule> rows) {
    rows_ = rows;
    row_ = rows.data();
  }
  // What is added from here on is by the row with that verdict. False: the profile has none.
  bool of(uint8_t verdict);

  // `message`: one sentence, what is wrong here and what was expected; cut at 400 bytes. `range`: the
  // offending bytes, in the offender's direction.
  void add(std::string message, ByteRange range, const At& at = {});

  RuleCounters& memory() { return counters_; }
  bool said(Once what, Direction offender) const {
    return (counters_.said_once[index(offender)] >> static_cast<unsigned>(what) & 1U) != 0;
  }
  // Whether this is the first time on this connection that it is asked of that side.
  bool first(Once what, Direction offender) {
    uint16_t& said = counters_.said_once[index(offender)];
    const auto bit = static_cast<uint16_t>(1U << static_cast<unsigned>(what));
    return (std::exchange(said, static_cast<uint16_t>(said | bit)) & bit) == 0;
  }
  Addresses& addresses() { return addresses_; }
  AddressBook& book() { return book_; }

 private:
  const Context& context_;
  RuleCounters& counters_;
  AddressBook& book_;
  Addresses addresses_;
  std::vector<Finding>& out_;
  std::span<const ActiveRule> rows_;
  const ActiveRule* row_ = nullptr;
  size_t cap_;
};

}  // namespace parser::rules
