// Requests and answers of a session, and what they tell: the bound address, the session of RFC 3921, a login
// by jabber:iq:auth.
#include "parser/stream/session_state.h"

#include "parser/stream/cross_stream.h"
#include "parser/stream/kept_text.h"
#include "parser/stream/phase_sets.h"
#include "parser/stream/stanza.h"

namespace parser {
namespace {

bool is_bind_request(const StreamEvent& event) {
  return event.stanza_type == "set" && event.payload != nullptr && event.payload->is("bind", ns::kBind);
}

}  // namespace

void SessionState::remember_stanza(const StreamEvent& event) {
  if (between_servers()) return;
  if (recent_ == nullptr) recent_ = std::make_unique<RecentStanzas>();
  recent_->add(event, bound_jid_, jid_profile_);
}

void SessionState::on_iq(StreamEvent& event) {
  if (event.stanza_type == "error") remember_stanza(event);
  if (!from_start_) learn_address(event);
  if (event.stanza_type == "get" || event.stanza_type == "set") {
    on_iq_request(event);
  } else if (event.stanza_type == "result" || event.stanza_type == "error") {
    on_iq_response(event);
  }
}

void SessionState::on_iq_request(const StreamEvent& event) {
  // Between servers an answer takes the connection of its own direction (RFC 6120 §4.5), so a request
  // here says nothing about what comes back here.
  if (!between_servers() || bidi_) last_twin_ = iqs_.request(event);
  if (event.direction == Direction::kC2S) {
    if (is_bind_request(event)) {
      if (binding_ == nullptr) binding_ = std::make_unique<Binding>();
      binding_->on_request(*event.payload);
      trigger(Trigger::kBind);
      return;
    }
    if (event.payload != nullptr && event.payload->ns == ns::kIqAuth) {
      if (event.stanza_type == "set") {
        const xml::Element* user = event.payload->child("username");
        const xml::Element* resource = event.payload->child("resource");
        if (user != nullptr && resource != nullptr) {
          assign(legacy_jid_, user->text() + "@" + domain_ + "/" + resource->text(), kMaxJid);
        }
      }
      return;
    }
  }
  const bool session = event.payload != nullptr && event.payload->ns == ns::kSession;
  if (session && event.direction == Direction::kC2S) {
    if (binding_ == nullptr) binding_ = std::make_unique<Binding>();
    binding_->on_session_request();
  }
  if (!session && is_bound(phase_)) on_traffic(event.direction);
}

void SessionState::on_iq_response(StreamEvent& event) {
  IqPairing::Match match = iqs_.response(event, self());
  last_match_ = match.match;
  last_request_ = std::move(match.request);
  // Nothing is unsolicited where the request may have been asked out of sight: before the capture began, on
  // the connection that this one resumes, or before more requests than are remembered.
  const bool blind = !from_start_ || resumed_ || between_servers() || event.id.empty() ||
                     iqs_.forgotten(opposite(event.direction)) > 0;
  const bool unasked = last_match_ == IqMatch::kUnsolicited || last_match_ == IqMatch::kToResponse;
  if (unasked && blind) last_match_ = IqMatch::kNone;

  const bool answered = last_match_ == IqMatch::kAnswered;
  if (answered) event.answers = Answer{last_request_->frame, event.time - last_request_->time};

  if (event.direction == Direction::kS2C) {
    const bool result = event.stanza_type == "result";
    const xml::Element* bind =
        event.payload != nullptr && event.payload->is("bind", ns::kBind) ? event.payload : nullptr;
    const xml::Element* jid = bind != nullptr ? bind->child("jid", ns::kBind) : nullptr;
    if (result && jid != nullptr && phase_ != Phase::kEstablished && phase_ != Phase::kResumedInline) {
      establish(jid->text(), Phase::kBound);
      if (cross_ != nullptr && binding_ != nullptr && binding_->left_to_server()) {
        cross_->servers.chose_resource(domain_, split_jid(bound_jid_).resource, event.frame);
      }
      return;
    }
    if (answered && result && last_request_->payload_ns == ns::kSession) session_started_ = true;
    if (answered && !result && phase_ == Phase::kBinding && last_request_->payload_ns == ns::kBind) {
      const auto error = event.element == nullptr ? std::nullopt : stanza_error(*event.element);
      refuse(Phase::kBinding, error ? error->condition : std::string_view());
      advance(Phase::kFeaturesAuth);
      return;
    }
    if (answered && result && last_request_->payload_ns == ns::kIqAuth && last_request_->type == "set") {
      establish(legacy_jid_, phase_ == Phase::kLegacy ? Phase::kEstablished : Phase::kBound);
      return;
    }
  }
  const bool session = last_request_ && last_request_->payload_ns == ns::kSession;
  if (!session && is_bound(phase_)) on_traffic(event.direction);
}

}  // namespace parser
