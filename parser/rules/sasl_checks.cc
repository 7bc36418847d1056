// What the checks about logins share.
#include "parser/rules/sasl_checks.h"

namespace parser::rules {

using xml::Element;

bool is_login(const StreamEvent& event) {
  return event.direction == Direction::kC2S && event.element != nullptr &&
         (event.local == "auth" || event.local == "authenticate");
}

const Element* mechanism_list(const Element& features, sasl::Generation generation) {
  return generation == sasl::Generation::kSasl2 ? features.child("authentication", ns::kSasl2)
                                                : features.child("mechanisms", ns::kSasl);
}

bool lists_mechanism(const Element& list, std::string_view name) {
  for (const Element& child : list.children()) {
    if (child.local == "mechanism" ? child.text() == name : lists_mechanism(child, name)) return true;
  }
  return false;
}

bool is_login_phase(Phase phase) {
  return phase == Phase::kSaslServer || phase == Phase::kSaslClient || phase == Phase::kSasl2Server ||
         phase == Phase::kSasl2Client || phase == Phase::kTasks;
}

bool during_login(const Context& context) {
  // Components log in through the same phases, without SASL.
  const sasl::Login* login = context.session.login();
  return is_login_phase(context.before.phase) && login != nullptr && login->in_progress();
}

bool is_ahead(const SessionState& session) {
  return session.side(Direction::kC2S).headers > session.side(Direction::kS2C).headers;
}

ByteRange data_range(const StreamEvent& event) {
  if (event.element == nullptr) return event.range;
  const Element* data = sasl_data_element(*event.element);
  return data == nullptr ? event.range : data->range;
}

bool tells_identity(const Context& context) {
  if (context.event.direction != Direction::kC2S || !is_client_stream(context.session)) return false;
  const sasl::Login* login = context.session.login();
  if (login == nullptr) return false;
  switch (login->message()) {
    case sasl::Message::kPlain:
    case sasl::Message::kExternal:
    case sasl::Message::kOauthBearer:
    case sasl::Message::kHashedToken:
    case sasl::Message::kClientFirst:
      return true;
    default:
      return false;
  }
}

std::string_view without_resource(std::string_view jid) {
  return jid.substr(0, jid.find('/'));
}

}  // namespace parser::rules
