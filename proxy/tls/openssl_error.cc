// Reads OpenSSL's per-thread queue once and empties it, so that an old error is never blamed on a later call.
#include "proxy/tls/openssl_error.h"

#include <openssl/err.h>

#include <cstring>

namespace proxy {

std::string take_openssl_error() {
  const unsigned long code = ERR_peek_last_error();
  // The last error may be a wrapper ("system lib") around what the system said first.
  const unsigned long first = ERR_peek_error();
  std::string words = "unknown error";
  if (ERR_SYSTEM_ERROR(first)) {
    words = std::strerror(ERR_GET_REASON(first));
  } else if (const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code); reason != nullptr) {
    words = reason;
  }
  ERR_clear_error();
  return words;
}

}  // namespace proxy
