// Quotes, counts and errors in words.
#include "parser/stream/phrase.h"

#include "parser/stream/plain_text.h"

namespace parser::phrase {

std::string in_quotes(std::string_view text, size_t most) {
  return "“" + plain(text, most) + "”";
}

std::string counted(uint64_t value, std::string_view one, std::string_view many) {
  return std::to_string(value) + " " + std::string(value == 1 ? one : many);
}

std::string child_text(const xml::Element& element, std::string_view name) {
  const xml::Element* child = element.child(name);
  return child == nullptr ? std::string() : child->text();
}

std::string error_words(const std::optional<ErrorInfo>& error) {
  if (!error) return "no <error/> child";
  std::string out =
      error->condition.empty() ? plain(error->legacy_code, 10) : plain(error->condition, kExcerpt);
  if (out.empty()) out = "no condition";
  if (!error->text.empty()) out += " " + in_quotes(error->text);
  return out;
}

std::string unknown(const xml::Element& element) {
  return plain(element.local, 40) + " {" + plain(element.ns, kExcerpt) + "}";
}

}  // namespace parser::phrase
