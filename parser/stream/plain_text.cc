// One pass, code point by code point, over ICU's properties: what is not harmless is written as an escape.
#include "parser/stream/plain_text.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace parser {
namespace {

struct Piece {
  UChar32 code = 0;  // negative: not UTF-8
  size_t length = 1;
};

// ICU's macro narrows inside.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
Piece next(std::string_view text) {
  int32_t at = 0;
  const auto length = static_cast<int32_t>(std::min<size_t>(text.size(), 8));
  UChar32 code = 0;
  U8_NEXT(text.data(), at, length, code);
  if (code < 0) return {-1, 1};
  return {code, static_cast<size_t>(at)};
}
#pragma GCC diagnostic pop

bool harmless(UChar32 code) {
  if (code < 0) return false;
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return false;
  if (code == 0x61c || code == 0x200e || code == 0x200f || code == 0x2028 || code == 0x2029) return false;
  if ((code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069)) return false;
  if (code == 0xfeff || (code >= 0xfff9 && code <= 0xfffb) || (code >= 0xe0000 && code <= 0xe007f))
    return false;
  return true;
}

size_t width(UChar32 code) {
  if (code < 0x300 && code != 0xad) return 1;  // no combining marks and nothing wide, but the soft hyphen
  const auto type = u_charType(code);
  if (type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK || type == U_FORMAT_CHAR) return 0;
  const int wide = u_getIntPropertyValue(code, UCHAR_EAST_ASIAN_WIDTH);
  return wide == U_EA_WIDE || wide == U_EA_FULLWIDTH ? 2 : 1;
}

void escape(const Piece& piece, unsigned char byte, std::string& out) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  if (piece.code == '\n') {
    out += "\\n";
  } else if (piece.code == '\r') {
    out += "\\r";
  } else if (piece.code == '\t') {
    out += "\\t";
  } else if (piece.code < 0x80) {
    out += "\\x";
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  } else {
    std::array<char, 8> digits{};
    size_t count = 0;
    for (auto rest = static_cast<uint32_t>(piece.code); rest != 0; rest >>= 4)
      digits[count++] = kDigits[rest & 15];
    out += "\\u{";
    while (count > 0) out += digits[--count];
    out += '}';
  }
}

}  // namespace

std::string plain(std::string_view text, size_t most_columns) {
  std::string out;
  size_t used = 0;
  size_t fits = 0;  // bytes of `out` that leave room for the "…"
  const size_t most_bytes = most_columns * 8;
  while (!text.empty()) {
    // Printable ASCII, which nearly all of it is, is taken as it comes.
    size_t ascii = 0;
    while (ascii < text.size() && text[ascii] >= 0x20 && text[ascii] < 0x7f) ++ascii;
    if (ascii > 0 && used + ascii < most_columns && out.size() + ascii + 3 <= most_bytes) {
      out += text.substr(0, ascii);
      used += ascii;
      fits = out.size();
      text.remove_prefix(ascii);
      continue;
    }
    const Piece piece = next(text);
    const size_t before = out.size();
    size_t takes = 0;
    if (harmless(piece.code)) {
      out += text.substr(0, piece.length);
      takes = width(piece.code);
    } else {
      escape(piece, static_cast<unsigned char>(text.front()), out);
      takes = out.size() - before;
    }
    if (used + takes > most_columns || out.size() + 3 > most_bytes) {
      out.resize(fits);
      return most_columns == 0 ? std::string() : out + "…";
    }
    used += takes;
    if (used + 1 <= most_columns) fits = out.size();
    text.remove_prefix(piece.length);
  }
  return out;
}

size_t columns(std::string_view text) {
  size_t sum = 0;
  while (!text.empty()) {
    const Piece piece = next(text);
    sum += piece.code < 0 ? 1 : width(piece.code);
    text.remove_prefix(piece.length);
  }
  return sum;
}

}  // namespace parser
