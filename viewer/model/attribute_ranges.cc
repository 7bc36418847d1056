#include "viewer/model/attribute_ranges.h"

#include <algorithm>

namespace viewer {

std::vector<AttributeRange> attribute_ranges(std::string_view bytes, parser::ByteRange tag) {
  std::vector<AttributeRange> found;
  const size_t end = std::min<uint64_t>(tag.end, bytes.size());
  const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  const auto is_name = [&](char c) { return !is_space(c) && c != '=' && c != '/' && c != '>'; };
  size_t at = tag.begin;
  const auto skip = [&](const auto& kind) {
    while (at < end && kind(bytes[at])) ++at;
  };
  if (at < end && bytes[at] == '<') ++at;
  skip(is_name);  // the element's name
  while (at < end) {
    skip(is_space);
    const size_t begin = at;
    skip(is_name);
    const std::string_view name = bytes.substr(begin, at - begin);
    skip(is_space);
    if (name.empty() || at >= end || bytes[at] != '=') break;
    ++at;
    skip(is_space);
    if (at >= end || (bytes[at] != '\'' && bytes[at] != '"')) break;
    const size_t close = bytes.find(bytes[at], at + 1);
    if (close == std::string_view::npos || close >= end) break;
    found.push_back({name, {begin, close + 1}, {at + 1, close}});
    at = close + 1;
  }
  return found;
}

}  // namespace viewer
