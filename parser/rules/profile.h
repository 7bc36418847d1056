// Which generation of the protocol a session is judged by.
#pragma once

#include <cstdint>

#include "parser/jid/jid.h"

namespace parser::rules {

enum class Profile : uint8_t {
  kRfc3920,  // RFC 3920/3921, stringprep addresses
  kRfc6120,  // RFC 6120/6121, RFC 7622 addresses
};

// The addresses of that generation.
constexpr JidProfile jid_profile(Profile profile) {
  return profile == Profile::kRfc3920 ? JidProfile::kRfc3920 : JidProfile::kRfc7622;
}

}  // namespace parser::rules
