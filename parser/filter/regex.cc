// ICU's engine, because it can be told how long and how deep it may go; std::regex recurses once per byte.
#include "parser/filter/regex.h"

#include <unicode/uregex.h>
#include <unicode/utext.h>

#include <algorithm>
#include <utility>

namespace parser::filter {
namespace {

std::string_view describe(UErrorCode code) {
  switch (code) {
    case U_REGEX_MISMATCHED_PAREN:
      return "a parenthesis has no partner";
    case U_REGEX_MISSING_CLOSE_BRACKET:
      return "a “[” is not closed";
    case U_REGEX_BAD_ESCAPE_SEQUENCE:
      return "an escape is not known";
    case U_REGEX_BAD_INTERVAL:
    case U_REGEX_MAX_LT_MIN:
    case U_REGEX_NUMBER_TOO_BIG:
      return "a “{m,n}” is wrong";
    case U_REGEX_LOOK_BEHIND_LIMIT:
      return "a look-behind has no bound";
    case U_REGEX_INVALID_BACK_REF:
      return "a back reference has no group";
    case U_REGEX_PATTERN_TOO_BIG:
      return "it is too long";
    default:
      return "it cannot be understood here";
  }
}

}  // namespace

class Regex::Impl {
 public:
  Impl() = default;
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    if (expression != nullptr) uregex_close(expression);
    utext_close(&subject);
  }
  URegularExpression* expression = nullptr;
  UText subject = UTEXT_INITIALIZER;
};

Regex::Regex(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;
Regex::~Regex() = default;

std::variant<Regex, Regex::Error> Regex::compile(std::string_view pattern) {
  auto impl = std::make_unique<Impl>();
  UErrorCode status = U_ZERO_ERROR;
  UParseError where{};
  UText text = UTEXT_INITIALIZER;
  // An empty pattern is found everywhere; ICU refuses it.
  const std::string_view given = pattern.empty() ? "(?:)" : pattern;
  utext_openUTF8(&text, given.data(), static_cast<int64_t>(given.size()), &status);
  impl->expression = uregex_openUText(&text, UREGEX_CASE_INSENSITIVE, &where, &status);
  utext_close(&text);
  if (U_FAILURE(status)) {
    const auto offset = static_cast<size_t>(std::max(where.offset, 0));
    return Error{std::string(describe(status)), std::min(offset, pattern.size())};
  }
  uregex_setTimeLimit(impl->expression, kMaxSteps, &status);
  uregex_setStackLimit(impl->expression, kMaxStackBytes, &status);
  return Regex(std::move(impl));
}

bool Regex::found_in(std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  const char* data = text.empty() ? "" : text.data();
  utext_openUTF8(&impl_->subject, data, static_cast<int64_t>(text.size()), &status);
  uregex_setUText(impl_->expression, &impl_->subject, &status);
  const bool found = uregex_find64(impl_->expression, 0, &status) != 0;
  return U_SUCCESS(status) && found;
}

}  // namespace parser::filter
