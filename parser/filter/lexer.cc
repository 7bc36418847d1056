// Cuts an expression into tokens. Strings take the escapes of Wireshark's own: \" \\ \n \t \r \a \b \f \v,
// \xHH, octal \NNN; raw strings r"…" take none.
#include "parser/filter/lexer.h"

#include <array>
#include <utility>

namespace parser::filter {
namespace {

bool word_byte(char c) {
  const auto u = static_cast<unsigned char>(c);
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         c == '.' || c == ':' || c == '@' || c == '/' || c == '#' || c == '+' || c == '*' || c == '%' ||
         u >= 0x80;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

struct Symbol {
  std::string_view text;
  TokenKind kind;
};

// Longer ones before their own beginnings.
constexpr auto kSymbols = std::to_array<Symbol>({
    {"===", TokenKind::kAllEqual},    {"!==", TokenKind::kAnyNotEqual}, {"==", TokenKind::kEqual},
    {"!=", TokenKind::kNotEqual},     {"~=", TokenKind::kAnyNotEqual},  {"<=", TokenKind::kLessEqual},
    {">=", TokenKind::kGreaterEqual}, {"&&", TokenKind::kAnd},          {"||", TokenKind::kOr},
    {"..", TokenKind::kRange},        {"<", TokenKind::kLess},          {">", TokenKind::kGreater},
    {"~", TokenKind::kMatches},       {"!", TokenKind::kNot},           {"(", TokenKind::kOpen},
    {")", TokenKind::kClose},         {"{", TokenKind::kOpenBrace},     {"}", TokenKind::kCloseBrace},
    {",", TokenKind::kComma},         {"=", TokenKind::kEnd},  // not an operator: reported with what was
                                                               // meant
});

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  std::variant<std::vector<Token>, Error> run() {
    while (true) {
      while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos)
        ++at_;
      if (at_ == text_.size()) break;
      if (!next()) return std::move(error_);
    }
    tokens_.push_back({TokenKind::kEnd, {}, text_.size(), 0});
    return std::move(tokens_);
  }

 private:
  bool fail(std::string message, size_t offset, size_t length) {
    error_ = {std::move(message), offset, length};
    return false;
  }

  bool next() {
    const char c = text_[at_];
    if (c == '"') return string(at_, false);
    if (c == 'r' && at_ + 1 < text_.size() && text_[at_ + 1] == '"') return string(at_, true);
    if (c == '\'') {
      const size_t end = text_.find('\'', at_ + 1);
      const size_t length = end == std::string_view::npos ? 1 : end + 1 - at_;
      return fail("Strings stand in double quotes.", at_, length);
    }
    if (text_.substr(at_).starts_with("..")) {
      push(TokenKind::kRange, 2);
      return true;
    }
    if (word_byte(c)) {
      word();
      return true;
    }
    for (const Symbol& symbol : kSymbols) {
      if (!text_.substr(at_).starts_with(symbol.text)) continue;
      if (symbol.text == "=") return fail("A single “=” compares nothing; use “==”.", at_, 1);
      push(symbol.kind, symbol.text.size());
      return true;
    }
    if (c == '[') {
      return fail("Slices are not supported; “contains” and “matches” look inside a value.", at_, 1);
    }
    if (c == '&' || c == '|') {
      const std::string doubled(2, c);
      return fail(std::string("A single “") + c + "” is not supported; use “" + doubled + "”.", at_, 1);
    }
    return fail("This character has no meaning here; text stands in double quotes.", at_, 1);
  }

  void push(TokenKind kind, size_t length) {
    tokens_.push_back({kind, std::string(text_.substr(at_, length)), at_, length});
    at_ += length;
  }

  void word() {
    size_t end = at_;
    while (end < text_.size() && word_byte(text_[end]) && !text_.substr(end).starts_with("..")) ++end;
    push(TokenKind::kWord, end - at_);
  }

  bool string(size_t begin, bool raw) {
    std::string value;
    size_t i = begin + (raw ? 2 : 1);
    while (true) {
      if (i >= text_.size()) {
        return fail("This string has no closing quote.", begin, text_.size() - begin);
      }
      const char c = text_[i];
      if (c == '"') break;
      if (c != '\\' || raw) {
        value += c;
        // r"\"" keeps both bytes, as a regular expression wants them.
        if (raw && c == '\\' && i + 1 < text_.size()) value += text_[++i];
        ++i;
        continue;
      }
      if (!escape(i, value)) return false;
    }
    tokens_.push_back({TokenKind::kString, std::move(value), begin, i + 1 - begin});
    at_ = i + 1;
    return true;
  }

  // At the backslash; moves `i` behind the escape.
  bool escape(size_t& i, std::string& value) {
    if (i + 1 >= text_.size()) return fail("This string has no closing quote.", i, 1);
    const char c = text_[i + 1];
    if (c == 'x') {
      const int high = i + 2 < text_.size() ? hex_digit(text_[i + 2]) : -1;
      const int low = i + 3 < text_.size() ? hex_digit(text_[i + 3]) : -1;
      if (high < 0 || low < 0) return fail("“\\x” takes two hexadecimal digits.", i, 2);
      value += static_cast<char>(high * 16 + low);
      i += 4;
      return true;
    }
    if (c >= '0' && c <= '7') {
      unsigned code = 0;
      size_t end = i + 1;
      while (end < text_.size() && end < i + 4 && text_[end] >= '0' && text_[end] <= '7') {
        code = code * 8 + static_cast<unsigned>(text_[end++] - '0');
      }
      if (code > 255) return fail("An octal escape goes up to “\\377”.", i, end - i);
      value += static_cast<char>(code);
      i = end;
      return true;
    }
    constexpr std::string_view kNames = "\"\\'abfnrtv?";
    constexpr std::string_view kValues = "\"\\'\a\b\f\n\r\t\v?";
    const size_t known = kNames.find(c);
    if (known != std::string_view::npos) {
      value += kValues[known];
    } else {
      // Kept as it is, backslash and all: "a\.b" is the usual way to write a regular expression.
      value += '\\';
      value += c;
    }
    i += 2;
    return true;
  }

  std::string_view text_;
  size_t at_ = 0;
  std::vector<Token> tokens_;
  Error error_;
};

}  // namespace

std::variant<std::vector<Token>, Error> tokenize(std::string_view expression) {
  if (expression.size() > kMaxExpressionBytes) {
    return Error{"The expression is longer than 10,000 bytes.", kMaxExpressionBytes,
                 expression.size() - kMaxExpressionBytes};
  }
  return Lexer(expression).run();
}

}  // namespace parser::filter
