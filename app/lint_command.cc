// Reads each text whole, lets parser/lint judge it and prints the report. What was guessed about the text
// goes to the standard error with the totals, so that the findings alone can be piped.
#include "app/lint_command.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/choice.h"
#include "app/command.h"
#include "app/exit_code.h"
#include "app/lint_lines.h"
#include "app/terminal.h"
#include "parser/jid/jid.h"
#include "parser/lint.h"
#include "parser/stream/plain_text.h"

namespace app {
namespace {

constexpr size_t kMaxText = size_t{16} << 20U;  // bytes
constexpr std::string_view kCaptureMagic = "\x0A\x0D\x0D\x0A";

struct Arguments {
  std::vector<std::string> files;
  parser::LintOptions lint;
  std::optional<parser::Severity> fail_on = parser::Severity::kError;
  ColorMode color = ColorMode::kAuto;
  bool json = false;
  bool quiet = false;
};

void declare(CLI::App& options, Arguments& a) {
  using parser::Direction;
  using parser::Severity;
  using parser::rules::Profile;
  options.add_option("FILE", a.files, "Texts; - is the standard input")->required();
  add_choice<std::optional<Direction>>(
      options, "--as", a.lint.speaker, {{"client", Direction::kC2S}, {"server", Direction::kS2C}},
      "Who speaks in a text without speakers, or wrote the log (default: guessed)");
  options.add_option("--bound", a.lint.bound, "Full address of the session, where the text does not tell")
      ->type_name("JID");
  add_choice<Profile>(options, "--profile", a.lint.profile,
                      {{"rfc3920", Profile::kRfc3920}, {"rfc6120", Profile::kRfc6120}},
                      "Judge by rfc6120 (default) or rfc3920");
  add_choice<std::optional<Severity>>(options, "--fail-on", a.fail_on,
                                      {{"error", Severity::kError},
                                       {"warning", Severity::kWarning},
                                       {"note", Severity::kNote},
                                       {"never", std::nullopt}},
                                      "Exit with 1 at such a finding (default: error), or a graver one");
  add_choice<ColorMode>(
      options, "--color", a.color,
      {{"auto", ColorMode::kAuto}, {"always", ColorMode::kAlways}, {"never", ColorMode::kNever}},
      "Colours: auto (default), always, never");
  options.add_flag("--json", a.json, "Print JSON Lines instead of text");
  options.add_flag("-q,--quiet", a.quiet, "Do not say what was guessed, nor the totals");
}

// "" or what went wrong.
std::string read_text(const std::string& path, std::string& text) {
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::unique_ptr<std::FILE, Close> opened;
  std::FILE* file = stdin;
  if (path != "-") {
    opened.reset(std::fopen(path.c_str(), "rb"));
    file = opened.get();
  }
  if (file == nullptr) return path + ": " + std::strerror(errno);
  std::vector<char> piece(size_t{1} << 16U);
  while (true) {
    const size_t got = std::fread(piece.data(), 1, piece.size(), file);
    if (std::ferror(file) != 0) return path + ": " + std::strerror(errno);
    if (got == 0) return {};
    text.append(piece.data(), got);
    if (text.size() > kMaxText) return path + ": longer than 16 MiB. Give lint a part of it.";
    if (text.starts_with(kCaptureMagic)) {
      return path + ": this is a capture. Try: stanzascope inspect " + path;
    }
  }
}

enum class Outcome : uint8_t { kFine, kFindings, kUnreadable };

Outcome lint_file(const Arguments& a, const std::string& path) {
  std::string text;
  if (const std::string error = read_text(path, text); !error.empty()) {
    std::fprintf(stderr, "stanzascope lint: %s\n", error.c_str());
    return Outcome::kUnreadable;
  }
  const std::string shown = path == "-" ? "<stdin>" : path;
  const parser::LintReport report = parser::lint(text, a.lint);
  LintOutput options;
  options.json = a.json;
  options.color = !a.json && wants_color(a.color, stdout);
  options.width = terminal_width(stdout);
  print_lint(report, text, shown, options,
             [](std::string_view lines) { std::fwrite(lines.data(), 1, lines.size(), stdout); });
  std::fflush(stdout);
  if (!report.error.empty()) {
    const std::string line = report.error_line == 0 ? "" : ":" + std::to_string(report.error_line);
    std::fprintf(stderr, "stanzascope lint: %s%s: %s\n", shown.c_str(), line.c_str(), report.error.c_str());
    return Outcome::kUnreadable;
  }
  if (!a.quiet) {
    for (const std::string& guess : report.guesses) {
      std::fprintf(stderr, "%s: %s\n", shown.c_str(), parser::plain(guess).c_str());
    }
    std::fprintf(stderr, "%s: %s\n", shown.c_str(), lint_totals(report).c_str());
  }
  const bool failed =
      a.fail_on && std::any_of(report.findings.begin(), report.findings.end(),
                               [&](const auto& found) { return found.finding.severity >= *a.fail_on; });
  return failed ? Outcome::kFindings : Outcome::kFine;
}

}  // namespace

int run_lint(int argc, char** argv) {
  Arguments a;
  CLI::App options(
      "Judges XML that you have at hand: one side of a stream, some stanzas, the log of a client's XML "
      "console, or "
      "a transcript with C: and S: in front of what is said.",
      "stanzascope lint");
  declare(options, a);
  options.footer(
      "A text that begins with markup is what one side sends: a stream from its header on, or stanzas of a "
      "session that is established. Logs need a mark in front of the XML, such as SENT and RECV, IN and OUT, "
      ">> and <<. What was guessed goes to the standard error.\n\n"
      "Examples:\n"
      "  stanzascope lint stanza.xml --as client --bound juliet@example.com/balcony\n"
      "      what is wrong with it, line and column\n"
      "  xclip -o | stanzascope lint -\n"
      "      what was just copied\n\n"
      "Exit codes: 0 fine, 1 findings (--fail-on), 2 usage, 3 unreadable text.");
  if (const auto code = parse_arguments(options, argc, argv)) return *code;
  if (!a.lint.bound.empty()) {
    const auto parsed = parser::Jid::parse(a.lint.bound);
    const auto* error = std::get_if<parser::JidError>(&parsed);
    if (error != nullptr || !std::get<parser::Jid>(parsed).is_full()) {
      std::fprintf(stderr,
                   "stanzascope lint: --bound takes a full address such as juliet@example.com/balcony%s%s\n",
                   error == nullptr ? "." : ": ", error == nullptr ? "" : error->message.c_str());
      return kExitUsage;
    }
  }
  Outcome worst = Outcome::kFine;
  for (const std::string& path : a.files) worst = std::max(worst, lint_file(a, path));
  if (worst == Outcome::kUnreadable) return kExitUnreadable;
  return worst == Outcome::kFindings ? kExitFindings : kExitFine;
}

}  // namespace app
