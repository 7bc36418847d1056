// One pass that counts digits and padding judges; another one that ignores white space decodes.
#include "parser/sasl/base64.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace parser::sasl {
namespace {

constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr auto kValues = [] {
  std::array<int8_t, 256> values{};
  values.fill(-1);
  for (size_t i = 0; i < kDigits.size(); ++i) {
    values[static_cast<unsigned char>(kDigits[i])] = static_cast<int8_t>(i);
  }
  return values;
}();

int value_of(char c) {
  return kValues[static_cast<unsigned char>(c)];
}

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

}  // namespace

Base64 judge_base64(std::string_view text) {
  size_t digits = 0;
  size_t padding = 0;
  int last = 0;
  bool spaced = false;
  for (const char c : text) {
    if (is_space(c)) {
      spaced = true;
    } else if (c == '=') {
      ++padding;
    } else if (padding > 0 || value_of(c) < 0) {
      return Base64::kBad;
    } else {
      last = value_of(c);
      ++digits;
    }
  }
  if (padding > 2 || (digits + padding) % 4 != 0) return Base64::kBad;
  if (spaced) return Base64::kSpaced;
  const int unused = padding == 2 ? 0x0F : padding == 1 ? 0x03 : 0;
  return (last & unused) == 0 ? Base64::kGood : Base64::kPadBits;
}

std::optional<std::string> decode_base64(std::string_view text, size_t most) {
  if (judge_base64(text) == Base64::kBad) return std::nullopt;
  std::string bytes;
  bytes.reserve(std::min(text.size() / 4 * 3, most));
  unsigned bits = 0;
  int held = 0;
  for (const char c : text) {
    const int value = value_of(c);
    if (value < 0) continue;
    bits = (bits << 6U | static_cast<unsigned>(value)) & 0xFFFFU;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    if (bytes.size() == most) return std::nullopt;
    bytes += static_cast<char>(bits >> static_cast<unsigned>(held) & 0xFFU);
  }
  return bytes;
}

std::string encode_base64(std::string_view bytes) {
  std::string text;
  for (size_t at = 0; at < bytes.size(); at += 3) {
    const std::string_view part = bytes.substr(at, 3);
    unsigned bits = 0;
    for (size_t i = 0; i < 3; ++i) {
      bits = bits << 8U | (i < part.size() ? static_cast<unsigned char>(part[i]) : 0U);
    }
    for (size_t i = 0; i < 4; ++i) {
      text += i <= part.size() ? kDigits[bits >> (18 - 6 * i) & 0x3FU] : '=';
    }
  }
  return text;
}

std::string encode_base64_like(std::string_view text, std::string_view bytes) {
  std::string encoded = encode_base64(bytes);
  const auto digits = std::count_if(text.begin(), text.end(), [](char c) { return !is_space(c); });
  if (static_cast<size_t>(digits) != encoded.size()) return encoded;
  const int unused = encoded.ends_with("==") ? 0x0F : encoded.ends_with('=') ? 0x03 : 0;
  std::string out(text);
  size_t next = 0;
  for (char& c : out) {
    if (is_space(c)) continue;
    const char digit = encoded[next++];
    const bool last = digit != '=' && next < encoded.size() && encoded[next] == '=';
    c = last && c != '=' ? kDigits[static_cast<size_t>(value_of(digit) | (value_of(c) & unused))] : digit;
  }
  return out;
}

}  // namespace parser::sasl
