// What a mechanism's name says about it.
#pragma once

#include <cstdint>
#include <string_view>

namespace parser::sasl {

enum class Family : uint8_t {
  kPlain,        // RFC 4616
  kScram,        // RFC 5802, RFC 7677
  kHashedToken,  // HT-*, draft-schmaus-kitten-sasl-ht; FAST (XEP-0484)
  kExternal,     // RFC 4422 appendix A
  kOauthBearer,  // RFC 7628
  kXOauth2,      // Google's, of the same shape
  kDigestMd5,    // RFC 2831, historic by RFC 6331
  kCramMd5,      // RFC 2195
  kLogin,        // never specified
  kAnonymous,    // RFC 4505
  kGssapi,       // RFC 4752 and what else begins with GS
  kOther,
};
enum class Hash : uint8_t { kNone, kSha1, kSha224, kSha256, kSha384, kSha512, kSha3, kOther };

struct Mechanism {
  Family family = Family::kOther;
  Hash hash = Hash::kNone;  // of SCRAM and HT
  // The login is bound to the TLS channel: -PLUS, and HT-* that do not end in -NONE.
  bool bound = false;
  // What an HT-* name binds to: "tls-unique", "tls-exporter", "tls-server-end-point"; "" in all others.
  std::string_view binding_type = {};
};
// Names are upper case (RFC 4422 §3.1) and compared as they stand.
Mechanism mechanism_of(std::string_view name);

// 1: the password itself can be read; 2: broken digests; 3: SCRAM; 0: cannot be ranked with the others.
int strength(Family family);
// The client speaks first, so that its first message belongs into <auth/>.
bool client_first(Family family);

}  // namespace parser::sasl
