// What `lint` prints: FILE:LINE:COL: severity: message [rule], the line and a mark beneath; or JSON Lines.
#pragma once

#include <string>
#include <string_view>

#include "app/text_lines.h"
#include "parser/lint.h"

namespace app {

struct LintOutput {
  bool json = false;
  bool color = false;
  size_t width = 0;  // columns; 0: not a terminal, then 120
};

// One page per text. `file`: as the user named it. `output` gets whole lines.
void print_lint(const parser::LintReport& report, std::string_view text, std::string_view file,
                const LintOutput& options, const TextOutput& output);
// "2 errors, 1 warning, 0 notes in 5 elements"
std::string lint_totals(const parser::LintReport& report);

}  // namespace app
