#include "replay/server_book.h"

namespace replay {

using parser::Direction;
using parser::EventKind;

ServerBook::ServerBook(std::vector<RecordedSession> sessions)
    : sessions_(std::move(sessions)),
      played_(sessions_.size()),
      pushes_(sessions_.size()),
      due_(sessions_.size()) {
  for (size_t at = 0; at < sessions_.size(); ++at) {
    index(at);
    pushes_[at] = pushes_of(sessions_[at]);
    for (size_t push = 0; push < pushes_[at].size(); ++push) {
      const Push& what = pushes_[at][push];
      due_[at][what.place].push_back(push);
      if (what.cause && *what.cause != what.place) due_[at][*what.cause].push_back(push);
    }
  }
}

std::string ServerBook::answer_key(std::string_view id) {
  return "answer " + std::string(id);
}

void ServerBook::index(size_t session) {
  const RecordedSession& what = sessions_[session];
  std::string key;
  for (size_t at = 0; at < what.elements.size(); ++at) {
    const RecordedElement& element = what.elements[at];
    if (element.direction != Direction::kC2S || element.element == nullptr || element.kind == EventKind::kSm)
      continue;
    if (is_iq_answer(element)) {
      places_[0][answer_key(element.element->attribute("id"))].push_back({session, at});
      continue;
    }
    for (const Likeness likeness : kLikenesses) {
      meaning(*element.element, what.identity, likeness, key);
      places_[static_cast<size_t>(likeness)][key].push_back({session, at});
    }
  }
}

const std::vector<size_t>& ServerBook::due_at(size_t session, size_t element) const {
  static const std::vector<size_t> kNone;
  const auto found = due_[session].find(element);
  return found == due_[session].end() ? kNone : found->second;
}

size_t ServerBook::choose(std::string_view user) {
  size_t best = sessions_.size();
  for (const bool same : {true, false}) {
    for (size_t at = 0; at < sessions_.size(); ++at) {
      const std::string_view bare = sessions_[at].identity.bare;
      if (same && bare.substr(0, bare.find('@')) != user) continue;
      if (best == sessions_.size() || played_[at] < played_[best]) best = at;
    }
    if (best != sessions_.size()) break;
  }
  ++played_[best];
  return best;
}

const std::vector<ServerBook::Place>* ServerBook::find(Likeness likeness, const std::string& key) const {
  const auto& places = places_[static_cast<size_t>(likeness)];
  const auto found = places.find(key);
  return found == places.end() ? nullptr : &found->second;
}

}  // namespace replay
