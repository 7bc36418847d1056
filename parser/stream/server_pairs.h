// Who may speak for whom on a connection between servers: domain pairs, proven by SASL (RFC 6120 §6,
// XEP-0178) or by dialback (XEP-0220), in the direction of whoever opened the connection, and in the other
// one too where both agreed on it (XEP-0288).
//
// Bounds: kMost pairs and as many open verifications for each connection, domains up to 1023 bytes; what is
// beyond is not followed, and complete() says so.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "parser/stream/connection.h"
#include "parser/stream/stream_event.h"

namespace parser {

// The domains of two addresses are the same, in prepared form.
bool same_domain(std::string_view a, std::string_view b);

class ServerPairs {
 public:
  static constexpr size_t kMost = 256;

  enum class State : uint8_t {
    kNone,     // D0: nobody asked, or the answer was an error
    kPending,  // D1: asked, no answer yet
    kValid,    // D2
    kInvalid,  // D3
  };

  struct Pair {
    std::string from;  // the sending domain
    std::string to;    // the receiving one
    State state = State::kNone;
    bool by_sasl = false;
    uint64_t frame = 0;  // of the request
    Time time{};
    ByteRange range;
  };

  // A <db:verify/> that has no answer yet.
  struct Verification {
    std::string from;
    std::string to;
    std::string id;
    uint64_t frame = 0;
    Time time{};
    ByteRange range;
  };

  // What an answer turned out to be.
  enum class Answer : uint8_t {
    kNone,         // the last element was none
    kMatched,      // it answers an open request
    kNotSwapped,   // from and to stand as in the request
    kWrongId,      // of a <db:verify/>: the pair was asked for, with another id
    kUnsolicited,  // nothing like it was asked for
  };

  // --- fed in order of time --------------------------------------------------------------------------
  void on_dialback(const StreamEvent& event);
  // SASL succeeded: the initiator is `from`, and wanted to speak to `to`. An empty `from` is somebody whom
  // only the certificate names.
  void on_sasl(std::string_view from, std::string_view to);
  void on_bidi() { bidi_ = true; }

  // --- read ------------------------------------------------------------------------------------------------
  // Of stanzas that `sender` sends: whether their domains are a pair that was proven. Where both directions
  // were agreed on, a pair holds the other way round as well (XEP-0288 §2.2).
  State state(Direction sender, std::string_view from, std::string_view to) const;
  bool any_valid(Direction sender) const;
  bool speaks_for(Direction sender,
                  std::string_view from) const;  // some pair with that sending domain is valid
  bool bidi() const { return bidi_; }
  // False: more pairs than are followed, or a login whose name was not seen. Nothing can be said about
  // stanzas then.
  bool complete() const { return complete_; }
  const std::vector<Pair>& pairs(Direction sender) const { return pairs_[index(sender)]; }
  const std::vector<Verification>& verifications(Direction sender) const {
    return verifications_[index(sender)];
  }
  Answer last_answer() const { return last_answer_; }
  // Elements of dialback that this direction has sent.
  uint32_t elements(Direction sender) const { return elements_[index(sender)]; }
  bool asked(Direction sender) const { return asked_[index(sender)]; }  // for a pair, with <db:result/>
  // The <db:result type='invalid'/> that refused the only pair; frame 0: there is none.
  struct Refusal {
    uint64_t frame = 0;
    Time time{};
    ByteRange range;
    Direction sender{};
  };
  const Refusal& refusal() const { return refusal_; }

 private:
  void ask(const StreamEvent& event);
  void answer(const StreamEvent& event);
  void verify(const StreamEvent& event);
  void answer_verification(const StreamEvent& event);
  Pair* find(Direction sender, std::string_view from, std::string_view to);

  std::array<std::vector<Pair>, 2> pairs_;
  std::array<std::vector<Verification>, 2> verifications_;
  std::array<uint32_t, 2> elements_{};
  std::array<bool, 2> asked_{};
  Refusal refusal_;
  Answer last_answer_ = Answer::kNone;
  bool bidi_ = false;
  bool complete_ = true;
};

}  // namespace parser
