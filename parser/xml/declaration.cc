// The declaration is judged here and never shown to libxml2, which would switch its decoder as soon as it
// read another encoding, and which lets version 1.1 pass.
#include "parser/xml/declaration.h"

#include <cstddef>
#include <string>

#include "parser/xml/tokenizer.h"

namespace parser::xml {
namespace {

struct Item {
  std::string_view name;
  std::string_view value;
  size_t value_at = 0;  // within the declaration
};

// Reads ` name = 'value'` at `at` and moves behind it. Nothing where there is none.
std::optional<Item> read_item(std::string_view text, size_t& at) {
  size_t p = at;
  auto skip_space = [&] {
    while (p < text.size() && is_space(text[p])) ++p;
  };
  skip_space();
  if (p == at) return std::nullopt;
  Item item;
  const size_t name_at = p;
  while (p < text.size() && text[p] >= 'a' && text[p] <= 'z') ++p;
  item.name = text.substr(name_at, p - name_at);
  skip_space();
  if (item.name.empty() || p >= text.size() || text[p] != '=') return std::nullopt;
  ++p;
  skip_space();
  if (p >= text.size() || (text[p] != '"' && text[p] != '\'')) return std::nullopt;
  const size_t close = text.find(text[p], p + 1);
  if (close == std::string_view::npos) return std::nullopt;
  item.value_at = p + 1;
  item.value = text.substr(p + 1, close - p - 1);
  at = close + 1;
  return item;
}

bool is_utf8_name(std::string_view name) {
  constexpr std::string_view kName = "utf-8";
  if (name.size() != kName.size()) return false;
  for (size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) != kName[i]) return false;
  }
  return true;
}

bool is_encoding_name(std::string_view name) {  // XML 1.0 §4.3.3 EncName
  auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (name.empty() || !letter(name[0])) return false;
  for (char c : name) {
    if (!letter(c) && !(c >= '0' && c <= '9') && c != '.' && c != '_' && c != '-') return false;
  }
  return true;
}

bool is_version(std::string_view text) {  // "1." and digits
  return text.size() > 2 && text.starts_with("1.") &&
         text.find_first_not_of("0123456789", 2) == std::string_view::npos;
}

}  // namespace

bool is_declaration(std::string_view instruction) {
  return instruction.starts_with("<?xml") && instruction.size() > 5 &&
         (is_space(instruction[5]) || instruction[5] == '?');
}

std::optional<Error> check_declaration(std::string_view declaration, uint64_t offset) {
  const std::string_view body = declaration.substr(0, declaration.size() - 2);
  const ByteRange whole{offset, offset + declaration.size()};
  auto at_value = [&](const Item& item) {
    return ByteRange{offset + item.value_at, offset + item.value_at + item.value.size()};
  };
  size_t at = 5;
  std::optional<Item> item = read_item(body, at);
  if (!item || item->name != "version") {
    return Error{ErrorCode::kNotWellFormed, whole, "the XML declaration has no version"};
  }
  if (item->value != "1.0") {
    if (is_version(item->value)) {
      return Error{ErrorCode::kXmlVersion, at_value(*item), "the declaration says " + in_quotes(item->value)};
    }
    return Error{ErrorCode::kNotWellFormed, at_value(*item),
                 in_quotes(item->value) + " is not a version of XML"};
  }
  item = read_item(body, at);
  if (item && item->name == "encoding") {
    if (!is_encoding_name(item->value)) {
      return Error{ErrorCode::kNotWellFormed, at_value(*item),
                   in_quotes(item->value) + " is not the name of an encoding"};
    }
    if (!is_utf8_name(item->value)) {
      return Error{ErrorCode::kUnsupportedEncoding, at_value(*item),
                   "the declaration says " + in_quotes(item->value)};
    }
    item = read_item(body, at);
  }
  if (item && item->name == "standalone" && (item->value == "yes" || item->value == "no")) {
    item.reset();
    while (at < body.size() && is_space(body[at])) ++at;
  } else if (!item) {
    while (at < body.size() && is_space(body[at])) ++at;
  }
  if (item || at != body.size()) {
    return Error{ErrorCode::kNotWellFormed, whole, "the XML declaration is malformed"};
  }
  return std::nullopt;
}

}  // namespace parser::xml
