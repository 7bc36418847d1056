// Markup is found by its first bytes and its end; inside a tag only '<', '>' and quotes matter, and they
// are looked for sixteen bytes at a time. In well-formed XML no '<' stands inside a tag, not even in an
// attribute value: so a forgotten quote is noticed at the next tag, not at the end of the stream.
#include "parser/xml/tokenizer.h"

#include <bit>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace parser::xml {
namespace {

bool can_begin_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':' ||
         static_cast<unsigned char>(c) >= 0x80;
}

#ifdef __SSE2__
// One bit for each of the 16 bytes that is '<', '>', '"' or '\''.
unsigned marks(const char* bytes) {
  const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes));
  const __m128i angle =
      _mm_or_si128(_mm_cmpeq_epi8(block, _mm_set1_epi8('<')), _mm_cmpeq_epi8(block, _mm_set1_epi8('>')));
  const __m128i quote =
      _mm_or_si128(_mm_cmpeq_epi8(block, _mm_set1_epi8('"')), _mm_cmpeq_epi8(block, _mm_set1_epi8('\'')));
  return static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(angle, quote)));
}
#endif

}  // namespace

Token Tokenizer::next(std::string_view window) {
  if (at_ == end_) {  // a new token begins
    begin_ = end_;
    attributes_ = 0;
    quote_ = '\0';
  }
  if (begin_ >= window.size()) return Token::kMore;
  if (window[begin_] == '<') return markup(window);
  const void* open = std::memchr(window.data() + at_, '<', window.size() - at_);
  if (open == nullptr) {
    at_ = window.size();
    return Token::kMore;
  }
  at_ = static_cast<size_t>(static_cast<const char*>(open) - window.data());
  return found(at_, Token::kText);
}

Token Tokenizer::markup(std::string_view window) {
  if (begin_ + 1 >= window.size()) return Token::kMore;
  const char second = window[begin_ + 1];
  if (can_begin_name(second)) return tag(window, false);
  if (second == '/') return tag(window, true);
  if (second == '?') return until(window, "?>", 2, Token::kProcessingInstruction);
  if (second != '!') {
    at_ = begin_ + 2;
    return found(at_, Token::kMalformed);
  }
  struct Head {
    std::string_view text;
    std::string_view terminator;
    Token token;
  };
  static constexpr Head kHeads[] = {{"<!--", "-->", Token::kComment},
                                    {"<![CDATA[", "]]>", Token::kCdata},
                                    {"<!DOCTYPE", "", Token::kDoctype}};
  const std::string_view rest = window.substr(begin_);
  size_t longest = 0;
  for (const Head& head : kHeads) {
    size_t same = 0;
    while (same < head.text.size() && same < rest.size() && rest[same] == head.text[same]) ++same;
    if (same == head.text.size()) {
      if (head.token == Token::kDoctype) {
        at_ = begin_ + same;
        return found(at_, Token::kDoctype);
      }
      return until(window, head.terminator, same, head.token);
    }
    if (same == rest.size()) return Token::kMore;
    if (same > longest) longest = same;
  }
  at_ = begin_ + longest + 1;
  return found(at_, Token::kMalformed);
}

Token Tokenizer::tag(std::string_view window, bool end_tag) {
  if (at_ == begin_) at_ = begin_ + 1;
  const char* bytes = window.data();
  size_t at = at_;
  char quote = quote_;
  // Takes the byte at `at`, which is one of < > " '. True: the tag ends here, well or badly.
  auto take = [&](size_t place) {
    const char c = bytes[place];
    if (c == '<') return true;
    if (quote != '\0') {
      if (c == quote) quote = '\0';
      return false;
    }
    if (c == '>') return true;
    quote = c;
    ++attributes_;
    return false;
  };
  auto finish = [&](size_t place) {
    at_ = place + 1;
    quote_ = quote;
    if (bytes[place] == '<') return found(at_, Token::kMalformed);
    if (end_tag) return found(at_, Token::kEndTag);
    return found(at_, bytes[place - 1] == '/' ? Token::kEmptyTag : Token::kStartTag);
  };
#ifdef __SSE2__
  for (; at + 16 <= window.size(); at += 16) {
    for (unsigned bits = marks(bytes + at); bits != 0; bits &= bits - 1) {
      const size_t place = at + static_cast<size_t>(std::countr_zero(bits));
      if (take(place)) return finish(place);
    }
  }
#endif
  for (; at < window.size(); ++at) {
    const char c = bytes[at];
    if ((c == '<' || c == '>' || c == '"' || c == '\'') && take(at)) return finish(at);
  }
  at_ = at;
  quote_ = quote;
  return Token::kMore;
}

Token Tokenizer::until(std::string_view window, std::string_view terminator, size_t head, Token token) {
  if (at_ < begin_ + head) at_ = begin_ + head;
  const size_t end = window.find(terminator, at_);
  if (end != std::string_view::npos) {
    at_ = end + terminator.size();
    return found(at_, token);
  }
  const size_t kept = terminator.size() - 1;  // they may be the terminator's first bytes
  if (window.size() > at_ + kept) at_ = window.size() - kept;
  return Token::kMore;
}

std::string_view tag_name(std::string_view tag) {
  tag.remove_prefix(1);
  if (tag.starts_with('/')) tag.remove_prefix(1);
  size_t size = 0;  // a loop, since find_first_of() calls memchr() for each byte
  while (size < tag.size() && !is_space(tag[size]) && tag[size] != '/' && tag[size] != '>') ++size;
  return tag.substr(0, size);
}

std::string_view local_part(std::string_view qualified_name) {
  const size_t colon = qualified_name.find(':');
  return colon == std::string_view::npos ? qualified_name : qualified_name.substr(colon + 1);
}

}  // namespace parser::xml
