// Places come from the report as byte ranges; only here they become lines and columns.
#include "app/lint_lines.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "app/terminal.h"
#include "parser/excerpt.h"
#include "parser/stream/plain_text.h"

namespace app {
namespace {

using Json = nlohmann::ordered_json;
using parser::Severity;

constexpr size_t kPipeWidth = 120;  // columns of an excerpt where there is no terminal
constexpr size_t kGutter = 8;       // "  123 | "
constexpr size_t kSource = 4096;    // most columns of an excerpt in JSON

std::string_view word(parser::Direction direction) {
  return direction == parser::Direction::kC2S ? "client" : "server";
}

std::string gutter(std::string_view number) {
  const size_t room = kGutter - 3;
  return std::string(number.size() < room ? room - number.size() : 0, ' ') + std::string(number) + " | ";
}

Json input_line(const parser::LintReport& report, std::string_view file) {
  return {{"type", "input"},
          {"file", file},
          {"form", report.error.empty() ? Json(name(report.form)) : Json()},
          {"speaker", report.speaker ? Json(word(*report.speaker)) : Json()},
          {"guesses", report.guesses},
          {"elements", report.elements},
          {"error", report.error.empty() ? Json() : Json(report.error)},
          {"error_line", report.error_line == 0 ? Json() : Json(report.error_line)}};
}

Json finding_line(const parser::LintFinding& found, const parser::Excerpt& excerpt, std::string_view file) {
  const parser::Finding& finding = found.finding;
  return {{"type", "finding"},
          {"file", file},
          {"line", excerpt.begin.line},
          {"column", excerpt.begin.column},
          {"end_line", excerpt.end.line},
          {"end_column", excerpt.end.column},
          {"range", Json::array({found.place.begin, found.place.end})},
          {"rule", finding.rule},
          {"severity", name(finding.severity)},
          {"citation", finding.citation.empty() ? Json() : Json(finding.citation)},
          {"message", finding.message},
          {"offender", word(finding.offender)},
          {"source", excerpt.line},
          {"marks", excerpt.marks}};
}

std::string counted(size_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

}  // namespace

void print_lint(const parser::LintReport& report, std::string_view text, std::string_view file,
                const LintOutput& options, const TextOutput& output) {
  const auto put = [&](const Json& line) {
    output(line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
  };
  if (options.json) put(input_line(report, file));
  const std::string shown_file = parser::plain(file);
  const size_t width = options.json ? kSource : (options.width == 0 ? kPipeWidth : options.width);
  parser::Excerpts excerpts(text);
  for (const parser::LintFinding& found : report.findings) {
    const parser::Excerpt excerpt =
        excerpts.of(found.place, options.json ? width : std::max(width, 2 * kGutter) - kGutter);
    if (options.json) {
      put(finding_line(found, excerpt, file));
      continue;
    }
    const parser::Finding& finding = found.finding;
    const Hue hue = hue_of(finding.severity);
    std::string out = tint(options.color, Hue::kBold,
                           shown_file + ":" + std::to_string(excerpt.begin.line) + ":" +
                               std::to_string(excerpt.begin.column) + ":") +
                      " " + tint(options.color, hue, std::string(name(finding.severity)) + ":") + " " +
                      tint(options.color, Hue::kBold, parser::plain(finding.message, 1000)) + " [" +
                      std::string(finding.rule) + "]\n";
    out += tint(options.color, Hue::kDim, gutter(std::to_string(excerpt.begin.line))) + excerpt.line + "\n";
    out += tint(options.color, Hue::kDim, gutter("")) + tint(options.color, hue, excerpt.marks) + "\n";
    if (!finding.citation.empty()) {
      out += tint(options.color, Hue::kDim,
                  std::string(kGutter - 3, ' ') + " = " + std::string(finding.citation)) +
             "\n";
    }
    output(out);
  }
}

std::string lint_totals(const parser::LintReport& report) {
  std::array<size_t, 3> counts{};
  for (const parser::LintFinding& found : report.findings) {
    ++counts[static_cast<size_t>(found.finding.severity)];
  }
  return counted(counts[2], "error") + ", " + counted(counts[1], "warning") + ", " +
         counted(counts[0], "note") + " in " + counted(report.elements, "element");
}

}  // namespace app
