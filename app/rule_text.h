// Rules of the book in words, for `rules` and `explain`.
#pragma once

#include <string>
#include <string_view>

#include "parser/rules/rule.h"

namespace app {

std::string_view word(parser::Who who);  // "client", "server", "either"
// "error", or where the profiles differ "error (rfc6120), warning (rfc3920)"; a profile without the rule is
// left out.
std::string severities(const parser::rules::Rule& rule);
// One line of JSON without the newline; with `whole` also the explanation and both transcripts.
std::string rule_json(const parser::rules::Rule& rule, bool whole);
// The page of `explain`, wrapped to `width` columns (0: not wrapped).
std::string rule_page(const parser::rules::Rule& rule, bool color, size_t width);

}  // namespace app
