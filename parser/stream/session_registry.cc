// A map by server and id, and an order of use that says which session is forgotten when there is no room.
#include "parser/stream/session_registry.h"

#include <utility>

namespace parser {
namespace {

// Sessions that are looked at for their end at each grant, so that none of them costs more than that.
constexpr size_t kSweep = 4;

bool has_expired(const SessionRegistry::Session& session, Time now) {
  return session.state == SessionRegistry::State::kHibernating && session.expires != Time{} &&
         session.expires < now;
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

std::string SessionRegistry::key_of(std::string_view domain, std::string_view id) {
  if (id.empty() || domain.size() + id.size() > kMaxKey) return {};
  std::string key;
  key.reserve(domain.size() + id.size() + 1);
  for (const char c : domain) key += lower(c);
  key += '\0';
  key += id;
  return key;
}

SessionRegistry::Entry* SessionRegistry::touch(const std::string& key) {
  const auto found = sessions_.find(key);
  if (found == sessions_.end()) return nullptr;
  order_.splice(order_.end(), order_, found->second.place);
  return &found->second;
}

const SessionRegistry::Session* SessionRegistry::granted(std::string_view domain,
                                                         const std::shared_ptr<StreamManagement>& sm,
                                                         uint64_t frame, Time time) {
  expire(time);
  const std::string key = key_of(domain, sm->id());
  if (key.empty()) return nullptr;
  Session session;
  session.sm = sm;
  session.first = sm->first_connection();
  session.connection = sm->connection();
  session.enabled_frame = frame;
  session.since = time;
  if (Entry* known = touch(key)) {
    replaced_ = std::exchange(known->session, std::move(session));
    return &replaced_;
  }
  if (sessions_.size() >= kMost) {
    sessions_.erase(order_.front());
    order_.pop_front();
  }
  order_.push_back(key);
  sessions_.emplace(key, Entry{std::move(session), std::prev(order_.end())});
  return nullptr;
}

const SessionRegistry::Session* SessionRegistry::find(std::string_view domain, std::string_view id) const {
  const auto found = sessions_.find(key_of(domain, id));
  return found == sessions_.end() ? nullptr : &found->second.session;
}

std::shared_ptr<StreamManagement> SessionRegistry::resumed(std::string_view domain, std::string_view id,
                                                           ConnectionId connection, Time time) {
  Entry* known = touch(key_of(domain, id));
  if (known == nullptr || known->session.sm == nullptr) return nullptr;
  Session& session = known->session;
  session.state = State::kLive;
  session.end = End::kNone;
  session.connection = connection;
  session.since = time;
  return session.sm;
}

void SessionRegistry::broke(std::string_view domain, const StreamManagement& sm, Time time) {
  Entry* known = touch(key_of(domain, sm.id()));
  if (known == nullptr || known->session.sm.get() != &sm || known->session.state != State::kLive) return;
  known->session.state = State::kHibernating;
  known->session.since = time;
  known->session.expires = sm.max() ? time + *sm.max() : Time{};
}

void SessionRegistry::ended(std::string_view domain, std::string_view id, End how, uint64_t frame,
                            Time time) {
  Entry* known = touch(key_of(domain, id));
  if (known == nullptr || known->session.state == State::kOver) return;
  known->session.state = State::kOver;
  known->session.end = how;
  known->session.end_frame = frame;
  known->session.since = time;
  known->session.sm.reset();
}

// Frees what the oldest hold, if their time has run out; their ids stay known.
void SessionRegistry::expire(Time now) {
  size_t looked = 0;
  for (auto key = order_.begin(); key != order_.end() && looked < kSweep; ++key, ++looked) {
    Session& session = sessions_.find(*key)->second.session;
    // A server may be late in forgetting, so a session is kept for twice its time.
    if (!has_expired(session, now) || now - session.expires < session.expires - session.since) continue;
    session.state = State::kOver;
    session.end = End::kExpired;
    session.sm.reset();
  }
}

}  // namespace parser
