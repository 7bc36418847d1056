// Servers stamp addresses in their prepared form, so nearly all that pass are lower-case ASCII already and
// are hashed as they stand, eight bytes at a time. The others are prepared first.
#include "parser/stream/address_key.h"

#include <cstring>
#include <variant>

#include "parser/jid/jid.h"

namespace parser {
namespace {

constexpr uint64_t kMultiplier = 0x9E3779B97F4A7C15u;

uint64_t mix(uint64_t state, uint64_t word) {
  state = (state ^ word) * kMultiplier;
  return state ^ (state >> 32U);
}

uint64_t hash(std::string_view text) {
  uint64_t state = text.size() * kMultiplier;
  while (text.size() >= sizeof(uint64_t)) {
    uint64_t word = 0;
    std::memcpy(&word, text.data(), sizeof word);
    state = mix(state, word);
    text.remove_prefix(sizeof word);
  }
  uint64_t rest = 0;
  if (!text.empty()) std::memcpy(&rest, text.data(), text.size());
  state = mix(mix(state, rest), kMultiplier);
  return state == 0 ? 1 : state;
}

// Lower-case ASCII in local part and domain is what preparation would make of it.
bool is_prepared(std::string_view bare) {
  unsigned odd = 0;
  for (const char c : bare) {
    const auto byte = static_cast<unsigned char>(c);
    odd |= static_cast<unsigned>(byte >= 0x80U) | static_cast<unsigned>(byte >= 'A' && byte <= 'Z');
  }
  return odd == 0 && !bare.empty() && bare.back() != '.';
}

bool is_ascii(std::string_view text) {
  unsigned odd = 0;
  for (const char c : text) odd |= static_cast<unsigned char>(c) & 0x80U;
  return odd == 0;
}

}  // namespace

uint64_t bare_key(std::string_view address) {
  const std::string_view bare = bare_of(address);
  if (address.empty()) return 0;
  if (is_prepared(bare)) return hash(bare);
  const auto jid = Jid::parse(bare);
  const Jid* prepared = std::get_if<Jid>(&jid);
  return hash(prepared != nullptr ? prepared->full() : bare);
}

uint64_t full_key(std::string_view address) {
  if (address.empty()) return 0;
  const std::string_view bare = bare_of(address);
  // Printable ASCII in a resource stays as it is.
  if (is_prepared(bare) && is_ascii(address.substr(bare.size()))) return hash(address);
  const auto jid = Jid::parse(address);
  const Jid* prepared = std::get_if<Jid>(&jid);
  return hash(prepared != nullptr ? prepared->full() : address);
}

uint64_t text_key(std::string_view text) {
  return text.empty() ? 0 : hash(text);
}

}  // namespace parser
