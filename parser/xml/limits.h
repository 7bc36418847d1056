// Every bound of the XML layer, in one place.
#pragma once

#include <cstddef>

namespace parser::xml {

struct Limits {
  size_t element_bytes = 262'144;  // one depth-1 element, in bytes; the field's usual value
  size_t depth = 128;              // of elements, the stream header counted as 1
  size_t attributes = 256;         // of one start tag, namespace declarations included
  size_t header_bytes = 16'384;    // from the first byte of a document to the end of its stream header
};

}  // namespace parser::xml
