// Nothing here comes from a peer: rules are static text of the program.
#include "app/rule_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/terminal.h"

namespace app {
namespace {

using parser::rules::Rule;

// Transcripts keep their lines; they are XML that people may want to copy.
std::string transcript(std::string_view text, bool color, std::string_view heading) {
  std::string out = "\n" + tint(color, Hue::kBold, heading) + "\n";
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    if (!line.empty()) {
      const Hue hue = line.starts_with("C:")   ? Hue::kClient
                      : line.starts_with("S:") ? Hue::kServer
                                               : Hue::kDim;
      out += "  " + tint(color, hue, line.substr(0, 2)) +
             std::string(line.substr(std::min<size_t>(2, line.size()))) + "\n";
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

}  // namespace

std::string_view word(parser::Who who) {
  switch (who) {
    case parser::Who::kClient:
      return "client";
    case parser::Who::kServer:
      return "server";
    case parser::Who::kEither:
      return "either";
  }
  return "either";
}

std::string severities(const Rule& rule) {
  const auto& modern = rule.severities.rfc6120;
  const auto& old = rule.severities.rfc3920;
  if (modern && old && *modern == *old) return std::string(name(*modern));
  std::string out;
  if (modern) out = std::string(name(*modern)) + " (rfc6120)";
  if (old) out += (out.empty() ? "" : ", ") + std::string(name(*old)) + " (rfc3920)";
  return out;
}

std::string rule_json(const Rule& rule, bool whole) {
  using Json = nlohmann::ordered_json;
  const auto severity = [](const std::optional<parser::Severity>& s) { return s ? Json(name(*s)) : Json(); };
  Json line{
      {"type", "rule"},
      {"rule", rule.id},
      {"tier", rule.tier},
      {"layer", name(rule.layer)},
      {"severity",
       {{"rfc6120", severity(rule.severities.rfc6120)}, {"rfc3920", severity(rule.severities.rfc3920)}}},
      {"who", word(rule.who)},
      {"citation", rule.citation},
      {"explanation", rule.explanation}};
  if (whole) {
    line["violating"] = rule.violating;
    line["conforming"] = rule.conforming;
  }
  return line.dump();
}

std::string rule_page(const Rule& rule, bool color, size_t width) {
  std::string out = tint(color, Hue::kBold, rule.id) + "\n";
  out += "  severity  " + severities(rule) + "\n";
  out += "  concerns  " +
         std::string(rule.who == parser::Who::kEither ? "client and server" : word(rule.who)) + "\n";
  out += "  layer     " + std::string(name(rule.layer)) + ", tier " + std::to_string(rule.tier) + "\n";
  out += "  source    " + std::string(rule.citation) + "\n\n";
  out += wrap(rule.explanation, width == 0 ? 0 : std::min<size_t>(width, 100), 0);
  out += transcript(rule.violating, color, "Breaks it:");
  out += transcript(rule.conforming, color, "Keeps it:");
  return out;
}

}  // namespace app
