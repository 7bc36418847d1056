// Which specification a namespace belongs to, and what it is for.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace parser::knowledge {

struct Namespace {
  std::string_view name;
  std::string_view source;       // "XEP-0313", "RFC 6120"
  std::string_view title;        // of the specification
  std::string_view status;       // "Final", "Stable", "Active", "Experimental", "Deferred", "Obsolete", …
  std::string_view explanation;  // one sentence for people; empty where nobody meets it
};

// In the order of their names, byte by byte; no name twice.
std::span<const Namespace> all_namespaces();
// Null where the namespace is not known. O(log n), no allocation.
const Namespace* find_namespace(std::string_view name);
// "XEP-0313 Message Archive Management"; with "(obsolete)" and the like where nobody should use it any more.
std::string cite(const Namespace& found);

}  // namespace parser::knowledge
