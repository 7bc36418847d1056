// Explains the addresses of the command line, or those of a pipe, one per line, as they come. Two addresses
// are also compared.
#include "app/jid_command.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "app/address_text.h"
#include "app/choice.h"
#include "app/command.h"
#include "app/exit_code.h"
#include "app/terminal.h"

namespace app {
namespace {

using parser::JidProfile;

constexpr size_t kMostBytes = 65'536;  // of a line; an address has at most 3071

// The next line without its end; what is beyond the limit is read over, but leaves the line too long to be an
// address. Nothing at the end of the input.
std::optional<std::string> read_line(std::FILE* stream) {
  std::string line;
  int c = std::getc(stream);
  if (c == EOF) return std::nullopt;
  for (; c != EOF && c != '\n'; c = std::getc(stream)) {
    if (line.size() < kMostBytes) line += static_cast<char>(c);
  }
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

class Judge {
 public:
  Judge(std::vector<JidProfile> profiles, bool json)
      : profiles_(std::move(profiles)), json_(json), color_(wants_color(ColorMode::kAuto, stdout)) {}

  void address(const std::string& text) {
    std::vector<parser::JidExplanation> explanations;
    for (const JidProfile profile : profiles_) {
      explanations.push_back(parser::explain_jid(text, profile));
      refused_ = refused_ || explanations.back().error() != nullptr;
    }
    print(json_ ? address_json(explanations) : address_text(explanations, color_));
  }
  void compare(const std::string& a, const std::string& b) {
    print(json_ ? comparison_json(a, b, profiles_) : comparison_text(a, b, profiles_, color_));
  }
  bool refused() const { return refused_; }

 private:
  static void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

  std::vector<JidProfile> profiles_;
  bool json_;
  bool color_;
  bool refused_ = false;
};

}  // namespace

int run_jid(int argc, char** argv) {
  std::vector<std::string> addresses;
  std::vector<JidProfile> profiles = {JidProfile::kRfc3920, JidProfile::kRfc7622};
  bool json = false;
  CLI::App options(
      "Shows what the preparation of an address does to it, step by step, and where the rules of RFC 3920 "
      "and RFC 7622 disagree. Two addresses are compared.",
      "stanzascope jid");
  options.add_option("ADDRESS", addresses, "Addresses; - reads them from standard input, one per line")
      ->required()
      ->type_name("");
  add_choice<std::vector<JidProfile>>(options, "--profile", profiles,
                                      {{"rfc3920", {JidProfile::kRfc3920}},
                                       {"rfc7622", {JidProfile::kRfc7622}},
                                       {"both", {JidProfile::kRfc3920, JidProfile::kRfc7622}}},
                                      "Rules to judge by (default: both)");
  options.add_flag("--json", json, "Print JSON Lines");
  options.footer(
      "Examples:\n"
      "  stanzascope jid Fußball@example.org fussball@example.org\n"
      "      one account or two?\n"
      "  stanzascope jid --profile rfc7622 --json - < addresses.txt\n\n"
      "Exit codes: 0 fine, 1 an address is refused, 2 usage, 3 standard input could not be read.");
  if (const auto code = parse_arguments(options, argc, argv)) return *code;

  Judge judge(std::move(profiles), json);
  bool piped = false;
  for (const std::string& address : addresses) {
    if (address != "-") {
      judge.address(address);
      continue;
    }
    piped = true;
    while (const std::optional<std::string> line = read_line(stdin)) {
      if (!line->empty()) judge.address(*line);
    }
  }
  if (addresses.size() == 2 && !piped) judge.compare(addresses[0], addresses[1]);
  if (std::ferror(stdin) != 0) {
    std::fprintf(stderr, "stanzascope jid: standard input could not be read to its end\n");
    return kExitUnreadable;
  }
  return judge.refused() ? kExitFindings : kExitFine;
}

}  // namespace app
