#include "replay/suspended_sessions.h"

namespace replay {

void SuspendedSessions::forget_old(parser::Time now, size_t most) {
  while (!order_.empty() && (kept_.size() > most || now >= order_.front().first + kKept)) {
    const auto old = kept_.find(order_.front().second);
    if (old != kept_.end() && old->second.since == order_.front().first) kept_.erase(old);
    order_.pop_front();
  }
}

void SuspendedSessions::put(std::string id, SuspendedSession session, parser::Time now) {
  forget_old(now, kMost - 1);
  order_.emplace_back(now, id);
  kept_.insert_or_assign(std::move(id), Kept{now, std::move(session)});
}

std::optional<SuspendedSession> SuspendedSessions::take(std::string_view id, std::string_view user,
                                                        parser::Time now) {
  forget_old(now, kMost);
  const auto found = kept_.find(id);
  if (found == kept_.end() || found->second.session.user != user) return std::nullopt;
  std::optional<SuspendedSession> session(std::move(found->second.session));
  kept_.erase(found);
  return session;
}

}  // namespace replay
