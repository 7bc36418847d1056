#include "replay/server_book.h"

#include <map>

namespace replay {

using parser::Direction;
using parser::EventKind;
using parser::xml::Element;

namespace {

std::string_view bare_of(std::string_view jid) {
  return jid.substr(0, jid.find('/'));
}

bool is_iq_answer(const RecordedElement& element) {
  if (element.kind != EventKind::kIq || element.element == nullptr) return false;
  const std::string_view type = element.element->attribute("type");
  return type == "result" || type == "error";
}

}  // namespace

ServerBook::ServerBook(std::vector<RecordedSession> sessions)
    : sessions_(std::move(sessions)),
      played_(sessions_.size()),
      pushes_(sessions_.size()),
      due_(sessions_.size()) {
  for (size_t at = 0; at < sessions_.size(); ++at) {
    index(at);
    place_pushes(at);
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

// A push stands behind the client's last element before it. What is said by a room, or echoes what the client
// said, has a cause besides, without which it is never sent.
void ServerBook::place_pushes(size_t session) {
  const RecordedSession& what = sessions_[session];
  std::vector<Push>& pushes = pushes_[session];
  size_t last = Push::kAtOnce;
  std::optional<size_t> broadcast;                      // the account's own presence
  std::map<std::string, size_t, std::less<>> directed;  // presence for others (rooms), by bare address
  std::map<std::string, size_t, std::less<>> ids;
  for (size_t at = 0; at < what.elements.size(); ++at) {
    const RecordedElement& element = what.elements[at];
    const Element* e = element.element.get();
    if (element.direction == Direction::kC2S) {
      if (element.kind == EventKind::kSm) continue;
      last = at;
      if (e == nullptr) continue;
      if (const auto id = e->attribute("id"); !id.empty() && !is_iq_answer(element))
        ids[std::string(id)] = at;
      if (element.kind == EventKind::kPresence) {
        const std::string_view to = e->attribute("to");
        if (to.empty()) {
          broadcast = at;
        } else {
          directed[std::string(bare_of(to))] = at;
        }
      }
      continue;
    }
    if (element.request) continue;
    Push push;
    push.element = at;
    push.place = last;
    if (e != nullptr && element.kind != EventKind::kSm) {
      const auto known = ids.find(e->attribute("id"));
      const std::string_view from = bare_of(e->attribute("from"));
      if (known != ids.end()) {
        push.place = known->second;
        push.cause = known->second;
        push.reaction = true;
      } else if (element.kind == EventKind::kPresence && from == what.identity.bare && broadcast) {
        push.place = *broadcast;
        push.cause = broadcast;
      } else if (const auto room = directed.find(from); room != directed.end()) {
        push.cause = room->second;
        if (element.kind == EventKind::kPresence) push.place = room->second;
      }
    }
    const size_t index = pushes.size();
    due_[session][push.place].push_back(index);
    if (push.cause && *push.cause != push.place) due_[session][*push.cause].push_back(index);
    pushes.push_back(push);
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
