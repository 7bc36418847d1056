// The receiving side decides what a peer's address is. What it said last and most exactly counts: the result
// of resource binding, then the identity that the login was authorised as, then the name that logged in.
#include "parser/jid/determination.h"

namespace parser {
namespace {

std::string_view clause_of(JidProfile profile) {
  return profile == JidProfile::kRfc3920 ? "RFC 3920 §3.5" : "RFC 6120 §4.3.6";
}

}  // namespace

DeterminedJid determine_client(const ClientLogin& login, JidProfile profile) {
  const std::string_view clause = clause_of(profile);
  if (!login.bound_jid.empty()) return {std::string(login.bound_jid), "bind result", clause};
  // An identity without a domain is a name at the domain that was asked for. A name may hold an '@' only as
  // part of a whole address, since no local part has one.
  const auto at_domain = [&](std::string_view identity) {
    std::string jid(bare_of(identity));
    if (identity.find('@') == std::string_view::npos) jid += "@" + std::string(login.domain);
    return jid;
  };
  const auto is_enough = [&](std::string_view identity) {
    return !bare_of(identity).empty() &&
           (identity.find('@') != std::string_view::npos || !login.domain.empty());
  };
  if (is_enough(login.authorization_identity)) {
    return {at_domain(login.authorization_identity), "authorization identity", clause};
  }
  if (is_enough(login.user_name)) return {at_domain(login.user_name), "login name", clause};
  return {{}, {}, clause};
}

DeterminedJid determine_server(const ServerLogin& login, JidProfile profile) {
  const std::string_view clause = clause_of(profile);
  if (!login.authorization_identity.empty()) {
    return {std::string(login.authorization_identity), "authorization identity", clause};
  }
  if (!login.validated_domain.empty()) {
    return {std::string(login.validated_domain), "certificate or dialback", clause};
  }
  return {{}, {}, clause};
}

}  // namespace parser
