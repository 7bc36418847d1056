// Where a tag stands in a depth-1 element.
#pragma once

#include <cstddef>

namespace parser::xml {

struct Tag {
  size_t begin;  // from the element's first byte
  size_t end;
  bool empty;  // <a/>
};

}  // namespace parser::xml
