// One page about one rule; a mistyped id gets the nearest ones as advice.
#include "app/explain_command.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "app/command.h"
#include "app/exit_code.h"
#include "app/rule_text.h"
#include "app/terminal.h"
#include "parser/filter/nearest.h"

namespace app {
namespace {

int unknown_rule(const std::string& id) {
  std::vector<std::string_view> ids;
  for (const auto* rule : parser::rules::all_rules()) ids.push_back(rule->id);
  std::vector<std::string_view> near = parser::filter::nearest(id, ids);
  // "missing" finds iq-missing-id.
  for (const std::string_view candidate : ids) {
    const bool listed = std::find(near.begin(), near.end(), candidate) != near.end();
    if (!listed && near.size() < 5 && id.size() >= 3 && candidate.find(id) != std::string_view::npos) {
      near.push_back(candidate);
    }
  }
  std::fprintf(stderr, "stanzascope explain: there is no rule “%s”.%s\n", id.c_str(),
               near.empty() ? "" : " Near it are:");
  for (const std::string_view candidate : near) {
    std::fprintf(stderr, "  %.*s\n", static_cast<int>(candidate.size()), candidate.data());
  }
  std::fprintf(stderr, "All rules: stanzascope rules\n");
  return kExitUsage;
}

}  // namespace

int run_explain(int argc, char** argv) {
  std::string id;
  bool json = false;
  CLI::App options("Explains a rule: what it asks and why, its source, and a session that breaks it.",
                   "stanzascope explain");
  options.add_option("RULE", id, "As findings name it, e.g. iq-missing-id")->required();
  options.add_flag("--json", json, "Print JSON instead of text");
  options.footer(
      "Examples:\n"
      "  stanzascope explain iq-missing-id\n"
      "      why a finding is one\n\n"
      "Exit codes: 0 fine, 2 usage, or there is no such rule.");
  if (const auto code = parse_arguments(options, argc, argv)) return *code;
  const parser::rules::Rule* rule = parser::rules::find_rule(id);
  if (rule == nullptr) return unknown_rule(id);
  if (json) {
    std::printf("%s\n", rule_json(*rule, true).c_str());
  } else {
    std::fputs(rule_page(*rule, wants_color(ColorMode::kAuto, stdout), terminal_width(stdout)).c_str(),
               stdout);
  }
  return kExitFine;
}

}  // namespace app
