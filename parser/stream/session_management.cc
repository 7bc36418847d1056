// Stream management of a session (XEP-0198): who counts, what is resumed, and how the registry learns of it.
#include "parser/stream/session_state.h"

#include "parser/stream/cross_stream.h"
#include "parser/stream/stanza.h"

namespace parser {

void SessionState::on_sm(const StreamEvent& event) {
  last_known_.reset();
  StreamManagement& sm = begun_sm(event);
  if (event.element == nullptr) return;
  if (event.local == "r" || event.local == "a") {
    event.local == "r" ? sm.on_request(event) : sm.on_ack(event);
    on_traffic(event.direction);
    return;
  }
  if (event.direction == Direction::kC2S) {
    if (event.local == "enable") {
      sm_requested_ = true;
      sm.on_enable(event, *event.element);
    } else if (event.local == "resume") {
      on_sm_resume(event, *event.element);
      trigger(Trigger::kResume);
    } else {
      on_traffic(event.direction);
    }
    return;
  }
  if (event.local == "resumed") {
    on_sm_resumed(event, *event.element);
    resumed_ = true;
    sm_enabled_ = true;
    establish(sm_->jid(), Phase::kEstablished);
  } else if (event.local == "enabled") {
    on_sm_enabled(event, *event.element);
    sm_enabled_ = true;
    on_traffic(event.direction);
  } else if (event.local == "failed") {
    on_sm_failed(event);
    if (phase_ == Phase::kResuming) {
      const xml::Element* condition = event.element == nullptr ? nullptr : event.element->first_child();
      refuse(Phase::kResuming, condition == nullptr ? std::string_view() : condition->local);
      advance(Phase::kFeaturesAuth);
    } else {
      on_traffic(event.direction);
    }
  } else {
    on_traffic(event.direction);
  }
}

void SessionState::count(const StreamEvent& event) {
  if (sm_->connection() != event.connection) return;  // the session has moved to another connection
  sm_->on_stanza(event);
  for (const Edit& edit : event.edits) {
    // Inside of a stanza, only what ends it could change how many there are.
    const bool whole = edit.range.begin <= event.range.begin && edit.range.end >= event.range.end;
    const bool inside = !whole && edit.range.begin > event.range.begin && edit.range.end < event.range.end;
    if (!inside || edit.replacement.find("</" + std::string(event.local)) != std::string::npos) {
      sm_->blur(edit.direction);
    }
  }
}

StreamManagement& SessionState::begun_sm(const StreamEvent& event) {
  if (sm_ == nullptr || sm_->connection() != event.connection) {
    sm_ = std::make_shared<StreamManagement>(event.connection);
  }
  sm_->begin_event();
  return *sm_;
}

void SessionState::on_sm_resume(const StreamEvent& event, const xml::Element& resume) {
  StreamManagement& sm = begun_sm(event);
  sm.on_resume(event, resume);
  if (cross_ == nullptr) return;
  if (const auto* known = cross_->sessions.find(domain_, sm.previd())) last_known_ = *known;
}

void SessionState::on_sm_enabled(const StreamEvent& event, const xml::Element& enabled) {
  StreamManagement& sm = begun_sm(event);
  sm.on_enabled(event, enabled);
  sm.set_jid(bound_jid_);
  if (account_ == nullptr) account_ = std::make_shared<AccountState>();
  sm.set_account(account_);
  if (cross_ == nullptr || !sm.resumable() || sm.id().empty()) return;
  if (const auto* known = cross_->sessions.granted(domain_, sm_, event.frame, event.time)) {
    last_known_ = *known;
  }
}

void SessionState::on_sm_resumed(const StreamEvent& event, const xml::Element& resumed) {
  const StreamManagement asked = begun_sm(event);
  // The server names the session; where it names none, it is the one that was asked for.
  const std::string_view previd = as_sm(resumed).value_or(SmElement{}).previd;
  const std::string_view id = previd.empty() ? asked.previd() : previd;
  if (cross_ != nullptr) {
    if (const auto* known = cross_->sessions.find(domain_, id)) last_known_ = *known;
    if (auto earlier = cross_->sessions.resumed(domain_, id, event.connection, event.time)) {
      sm_ = std::move(earlier);
      sm_->begin_event();
      account_ = sm_->account();
    }
  }
  sm_->on_resumed(event, resumed, asked);
}

void SessionState::on_sm_failed(const StreamEvent& event) {
  StreamManagement& sm = begun_sm(event);
  if (cross_ != nullptr && sm.resume().pending()) {
    if (const auto* known = cross_->sessions.find(domain_, sm.previd())) last_known_ = *known;
    cross_->sessions.ended(domain_, sm.previd(), SessionRegistry::End::kRefused, event.frame, event.time);
  }
  sm.on_failed(event);
}

// What SASL2 carries of it: in <authenticate/> and <success/>, directly or in what Bind 2 asks and answers
// (XEP-0198 §9, XEP-0386).
void SessionState::on_inline_sm(const StreamEvent& event) {
  if (event.element == nullptr) return;
  const bool client = event.direction == Direction::kC2S;
  if (event.local != (client ? "authenticate" : "success")) {
    // The login failed, so nothing that it carried was done.
    if (event.local == "failure" && sm_ != nullptr && !sm_->enabled()) sm_.reset();
    return;
  }
  const auto each = [&](const xml::Element& parent, bool nested) {
    for (const xml::Element& child : parent.children()) {
      if (child.ns != ns::kSm3 && child.ns != ns::kSm2) continue;
      if (client && child.local == "enable") {
        sm_requested_ = true;
        begun_sm(event).on_enable(event, child);
      } else if (client && child.local == "resume" && !nested) {
        on_sm_resume(event, child);
      } else if (!client && child.local == "enabled") {
        on_sm_enabled(event, child);
      } else if (!client && child.local == "resumed" && !nested) {
        on_sm_resumed(event, child);
      } else if (!client && child.local == "failed") {
        on_sm_failed(event);
      }
    }
  };
  each(*event.element, false);
  for (const xml::Element& child : event.element->children()) {
    if (child.is("bind", ns::kBind2) || child.is("bound", ns::kBind2)) each(child, true);
  }
  // A login that says nothing about <enable/> did not do it.
  if (!client && sm_ != nullptr && sm_->enable().pending()) sm_->on_failed(event);
}

// The client closed its stream: the session is over, whatever could have been resumed (XEP-0198 §7).
void SessionState::end_sm(const StreamEvent& event) {
  if (cross_ == nullptr || event.direction != Direction::kC2S || !sm_->resumable()) return;
  if (sm_->connection() != event.connection) return;
  cross_->sessions.ended(domain_, sm_->id(), SessionRegistry::End::kClosedByClient, event.frame, event.time);
}

// The elements that log in servers (XEP-0220) and components (XEP-0114).

}  // namespace parser
