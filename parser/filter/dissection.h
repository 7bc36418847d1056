// Walks an element as Wireshark's dissector would and hands over the values of one field.
#pragma once

#include <string_view>
#include <vector>

#include "parser/filter/field_table.h"

namespace parser::filter {

// True where the visitor said "enough". Only elements (parser::is_element) have anything.
bool visit_dissection(FieldId field, const StreamEvent& event, ValueVisitor& visitor);

// Names one of which stands in the bytes of every element that has a value of this field; empty: nothing can
// be said. Names are written as they are in XML, so an element whose bytes have none of them has no value.
const std::vector<std::string_view>& names_needed(FieldId field);

// Whether Wireshark knows what this depth-1 element is.
bool dissector_knows(const StreamEvent& event);

}  // namespace parser::filter
