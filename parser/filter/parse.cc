// Recursive descent over the grammar, depth bounded:
//   or := and { "||" and } ; and := unary { "&&" unary } ; unary := { "!" } primary
//   primary := "(" or ")" | string | [ "any" | "all" ] operand [ relation value ]
//   operand := field | function "(" field ")"
// "&&" binds tighter than "||", as in Wireshark.
#include "parser/filter/parse.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>
#include <utility>

#include "parser/filter/nearest.h"

namespace parser::filter {
namespace {

using Node = Filter::Node;
using NodePtr = std::unique_ptr<Node>;

struct RelationWord {
  std::string_view word;  // empty: only the symbol
  TokenKind symbol;       // kEnd: only the word
  Relation relation;
  Quantifier quantifier;
};

// "!=" means that all values differ; "!==" and "~=" that one does.
constexpr auto kRelations = std::to_array<RelationWord>({
    {"eq", TokenKind::kEqual, Relation::kEqual, Quantifier::kAny},
    {"any_eq", TokenKind::kEnd, Relation::kEqual, Quantifier::kAny},
    {"all_eq", TokenKind::kAllEqual, Relation::kEqual, Quantifier::kAll},
    {"ne", TokenKind::kNotEqual, Relation::kNotEqual, Quantifier::kAll},
    {"all_ne", TokenKind::kEnd, Relation::kNotEqual, Quantifier::kAll},
    {"any_ne", TokenKind::kAnyNotEqual, Relation::kNotEqual, Quantifier::kAny},
    {"lt", TokenKind::kLess, Relation::kLess, Quantifier::kAny},
    {"le", TokenKind::kLessEqual, Relation::kLessEqual, Quantifier::kAny},
    {"gt", TokenKind::kGreater, Relation::kGreater, Quantifier::kAny},
    {"ge", TokenKind::kGreaterEqual, Relation::kGreaterEqual, Quantifier::kAny},
    {"contains", TokenKind::kEnd, Relation::kContains, Quantifier::kAny},
    {"matches", TokenKind::kMatches, Relation::kMatches, Quantifier::kAny},
    {"in", TokenKind::kEnd, Relation::kIn, Quantifier::kAny},
});

constexpr auto kFunctions = std::to_array<std::pair<std::string_view, Function>>({
    {"lower", Function::kLower},
    {"upper", Function::kUpper},
    {"len", Function::kLen},
    {"count", Function::kCount},
});

constexpr std::array<std::string_view, 19> kOperatorWords{
    "and", "or",     "not",    "eq",     "ne",     "lt",      "le",  "gt",  "ge", "contains",
    "in",  "any_eq", "any_ne", "all_eq", "all_ne", "matches", "any", "all", "xor"};

std::string quoted(std::string_view text) {
  constexpr size_t kMost = 60;
  std::string out = "“";
  out += text.substr(0, kMost);
  if (text.size() > kMost) out += "…";
  return out + "”";
}

class Parser {
 public:
  explicit Parser(const std::vector<Token>& tokens) : tokens_(tokens) {}

  std::variant<NodePtr, Error> run() {
    if (peek().kind == TokenKind::kEnd) return NodePtr();
    NodePtr node = parse_or(0);
    if (node && peek().kind != TokenKind::kEnd) {
      unexpected();
      node.reset();
    }
    if (!node) return std::move(error_);
    return node;
  }

 private:
  const Token& peek(size_t ahead = 0) const { return tokens_[std::min(at_ + ahead, tokens_.size() - 1)]; }
  const Token& take() {
    const Token& token = peek();
    if (at_ + 1 < tokens_.size()) ++at_;
    return token;
  }
  bool is_word(std::string_view word) const { return peek().kind == TokenKind::kWord && peek().text == word; }

  std::nullptr_t fail(std::string message, const Token& token) {
    return fail(std::move(message), token.offset, token.length);
  }
  std::nullptr_t fail(std::string message, size_t offset, size_t length) {
    error_ = {std::move(message), offset, std::max<size_t>(length, 1)};
    return nullptr;
  }
  std::nullptr_t unexpected() {
    const Token& token = peek();
    if (token.kind == TokenKind::kEnd) return fail("The expression ends too early.", token);
    if (token.kind == TokenKind::kClose) return fail("This parenthesis was never opened.", token);
    std::string message = quoted(token.text) + " was not expected here";
    std::string small = token.text;
    std::transform(small.begin(), small.end(), small.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    const bool is_operator =
        std::find(kOperatorWords.begin(), kOperatorWords.end(), small) != kOperatorWords.end();
    if (token.kind == TokenKind::kWord && is_operator && small != token.text) {
      return fail(message + "; operators are written in small letters: " + quoted(small) + ".", token);
    }
    if (token.kind == TokenKind::kWord || token.kind == TokenKind::kString) {
      return fail(message + "; join two tests with “and” or “or”.", token);
    }
    return fail(message + ".", token);
  }

  NodePtr parse_or(size_t depth) { return chain(depth, Node::Kind::kOr); }
  NodePtr parse_and(size_t depth) { return chain(depth, Node::Kind::kAnd); }

  NodePtr chain(size_t depth, Node::Kind kind) {
    const bool is_or = kind == Node::Kind::kOr;
    NodePtr first = is_or ? parse_and(depth) : parse_unary(depth);
    if (!first) return nullptr;
    NodePtr all;
    while (peek().kind == (is_or ? TokenKind::kOr : TokenKind::kAnd) || is_word(is_or ? "or" : "and")) {
      take();
      NodePtr next = is_or ? parse_and(depth) : parse_unary(depth);
      if (!next) return nullptr;
      if (!all) {
        all = std::make_unique<Node>();
        all->kind = kind;
        all->children.push_back(std::move(first));
      }
      all->children.push_back(std::move(next));
    }
    return all ? std::move(all) : std::move(first);
  }

  NodePtr parse_unary(size_t depth) {
    if (depth >= kMaxDepth) return fail("The expression is nested deeper than 100 levels.", peek());
    if (peek().kind == TokenKind::kNot || is_word("not")) {
      take();
      NodePtr inner = parse_unary(depth + 1);
      if (!inner) return nullptr;
      auto node = std::make_unique<Node>();
      node->kind = Node::Kind::kNot;
      node->children.push_back(std::move(inner));
      return node;
    }
    if (peek().kind == TokenKind::kOpen) {
      const Token& open = take();
      NodePtr inner = parse_or(depth + 1);
      if (!inner) return nullptr;
      if (peek().kind == TokenKind::kEnd) return fail("This parenthesis is not closed.", open);
      if (peek().kind != TokenKind::kClose) return unexpected();
      take();
      return inner;
    }
    return parse_test();
  }

  NodePtr parse_test() {
    std::optional<Quantifier> quantifier;
    if ((is_word("any") || is_word("all")) && peek(1).kind == TokenKind::kWord) {
      quantifier = take().text == "any" ? Quantifier::kAny : Quantifier::kAll;
    }
    const Token& first = peek();
    if (first.kind == TokenKind::kString) return search();
    if (first.kind != TokenKind::kWord) return unexpected();

    auto node = std::make_unique<Node>();
    const auto left = operand();
    if (!left) return nullptr;
    node->left = *left;

    bool negated = false;
    if (is_word("not") && peek(1).kind == TokenKind::kWord && peek(1).text == "in") {
      take();
      negated = true;
    }
    const RelationWord* relation = relation_here();
    if (relation == nullptr) {
      if (node->left.function != Function::kNone) {
        return peek().kind == TokenKind::kEnd || peek().kind == TokenKind::kClose
                   ? fail("The result of a function has to be compared with something.", first)
                   : unexpected();
      }
      if (quantifier) return fail("“any” and “all” need a comparison.", first);
      return node;
    }
    take();
    node->relation = relation->relation;
    node->quantifier = quantifier.value_or(relation->quantifier);
    if (!right_side(*node)) return nullptr;
    if (!negated) return node;
    auto outer = std::make_unique<Node>();
    outer->kind = Node::Kind::kNot;
    outer->children.push_back(std::move(node));
    return outer;
  }

  NodePtr search() {
    const Token& token = take();
    const TokenKind next = peek().kind;
    if (relation_here() != nullptr && next != TokenKind::kEnd) {
      return fail("The left side of a comparison must be a field.", token);
    }
    auto node = std::make_unique<Node>();
    node->kind = Node::Kind::kSearch;
    node->search = token.text;
    return node;
  }

  const RelationWord* relation_here() const {
    const Token& token = peek();
    for (const RelationWord& row : kRelations) {
      if (token.kind == TokenKind::kWord ? token.text == row.word
                                         : row.symbol != TokenKind::kEnd && token.kind == row.symbol) {
        return &row;
      }
    }
    return nullptr;
  }

  std::optional<Operand> operand() {
    Operand operand;
    if (peek(1).kind == TokenKind::kOpen) {
      const Token& name = peek();
      const auto found = std::find_if(kFunctions.begin(), kFunctions.end(),
                                      [&](const auto& row) { return row.first == name.text; });
      if (found == kFunctions.end()) {
        fail("There is no function " + quoted(name.text) + "; there are lower, upper, len and count.", name);
        return std::nullopt;
      }
      take();
      const Token& open = take();
      if (peek().kind != TokenKind::kWord) {
        fail("A function takes a field.", peek());
        return std::nullopt;
      }
      operand.function = found->second;
      const Token& field = peek();
      if (!field_name(operand.field)) return std::nullopt;
      const bool text = operand.function == Function::kLower || operand.function == Function::kUpper ||
                        operand.function == Function::kLen;
      if (text && Operand{operand.field}.numeric()) {
        fail(quoted(field.text) + " is a number; " + quoted(name.text) + " works on text.", field);
        return std::nullopt;
      }
      if (peek().kind != TokenKind::kClose) {
        fail("This parenthesis is not closed.", open);
        return std::nullopt;
      }
      take();
      return operand;
    }
    if (!field_name(operand.field)) return std::nullopt;
    return operand;
  }

  bool field_name(FieldId& field) {
    const Token& token = peek();
    const auto found = find_field(token.text);
    if (!found) {
      fail(unknown_field(token.text), token);
      return false;
    }
    const FieldInfo& info = field_table()[*found];
    if (!info.why_not.empty()) {
      fail(quoted(token.text) + " " + std::string(info.why_not) + ".", token);
      return false;
    }
    take();
    field = *found;
    return true;
  }

  static std::string unknown_field(std::string_view word) {
    double ignored = 0;
    if (parse_number(word, ignored)) return "The left side of a comparison must be a field, not a number.";
    std::string message = "There is no field " + quoted(word) + ".";
    std::vector<std::string_view> names;
    for (const Field& field : fields()) names.push_back(field.name);
    // "iq" for xmpp.iq; "xmpp.iq.id" for xmpp.id.
    std::vector<std::string_view> near;
    const std::string_view last = word.substr(word.rfind('.') + 1);
    const std::string prefixed = "xmpp." + std::string(word);
    const std::string shortened = "xmpp." + std::string(last);
    for (const std::string_view name : names) {
      if (name == prefixed || name == shortened) near.push_back(name);
    }
    if (near.empty()) near = nearest(word, names);
    if (near.empty() && word.find('.') == std::string_view::npos) near = nearest(prefixed, names);
    if (near.empty()) return message + " Text to search for stands in double quotes.";
    message += " Did you mean ";
    for (size_t i = 0; i < near.size(); ++i) {
      if (i > 0) message += i + 1 == near.size() ? " or " : ", ";
      message += quoted(near[i]);
    }
    return message + "?";
  }

  bool right_side(Node& node) {
    const FieldType type = node.left.type();
    if (node.left.numeric() &&
        (node.relation == Relation::kContains || node.relation == Relation::kMatches)) {
      fail(quoted(node.left.info().name) + " is a number; “contains” and “matches” look into text.", peek());
      return false;
    }
    if (node.relation == Relation::kIn) return set(node);
    const Token& token = peek();
    if (token.kind == TokenKind::kEnd) {
      fail("The expression ends too early: a value is missing.", token);
      return false;
    }
    if (token.kind == TokenKind::kWord && is_operand(token)) return right_field(node, token);
    Literal literal;
    if (!value(type, literal)) return false;
    if (node.relation == Relation::kMatches) return regex(node, token, literal);
    node.values.emplace_back(literal, literal);
    return true;
  }

  bool is_operand(const Token& token) const {
    if (find_field(token.text)) return true;
    return peek(1).kind == TokenKind::kOpen &&
           std::any_of(kFunctions.begin(), kFunctions.end(),
                       [&](const auto& row) { return row.first == token.text; });
  }

  bool right_field(Node& node, const Token& token) {
    if (node.relation == Relation::kMatches) {
      fail("The right side of “matches” is a regular expression in double quotes.", token);
      return false;
    }
    const auto right = operand();
    if (!right) return false;
    if (right->numeric() != node.left.numeric()) {
      fail("One side is text and the other a number.", token);
      return false;
    }
    node.right = *right;
    return true;
  }

  bool regex(Node& node, const Token& token, const Literal& literal) {
    auto compiled = Regex::compile(literal.text);
    if (auto* error = std::get_if<Regex::Error>(&compiled)) {
      fail("The regular expression is wrong: " + error->message + ".", token);
      return false;
    }
    node.regex = std::make_unique<Regex>(std::get<Regex>(std::move(compiled)));
    node.values.emplace_back(literal, literal);
    return true;
  }

  bool set(Node& node) {
    if (peek().kind != TokenKind::kOpenBrace) {
      fail("“in” takes a set: {\"get\", \"set\"} or {1..5}.", peek());
      return false;
    }
    const Token& open = take();
    while (true) {
      Literal low;
      if (!value(node.left.type(), low)) return false;
      Literal high = low;
      if (peek().kind == TokenKind::kRange) {
        take();
        if (!value(node.left.type(), high)) return false;
      }
      node.values.emplace_back(std::move(low), std::move(high));
      if (peek().kind == TokenKind::kCloseBrace) break;
      if (peek().kind == TokenKind::kEnd) {
        fail("This set is not closed.", open);
        return false;
      }
      if (peek().kind != TokenKind::kComma) {
        fail("The values of a set are separated by commas.", peek());
        return false;
      }
      take();
    }
    take();
    return true;
  }

  // One literal of that type.
  bool value(FieldType type, Literal& literal) {
    const Token& token = peek();
    if (token.kind != TokenKind::kWord && token.kind != TokenKind::kString) {
      if (token.kind == TokenKind::kEnd) {
        fail("The expression ends too early: a value is missing.", token);
      } else {
        fail("A value was expected here.", token);
      }
      return false;
    }
    literal.text = token.text;
    literal.shown = token.kind == TokenKind::kString ? quoted(token.text) : token.text;
    bool good = true;
    std::string wanted;
    switch (type) {
      case FieldType::kNumber:
        good = token.kind == TokenKind::kWord && parse_number(token.text, literal.number);
        wanted = "a number";
        break;
      case FieldType::kSeconds:
        good = token.kind == TokenKind::kWord && parse_seconds(token.text, literal.number);
        wanted = "a time such as 0.5, 500ms or 20us";
        break;
      case FieldType::kBool:
        good = parse_bool(token.text, literal.number);
        wanted = "true or false";
        break;
      case FieldType::kSeverity:
        good = parse_severity(token.text, literal.number);
        wanted = "note, warning or error";
        break;
      default:
        literal.shown = quoted(token.text);
        break;
    }
    if (!good) {
      fail(quoted(token.text) + " is not " + wanted + ".", token);
      return false;
    }
    take();
    return true;
  }

  static bool parse_number(std::string_view text, double& number) {
    int base = 10;
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    if (text.starts_with("0x") || text.starts_with("0X")) {
      base = 16;
      text.remove_prefix(2);
    }
    uint64_t whole = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), whole, base);
    if (error != std::errc() || end != text.data() + text.size()) return false;
    number = negative ? -static_cast<double>(whole) : static_cast<double>(whole);
    return true;
  }

  static bool parse_seconds(std::string_view text, double& number) {
    double value = 0;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
    if (error != std::errc()) return false;
    const std::string_view unit(end, static_cast<size_t>(text.data() + text.size() - end));
    double scale = 1e6;
    if (unit == "ms") {
      scale = 1e3;
    } else if (unit == "us" || unit == "µs") {
      scale = 1;
    } else if (unit == "min") {
      scale = 60e6;
    } else if (!unit.empty() && unit != "s") {
      return false;
    }
    number = std::round(value * scale);
    return true;
  }

  static bool parse_bool(std::string_view text, double& number) {
    if (text == "true" || text == "True" || text == "TRUE" || text == "1") {
      number = 1;
    } else if (text == "false" || text == "False" || text == "FALSE" || text == "0") {
      number = 0;
    } else {
      return false;
    }
    return true;
  }

  static bool parse_severity(std::string_view text, double& number) {
    for (const Severity severity : {Severity::kNote, Severity::kWarning, Severity::kError}) {
      if (text != parser::name(severity)) continue;
      number = static_cast<double>(severity);
      return true;
    }
    return false;
  }

  const std::vector<Token>& tokens_;
  size_t at_ = 0;
  Error error_;
};

}  // namespace

std::variant<NodePtr, Error> parse_tokens(const std::vector<Token>& tokens) {
  return Parser(tokens).run();
}

}  // namespace parser::filter
