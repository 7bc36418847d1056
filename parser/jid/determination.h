// Which address a peer has, by what the negotiation said (RFC 3920 §3.5, RFC 6120 §4.3.6).
#pragma once

#include <string>
#include <string_view>

#include "parser/jid/jid.h"

namespace parser {

// What is known of a client's login; empty: not seen.
struct ClientLogin {
  std::string_view authorization_identity{};  // of the SASL exchange: a bare JID or a local part
  std::string_view user_name{};               // the authentication identity
  std::string_view domain{};                  // 'to' of the stream header
  std::string_view bound_jid{};               // what the bind result said, whatever was asked for
};

// What is known of a server; empty: not seen.
struct ServerLogin {
  std::string_view authorization_identity{};  // of SASL EXTERNAL
  std::string_view validated_domain{};        // by its certificate, or by dialback
};

struct DeterminedJid {
  std::string jid;  // as said, not prepared; full once a resource is bound; empty where nothing tells
  std::string_view
      from;  // "bind result", "authorization identity", "login name", "certificate or dialback", ""
  std::string_view clause;
};

DeterminedJid determine_client(const ClientLogin& login, JidProfile profile);
DeterminedJid determine_server(const ServerLogin& login, JidProfile profile);

}  // namespace parser
