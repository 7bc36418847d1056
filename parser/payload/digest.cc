// libcrypto computes them: it is in the programs anyway for TLS, and the best-kept package of its kind.
#include "parser/payload/digest.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <climits>

namespace parser::payload {
namespace {

struct Row {
  std::string_view name;
  HashFunction function;
};
constexpr std::array kRows{
    Row{"sha-1", HashFunction::kSha1},        Row{"sha-224", HashFunction::kSha224},
    Row{"sha-256", HashFunction::kSha256},    Row{"sha-384", HashFunction::kSha384},
    Row{"sha-512", HashFunction::kSha512},    Row{"sha3-256", HashFunction::kSha3_256},
    Row{"sha3-512", HashFunction::kSha3_512},
};

const EVP_MD* method(HashFunction function) {
  switch (function) {
    case HashFunction::kSha1:
      return EVP_sha1();
    case HashFunction::kSha224:
      return EVP_sha224();
    case HashFunction::kSha256:
      return EVP_sha256();
    case HashFunction::kSha384:
      return EVP_sha384();
    case HashFunction::kSha512:
      return EVP_sha512();
    case HashFunction::kSha3_256:
      return EVP_sha3_256();
    case HashFunction::kSha3_512:
      return EVP_sha3_512();
  }
  return nullptr;
}

}  // namespace

std::optional<HashFunction> hash_function(std::string_view name) {
  for (const Row& row : kRows) {
    if (std::equal(name.begin(), name.end(), row.name.begin(), row.name.end(),
                   [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; })) {
      return row.function;
    }
  }
  return std::nullopt;
}

std::string digest(HashFunction function, std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned int size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), out.data(), &size, method(function), nullptr) != 1) return {};
  return {reinterpret_cast<const char*>(out.data()), size};
}

std::string base64(std::string_view bytes) {
  if (bytes.size() > INT_MAX / 2) return {};
  std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');  // EVP writes a terminating zero
  const int written =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  out.resize(static_cast<size_t>(written));
  return out;
}

}  // namespace parser::payload
