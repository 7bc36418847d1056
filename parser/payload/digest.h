// Hashes by the names that XMPP gives them (XEP-0300 §4, the IANA registry of hash function textual names).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace parser::payload {

enum class HashFunction : unsigned char { kSha1, kSha224, kSha256, kSha384, kSha512, kSha3_256, kSha3_512 };

// "sha-1", "sha-256", …, in any case; none: not known here ("md5" is not, on purpose: nobody should).
std::optional<HashFunction> hash_function(std::string_view name);
// The digest's bytes. Empty where the library refuses the function (as a FIPS configuration may).
std::string digest(HashFunction function, std::string_view bytes);
std::string base64(std::string_view bytes);

}  // namespace parser::payload
