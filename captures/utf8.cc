#include "captures/utf8.h"

#include <algorithm>

#include "parser/xml/utf8.h"

namespace captures {

bool is_utf8(std::string_view text) {
  return parser::xml::find_utf8_fault(text).begin == text.size();
}

size_t utf8_character(std::string_view text) {
  for (size_t size = 1; size <= std::min<size_t>(text.size(), 4); ++size) {
    if (is_utf8(text.substr(0, size))) return size;
  }
  return 0;
}

std::string readable(std::string_view text, size_t limit) {
  text = parser::xml::utf8_prefix(text, limit);
  std::string shown;
  shown.reserve(text.size());
  size_t done = 0;
  while (done < text.size()) {
    const parser::xml::Utf8Fault fault = parser::xml::find_utf8_fault(text, done);
    shown.append(text.substr(done, fault.begin - done));
    if (fault.begin == text.size()) break;
    shown += "\xEF\xBF\xBD";
    done = fault.end;
  }
  return shown;
}

}  // namespace captures
