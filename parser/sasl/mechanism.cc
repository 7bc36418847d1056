// Names are taken apart at their hyphens: FAMILY[-HASH][-BINDING].
#include "parser/sasl/mechanism.h"

namespace parser::sasl {
namespace {

Hash hash_of(std::string_view name) {
  if (name == "SHA-1") return Hash::kSha1;
  if (name == "SHA-224") return Hash::kSha224;
  if (name == "SHA-256") return Hash::kSha256;
  if (name == "SHA-384") return Hash::kSha384;
  if (name == "SHA-512") return Hash::kSha512;
  return name.starts_with("SHA3-") ? Hash::kSha3 : Hash::kOther;
}

struct Row {
  std::string_view name;
  Family family;
};
constexpr Row kWhole[] = {
    {"PLAIN", Family::kPlain},
    {"EXTERNAL", Family::kExternal},
    {"OAUTHBEARER", Family::kOauthBearer},
    {"X-OAUTH2", Family::kXOauth2},
    {"XOAUTH2", Family::kXOauth2},
    {"DIGEST-MD5", Family::kDigestMd5},
    {"CRAM-MD5", Family::kCramMd5},
    {"LOGIN", Family::kLogin},
    {"ANONYMOUS", Family::kAnonymous},
    {"GSSAPI", Family::kGssapi},
    {"GSS-SPNEGO", Family::kGssapi},
    {"GS2-KRB5", Family::kGssapi},
    {"GS2-KRB5-PLUS", Family::kGssapi},
};
struct Binding {
  std::string_view suffix;
  std::string_view type;
};
constexpr Binding kTokenBindings[] = {
    {"-NONE", ""}, {"-UNIQ", "tls-unique"}, {"-EXPR", "tls-exporter"}, {"-ENDP", "tls-server-end-point"}};

}  // namespace

Mechanism mechanism_of(std::string_view name) {
  for (const Row& row : kWhole) {
    if (name == row.name) return {row.family, Hash::kNone, name.ends_with("-PLUS")};
  }
  if (name.starts_with("SCRAM-")) {
    name.remove_prefix(6);
    const bool plus = name.ends_with("-PLUS");
    if (plus) name.remove_suffix(5);
    return {Family::kScram, hash_of(name), plus};
  }
  if (name.starts_with("HT-")) {
    name.remove_prefix(3);
    for (const Binding& binding : kTokenBindings) {
      if (!name.ends_with(binding.suffix)) continue;
      name.remove_suffix(binding.suffix.size());
      return {Family::kHashedToken, hash_of(name), !binding.type.empty(), binding.type};
    }
  }
  return {Family::kOther, Hash::kNone, name.ends_with("-PLUS")};
}

int strength(Family family) {
  switch (family) {
    case Family::kPlain:
    case Family::kLogin:
      return 1;
    case Family::kCramMd5:
    case Family::kDigestMd5:
      return 2;
    case Family::kScram:
      return 3;
    default:
      return 0;
  }
}

bool client_first(Family family) {
  switch (family) {
    case Family::kPlain:
    case Family::kScram:
    case Family::kHashedToken:
    case Family::kExternal:
    case Family::kOauthBearer:
    case Family::kXOauth2:
      return true;
    default:
      return false;
  }
}

}  // namespace parser::sasl
