// An element as indented lines of coloured tokens, each of which knows the bytes that it was made from.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "parser/xml/element.h"
#include "viewer/model/display_text.h"

namespace viewer {

enum class TokenKind : uint8_t { kPunctuation, kTag, kAttribute, kValue, kNamespace, kText, kNote };

struct Token {
  TokenKind kind{};
  std::string text;           // as display_text() gives it
  parser::ByteRange range{};  // of its own, in the row's bytes; empty: its line's
  std::string hint{};         // what it means, for whoever points at it
  std::string address{};      // a JID that it holds, as sent
};

struct XmlLine {
  int indent = 0;  // levels
  std::vector<Token> tokens;
  parser::ByteRange range;  // of the element that the line belongs to, in the row's bytes
};

struct XmlOptions {
  uint64_t base = 0;          // what to subtract from the element's ranges (see Reparser::base)
  size_t columns = 96;        // start tags that are longer get one attribute per line
  size_t max_lines = 20'000;  // a note stands for the rest
  bool open = false;          // a stream header: a start tag without its end
  Drawable drawable;
  std::string_view bytes;  // of the row: what attributes have ranges in; may be empty
};

std::vector<XmlLine> xml_lines(const parser::xml::Element& element, const XmlOptions& options);
// The same as plain text, two spaces per level; for the clipboard and tests.
std::string plain_text(const std::vector<XmlLine>& lines);

}  // namespace viewer
