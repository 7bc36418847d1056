// From tokens to the tree.
#pragma once

#include <memory>
#include <variant>
#include <vector>

#include "parser/filter/lexer.h"
#include "parser/filter/node.h"

namespace parser::filter {

constexpr size_t kMaxDepth = 100;  // of parentheses and negations

// Null: there are no tokens, everything matches.
std::variant<std::unique_ptr<Filter::Node>, Error> parse_tokens(const std::vector<Token>& tokens);

}  // namespace parser::filter
