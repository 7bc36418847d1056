// The compiled expression: a tree that is evaluated per event.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "parser/filter/field_table.h"
#include "parser/filter/filter.h"
#include "parser/filter/regex.h"

namespace parser::filter {

enum class Function : uint8_t { kNone, kLower, kUpper, kLen, kCount };

// A field, perhaps with a function around it.
struct Operand {
  FieldId field{};
  Function function = Function::kNone;

  const FieldInfo& info() const { return field_table()[field]; }
  // Of what is compared: len() and count() make numbers, lower() and upper() text.
  FieldType type() const;
  bool numeric() const;
};

enum class Relation : uint8_t {
  kPresent,
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kContains,
  kMatches,
  kIn,
};
// Of a field with several values: whether one of them is enough, or all have to agree. With no value at all
// both are false.
enum class Quantifier : uint8_t { kAny, kAll };

struct Literal {
  std::string text;   // as compared with text
  double number = 0;  // as compared with numbers
  std::string shown;  // for explain()
};

class Filter::Node {
 public:
  enum class Kind : uint8_t { kAnd, kOr, kNot, kTest, kSearch };

  Kind kind = Kind::kTest;
  std::vector<std::unique_ptr<Node>> children;  // kAnd, kOr: two and more; kNot: one

  // kTest
  Operand left;
  Relation relation = Relation::kPresent;
  Quantifier quantifier = Quantifier::kAny;
  std::optional<Operand> right;  // compared with another field
  std::vector<std::pair<Literal, Literal>>
      values;                    // one value, or the ranges of `in` (low = high: one value)
  std::unique_ptr<Regex> regex;  // kMatches

  std::string search;  // kSearch: bytes to look for

  bool matches(const StreamEvent& event) const;
  // See Filter::matches_early().
  std::optional<bool> early(const StreamEvent& event) const;

 private:
  std::optional<bool> test_early(const StreamEvent& event) const;
};

// In words, of a whole expression.
std::string explain(const Filter::Node& node);

}  // namespace parser::filter
