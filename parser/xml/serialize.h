// Element trees back to XML text, for people to read.
//
// This is never what is forwarded or stored: that is the bytes. Canonical here means: attributes in single
// quotes, in the order they were written, namespace declarations first; the five predefined entities and
// references for control characters; nothing else escaped. Parsing it gives an equal tree.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "parser/xml/element.h"

namespace parser::xml {

// The element on one line; no whitespace is added or lost.
std::string serialize(const Element& element);

// The start tag alone, as of a stream header: <stream:stream …>
std::string serialize_start_tag(const Element& element);

// One child element a line, indented by `indent` spaces a level, without a newline at the end. Whitespace
// between child elements gives way to the indentation; an element that holds other text beside child elements
// (mixed content) is kept on its line as it is.
std::string pretty_print(const Element& element, size_t indent = 2);

// Text with & < > and carriage returns escaped, as element content.
std::string escape_text(std::string_view text);
// The same for an attribute value in single quotes.
std::string escape_attribute(std::string_view value);

}  // namespace parser::xml
