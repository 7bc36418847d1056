// The messages of SCRAM (RFC 5802 §5.1, grammar in §7), and the header that it shares with other mechanisms
// (GS2, RFC 5801 §4).
//
// Reading never fails for good: what is there is told, and what is wrong with it. Views point into the
// message. Proof, signature and salt are not kept, only whether and how long they are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parser::sasl {

// `n,,`  `y,a=admin,`  `p=tls-exporter,,`
struct Gs2Header {
  char flag = 'n';  // n: cannot bind; y: could, but you did not offer it; p: binds to `binding_type`
  std::string_view binding_type;  // with flag p
  std::string authzid;            // unescaped; empty: none
  bool bad_escape = false;        // '=' in the authzid that is neither =2C nor =3D
  std::string_view bytes;         // all of it, with its last comma
};
// Nothing where the text does not begin with one.
std::optional<Gs2Header> read_gs2(std::string_view text);

// `=2C` and `=3D` turned back; nothing where '=' stands for something else (RFC 5802 §5.1, `saslname`).
std::optional<std::string> unescape_name(std::string_view name);

// A message whose `fault` is not empty is malformed; it says what, as the end of a sentence: "it has no
// nonce".
struct ClientFirst {
  Gs2Header gs2;
  std::string_view user;    // as written
  std::string username;     // unescaped; as written where bad_escape
  bool bad_escape = false;  // in the user name or authzid
  bool reserved = false;    // m=, which must make the login fail
  std::string_view nonce;
  std::string_view fault;
};
ClientFirst read_client_first(std::string_view text);

struct ServerFirst {
  std::string_view nonce;
  size_t salt_size = 0;  // bytes
  uint64_t iterations = 0;
  std::string_view downgrade_hash;  // h=, XEP-0474; empty: none
  bool reserved = false;
  std::string_view fault;
};
ServerFirst read_server_first(std::string_view text);

struct ClientFinal {
  std::string binding;  // c= decoded: the GS2 header again, and behind it the channel's data with flag p
  std::string_view nonce;
  bool proof = false;
  std::string_view fault;
};
ClientFinal read_client_final(std::string_view text);

struct ServerFinal {
  bool signature = false;  // v=
  std::string_view error;  // e=, "invalid-proof"
  std::string_view fault;
};
ServerFinal read_server_final(std::string_view text);

}  // namespace parser::sasl
