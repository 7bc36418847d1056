// Base64 as SASL's XMPP profile asks for it (RFC 4648 §4, RFC 6120 §6.3.5): strict, and with a word for each
// way of being sloppy.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parser::sasl {

enum class Base64 : uint8_t {
  kGood,
  kSpaced,   // white space in it; good otherwise
  kPadBits,  // the bits that the last digit has too many are not zero
  kBad,      // foreign characters, wrong length or padding
};
// Empty text is good: data of no length.
Base64 judge_base64(std::string_view text);

// The bytes that the text stands for, white space and pad bits forgiven; nothing where it is bad, or where it
// stands for more than `most` bytes.
std::optional<std::string> decode_base64(std::string_view text, size_t most);
std::string encode_base64(std::string_view bytes);
// The same laid out as `text` is, which is not bad and stands for as many bytes: with its white space and pad
// bits. As encode_base64() where the sizes differ.
std::string encode_base64_like(std::string_view text, std::string_view bytes);

}  // namespace parser::sasl
