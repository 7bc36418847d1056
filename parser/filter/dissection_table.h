// What Wireshark's XMPP dissector makes of each element, as a text: which field each element, attribute and
// text becomes. Read once, by dissection.cc.
#pragma once

#include <string_view>

namespace parser::filter {

// One row per line, two spaces per level:
//   name field            an element: `field` is present ("-": it has no field of its own)
//   name{ns} field        … only in that namespace; several are separated by '|'
//   @name field           an attribute of the element above ("-": it counts as xmpp.attribute)
//   text:name field       a child element whose text is treated as an attribute
//   name:{ns} field       any child in that namespace: its local name is the value
//   text field            the element's own text
//   also field            one more field that is present with the element
//   first field           the first child element, whole, is a value
//   rest                  child elements with no row are passed over
//   +macro                the rows of a macro, which is defined at the left margin as "= macro"
// Elements and attributes with no row are xmpp.unknown and xmpp.unknown_attr.
std::string_view dissection_table();

}  // namespace parser::filter
