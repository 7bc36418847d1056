// What a capture knows to answer: every request by its meaning, and what the server said unasked by its
// place. Made once; the sessions of all clients look things up in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "replay/meaning.h"
#include "replay/pushes.h"
#include "replay/recording.h"

namespace replay {

class ServerBook {
 public:
  struct Place {
    size_t session = 0;
    size_t element = 0;
  };

  // At least one session.
  explicit ServerBook(std::vector<RecordedSession> sessions);

  const RecordedSession& session(size_t index) const { return sessions_[index]; }
  size_t sessions() const { return sessions_.size(); }
  const std::vector<Push>& pushes(size_t session) const { return pushes_[session]; }
  // Indexes into pushes() of those whose place or cause that element is, in their order.
  const std::vector<size_t>& due_at(size_t session, size_t element) const;

  // The session to play for a login: one of that account, else any; of several the one played least.
  size_t choose(std::string_view user);
  // Places at which a client said something that means this, in their order. Null where it never did.
  const std::vector<Place>* find(Likeness likeness, const std::string& key) const;
  // The key, for find(kSame, …), of what answers the server's request with that id.
  static std::string answer_key(std::string_view id);

 private:
  void index(size_t session);

  std::vector<RecordedSession> sessions_;
  std::vector<size_t> played_;
  std::vector<std::vector<Push>> pushes_;
  std::vector<std::unordered_map<size_t, std::vector<size_t>>> due_;
  std::array<std::unordered_map<std::string, std::vector<Place>>, kLikenesses.size()> places_;
};

}  // namespace replay
