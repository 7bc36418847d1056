// Looks at the children of two elements and remembers which there were.
#include "parser/stream/inline_login.h"

#include "parser/stream/stanza.h"

namespace parser {
namespace {

constexpr size_t kMostId = 256;        // a UUID has 36
constexpr size_t kMostAddress = 3071;  // RFC 7622 §3.1

}  // namespace

void InlineLogin::on_authenticate(const xml::Element& authenticate) {
  asked_ = {authenticate.child("bind", ns::kBind2) != nullptr,
            authenticate.child("resume", ns::kSm3) != nullptr,
            authenticate.child("fast", ns::kFast) != nullptr};
  granted_ = {};
  const xml::Element* agent = authenticate.child("user-agent", ns::kSasl2);
  const std::string_view id = agent == nullptr ? std::string_view() : agent->attribute("id");
  names_user_agent_ = !id.empty();
  user_agent_id_ = id.size() <= kMostId ? id : std::string_view();
}

void InlineLogin::on_success(const xml::Element& success) {
  granted_.bind = success.child("bound", ns::kBind2) != nullptr;
  granted_.resume = success.child("resumed", ns::kSm3) != nullptr;
  features_due_ = !granted_.resume;
  const xml::Element* identifier = success.child("authorization-identifier", ns::kSasl2);
  authorization_identifier_ = identifier == nullptr ? std::string() : identifier->text();
  if (authorization_identifier_.size() > kMostAddress) authorization_identifier_.clear();
}

}  // namespace parser
