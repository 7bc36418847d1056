// Cuts the bytes of an XML document into markup and text, without judging what is in them.
//
// This is what makes chunking not matter: everything behind it sees whole tokens only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace parser::xml {

enum class Token : uint8_t {
  kMore,                   // the token does not end in these bytes
  kText,                   // up to the next '<'
  kStartTag,               // <a …>
  kEmptyTag,               // <a …/>
  kEndTag,                 // </a>
  kComment,                // <!-- … -->
  kProcessingInstruction,  // <? … ?>, an XML declaration too
  kCdata,                  // <![CDATA[ … ]]>
  kDoctype,                // "<!DOCTYPE" alone: nobody wants to know what follows
  kMalformed,              // up to and with the byte at which no markup is possible any more
};

// Works on a window that always begins at the same byte and grows at its end; remembers where it stopped,
// so that no byte is looked at twice.
class Tokenizer {
 public:
  // Begins anew with a window whose first token starts at `at`.
  void reset(size_t at = 0) {
    begin_ = end_ = at_ = at;
    quote_ = '\0';
    attributes_ = 0;
  }

  // The next token of the window; begin(), end() and attributes() describe it.
  Token next(std::string_view window);

  size_t begin() const { return begin_; }
  size_t end() const { return end_; }
  size_t attributes() const { return attributes_; }  // of a start or empty tag; namespace declarations count

 private:
  Token markup(std::string_view window);
  Token tag(std::string_view window, bool end_tag);
  Token until(std::string_view window, std::string_view terminator, size_t head, Token token);
  Token found(size_t end, Token token) {
    end_ = end;
    return token;
  }

  size_t begin_ = 0;  // of the current token
  size_t end_ = 0;    // of the last token
  size_t at_ = 0;     // how far the current token was looked at
  size_t attributes_ = 0;
  char quote_ = '\0';  // inside an attribute value: what ends it
};

// "a:b" of "<a:b c='d'>", "</a:b>" or "<a:b/>".
std::string_view tag_name(std::string_view tag);
// "b" of "a:b".
std::string_view local_part(std::string_view qualified_name);

inline bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

}  // namespace parser::xml
