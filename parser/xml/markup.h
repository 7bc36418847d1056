// The markup of an element as it was written: where its tags, attribute values and text stand in the bytes.
// The tree (element.h) says what an element means; this says how, for whoever overwrites or colours bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace parser::xml {

struct MarkupPiece {
  enum class Kind : uint8_t {
    kStartName,       // of a start tag, prefix included
    kAttributeName,   // as written, prefix included; also xmlns and xmlns:p
    kAttributeValue,  // between the quotes, references as written; follows its name at once
    kStartEnd,        // ">" or "/>" of a start tag
    kText,            // character data, references as written; never across a tag
    kCData,           // what stands inside <![CDATA[ … ]]>
    kEndTag,          // "</name>"; there is none for an empty-element tag
  };
  Kind kind{};
  size_t begin = 0;  // bytes into the text
  size_t end = 0;
  bool operator==(const MarkupPiece&) const = default;
};

// Pieces in document order. `bytes` is one element that the parser took as well-formed, or a stream header
// (a start tag that stays open, with an XML declaration in front or not), or a closing tag. Empty where it is
// none of these. Time and memory are linear.
std::vector<MarkupPiece> markup_of(std::string_view bytes);

// One character of text or of an attribute's value as written.
struct WrittenCharacter {
  size_t begin = 0;
  size_t end = 0;
  char32_t value = 0;      // U+FFFD where the bytes are no character
  bool reference = false;  // written as &…;
};
// Well-formed references and UTF-8 are taken for granted; a lone '&' is a character of its own.
std::vector<WrittenCharacter> characters_of(std::string_view written);

}  // namespace parser::xml
