// Places in a text as compilers show them: line and column, the line itself, and a mark beneath the bytes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "parser/xml/byte_range.h"

namespace parser {

struct TextPlace {
  size_t line = 1;    // from 1; lines end with \n
  size_t column = 1;  // in characters (code points; a byte that is not UTF-8 counts as one), from 1
};

struct Excerpt {
  TextPlace begin;
  TextPlace end;      // behind the last character
  std::string line;   // safe to print (plain_text.h), tabs as blanks; cut around the place with "…"
  std::string marks;  // blanks, '^' and '~', as wide as what they stand beneath
};

// Made for places in ascending order: each is counted from the one before. Others are counted anew.
class Excerpts {
 public:
  explicit Excerpts(std::string_view text) : text_(text) {}
  // `width`: the most columns of the line and the marks, at least 20. A range that goes on in further lines
  // is marked to the end of its first.
  Excerpt of(ByteRange range, size_t width);

 private:
  struct Cursor {
    TextPlace move_to(std::string_view text, size_t offset);
    TextPlace place;
    size_t at = 0;          // offset of that place
    size_t line_begin = 0;  // where its line begins
  };

  std::string_view text_;
  Cursor cursor_;
};

}  // namespace parser
