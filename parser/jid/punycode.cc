// Decoding is libidn2's; encoding is here, because libidn2 encodes only what IDNA2008 allows, while domains
// of the older generation hold symbols too, and their length is limited as well.
#include "parser/jid/punycode.h"

#include <idn2.h>

#include <algorithm>
#include <cstdint>

#include "parser/xml/utf8.h"

namespace parser {
namespace {

// RFC 3492 §5
constexpr uint32_t kBase = 36;
constexpr uint32_t kTMin = 1;
constexpr uint32_t kTMax = 26;
constexpr uint32_t kSkew = 38;
constexpr uint32_t kDamp = 700;

uint32_t adapt(uint32_t delta, uint32_t points, bool first) {
  delta = first ? delta / kDamp : delta / 2;
  delta += delta / points;
  uint32_t k = 0;
  for (; delta > (kBase - kTMin) * kTMax / 2; k += kBase) delta /= kBase - kTMin;
  return k + (kBase - kTMin + 1) * delta / (delta + kSkew);
}

char digit(uint32_t value) {
  return static_cast<char>(value < 26 ? 'a' + value : '0' + (value - 26));
}

}  // namespace

std::string punycode(const CodePoints& label) {
  std::string out;
  for (const CodePoint& c : label) {
    if (c.value < 0x80) out += static_cast<char>(c.value);
  }
  const auto basic = static_cast<uint32_t>(out.size());
  auto handled = basic;
  if (basic > 0) out += '-';
  uint32_t bias = 72;
  uint32_t delta = 0;
  for (char32_t n = 0x80; handled < label.size(); ++n) {
    char32_t next = 0x110000;
    for (const CodePoint& c : label) {
      if (c.value >= n) next = std::min(next, c.value);
    }
    delta += static_cast<uint32_t>(next - n) * (handled + 1);  // below 2^31 for 1023 code points
    n = next;
    for (const CodePoint& c : label) {
      if (c.value < n) ++delta;
      if (c.value != n) continue;
      uint32_t q = delta;
      for (uint32_t k = kBase;; k += kBase) {
        const uint32_t t = k <= bias ? kTMin : std::min(k - bias, kTMax);
        if (q < t) break;
        out += digit(t + (q - t) % (kBase - t));
        q = (q - t) / (kBase - t);
      }
      out += digit(q);
      bias = adapt(delta, handled + 1, handled == basic);
      delta = 0;
      ++handled;
    }
    ++delta;
  }
  return out;
}

std::optional<std::string> u_label_of(std::string_view a_label) {
  char* decoded = nullptr;
  const int outcome = idn2_to_unicode_8z8z(std::string(a_label).c_str(), &decoded, 0);
  std::optional<std::string> label;
  if (outcome == IDN2_OK && decoded != nullptr) label = decoded;
  idn2_free(decoded);
  if (!label || label->empty() || xml::find_utf8_fault(*label).begin != label->size()) return std::nullopt;
  const bool ascii =
      std::all_of(label->begin(), label->end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (ascii || "xn--" + punycode(decode(*label, 0)) != a_label) return std::nullopt;
  return label;
}

}  // namespace parser
