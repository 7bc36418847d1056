// How a session is encrypted and logs in: STARTTLS, SASL and SASL2, told to the machine.
#include "parser/stream/session_state.h"

#include "parser/stream/cross_stream.h"
#include "parser/stream/kept_text.h"
#include "parser/stream/stanza.h"

namespace parser {
namespace {

constexpr size_t kMaxMechanismName = 64;  // RFC 4422 §3.1 has 20

}  // namespace

Phase SessionState::login_phase() const {
  if (!tls(Leg::kClient)) return Phase::kFeaturesPlain;
  const bool sasl2 = features_ != nullptr && features_->child("authentication", ns::kSasl2) != nullptr;
  return sasl2 ? Phase::kSasl2Offered : Phase::kFeaturesTls;
}

void SessionState::on_starttls(const StreamEvent& event) {
  if (event.direction == Direction::kC2S) {
    if (event.local == "starttls") trigger(Trigger::kStartTls);
  } else if (event.local == "proceed") {
    restart_streams();
    advance(Phase::kTlsHandshake);
  } else if (event.local == "failure") {
    starttls_refused_ = true;
    refuse(Phase::kStartTls, {});
    end_in(Phase::kClosing);  // the server closes stream and connection now (RFC 6120 §5.4.2.2)
  }
}

void SessionState::on_sasl(const StreamEvent& event) {
  last_known_.reset();
  if (sm_ != nullptr) sm_->begin_event();
  follow_login(event);
  const bool sasl2 = event.ns == ns::kSasl2;
  if (sasl2) on_inline_sm(event);
  if (event.direction == Direction::kC2S) {
    if (event.local == "auth" || event.local == "authenticate") {
      if (event.element != nullptr) {
        assign(sasl_mechanism_, event.element->attribute("mechanism"), kMaxMechanismName);
      }
      trigger(event.local == "auth" ? Trigger::kAuth : Trigger::kAuthenticate);
    } else if (event.local == "abort") {
      trigger(Trigger::kAbort);
    } else {
      trigger(Trigger::kResponse);  // response; SASL2: next, task-data
    }
    return;
  }
  if (event.local == "success") {
    authenticated_ = true;
    if (pairs_ != nullptr) {
      const xml::ElementPtr& header = sides_[index(Direction::kC2S)].header;
      const bool seen = header != nullptr;
      const std::string_view named = login_ != nullptr ? login_->authzid() : std::string_view();
      const std::string_view from = seen ? header->attribute("from") : std::string_view();
      pairs_->on_sasl(named.empty() ? from : named, seen ? header->attribute("to") : std::string_view());
    }
    if (sasl2) {
      if (event.element != nullptr) on_sasl2_success(*event.element);
    } else {
      login_restarted_ = true;
      restart_streams();
      advance(Phase::kRestart);
    }
  } else if (event.local == "failure") {
    const xml::Element* condition = event.element == nullptr ? nullptr : event.element->first_child();
    refuse(Phase::kSaslServer, condition == nullptr ? std::string_view() : condition->local);
    if (cross_ != nullptr && login_ != nullptr) {
      cross_->servers.refused(domain_, login_->username(), login_->mechanism_name(), login_->condition(),
                              event.frame);
    }
    advance(login_phase());
  } else if (sasl2 && event.local != "challenge") {
    advance(Phase::kTasks);  // continue, task-data
  } else {
    advance(sasl2 ? Phase::kSasl2Client : Phase::kSaslClient);
  }
}

// Tells the login what the element holds; where data and condition stand differs between SASL and SASL2.
void SessionState::follow_login(const StreamEvent& event) {
  if (event.element == nullptr) return;
  const xml::Element& element = *event.element;
  if (login_ == nullptr) login_ = std::make_unique<sasl::Login>();
  sasl::LoginElement what;
  const bool sasl2 = event.ns == ns::kSasl2;
  what.from_client = event.direction == Direction::kC2S;
  what.generation = sasl2 ? sasl::Generation::kSasl2 : sasl::Generation::kSasl1;
  what.step = event.local;
  what.mechanism = element.attribute("mechanism");
  what.data = sasl_data(element);
  if (event.local == "failure") {
    // SASL2 keeps the conditions in SASL's namespace (XEP-0388 §2.6.2).
    for (const xml::Element& child : element.children()) {
      if (child.ns != ns::kSasl || child.local == "text") continue;
      what.condition = child.local;
      break;
    }
  }
  login_->feed(what);
  if (!sasl2) return;
  if (inline_ == nullptr) inline_ = std::make_unique<InlineLogin>();
  if (event.local == "authenticate" && what.from_client) inline_->on_authenticate(element);
  if (event.local == "success" && !what.from_client) inline_->on_success(element);
  if (event.local == "failure" && !what.from_client) inline_->on_failure();
}

// SASL2 restarts nothing (XEP-0388); what <success/> holds says how far the session has come already.
void SessionState::on_sasl2_success(const xml::Element& success) {
  feature_lists_ = 0;
  const xml::Element* identifier = success.child("authorization-identifier", ns::kSasl2);
  const std::string identity = identifier == nullptr ? std::string() : identifier->text();
  const xml::Element* resumed = success.child("resumed", ns::kSm3);
  const xml::Element* bound = success.child("bound", ns::kBind2);
  if (resumed != nullptr) {
    resumed_ = true;
    sm_enabled_ = true;
    establish(split_jid(identity).has_resource || sm_ == nullptr ? identity : std::string(sm_->jid()),
              Phase::kResumedInline);
  } else if (bound != nullptr) {
    if (bound->child("enabled", ns::kSm3) != nullptr) sm_enabled_ = true;
    establish(split_jid(identity).has_resource ? identity : std::string(), Phase::kBoundInline);
  } else {
    advance(Phase::kLoggedIn);
  }
}

}  // namespace parser
