// Filters made of what is shown: a cell, an address, a namespace; and how they join the filter that is there.
#pragma once

#include <string>
#include <string_view>

#include "viewer/model/capture_store.h"
#include "viewer/model/row_order.h"

namespace viewer {

// `text` as a string of the filter language.
std::string quoted(std::string_view text);
// What that cell of a row can be filtered for; empty: nothing sensible.
std::string filter_for(const CaptureStore& store, const Row& row, Column column);
// The filter that shows what both show; `exclude`: what the first shows and the second does not.
std::string narrowed(std::string_view filter, std::string_view by, bool exclude);

}  // namespace viewer
