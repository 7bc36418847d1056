// SHA-1, SHA-256 and SHA-512 (FIPS 180-4), for what SCRAM's extensions hash: lists that everybody can read.
// Not hardened against anything.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "parser/sasl/mechanism.h"

namespace parser::sasl {

// The digest's bytes; nothing for a hash that is not among the three.
std::optional<std::string> digest(Hash hash, std::string_view data);

}  // namespace parser::sasl
