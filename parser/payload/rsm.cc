// Each child once; the first of a kind counts.
#include "parser/payload/rsm.h"

#include <charconv>

#include "parser/stream/phrase.h"

namespace parser::payload {
namespace {

std::optional<uint64_t> number(const std::string& text) {
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::optional<ResultSet> result_set_in(const xml::Element& parent) {
  const xml::Element* set = parent.child("set", ns::kRsm);
  if (set == nullptr) return std::nullopt;
  ResultSet out;
  out.max = number(phrase::child_text(*set, "max"));
  out.count = number(phrase::child_text(*set, "count"));
  out.after = phrase::child_text(*set, "after");
  out.before = phrase::child_text(*set, "before");
  out.has_before = set->child("before") != nullptr;
  out.last = phrase::child_text(*set, "last");
  if (const xml::Element* first = set->child("first")) {
    out.first = first->text();
    out.index = number(std::string(first->attribute("index")));
  }
  return out;
}

std::string page_words(const ResultSet& set) {
  std::string out;
  if (set.max) out += *set.max == 0 ? ", how many only" : ", page of " + std::to_string(*set.max);
  if (!set.after.empty()) out += ", behind " + phrase::in_quotes(set.after, 24);
  if (!set.before.empty()) {
    out += ", before " + phrase::in_quotes(set.before, 24);
  } else if (set.has_before) {
    out += ", the last ones";
  }
  return out;
}

}  // namespace parser::payload
