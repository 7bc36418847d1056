// Any bytes as something to lint: every form ends, findings point into the text and are bounded, and the same
// text gives the same report.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "parser/lint.h"
#include "parser/rules/rule.h"

namespace {

constexpr size_t kMostBytes = size_t{64} << 10U;
// Of one rule on one connection the analyzer keeps 100; a text can hold many connections, but each takes a
// header or a mark.
constexpr size_t kFindingsPerByte = 4;

void judge(std::string_view text, const parser::LintOptions& options) {
  const parser::LintReport report = parser::lint(text, options);
  if (!report.error.empty() && !report.findings.empty()) std::abort();
  if (report.findings.size() > 200 + kFindingsPerByte * text.size()) std::abort();
  if (report.elements > text.size()) std::abort();
  for (const std::string& guess : report.guesses) {
    if (guess.empty()) std::abort();
  }
  size_t last = 0;
  for (const parser::LintFinding& one : report.findings) {
    if (one.place.begin > one.place.end || one.place.end > text.size() || one.place.begin < last)
      std::abort();
    last = one.place.begin;
    if (one.finding.message.empty()) std::abort();
    const bool in_book = parser::rules::find_rule(one.finding.rule) != nullptr;
    if (in_book == one.finding.citation.empty()) std::abort();
  }
  const parser::LintReport again = parser::lint(text, options);
  if (again.form != report.form || again.findings.size() != report.findings.size()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > kMostBytes) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  judge(text, {});
  parser::LintOptions server;
  server.profile = parser::rules::Profile::kRfc3920;
  server.speaker = parser::Direction::kS2C;
  server.bound = "juliet@example.com/balcony";
  judge(text, server);
  return 0;
}
