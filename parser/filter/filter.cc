// The public face: lex, parse, keep the tree; and show an error under its expression.
#include "parser/filter/filter.h"

#include <algorithm>
#include <utility>

#include "parser/filter/lexer.h"
#include "parser/filter/node.h"
#include "parser/filter/parse.h"
#include "parser/xml/utf8.h"

namespace parser::filter {
namespace {

// Code points, so that the caret stands right behind other than ASCII text.
size_t columns(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !xml::is_utf8_continuation(c); }));
}

}  // namespace

std::string render(std::string_view expression, const Error& error) {
  constexpr size_t kWidth = 100;
  const size_t offset = std::min(error.offset, expression.size());
  // A long expression is shown around its fault.
  size_t begin = offset > kWidth / 2 ? offset - kWidth / 2 : 0;
  while (begin > 0 && xml::is_utf8_continuation(expression[begin])) --begin;
  size_t end = std::min(expression.size(), begin + kWidth);
  while (end < expression.size() && xml::is_utf8_continuation(expression[end])) ++end;
  std::string shown(expression.substr(begin, end - begin));
  for (char& c : shown) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  const size_t fault = std::min(std::max<size_t>(error.length, 1), end - offset);
  const size_t marked = std::max<size_t>(columns(expression.substr(offset, fault)), 1);
  std::string out = begin > 0 ? "  …" : "  ";
  out += shown;
  if (end < expression.size()) out += "…";
  out += "\n  ";
  out += std::string(columns(expression.substr(begin, offset - begin)) + (begin > 0 ? 1 : 0), ' ');
  out += '^';
  out += std::string(marked - 1, '~');
  return out + "\n" + error.message;
}

Filter::Filter(std::string expression, std::unique_ptr<Node> root)
    : expression_(std::move(expression)), root_(std::move(root)) {}
Filter::Filter(Filter&&) noexcept = default;
Filter& Filter::operator=(Filter&&) noexcept = default;
Filter::~Filter() = default;

std::variant<Filter, Error> Filter::parse(std::string_view expression) {
  auto tokens = tokenize(expression);
  if (auto* error = std::get_if<Error>(&tokens)) return std::move(*error);
  auto tree = parse_tokens(std::get<std::vector<Token>>(tokens));
  if (auto* error = std::get_if<Error>(&tree)) return std::move(*error);
  return Filter(std::string(expression), std::get<std::unique_ptr<Node>>(std::move(tree)));
}

bool Filter::matches(const StreamEvent& event) const {
  return root_ == nullptr || root_->matches(event);
}

std::optional<bool> Filter::matches_early(const StreamEvent& event) const {
  return root_ == nullptr ? std::optional(true) : root_->early(event);
}

const std::string& Filter::expression() const {
  return expression_;
}

std::string Filter::explain() const {
  return root_ == nullptr ? "everything" : filter::explain(*root_);
}

}  // namespace parser::filter
