// The three functions pad alike: the data, a bit, zeros, the length in bits at the end of the last block.
// SHA-256 and SHA-512 are one algorithm over words of two sizes; their constants are the fractions of square
// and cube roots.
#include "parser/sasl/digest.h"

#include <array>
#include <bit>
#include <cstdint>

namespace parser::sasl {
namespace {

template <typename Word>
Word read(std::string_view bytes) {
  Word word = 0;
  for (size_t i = 0; i < sizeof(Word); ++i)
    word = static_cast<Word>(word << 8U | static_cast<unsigned char>(bytes[i]));
  return word;
}

template <typename Word, size_t N>
std::string write(const std::array<Word, N>& words) {
  std::string bytes;
  for (const Word word : words) {
    for (size_t i = sizeof(Word); i > 0; --i) bytes += static_cast<char>(word >> (8 * (i - 1)) & 0xFFU);
  }
  return bytes;
}

// `block`: bytes; an eighth of it is for the length, of which 64 bits are enough here.
std::string padded(std::string_view data, size_t block) {
  std::string bytes(data);
  bytes += '\x80';
  while (bytes.size() % block != block - block / 8) bytes += '\0';
  bytes.append(block / 8 - 8, '\0');
  return bytes + write(std::array{static_cast<uint64_t>(data.size()) * 8});
}

std::string sha1(std::string_view data) {
  std::array<uint32_t, 5> state{0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
  const std::string bytes = padded(data, 64);
  for (size_t at = 0; at < bytes.size(); at += 64) {
    std::array<uint32_t, 80> w{};
    for (size_t i = 0; i < 16; ++i) w[i] = read<uint32_t>(std::string_view(bytes).substr(at + 4 * i, 4));
    for (size_t i = 16; i < 80; ++i) w[i] = std::rotl(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    auto [a, b, c, d, e] = state;
    for (size_t i = 0; i < 80; ++i) {
      uint32_t f = b ^ c ^ d;
      uint32_t k = i < 40 ? 0x6ED9EBA1U : 0xCA62C1D6U;
      if (i < 20) {
        f = (b & c) | (~b & d);
        k = 0x5A827999;
      } else if (i >= 40 && i < 60) {
        f = (b & c) | (b & d) | (c & d);
        k = 0x8F1BBCDC;
      }
      const uint32_t next = std::rotl(a, 5) + f + e + k + w[i];
      e = d;
      d = c;
      c = std::rotl(b, 30);
      b = a;
      a = next;
    }
    state = {state[0] + a, state[1] + b, state[2] + c, state[3] + d, state[4] + e};
  }
  return write(state);
}

struct Sha256 {
  using Word = uint32_t;
  static constexpr size_t kRounds = 64;
  static constexpr std::array<int, 12> kShifts{7, 18, 3, 17, 19, 10, 6, 11, 25, 2, 13, 22};
  static constexpr std::array<Word, 8> kStart{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                              0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
};
struct Sha512 {
  using Word = uint64_t;
  static constexpr size_t kRounds = 80;
  static constexpr std::array<int, 12> kShifts{1, 8, 7, 19, 61, 6, 14, 18, 41, 28, 34, 39};
  static constexpr std::array<Word, 8> kStart{0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b,
                                              0xa54ff53a5f1d36f1, 0x510e527fade682d1, 0x9b05688c2b3e6c1f,
                                              0x1f83d9abfb41bd6b, 0x5be0cd19137e2179};
};
// Of SHA-512; those of SHA-256 are the upper halves of the first 64.
constexpr std::array<uint64_t, 80> kRoots{
    0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc, 0x3956c25bf348b538,
    0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118, 0xd807aa98a3030242, 0x12835b0145706fbe,
    0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2, 0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235,
    0xc19bf174cf692694, 0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
    0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5, 0x983e5152ee66dfab,
    0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4, 0xc6e00bf33da88fc2, 0xd5a79147930aa725,
    0x06ca6351e003826f, 0x142929670a0e6e70, 0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed,
    0x53380d139d95b3df, 0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
    0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30, 0xd192e819d6ef5218,
    0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8, 0x19a4c116b8d2d0c8, 0x1e376c085141ab53,
    0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8, 0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373,
    0x682e6ff3d6b2b8a3, 0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
    0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b, 0xca273eceea26619c,
    0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178, 0x06f067aa72176fba, 0x0a637dc5a2c898a6,
    0x113f9804bef90dae, 0x1b710b35131c471b, 0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc,
    0x431d67c49c100d4c, 0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817,
};

template <typename Kind>
std::string sha2(std::string_view data) {
  using Word = typename Kind::Word;
  constexpr size_t kBlock = 16 * sizeof(Word);
  constexpr auto& s = Kind::kShifts;
  std::array<Word, 8> state = Kind::kStart;
  const std::string bytes = padded(data, kBlock);
  for (size_t at = 0; at < bytes.size(); at += kBlock) {
    std::array<Word, Kind::kRounds> w{};
    for (size_t i = 0; i < 16; ++i) {
      w[i] = read<Word>(std::string_view(bytes).substr(at + sizeof(Word) * i, sizeof(Word)));
    }
    for (size_t i = 16; i < w.size(); ++i) {
      const Word before = std::rotr(w[i - 15], s[0]) ^ std::rotr(w[i - 15], s[1]) ^ (w[i - 15] >> s[2]);
      const Word behind = std::rotr(w[i - 2], s[3]) ^ std::rotr(w[i - 2], s[4]) ^ (w[i - 2] >> s[5]);
      w[i] = w[i - 16] + before + w[i - 7] + behind;
    }
    auto [a, b, c, d, e, f, g, h] = state;
    for (size_t i = 0; i < w.size(); ++i) {
      const auto k = static_cast<Word>(sizeof(Word) == 8 ? kRoots[i] : kRoots[i] >> 32U);
      const Word one = h + (std::rotr(e, s[6]) ^ std::rotr(e, s[7]) ^ std::rotr(e, s[8])) +
                       ((e & f) ^ (~e & g)) + k + w[i];
      const Word two =
          (std::rotr(a, s[9]) ^ std::rotr(a, s[10]) ^ std::rotr(a, s[11])) + ((a & b) ^ (a & c) ^ (b & c));
      h = g;
      g = f;
      f = e;
      e = d + one;
      d = c;
      c = b;
      b = a;
      a = one + two;
    }
    state = {state[0] + a, state[1] + b, state[2] + c, state[3] + d,
             state[4] + e, state[5] + f, state[6] + g, state[7] + h};
  }
  return write(state);
}

}  // namespace

std::optional<std::string> digest(Hash hash, std::string_view data) {
  switch (hash) {
    case Hash::kSha1:
      return sha1(data);
    case Hash::kSha256:
      return sha2<Sha256>(data);
    case Hash::kSha512:
      return sha2<Sha512>(data);
    default:
      return std::nullopt;
  }
}

}  // namespace parser::sasl
