// Text as code points that remember where they were written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace parser {

struct CodePoint {
  char32_t value = 0;
  uint32_t offset = 0;  // bytes into the address as written, of the character that this came from
};
using CodePoints = std::vector<CodePoint>;

// Text that is UTF-8 (the caller has checked); its first byte stands at `offset` of the address.
CodePoints decode(std::string_view text, size_t offset);

void append_utf8(char32_t value, std::string& text);
void append_utf16(char32_t value, std::u16string& text);
std::string encode(const CodePoints& text);
size_t utf8_size(char32_t value);

// "U+00AD", at least four digits.
std::string notation(char32_t value);
// Its name in the Unicode standard ("SOFT HYPHEN"); empty where it has none.
std::string unicode_name(char32_t value);

// Characters that take no room of their own or look like a space: joiners, soft hyphens, variation selectors,
// spaces other than U+0020.
bool is_invisible(char32_t value);

// Mapped to nothing by stringprep: table B.1 of RFC 3454.
bool is_mapped_to_nothing(char32_t value);
// Younger than Unicode 3.2, which is what stringprep knows: table A.1 of RFC 3454.
bool is_unassigned_in_unicode32(char32_t value);
// Its compatibility normalisation (NFKC); a character that has none other than itself gives itself.
std::u32string compatibility_form(char32_t value);

// Canonical composition; whether it changed anything. What a run of characters composes to gets the offset of
// the run's first.
bool compose(CodePoints& text);

}  // namespace parser
