// Where the attributes of a start tag stand in the bytes: the parser keeps their values, not their places.
#pragma once

#include <string_view>
#include <vector>

#include "parser/xml/byte_range.h"

namespace viewer {

struct AttributeRange {
  std::string_view name;    // as written, prefix included; a view into the bytes
  parser::ByteRange whole;  // name, =, and the value in its quotes
  parser::ByteRange value;  // without the quotes
};
// Of the start tag at `tag` in `bytes`; ranges count from the beginning of `bytes`. Stops where the tag is
// not well-formed.
std::vector<AttributeRange> attribute_ranges(std::string_view bytes, parser::ByteRange tag);

}  // namespace viewer
