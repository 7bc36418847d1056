// What the server of a recording sent without being asked by an iq, and what that hangs on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "replay/recording.h"

namespace replay {

// Something that the server sent without being asked by an iq.
struct Push {
  static constexpr size_t kAtOnce = SIZE_MAX;  // a place in front of the client's first element
  size_t element = 0;
  size_t place = kAtOnce;       // of the client's last element before it
  std::optional<size_t> cause;  // of the client's element without which it makes no sense
  bool reaction = false;        // it carries its cause's id: due every time that is sent
  bool own = false;             // the account's presence, or that of its nickname in a room, comes back
};

// In the order in which they were sent. A push stands behind the client's last element before it; what is
// said by a room, or echoes what the client said, has a cause besides.
std::vector<Push> pushes_of(const RecordedSession& session);

// Whether it answers an iq.
bool is_iq_answer(const RecordedElement& element);

}  // namespace replay
