// The rulebook's rows, as a table for people, JSON Lines, or Markdown.
#include "app/rules_command.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "app/command.h"
#include "app/exit_code.h"
#include "app/rule_text.h"
#include "app/terminal.h"
#include "parser/stream/plain_text.h"

namespace app {
namespace {

using parser::rules::Rule;

std::string first_sentence(std::string_view text) {
  const size_t end = text.find(". ");
  return std::string(end == std::string_view::npos ? text : text.substr(0, end + 1));
}

void print_table(const std::vector<const Rule*>& rules) {
  const bool color = wants_color(ColorMode::kAuto, stdout);
  const size_t width = terminal_width(stdout);
  size_t widest = 0;
  for (const Rule* rule : rules) widest = std::max(widest, rule->id.size());
  std::string_view layer;
  for (const Rule* rule : rules) {
    if (name(rule->layer) != layer) {
      layer = name(rule->layer);
      std::printf("%s\n", tint(color, Hue::kBold, layer).c_str());
    }
    std::string line = "  " + std::string(rule->id) + std::string(widest - rule->id.size() + 2, ' ');
    std::string severity = severities(*rule);
    if (severity.size() < 8) severity.append(8 - severity.size(), ' ');
    line += severity + " " + first_sentence(rule->explanation);
    std::printf("%s\n", (width == 0 ? line : parser::plain(line, width)).c_str());
  }
  std::printf("%zu rules. More about one: stanzascope explain RULE\n", rules.size());
}

void print_markdown(const std::vector<const Rule*>& rules) {
  std::printf("| rule | severity | who | source | what |\n|---|---|---|---|---|\n");
  for (const Rule* rule : rules) {
    std::string what(rule->explanation);
    for (size_t at = 0; (at = what.find('|', at)) != std::string::npos; at += 2) what.insert(at, "\\");
    std::replace(what.begin(), what.end(), '\n', ' ');
    std::printf("| `%.*s` | %s | %.*s | %.*s | %s |\n", static_cast<int>(rule->id.size()), rule->id.data(),
                severities(*rule).c_str(), static_cast<int>(word(rule->who).size()), word(rule->who).data(),
                static_cast<int>(rule->citation.size()), rule->citation.data(), what.c_str());
  }
}

}  // namespace

int run_rules(int argc, char** argv) {
  int tier = 0;
  std::string layer;
  bool json = false;
  bool markdown = false;
  std::set<std::string> layers;
  for (const Rule* rule : parser::rules::all_rules()) layers.emplace(name(rule->layer));
  std::string all_layers;
  for (const std::string& one : layers) all_layers += (all_layers.empty() ? "" : ", ") + one;
  CLI::App options("Lists the rules that sessions are judged by.", "stanzascope rules");
  options.add_option("--tier", tier, "Only rules of this tier of the catalogue (1: the most needed)")
      ->check(CLI::Range(1, 3).description(""))
      ->type_name("1|2|3");
  options.add_option("--layer", layer, "Only rules of this layer: " + all_layers)
      ->check(CLI::IsMember(layers).description(""))
      ->type_name("LAYER");
  auto* as_json = options.add_flag("--json", json, "Print JSON Lines, explanations and examples included");
  options.add_flag("--markdown", markdown, "Print a Markdown table")->excludes(as_json);
  options.footer(
      "Examples:\n"
      "  stanzascope rules --layer sasl\n"
      "  stanzascope rules --json | jq -r 'select(.severity.rfc6120 == \"error\") | .id'\n\n"
      "Exit codes: 0 fine, 2 usage.");
  if (const auto code = parse_arguments(options, argc, argv)) return *code;

  std::vector<const Rule*> selected;
  for (const Rule* rule : parser::rules::all_rules()) {
    if (tier != 0 && rule->tier != tier) continue;
    if (!layer.empty() && name(rule->layer) != layer) continue;
    selected.push_back(rule);
  }
  if (json) {
    for (const Rule* rule : selected) std::printf("%s\n", rule_json(*rule, true).c_str());
  } else if (markdown) {
    print_markdown(selected);
  } else {
    print_table(selected);
  }
  return kExitFine;
}

}  // namespace app
