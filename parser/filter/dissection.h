// Walks an element as Wireshark's dissector would and hands over the values of one field.
#pragma once

#include "parser/filter/field_table.h"

namespace parser::filter {

// True where the visitor said "enough". Only elements (parser::is_element) have anything.
bool visit_dissection(FieldId field, const StreamEvent& event, ValueVisitor& visitor);

// Whether Wireshark knows what this depth-1 element is.
bool dissector_knows(const StreamEvent& event);

}  // namespace parser::filter
