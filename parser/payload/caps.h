// Entity capabilities: a hash in presence that stands for a whole disco#info answer (XEP-0115).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "parser/payload/disco.h"

namespace parser::payload {

struct Caps {
  std::string_view hash;  // name of the hash function; empty: the format from before version 1.4
  std::string_view node;
  std::string_view ver;
};
// Of a <c/> in the namespace of capabilities; none for any other element.
std::optional<Caps> as_caps(const xml::Element& c);

enum class CapsVerdict : uint8_t {
  kVerified,
  kMismatch,
  kIllFormed,    // has something twice, so that no hash of it counts (§5.4)
  kUnknownHash,  // the hash function is not known here
};

// The string that is hashed (§5.1); none where the answer is ill-formed (§5.4).
std::optional<std::string> caps_string(const DiscoInfo& info);
// Whether `ver` is what the answer hashes to.
CapsVerdict verify(const DiscoInfo& info, std::string_view hash_name, std::string_view ver);

// A node that ends in '#' and a hash in base64, as queries for capabilities name it (§6.2).
bool looks_like_caps_node(std::string_view node);
// Whether the answer has the hash in its own node; which function made it is told by its length.
CapsVerdict verify_node(const DiscoInfo& info);

}  // namespace parser::payload
