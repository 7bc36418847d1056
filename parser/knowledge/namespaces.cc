// Searches the table by halves. It is sorted at compile time or by whoever edits it: a test watches.
#include "parser/knowledge/namespaces.h"

#include <algorithm>
#include <cctype>

namespace parser::knowledge {

const Namespace* find_namespace(std::string_view name) {
  const auto all = all_namespaces();
  const auto found =
      std::lower_bound(all.begin(), all.end(), name,
                       [](const Namespace& row, std::string_view key) { return row.name < key; });
  return found != all.end() && found->name == name ? &*found : nullptr;
}

std::string cite(const Namespace& found) {
  std::string out = std::string(found.source) + " " + std::string(found.title);
  for (const std::string_view gone : {"Obsolete", "Deprecated", "Retracted", "Rejected"}) {
    if (found.status != gone) continue;
    std::string word(gone);
    word[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(word[0])));
    out += " (" + word + ")";
  }
  return out;
}

}  // namespace parser::knowledge
