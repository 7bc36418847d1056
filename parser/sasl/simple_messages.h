// The mechanisms whose client says all it has to say in one message. Secrets are never kept: only that they
// are there, and how long they are.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace parser::sasl {

// RFC 4616 §2: [authzid] NUL authcid NUL passwd, in UTF-8.
struct Plain {
  std::string_view authzid;
  std::string_view authcid;
  size_t password_size = 0;  // bytes
  // Not empty: malformed; what is wrong, as the end of a sentence. Quotes nothing of the message.
  std::string_view fault;
};
Plain read_plain(std::string_view text);

// RFC 7628 §3.1: a GS2 header, then key=value pairs, each behind a U+0001, and two of these at the end.
struct OauthBearer {
  std::string authzid;
  bool token = false;  // auth=
  std::string_view fault;
};
OauthBearer read_oauth_bearer(std::string_view text);

// draft-schmaus-kitten-sasl-ht §3: authcid NUL hashed-token.
struct HashedToken {
  std::string_view authcid;
  size_t token_size = 0;
  std::string_view fault;
};
HashedToken read_hashed_token(std::string_view text);

}  // namespace parser::sasl
