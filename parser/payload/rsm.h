// Pages of long results (XEP-0059).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "parser/payload/names.h"
#include "parser/xml/element.h"

namespace parser::payload {

struct ResultSet {
  std::optional<uint64_t> max;    // asked for; none where absent or not a number
  std::optional<uint64_t> count;  // in all
  std::optional<uint64_t> index;
  std::string after;
  std::string before;
  std::string first;
  std::string last;
  bool has_before = false;  // an empty <before/> asks for the last page
};
// Of the <set/> that is a child of `parent`.
std::optional<ResultSet> result_set_in(const xml::Element& parent);

// ", page of 50, behind “x”"; "" where nothing is said.
std::string page_words(const ResultSet& set);

}  // namespace parser::payload
