// Runs every payload reader, every phrase and every rule over an element, whatever it is.
#pragma once

#include <string_view>

#include "parser/xml/element.h"

namespace test_support {

// Every reader and phrase, on the element and on all that is inside it (to a depth of 8, 2000 elements).
// Returns how many readers took something for theirs, so that nothing is optimised away.
size_t read_everything(const parser::xml::Element& element);

// The bytes as what either side says in an established session and in one that begins with them: events with
// their summaries and findings. Aborts where a rule throws or a summary or message is out of its bounds.
void judge_everything(std::string_view bytes);

}  // namespace test_support
