// Which generation of the protocol a session is judged by.
#pragma once

#include <cstdint>

namespace parser::rules {

enum class Profile : uint8_t {
  kRfc3920,  // RFC 3920/3921, stringprep addresses
  kRfc6120,  // RFC 6120/6121, RFC 7622 addresses
};

}  // namespace parser::rules
