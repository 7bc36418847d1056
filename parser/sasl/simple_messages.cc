// Separators are looked for and counted; what lies between them is judged for being there and being UTF-8.
#include "parser/sasl/simple_messages.h"

#include "parser/sasl/scram.h"
#include "parser/xml/utf8.h"

namespace parser::sasl {
namespace {

bool is_utf8(std::string_view text) {
  return xml::find_utf8_fault(text).begin == text.size();
}

}  // namespace

Plain read_plain(std::string_view text) {
  Plain message;
  const size_t first = text.find('\0');
  const size_t second = first == std::string_view::npos ? first : text.find('\0', first + 1);
  if (second == std::string_view::npos) {
    message.fault = "it does not hold the two NUL bytes that part identity, user name and password";
    return message;
  }
  message.authzid = text.substr(0, first);
  message.authcid = text.substr(first + 1, second - first - 1);
  const std::string_view password = text.substr(second + 1);
  message.password_size = password.size();
  if (password.find('\0') != std::string_view::npos) {
    message.fault = "it holds more than two NUL bytes";
  } else if (message.authcid.empty()) {
    message.fault = "the user name is empty";
  } else if (password.empty()) {
    message.fault = "the password is empty";
  } else if (!is_utf8(text)) {
    message.fault = "it is not UTF-8";
  }
  return message;
}

OauthBearer read_oauth_bearer(std::string_view text) {
  OauthBearer message;
  const std::optional<Gs2Header> gs2 = read_gs2(text);
  if (!gs2) {
    message.fault = "it does not begin with a GS2 header, as in \"n,,\"";
    return message;
  }
  message.authzid = gs2->authzid;
  std::string_view rest = text.substr(gs2->bytes.size());
  if (!rest.starts_with('\x01') || !rest.ends_with("\x01\x01")) {
    message.fault = "its pairs are not set between bytes 01, with two of them at the end";
    return message;
  }
  rest.remove_prefix(1);
  while (rest.size() > 1) {
    const std::string_view pair = rest.substr(0, rest.find('\x01'));
    if (pair.find('=') == std::string_view::npos) {
      message.fault = "one of its pairs has no '='";
      return message;
    }
    message.token = message.token || (pair.starts_with("auth=") && pair.size() > 5);
    rest.remove_prefix(pair.size() + 1);
  }
  if (!message.token) message.fault = "it holds no token, auth=";
  return message;
}

HashedToken read_hashed_token(std::string_view text) {
  HashedToken message;
  const size_t nul = text.find('\0');
  if (nul == std::string_view::npos) {
    message.fault = "it does not hold the NUL byte between user name and token";
    return message;
  }
  message.authcid = text.substr(0, nul);
  message.token_size = text.size() - nul - 1;
  if (message.authcid.empty()) {
    message.fault = "the user name is empty";
  } else if (message.token_size == 0) {
    message.fault = "the token is empty";
  }
  return message;
}

}  // namespace parser::sasl
