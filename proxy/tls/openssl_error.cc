// Reads OpenSSL's per-thread queue once and empties it, so that an old error is never blamed on a later call.
#include "proxy/tls/openssl_error.h"

#include <openssl/err.h>

namespace proxy {

std::string take_openssl_error() {
  const unsigned long code = ERR_peek_last_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  std::string words = reason != nullptr ? reason : "unknown error";
  ERR_clear_error();
  return words;
}

}  // namespace proxy
