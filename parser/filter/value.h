// One value of a field, and who receives it.
#pragma once

#include <cstdint>
#include <string_view>

#include "parser/xml/element.h"

namespace parser::filter {

// A view; valid during the call that hands it over.
struct Value {
  std::string_view text = {};             // of a string; names of booleans and severities are not used
  double number = 0;                      // of a number, boolean (0 or 1), severity, or time in microseconds
  const xml::Element* element = nullptr;  // of a value that is an element
};

class ValueVisitor {
 public:
  virtual ~ValueVisitor() = default;
  // True: enough, no further values are wanted.
  virtual bool on_value(const Value& value) = 0;
};

}  // namespace parser::filter
