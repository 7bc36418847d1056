// The words of a filter expression.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "parser/filter/filter.h"

namespace parser::filter {

constexpr size_t kMaxExpressionBytes = 10'000;

enum class TokenKind : uint8_t {
  kWord,    // a field name, an operator's name, a number or a value without quotes
  kString,  // "…" or r"…", escapes resolved
  kEqual,   // ==
  kAllEqual,
  kNotEqual,  // !=
  kAnyNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kMatches,  // ~
  kAnd,
  kOr,
  kNot,
  kOpen,
  kClose,
  kOpenBrace,
  kCloseBrace,
  kComma,
  kRange,  // ..
  kEnd,
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string text;  // kWord as written, kString resolved
  size_t offset = 0;
  size_t length = 0;
};

// Cuts the expression into tokens; the last one is kEnd. Words for operators ("and", "contains") stay kWord:
// only the parser knows where they are operators.
std::variant<std::vector<Token>, Error> tokenize(std::string_view expression);

}  // namespace parser::filter
