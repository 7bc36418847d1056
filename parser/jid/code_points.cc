// Errors have to name the byte in the address as written, though they are found in text that was mapped and
// normalised. So the text is kept as code points with offsets, and normalisation works run by run: no
// composition crosses the boundaries that ICU tells of.
#include "parser/jid/code_points.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/utf16.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "parser/xml/utf8.h"

namespace parser {
namespace {

const UNormalizer2* composer() {
  static const UNormalizer2* const instance = [] {
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2* found = unorm2_getNFCInstance(&status);
    return U_SUCCESS(status) ? found : nullptr;
  }();
  return instance;
}

// Composes text[begin, end) and appends it.
void append_run(const CodePoints& text, size_t begin, size_t end, CodePoints& out) {
  std::u16string run;
  for (size_t i = begin; i < end; ++i) {
    append_utf16(text[i].value, run);
  }
  std::u16string composed(run.size() * 3 + 4, u'\0');  // NFC makes no text longer than three times itself
  UErrorCode status = U_ZERO_ERROR;
  const int32_t size = unorm2_normalize(composer(), run.data(), static_cast<int32_t>(run.size()),
                                        composed.data(), static_cast<int32_t>(composed.size()), &status);
  if (U_FAILURE(status)) {
    out.insert(out.end(), text.begin() + static_cast<std::ptrdiff_t>(begin),
               text.begin() + static_cast<std::ptrdiff_t>(end));
    return;
  }
  for (int32_t at = 0; at < size;) {
    UChar32 value = 0;
    U16_NEXT(composed.data(), at, size, value);
    out.push_back({static_cast<char32_t>(value), text[begin].offset});
  }
}

}  // namespace

CodePoints decode(std::string_view text, size_t offset) {
  CodePoints out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const xml::Utf8Character character = xml::first_character(text.substr(at));
    out.push_back({character.value, static_cast<uint32_t>(offset + at)});
    at += character.size;
  }
  return out;
}

void append_utf8(char32_t value, std::string& text) {
  const auto put = [&text](char32_t byte) { text += static_cast<char>(byte); };
  const auto put_rest = [&put, value](unsigned shift) { put(0x80 | (value >> shift & 0x3F)); };
  if (value < 0x80) {
    put(value);
  } else if (value < 0x800) {
    put(0xC0 | value >> 6);
    put_rest(0);
  } else if (value < 0x10000) {
    put(0xE0 | value >> 12);
    put_rest(6);
    put_rest(0);
  } else {
    put(0xF0 | value >> 18);
    put_rest(12);
    put_rest(6);
    put_rest(0);
  }
}

void append_utf16(char32_t value, std::u16string& text) {
  if (value < 0x10000) {
    text += static_cast<char16_t>(value);
  } else {
    text += static_cast<char16_t>(U16_LEAD(value));
    text += static_cast<char16_t>(U16_TRAIL(value));
  }
}

std::string encode(const CodePoints& text) {
  std::string out;
  out.reserve(text.size() * 2);
  for (const CodePoint& c : text) append_utf8(c.value, out);
  return out;
}

size_t utf8_size(char32_t value) {
  return value < 0x80 ? 1 : value < 0x800 ? 2 : value < 0x10000 ? 3 : 4;
}

std::string notation(char32_t value) {
  std::array<char, 16> text{};
  const int size = std::snprintf(text.data(), text.size(), "U+%04X", static_cast<unsigned>(value));
  return {text.data(), static_cast<size_t>(size)};
}

std::string unicode_name(char32_t value) {
  std::array<char, 128> text{};
  UErrorCode status = U_ZERO_ERROR;
  const int32_t size = u_charName(static_cast<UChar32>(value), U_UNICODE_CHAR_NAME, text.data(),
                                  static_cast<int32_t>(text.size()), &status);
  return U_SUCCESS(status) && size > 0 ? std::string(text.data(), static_cast<size_t>(size)) : std::string();
}

bool is_invisible(char32_t value) {
  const auto c = static_cast<UChar32>(value);
  return value >= 0x80 && (u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) != 0 ||
                           u_charType(c) == U_SPACE_SEPARATOR);
}

bool is_mapped_to_nothing(char32_t c) {
  return c == 0x00AD || c == 0x034F || c == 0x1806 || (c >= 0x180B && c <= 0x180D) ||
         (c >= 0x200B && c <= 0x200D) || c == 0x2060 || (c >= 0xFE00 && c <= 0xFE0F) || c == 0xFEFF;
}

bool is_unassigned_in_unicode32(char32_t value) {
  UVersionInfo age{};
  u_charAge(static_cast<UChar32>(value), age);
  return age[0] == 0 || age[0] > 3 || (age[0] == 3 && age[1] > 2);
}

std::u32string compatibility_form(char32_t value) {
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2* nfkc = unorm2_getNFKCInstance(&status);
  std::u16string wide;
  append_utf16(value, wide);
  std::array<UChar, 32> out{};  // the longest has 18 (U+FDFA)
  const int32_t size = U_FAILURE(status)
                           ? 0
                           : unorm2_normalize(nfkc, wide.data(), static_cast<int32_t>(wide.size()),
                                              out.data(), static_cast<int32_t>(out.size()), &status);
  if (U_FAILURE(status) || size <= 0) return {value};
  std::u32string form;
  for (int32_t at = 0; at < size;) {
    UChar32 next = 0;
    U16_NEXT(out.data(), at, size, next);
    form += static_cast<char32_t>(next);
  }
  return form;
}

bool compose(CodePoints& text) {
  const UNormalizer2* normalizer = composer();
  if (normalizer == nullptr) return false;
  const bool composed = std::all_of(text.begin(), text.end(), [](const CodePoint& c) {
    return c.value < 0x300 ||
           u_getIntPropertyValue(static_cast<UChar32>(c.value), UCHAR_NFC_QUICK_CHECK) == UNORM_YES;
  });
  // Marks in the wrong order pass a look at each character alone, so marks are looked at in their runs.
  if (composed && std::none_of(text.begin(), text.end(), [](const CodePoint& c) {
        return c.value >= 0x300 && u_getCombiningClass(static_cast<UChar32>(c.value)) != 0;
      })) {
    return false;
  }
  CodePoints out;
  out.reserve(text.size());
  for (size_t begin = 0; begin < text.size();) {
    size_t end = begin + 1;
    while (end < text.size() &&
           unorm2_hasBoundaryBefore(normalizer, static_cast<UChar32>(text[end].value)) == 0) {
      ++end;
    }
    append_run(text, begin, end, out);
    begin = end;
  }
  const bool changed = !std::equal(out.begin(), out.end(), text.begin(), text.end(),
                                   [](const CodePoint& a, const CodePoint& b) { return a.value == b.value; });
  text = std::move(out);
  return changed;
}

}  // namespace parser
