// A table of steps per profile, the refusal or the prepared form beneath it, and then where the generations
// part. Steps that only looked are shown with a tick, so that a reader sees what was checked.
#include "app/address_text.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "app/terminal.h"
#include "parser/jid/code_points.h"
#include "parser/stream/plain_text.h"
#include "parser/xml/utf8.h"

namespace app {
namespace {

using Json = nlohmann::ordered_json;
using parser::JidExplanation;
using parser::JidPart;

constexpr size_t kCell = 40;  // columns of a text in the table

// Safe text in which what cannot be seen can be: the joiner and the soft hyphen, a space at either end.
std::string visible(std::string_view text) {
  std::string out;
  // What is not UTF-8 is left to plain(), which escapes it.
  if (parser::xml::find_utf8_fault(text).begin != text.size()) return parser::plain(text);
  for (const parser::CodePoint& c : parser::decode(text, 0)) {
    if (parser::is_invisible(c.value)) {
      out += "<" + parser::notation(c.value) + ">";
    } else {
      parser::append_utf8(c.value, out);
    }
  }
  if (out.starts_with(' ') || out.ends_with(' ')) out = "“" + out + "”";
  return parser::plain(out);
}

std::string shown(std::string_view text) {
  return parser::plain(visible(text), kCell);
}

std::string pad(std::string text, size_t width) {
  const size_t columns = parser::columns(text);
  if (columns < width) text.append(width - columns, ' ');
  return text;
}

using Row = std::array<std::string, 5>;

std::string table(const std::vector<Row>& rows, const std::vector<bool>& failed, bool color) {
  std::array<size_t, 5> widths{};
  for (const Row& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], parser::columns(row[i]));
  }
  std::string out;
  for (size_t r = 0; r < rows.size(); ++r) {
    std::string line = "   ";
    for (size_t i = 0; i < rows[r].size(); ++i) line += " " + pad(rows[r][i], widths[i] + 1);
    line.erase(line.find_last_not_of(' ') + 1);
    const Hue hue = failed[r] ? Hue::kError : Hue::kDim;
    out += (r == 0 || failed[r] ? tint(color, hue, line) : line) + "\n";
  }
  return out;
}

std::string steps_of(const JidExplanation& explanation, bool color) {
  std::vector<Row> rows = {{"part", "step", "before", "after", "clause"}};
  std::vector<bool> failed = {false};
  for (const parser::JidStep& step : explanation.steps) {
    const std::string after = !step.passed ? "refused" : step.before == step.after ? "✓" : shown(step.after);
    rows.push_back({std::string(name(step.part)), std::string(step.name), shown(step.before), after,
                    std::string(step.clause)});
    failed.push_back(!step.passed);
  }
  return rows.size() == 1 ? std::string() : table(rows, failed, color);
}

std::string outcome_of(const JidExplanation& explanation, bool color) {
  const std::string profile = tint(color, Hue::kBold, name(explanation.profile));
  if (const parser::Jid* jid = explanation.jid()) {
    return "  " + profile + "  valid: " + visible(jid->full()) + "\n";
  }
  const parser::JidError& error = *explanation.error();
  return "  " + profile + "  " + tint(color, Hue::kError, "not valid") + ": " +
         std::string(name(error.part)) + ", byte " + std::to_string(error.offset) + ": " +
         visible(error.message) + " (" + std::string(error.clause) + ")\n";
}

Json json_part(std::string_view text, bool there) {
  return there ? Json(text) : Json();
}

Json json_error(const parser::JidError* error) {
  if (error == nullptr) return {};
  return {{"part", name(error->part)},
          {"code_point", error->code_point ? Json(parser::notation(*error->code_point)) : Json()},
          {"offset", error->offset},
          {"clause", error->clause},
          {"message", error->message}};
}

std::string line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

const JidExplanation* of_profile(const std::vector<JidExplanation>& explanations,
                                 parser::JidProfile profile) {
  const auto found = std::find_if(explanations.begin(), explanations.end(),
                                  [&](const JidExplanation& e) { return e.profile == profile; });
  return found == explanations.end() ? nullptr : &*found;
}

std::vector<std::string> disagreements_of(const std::vector<JidExplanation>& explanations) {
  const JidExplanation* old = of_profile(explanations, parser::JidProfile::kRfc3920);
  const JidExplanation* now = of_profile(explanations, parser::JidProfile::kRfc7622);
  return old == nullptr || now == nullptr ? std::vector<std::string>() : parser::disagreements(*old, *now);
}

}  // namespace

std::string address_text(const std::vector<JidExplanation>& explanations, bool color) {
  std::string out = tint(color, Hue::kBold, visible(explanations.front().input)) + "\n";
  for (const JidExplanation& explanation : explanations) {
    out += outcome_of(explanation, color) + steps_of(explanation, color);
    for (const parser::JidNote& note : explanation.notes) {
      out += "    " + tint(color, Hue::kNote, "note") + ": " + std::string(name(note.part)) + ": " +
             visible(note.message) + " (" + std::string(note.clause) + ")\n";
    }
  }
  if (explanations.size() < 2) return out;
  const auto different = disagreements_of(explanations);
  if (different.empty()) return out + "  The two generations agree.\n";
  out += "  " + tint(color, Hue::kWarning, "The two generations disagree:") + "\n";
  for (const std::string& sentence : different) out += "    " + visible(sentence) + "\n";
  return out;
}

std::string address_json(const std::vector<JidExplanation>& explanations) {
  const auto different = disagreements_of(explanations);
  std::string out;
  for (const JidExplanation& explanation : explanations) {
    const parser::Jid* jid = explanation.jid();
    Json steps = Json::array();
    for (const parser::JidStep& step : explanation.steps) {
      steps.push_back({{"part", name(step.part)},
                       {"step", step.name},
                       {"before", step.before},
                       {"after", step.passed ? Json(step.after) : Json()},
                       {"clause", step.clause}});
    }
    Json notes = Json::array();
    for (const parser::JidNote& note : explanation.notes) {
      notes.push_back({{"part", name(note.part)}, {"clause", note.clause}, {"message", note.message}});
    }
    out += line(
        {{"type", "address"},
         {"input", explanation.input},
         {"profile", name(explanation.profile)},
         {"valid", jid != nullptr},
         {"local", json_part(jid == nullptr ? "" : jid->local(), jid != nullptr && !jid->local().empty())},
         {"domain", json_part(jid == nullptr ? "" : jid->domain(), jid != nullptr)},
         {"resource", json_part(jid == nullptr ? "" : jid->resource(), jid != nullptr && jid->is_full())},
         {"error", json_error(explanation.error())},
         {"steps", std::move(steps)},
         {"notes", std::move(notes)},
         {"disagreements", different}});
  }
  return out;
}

std::string comparison_text(std::string_view a, std::string_view b,
                            const std::vector<parser::JidProfile>& profiles, bool color) {
  std::string out = tint(color, Hue::kBold, "Are they equal?") + "\n";
  for (const parser::JidProfile profile : profiles) {
    const parser::JidComparison result = parser::compare_jids(a, b, profile);
    out += "  " + tint(color, Hue::kBold, name(profile)) + "  " + (result.equal ? "equal" : "different") +
           ": " + visible(result.reason) + " (" + std::string(result.clause) + ")\n";
  }
  return out;
}

std::string comparison_json(std::string_view a, std::string_view b,
                            const std::vector<parser::JidProfile>& profiles) {
  std::string out;
  for (const parser::JidProfile profile : profiles) {
    const parser::JidComparison result = parser::compare_jids(a, b, profile);
    out += line({{"type", "comparison"},
                 {"inputs", {a, b}},
                 {"profile", name(profile)},
                 {"equal", result.equal},
                 {"clause", result.clause},
                 {"reason", result.reason}});
  }
  return out;
}

}  // namespace app
