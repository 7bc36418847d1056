// Sessions of one recording that are played together: each says what it said when the others have said what
// came before it, knows the others' addresses of this run, and waits for what the others made the server send
// it. Sans-I/O, one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "replay/recording.h"
#include "replay/rewriting.h"

namespace replay {

class Ensemble {
 public:
  static constexpr uint64_t kOver = UINT64_MAX;

  // `account`: the bare address that it is played as. Returns the member's number. The session must outlive
  // it.
  size_t add(const RecordedSession& session, std::string_view account);

  // The frame of what a member says next, or of what it waits for because of something that it said; kOver:
  // it says nothing any more.
  void stands_at(size_t member, uint64_t frame) { members_[member].frame = frame; }
  // Nobody else stands in front of that frame.
  bool turn(size_t member, uint64_t frame) const;
  // Whether it may log in: what was said before its first element has been said.
  bool may_begin(size_t member) const;

  void bound(size_t member, Identity live) { members_[member].live = std::move(live); }
  // Tells it how the others are called.
  void teach(size_t member, Rewriting& rewriting) const;

  // Whether the server sent this message or presence because of what another member had said: it is from one,
  // or from a room that one has spoken to.
  bool caused_by_others(size_t member, const RecordedElement& element) const;

 private:
  struct Member {
    const RecordedSession* session;
    Identity live;  // without its resource until it is bound
    uint64_t frame;
  };
  std::vector<Member> members_;
};

}  // namespace replay
