// A number that stands for a text where it is only to be recognised again (FNV-1a). A hostile peer can make
// two texts collide; nothing that depends on it may do worse then than miss a finding.
#pragma once

#include <cstdint>
#include <string_view>

namespace parser::payload {

constexpr uint64_t fingerprint(std::string_view text, uint64_t seed = 0xcbf29ce484222325u) {
  for (const char c : text) seed = (seed ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return seed;
}
// Of two texts in this order.
constexpr uint64_t fingerprint_of(std::string_view a, std::string_view b) {
  return fingerprint(b, fingerprint("\xFF", fingerprint(a)));
}

}  // namespace parser::payload
