// OpenSSL's error queue in words.
#pragma once

#include <string>

namespace proxy {

// Takes the newest error from this thread's queue and clears the queue. "unknown error" where it is empty.
std::string take_openssl_error();

}  // namespace proxy
