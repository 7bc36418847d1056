// Writes the rulebook out row by row. The text is a pure function of the table, so that a test can hold the
// committed document against it.
#include "parser/rules/markdown.h"

#include <map>

namespace parser::rules {
namespace {

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '<' || c == '&' || c == '*' || c == '_' || c == '`' || c == '[') result += '\\';
    result += c;
  }
  return result;
}

void add_transcript(std::string& out, std::string_view title, std::string_view transcript) {
  out += title;
  out += "\n\n```text\n";
  out += transcript;
  out += "\n```\n\n";
}

void add_rule(std::string& out, const Rule& rule) {
  out += "### " + std::string(rule.id) + "\n\n";
  out += "**" + describe(rule.severities) + "** · " + std::string(name(rule.who)) + " · tier " +
         std::to_string(rule.tier) + " · " + std::string(rule.citation) + "\n\n";
  out += escaped(rule.explanation) + "\n\n";
  add_transcript(out, "Found in:", rule.violating);
  add_transcript(out, "Silent on:", rule.conforming);
}

void add_left_out(std::string& out, std::span<const LeftOut> left_out) {
  out += "## Left out\n\nRules of the catalogue that this book does not judge, and why.\n\n";
  for (const auto& [id, reason] : left_out) {
    out += "- **" + std::string(id) + "**: " + escaped(reason) + "\n";
  }
  out += '\n';
}

}  // namespace

std::string describe(const Severities& severities) {
  const auto& [old_one, new_one] = severities;
  if (old_one && new_one) {
    std::string text(name(*new_one));
    if (*old_one != *new_one) text += " (RFC 3920: " + std::string(name(*old_one)) + ")";
    return text;
  }
  if (new_one) return std::string(name(*new_one)) + " (RFC 6120 only)";
  if (old_one) return std::string(name(*old_one)) + " (RFC 3920 only)";
  return "none";
}

std::string_view name(Who who) {
  switch (who) {
    case Who::kClient:
      return "client";
    case Who::kServer:
      return "server";
    case Who::kEither:
      return "either side";
  }
  return "either side";
}

std::string markdown(std::span<const Rule* const> rules, std::span<const LeftOut> left_out) {
  std::string out =
      "# Rules\n\n"
      "Generated from the tables in `parser/rules/`; change those, then run\n"
      "`STANZASCOPE_UPDATE=1 build/bin/parser_rules_test --gtest_filter='RulesDocument.*'`.\n\n"
      "Severity: an error breaks a MUST, a warning a SHOULD, a note is worth knowing. It can differ between "
      "the two\n"
      "profiles, RFC 3920/3921 and RFC 6120/6121 (the default). What is judged is what each side sent, never "
      "what\n"
      "the proxy made of it. The notation of the examples is described in `parser/transcript.h`: unless one "
      "begins\n"
      "with a stream header it plays in an established session of juliet@example.com/balcony.\n\n";
  std::map<Layer, size_t> sizes;
  for (const Rule* rule : rules) ++sizes[rule->layer];
  out += std::to_string(rules.size()) + " rules:";
  for (const auto& [layer, size] : sizes) {
    const std::string title(name(layer));
    out += " [" + title + "](#" + title + ") " + std::to_string(size) +
           (layer == sizes.rbegin()->first ? "" : " ·");
  }
  out += "\n\n";
  std::optional<Layer> current;
  for (const Rule* rule : rules) {
    if (current != rule->layer) {
      current = rule->layer;
      out += "## " + std::string(name(rule->layer)) + "\n\n";
    }
    add_rule(out, *rule);
  }
  if (!left_out.empty()) add_left_out(out, left_out);
  out.pop_back();  // the last of two newlines
  return out;
}

}  // namespace parser::rules
