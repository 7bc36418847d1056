// The entry for one part, with what all profiles share: errors that point at a character, and the limit on
// the size of the prepared form.
#include "parser/jid/preparation.h"

#include "parser/xml/utf8.h"

namespace parser {
namespace {

std::string_view clause_of(const PartInput& input) {
  const bool old = input.profile == JidProfile::kRfc3920;
  return old ? "RFC 3920 §3.1" : input.part == JidPart::kLocal ? "RFC 7622 §3.3" : "RFC 7622 §3.4";
}

// Where in the text the first character is that does not fit, when its parts are as long as they are written.
size_t offset_behind(const PartInput& input, size_t bytes) {
  size_t at = bytes < input.text.size() ? bytes : input.text.size() - 1;
  while (at > 0 && xml::is_utf8_continuation(input.text[at])) --at;
  return input.offset + at;
}

}  // namespace

JidError part_error(const PartInput& input, JidProblem problem, std::string_view clause,
                    std::string message) {
  return JidError{input.part, problem, clause, std::move(message), std::nullopt, input.offset};
}

JidError character_error(const PartInput& input, JidProblem problem, std::string_view clause, size_t offset,
                         const std::string& what) {
  JidError error{input.part, problem, clause, {}, std::nullopt, offset};
  const char32_t value = xml::first_character(input.text.substr(offset - input.offset)).value;
  error.code_point = value;
  const std::string known = unicode_name(value);
  error.message = notation(value) + (known.empty() ? "" : " ") + known + " " + what;
  return error;
}

PreparedPart prepare_part(const PartInput& input) {
  if (input.part == JidPart::kDomain) return prepare_domain(input);
  StepLog log(input);
  // No preparation brings what is longer than this below the limit and is still worth its time.
  if (input.text.size() > jid_limits::kWhole) {
    JidError error = part_error(input, JidProblem::kTooLong, clause_of(input),
                                "the " + std::string(name(input.part)) + " has " +
                                    std::to_string(input.text.size()) + " bytes, 1023 are allowed");
    error.offset = offset_behind(input, jid_limits::kPart);
    return log.fail("length", std::move(error));
  }
  PreparedPart outcome = input.profile == JidProfile::kRfc3920 ? stringprep_part(input) : precis_part(input);
  const auto* prepared = std::get_if<std::string>(&outcome);
  if (prepared == nullptr) return outcome;
  if (prepared->empty()) {
    return log.fail("length", part_error(input, JidProblem::kEmpty, clause_of(input),
                                         "nothing is left of the " + std::string(name(input.part)) +
                                             " once it is prepared"));
  }
  if (prepared->size() > jid_limits::kPart) {
    JidError error = part_error(input, JidProblem::kTooLong, clause_of(input),
                                "the " + std::string(name(input.part)) + " has " +
                                    std::to_string(prepared->size()) + " bytes, 1023 are allowed");
    error.offset = offset_behind(input, jid_limits::kPart);
    return log.fail("length", std::move(error));
  }
  if (log.wanted()) {
    input.trace->steps.push_back({input.part, "length", clause_of(input), *prepared, *prepared, true});
  }
  return outcome;
}

}  // namespace parser
