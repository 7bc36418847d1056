#include "replay/ensemble.h"

#include <algorithm>

namespace replay {

using parser::Direction;
using parser::EventKind;

namespace {

std::string_view bare_of(std::string_view jid) {
  return jid.substr(0, jid.find('/'));
}

uint64_t first_frame(const RecordedSession& session) {
  return session.elements.empty() ? 0 : session.elements.front().frame;
}

}  // namespace

size_t Ensemble::add(const RecordedSession& session, std::string_view account) {
  members_.push_back({&session, Identity::of(account), first_frame(session)});
  return members_.size() - 1;
}

bool Ensemble::turn(size_t member, uint64_t frame) const {
  for (size_t i = 0; i < members_.size(); ++i) {
    if (i != member && members_[i].frame < frame) return false;
  }
  return true;
}

bool Ensemble::may_begin(size_t member) const {
  return turn(member, first_frame(*members_[member].session));
}

void Ensemble::teach(size_t member, Rewriting& rewriting) const {
  for (size_t i = 0; i < members_.size(); ++i) {
    const Identity& recorded = members_[i].session->identity;
    const Identity& live = members_[i].live;
    // Another session of the same account has the same bare address, which is known.
    if (i == member || recorded.bare == rewriting.recorded().bare) continue;
    rewriting.learn(recorded.bare, live.bare);
    if (!recorded.resource.empty() && !live.resource.empty()) rewriting.learn(recorded.full(), live.full());
  }
}

bool Ensemble::caused_by_others(size_t member, const RecordedElement& element) const {
  if (element.direction != Direction::kS2C || element.element == nullptr) return false;
  if (element.kind != EventKind::kMessage && element.kind != EventKind::kPresence) return false;
  const std::string_view from = bare_of(element.element->attribute("from"));
  if (from.empty() || from == members_[member].session->identity.bare) return false;
  for (size_t i = 0; i < members_.size(); ++i) {
    const RecordedSession& other = *members_[i].session;
    if (i == member || other.identity.bare == members_[member].session->identity.bare) continue;
    for (const RecordedElement& said : other.elements) {
      if (said.frame >= element.frame) break;
      if (said.direction != Direction::kC2S || !said.selected || said.element == nullptr) continue;
      if (said.kind != EventKind::kMessage && said.kind != EventKind::kPresence) continue;
      if (from == other.identity.bare || bare_of(said.element->attribute("to")) == from) return true;
    }
  }
  return false;
}

}  // namespace replay
