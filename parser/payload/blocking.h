// Lists of addresses to hear nothing of (XEP-0191).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/payload/names.h"
#include "parser/payload/scene.h"

namespace parser::payload {

struct Blocking {
  std::string_view action;  // "blocklist", "block", "unblock"
  std::vector<std::string_view> addresses;
};
std::optional<Blocking> as_blocking(const xml::Element& element);

std::string blocking_words(const Scene& scene);

}  // namespace parser::payload
