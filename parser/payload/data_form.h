// Data forms: fields with names, types and values (XEP-0004).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/payload/names.h"
#include "parser/payload/scene.h"

namespace parser::payload {

struct FormField {
  std::string_view var;    // empty: none
  std::string_view type;   // "hidden", "text-single", …; empty where absent
  std::string_view label;  // for people
  std::vector<std::string> values;
};

struct DataForm {
  std::string_view type;  // "form", "submit", "cancel", "result"
  std::string title;
  std::vector<FormField> fields;  // not those of <reported/> and <item/>
  size_t items = 0;               // rows of a table

  const FormField* field(std::string_view var) const;  // null: none
  // The first value of a field; "" where there is none.
  std::string_view value(std::string_view var) const;
  std::string_view form_type() const { return value("FORM_TYPE"); }  // XEP-0068
};
// Of an <x/> in jabber:x:data; none for any other element.
std::optional<DataForm> as_data_form(const xml::Element& x);
// The first form that is a child of `parent`.
std::optional<DataForm> data_form_in(const xml::Element& parent);

// "form “Room configuration”, 12 fields", "filled-in form of http://…, 3 fields".
std::string data_form_words(const Scene& scene);

}  // namespace parser::payload
